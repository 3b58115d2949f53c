# What the line protocol says in English. fr.ftl has the same messages with the same variables; the
# `help-…` messages are there only, because in English a command's help is the command table's.
#
# No answer begins with a name: a name may begin with `[`, as lines of other people do, and an answer must
# never look like one of them.

## Coming and going

greeting = Welcome to { $network }.
greeting-hint = Type /nick and the name you want to enter, or /help for help.
welcome = Welcome, { $nick }!
pong = Pong.
pong-token = Pong: { $token }
done = Done.
language = From now on you read English.

bye = Goodbye!
bye-killed = You were disconnected by { $nick }.
bye-killed-why = You were disconnected by { $nick }: { $reason }
bye-banned = You are banned from this server.
bye-banned-why = You are banned from this server: { $reason }
bye-failed-logins = Too many failed logins. Goodbye.
bye-logged-out = That account is gone, or has a new password. Goodbye.
bye-ended = Your session was ended. Goodbye.
bye-password-needed = This server has a password. Give it with /pass, and then your nick. Goodbye.
bye-no-gateway = Only gateways that are trusted connect for others. Goodbye.
bye-registration-timeout = No nick was chosen in time. Goodbye.
bye-send-queue = You read more slowly than you are written to. Goodbye.
bye-ping-timeout = You no longer answer. Goodbye.
bye-connection-lost = The connection was lost.
bye-wrong-protocol = Only plain text lines are understood here, neither TLS nor HTTP nor SSH. Goodbye.
bye-too-many-connections = Too many connections. Try again later.
bye-shutting-down = The server is stopping. What was said is kept. Goodbye.
bye-storage-failed = The server can no longer keep what is said, and stops. Goodbye.
bye-internal = Something broke in the server. Goodbye.

## Why somebody quit, for the others

quit-failed-logins = too many failed logins
quit-suspended = account suspended
quit-logged-out = logged out
quit-ended = session ended
quit-registration-timeout = no nick chosen in time
quit-send-queue = reads too slowly
quit-ping-timeout = no longer answers
quit-connection-lost = connection lost
quit-wrong-protocol = wrong protocol
quit-too-many-connections = too many connections
quit-shutting-down = the server is stopping
quit-server-error = server error
quit-banned = banned from the server
quit-killed = disconnected by { $nick }
quit-killed-why = disconnected by { $nick }: { $reason }

## What you did

joined = Joined channel { $channel }.
parted = You left channel { $channel }.
redacted = What { $author } said on { $channel } at { $time } is deleted.
renamed = Channel { $channel } is called { $new } from now on.
silenced = You hear nothing in private from { $mask } any more.
unsilenced = You hear { $mask } again.
silences = { $count ->
    [0] You hear everybody.
    [one] You do not hear (1):
   *[other] You do not hear ({ $count }):
}
kicked = You removed { $nick } from { $channel }.
topic-set = The topic of { $channel } is now: { $topic }
topic-cleared = The topic of { $channel } is cleared.
modes-changed = Modes of { $channel } changed: { $changes }
banned = Banned from { $channel }: { $mask }
muted = Muted on { $channel }: { $mask }
unmuted = May speak on { $channel } again: { $mask }
unbanned = Ban lifted on { $channel }: { $mask }
inviting = Invitation to { $channel } sent to { $nick }.
delivered = Message sent to { $nick }.
away-answer = Away, { $nick } says: { $message }
now-away = You are away. Type /away alone when you are back.
now-back = Welcome back.
alert-sent = Alert sent.
notices = You read the server's notices: { $letters }.
notices-none = You read no notices of the server.
server-notice = Notice: { $words }
account-registered = Account { $account } made.
still-on = You are on { $channel }.
setting-on = { $setting } is on.
setting-off = { $setting } is off.
logged-in = Logged in as { $account }.
claimed = You are now an administrator.
now-oper = You are now acting as an operator of the server.
logged-out = Logged out.
password-changed = The password of { $account } is changed.
account-suspended-now = The account { $account } is suspended.
account-suspended-until = The account { $account } is suspended until { $time } UTC.
account-unsuspended = The account { $account } is not suspended any more.
account-renamed = The account { $account } is called { $name } now.
account-deleted = The account { $account } is deleted.
reset-code = Until { $time } UTC this sets a new password: /resetpass { $account } { $code } PASSWORD
code-sent = A code is on its way to { $address }. Type: /verify { $account } CODE
reset-sent = If { $account } has an address, a code is on its way there. Type: /resetpass { $account } CODE PASSWORD
address-changed = The address of { $account } is { $address } now.
address-gone = { $account } has no address any more.
nick-freed = Nobody else is called { $nick } any more.
nick-own = You are called { $nick }.
export-more = There is more: /export { $position }
export-end = That is all.
nick-lent = That nick belongs to an account. Log in within { $seconds } s, or you lose it.
certificates = Certificates that log in to the account ({ $count }):
certificate-added = This certificate logs in to the account now: { $fingerprint }
certificate-removed = This certificate does not log in to the account any more: { $fingerprint }
identities = Whose tokens log in to the account ({ $count }):
identity-added = Tokens of { $subject } log in to the account now.
identity-removed = Tokens of { $subject } do not log in to the account any more.
devices = Devices with a password of their own, and since when (UTC): { $count }
device-added = The password for { $device }, which is not shown again: { $token }
device-removed = The password for { $device } is good no more.
sessions = Sessions that are logged in to the account: { $count }
session-own = this one
session-local = socket file
session-device = device { $device }
session-certificate = certificate
session-token = token of { $subject }
session-since = since { $time } UTC
sessions-ended = Sessions that were ended: { $count }

