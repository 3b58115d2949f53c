//! The verbs that are spelt or shaped in a way of their own, one line each. All other commands of core are
//! verbs by their names.

use std::sync::LazyLock;

use colvert_core::command::{Directory, FieldInfo, Needs, Shape};
use colvert_core::commands;
use colvert_core::session::Item;

use crate::services;

use super::{Asked, Reading, batch, channels, connection, messages, opers, sasl, server};

/// A verb's line in the table.
pub struct Verb {
    pub name: &'static str,
    /// Its parameters, for help.
    pub syntax: &'static str,
    /// The commands that it stands for. They are no verbs by their names.
    pub commands: &'static [&'static str],
    /// The commands of another verb that it is another word for: it takes what they take.
    like: &'static [&'static str],
    /// What it does, where no command says it.
    summary: &'static str,
    /// Where it is specified, where no command says it.
    spec: &'static str,
    pub read: fn(&mut Reading, &Asked<'_>) -> Vec<Item>,
}

/// The verb of that name.
pub fn find(name: &str) -> Option<&'static Verb> {
    static BY_NAME: LazyLock<Directory<Verb>> =
        LazyLock::new(|| Directory::new(VERBS.iter().map(|verb| (verb.name, verb))));
    BY_NAME.get(name)
}

impl Verb {
    /// What it does, in one sentence.
    fn summary(&self) -> &'static str {
        let said = |name: &&str| commands::find(name).map(|entry| entry.summary);
        self.commands.first().filter(|_| self.summary.is_empty()).and_then(said).unwrap_or(self.summary)
    }

    fn spec(&self) -> &'static str {
        let said = |name: &&str| commands::find(name).map(|entry| entry.spec);
        self.commands.first().filter(|_| self.spec.is_empty()).and_then(said).unwrap_or(self.spec)
    }

    /// The least and the most that it takes of a rate. What only the door understands takes what a message does.
    fn cost(&self) -> (u32, u32) {
        let entries = self.commands.iter().chain(self.like).filter_map(|name| commands::find(name));
        let costs = entries.map(|entry| (entry.cost, entry.cost_large));
        costs.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((10, 10))
    }
}

/// A verb as it is explained.
pub struct Explained {
    pub name: &'static str,
    /// Its parameters.
    pub syntax: String,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Where it is specified. Empty: nowhere; it is this server's own, or a custom among servers.
    pub spec: &'static str,
    /// The least and the most that it takes of a rate, in tenths of what a message takes.
    pub cost: (u32, u32),
}

/// All that a client can send, by name: the verbs of the table, and the commands that are verbs by their names.
pub fn explained() -> Vec<Explained> {
    let own = VERBS.iter().map(|verb| Explained {
        name: verb.name,
        syntax: verb.syntax.to_owned(),
        summary: verb.summary(),
        spec: verb.spec(),
        cost: verb.cost(),
    });
    let named = commands::COMMANDS.iter().filter(|entry| {
        entry.needs != Needs::Control && !VERBS.iter().any(|verb| verb.commands.contains(&entry.name))
    });
    let named = named.map(|entry| {
        let shown = entry.fields.iter().filter(|field| field.shape != Shape::Hidden);
        let syntax = shown.map(spelt).collect::<Vec<_>>().join(" ");
        Explained {
            name: entry.name,
            syntax,
            summary: entry.summary,
            spec: entry.spec,
            cost: (entry.cost, entry.cost_large),
        }
    });
    let mut all: Vec<_> = own.chain(named).collect();
    all.sort_unstable_by_key(|verb| verb.name);
    all
}

fn spelt(field: &FieldInfo) -> String {
    let word = format!("<{}>", field.name);
    if field.optional { format!("[{word}]") } else { word }
}

macro_rules! verbs {
    ($($name:literal $syntax:literal [$($command:literal)*]
        $($summary:literal)? $(spec $spec:literal)? $(like [$($like:literal)+])? => $read:path;)*) => {
        /// The table, what is used most first.
        pub const VERBS: &[Verb] = &[$(Verb {
            name: $name,
            syntax: $syntax,
            commands: &[$($command),*],
            like: &[$($($like),+)?],
            summary: concat!($($summary)?),
            spec: concat!($($spec)?),
            read: $read,
        }),*];
    };
}

