# Ce que dit le protocole en ligne, en français. Mêmes messages et mêmes variables que en.ftl, plus l'aide
# de chaque commande (`help-…`), qui en anglais vient de la table des commandes.
#
# Aucune réponse ne commence par un nom : un nom peut commencer par `[`, comme les lignes des autres, et
# une réponse ne doit jamais passer pour l'une d'elles.

## Arriver et partir

greeting = Bienvenue sur { $network }.
greeting-hint = Tapez /nick et le pseudo voulu pour entrer, ou /help pour l'aide.
welcome = Bienvenue, { $nick } !
pong = Pong.
pong-token = Pong : { $token }
done = C'est fait.
language = Vous lisez désormais le français.

bye = Au revoir !
bye-killed = Connexion fermée par { $nick }.
bye-killed-why = Connexion fermée par { $nick } : { $reason }
bye-banned = L'accès à ce serveur vous est interdit.
bye-banned-why = L'accès à ce serveur vous est interdit : { $reason }
bye-failed-logins = Trop d'échecs de connexion au compte. Au revoir.
bye-logged-out = Ce compte n'existe plus, ou a un nouveau mot de passe. Au revoir.
bye-ended = Votre session a été fermée. Au revoir.
bye-password-needed = Ce serveur a un mot de passe. Donnez-le avec /pass, puis votre pseudo. Au revoir.
bye-no-gateway = Seules les passerelles de confiance se connectent pour d'autres. Au revoir.
bye-registration-timeout = Aucun pseudo choisi à temps. Au revoir.
bye-send-queue = Vous lisez moins vite qu'on ne vous écrit. Au revoir.
bye-ping-timeout = Vous ne répondez plus. Au revoir.
bye-connection-lost = La connexion est perdue.
bye-wrong-protocol = Ici on ne comprend que des lignes de texte, ni TLS, ni HTTP, ni SSH. Au revoir.
bye-too-many-connections = Trop de connexions. Réessayez plus tard.
bye-shutting-down = Le serveur s'arrête. Ce qui a été dit est conservé. Au revoir.
bye-storage-failed = Le serveur ne peut plus conserver ce qui est dit, et s'arrête. Au revoir.
bye-internal = Le serveur a rencontré une erreur. Au revoir.

## Pourquoi quelqu'un est parti, pour les autres

quit-failed-logins = trop d'échecs de connexion au compte
quit-suspended = compte suspendu
quit-logged-out = déconnexion du compte
quit-ended = session fermée
quit-registration-timeout = aucun pseudo choisi à temps
quit-send-queue = lit trop lentement
quit-ping-timeout = ne répond plus
quit-connection-lost = connexion perdue
quit-wrong-protocol = protocole inattendu
quit-too-many-connections = trop de connexions
quit-shutting-down = le serveur s'arrête
quit-server-error = erreur du serveur
quit-banned = interdit de serveur
quit-killed = déconnexion par { $nick }
quit-killed-why = déconnexion par { $nick } : { $reason }

## Ce que vous avez fait

