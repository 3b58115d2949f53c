//! Random requests: any command of the table with arguments that are sometimes right.

use std::borrow::Cow;

use colvert_core::command::{Entry, Fields};
use colvert_core::commands::{COMMANDS, find};
use colvert_core::event::Tag;
use colvert_core::names::NameRules;
use colvert_core::refusal::Refusal;
use colvert_core::session::{Item, Request};

use crate::sim_disk::Chance;

/// Few enough that people meet. Some are the same name, look the same, belong to nobody or cannot be.
const NICKS: &[&str] = &[
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
const CHANNELS: &[&str] = &[
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
const TEXTS: &[&str] =
    &["salut", "coin coin", "  ", "", "é", ":-)", "a\0b", "two\r\nlines", "\u{1}ACTION x\u{1}"];
const PASSWORDS: &[&str] = &["correct horse", "battery staple", "abc", ""];
const ACCOUNTS: &[&str] = &["ginette", "roger", "éloïse", "staff", "root", "a b", ""];
const MASKS: &[&str] = &[
    "*!*@*",
    "roger",
    "t:1:m:roger",
    "a:roger",
    "z:no",
    "f:#canards:*!*@10.0.0.1",
    "t:10:*!*@10.0.0.2",
    "*!*@10.0.0.*",
    "a*a*a*!*@*",
    "bob!*@*",
    "x y",
    "",
];
/// Commands that a conversation is mostly made of.
const USUAL: &[&str] =
    &["JOIN", "JOIN", "MSG", "MSG", "PART", "NICK", "MODE", "MODE", "KICK", "INVITE", "TOPIC", "CHANNEL"];
/// What comes first.
const FIRST: &[&str] = &["NICK", "USER", "HOLD", "REGISTER", "AUTHENTICATE"];

/// Arguments out of nowhere.
pub struct RandomFields<'a> {
    pub chance: &'a mut Chance,
    /// Whether the channel may be left out.
    pub may_omit: bool,
}

impl RandomFields<'_> {
    fn one_of(&mut self, words: &[&str]) -> String {
        // What is plausible is first in each list, and chosen more often.
        let n = self.chance.below(words.len()).min(self.chance.below(words.len()));
        words[n].to_owned()
    }

    fn many_of(&mut self, words: &[&str], max: usize) -> String {
        let n = 1 + self.chance.below(max);
        (0..n).map(|_| self.one_of(words)).collect::<Vec<_>>().join(" ")
    }

    fn letters(&mut self) -> String {
        const LETTERS: &[u8] = b"+-+-oovvbbbeIklimnstuzqahCMNPRUcfFjX?";
        (0..=self.chance.below(8)).map(|_| char::from(LETTERS[self.chance.below(LETTERS.len())])).collect()
    }

    fn text(&mut self) -> String {
        match self.chance.below(20) {
            0 => "long ".repeat(self.chance.below(200)),
            n if n < 5 => self.one_of(TEXTS),
            n => format!("words {n}"),
        }
    }
}

