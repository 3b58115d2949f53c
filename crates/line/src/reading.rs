//! A line to what it asks for. `docs/line-protocol.md` has the grammar.

use std::borrow::Cow;

use colvert_core::command::{Entry, Fields, Shape};
use colvert_core::commands;
use colvert_core::modes::Status;
use colvert_core::names::NameRules;
use colvert_core::refusal::Refusal;
use colvert_core::session::Item;

/// Longest line that is read, in bytes without its end. The longest text that an IRC line carries fits eight
/// times.
pub const LINE_BYTES_MAX: usize = 4096;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What only this door says: a command was given more than it takes.
pub struct Surplus(pub &'static Entry);

/// The line without what some terminals and editors send along: a byte order mark before the first line.
pub fn without_byte_order_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
}

/// What a line asks for; nothing for a line of white space.
pub fn read(line: &[u8], names: NameRules) -> Option<Item> {
    let Ok(line) = std::str::from_utf8(line) else {
        return Some(refuse("", Refusal::InvalidUtf8));
    };
    let line = line.trim_end();
    if line.chars().any(|c| c.is_control() && c != '\t') {
        return Some(refuse("", Refusal::BadText));
    }
    // White space before a slash changes nothing: nobody's password is said aloud for a slip of the thumb.
    let item = match line.trim_start().strip_prefix('/') {
        Some(text) if text.starts_with('/') => say(text, names),
        Some(command) => slash(command, names),
        None if line.is_empty() => return None,
        None => say(line, names),
    };
    Some(item)
}

/// Words to the current channel.
fn say(text: &str, names: NameRules) -> Item {
    let entry = commands::find("MSG").expect("the table has it");
    fill(entry, Words { left: text, channel: Channel::Current, names })
}

/// A command, `line` being what follows the slash.
fn slash(line: &str, names: NameRules) -> Item {
    let (verb, left) = split_word(line);
    match commands::find_slash(verb) {
        Some(entry) => fill(entry, Words { left, channel: Channel::of(entry), names }),
        None => refuse(verb, Refusal::UnknownCommand(verb.into())),
    }
}

fn fill(entry: &'static Entry, mut words: Words<'_>) -> Item {
    match (entry.parse)(&mut words) {
        // A word too many is never dropped: it may be half of a password.
        Ok(_) if !words.left.trim_start().is_empty() => Item::Wire(Box::new(Surplus(entry))),
        Ok(act) => Item::Command { entry, act },
        Err(refusal) => refuse(entry.name, refusal),
    }
}

fn refuse(verb: &str, refusal: Refusal) -> Item {
    Item::refuse(verb, refusal)
}

/// The first word, and what is left.
fn split_word(line: &str) -> (&str, &str) {
    line.split_once(char::is_whitespace).unwrap_or((line, ""))
}

/// Arguments by position.
struct Words<'a> {
    left: &'a str,
    channel: Channel,
    names: NameRules,
}

/// Where the channel of a command comes from.
#[derive(Clone, Copy)]
enum Channel {
    /// Text that may begin with `#` and names no channel.
    Current,
    /// A first word that begins with `#`.
    MayLead,
    /// The first word, with or without its `#`: nothing can follow it.
    Alone,
    /// The first word, with or without its `#`, if it is no number: nothing but a number can follow it.
    BeforeNumber,
}

impl Channel {
    /// Where what follows a channel may be any word, only the `#` says that it is one.
    fn of(entry: &Entry) -> Self {
        let mut fields = entry.fields.iter().skip_while(|field| field.shape != Shape::Here).skip(1);
        match (fields.next().map(|field| field.name), fields.next()) {
            (None, _) => Self::Alone,
            (Some("count"), None) => Self::BeforeNumber,
            _ => Self::MayLead,
        }
    }

    /// Whether a line whose arguments are these begins with one.
    fn leads(self, left: &str) -> bool {
        let (word, _) = split_word(left);
        match self {
            Self::Current => false,
            Self::MayLead => word.starts_with('#'),
            Self::Alone => !word.is_empty(),
            Self::BeforeNumber => !word.is_empty() && word.parse::<i64>().is_err(),
        }
    }
}

impl Fields for Words<'_> {
    fn channel(&mut self, name: &'static str) -> Result<Option<Cow<'_, str>>, Refusal> {
        let names_one = self.channel.leads(self.left.trim_start());
        Ok(if names_one { self.word(name) } else { None })
    }

    fn spot(&mut self, _: &'static str) -> Result<Option<Cow<'_, str>>, Refusal> {
        let left = self.left.trim_start();
        let (_, bare) = Status::prefixed(left);
        let names_one = !matches!(self.channel, Channel::Current) && bare.starts_with('#');
        if !names_one {
            return Ok(None);
        }
        let (word, left) = split_word(left);
        self.left = left;
        Ok(Some(Cow::Borrowed(word)))
    }

    fn word(&mut self, name: &'static str) -> Option<Cow<'_, str>> {
        let (word, left) = split_word(self.left.trim_start());
        self.left = left;
        (!word.is_empty()).then(|| with_hash(name, word).into())
    }

    fn rest(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        let rest = std::mem::take(&mut self.left);
        Some(Cow::Borrowed(match self.channel {
            Channel::Current => rest,
            _ => rest.trim_start(),
        }))
    }

    fn names(&self) -> NameRules {
        self.names
    }
}

/// Channel names and patterns of them may be typed without their `#`.
fn with_hash(name: &str, word: &str) -> String {
    let hashed = |part: &str| if part.starts_with('#') { part.to_owned() } else { format!("#{part}") };
    match name {
        "channel" | "new" => hashed(word),
        "pattern" | "conditions" => {
            let one = |part: &str| match part.strip_prefix('!') {
                Some(other) => format!("!{}", hashed(other)),
                // How many, or since when.
                None if part.chars().take(2).any(|c| matches!(c, '<' | '>')) => part.to_owned(),
                None => hashed(part),
            };
            word.split(',').map(one).collect::<Vec<_>>().join(",")
        }
        _ => word.to_owned(),
    }
}
