//! The verbs that are spelt or shaped in a way of their own, one line each. All other commands of core are
//! verbs by their names.

use colvert_core::commands;
use colvert_core::session::Item;

use super::{Asked, Reading, channels, connection, messages, opers, sasl, server};

/// A verb's line in the table.
pub struct Verb {
    pub name: &'static str,
    /// Its parameters, for help.
    pub syntax: &'static str,
    /// The commands that it stands for. They are no verbs by their names.
    pub commands: &'static [&'static str],
    /// What it does, where no command says it.
    summary: &'static str,
    pub read: fn(&mut Reading, &Asked<'_>) -> Vec<Item>,
}

impl Verb {
    /// What it does, in one sentence.
    pub fn summary(&self) -> &'static str {
        let said = |name: &&str| commands::find(name).map(|entry| entry.summary);
        self.commands.first().filter(|_| self.summary.is_empty()).and_then(said).unwrap_or(self.summary)
    }
}

macro_rules! verbs {
    ($($name:literal $syntax:literal [$($command:literal)*] $($summary:literal)? => $read:path;)*) => {
        /// The table, what is used most first.
        pub const VERBS: &[Verb] = &[$(Verb {
            name: $name,
            syntax: $syntax,
            commands: &[$($command),*],
            summary: concat!($($summary)?),
            read: $read,
        }),*];
    };
}

verbs! {
    "PRIVMSG" "<target>{,<target>} <text>" ["MSG" "ME" "WHISPER" "PRIVATE-ACTION"]
        "Says something in a channel or to somebody." => messages::privmsg;
    "PONG" "<token>" [] "Answers a PING." => connection::nothing;
    "PING" "<token>" ["PING"] => connection::ping;
    "NOTICE" "<target>{,<target>} <text>" ["NOTICE" "PRIVATE-NOTICE"] => messages::notice;
    "TAGMSG" "<target>{,<target>}" ["TAGMSG" "PRIVATE-TAGMSG"] => messages::tagmsg;
    "JOIN" "<channel>{,<channel>} [<key>{,<key>}]" ["JOIN"] => channels::join;
    "PART" "<channel>{,<channel>} [<reason>]" ["PART"] => channels::part;
    "MODE" "<target> [<modes> [<parameter>...]]" ["MODE" "USER-MODE"] => channels::mode;
    "TOPIC" "<channel> [<topic>]" ["TOPIC" "TOPIC-CLEAR"] => channels::topic;
    "NAMES" "<channel>{,<channel>}" ["NAMES"] => channels::names;
    "KICK" "<channel> <nick>{,<nick>} [<reason>]" ["KICK"] => channels::kick;
    "INVITE" "[<nick> <channel>]" ["INVITE" "INVITATIONS"] => channels::invite;
    "WHO" "<mask> [o][%<fields>[,<token>]]" ["WHO"] => server::who;
    "WHOIS" "[<server>] <nick>" ["WHOIS"] => server::whois;
    "CAP" "<subcommand> [<capabilities>]" ["HOLD"] "Negotiates capabilities." => connection::cap;
    "USER" "<user> 0 * <realname>" ["USER"] => connection::user;
    "PASS" "<password>" [] "Gives a server password; this server has none." => connection::pass;
    "AUTHENTICATE" "<mechanism or answer>" ["AUTHENTICATE"] => sasl::authenticate;
    "ERROR" "<reason>" [] "Is what servers say." => connection::nothing;
    "LUSERS" "" ["LUSERS"] => server::lusers;
    "MOTD" "[<server>]" ["MOTD"] => server::motd;
    "VERSION" "[<server>]" ["VERSION"] => server::version;
    "TIME" "[<server>]" ["TIME"] => server::time;
    "UBAN" "ADD|DEL|LIST|INFO [<target> [<time>] [<reason>]]" ["SERVER-BAN" "SERVER-UNBAN" "SERVER-BANS"]
        "Keeps addresses, nets, masks and accounts out of the server: one list of bans." => opers::uban;
    "KLINE" "[<minutes>] <user@host> [<reason>]" [] "Is UBAN ADD of a mask." => opers::line;
    "DLINE" "[<minutes>] <address or net> [<reason>]" [] "Is UBAN ADD of an address or a net." => opers::line;
    "UNKLINE" "<user@host>" [] "Is UBAN DEL." => opers::unline;
    "UNDLINE" "<address or net>" [] "Is UBAN DEL." => opers::unline;
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
        for name in VERBS.iter().flat_map(|verb| verb.commands) {
            assert!(commands::find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_verb_says_what_it_does() {
        assert!(VERBS.iter().all(|verb| !verb.summary().is_empty()));
        assert_eq!(
            VERBS.iter().find(|verb| verb.name == "PING").map(Verb::summary).map(str::is_empty),
            Some(false)
        );
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