## What others did: these follow `* `

event-joined = { $nick } joined { $channel }
event-joined-own = You joined { $channel }
event-parted = { $nick } left { $channel }
event-parted-why = { $nick } left { $channel }: { $reason }
event-parted-own = You left { $channel }
event-quit = { $nick } left the server
event-quit-why = { $nick } left the server: { $reason }
event-nick = { $nick } is now called { $new }
event-nick-own = You are now called { $new }
event-away = { $nick } is away: { $message }
event-away-own = You are now away: { $message }
event-back = { $nick } is back
event-back-own = You are back
event-kicked = { $nick } removed { $target } from { $channel }
event-kicked-why = { $nick } removed { $target } from { $channel }: { $reason }
event-kicked-own = { $nick } removed you from { $channel }
event-kicked-own-why = { $nick } removed you from { $channel }: { $reason }
event-invited = { $nick } invited { $target } to { $channel }
event-invited-own = { $nick } invites you to { $channel }: type /join { $channel }
event-redacted = { $nick } deleted on { $channel } what { $author } said at { $time }
event-redacted-why = { $nick } deleted on { $channel } what { $author } said at { $time }: { $reason }
event-redacted-private = { $nick } deleted what { $author } said in private at { $time }
event-redacted-private-why = { $nick } deleted what { $author } said in private at { $time }: { $reason }
event-renamed = { $nick } renamed { $channel } to { $new }
event-renamed-why = { $nick } renamed { $channel } to { $new }: { $reason }
event-topic = { $nick } set the topic of { $channel }: { $topic }
event-topic-cleared = { $nick } cleared the topic of { $channel }
event-modes = { $nick } changed the modes of { $channel }: { $changes }
event-banned = { $nick } banned from { $channel }: { $mask }
event-muted = { $nick } muted on { $channel }: { $mask }
event-unmuted = { $nick } lifted a mute on { $channel }: { $mask }
event-unbanned = { $nick } lifted a ban on { $channel }: { $mask }
event-knocked = { $nick } asks to be invited to { $channel }
event-called = { $nick } wants to write to you, and your modes keep them out
user-modes-changed = Your modes changed: { $changes }
event-logged-in-own = You are logged in as { $account }
event-logged-out-own = You are not logged in any more
event-channel-offered = { $nick } offers you the channel { $channel }: type /channel #{ $channel } take
event-came = { $nick } is here
event-went = { $nick } is gone

## In brackets, before words

private-from = Private from { $nick }
private-to = Private to { $nick }
alert-from = Alert from { $nick }

## Answers to questions

