//! Help and syntax, derived from the command table.

use std::fmt::Write;

use colvert_core::command::{Entry, Shape};
use colvert_core::commands::{COMMANDS, find, find_slash};

use crate::speech::{Speech, row};

/// The table's line for a verb that came back from the engine: a command's name.
pub fn entry(verb: &str) -> Option<&'static Entry> {
    find(verb).filter(|entry| !entry.slash.is_empty())
}

/// How a command is typed: `/kick [#channel] nick [reason]`.
pub fn syntax(speech: &Speech, entry: &Entry) -> String {
    let mut line = format!("/{}", entry.slash.first().unwrap_or(&""));
    for field in entry.fields {
        let name = field_name(speech, field.name);
        let written = match (field.shape, field.optional) {
            (Shape::Here, _) => write!(line, " [#{name}]"),
            (Shape::Hidden, _) => Ok(()),
            (Shape::Word | Shape::Rest, true) => write!(line, " [{name}]"),
            (Shape::Word | Shape::Rest, false) => write!(line, " {name}"),
        };
        written.expect("writing to memory does not fail");
    }
    line
}

/// What an argument is called.
pub fn field_name(speech: &Speech, name: &str) -> String {
    speech.words_if_any(&format!("field-{name}")).unwrap_or_else(|| name.to_owned())
}

/// `Usage: /kick [#channel] nick [reason]`.
pub fn usage(speech: &Speech, entry: &Entry) -> String {
    speech.words("usage", &[("syntax", syntax(speech, entry).into())])
}

/// What a command does, in one sentence. English is the table's own.
pub fn summary(speech: &Speech, entry: &Entry) -> String {
    let slash = entry.slash.first().unwrap_or(&"");
    speech.words_if_any(&format!("help-{slash}")).unwrap_or_else(|| entry.summary.to_owned())
}

/// Lists all slash commands.
pub fn all(speech: &Speech, out: &mut Vec<u8>) {
    speech.say(out, "help", &[]);
    for entry in COMMANDS.iter().filter(|entry| !entry.slash.is_empty()) {
        row(out, &format!("/{:<9} {}", entry.slash[0], summary(speech, entry)));
    }
}

/// Explains the command of that slash name.
pub fn one(speech: &Speech, slash: &str, out: &mut Vec<u8>) {
    let Some(entry) = find_slash(slash) else {
        return speech.say(out, "unknown-command", &[]);
    };
    speech.say(out, "usage", &[("syntax", syntax(speech, entry).into())]);
    row(out, &summary(speech, entry));
    if let [_, others @ ..] = entry.slash
        && !others.is_empty()
    {
        let aliases: Vec<_> = others.iter().map(|slash| format!("/{slash}")).collect();
        speech.row(out, "also", &[("aliases", aliases.join(", ").into())]);
    }
}
