//! The doors that people of a transcript come in by: one entry each, with all that a transcript knows of a protocol.

use super::script::Opening;

/// A protocol, as a player needs to know it.
#[derive(Debug)]
pub struct Door {
    /// As a script, the configuration and the server itself name it.
    pub name: &'static str,
    pub line_end: &'static str,
    /// A line whose answer contains this token.
    pub probe: fn(token: &str) -> String,
    /// The lines by which somebody comes in.
    pub hello: fn(&Opening) -> Vec<String>,
    /// Whether a line says that somebody of that nick is in.
    pub welcomes: fn(line: &str, nick: &str) -> bool,
}

/// All doors.
pub static DOORS: &[Door] = &[
    Door {
        name: "irc",
        line_end: "\r\n",
        probe: |token| format!("PING :{token}"),
        hello: irc_hello,
        welcomes: |line, nick| line.contains(&format!(" 001 {nick} ")),
    },
    Door {
        name: "line",
        line_end: "\n",
        probe: |token| format!("/ping {token}"),
        hello: line_hello,
        welcomes: |line, nick| {
            line.starts_with(&format!("Welcome, {nick}!"))
                || line.starts_with(&format!("Bienvenue, {nick} !"))
        },
    },
];

/// Of every account that somebody of a transcript comes in as.
const PASSWORD: &str = "quack-quack";

impl Door {
    /// The door of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        DOORS.iter().find(|door| door.name == name)
    }
}

impl PartialEq for Door {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Door {}

fn irc_hello(opening: &Opening) -> Vec<String> {
    let Opening { account, caps, channels, .. } = opening;
    let nick = opening.nick();
    let mut lines: Vec<_> = account.iter().map(|account| format!("LOGIN {account} {PASSWORD}")).collect();
    if !caps.is_empty() {
        lines.push(format!("CAP REQ :{}", caps.join(" ")));
    }
    lines.push(format!("NICK {nick}"));
    lines.push(format!("USER {nick} 0 * :{nick}"));
    if !caps.is_empty() {
        lines.push("CAP END".to_owned());
    }
    lines.extend(channels.iter().map(|channel| format!("JOIN {channel}")));
    lines
}

fn line_hello(opening: &Opening) -> Vec<String> {
    let Opening { account, language, channels, .. } = opening;
    let mut lines: Vec<_> = language.iter().map(|language| format!("/lang {language}")).collect();
    lines.extend(account.iter().map(|account| format!("/login {account} {PASSWORD}")));
    lines.push(format!("/nick {}", opening.nick()));
    lines.extend(channels.iter().map(|channel| format!("/join {channel}")));
    lines
}
