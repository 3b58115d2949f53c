//! `docs/line-protocol.md`: its tables are the command table and the Fluent files. `COLVERT_REWRITE=1` writes them.

use std::fmt::Write;
use std::path::Path;

use colvert_core::command::Shape;
use colvert_core::local::Language;

use super::wordings::{FILES, slash_commands};
use crate::help;
use crate::speech::Speech;

#[test]
fn the_page_has_every_command_and_every_answer() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/line-protocol.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let written = replaced(&replaced(&page, "commands", &commands()), "wordings", &wordings());
    if std::env::var_os("COLVERT_REWRITE").is_some() {
        std::fs::write(&path, written).expect("the page can be written");
    } else {
        assert!(page == written, "docs/line-protocol.md is behind: run this test with COLVERT_REWRITE=1");
    }
}

/// The page with `table` between the marks of that name.
fn replaced(page: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let (before, rest) = page.split_once(&begin).expect("the page has the mark");
    let (_, after) = rest.split_once(&end).expect("the page has the mark");
    format!("{before}{begin}{table}{end}{after}")
}

/// Each command's syntax and help, and which of them take the rest of the line.
fn commands() -> String {
    let [english, french] = [Language::English, Language::French].map(Speech::of);
    let mut table = String::from("\n| English | French |\n|---|---|\n");
    for entry in slash_commands() {
        let others = entry.slash[1..].iter().map(|slash| format!(" (`/{slash}`)")).collect::<String>();
        let [ours, theirs] = [english, french].map(|speech| {
            format!("`{}`{others} {}", cell(&help::syntax(speech, entry)), help::summary(speech, entry))
        });
        writeln!(table, "| {ours} | {theirs} |").expect("memory");
    }
    let with_rest = slash_commands().filter(|it| it.fields.iter().any(|field| field.shape == Shape::Rest));
    let with_rest: Vec<_> = with_rest.map(|entry| format!("`/{}`", entry.slash[0])).collect();
    writeln!(table, "\nThe last argument is a `rest` for {}.", with_rest.join(" ")).expect("memory");
    table
}

/// All messages but the names of arguments and the help of commands, which are in the other table.
fn wordings() -> String {
    let [english, french] = FILES.map(messages);
    let mut table = String::new();
    for (id, text) in english {
        match id.strip_prefix("## ") {
            Some(heading) => {
                write!(table, "\n### {heading}\n\n| English | French |\n|---|---|\n").expect("memory");
            }
            None if id.starts_with("field-") => {}
            None => {
                let (_, theirs) = french.iter().find(|(other, _)| *other == id).expect("French has it");
                writeln!(table, "| {} | {} |", cell(&text), cell(theirs)).expect("memory");
            }
        }
    }
    table + "\n"
}

/// A Fluent file's headings and messages in their order; the variants of a message are joined by ` / `, and
/// variables are shown in capitals.
fn messages(file: &str) -> Vec<(String, String)> {
    let mut messages: Vec<(String, String)> = Vec::new();
    for line in file.lines() {
        if line.starts_with("## ") {
            messages.push((line.to_owned(), String::new()));
        } else if let Some((id, text)) = line.split_once(" = ").filter(|_| !line.starts_with(['#', ' '])) {
            let text = if text.contains("->") { "" } else { text };
            messages.push((id.to_owned(), capitals(text)));
        } else if let Some((_, variant)) = line.split_once("] ") {
            let (_, text) = messages.last_mut().expect("a variant is in a message");
            let between = if text.is_empty() { "" } else { " / " };
            *text += &format!("{between}{}", capitals(variant));
        }
    }
    messages
}

/// `{ $nick }` as `NICK`.
fn capitals(text: &str) -> String {
    let mut shown = String::new();
    for (i, part) in text.split("{ $").enumerate() {
        match part.split_once(" }").filter(|_| i > 0) {
            Some((name, rest)) => shown += &format!("{}{rest}", name.to_uppercase()),
            None => shown += part,
        }
    }
    shown
}

/// Text that stands in a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*")
}