topic = Topic of { $channel }: { $topic }
topic-by = Set by { $nick } on { $time } UTC.
topic-none = No topic on { $channel }.
names = { $count ->
    [0] Nobody on { $channel }.
   *[other] On { $channel } ({ $count }):
}
list = { $count ->
    [0] No channels.
    [one] { $count } channel:
   *[other] { $count } channels:
}
modes = Modes of { $channel }: { $modes }
modes-none = No modes on { $channel }.
mask-list = { $count ->
    [0] List { $list } of { $channel } is empty.
   *[other] List { $list } of { $channel } ({ $count }):
}
the-server = the server
channel-info = { $channel } was made on { $time } UTC.
channel-info-free = It is not registered.
channel-info-founder = It belongs to { $account } since { $time } UTC.
channel-info-you = There you are { $status }.
channel-info-set = There, { $words }
channel-set = On { $channel }, { $words }
set-mlock = these modes are locked: { $value }
set-mlock-none = no mode is locked
set-entrymsg = who joins is told: { $value }
set-entrymsg-none = who joins is told nothing
set-topiclock-on = only the access list changes the topic
set-topiclock-off = the topic is not locked
entry-message = { $channel } says: { $message }
channel-registered = { $channel } is registered. It belongs to { $account }.
channel-unregistered = { $channel } is not registered any more.
channel-offered = { $channel } is offered to { $account }.
channel-not-offered = { $channel } is offered to nobody.
channel-transferred = { $channel } belongs to { $account } now.
access-changed = On { $channel }, { $account } is { $status } now.
access-list = Access to { $channel } ({ $count }):
access-row = { $account }: { $status }
channels-mine = { $count ->
    [0] No channel is yours.
   *[other] Channels of yours ({ $count }):
}
channel-cleared = Cleared on { $channel }: { $what ->
    [users] people
    [access] accounts with access
   *[bans] bans
} ({ $count }).
channel-purged-now = { $channel } is closed.
channel-unpurged = { $channel } may be made again.
purge-list = { $count ->
    [0] No channel is closed.
   *[other] Closed channels ({ $count }):
}
status-owner = an owner
status-admin = an administrator
status-op = an operator
status-halfop = a half-operator
status-voice = a member with voice
status-none = a member like others
mask-row = { $mask }, by { $nick } on { $time } UTC
user-modes = Your modes: { $modes }
history = { $count ->
    [0] Nothing was said on { $channel }.
    [one] The last message on { $channel } (UTC):
   *[other] The last { $count } messages on { $channel } (UTC):
}
missed = { $count ->
    [0] You missed nothing on { $channel }.
    [one] You missed { $count } message on { $channel } (UTC):
   *[other] You missed { $count } messages on { $channel } (UTC):
}
missed-with = { $count ->
    [one] You missed { $count } message with { $nick } (UTC):
   *[other] You missed { $count } messages with { $nick } (UTC):
}
clients = { $count ->
    [0] Your account knows no clients. Type /client NAME before /nick.
    [one] 1 client:
   *[other] { $count } clients:
}
client-here = { $client }, here since { $time } UTC
client-gone = { $client }, gone since { $time } UTC
event-log = { $count ->
    [0] Nothing in the event log.
    [one] The last event (UTC):
   *[other] The last { $count } events (UTC):
}
server-banned = { $count ->
    [0] Banned { $lasts }: { $target }. No connection was closed.
    [one] Banned { $lasts }: { $target }. One connection was closed.
   *[other] Banned { $lasts }: { $target }. { $count } connections were closed.
}
reloaded = The configuration was read again. Taken: { $keys }
reloaded-nothing = The configuration was read again. Nothing has changed.
reload-left = Only after a restart: { $keys }
defcon = The level of defence is { $level }.
server-unbanned = No longer banned: { $target }
server-bans = { $count ->
    [0] Nobody is banned from the server.
    [one] One ban (UTC):
   *[other] { $count } bans (UTC):
}
server-ban-row = { $target } { $lasts }, by { $nick } on { $time }: { $reason }
ban-until = until { $time }
ban-for-good = for good
audit-trail = { $count ->
    [0] Nothing in the audit trail.
    [one] The last act (UTC):
   *[other] The last { $count } acts (UTC):
}
motd = Message of the day:
motd-none = No message of the day.
whois = About { $nick }:
whois-address = Address: { $address }
whois-real-address = Connected from: { $address }
whois-realname = Real name: { $realname }
whois-account = Account: { $account }
whois-role = Role: { $role }
whois-secure = Connected through TLS
whois-certificate = Certificate: { $fingerprint }
whois-channels = Channels: { $channels }
whois-away = Away: { $message }
whois-since = Here since { $time } UTC
account-info = About the account { $account }:
account-info-since = Made on { $time } UTC
account-info-connections = Connections: { $count }
account-info-address = Address: { $address }
account-info-suspended = Suspended by { $nick } on { $time } UTC: { $reason }
accounts = Accounts ({ $count }):
accounts-more = There are more. Narrow it down: /accounts PATTERN
whowas = The name { $nick } was used by:
whowas-row = { $address }, { $realname }, until { $time } UTC
who = { $count ->
    [0] Nobody matches { $mask }.
    [one] { $count } person matches { $mask }:
   *[other] { $count } people match { $mask }:
}
userhost = Addresses ({ $count }):
list-more = There are more. Ask for some: /list PATTERN
accepted = May write to you ({ $count }):
knocked = Those who run { $channel } are asked for an invitation.
invitations = You are invited to ({ $count }):
ison = Here ({ $count }):
monitor-online = Here of those you watch ({ $count }):
monitor-offline = Not here of those you watch ({ $count }):
monitor-list = You watch ({ $count }):
lusers = People here: { $users }. Channels: { $channels }.
version = This is Colvert { $version }.
time = It is { $time } UTC.
code-made = A code for becoming an administrator is valid until { $time } UTC.
role-changed = Account { $account } is now: { $role }.
imported = { $count ->
    [one] Imported { $count } channel.
   *[other] Imported { $count } channels.
}
role-member = member
role-moderator = moderator
role-administrator = administrator