joined = Canal { $channel } rejoint.
parted = Vous avez quitté le canal { $channel }.
redacted = Ce que { $author } a dit sur { $channel } à { $time } est effacé.
renamed = Le canal { $channel } s'appelle désormais { $new }.
silenced = Vous n'entendez plus { $mask } en privé.
unsilenced = Vous entendez de nouveau { $mask }.
silences = { $count ->
    [0] Vous entendez tout le monde.
    [one] Vous n'entendez pas (1) :
   *[other] Vous n'entendez pas ({ $count }) :
}
kicked = Vous avez expulsé { $nick } du canal { $channel }.
topic-set = Le sujet de { $channel } est maintenant : { $topic }
topic-cleared = Le sujet de { $channel } est effacé.
modes-changed = Modes de { $channel } modifiés : { $changes }
banned = Bannissement sur { $channel } : { $mask }
muted = Sans parole sur { $channel } : { $mask }
unmuted = Parole rendue sur { $channel } : { $mask }
unbanned = Bannissement levé sur { $channel } : { $mask }
inviting = Invitation sur { $channel } envoyée à { $nick }.
delivered = Message envoyé à { $nick }.
away-answer = En son absence, { $nick } dit : { $message }
now-away = Votre absence est notée. Tapez /away seul à votre retour.
now-back = Bon retour.
alert-sent = Alerte envoyée.
notices = Vous lisez les avis du serveur : { $letters }.
notices-none = Vous ne lisez aucun avis du serveur.
server-notice = Avis : { $words }
account-registered = Compte { $account } créé.
still-on = Vous êtes sur le canal { $channel }.
setting-on = { $setting } est activé.
setting-off = { $setting } est désactivé.
logged-in = Connexion au compte { $account } réussie.
claimed = Votre compte est maintenant administrateur.
now-oper = Vous agissez maintenant en opérateur du serveur.
logged-out = Vous n'utilisez plus de compte.
password-changed = Le mot de passe du compte { $account } est changé.
account-suspended-now = Le compte { $account } est suspendu.
account-suspended-until = Le compte { $account } est suspendu jusqu'au { $time } UTC.
account-unsuspended = Le compte { $account } n'est plus suspendu.
account-renamed = Le compte { $account } s'appelle maintenant { $name }.
account-deleted = Le compte { $account } est supprimé.
reset-code = Ceci donne un nouveau mot de passe jusqu'au { $time } UTC : /resetpass { $account } { $code } MOT-DE-PASSE
code-sent = Un code part vers { $address }. Tapez : /verify { $account } CODE
reset-sent = Si { $account } a une adresse, un code y part. Tapez : /resetpass { $account } CODE MOT-DE-PASSE
address-changed = L'adresse de { $account } est maintenant { $address }.
address-gone = { $account } n'a plus d'adresse.
nick-freed = Plus personne d'autre ne s'appelle { $nick }.
nick-own = Vous vous appelez { $nick }.
export-more = Il y en a plus : /export { $position }
export-end = C'est tout.
nick-lent = Ce pseudo est celui d'un compte. Connectez-vous dans les { $seconds } s, ou vous le perdrez.
certificates = Certificats qui connectent au compte ({ $count }) :
certificate-added = Ce certificat connecte maintenant au compte : { $fingerprint }
certificate-removed = Ce certificat ne connecte plus au compte : { $fingerprint }
identities = Ceux dont les jetons connectent au compte ({ $count }) :
identity-added = Les jetons de { $subject } connectent maintenant au compte.
identity-removed = Les jetons de { $subject } ne connectent plus au compte.
devices = Appareils qui ont leur mot de passe, et depuis quand (UTC) : { $count }
device-added = Le mot de passe pour { $device }, qui ne sera plus montré : { $token }
device-removed = Le mot de passe pour { $device } ne vaut plus rien.
sessions = Sessions connectées au compte : { $count }
session-own = celle-ci
session-local = fichier de socket
session-device = appareil { $device }
session-certificate = certificat
session-token = jeton de { $subject }
session-since = depuis { $time } UTC
sessions-ended = Sessions fermées : { $count }

## Ce que d'autres ont fait : suit `* `

event-joined = { $nick } a rejoint { $channel }
event-joined-own = Vous avez rejoint { $channel }
event-parted = { $nick } a quitté { $channel }
event-parted-why = { $nick } a quitté { $channel } : { $reason }
event-parted-own = Vous avez quitté { $channel }
event-quit = { $nick } a quitté le serveur
event-quit-why = { $nick } a quitté le serveur : { $reason }
event-nick = { $nick } s'appelle maintenant { $new }
event-nick-own = Vous vous appelez maintenant { $new }
event-away = { $nick } s'absente : { $message }
event-away-own = Votre absence est notée : { $message }
event-back = { $nick } est de retour
event-back-own = Vous voilà de retour
event-kicked = { $nick } a expulsé { $target } de { $channel }
event-kicked-why = { $nick } a expulsé { $target } de { $channel } : { $reason }
event-kicked-own = { $nick } vous expulse de { $channel }
event-kicked-own-why = { $nick } vous expulse de { $channel } : { $reason }
event-invited = { $nick } a invité { $target } sur { $channel }
event-invited-own = { $nick } vous invite sur { $channel } : tapez /join { $channel }
event-redacted = { $nick } a effacé sur { $channel } ce que { $author } a dit à { $time }
event-redacted-why = { $nick } a effacé sur { $channel } ce que { $author } a dit à { $time } : { $reason }
event-redacted-private = { $nick } a effacé ce que { $author } a dit en privé à { $time }
event-redacted-private-why = { $nick } a effacé ce que { $author } a dit en privé à { $time } : { $reason }
event-renamed = { $nick } a renommé { $channel } en { $new }
event-renamed-why = { $nick } a renommé { $channel } en { $new } : { $reason }
event-topic = { $nick } a changé le sujet de { $channel } : { $topic }
event-topic-cleared = { $nick } a effacé le sujet de { $channel }
event-modes = { $nick } a changé les modes de { $channel } : { $changes }
event-banned = { $nick } a banni de { $channel } : { $mask }
event-muted = { $nick } a retiré la parole sur { $channel } : { $mask }
event-unmuted = { $nick } a rendu la parole sur { $channel } : { $mask }
event-unbanned = { $nick } a levé un bannissement sur { $channel } : { $mask }
event-knocked = { $nick } demande une invitation sur { $channel }
event-called = { $nick } veut vous écrire, et vos modes l'en empêchent
user-modes-changed = Vos modes ont changé : { $changes }
event-logged-in-own = Vous utilisez maintenant le compte { $account }
event-logged-out-own = Vous n'utilisez plus de compte
event-channel-offered = { $nick } vous offre le canal { $channel } : tapez /channel #{ $channel } take
event-came = { $nick } est là
event-went = { $nick } n'est plus là