impl Fields for RandomFields<'_> {
    fn channel(&mut self, _: &'static str) -> Result<Option<Cow<'_, str>>, Refusal> {
        let omitted = self.may_omit && self.chance.coin();
        Ok((!omitted).then(|| self.one_of(CHANNELS).into()))
    }

    fn word(&mut self, name: &'static str) -> Option<Cow<'_, str>> {
        if self.chance.below(40) == 0 {
            return None;
        }
        let word = match name {
            "nick" => self.one_of(NICKS),
            "channel" | "new" => self.one_of(CHANNELS),
            "account" => self.one_of(ACCOUNTS),
            "password" => self.one_of(PASSWORDS),
            "key" => self.one_of(&["key", "clef", "a,b"]),
            "mask" | "pattern" => self.one_of(&[MASKS, CHANNELS].concat()),
            "target" => self.one_of(&[CHANNELS, NICKS].concat()),
            "msgid" => format!("1-{:x}", self.chance.below(500)),
            "subcommand" => {
                self.one_of(&["SET", "SUB", "GET", "LIST", "SYNC", "SUBS", "CLEAR", "UNSUB", "LATEST"])
            }
            "params" => self.one_of(&["url", "avatar", "display-name", "A KEY", ""]),
            "modes" => self.letters(),
            "role" => self.one_of(&["administrator", "moderator", "moderator", "member", "emperor"]),
            "action" => self.one_of(&[
                "register", "register", "access", "access", "transfer", "take", "mine", "up", "drop", "info",
                "purge", "unpurge", "purged", "fly",
            ]),
            "time" => self.one_of(&["1", "10", "2h", "soon"]),
            "count" => self.one_of(&["1", "5", "100000", "0", "-1", "many"]),
            "op" => self.one_of(&["+", "+", "+", "-", "C", "L", "S", "?"]),
            "state" => self.one_of(&["on", "off", "off"]),
            "client" => self.one_of(&["phone", "desk", "Desk", "pad", "a b"]),
            "setting" => self.one_of(&["several-sessions", "always-on", "music"]),
            "value" => self.one_of(&["on", "off", "default", "loud"]),
            "language" => self.one_of(&["fr", "en", "tlh"]),
            "host" => self.one_of(&["example.org", "10.0.0.7", "a b", ":x"]),
            "digest" => format!("{:064x}", self.chance.below(4)),
            "expires" => self.one_of(&["1", "99999999999999", "never"]),
            "command" => self.one_of(&["join", "/msg", "PRIVMSG", "fly"]),
            "user" => self.one_of(&["user", "~u", "éé", "abcdefghijklmnop"]),
            _ => self.text(),
        };
        Some(Cow::Owned(word))
    }

    fn rest(&mut self, name: &'static str) -> Option<Cow<'_, str>> {
        if self.chance.below(40) == 0 {
            return None;
        }
        let rest = match name {
            "params" => self.many_of(
                &[NICKS, MASKS, &["7", "key", "0", "2:60", "1:600:mute", "#general", "#rust"]].concat(),
                4,
            ),
            "value" => self.one_of(&["op", "voice", "halfop", "admin", "owner", "none", "emperor"]),
            "nicks" => self.many_of(NICKS, 6),
            "channels" => self.many_of(CHANNELS, 3),
            _ => self.text(),
        };
        Some(Cow::Owned(rest))
    }

    fn tags(&mut self) -> Vec<Tag> {
        let n = self.chance.below(3);
        let name = self.one_of(&["+typing", "+draft/react", "+draft/unreact"]);
        (0..n).map(|_| Tag { name: name.as_str().into(), value: "active".into() }).collect()
    }

    fn names(&self) -> NameRules {
        NameRules::default()
    }
}

/// A command with arguments, or the refusal of its arguments, as a door makes it.
pub fn item(entry: &'static Entry, chance: &mut Chance) -> Item {
    let may_omit = chance.below(4) != 0;
    match (entry.parse)(&mut RandomFields { chance, may_omit }) {
        Ok(act) => Item::Command { entry, act },
        Err(refusal) => Item::refuse(entry.name, refusal),
    }
}

/// A request of one to three commands. Who is not there yet mostly tries to be.
pub fn request(is_bound: bool, chance: &mut Chance) -> Request {
    let label = (chance.below(4) == 0).then(|| compact_str::format_compact!("l{}", chance.below(1000)));
    let entries: Vec<_> = match chance.below(8) {
        0..4 if !is_bound => vec![named("NICK"), named("USER")],
        0 => vec![entry(is_bound, chance), entry(is_bound, chance), entry(is_bound, chance)],
        _ => vec![entry(is_bound, chance)],
    };
    Request { label, items: entries.into_iter().map(|entry| item(entry, chance)).collect() }
}

fn named(name: &str) -> &'static Entry {
    find(name).expect("a command of the table")
}

fn entry(is_bound: bool, chance: &mut Chance) -> &'static Entry {
    match (is_bound, chance.below(3)) {
        (false, 1..) => named(FIRST[chance.below(FIRST.len())]),
        (true, 0) => named(USUAL[chance.below(USUAL.len())]),
        // People leave now and then; were it as often as the rest, nobody would ever be there.
        _ => match &COMMANDS[chance.below(COMMANDS.len())] {
            // The server is stopped by the simulator itself.
            entry if entry.name == "DIE" => named("MSG"),
            entry if matches!(entry.name, "QUIT" | "KILL") && chance.below(6) != 0 => named("MSG"),
            entry => entry,
        },
    }
}
