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

/// A token's line in the table.
#[derive(Debug)]
pub struct Token {
    pub name: &'static str,
    /// Where it is specified. Empty: nowhere; it is a custom among servers.
    pub spec: &'static str,
    /// What is said after `=`, nothing if that is empty; none: the token is not there.
    value: fn(&Settings) -> Option<String>,
}

impl Token {
    const fn new(name: &'static str, spec: &'static str, value: fn(&Settings) -> Option<String>) -> Self {
        Self { name, spec, value }
    }

    /// As it is said.
    pub fn word(&self, settings: &Settings) -> Option<String> {
        let value = (self.value)(settings)?;
        Some(if value.is_empty() { self.name.to_owned() } else { format!("{}={value}", self.name) })
    }
}

/// What this server does, one token each.
#[rustfmt::skip] // A line each.
pub const TOKENS: &[Token] = &[
    Token::new("ACCOUNTEXTBAN", "https://ircv3.net/specs/extensions/account-extban", |_| some(format!("{},{}", extban::ACCOUNT.0, extban::ACCOUNT.1))),
    Token::new("AWAYLEN", "https://modern.ircdocs.horse/#awaylen-parameter", |it| some(it.limits.away_bytes)),
    Token::new("BOT", "https://ircv3.net/specs/extensions/bot-mode", |_| some(BOT)),
    Token::new("CALLERID", "", |_| some(UserFlag::CallerId.letter())),
    // Spec: <https://modern.ircdocs.horse/#casemapping-parameter>
    // Departs: CASEMAPPING is `ascii` also where names are folded as RFC 8265 has it, because clients know no name
    // for that; of ASCII names it is true, and of others the server's word is what counts.
    Token::new("CASEMAPPING", "https://modern.ircdocs.horse/#casemapping-parameter", |_| some("ascii")),
    Token::new("CHANLIMIT", "https://modern.ircdocs.horse/#chanlimit-parameter", |it| some(format!("#:{}", it.limits.channels_per_user))),
    Token::new("CHANMODES", "https://modern.ircdocs.horse/#chanmodes-parameter", |_| some(channel_modes())),
    Token::new("CHANNELLEN", "https://modern.ircdocs.horse/#channellen-parameter", |_| some(names::CHANNEL_BYTES_MAX)),
    Token::new("CHANTYPES", "https://modern.ircdocs.horse/#chantypes-parameter", |_| some("#")),
    Token::new("CHATHISTORY", "https://ircv3.net/specs/extensions/chathistory#isupport-tokens", |it| some(it.limits.history_messages)),
    Token::new("CLIENTTAGDENY", "https://ircv3.net/specs/extensions/message-tags#rpl_isupport-tokens", denied_tags),
    Token::new("ELIST", "https://modern.ircdocs.horse/#elist-parameter", |_| some("CMNTU")),
    Token::new("EXCEPTS", "https://modern.ircdocs.horse/#excepts-parameter", |_| some(ListMode::Exception.letter())),
    Token::new("EXTBAN", "https://modern.ircdocs.horse/#extban-parameter", |_| some(extbans())),
    Token::new("HOSTLEN", "https://modern.ircdocs.horse/#hostlen-parameter", |_| some(chghost::HOST_BYTES_MAX)),
    Token::new("INVEX", "https://modern.ircdocs.horse/#invex-parameter", |_| some(ListMode::InviteException.letter())),
    Token::new("KICKLEN", "https://modern.ircdocs.horse/#kicklen-parameter", |it| some(it.limits.kick_bytes)),
    Token::new("KNOCK", "", |_| some("")),
    Token::new("LINELEN", "", |_| some(BODY_BYTES_MAX)),
    Token::new("MAXLIST", "https://modern.ircdocs.horse/#maxlist-parameter", |it| some(list_limits(it.limits.list_entries))),
    Token::new("MAXTARGETS", "https://modern.ircdocs.horse/#maxtargets-parameter", |it| some(it.limits.targets)),
    Token::new("MODES", "https://modern.ircdocs.horse/#modes-parameter", |_| some(mode::CHANGES_MAX)),
    Token::new("MONITOR", "https://ircv3.net/specs/extensions/monitor", |it| some(it.limits.monitor_entries)),
    Token::new("MSGREFTYPES", "https://ircv3.net/specs/extensions/chathistory#isupport-tokens", |_| some("msgid,timestamp")),
    Token::new("NAMELEN", "https://ircv3.net/specs/extensions/setname", |it| some(it.limits.realname_bytes)),
    Token::new("NETWORK", "https://modern.ircdocs.horse/#network-parameter", |it| some(value(&it.network))),
    Token::new("NICKLEN", "https://modern.ircdocs.horse/#nicklen-parameter", |_| some(names::NICK_BYTES_MAX)),
    Token::new("PREFIX", "https://modern.ircdocs.horse/#prefix-parameter", |_| some(format!("({}){}", statuses(|(_, letter, _)| *letter), statuses(|(.., prefix)| *prefix)))),
    Token::new("SAFELIST", "https://modern.ircdocs.horse/#safelist-parameter", |_| some("")),
    Token::new("SILENCE", "", |it| some(it.limits.silence_entries)),
    Token::new("STATUSMSG", "https://modern.ircdocs.horse/#statusmsg-parameter", |_| some(statuses(|(.., prefix)| *prefix))),
    Token::new("TARGMAX", "https://modern.ircdocs.horse/#targmax-parameter", |it| some(target_limits(it.limits.targets))),
    Token::new("TOPICLEN", "https://modern.ircdocs.horse/#topiclen-parameter", |it| some(it.limits.topic_bytes)),
    Token::new("USERLEN", "https://modern.ircdocs.horse/#userlen-parameter", |_| some(user::USER_BYTES_MAX)),
    Token::new("UTF8ONLY", "https://ircv3.net/specs/extensions/utf8-only", |_| some("")),
    Token::new("WHOX", "https://ircv3.net/specs/extensions/whox", |_| some("")),
    Token::new("draft/ACCOUNTREQUIRED", "https://ircv3.net/specs/extensions/account-registration#isupport-token", |it| it.accounts.login_required.then(String::new)),
    Token::new("draft/ICON", "https://ircv3.net/specs/extensions/network-icon", icon),
];

