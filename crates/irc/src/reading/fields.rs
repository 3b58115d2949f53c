//! Parameters as the arguments of a command, by position.

use std::borrow::Cow;
use std::slice;

use colvert_core::command::Fields;
use colvert_core::commands;
use colvert_core::event::Tag;
use colvert_core::lines::Lines;
use colvert_core::names::NameRules;
use colvert_core::refusal::Refusal;
use colvert_core::session::Item;

/// Parameters that are taken one after the other.
pub struct Positional<'a> {
    params: slice::Iter<'a, &'a str>,
    tags: &'a [Tag],
    lines: Option<Lines>,
    rules: NameRules,
}

impl<'a> Positional<'a> {
    pub fn new(params: &'a [&'a str], tags: &'a [Tag], rules: NameRules) -> Self {
        Self { params: params.iter(), tags, lines: None, rules }
    }

    /// The same with several lines, where the command takes a text.
    pub fn with_lines(self, lines: Lines) -> Self {
        Self { lines: Some(lines), ..self }
    }

    /// The command of that name with these arguments, or its refusal in the command's place.
    pub fn item(mut self, command: &'static str) -> Item {
        let entry = commands::find(command).expect("the verbs stand for commands that exist; a test says so");
        match (entry.parse)(&mut self) {
            Ok(act) => Item::Command { entry, act },
            Err(refusal) => Item::refuse(entry.name, refusal),
        }
    }
}

impl Fields for Positional<'_> {
    fn channel(&mut self, name: &'static str) -> Result<Option<Cow<'_, str>>, Refusal> {
        self.word(name).filter(|raw| !raw.is_empty()).map(Some).ok_or(Refusal::NeedMoreParams(name))
    }

    fn word(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        self.params.next().map(|param| Cow::Borrowed(*param))
    }

    /// What a client without colons meant is what its user typed: the words that are left, with a space
    /// between them.
    fn rest(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        let rest = self.params.as_slice();
        self.params = [].iter();
        match rest {
            [] => None,
            [text] => Some(Cow::Borrowed(text)),
            several => Some(Cow::Owned(several.join(" "))),
        }
    }

    fn tags(&mut self) -> Vec<Tag> {
        self.tags.to_vec()
    }

    fn lines(&mut self) -> Option<Lines> {
        self.lines.take()
    }

    fn names(&self) -> NameRules {
        self.rules
    }
}