## Help

help = Commands (/help COMMAND explains one):
usage = Usage: { $syntax }
also = Also: { $aliases }

field-channel = channel
field-name = name
field-level = level
field-target = target
field-terms = time-and-reason
field-time = time
field-action = action
field-setting = setting
field-client = client
field-value = value
field-nick = nick
field-key = key
field-reason = reason
field-text = text
field-token = word
field-topic = topic
field-pattern = pattern
field-conditions = conditions
field-modes = modes
field-params = values
field-message = message
field-count = count
field-place = place
field-about = letters
field-account = account
field-password = password
field-code = code
field-masks = masks
field-new = new
field-replacement = new-password
field-email = email
field-fingerprint = fingerprint
field-device = device
field-session = session
field-proof = token
field-what = token-or-subject
field-issuer = issuer
field-subject = subject
field-after = after
field-wanted = pattern
field-command = command
field-language = fr|en

## Refusals

unknown-command = Unknown command.
need-more-params = Missing: { $name }.
invalid-param = Not understood: { $value }.
no-text = There is nothing to say.
bad-text = That line has control characters, and was not taken.
invalid-utf8 = That line is not valid UTF-8, and was not taken.
text-too-long = Too long: at most { $max } bytes.
input-too-long = That line is too long: at most { $max } bytes.
not-registered = Choose a nick first: /nick NICK
already-registered = You already have a nick.
bad-nick = Not a possible nick: { $nick }
nick-taken = Nick already taken.
too-many-sessions = You are here from { $max } connections already.
nick-reserved = That nick belongs to an account. If it is yours: /login ACCOUNT PASSWORD
no-such-nick = Nobody here is called { $nick }.
was-no-such-nick = Nobody was called { $nick }.
no-current-channel = You are on no channel. Join one: /join CHANNEL
bad-channel = Not a possible channel name: { $channel }
no-such-channel = No such channel: { $channel }
confusable-channel = Another channel's name looks just like { $channel }.
not-on-channel = You are not on { $channel }.
user-not-on-channel = On { $channel } there is no { $nick }.
user-on-channel = Already on { $channel }: { $nick }
not-operator = You are not a channel operator on { $channel }.
rank-too-low = Your status on { $channel } is not high enough for that.
login-to-speak = Only who is logged in may speak on { $channel }.
no-notices = Notices are not taken on { $channel }.
no-ctcp = Programs do not talk to each other on { $channel }.
no-colours = Words have no colours on { $channel }.
too-fast = Not so fast: you may speak on { $channel } in { $seconds } s.
banned-nick-change = You keep your nick while you may not speak on { $channel }.
no-nick-change = On { $channel } members keep their nicks.
login-to-join = Only who is logged in may join { $channel }.
opers-only = Only operators of the server may join { $channel }.
secure-only = Only who is connected by TLS may join { $channel }.
join-throttled = Too many people are joining { $channel }. Try again later.
sent-on = { $channel } does not take you. You are sent to { $to }.
channel-is-registered = { $channel } is registered already.
channel-not-registered = { $channel } is not registered.
too-many-registered = That account has { $max } channels, and may have no more.
mode-locked = On { $channel } that mode is locked: { $mode }
topic-locked = The topic of { $channel } is locked: only who is on the access list changes it.
not-founder = That is for the founder of { $channel }.
is-founder = The founder of { $channel } is { $account } already.
not-offered = Nobody offered you { $channel }.
no-access = You are not on the access list of { $channel }.
access-list-full = The access list of { $channel } is full.
channel-purged = { $channel } was closed by the operators of the server.
not-purged = { $channel } is not closed.
purge-list-full = There are { $max } closed channels, and can be no more.
cannot-send = You may not speak on { $channel }.
banned-from = You are banned from { $channel }.
invite-only = Channel { $channel } is by invitation.
bad-key = Channel { $channel } needs its key: /join CHANNEL KEY
channel-full = Channel { $channel } is full.
too-many-channels = You are on too many channels to join { $channel }.
list-full = List { $list } of { $channel } is full.
not-listed = Not on the list of { $channel }: { $mask }
unknown-mode = Unknown mode: { $mode }
unknown-user-mode = Unknown user mode.
users-dont-match = You may change only your own modes.
redact-nowhere = There is nothing to delete on { $channel } for you.
redact-forbidden = Only who said it or who keeps order may delete that.
redact-expired = That was said too long ago to delete it.
redact-unknown = No message of "{ $message }" was found.
channel-name-in-use = There is a channel { $channel } already.
cannot-rename = { $channel } cannot be called { $new }, or not so soon after the last time.
silence-list-full = Your list of whom you do not hear is full.
no-history = Nothing was ever said on { $channel }.
setting-is-fixed = The server decides { $setting } for all accounts.
not-logged-in = You are not logged in. Type: /login ACCOUNT PASSWORD
already-logged-in = You are already logged in as { $account }.
account-exists = That account name is taken.
no-such-account = No such account: { $account }
bad-account = Not a possible account name.
wrong-credentials = Wrong account or password.
bad-password = That password is too short or too long: it has { $min } to { $max } bytes.
bad-code = Wrong or expired code.
old-password-needed = Give the old password, then the new one: /passwd OLD NEW
account-required = Coming in needs an account: /login ACCOUNT PASSWORD, or /register
registration-closed = Only operators make accounts here.
connect-first = Come in first, and make your account then.
unacceptable-email = This server sends no mail: leave the address out.
invalid-email = No letter can be sent to that address.
email-needed = Accounts of this server have an address of e-mail: give one.
no-mail = This server sends no mail. Its operators help who has lost a password.
password-needed = Add your password.
too-many-failed-logins = Too many logins have failed. Try again later.
no-certificate = You have shown no certificate.
no-tokens = Tokens are not taken on this connection.
token-malformed = That is no token.
token-invalid = That token is not good here.
token-expired = That token has expired. Get a new one.
token-unchecked = The token cannot be checked now. Try again later.
identity-unknown = The token is of nobody with an account. Log in to yours, and show the token again.
identity-name-taken = No account { $name } can be made for whom the token shows.
identity-in-use = That token logs in to another account.
certificate-in-use = That certificate logs in to another account.
too-many-credentials = Your account has { $max } already and can have no more.
no-such-credential = Your account has nothing of that name: { $name }
device-exists = The device { $device } has a password already. For another one, type first: /device del { $device }
too-many-connections = That account is used by { $max } connections already.
account-suspended = That account is suspended.
account-suspended-why = That account is suspended: { $reason }
not-suspended = That account is not suspended: { $account }
not-your-nick = That nick is not your account's: { $nick }
reload-failed = The configuration was not taken: { $problem }
restricted = Not now: the server defends itself (level { $level }). Logging in may help.
server-silenced = You are silenced on this server.
server-silenced-why = You are silenced on this server: { $reason }
no-such-server-ban = There is no such ban: { $target }
ban-too-wide = That is nearly everybody: { $target }. A mask needs more than wildcards, a net at least /8 (IPv6: /16).
too-many-server-bans = There are too many bans already: { $max } at most.
no-privileges = For moderators and administrators only.
too-many-targets = Too many at once: at most { $max }.
no-such-server = There is no such server: { $server }
knock-on-channel = You are on { $channel } already.
channel-is-open = Channel { $channel } is open: type /join { $channel }
cannot-knock = You cannot ask for an invitation to { $channel }.
too-many-knocks = You asked a moment ago. Wait a minute.
caller-told = Not sent: { $nick } reads only people they know, and is told that you called.
caller-not-accepted = Not sent: { $nick } reads only people they know.
no-ctcp-to-them = Not sent: { $nick } takes no words of programs.
needs-login-to-write = Not sent: { $nick } reads only who is logged in. Type /login or /register.
already-accepted = May write to you already: { $nick }
not-accepted = Not among those who may write to you: { $nick }
accept-list-full = You let too many people write to you already.
monitor-full = You watch too many already: at most { $max }.
try-again = The server is busy. Try again in a moment.
storage-full = The server's disk is full: nothing new can be kept. Nothing was done.
internal = Something broke in the server. Nothing was done.
