//! The reading half: a line to a request. It knows spelling only; what it refuses is refused in its place.

mod batch;
mod bearer;
mod channels;
mod connection;
mod fields;
mod messages;
mod opers;
mod sasl;
mod server;
mod verbs;

use colvert_core::command::Needs;
use colvert_core::commands;
use colvert_core::event::Tag;
use colvert_core::lines::Lines;
use colvert_core::local::Link;
use colvert_core::refusal::Refusal;
use colvert_core::session::{Item, Request};
use compact_str::CompactString;
use memchr::{memchr, memchr2};

pub use batch::CONTINUES;
pub use verbs::{Explained, explained, spelling};

use crate::caps::Caps;
use crate::door::Shared;
use crate::message::{self, BODY_BYTES_MAX, Message, Params, TAG_BYTES_MAX};
use fields::Positional;

/// Longest label, in bytes.
/// Spec: <https://ircv3.net/specs/extensions/labeled-response#tag-value>
const LABEL_BYTES_MAX: usize = 64;

/// What reading remembers from line to line.
#[derive(Debug, Default)]
pub struct Reading {
    /// What is on for the lines that follow; the writing half learns of it later.
    caps: Caps,
    /// The highest version of negotiation that the client named.
    version: u16,
    link: Link,
    /// Whether the client has asked for a nick, whatever the answer was.
    asked_for_nick: bool,
    /// A SASL exchange under way.
    sasl: Option<Box<sasl::Exchange>>,
    /// A batch under way, or one that was given up.
    batch: Option<Box<batch::Batch>>,
}

/// A line that was understood so far.
pub struct Asked<'a> {
    door: &'a Shared,
    message: &'a Message<'a>,
    caps: Caps,
}

impl Reading {
    /// Reads what comes over a link of this kind.
    pub fn new(link: Link) -> Self {
        Self { link, ..Self::default() }
    }

    /// Reads a line. Nothing for one that asks for nothing.
    pub fn receive(&mut self, door: &Shared, line: &[u8]) -> Option<Request> {
        // Some clients end their lines with more than one CR.
        let end = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
        let line = &line[..end];
        let Ok(text) = str::from_utf8(line) else {
            // Spec: <https://ircv3.net/specs/extensions/utf8-only>
            let label = self.label_of_broken(door, line);
            return Some(Request { label, ..refused(message::verb_of_broken(line), Refusal::InvalidUtf8) });
        };
        let message = match Message::parse(text) {
            Ok(message) if message.verb.is_empty() => return None,
            Ok(message) => message,
            // What is longer than any line with tags is gone when it is known to be, and its label with it.
            Err(message::TooLong) => {
                let label = self.label_of_broken(door, line);
                return Some(Request { label, ..self.overlong() });
            }
        };
        if memchr2(b'\0', b'\r', line).is_some() {
            return Some(refused(message::verb_of_broken(line), Refusal::BadText));
        }
        let asked = Asked { door, message: &message, caps: self.caps };
        // What was begun ends as it began, whatever the configuration says meanwhile.
        let knows = asked.caps.in_effect(Caps::DRAFT_MULTILINE) || self.batch.is_some();
        if knows && batch::is_part(&asked) {
            return self.batched(&asked);
        }
        let label = asked.label();
        let items = self.items(&asked);
        (label.is_some() || !items.is_empty()).then_some(Request { label, items })
    }

    /// The label of a line that cannot be read whole, if its tags can.
    fn label_of_broken(&self, door: &Shared, line: &[u8]) -> Option<CompactString> {
        let end = memchr(b' ', line)?;
        let tags = str::from_utf8(&line[..end]).ok()?.strip_prefix('@')?;
        if tags.len() > TAG_BYTES_MAX {
            return None;
        }
        let message = Message { tags, verb: "", params: Params::default() };
        Asked { door, message: &message, caps: self.caps }.label()
    }

    /// Answers a line that is longer than any may be.
    pub fn overlong(&self) -> Request {
        refused("*".to_owned(), Refusal::InputTooLong(BODY_BYTES_MAX))
    }

    /// Whether a batch is open.
    pub fn is_unfinished(&self) -> bool {
        self.batch.as_ref().is_some_and(|batch| batch.is_open())
    }

    /// Leaves, because what comes is no IRC.
    pub fn goodbye(&self, door: &Shared) -> Request {
        let quit = Positional::new(&["This is an IRC port"], &[], door.rules).item("QUIT");
        Request { label: None, items: vec![quit] }
    }

    fn items(&mut self, asked: &Asked<'_>) -> Vec<Item> {
        let typed = asked.message.verb;
        if let Some(verb) = verbs::find(typed) {
            return (verb.read)(self, asked);
        }
        // What is not spelt in a way of its own is a command by its name.
        let entry = commands::find(typed).filter(|entry| entry.needs != Needs::Control);
        match entry.filter(|entry| spelling(entry.name) == entry.name) {
            Some(entry) => vec![asked.command_with_tags(entry.name, &asked.message.params, &asked.tags())],
            None => vec![asked.unknown()],
        }
    }
}

impl Asked<'_> {
    /// The line's parameters.
    pub fn words(&self) -> &[&str] {
        &self.message.params
    }

    /// A command of core with these arguments.
    pub fn command(&self, name: &'static str, args: &[&str]) -> Item {
        Positional::new(args, &[], self.door.rules).item(name)
    }

    /// A command of core that carries the line's client-only tags.
    fn command_with_tags(&self, name: &'static str, args: &[&str], tags: &[Tag]) -> Item {
        Positional::new(args, tags, self.door.rules).item(name)
    }

    /// A command of core that says something in several lines.
    fn command_with_lines(&self, name: &'static str, target: &str, tags: &[Tag], lines: Lines) -> Item {
        Positional::new(&[target], tags, self.door.rules).with_lines(lines).item(name)
    }

    /// A refusal of the line's own verb.
    fn refuse(&self, verb: &'static str, refusal: Refusal) -> Item {
        Item::refuse(verb, refusal)
    }

    fn unknown(&self) -> Item {
        let verb: CompactString = self.message.verb.into();
        Item::refuse(verb.clone(), Refusal::UnknownCommand(verb))
    }

    /// The tags that go with the words; only clients that have the capability send any.
    fn tags(&self) -> Vec<Tag> {
        if self.caps.in_effect(Caps::MESSAGE_TAGS) { self.message.client_tags() } else { Vec::new() }
    }

    fn label(&self) -> Option<CompactString> {
        if !self.caps.in_effect(Caps::LABELED_RESPONSE) || self.message.tags.is_empty() {
            return None;
        }
        let label = self.message.tag("label")?;
        let fits = !label.is_empty() && label.len() <= LABEL_BYTES_MAX;
        fits.then(|| label.into())
    }
}

/// A line of which nothing is done.
fn refused(verb: String, refusal: Refusal) -> Request {
    Request { label: None, items: vec![Item::refuse(verb, refusal)] }
}
