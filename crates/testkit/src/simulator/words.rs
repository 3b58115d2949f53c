//! What people of the simulator say where a command asks for a word: what is plausible comes first, and some of it is wrong.

use crate::work::CODE;

/// Few enough that people meet. Some are the same name, look the same, belong to nobody or cannot be.
pub const NICKS: &[&str] = &[
    "ginette",
    "roger",
    "Roger",
    "gin\u{435}tte",
    "éloïse",
    "ÉLOÏSE",
    "modern",
    "rnodern",
    "alice",
    "bob",
    "carol",
    "dave",
    "eve",
    "fay",
    "gus",
    "x",
    "a b",
    "#x",
    "",
    "nickserv",
    "0123456789012345678901234567890123456789",
];
pub const CHANNELS: &[&str] = &[
    "#general",
    "#General",
    "#g\u{435}neral",
    "#canards",
    "#été",
    "#rust",
    "#c",
    "#d",
    "#e",
    "#f",
    "general",
    "#",
    "#a,b",
    "#nobody-was-ever-here",
    "",
];
pub const TEXTS: &[&str] =
    &["salut", "coin coin", "  ", "", "é", ":-)", "a\0b", "two\r\nlines", "\u{1}ACTION x\u{1}"];
/// Parameters of modes.
pub const PARAMS: &[&str] =
    &["roger", "ginette", "7", "*!*@*", "key", "a:roger", "0", "t:1:m:roger", "2:60", "1:600:mute", "#rust"];
/// The certificate of an operator of the configuration, and another.
pub const CERTIFICATES: [&str; 2] = [
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
];
const PASSWORDS: &[&str] = &["correct horse", "battery staple", "abc", ""];
const ACCOUNTS: &[&str] = &["ginette", "roger", "éloïse", "staff", "*", "root", "a b", ""];
const MASKS: &[&str] = &[
    "*!*@*",
    "roger",
    "#general",
    "t:1:m:roger",
    "a:roger",
    "z:no",
    "f:#canards:*!*@10.0.0.1",
    "t:10:*!*@10.0.0.2",
    "*!*@10.0.0.*",
    "a*a*a*!*@*",
    "x y",
    "",
];
const PLACES: &[&str] = &["#general", "roger", "ginette", "#canards", "bob", "#rust", "*", "#c", ""];
const POINTS: &[&str] = &["*", "timestamp=1970-01-01T00:16:40.000Z", "msgid=1-5", "5", "msgid=0-0", "soon"];
const ADD_OR_DEL: &[&str] = &["add", "add", "list", "del", "fly"];
const ON_OR_OFF: &[&str] = &["on", "off", "default", "loud"];
const BANS: &[&str] =
    &["10.0.0.1", "roger", "*!*@10.0.0.2", "realname:*7*", "account:ginette", "10.0.0.0/8", "x"];
const CONVERSATION_PIECES: &[&str] =
    &["LATEST", "BEFORE", "AFTER", "AROUND", "BETWEEN", "TARGETS", "EVERYTHING"];
const METADATA: &[&str] = &["SET", "SUB", "GET", "LIST", "SYNC", "SUBS", "CLEAR", "UNSUB", "FLY"];
const SUBJECTS: &[&str] = &["ginette", "roger", "nobody", ""];

