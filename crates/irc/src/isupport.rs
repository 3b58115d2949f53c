//! The tokens of 005, derived from the rules' own constants and settings, so that they are true.
//! Spec: <https://modern.ircdocs.horse/#rplisupport-parameters>

use colvert_core::commands::{chghost, mode, user};
use colvert_core::extban;
use colvert_core::modes::{Flag, LETTERS_WITH_PARAMETER, ListMode, Status, UserFlag};
use colvert_core::names;
use colvert_core::settings::Settings;

use crate::message::BODY_BYTES_MAX;
use crate::writing::who::BOT;

/// Most tokens on a line: 15 parameters, less the receiver and the words at the end.
const TOKENS_PER_LINE: usize = 13;

/// What this server does, one token each.
pub fn tokens(settings: &Settings) -> Vec<String> {
    let limits = &settings.limits;
    let statuses = Status::ALL.iter();
    let (letters, prefixes): (String, String) = statuses.map(|(_, letter, prefix)| (letter, prefix)).unzip();
    let lists: String = ListMode::ALL.iter().map(|(_, letter)| letter).collect();
    let flags: String = Flag::ALL.iter().map(|(_, letter)| letter).collect();
    let each_list: Vec<_> = lists.chars().map(|letter| format!("{letter}:{}", limits.list_entries)).collect();
    vec![
        // Spec: <https://ircv3.net/specs/extensions/account-extban>
        format!("ACCOUNTEXTBAN={},{}", extban::ACCOUNT.0, extban::ACCOUNT.1),
        format!("AWAYLEN={}", limits.away_bytes),
        format!("BOT={BOT}"),
        format!("CALLERID={}", UserFlag::CallerId.letter()),
        // Departs: also where names are folded as RFC 8265 has it, because clients know no name for that; of
        // ASCII names it is true, and of others the server's word is what counts.
        "CASEMAPPING=ascii".to_owned(),
        format!("CHANLIMIT=#:{}", limits.channels_per_user),
        format!("CHANMODES={lists},k,{LETTERS_WITH_PARAMETER},{flags}"),
        format!("CHANNELLEN={}", names::CHANNEL_BYTES_MAX),
        "CHANTYPES=#".to_owned(),
        "ELIST=CMNTU".to_owned(),
        format!("EXCEPTS={}", ListMode::Exception.letter()),
        // Spec: <https://modern.ircdocs.horse/#extban-parameter> (without a prefix)
        format!("EXTBAN=,{}", extban::KINDS.iter().map(|(letter, _)| letter).collect::<String>()),
        format!("HOSTLEN={}", chghost::HOST_BYTES_MAX),
        format!("INVEX={}", ListMode::InviteException.letter()),
        format!("KICKLEN={}", limits.kick_bytes),
        "KNOCK".to_owned(),
        format!("LINELEN={BODY_BYTES_MAX}"),
        format!("MAXLIST={}", each_list.join(",")),
        format!("MAXTARGETS={}", limits.targets),
        format!("MODES={}", mode::CHANGES_MAX),
        format!("MONITOR={}", limits.monitor_entries),
        // Spec: <https://ircv3.net/specs/extensions/setname> (SETNAME comes with NAMELEN)
        format!("NAMELEN={}", limits.realname_bytes),
        format!("NETWORK={}", value(&settings.network)),
        format!("NICKLEN={}", names::NICK_BYTES_MAX),
        format!("PREFIX=({letters}){prefixes}"),
        // Spec: <https://modern.ircdocs.horse/#safelist-parameter> (LIST ends before the client's queue does)
        "SAFELIST".to_owned(),
        // Spec: <https://modern.ircdocs.horse/#statusmsg-parameter>
        format!("STATUSMSG={prefixes}"),
        format!("TARGMAX={}", target_limits(limits.targets)),
        format!("TOPICLEN={}", limits.topic_bytes),
        format!("USERLEN={}", user::USER_BYTES_MAX),
        // Spec: <https://ircv3.net/specs/extensions/utf8-only>
        "UTF8ONLY".to_owned(),
        // Spec: <https://ircv3.net/specs/extensions/whox>
        "WHOX".to_owned(),
    ]
}

/// How many targets each command takes that takes several.
fn target_limits(targets: usize) -> String {
    let commands = [
        ("ACCEPT", Some(targets)),
        ("JOIN", None),
        ("KICK", Some(targets)),
        ("LIST", None),
        ("MONITOR", None),
        ("NAMES", Some(targets)),
        ("NOTICE", Some(targets)),
        ("PART", None),
        ("PRIVMSG", Some(targets)),
        ("TAGMSG", Some(targets)),
        ("WHOIS", Some(1)),
    ];
    let limits = commands.map(|(command, limit)| match limit {
        Some(limit) => format!("{command}:{limit}"),
        None => format!("{command}:"),
    });
    limits.join(",")
}

/// A token's value, escaped.
fn value(text: &str) -> String {
    text.replace('\\', "\\x5C").replace(' ', "\\x20").replace('=', "\\x3D")
}

/// The tokens in groups that fit a line with `room` bytes for them.
pub fn lines(tokens: &[String], room: usize) -> Vec<Vec<String>> {
    let mut lines: Vec<Vec<String>> = Vec::new();
    for token in tokens {
        let fits = lines.last().is_some_and(|line| {
            let used: usize = line.iter().map(|other| other.len() + 1).sum();
            line.len() < TOKENS_PER_LINE && used + token.len() < room
        });
        if !fits {
            lines.push(Vec::new());
        }
        lines.last_mut().expect("one was just pushed").push(token.clone());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each on a line of its own, so that two who add one do not meet.
    const OF_THE_DEFAULTS: &[&str] = &[
        "ACCOUNTEXTBAN=a,account",
        "AWAYLEN=200",
        "BOT=B",
        "CALLERID=g",
        "CASEMAPPING=ascii",
        "CHANLIMIT=#:100",
        "CHANMODES=beI,k,Ffjl,CMNPRUcimnst",
        "CHANNELLEN=64",
        "CHANTYPES=#",
        "ELIST=CMNTU",
        "EXCEPTS=e",
        "EXTBAN=,afmrt",
        "HOSTLEN=63",
        "INVEX=I",
        "KICKLEN=390",
        "KNOCK",
        "LINELEN=512",
        "MAXLIST=b:100,e:100,I:100",
        "MAXTARGETS=4",
        "MODES=20",
        "MONITOR=100",
        "NAMELEN=150",
        "NETWORK=My\\x20Net\\x3D1",
        "NICKLEN=32",
        "PREFIX=(qaohv)~&@%+",
        "SAFELIST",
        "STATUSMSG=~&@%+",
        "TARGMAX=ACCEPT:4,JOIN:,KICK:4,LIST:,MONITOR:,NAMES:4,NOTICE:4,PART:,PRIVMSG:4,TAGMSG:4,WHOIS:1",
        "TOPICLEN=390",
        "USERLEN=10",
        "UTF8ONLY",
        "WHOX",
    ];

    #[test]
    fn what_the_rules_say() {
        let tokens = tokens(&Settings { network: "My Net=1".into(), ..Settings::default() });
        assert_eq!(tokens, OF_THE_DEFAULTS);
        assert!(tokens.is_sorted());
    }

    #[test]
    fn lines_hold_thirteen_tokens_and_fit() {
        let tokens = tokens(&Settings::default());
        let lines = lines(&tokens, 200);
        assert_eq!(lines.concat(), tokens);
        assert!(lines.iter().all(|line| line.len() <= 13 && line.join(" ").len() < 200));
    }
}
