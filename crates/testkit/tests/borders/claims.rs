//! `docs/claims.md`: what the project claims, and `docs/attacks.md`: what strangers send, each with the test that shows it. What is
//! named there exists.

use std::fs;

use crate::source::root;

/// The page's sections, in order.
const SECTIONS: &[&str] = &[
    "Capabilities",
    "Transport",
    "Accounts",
    "Channels",
    "Operators",
    "Configuration",
    "Conformance",
    "Secret channels",
    "Order",
    "Rights",
    "Speed",
    "What is kept",
];

/// What the last column of each row names, in backticks; a test's name follows its file.
fn shown_by(row: &str) -> Vec<&str> {
    let cells: Vec<_> = row.trim_matches('|').split('|').collect();
    cells.last().into_iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

/// What is wrong with a row of so many columns.
fn wrong(row: &str, columns: usize) -> Vec<String> {
    let names = shown_by(row);
    if row.matches('|').count() != columns + 1 || names.is_empty() {
        return vec![format!("a row has {columns} columns, and names what shows it: {row}")];
    }
    let mut wrong = Vec::new();
    let mut text = None;
    let mut has_named = true;
    for name in names {
        if name.contains(['/', '.']) {
            text = fs::read_to_string(root().join(name)).ok();
            if text.is_none() {
                wrong.push(format!("there is no file {name}: {row}"));
            }
            if !has_named {
                wrong.push(format!("a file of tests needs the test's name: {row}"));
            }
            // A fuzz target is a file.
            has_named = !is_rust(name) || name.starts_with("fuzz/");
        } else {
            has_named = true;
            if !text.as_ref().is_some_and(|text| has_test(text, name)) {
                wrong.push(format!("there is no test {name}: {row}"));
            }
        }
    }
    if !has_named {
        wrong.push(format!("a file of tests needs the test's name: {row}"));
    }
    wrong
}

fn is_rust(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|it| it == "rs")
}

/// Whether a file has a test of that name; in Python and JavaScript, a function.
fn has_test(text: &str, name: &str) -> bool {
    ["fn ", "def ", "function "].iter().any(|word| text.contains(&format!("{word}{name}(")))
}

/// The page with its rows, none of which is wrong; `head` is the first line of each of its tables.
fn checked(path: &str, head: &str) -> String {
    let page = fs::read_to_string(root().join(path)).expect("the page is there");
    let is_row = |line: &&str| line.starts_with('|') && *line != head && !line.starts_with("|---|");
    let rows: Vec<_> = page.lines().filter(is_row).collect();
    assert!(rows.len() > 10, "only {} rows in {path}", rows.len());
    let columns = head.matches('|').count() - 1;
    let all: Vec<_> = rows.into_iter().flat_map(|row| wrong(row, columns)).collect();
    assert!(all.is_empty(), "{path}: {}", all.join("\n"));
    page
}

#[test]
fn what_shows_a_claim_exists() {
    let page = checked("docs/claims.md", "| what | shown by |");
    let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(sections, SECTIONS, "the sections have their order");
}

#[test]
fn what_sends_an_attack_exists() {
    checked("docs/attacks.md", "| attack | what Colvert does | shown by |");
}

#[test]
fn a_row_that_names_nothing_is_found() {
    let file = "crates/testkit/tests/borders/claims.rs";
    assert_eq!(
        wrong(&format!("| a | `{file}` `a_row_that_names_nothing_is_found` |"), 2),
        Vec::<String>::new()
    );
    for row in [
        "| a | by looking |".to_owned(),
        "| a | b | `docs/claims.md` |".to_owned(),
        "| a | `docs/no_such_page.md` |".to_owned(),
        format!("| a | `{file}` |"),
        format!("| a | `{file}` `docs/claims.md` |"),
        format!("| a | `{file}` `no_such_test` |"),
        "| a | `no_such_test` |".to_owned(),
    ] {
        assert_eq!(wrong(&row, 2).len(), 1, "{row}");
    }
}
