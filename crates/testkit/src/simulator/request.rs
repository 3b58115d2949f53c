//! Random requests: any command of the table with arguments that are sometimes right.

use std::borrow::Cow;

use colvert_core::command::{Entry, Fields, Needs};
use colvert_core::commands::{COMMANDS, find};
use colvert_core::event::Tag;
use colvert_core::lines::{Line, Lines};
use colvert_core::names::NameRules;
use colvert_core::refusal::Refusal;
use colvert_core::session::{Item, Request};

use super::words::{self, CHANNELS, NICKS, PARAMS, TEXTS};
use crate::sim_disk::Chance;

/// Commands that a conversation is mostly made of.
const USUAL: &[&str] =
    &["JOIN", "JOIN", "MSG", "MSG", "PART", "NICK", "MODE", "MODE", "KICK", "INVITE", "TOPIC", "CHANNEL"];
/// What comes first.
const FIRST: &[&str] = &["NICK", "USER", "HOLD", "REGISTER", "AUTHENTICATE"];

/// What ends presences: often several.
const ENDS: &[&str] = &["QUIT", "KILL", "GHOST", "SAQUIT", "SERVER-BAN", "DEFCON"];

/// Arguments out of nowhere.
pub struct RandomFields<'a> {
    /// What they are arguments of.
    pub command: &'a str,
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
        let word = match (name, words::of(self.command, name)) {
            (_, Some(words)) => self.one_of(words),
            ("msgid", None) => format!("1-{:x}", self.chance.below(500)),
            ("modes", None) => self.letters(),
            ("digest", None) => format!("{:064x}", self.chance.below(4)),
            (_, None) => self.text(),
        };
        Some(Cow::Owned(word))
    }

    fn rest(&mut self, name: &'static str) -> Option<Cow<'_, str>> {
        if self.chance.below(40) == 0 {
            return None;
        }
        let rest = match (name, words::of_rest(self.command, name)) {
            (_, Some(words)) => self.one_of(words),
            ("params", None) => self.many_of(PARAMS, 4),
            ("nicks", None) => self.many_of(NICKS, 6),
            ("channels", None) => self.many_of(CHANNELS, 3),
            (_, None) => self.text(),
        };
        Some(Cow::Owned(rest))
    }

    fn lines(&mut self) -> Option<Lines> {
        let several = self.chance.below(10) == 0;
        let line = |text: String| Line { continues: false, text: text.into() };
        several.then(|| Lines::new((0..3).map(|_| line(self.text())).collect())).flatten()
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
    match (entry.parse)(&mut RandomFields { command: entry.name, chance, may_omit }) {
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
            entry if ENDS.contains(&entry.name) && chance.below(6) != 0 => named("MSG"),
            entry => entry,
        },
    }
}

/// A command of the server's own command line.
pub fn of_the_command_line(chance: &mut Chance) -> &'static Entry {
    // The server is stopped by the simulator itself.
    let is_offered =
        |entry: &&Entry| matches!(entry.needs, Needs::Control | Needs::Right(_)) && entry.name != "DIE";
    let offered: Vec<_> = COMMANDS.iter().filter(is_offered).collect();
    offered[chance.below(offered.len())]
}
