//! `docs/claims.md`: what the project claims, and the test that shows it. What is named there exists.

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
];

/// What the second column of each row names, in backticks; a test's name follows its file.
fn shown_by(row: &str) -> Vec<&str> {
    let cells: Vec<_> = row.trim_matches('|').split('|').collect();
    cells.last().into_iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

/// What is wrong with a row.
fn wrong(row: &str) -> Vec<String> {
    let names = shown_by(row);
    if row.matches('|').count() != 3 || names.is_empty() {
        return vec![format!("a row has two columns, and names what shows it: {row}")];
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
            has_named = !is_rust(name);
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

#[test]
fn what_shows_a_claim_exists() {
    let page = fs::read_to_string(root().join("docs/claims.md")).expect("the page is there");
    let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(sections, SECTIONS, "the sections have their order");
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with('|')).collect();
    let rows: Vec<_> =
        rows.into_iter().filter(|row| *row != "| what | shown by |" && *row != "|---|---|").collect();
    assert!(rows.len() > 10, "only {} claims", rows.len());
    let all: Vec<_> = rows.into_iter().flat_map(wrong).collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn a_row_that_names_nothing_is_found() {
    let file = "crates/testkit/tests/borders/claims.rs";
    assert_eq!(wrong(&format!("| a | `{file}` `a_row_that_names_nothing_is_found` |")), Vec::<String>::new());
    for row in [
        "| a | by looking |".to_owned(),
        "| a | b | `docs/claims.md` |".to_owned(),
        "| a | `docs/no_such_page.md` |".to_owned(),
        format!("| a | `{file}` |"),
        format!("| a | `{file}` `docs/claims.md` |"),
        format!("| a | `{file}` `no_such_test` |"),
        "| a | `no_such_test` |".to_owned(),
    ] {
        assert_eq!(wrong(&row).len(), 1, "{row}");
    }
}
