//! In which ways each command asks after a channel. The list is as long as the table of commands: a command without a line here
//! fails the test, and so does a verb of IRC, a slash command or a word to a service.

use std::collections::BTreeSet;

use colvert_core::command::{LogClass, Needs};
use colvert_core::commands::COMMANDS;

use crate::scene::{Scene, Way};

/// A command, and how it is asked on each door.
pub struct Ways {
    command: &'static str,
    pub irc: &'static [&'static str],
    pub line: &'static [&'static str],
}

const fn ways(command: &'static str, irc: &'static [&'static str], line: &'static [&'static str]) -> Ways {
    Ways { command, irc, line }
}

/// All of them: names as `#quay`, people as olga, who is there, and friend, who is not. Lines of one question are divided by LF.
#[rustfmt::skip]
pub const WAYS: &[Ways] = &[
    ways("NICK", &["NICK other"], &["/nick other"]),
    ways("USER", &["USER asker 0 * :Asker"], &[]),
    ways("HOLD", &["CAP LS 302", "CAP LIST"], &[]),
    ways("FORGET-KEYS", &["CAP REQ :-draft/metadata-3"], &[]),
    ways("IMPLICIT-NAMES", &["CAP REQ :no-implicit-names"], &[]),
    ways("EVENT-PLAYBACK", &["CAP REQ :-draft/event-playback"], &[]),
    ways("PASS", &["PASS x"], &["/pass x"]),
    ways("PASS-LOGIN", &["PASS x:y"], &[]),
    ways("WEBIRC", &["WEBIRC x y host 10.0.0.1"], &[]),
    ways("JOIN", &["JOIN #quay"], &["/join #quay"]),
    ways("PART", &["PART #quay", "PART #quay :bye"], &["/part #quay"]),
    ways("MSG", &["PRIVMSG #quay :hello", "PRIVMSG @#quay :hello", "PRIVMSG #quay,olga :hello",
        "BATCH +1 draft/multiline #quay\n@batch=1 PRIVMSG #quay :hello\nBATCH -1"],
        &["/msg #quay hello", "/msg @#quay hello", "hello"]),
    ways("ME", &["PRIVMSG #quay :\u{1}ACTION waves\u{1}"], &["/me waves"]),
    ways("WHISPER", &["PRIVMSG olga :hello"], &["/whisper olga hello"]),
    ways("PRIVATE-ACTION", &["PRIVMSG olga :\u{1}ACTION waves\u{1}"], &[]),
    ways("NOTICE", &["NOTICE #quay :hello", "NOTICE @#quay :hello"], &[]),
    ways("PRIVATE-NOTICE", &["NOTICE olga :hello"], &[]),
    ways("TOPIC", &["TOPIC #quay", "TOPIC #quay :new"], &["/topic #quay", "/topic #quay new"]),
    ways("TOPIC-CLEAR", &["TOPIC #quay :"], &["/untopic #quay"]),
    ways("NAMES", &["NAMES #quay", "NAMES #quay,#pier"], &["/users #quay", "/who #quay"]),
    ways("LIST", &["LIST", "LIST #quay", "LIST #*", "LIST >0", "LIST <100", "LIST C<60", "LIST T<60", "LIST !#pier"],
        &["/list", "/list #q*"]),
    ways("RENAME", &["RENAME #quay #pier", "RENAME #quay #QUAY :why"], &["/rename #quay #pier"]),
    ways("RELAYMSG", &["RELAYMSG #quay a/b :hello"], &[]),
    ways("INVITE", &["INVITE friend #quay", "INVITE olga #quay"], &["/invite #quay friend"]),
    ways("INVITATIONS", &["INVITE"], &[]),
    ways("KNOCK", &["KNOCK #quay"], &["/knock #quay"]),
    ways("KICK", &["KICK #quay friend", "KICK #quay olga"], &["/kick #quay olga"]),
    ways("BAN", &["BAN #quay friend"], &["/ban #quay friend"]),
    ways("UNBAN", &["UNBAN #quay friend", "UNBAN #quay enemy!*@*"], &["/unban #quay enemy!*@*"]),
    ways("MUTE", &["MUTE #quay friend"], &["/mute #quay friend"]),
    ways("UNMUTE", &["UNMUTE #quay friend"], &["/unmute #quay friend"]),
    ways("OP", &["OP #quay olga"], &["/op #quay olga"]),
    ways("DEOP", &["DEOP #quay olga"], &["/deop #quay olga"]),
    ways("HALFOP", &["HALFOP #quay olga"], &["/halfop #quay olga"]),
    ways("DEHALFOP", &["DEHALFOP #quay olga"], &["/dehalfop #quay olga"]),
    ways("VOICE", &["VOICE #quay olga"], &["/voice #quay olga"]),
    ways("DEVOICE", &["DEVOICE #quay olga"], &["/devoice #quay olga"]),
    ways("OWNER", &["OWNER #quay olga"], &[]),
    ways("DEOWNER", &["DEOWNER #quay olga"], &[]),
    ways("PROTECT", &["PROTECT #quay olga"], &[]),
    ways("DEPROTECT", &["DEPROTECT #quay olga"], &[]),
    ways("MODE", &["MODE #quay", "MODE #quay +b", "MODE #quay b", "MODE #quay +e", "MODE #quay +I", "MODE #quay +m",
        "MODE #quay +k", "MODE #quay -k x", "MODE #quay +v olga", "MODE #quay +b x!*@*", "MODE #quay +?"],
        &["/mode #quay", "/mode #quay b", "/mode #quay +m", "/mode #quay +v olga"]),
    ways("CHANNEL", &["CHANNEL #quay", "CHANNEL #quay access", "CHANNEL #quay access olga op", "CHANNEL #quay register",
        "CHANNEL #quay drop", "CHANNEL #quay transfer olga", "CHANNEL #quay take", "CHANNEL #quay up", "CHANNEL #quay mine",
        "CHANNEL #quay clear bans", "CHANNEL #quay clear users", "CHANNEL #quay clear access",
        "CHANNEL #quay audit", "CHANNEL #quay audit 5", "CHANNEL #quay purge", "CHANNEL #quay unpurge", "CHANNEL #quay purged",
        "CS REGISTER #quay", "CS UNREGISTER #quay", "CS INFO #quay", "CS ACCESS #quay", "CS ACCESS #quay olga op",
        "CS AMODE #quay", "CS AMODE #quay +o olga", "CS LIST", "CS AUDIT #quay", "CS UP #quay", "CS OP #quay", "CS OP #quay olga",
        "CS DEOP #quay", "CS VOICE #quay", "CS OWNER #quay", "CS DEOP #quay olga", "CS HALFOP #quay olga", "CS DEHALFOP #quay olga", "CS VOICE #quay olga", "CS DEVOICE #quay olga",
        "CS KICK #quay olga", "CS BAN #quay olga", "CS UNBAN #quay olga", "CS QUIET #quay olga", "CS UNQUIET #quay olga",
        "CS INVITE #quay friend", "CS TOPIC #quay new", "CS TRANSFER #quay olga", "CS ACCEPT #quay", "CS PURGE #quay",
        "CS FLAGS #quay olga +o", "CS QOP #quay ADD olga", "CS SOP #quay ADD olga", "CS AOP #quay ADD olga",
        "CS HOP #quay ADD olga", "CS VOP #quay ADD olga", "CS AKICK #quay ADD olga", "CS AKICK #quay LIST",
        "CS SET #quay FOUNDER olga", "CS SET #quay MLOCK +nt", "CS MLOCK #quay", "CS ENTRYMSG #quay hello",
        "CHANNEL #quay set", "CHANNEL #quay set mlock +i", "CHANNEL #quay set topiclock on", "CHANNEL #quay set entrymsg hi", "CS CLEAR #quay BANS", "CS OWNER #quay olga", "CS DEOWNER #quay olga",
        "CS PROTECT #quay olga", "CS DEPROTECT #quay olga", "CS GETKEY #quay", "CS TOPIC #quay",
        "CS GET #quay", "NS LISTCHANS", "CS SET #quay DESC boats", "CS CLOSE #quay", "CS SYNC #quay", "CS UNPURGE #quay", "CS PURGED", "CHANSERV INFO #quay", "PRIVMSG ChanServ :INFO #quay", "CS HELP INFO"],
        &["/channel #quay", "/channel #quay access", "/channel #quay register", "/channel #quay drop", "/channel #quay take",
        "/channel #quay up", "/channel #quay set", "/channel #quay set mlock +nt", "/channel #quay mine"]),
    ways("USER-MODE", &["MODE asker", "MODE asker +i", "MODE olga"], &[]),
    ways("AWAY", &["AWAY :lunch", "AWAY"], &["/away lunch"]),
    ways("PRE-AWAY", &["AWAY *"], &[]),
    ways("WHOIS", &["WHOIS olga", "WHOIS friend"], &["/whois olga"]),
    ways("WHOIS-ON", &["WHOIS olga olga", "WHOIS #quay olga"], &[]),
    ways("WHOWAS", &["WHOWAS olga", "WHOWAS *"], &[]),
    ways("WHO", &["WHO #quay", "WHO #quay o", "WHO #quay %tcuihsnfdlaor,1", "WHO olga", "WHO *", "WHO olga %cn", "WHO #q*"], &[]),
    ways("USERHOST", &["USERHOST olga"], &[]),
    ways("ISON", &["ISON olga"], &[]),
    ways("MONITOR", &["MONITOR + olga,#quay", "MONITOR S", "MONITOR L", "MONITOR - olga", "MONITOR C"], &[]),
    ways("METADATA", &["METADATA #quay GET display-name", "METADATA #quay LIST", "METADATA #quay SET url :x",
        "METADATA #quay SET display-name", "METADATA #quay CLEAR", "METADATA * SUB display-name\nMETADATA #quay SYNC", "METADATA #quay SUB x",
        "METADATA #quay SUBS", "METADATA olga LIST", "METADATA * SUB display-name", "METADATA * SUB display-name\nMETADATA *ALL SYNC"], &[]),
    ways("ACCEPT", &["ACCEPT olga", "ACCEPT *"], &[]),
    ways("SILENCE", &["SILENCE +olga", "SILENCE"], &["/silence olga"]),
    ways("HISTORY", &["HISTORY #quay", "HISTORY #quay 5"], &["/history #quay", "/history #quay 5"]),
    ways("READ", &["READ #quay"], &["/read #quay"]),
    ways("MARKREAD", &["MARKREAD #quay", "MARKREAD #quay timestamp=2027-01-01T00:00:00.000Z"], &[]),
    ways("PERSISTENCE", &["PERSISTENCE GET", "PERSISTENCE SET #quay"], &[]),
    ways("CHATHISTORY", &["CHATHISTORY LATEST #quay * 10", "CHATHISTORY LATEST #quay timestamp=2027-01-01T00:00:00.000Z 10",
        "CHATHISTORY BEFORE #quay timestamp=2030-01-01T00:00:00.000Z 10", "CHATHISTORY AFTER #quay timestamp=2027-01-01T00:00:00.000Z 10",
        "CHATHISTORY AROUND #quay msgid=MSGID 10",
        "CHATHISTORY BETWEEN #quay timestamp=2027-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 10",
        "CHATHISTORY BETWEEN #quay msgid=1-1 timestamp=2030-01-01T00:00:00.000Z 10",
        "CHATHISTORY TARGETS timestamp=2027-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 10"], &[]),
    // The same lines, of a client that asked for events: the asker with all capabilities is one.
    ways("CHATHISTORY-WITH-EVENTS", &[], &[]),
    ways("PLAYBACK", &["PRIVMSG *playback :PLAY #quay", "PRIVMSG *playback :PLAY #quay,#q* 1", "PRIVMSG *playback :PLAY *",
        "PRIVMSG *playback :PLAY olga", "ZNC *playback PLAY #quay", "PRIVMSG *playback :LIST", "PRIVMSG *playback :LIST #quay", "PRIVMSG *playback :CLEAR #quay"], &[]),
    ways("REDACT", &["REDACT #quay MSGID", "REDACT #quay nothing"], &[]),
    ways("DELETE", &["DELETE #quay olga", "DELETE #quay MSGID"], &["/delete #quay olga", "/delete #quay MSGID"]),
    ways("REGISTER", &["REGISTER * * quack-quack", "NS REGISTER quack-quack", "NICKSERV HELP REGISTER"], &["/register asker quack-quack"]),
    ways("VERIFY", &["VERIFY asker x", "NS VERIFY asker x"], &["/verify asker x"]),
    ways("LOGIN", &["LOGIN nobody quack-quack", "NS IDENTIFY nobody quack-quack", "IDENTIFY nobody quack-quack"], &["/login nobody quack-quack"]),
    ways("AUTHENTICATE", &["AUTHENTICATE PLAIN\nAUTHENTICATE *"], &[]),
    ways("AUTHENTICATE-EXTERNAL", &["AUTHENTICATE EXTERNAL"], &[]),
    ways("AUTHENTICATE-SCRAM", &["AUTHENTICATE SCRAM-SHA-256"], &[]),
    ways("AUTHENTICATE-OVER", &["AUTHENTICATE *"], &[]),
    ways("AUTHENTICATE-BEARER", &["AUTHENTICATE OAUTHBEARER"], &["/bearer x"]),
    ways("SET", &["SET", "NS GET", "NS SET ALWAYS-ON ON"], &["/set"]),
    ways("CLIENT", &["CLIENT", "CLIENT phone"], &["/client"]),
    ways("LOGOUT", &["LOGOUT", "NS LOGOUT"], &["/logout"]),
    ways("ACCOUNT", &["ACCOUNT", "ACCOUNT olga", "NS INFO"], &["/account"]),
    ways("PASSWD", &["PASSWD a b", "NS PASSWD a b"], &["/passwd a b"]),
    ways("SENDPASS", &["SENDPASS olga", "NS SENDPASS olga"], &["/sendpass olga"]),
    ways("RESETPASS", &["RESETPASS olga x y", "NS RESETPASS olga x y"], &["/resetpass olga x y"]),
    ways("EMAIL", &["EMAIL"], &["/email"]),
    ways("UNREGISTER", &["UNREGISTER olga x", "NS DROP x"], &["/unregister olga x"]),
    ways("CERT", &["CERT", "NS CERT LIST"], &["/cert"]),
    ways("IDENTITY", &["IDENTITY", "NS IDENTITY LIST"], &["/identity"]),
    ways("DEVICE", &["DEVICE", "NS DEVICE LIST"], &["/device"]),
    ways("SESSIONS", &["SESSIONS", "SESSIONS end s-1", "NS SESSIONS LIST"], &["/sessions"]),
    ways("EXPORT", &["EXPORT", "NS EXPORT"], &["/export"]),
    ways("GHOST", &["GHOST olga", "NS GHOST olga"], &["/ghost olga"]),
    ways("REGAIN", &["REGAIN olga", "NS REGAIN olga"], &["/regain olga"]),
    ways("ACCOUNTS", &["ACCOUNTS", "NS LIST"], &["/accounts"]),
    ways("ACCOUNT-CREATE", &["ACCOUNT-CREATE x y", "NS SAREGISTER x y"], &["/account-create x y"]),
    ways("ACCOUNT-SUSPEND", &["ACCOUNT-SUSPEND x", "NS SUSPEND x"], &["/account-suspend x"]),
    ways("ACCOUNT-UNSUSPEND", &["ACCOUNT-UNSUSPEND x", "NS UNSUSPEND x"], &["/account-unsuspend x"]),
    ways("ACCOUNT-RENAME", &["ACCOUNT-RENAME x y", "NS RENAME x y"], &["/account-rename x y"]),
    ways("ACCOUNT-RESET", &["ACCOUNT-RESET x", "NS SARESET x"], &["/account-reset x"]),
    ways("ACCOUNT-IDENTITY", &["ACCOUNT-IDENTITY olga add x"], &["/account-identity olga add x"]),
    ways("ACCOUNT-EMAIL", &["ACCOUNT-EMAIL x x@example.org"], &["/account-email x x@example.org"]),
    ways("ACCOUNT-DELETE", &["ACCOUNT-DELETE x", "NS SADROP x"], &["/account-delete x"]),
    ways("CLAIM", &["CLAIM x"], &["/claim x"]),
    ways("OPER", &["OPER x y"], &["/oper x y"]),
    ways("KILL", &["KILL olga :x"], &["/kill olga"]),
    ways("SAJOIN", &["SAJOIN asker #quay"], &[]),
    ways("SAPART", &["SAPART olga #quay"], &[]),
    ways("SAQUIT", &["SAQUIT olga"], &[]),
    ways("SANICK", &["SANICK olga x"], &[]),
    ways("SAMODE", &["SAMODE #quay +m"], &[]),
    ways("SAKICK", &["SAKICK #quay olga :x"], &[]),
    ways("SATOPIC", &["SATOPIC #quay :new", "SATOPIC #quay :"], &[]),
    ways("SERVER-BAN", &["UBAN ADD 10.0.0.0/8", "KLINE *@10.0.0.1 :x", "DLINE 10.0.0.1 :x", "GLINE *@10.0.0.1 1h :x", "ZLINE 10.0.0.1 1h :x", "SHUN *@10.0.0.1 1h :x"], &["/server-ban 10.0.0.0/8"]),
    ways("SERVER-UNBAN", &["UBAN DEL 10.0.0.0/8", "UNKLINE *@10.0.0.1", "UNDLINE 10.0.0.1"], &["/server-unban 10.0.0.0/8"]),
    ways("SERVER-BANS", &["UBAN LIST"], &["/server-bans"]),
    ways("DEFCON", &["DEFCON 5"], &["/defcon"]),
    ways("REHASH", &["REHASH"], &["/reload"]),
    ways("DIE", &["DIE"], &["/stop-server"]),
    ways("LOG", &["LOG"], &["/log"]),
    ways("AUDIT", &["AUDIT", "AUDIT #quay 5"], &["/audit", "/audit #quay"]),
    ways("ALERT", &["ALERT :x"], &["/alert x"]),
    ways("WALLOPS", &["WALLOPS :x"], &[]),
    ways("OPERWALL", &["OPERWALL :x", "GLOBOPS :x"], &[]),
    ways("NOTICES", &["NOTICES"], &["/notices"]),
    ways("SETNAME", &["SETNAME :x"], &[]),
    ways("CHGHOST", &["CHGHOST olga x y", "SETHOST x"], &[]),
    ways("TAGMSG", &["@+draft/react=x TAGMSG #quay", "@+typing=active TAGMSG @#quay"], &[]),
    ways("PRIVATE-TAGMSG", &["@+typing=active TAGMSG olga"], &[]),
    ways("LUSERS", &["LUSERS"], &[]),
    ways("MOTD", &["MOTD"], &["/motd"]),
    ways("VERSION", &["VERSION"], &[]),
    ways("TIME", &["TIME"], &[]),
    ways("INFO", &["INFO", "INFO #quay"], &[]),
    ways("ADMIN", &["ADMIN", "ADMIN #quay"], &[]),
    ways("LINKS", &["LINKS", "LINKS #quay", "MAP"], &[]),
    ways("STATS", &["STATS u", "STATS p", "STATS k", "STATS u #quay"], &[]),
    ways("HELP", &["HELP LIST", "HELPOP LIST"], &["/help"]),
    ways("LANG", &["LANG fr"], &["/lang fr"]),
    ways("PING", &["PING #quay", "PONG #quay", "ERROR #quay"], &["/ping #quay"]),
    ways("QUIT", &["QUIT :#quay"], &["/quit"]),
];

/// Verbs that ask nothing of a command: what the door says by itself.
const OF_THE_DOOR: &[&str] = &[
    "ISUPPORT",
    "USERS",
    "SUMMON x",
    "CONNECT #quay",
    "SQUIT #quay",
    "CS HOWTOBAN #quay",
    "NS ENFORCE",
    "NS GROUP",
];

/// A question of the table.
#[derive(Clone, Copy)]
pub struct Question {
    pub line: &'static str,
    /// What it asks for may change something.
    pub changes: bool,
}

impl Question {
    /// Whether it may show something of a channel: it names one or who is there, or asks for all that there is.
    pub fn is_about_channels(&self) -> bool {
        const ALL: &[&str] = &[
            "LIST",
            "/list",
            "WHO ",
            "WHOWAS",
            "INVITE",
            "CHATHISTORY",
            "PRIVMSG *playback",
            "LUSERS",
            "(listening)",
        ];
        self.line.contains(['#', '('])
            || self.line.contains("olga")
            || ALL.iter().any(|all| self.line.starts_with(all))
    }
}

/// All questions of a door.
pub fn questions(way: Way) -> Vec<Question> {
    let is_nothing = |ways: &Ways| {
        COMMANDS.iter().any(|entry| entry.name == ways.command && entry.class == LogClass::Nothing)
    };
    let of = |ways: &'static Ways| if way == Way::Line { ways.line } else { ways.irc };
    let asked = WAYS.iter().flat_map(|ways| {
        let changes = !is_nothing(ways);
        of(ways).iter().map(move |line| Question { line, changes })
    });
    let of_the_door = OF_THE_DOOR.iter().map(|line| Question { line, changes: false });
    asked.chain(of_the_door.filter(|_| way != Way::Line)).collect()
}

#[test]
fn every_command_is_asked() {
    let listed: Vec<_> = WAYS.iter().map(|ways| ways.command).collect();
    let offered = COMMANDS.iter().filter(|entry| entry.needs != Needs::Control);
    assert_eq!(listed, offered.map(|entry| entry.name).collect::<Vec<_>>(), "in the order of the table");
}

#[test]
fn every_verb_every_slash_command_and_every_word_to_a_service_is_asked() {
    let first = |line: &str| {
        let line =
            line.strip_prefix('@').and_then(|line| line.split_once(' ')).map_or(line, |(_, line)| line);
        line.split(' ').next().expect("a word").to_owned()
    };
    let (irc, line) = (questions(Way::Irc), questions(Way::Line));
    let verbs: BTreeSet<_> = irc.iter().flat_map(|it| it.line.lines().map(first)).collect();
    let missing: Vec<_> =
        colvert_irc::explained().iter().map(|verb| verb.name).filter(|name| !verbs.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let slashes: BTreeSet<_> = line.iter().map(|it| first(it.line)).collect();
    let offered = COMMANDS.iter().filter(|entry| entry.needs != Needs::Control).flat_map(|entry| entry.slash);
    let missing: Vec<_> = offered.filter(|slash| !slashes.contains(&format!("/{slash}"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let mut scene = Scene::empty(Way::Irc);
    for service in ["CS", "NS"] {
        let help = scene.question(&format!("{service} HELP"));
        let texts = help.iter().filter_map(|line| line.split_once(" :")).map(|(_, text)| text);
        let names = texts.filter(|text| text.contains(": ")).filter_map(|text| text.split([' ', ':']).next());
        let is_asked = |name: &&str| irc.iter().any(|it| it.line.starts_with(&format!("{service} {name}")));
        let missing: Vec<_> = names
            .filter(|name| name.chars().all(|c| c.is_ascii_uppercase()))
            .filter(|name| !is_asked(name))
            .collect();
        assert!(missing.is_empty(), "{service}: {missing:?}");
    }
}