## Entre crochets, devant les mots

private-from = Privé de { $nick }
private-to = Privé à { $nick }
alert-from = Alerte de { $nick }

## Réponses aux questions

topic = Sujet de { $channel } : { $topic }
topic-by = Choisi par { $nick } le { $time } UTC.
topic-none = Pas de sujet sur { $channel }.
names = { $count ->
    [0] Personne sur { $channel }.
   *[other] Sur { $channel } ({ $count }) :
}
list = { $count ->
    [0] Aucun canal.
    [one] { $count } canal :
   *[other] { $count } canaux :
}
modes = Modes de { $channel } : { $modes }
modes-none = Pas de mode sur { $channel }.
mask-list = { $count ->
    [0] La liste { $list } de { $channel } est vide.
   *[other] Liste { $list } de { $channel } ({ $count }) :
}
the-server = le serveur
channel-info = { $channel } a été créé le { $time } UTC.
channel-info-free = Il n'est pas enregistré.
channel-info-founder = Il appartient à { $account } depuis le { $time } UTC.
channel-info-you = Vous y êtes { $status }.
channel-info-set = Là, { $words }
channel-set = Sur { $channel }, { $words }
set-mlock = ces modes sont verrouillés : { $value }
set-mlock-none = aucun mode n'est verrouillé
set-entrymsg = on dit à qui entre : { $value }
set-entrymsg-none = on ne dit rien à qui entre
set-topiclock-on = seule la liste d'accès change le sujet
set-topiclock-off = le sujet n'est pas verrouillé
entry-message = { $channel } vous dit : { $message }
channel-registered = { $channel } est enregistré. Il appartient à { $account }.
channel-unregistered = { $channel } n'est plus enregistré.
channel-offered = { $channel } est offert à { $account }.
channel-not-offered = { $channel } n'est offert à personne.
channel-transferred = { $channel } appartient maintenant à { $account }.
access-changed = Sur { $channel }, { $account } est maintenant { $status }.
access-list = Accès à { $channel } ({ $count }) :
access-row = { $account } : { $status }
channels-mine = { $count ->
    [0] Aucun canal n'est le vôtre.
   *[other] Vos canaux ({ $count }) :
}
channel-cleared = Effacé sur { $channel } : { $what ->
    [users] les membres
    [access] les comptes ayant un accès
   *[bans] les bannissements
} ({ $count }).
channel-purged-now = { $channel } est fermé.
channel-unpurged = { $channel } peut être recréé.
purge-list = { $count ->
    [0] Aucun canal n'est fermé.
   *[other] Canaux fermés ({ $count }) :
}
status-owner = propriétaire
status-admin = administrateur
status-op = opérateur
status-halfop = semi-opérateur
status-voice = un membre qui a la parole
status-none = un membre comme les autres
mask-row = { $mask }, par { $nick } le { $time } UTC
user-modes = Vos modes : { $modes }
history = { $count ->
    [0] Rien n'a été dit sur { $channel }.
    [one] Le dernier message sur { $channel } (UTC) :
   *[other] Les { $count } derniers messages sur { $channel } (UTC) :
}
missed = { $count ->
    [0] Vous n'avez rien manqué sur { $channel }.
    [one] Vous avez manqué { $count } message sur { $channel } (UTC) :
   *[other] Vous avez manqué { $count } messages sur { $channel } (UTC) :
}
missed-with = { $count ->
    [one] Vous avez manqué { $count } message avec { $nick } (UTC) :
   *[other] Vous avez manqué { $count } messages avec { $nick } (UTC) :
}
clients = { $count ->
    [0] Votre compte ne connaît aucun client. Tapez /client NOM avant /nick.
    [one] 1 client :
   *[other] { $count } clients :
}
client-here = { $client }, là depuis { $time } UTC
client-gone = { $client }, absent depuis { $time } UTC
event-log = { $count ->
    [0] Rien dans le journal.
    [one] Le dernier événement (UTC) :
   *[other] Les { $count } derniers événements (UTC) :
}
server-banned = { $count ->
    [0] Interdit { $lasts } : { $target }. Aucune connexion n'était ouverte.
    [one] Interdit { $lasts } : { $target }. Une connexion a été fermée.
   *[other] Interdit { $lasts } : { $target }. { $count } connexions ont été fermées.
}
reloaded = La configuration a été relue. Pris en compte : { $keys }
reloaded-nothing = La configuration a été relue. Rien n'a changé.
reload-left = Seulement après un redémarrage : { $keys }
defcon = Le niveau de défense est { $level }.
server-unbanned = N'est plus interdit : { $target }
server-bans = { $count ->
    [0] Personne n'est interdit de serveur.
    [one] Une interdiction (UTC) :
   *[other] { $count } interdictions (UTC) :
}
server-ban-row = { $target } { $lasts }, par { $nick } le { $time } : { $reason }
ban-until = jusqu'au { $time }
ban-for-good = pour toujours
audit-trail = { $count ->
    [0] Rien dans le registre.
    [one] Le dernier acte (UTC) :
   *[other] Les { $count } derniers actes (UTC) :
}
motd = Message du jour :
motd-none = Pas de message du jour.
whois = À propos de { $nick } :
whois-address = Adresse : { $address }
whois-real-address = Connexion depuis : { $address }
whois-realname = Nom : { $realname }
whois-account = Compte : { $account }
whois-role = Rôle : { $role }
whois-secure = Connexion par TLS
whois-certificate = Certificat : { $fingerprint }
whois-channels = Canaux : { $channels }
whois-away = Absence : { $message }
whois-since = Ici depuis le { $time } UTC
account-info = À propos du compte { $account } :
account-info-since = Créé le { $time } UTC
account-info-connections = Connexions : { $count }
account-info-address = Adresse : { $address }
account-info-suspended = Suspendu par { $nick } le { $time } UTC : { $reason }
accounts = Comptes ({ $count }) :
accounts-more = Il y en a d'autres. Précisez : /accounts MOTIF
whowas = Le nom { $nick } a été porté par :
whowas-row = { $address }, { $realname }, jusqu'au { $time } UTC
who = { $count ->
    [0] Personne ne correspond à { $mask }.
    [one] { $count } personne correspond à { $mask } :
   *[other] { $count } personnes correspondent à { $mask } :
}
userhost = Adresses ({ $count }) :
list-more = Il y en a d'autres. Précisez : /list MOTIF
accepted = Peuvent vous écrire ({ $count }) :
knocked = Une invitation sur { $channel } est demandée à ceux qui gèrent le canal.
invitations = Vous êtes invité sur ({ $count }) :
ison = Ici ({ $count }) :
monitor-online = Ici parmi ceux que vous suivez ({ $count }) :
monitor-offline = Pas ici parmi ceux que vous suivez ({ $count }) :
monitor-list = Vous suivez ({ $count }) :
lusers = Personnes ici : { $users }. Canaux : { $channels }.
version = Voici Colvert { $version }.
time = Nous sommes le { $time } UTC.
code-made = Un code pour devenir administrateur est valable jusqu'au { $time } UTC.
role-changed = Le compte { $account } est maintenant : { $role }.
imported = { $count ->
    [one] { $count } canal importé.
   *[other] { $count } canaux importés.
}
role-member = membre
role-moderator = modérateur
role-administrator = administrateur