/// The words of a parameter: of one command, or of all that are not named.
const WORDS: &[(&str, &str, &[&str])] = &[
    ("about", "", &["*", "+ck", "-c", "-", "zz"]),
    (
        "account",
        "CHANNEL",
        &["roger", "mlock", "users", "bans", "ginette", "entrymsg", "access", "topiclock", ""],
    ),
    ("account", "", ACCOUNTS),
    ("action", "ACCOUNT-IDENTITY", ADD_OR_DEL),
    ("action", "CERT", ADD_OR_DEL),
    ("action", "DEVICE", ADD_OR_DEL),
    ("action", "IDENTITY", ADD_OR_DEL),
    ("action", "PLAYBACK", &["play", "list", "clear", "fly"]),
    ("action", "SESSIONS", &["list", "end", "end", "fly"]),
    (
        "action",
        "CHANNEL",
        &[
            "register", "access", "set", "clear", "transfer", "take", "audit", "mine", "up", "info", "drop",
            "purge", "unpurge", "purged", "fly",
        ],
    ),
    ("address", "", &["10.0.0.9", "2001:db8::1", "nowhere"]),
    ("after", "", &["0", "5", "-1"]),
    ("channel", "", CHANNELS),
    ("client", "", &["phone", "desk", "Desk", "pad", "a b"]),
    ("code", "", &[CODE, CODE, "wrong"]),
    ("command", "", &["join", "/msg", "PRIVMSG", "fly"]),
    ("conditions", "", &["<3", "C>5", "T<10", "x"]),
    ("count", "", &["1", "5", "100000", "0", "-1", "many"]),
    ("place", "AUDIT", &["5", "#rust", "#", "many"]),
    ("device", "", &["phone", "desk", "pad"]),
    ("email", "", &["ada@example.org", "roger@example.org", "off", "nowhere"]),
    ("expires", "", &["1", "99999999999999", "never"]),
    ("fingerprint", "", &CERTIFICATES),
    ("from", "PLAYBACK", &["0", "1000.5", "never"]),
    ("from", "", POINTS),
    ("gateway", "", &["web", ""]),
    ("host", "", &["example.org", "10.0.0.7", "a b", ":x"]),
    ("issuer", "", &[crate::chronicle::ISSUER, "https://elsewhere.example.org"]),
    ("key", "", &["key", "clef", "a,b"]),
    ("language", "", &["fr", "en", "tlh"]),
    ("level", "", &["5", "5", "5", "4", "3", "2", "9"]),
    ("limit", "", &["3", "100", "0", "x"]),
    ("mask", "", MASKS),
    ("masks", "", &["+roger", "bob!*@*", "-roger", "*!*@10.*,+carol", "+a b"]),
    ("message", "", &["n,,n=ginette,r=abc", "c=biws,r=abc,p=AAAA", ""]),
    ("modes", "USER-MODE", &["+i", "+gR", "-i", "+s", "-gR", "+BTw", "+o", "-o", "+x"]),
    ("name", "OPER", &["root", "ginette", "nobody"]),
    ("name", "", ACCOUNTS),
    ("new", "SANICK", NICKS),
    ("new", "", CHANNELS),
    ("nick", "RELAYMSG", &["roger/elsewhere", "a/b", "roger"]),
    ("nick", "", NICKS),
    ("nicks", "", &["roger", "bob,carol", "-roger", "*", "nobody"]),
    ("op", "", &["+", "+", "+", "-", "C", "L", "S", "?"]),
    ("options", "", &["secure", "x"]),
    ("params", "", &["avatar", "url", "display-name", "A KEY", ""]),
    ("password", "", PASSWORDS),
    ("pattern", "", MASKS),
    ("place", "", CHANNELS),
    ("proof", "", SUBJECTS),
    ("query", "", &["u", "p", "k", "?"]),
    ("replacement", "", PASSWORDS),
    ("role", "", &["administrator", "moderator", "moderator", "member", "emperor"]),
    ("server", "", &["colvert.local", "*", "elsewhere"]),
    ("session", "", &["all", "s-1", "s-2", "ginette", "s-x"]),
    ("setting", "PERSISTENCE", ON_OR_OFF),
    ("setting", "", &["several-sessions", "always-on", "music"]),
    ("state", "", &["on", "off", "off"]),
    ("subcommand", "METADATA", METADATA),
    ("subcommand", "PERSISTENCE", &["SET", "GET", "FLY"]),
    ("subcommand", "", CONVERSATION_PIECES),
    ("subject", "", SUBJECTS),
    ("target", "METADATA", &["*", "*", "#general", "roger", "*ALL", "#c"]),
    ("target", "SERVER-BAN", BANS),
    ("target", "SERVER-BANS", BANS),
    ("target", "SERVER-UNBAN", BANS),
    ("target", "", PLACES),
    ("targets", "", &["*", "#general", "roger,#c", ""]),
    ("time", "MARKREAD", POINTS),
    ("time", "", &["1", "10", "2h", "soon"]),
    ("to", "PLAYBACK", &["99999999", "0", "never"]),
    ("to", "", POINTS),
    ("user", "", &["user", "u", "me", "somebody", "~u", "éé", "abcdefghijklmnop"]),
    ("value", "", ON_OR_OFF),
    ("wanted", "", &["*", "g*", "x"]),
    ("what", "", SUBJECTS),
    ("which", "", &["o", "x"]),
];

/// The same where the rest of the line is asked for.
const RESTS: &[(&str, &str, &[&str])] = &[
    ("terms", "", &["2h noise", "kind:silence 1m", "kind:login", "noise", "1s"]),
    (
        "value",
        "",
        &["op", "voice", "halfop", "admin", "owner", "none", "+nt", "+k key", "on", "off", "emperor"],
    ),
];

/// What a command is told in a word.
pub fn of(command: &str, name: &str) -> Option<&'static [&'static str]> {
    look_up(WORDS, command, name)
}

/// What it is told in the rest of the line.
pub fn of_rest(command: &str, name: &str) -> Option<&'static [&'static str]> {
    look_up(RESTS, command, name)
}

fn look_up(
    table: &[(&str, &str, &'static [&'static str])],
    command: &str,
    name: &str,
) -> Option<&'static [&'static str]> {
    let mut named = table.iter().filter(|(parameter, ..)| *parameter == name);
    named.find(|(_, of, _)| of.is_empty() || *of == command).map(|(.., words)| *words)
}

#[cfg(test)]
mod tests {
    use colvert_core::command::Shape;
    use colvert_core::commands::COMMANDS;

    use super::*;

    /// Words that are made of chance alone.
    const DRAWN: &[&str] = &["digest", "modes", "msgid"];
    /// Rests of lines that are any words, or are drawn.
    const FREE: &[&str] =
        &["channels", "message", "nicks", "params", "realname", "reason", "text", "token", "topic"];

    /// A command that is added is given to the simulator, too.
    #[test]
    fn every_parameter_of_every_command_has_words() {
        let mut missing = Vec::new();
        for entry in COMMANDS {
            for field in entry.fields {
                let is_known = match field.shape {
                    Shape::Word => of(entry.name, field.name).is_some() || DRAWN.contains(&field.name),
                    Shape::Rest => of_rest(entry.name, field.name).is_some() || FREE.contains(&field.name),
                    Shape::Here | Shape::Hidden => true,
                };
                if !is_known {
                    missing.push((entry.name, field.name));
                }
            }
        }
        assert!(missing.is_empty(), "what is plausible as these? {missing:?}");
    }

    #[test]
    fn there_are_no_words_for_nobody() {
        let is_asked = |(name, command, _): &&(&str, &str, &[&str])| {
            let commands = COMMANDS.iter().filter(|entry| command.is_empty() || entry.name == *command);
            commands.flat_map(|entry| entry.fields).any(|field| field.name == *name)
        };
        for words in WORDS.iter().chain(RESTS) {
            assert!(is_asked(&words), "nothing asks for {words:?}");
        }
    }
}
