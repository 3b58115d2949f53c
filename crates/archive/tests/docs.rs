//! `docs/archive.md` says what is there, and its questions have answers.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod common;

use colvert_archive::{Archive, NAME, SCHEMA_VERSION, Vfs};
use colvert_core::audit::Act;
use colvert_core::event::Event;
use common::NAMES;
use common::log::MemoryLog;
use common::talk::{Talk, channel, guest, message, source, text};
use rusqlite::Connection;

const PAGE: &str = include_str!("../../../docs/archive.md");

/// An archive in which a little of everything has happened.
fn archive() -> (tempfile::TempDir, Connection) {
    let log = MemoryLog::new(7);
    let (ginette, roger) = (source(1, "ginette"), guest(2, "roger"));
    log.append(vec![message(&ginette, 1, &channel("#rust"), "a duck")]);
    let (skeleton, realname) = (roger.nick.skeleton(NAMES), "Roger".into());
    log.append(vec![Event::Connected { by: roger, skeleton, realname }]);
    let act = Act {
        by: Some(ginette.clone()),
        oper: None,
        what: "alert".into(),
        target: "$*".into(),
        reason: Some(text("back at noon")),
        before: "".into(),
        after: "".into(),
        place: None,
    };
    let acted = Event::Acted(Box::new(act));
    log.append(vec![acted, Event::Alerted { by: ginette, text: text("back at noon") }]);
    let log = Talk::after(log, 1, 500);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(NAME);
    Archive::open(&path, &Vfs::Default).unwrap().catch_up(&log, log.end()).unwrap();
    (dir, Connection::open(path).unwrap())
}

/// The SQL of the page, block by block.
fn blocks() -> impl Iterator<Item = &'static str> {
    PAGE.split("```sql\n").skip(1).map(|rest| rest.split("```").next().unwrap())
}

#[test]
fn every_question_of_the_page_has_an_answer() {
    let (_dir, connection) = archive();
    let mut asked = 0;
    for block in blocks() {
        for question in block.split(';').filter(|question| !question.trim().is_empty()) {
            let mut statement = connection.prepare(question).unwrap();
            assert!(statement.readonly(), "{block}");
            assert!(statement.query([]).unwrap().next().unwrap().is_some(), "no answer to {question}");
            asked += 1;
        }
    }
    assert!(asked > 10, "{asked}");
}

#[test]
fn every_table_and_column_is_on_the_page_and_nothing_else() {
    let (_dir, connection) = archive();
    let mut statement = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'",
        )
        .unwrap();
    let tables: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let sections: Vec<&str> = PAGE.split("\n### ").skip(1).collect();
    assert_eq!(sections.len(), tables.len());
    for table in &tables {
        let heading = format!("`{table}`");
        let section = sections.iter().find(|section| section.starts_with(&heading)).unwrap();
        let section = section.split("\n## ").next().unwrap();
        let statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        for column in statement.column_names() {
            assert!(section.contains(&format!("`{column}`")), "{table}.{column}");
        }
    }
    assert!(PAGE.contains(&format!("now {SCHEMA_VERSION}.")));
}

#[test]
fn every_kind_of_event_is_on_the_page() {
    const LINES: &str = include_str!("../src/event_line.rs");
    let arms = LINES.lines().filter(|line| line.trim_start().starts_with("Event::"));
    let kinds: Vec<&str> = arms.filter_map(|line| line.split("=> \"").nth(1)?.strip_suffix("\",")).collect();
    assert!(kinds.len() > 40, "{kinds:?}");
    for kind in kinds {
        assert!(PAGE.contains(&format!("`{kind}`")), "{kind}");
    }
}

#[test]
fn the_audit_trail_is_neither_changed_nor_deleted() {
    let (_dir, connection) = archive();
    for (sql, word) in [("UPDATE audit SET actor = NULL", "changed"), ("DELETE FROM audit", "deleted")] {
        let error = connection.execute(sql, []).unwrap_err().to_string();
        assert_eq!(error, format!("the audit trail is not {word}"));
    }
}