verbs! {
    "PRIVMSG" "<target>{,<target>} <text>" ["MSG" "ME" "WHISPER" "PRIVATE-ACTION" "PLAYBACK"]
        "Says something in a channel or to somebody." spec "https://modern.ircdocs.horse/#privmsg-message" => messages::privmsg;
    "PONG" "<token>" [] "Answers a PING." spec "https://modern.ircdocs.horse/#pong-message" => connection::nothing;
    "PING" "<token>" ["PING"] => connection::ping;
    "NOTICE" "<target>{,<target>} <text>" ["NOTICE" "PRIVATE-NOTICE"] => messages::notice;
    "TAGMSG" "<target>{,<target>}" ["TAGMSG" "PRIVATE-TAGMSG"] => messages::tagmsg;
    "BATCH" "+<reference> <type> <target> | -<reference>" [] "Begins a message of several lines, and ends it."
        spec "https://ircv3.net/specs/extensions/client-batch" => batch::batch;
    "CHATHISTORY" "<subcommand> [<target>] [<from>] [<to>] [<limit>]" ["CHATHISTORY" "CHATHISTORY-WITH-EVENTS"]
        => messages::chathistory;
    "METADATA" "<target> GET|LIST|SET|CLEAR|SUB|UNSUB|SUBS|SYNC [<parameter>...]" ["METADATA"] => connection::metadata;
    "MARKREAD" "<target> [timestamp=<time>]" ["MARKREAD"] => messages::mark_read;
    "REDACT" "<target> <msgid> [<reason>]" ["REDACT"] => messages::redact;
    "JOIN" "<channel>{,<channel>} [<key>{,<key>}]" ["JOIN"] => channels::join;
    "PART" "<channel>{,<channel>} [<reason>]" ["PART"] => channels::part;
    "MODE" "<target> [<modes> [<parameter>...]]" ["MODE" "USER-MODE"] => channels::mode;
    "TOPIC" "<channel> [<topic>]" ["TOPIC" "TOPIC-CLEAR"] => channels::topic;
    "NAMES" "<channel>{,<channel>}" ["NAMES"] => channels::names;
    "KICK" "<channel>{,<channel>} <nick>{,<nick>} [<reason>]" ["KICK"] => channels::kick;
    "INVITE" "[<nick> <channel>]" ["INVITE" "INVITATIONS"] => channels::invite;
    "CHANSERV" "<command> [<parameter>...]" [] "Speaks to ChanServ, who looks after registered channels; CS HELP lists what it does."
        => services::chanserv;
    "CS" "<command> [<parameter>...]" [] "Speaks to ChanServ, who looks after registered channels; CS HELP lists what it does."
        => services::chanserv;
    "NICKSERV" "<command> [<parameter>...]" [] "Speaks to NickServ, who looks after accounts; NS HELP lists what it does."
        => services::nickserv;
    "NS" "<command> [<parameter>...]" [] "Speaks to NickServ, who looks after accounts; NS HELP lists what it does." => services::nickserv;
    "IDENTIFY" "[<account>] <password>" [] "Logs you in, as NickServ IDENTIFY does." like ["LOGIN"] => services::identify;
    "PASS" "<password>" ["PASS" "PASS-LOGIN"] "Gives the server's password before you take a nick; where it has none, <account>:<password> logs you in." => connection::pass;
    "ZNC" "*playback <command> [<parameter>...]" [] "Speaks to *playback, who shows what was said."
        spec "https://wiki.znc.in/Playback" like ["PLAYBACK"] => services::znc;
    "WHO" "<mask> [o][%<fields>[,<token>]]" ["WHO"] => server::who;
    "WHOIS" "[<server>] <nick>" ["WHOIS" "WHOIS-ON"] => server::whois;
    "CAP" "<subcommand> [<capabilities>]" ["HOLD" "IMPLICIT-NAMES" "EVENT-PLAYBACK" "FORGET-KEYS"] "Negotiates capabilities."
        spec "https://ircv3.net/specs/extensions/capability-negotiation" => connection::cap;
    "USER" "<user> 0 * <realname>" ["USER"] => connection::user;
    "NICK" "<nick>" ["NICK"] => connection::nick;
    "REGISTER" "<account or *> [<email> or *] <password>" ["REGISTER"]
        spec "https://ircv3.net/specs/extensions/account-registration" => connection::register;
    "VERIFY" "<account> <code>" ["VERIFY"] => connection::verify;
    "AUTHENTICATE" "<mechanism or answer>"
        ["AUTHENTICATE" "AUTHENTICATE-EXTERNAL" "AUTHENTICATE-SCRAM" "AUTHENTICATE-OVER" "AUTHENTICATE-BEARER"] => sasl::authenticate;
    "ERROR" "<reason>" [] "Is what servers say."
        spec "https://modern.ircdocs.horse/#error-message" => connection::nothing;
    "LUSERS" "" ["LUSERS"] => server::lusers;
    "AWAY" "[<message>]" ["AWAY" "PRE-AWAY"] => connection::away;
    "ISUPPORT" "" [] "Tells again what this server supports." => server::isupport;
    "MAP" "" [] "Tells which servers there are: this one." => server::map;
    "USERS" "[<server>]" [] "Tells who is on this machine; nobody is told." => server::users;
    "SUMMON" "<user>" [] "Calls somebody on this machine; nobody is called." => server::summon;
    "CONNECT" "<server>" [] "Links servers; this one has no other to link to." => server::connect;
    "SQUIT" "<server>" [] "Unlinks a server; there is no other." => server::squit;
    "HELPOP" "[<verb>]" [] "Is another word for HELP." like ["HELP"] => server::help;
    "MOTD" "[<server>]" ["MOTD"] => server::motd;
    "UBAN" "ADD|DEL|LIST|INFO [<target> [<time>] [<reason>]]" ["SERVER-BAN" "SERVER-UNBAN" "SERVER-BANS"]
        "Keeps addresses, nets, masks and accounts out of the server: one list of bans." => opers::uban;
    "KLINE" "[<minutes or time>] <user@host> [<reason>] | LIST" [] "Is UBAN ADD of a mask."
        like ["SERVER-BAN" "SERVER-UNBAN" "SERVER-BANS"] => opers::line;
    "DLINE" "[<minutes or time>] <address or net> [<reason>] | LIST" [] "Is UBAN ADD of an address or a net."
        like ["SERVER-BAN" "SERVER-UNBAN" "SERVER-BANS"] => opers::line;
    "GLINE" "<user@host> [<seconds or time> <reason>]" [] "Is UBAN ADD of a mask; with the mask alone, UBAN DEL."
        like ["SERVER-BAN" "SERVER-UNBAN" "SERVER-BANS"] => opers::gline;
    "ZLINE" "<address or net> [<seconds or time> <reason>]" [] "Is UBAN ADD of an address or a net; with it alone, UBAN DEL."
        like ["SERVER-BAN" "SERVER-UNBAN" "SERVER-BANS"] => opers::gline;
    "SAJOIN" "[<nick>] <channel>{,<channel>}" ["SAJOIN"] => opers::sajoin;
    "SAMODE" "<channel> <modes> [<parameter>...]" ["SAMODE"] => opers::samode;
    "SATOPIC" "<channel> <topic>" ["SATOPIC"] => opers::satopic;
    "SETHOST" "<host>" [] "Is CHGHOST of yourself." like ["CHGHOST"] => opers::sethost;
    "GLOBOPS" "<text>" [] "Is another word for OPERWALL." like ["OPERWALL"] => opers::globops;
    "SHUN" "<user@host> [<seconds or time> <reason>]" [] "Is UBAN ADD of a mask that silences; with the mask alone, UBAN DEL."
        like ["SERVER-BAN" "SERVER-UNBAN" "SERVER-BANS"] => opers::shun;
    "UNKLINE" "<user@host>" [] "Is UBAN DEL." like ["SERVER-UNBAN"] => opers::unline;
    "UNDLINE" "<address or net>" [] "Is UBAN DEL." like ["SERVER-UNBAN"] => opers::unline;
    "HELP" "[<verb>]" ["HELP"] => server::help;
}

/// The verb that stands for a command of core; the same word for all that is spelt as it is named.
pub fn spelling(command: &str) -> &str {
    let stands = |verb: &&Verb| verb.commands.contains(&command);
    VERBS.iter().find(stands).map_or(command, |verb| verb.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_stand_for_commands_that_exist() {
        for name in VERBS.iter().flat_map(|verb| verb.commands.iter().chain(verb.like)) {
            assert!(commands::find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_verb_says_what_it_does() {
        assert!(explained().iter().all(|verb| !verb.summary.is_empty()));
    }

    #[test]
    fn each_verb_and_each_command_is_there_once() {
        let mut names: Vec<_> = VERBS.iter().map(|verb| verb.name).collect();
        let mut commands: Vec<_> = VERBS.iter().flat_map(|verb| verb.commands).collect();
        names.sort_unstable();
        commands.sort_unstable();
        assert!(names.is_sorted_by(|a, b| a < b) && commands.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn spellings() {
        assert_eq!(spelling("PRIVATE-ACTION"), "PRIVMSG");
        assert_eq!(spelling("TOPIC-CLEAR"), "TOPIC");
        assert_eq!(spelling("NICK"), "NICK");
    }
}