## Aide

help = Commandes (/help COMMANDE en explique une) :
usage = Usage : { $syntax }
also = Aussi : { $aliases }

field-channel = canal
field-name = nom
field-level = niveau
field-target = cible
field-terms = durée-et-raison
field-time = durée
field-action = action
field-setting = réglage
field-client = client
field-value = valeur
field-nick = pseudo
field-key = clé
field-reason = raison
field-text = texte
field-token = mot
field-topic = sujet
field-pattern = motif
field-conditions = conditions
field-about = lettres
field-modes = modes
field-params = valeurs
field-message = message
field-count = nombre
field-place = lieu
field-account = compte
field-password = mot-de-passe
field-code = code
field-masks = masques
field-new = nouveau
field-replacement = nouveau-mot-de-passe
field-email = adresse
field-fingerprint = empreinte
field-device = appareil
field-session = session
field-proof = jeton
field-what = jeton-ou-sujet
field-issuer = émetteur
field-subject = sujet
field-after = après
field-wanted = motif
field-command = commande
field-language = fr|en

help-nick = Prend un pseudo, ou change le vôtre.
help-join = Rejoint un canal, et le crée s'il n'existe pas.
help-part = Quitte un canal.
help-pass = Donne le mot de passe du serveur, s'il en a un, avant de prendre un pseudo.
help-msg = Parle dans un canal. Une ligne sans barre oblique fait de même.
help-me = Dit ce que vous faites : /me salue.
help-whisper = Parle à une seule personne.
help-topic = Montre le sujet d'un canal, ou le change.
help-untopic = Efface le sujet d'un canal.
help-users = Dit qui est dans un canal.
help-list = Liste les canaux, et combien de personnes y sont.
help-invite = Invite quelqu'un dans un canal.
help-knock = Demande une invitation sur un canal.
help-kick = Expulse un membre d'un canal.
help-ban = Interdit un canal à quelqu'un : un pseudo, ou un masque nick!user@host ; pour un temps (2h, 1d12h) si la raison commence par là.
help-unban = Lève un bannissement : celui d'un masque, ou tous ceux qui visent qui porte un pseudo.
help-mute = Empêche quelqu'un de parler, pour un temps (10, 2h, 3d) si vous le dites.
help-unmute = Laisse parler quelqu'un à nouveau.
help-channel = Dit à qui est un canal, et en fait le vôtre : register, drop, transfer COMPTE, take, access [COMPTE [owner|admin|op|halfop|voice|none]], up, set mlock [MODES]|entrymsg [MOTS]|topiclock on|off, clear bans|users|access, audit [NOMBRE], mine.
help-op = Fait d'un membre un opérateur du canal.
help-deop = Retire à un membre le statut d'opérateur.
help-halfop = Fait d'un membre un semi-opérateur, qui veille à l'ordre.
help-dehalfop = Retire à un membre le statut de semi-opérateur.
help-voice = Laisse parler un membre là où tout le monde ne le peut pas.
help-devoice = Retire à un membre la parole donnée.
help-mode = Montre les modes d'un canal, ou les change.
help-away = Dit que vous vous absentez ; sans message, que vous êtes de retour.
help-whois = Dit qui est quelqu'un.
help-delete = Efface ce que quelqu'un a dit en dernier dans un canal, ou le message d'un identifiant.
help-rename = Donne un autre nom à un canal : /rename NOUVEAU.
help-silence = Vous épargne les mots privés de quelqu'un : +PSEUDO, et -PSEUDO pour l'entendre de nouveau.
help-history = Montre ce qui s'est dit en dernier dans un canal.
help-read = Montre ce que vous avez manqué dans un canal.
help-register = Crée un compte, et vous y connecte ; avec une adresse, quand le code qui y est envoyé est revenu.
help-login = Vous connecte à votre compte.
help-set = Montre ce que votre compte a choisi, ou le change : on, off, ou default pour ce que dit le serveur.
help-logout = Vous déconnecte de votre compte.
help-account = Dit ce qu'est votre compte.
help-passwd = Change votre mot de passe : l'ancien et le nouveau ; juste après une connexion, le nouveau seul.
help-resetpass = Donne un nouveau mot de passe, avec le code d'un opérateur ou d'une lettre.
help-sendpass = Envoie un code pour un nouveau mot de passe à l'adresse de votre compte.
help-verify = Montre le code envoyé à votre adresse.
help-email = Change l'adresse de votre compte, ou l'enlève (off) ; ajoutez le mot de passe, sauf juste après une connexion.
help-unregister = Supprime votre compte pour toujours, avec tout ce qui est conservé pour lui.
help-cert = Liste les certificats qui connectent à votre compte, ou les change : add, del [EMPREINTE].
help-bearer = Connecte à votre compte avec un jeton d'un émetteur auquel le serveur fait confiance.
help-identity = Liste qui vous êtes ailleurs et dont les jetons connectent à votre compte, ou le change : add JETON, del SUJET [ÉMETTEUR].
help-account-identity = Dit de qui les jetons connectent à un compte : COMPTE add SUJET [ÉMETTEUR], COMPTE del SUJET [ÉMETTEUR].
help-device = Liste vos appareils qui ont leur propre mot de passe, ou les change : add NOM, del NOM.
help-sessions = Liste les connexions de votre compte, ou les ferme : end ID, end all (les autres).
help-export = Montre tout ce qui est conservé de votre compte et ce que vous avez dit, en lignes de JSON, page par page.
help-ghost = Ferme de vieilles connexions à vous qui ont votre pseudo.
help-regain = Prend votre pseudo, même à qui le porte.
help-accounts = Liste les comptes, à qui s'en occupe.
help-account-create = Crée un compte pour quelqu'un.
help-account-suspend = Ferme un compte, et les connexions qui l'utilisent.
help-account-unsuspend = Rouvre un compte fermé.
help-account-rename = Donne un autre nom à un compte.
help-account-reset = Crée un code qui donne un nouveau mot de passe à un compte, une seule fois.
help-account-email = Donne une adresse au compte de quelqu’un, ou la retire (off).
help-account-delete = Supprime un compte pour toujours, avec tout ce qui est conservé pour lui.
help-client = Dit avant que vous ayez un pseudo quel client vous utilisez, pour voir ce qu'il a manqué ; seul, liste vos clients.
help-claim = Fait de votre compte un administrateur, avec le code affiché par le serveur.
help-oper = Vous connecte comme opérateur, et le montre.
help-audit = Montre ce que les opérateurs et les modérateurs ont fait, partout ou dans un canal, à qui en a le droit.
help-server-ban = Interdit de serveur une adresse, un réseau, un masque, un compte ou un pseudo.
help-server-unban = Lève une interdiction de serveur.
help-server-bans = Liste les interdictions de serveur.
help-defcon = Montre ou change le niveau de défense : de 5, le niveau habituel, à 1, plus personne n'entre.
help-reload = Fait relire sa configuration au serveur.
help-stop-server = Arrête le serveur.
help-kill = Ferme les connexions de quelqu'un.
help-log = Montre les derniers événements du serveur, aux modérateurs et aux administrateurs.
help-notices = Choisit les avis du serveur que vous lisez, pour qui en a le droit.
help-alert = Parle à tout le serveur ; pour les modérateurs et les administrateurs.
help-motd = Montre le message du jour.
help-help = Liste les commandes, ou en explique une.
help-lang = Choisit votre langue : fr ou en.
help-ping = Demande un signe de vie au serveur.
help-quit = Quitte le serveur.

