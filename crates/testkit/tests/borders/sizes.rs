//! How long files and functions may be.

use std::collections::BTreeMap;

use crate::source::{Source, crates, files};

/// Lines of a file, without unit tests.
const FILE_LINES_MAX: usize = 400;
/// Lines of a function.
const FUNCTION_LINES_MAX: usize = 70;
/// How much smaller than its exception something may be before the exception has to follow.
const SLACK: usize = 25;

/// Files that are longer, and how long they are.
const FILES: &[(&str, usize)] = &[];

/// Functions that are longer, and how long they are.
const FUNCTIONS: &[(&str, usize)] = &[];

/// Tables that happen to be code: one variant, one arm or one line for each event, refusal, answer or key. They grow with what there is
/// to say, and splitting them would only hide that something is missing.
const TABLES: &[&str] = &[
    "crates/archive/src/event_line.rs kind",
    "crates/archive/src/event_line.rs of",
    "crates/colvert/src/config/keys.rs",
    "crates/core/src/audience.rs audience",
    "crates/core/src/event.rs",
    "crates/core/src/event.rs by",
    "crates/core/src/evolve.rs evolve",
    "crates/irc/src/writing/account_answers.rs account_answer",
    "crates/irc/src/writing/events.rs event",
    "crates/irc/src/writing/refusals.rs wording",
    "crates/irc/src/writing/replies.rs reply",
    "crates/line/src/events.rs word",
    "crates/line/src/refusals.rs wording",
    "crates/line/src/replies.rs word",
    "crates/line/src/replies/accounts.rs word",
];

/// Compares what is too long with its list.
fn ratchet(what: &str, max: usize, found: &BTreeMap<String, usize>, allowed: &[(&str, usize)]) {
    let allowed: BTreeMap<_, _> = allowed.iter().copied().collect();
    let mut wrong = Vec::new();
    let is_long = |(name, lines): &(&String, &usize)| **lines > max && !TABLES.contains(&name.as_str());
    for (name, lines) in found.iter().filter(is_long) {
        match allowed.get(name.as_str()) {
            Some(most) if lines <= most => {}
            _ => wrong.push(format!("{name} has {lines} lines; {what} have {max} at most")),
        }
    }
    for (name, most) in &allowed {
        let lines = found.get(*name).copied().unwrap_or_default();
        if lines <= max {
            wrong.push(format!("{name} needs no exception any more"));
        } else if lines + SLACK < *most {
            wrong.push(format!("{name} has {lines} lines; lower its exception from {most}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let all = crates().into_iter().flat_map(|package| files(&package));
    let found = all.map(|file| (file.name, file.code.len())).collect();
    ratchet("files", FILE_LINES_MAX, &found, FILES);
}

#[test]
fn functions_fit_a_screen() {
    let mut found = BTreeMap::new();
    for file in crates().into_iter().flat_map(|package| files(&package)) {
        found.extend(functions(&file));
    }
    assert!(found.len() > 500, "only {} functions were found", found.len());
    ratchet("functions", FUNCTION_LINES_MAX, &found, FUNCTIONS);
}

/// The functions of a file and their lengths. The formatter puts a function's last brace under its first
/// word.
fn functions(file: &Source) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (start, line) in file.code.iter().enumerate() {
        let word = line.trim_start();
        let indent = line.len() - word.len();
        let Some(name) = function_name(word) else { continue };
        let last = format!("{}}}", " ".repeat(indent));
        let length = file.code[start..].iter().position(|line| *line == last);
        // What ends in its first line, or is a trait's promise, has no such brace of its own.
        let has_body = file.code[start..].iter().find(|line| line.ends_with(['{', ';', '}']));
        if let Some(length) = length.filter(|_| has_body.is_some_and(|line| line.ends_with('{'))) {
            found.push((format!("{} {name}", file.name), length + 1));
        }
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    const BEFORE: &[&str] = &["pub ", "pub(crate) ", "pub(super) ", "const ", "unsafe ", "extern \"C\" "];
    let mut rest = line;
    while let Some(after) = BEFORE.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after;
    }
    let rest = rest.strip_prefix("fn ")?;
    Some(&rest[..rest.find(['(', '<'])?])
}