/// The tokens that these settings make.
pub fn tokens(settings: &Settings) -> Vec<String> {
    TOKENS.iter().filter_map(|token| token.word(settings)).collect()
}

/// What is told of tokens to those who know the ones before: those that came or have another value, and those that went.
/// Spec: <https://modern.ircdocs.horse/#rplisupport-005> (a name after `-` is that of a token that is no more)
pub fn changes(before: &[Vec<String>], now: &[Vec<String>]) -> Vec<String> {
    if before == now {
        return Vec::new();
    }
    fn name(token: &str) -> &str {
        token.split_once('=').map_or(token, |(name, _)| name)
    }
    let new = now.iter().flatten().filter(|token| !before.iter().flatten().any(|old| old == *token));
    let gone = before.iter().flatten().map(|token| name(token));
    let gone = gone.filter(|gone| !now.iter().flatten().any(|token| name(token) == *gone));
    let gone = gone.map(|name| format!("-{name}"));
    new.cloned().chain(gone).collect()
}

/// What the configuration denies, if it denies anything.
fn denied_tags(settings: &Settings) -> Option<String> {
    let denied: Vec<_> = settings.denied_tags.iter().collect();
    (!denied.is_empty()).then(|| denied.join(","))
}

/// The network's picture, if it has one.
fn icon(settings: &Settings) -> Option<String> {
    let icon = &settings.about.icon;
    (!icon.is_empty()).then(|| value(icon))
}

#[allow(clippy::unnecessary_wraps)] // It has the shape of every value.
fn some(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

/// The letters of lists, of what takes a parameter always, of what takes one when it is set, and of what takes none.
fn channel_modes() -> String {
    let flags: String = Flag::ALL.iter().map(|(_, letter)| letter).collect();
    format!("{},k,{LETTERS_WITH_PARAMETER},{flags}", lists())
}

/// They have no prefix.
fn extbans() -> String {
    format!(",{}", extban::KINDS.iter().map(|(letter, _)| letter).collect::<String>())
}

fn lists() -> String {
    ListMode::ALL.iter().map(|(_, letter)| letter).collect()
}

fn list_limits(entries: usize) -> String {
    lists().chars().map(|letter| format!("{letter}:{entries}")).collect::<Vec<_>>().join(",")
}

/// One thing of each status, highest first.
fn statuses(thing: fn(&(Status, char, char)) -> char) -> String {
    Status::ALL.iter().map(thing).collect()
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
    use colvert_core::tags::DeniedTags;

    use super::*;

    /// Each on a line of its own, so that two who add one do not meet.
    const OF_THE_DEFAULTS: &[&str] = &[
        "ACCOUNTEXTBAN=a,account",
        "AWAYLEN=200",
        "BOT=B",
        "CALLERID=g",
        "CASEMAPPING=ascii",
        "CHANLIMIT=#:100",
        "CHANMODES=beI,k,Ffjl,CKMNOPRTUcimnstuz",
        "CHANNELLEN=64",
        "CHANTYPES=#",
        "CHATHISTORY=100",
        "ELIST=CMNTU",
        "EXCEPTS=e",
        "EXTBAN=,afmrtz",
        "HOSTLEN=63",
        "INVEX=I",
        "KICKLEN=390",
        "KNOCK",
        "LINELEN=512",
        "MAXLIST=b:100,e:100,I:100",
        "MAXTARGETS=4",
        "MODES=20",
        "MONITOR=100",
        "MSGREFTYPES=msgid,timestamp",
        "NAMELEN=150",
        "NETWORK=My\\x20Net\\x3D1",
        "NICKLEN=32",
        "PREFIX=(qaohv)~&@%+",
        "SAFELIST",
        "SILENCE=32",
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
    fn some_are_there_if_the_configuration_says_so() {
        let mut settings = Settings::default();
        settings.about.icon = "https://example.org/a=b.png".to_owned();
        settings.denied_tags = DeniedTags::new(&["*", "-typing"]).expect("a list");
        let tokens = tokens(&settings);
        assert!(tokens.contains(&"CLIENTTAGDENY=*,-typing".to_owned()), "{tokens:?}");
        assert!(tokens.contains(&"draft/ICON=https://example.org/a\\x3Db.png".to_owned()), "{tokens:?}");
    }

    #[test]
    fn lines_hold_thirteen_tokens_and_fit() {
        let tokens = tokens(&Settings::default());
        let lines = lines(&tokens, 200);
        assert_eq!(lines.concat(), tokens);
        assert!(lines.iter().all(|line| line.len() <= 13 && line.join(" ").len() < 200));
    }
}