## Refus

unknown-command = Commande inconnue.
need-more-params = Il manque : { $name }.
invalid-param = Pas compris : { $value }.
no-text = Il n'y a rien à dire.
bad-text = Cette ligne contient des caractères de contrôle, et n'a pas été prise.
invalid-utf8 = Cette ligne n'est pas de l'UTF-8 valide, et n'a pas été prise.
text-too-long = Trop long : { $max } octets au plus.
input-too-long = Cette ligne est trop longue : { $max } octets au plus.
not-registered = Choisissez d'abord un pseudo : /nick PSEUDO
already-registered = Vous avez déjà un pseudo.
bad-nick = Pseudo impossible : { $nick }
nick-taken = Pseudo déjà pris.
too-many-sessions = Vous êtes déjà là depuis { $max } connexions.
nick-reserved = Ce pseudo est celui d'un compte. S'il est à vous : /login COMPTE MOT-DE-PASSE
no-such-nick = Personne ici ne s'appelle { $nick }.
was-no-such-nick = Personne ne s'est appelé { $nick }.
no-current-channel = Vous n'êtes dans aucun canal. Rejoignez-en un : /join CANAL
bad-channel = Nom de canal impossible : { $channel }
no-such-channel = Pas de canal de ce nom : { $channel }
confusable-channel = Le nom d'un autre canal ressemble trop à { $channel }.
not-on-channel = Vous n'êtes pas sur { $channel }.
user-not-on-channel = Sur { $channel } il n'y a pas de { $nick }.
user-on-channel = Déjà sur { $channel } : { $nick }
not-operator = Vous n'êtes pas opérateur du canal { $channel }.
rank-too-low = Votre statut sur { $channel } n'est pas assez élevé pour cela.
login-to-speak = Seuls ceux qui sont connectés à un compte parlent sur { $channel }.
no-notices = Les notices ne sont pas prises sur { $channel }.
no-ctcp = Les programmes ne se parlent pas sur { $channel }.
no-colours = Les mots n'ont pas de couleurs sur { $channel }.
too-fast = Pas si vite : vous pourrez parler sur { $channel } dans { $seconds } s.
banned-nick-change = Vous gardez votre pseudo tant que vous ne pouvez pas parler sur { $channel }.
no-nick-change = Sur { $channel }, les membres gardent leur pseudo.
login-to-join = Seuls ceux qui sont connectés à un compte entrent sur { $channel }.
opers-only = Seuls les opérateurs du serveur entrent sur { $channel }.
secure-only = Seuls ceux qui sont connectés par TLS entrent sur { $channel }.
join-throttled = Trop de monde rejoint { $channel }. Réessayez plus tard.
sent-on = { $channel } ne vous prend pas. Vous êtes envoyé sur { $to }.
channel-is-registered = { $channel } est déjà enregistré.
channel-not-registered = { $channel } n'est pas enregistré.
too-many-registered = Ce compte a { $max } canaux et ne peut en avoir plus.
mode-locked = Sur { $channel }, ce mode est verrouillé : { $mode }
topic-locked = Le sujet de { $channel } est verrouillé : seule la liste d'accès le change.
not-founder = C'est réservé au fondateur de { $channel }.
is-founder = Le fondateur de { $channel } est déjà { $account }.
not-offered = Personne ne vous a offert { $channel }.
no-access = Vous n'êtes pas sur la liste d'accès de { $channel }.
access-list-full = La liste d'accès de { $channel } est pleine.
channel-purged = { $channel } a été fermé par les opérateurs du serveur.
not-purged = { $channel } n'est pas fermé.
purge-list-full = Il y a { $max } canaux fermés et il ne peut y en avoir plus.
cannot-send = Vous ne pouvez pas parler sur { $channel }.
banned-from = L'accès à { $channel } vous est interdit.
invite-only = Le canal { $channel } est sur invitation.
bad-key = Le canal { $channel } demande sa clé : /join CANAL CLÉ
channel-full = Le canal { $channel } est plein.
too-many-channels = Vous êtes dans trop de canaux pour rejoindre { $channel }.
list-full = La liste { $list } de { $channel } est pleine.
not-listed = Absent de la liste de { $channel } : { $mask }
unknown-mode = Mode inconnu : { $mode }
unknown-user-mode = Mode d'utilisateur inconnu.
users-dont-match = Vous ne pouvez changer que vos propres modes.
redact-nowhere = Il n'y a rien à effacer sur { $channel } pour vous.
redact-forbidden = Seul son auteur ou un opérateur peut effacer cela.
redact-expired = Cela a été dit il y a trop longtemps pour être effacé.
redact-unknown = Aucun message de « { $message } » n'a été trouvé.
channel-name-in-use = Il y a déjà un canal { $channel }.
cannot-rename = { $channel } ne peut pas s'appeler { $new }, ou pas si tôt après la dernière fois.
silence-list-full = La liste de ceux que vous n'entendez pas est pleine.
no-history = Rien n'a jamais été dit sur { $channel }.
setting-is-fixed = Le serveur décide de { $setting } pour tous les comptes.
not-logged-in = Il faut un compte. Tapez : /login COMPTE MOT-DE-PASSE
already-logged-in = Vous utilisez déjà le compte { $account }.
account-exists = Ce nom de compte est déjà pris.
no-such-account = Pas de compte de ce nom : { $account }
bad-account = Nom de compte impossible.
wrong-credentials = Compte ou mot de passe incorrect.
bad-password = Ce mot de passe est trop court ou trop long : il lui faut de { $min } à { $max } octets.
bad-code = Code faux ou expiré.
old-password-needed = Donnez l'ancien mot de passe, puis le nouveau : /passwd ANCIEN NOUVEAU
account-required = Il faut un compte pour entrer : /login COMPTE MOT-DE-PASSE, ou /register
registration-closed = Seuls les opérateurs créent des comptes ici.
connect-first = Entrez d'abord, et créez ensuite votre compte.
unacceptable-email = Ce serveur n'envoie pas de courrier : pas d'adresse.
invalid-email = Aucune lettre ne peut partir vers cette adresse.
email-needed = Les comptes de ce serveur ont une adresse électronique : donnez-en une.
no-mail = Ce serveur n'envoie pas de courrier. Ses opérateurs aident qui a perdu son mot de passe.
password-needed = Ajoutez votre mot de passe.
too-many-failed-logins = Trop d'échecs de connexion au compte. Réessayez plus tard.
no-certificate = Vous n'avez pas montré de certificat.
no-tokens = Les jetons ne sont pas acceptés sur cette connexion.
token-malformed = Ce n'est pas un jeton.
token-invalid = Ce jeton ne vaut rien ici.
token-expired = Ce jeton a expiré. Prenez-en un nouveau.
token-unchecked = Le jeton ne peut pas être vérifié maintenant. Réessayez plus tard.
identity-unknown = Le jeton est de quelqu'un qui n'a pas de compte. Connectez-vous au vôtre, puis montrez le jeton encore une fois.
identity-name-taken = Aucun compte { $name } ne peut être créé pour la personne que montre le jeton.
identity-in-use = Ce jeton connecte à un autre compte.
certificate-in-use = Ce certificat connecte à un autre compte.
too-many-credentials = Votre compte en a déjà { $max } et ne peut en avoir plus.
no-such-credential = Votre compte n'a rien de ce nom : { $name }
device-exists = L'appareil { $device } a déjà un mot de passe. Pour en avoir un autre, tapez d'abord : /device del { $device }
too-many-connections = Ce compte a déjà { $max } connexions.
account-suspended = Ce compte est suspendu.
account-suspended-why = Ce compte est suspendu : { $reason }
not-suspended = Ce compte n'est pas suspendu : { $account }
not-your-nick = Ce pseudo n'est pas celui de votre compte : { $nick }
reload-failed = La configuration n'a pas été prise : { $problem }
restricted = Pas maintenant : le serveur se défend (niveau { $level }). Se connecter à un compte peut aider.
server-silenced = Vous êtes réduit au silence sur ce serveur.
server-silenced-why = Vous êtes réduit au silence sur ce serveur : { $reason }
no-such-server-ban = Pas d'interdiction de ce nom : { $target }
ban-too-wide = C'est presque tout le monde : { $target }. Il faut à un masque plus que des jokers, à un réseau au moins /8 (IPv6 : /16).
too-many-server-bans = Il y a déjà trop d'interdictions : { $max } au plus.
no-privileges = Réservé aux modérateurs et aux administrateurs.
too-many-targets = Trop à la fois : { $max } au plus.
no-such-server = Il n'y a pas de serveur de ce nom : { $server }
knock-on-channel = Vous êtes déjà sur { $channel }.
channel-is-open = Le canal { $channel } est ouvert : tapez /join { $channel }
cannot-knock = Vous ne pouvez pas demander à être invité sur { $channel }.
too-many-knocks = Vous venez de demander. Attendez une minute.
caller-told = Pas envoyé : { $nick } ne lit que ses connaissances, et apprend que vous avez appelé.
caller-not-accepted = Pas envoyé : { $nick } ne lit que ses connaissances.
no-ctcp-to-them = Pas envoyé : { $nick } ne prend pas les mots des programmes.
needs-login-to-write = Pas envoyé : { $nick } ne lit que qui utilise un compte. Tapez /login ou /register.
already-accepted = Peut déjà vous écrire : { $nick }
not-accepted = Pas parmi ceux qui peuvent vous écrire : { $nick }
accept-list-full = Trop de personnes peuvent déjà vous écrire.
monitor-full = Vous suivez déjà trop de monde : { $max } au plus.
try-again = Le serveur est occupé. Réessayez dans un instant.
storage-full = Le disque du serveur est plein : plus rien ne peut être conservé. Rien n'a été fait.
internal = Le serveur a rencontré une erreur. Rien n'a été fait.
