//! Entries become rows: once, in order, or not at all.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod common;

use std::os::unix::fs::PermissionsExt;

use colvert_archive::{Archive, Error, LogError, NAME, Reader, SCHEMA_VERSION, Vfs};
use colvert_core::event::Event;
use colvert_core::ids::{ChannelId, Position};
use colvert_core::modes::{Key, ModeChange, Role};
use common::log::MemoryLog;
use common::talk::{Talk, channel, guest, message, private, source, text};
use common::{NAMES, latest, rows_at};
use rusqlite::Connection;
use tempfile::TempDir;

struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> std::path::PathBuf {
        self.dir.path().join(NAME)
    }

    fn open(&self) -> Archive {
        Archive::open(self.path(), &Vfs::Default).unwrap()
    }

    /// An archive of all of `log`.
    fn follows(&self, log: &MemoryLog) -> Archive {
        let mut archive = self.open();
        archive.catch_up(log, log.end()).unwrap();
        archive
    }

    fn shell(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    fn reader(&self) -> Reader {
        Reader::open(self.path(), &Vfs::Default, NAMES).unwrap()
    }
}

fn strings(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let read = statement.query_map([], |row| row.get(0)).unwrap();
    read.map(Result::unwrap).collect()
}

#[test]
fn what_is_said_is_in_the_table_of_messages() {
    let (place, log) = (Place::new(), MemoryLog::new(7));
    let (ginette, roger) = (source(1, "Ginette"), guest(2, "roger"));
    log.append(vec![
        message(&ginette, 9, &channel("#Rust"), "Salut"),
        message(&roger, 9, &channel("#Rust"), "é 🦆"),
    ]);
    log.append(vec![private(&roger, &ginette, "psst")]);
    let _archive = place.follows(&log);
    let sql = "SELECT format('%d|%s|%s|%s|%d', id, channel, source, text, time_ms) FROM messages ORDER BY id";
    let expected = ["1|#Rust|Ginette|Salut|1000001", "2|#Rust|roger|é 🦆|1000001", "3||roger|psst|1000002"];
    assert_eq!(strings(&place.shell(), sql), expected);
    let keys = strings(&place.shell(), "SELECT key FROM conversations ORDER BY id");
    assert_eq!(keys, ["#rust", "account:ginette guest:2"]);
}

#[test]
fn a_message_comes_back_as_it_was_when_it_was_live() {
    let place = Place::new();
    let log = Talk::of(3, 400);
    let _archive = place.follows(&log);
    let mut entries = colvert_archive::LogView::entries(&log, Position(1)).unwrap();
    let mut live = Vec::new();
    while let Some(entry) = entries.next(log.end()).unwrap() {
        live.extend(colvert_core::event::Entry::from_bytes(entry.bytes).unwrap().records(entry.first));
    }
    let mut seen = 0;
    for name in Talk::channels() {
        let history = place.reader().history(&latest(&name, log.end(), 1000)).unwrap();
        seen += history.len();
        assert!(history.is_sorted_by_key(|record| record.position));
        for record in history {
            assert_eq!(record, live[record.position.0 as usize - 1]);
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn in_pieces_or_at_once_the_tables_are_the_same() {
    let (whole, pieces) = (Place::new(), Place::new());
    let log = Talk::of(5, 300);
    drop(whole.follows(&log));
    for end in log.ends() {
        // A new process for each entry, and each entry offered twice.
        let mut archive = pieces.open();
        archive.catch_up(&log, end).unwrap();
        assert_eq!(archive.follow(&log, end).unwrap(), 0);
        assert_eq!(archive.applied(), end);
    }
    assert_eq!(rows_at(&whole.path()), rows_at(&pieces.path()));
}

#[test]
fn only_its_owner_may_read_it() {
    let (place, log) = (Place::new(), Talk::of(1, 10));
    let archive = place.follows(&log);
    for file in std::fs::read_dir(place.dir.path()).unwrap().map(Result::unwrap) {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.file_name());
    }
    drop(archive);
}

#[test]
fn the_event_log_has_no_words_no_keys_and_no_hashes() {
    let (place, log) = (Place::new(), MemoryLog::new(7));
    let (ginette, room) = (source(1, "ginette"), channel("#rust"));
    log.append(vec![
        message(&ginette, 9, &room, "words of people"),
        private(&ginette, &ginette, "words too"),
    ]);
    let changes = vec![
        ModeChange::Key { key: Key::new("sesame") },
        ModeChange::Limit { members: Some(5) },
        ModeChange::Key { key: None },
    ];
    log.append(vec![Event::ModesChanged { by: ginette.clone(), channel: ChannelId(9), name: room, changes }]);
    let account = ginette.account.clone().unwrap();
    let (skeleton, hash) = (account.skeleton(NAMES), "$argon2id$secret".to_owned());
    log.append(vec![Event::AccountRegistered { account, skeleton, hash }]);
    log.append(vec![Event::Alerted { by: ginette, text: text("back at noon") }]);
    let mut archive = place.follows(&log);
    archive.checkpoint().unwrap();
    let lines = place.reader().event_log(10, log.end()).unwrap();
    let lines: Vec<_> =
        lines.iter().map(|line| format!("{} {} {}", line.kind, line.actor, line.detail)).collect();
    let expected =
        ["modes_changed ginette +k *, +l 5, -k", "account_registered  ", "alerted ginette back at noon"];
    assert_eq!(lines, expected);
    let bytes = std::fs::read(place.path()).unwrap();
    let has = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(has("words of people") && !has("sesame") && !has("argon2id"));
}

#[test]
fn readers_and_operators_read_while_the_writer_writes() {
    let (place, log) = (Place::new(), Talk::of(2, 50));
    let mut archive = place.follows(&log);
    let (mut reader, shell) = (place.reader(), place.shell());
    // Somebody holds the write lock in the middle of a transaction, somebody else an old state.
    shell.execute_batch("BEGIN IMMEDIATE; DELETE FROM events").unwrap();
    let old = place.shell();
    old.execute_batch("BEGIN; SELECT count(*) FROM messages").unwrap();
    let before = reader.event_log(1000, log.end()).unwrap();
    assert!(!before.is_empty());
    shell.execute_batch("ROLLBACK").unwrap();
    let log = Talk::after(log, 9, 50);
    archive.catch_up(&log, log.end()).unwrap();
    assert!(reader.event_log(1000, log.end()).unwrap().len() > before.len());
    assert!(archive.checkpoint().unwrap() < archive.applied(), "an old state is still being read");
    old.execute_batch("ROLLBACK").unwrap();
    assert_eq!(archive.checkpoint().unwrap(), archive.applied());
}

#[test]
fn somebody_elses_write_lock_is_no_loss() {
    let (place, log) = (Place::new(), Talk::of(2, 50));
    let mut archive = place.open();
    let shell = place.shell();
    shell.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(archive.catch_up(&log, log.end()).unwrap_err().is_passing());
    shell.execute_batch("ROLLBACK").unwrap();
    archive.catch_up(&log, log.end()).unwrap();
    assert_eq!(archive.applied(), log.end());
}

/// An archive of version 2 knew private conversations by their keys alone.
#[test]
fn an_older_archive_learns_whose_its_conversations_are() {
    let (old, new, log) = (Place::new(), Place::new(), Talk::of(3, 200));
    for place in [&old, &new] {
        place.open().catch_up(&log, log.end()).unwrap();
        // What no older one could have.
        place.shell().execute("DELETE FROM messages WHERE lines IS NOT NULL", []).unwrap();
        place.shell().execute("DELETE FROM happenings", []).unwrap();
    }
    const OLDER: &str =
        "DROP INDEX audit_by_channel; DROP INDEX audit_by_name; ALTER TABLE audit DROP COLUMN channel_id;
         ALTER TABLE audit DROP COLUMN channel; ALTER TABLE audit DROP COLUMN status;
         ALTER TABLE conversations DROP COLUMN registered; ALTER TABLE messages DROP COLUMN lines;
         DROP TABLE sides; DROP TABLE happenings; UPDATE meta SET schema = 2";
    old.shell().execute_batch(OLDER).unwrap();
    drop(old.open());
    let count = |place: &Place| -> i64 {
        place.shell().query_row("SELECT count(*) FROM sides", [], |row| row.get(0)).unwrap()
    };
    assert!(count(&new) > 0);
    assert_eq!(rows_at(&old.path()), rows_at(&new.path()));
}

#[test]
fn a_newer_schema_is_refused_by_name() {
    let place = Place::new();
    drop(place.open());
    place.shell().execute("UPDATE meta SET schema = ?1", [SCHEMA_VERSION + 1]).unwrap();
    let refused = Archive::open(place.path(), &Vfs::Default).err().unwrap();
    let words = format!("the archive has schema version {}", SCHEMA_VERSION + 1);
    assert!(refused.to_string().starts_with(&words), "{refused}");
    let refused = Reader::open(place.path(), &Vfs::Default, NAMES).err().unwrap();
    assert!(matches!(refused, Error::NewerSchema { .. }));
}

#[test]
fn a_log_that_is_not_the_archives_is_refused() {
    let place = Place::new();
    let log = Talk::of(1, 30);
    drop(place.follows(&log));

    let other = Talk::of(1, 30).renamed(8);
    let refused = place.open().catch_up(&other, other.end()).unwrap_err();
    assert!(matches!(refused, Error::WrongLog { archive: 7, log: 8 }), "{refused}");

    let shorter = log.cut_after(20);
    let refused = place.open().catch_up(&shorter, shorter.end()).unwrap_err();
    assert!(matches!(refused, Error::LogWentBack { end, .. } if end == shorter.end()), "{refused}");

    // It went backwards and has grown past the archive since.
    shorter.next_generation();
    while shorter.end() <= log.end() {
        shorter.append(vec![message(&guest(1, "ali"), 1, &channel("#rust"), "again")]);
    }
    let refused = place.open().catch_up(&shorter, shorter.end()).unwrap_err();
    assert!(matches!(refused, Error::LogDiffers { .. }), "{refused}");
    assert!(!refused.is_passing());
    assert_eq!(place.open().applied(), log.end(), "nothing has happened");
}

#[test]
fn a_gap_is_refused_and_what_is_before_it_stays() {
    let (place, log) = (Place::new(), Talk::of(1, 30));
    let ends = log.ends();
    let mut archive = place.open();
    archive.catch_up(&log, ends[9]).unwrap();
    log.lose(15);
    let refused = archive.catch_up(&log, log.end()).unwrap_err();
    assert!(matches!(refused, Error::Gap { expected, .. } if expected == ends[14].plus(1)), "{refused}");
    assert_eq!(archive.applied(), ends[9]);
    archive.catch_up(&log, ends[14]).unwrap();
}

#[test]
fn an_entry_of_a_newer_version_is_named() {
    let (place, log) = (Place::new(), MemoryLog::new(7));
    let before = log.append(vec![message(&guest(1, "ali"), 1, &channel("#rust"), "on")]);
    let last = log.append_bytes(b"from the future");
    let mut archive = place.open();
    let refused = archive.catch_up(&log, last).unwrap_err();
    assert!(matches!(refused, Error::Entry { position, .. } if position == last), "{refused}");
    assert_eq!(archive.applied(), Position(0), "nothing of the transaction has happened");
    archive.catch_up(&log, before).unwrap();
    let history = place.reader().history(&latest(&channel("#rust"), before, 10)).unwrap();
    assert_eq!(history.len(), 1);
}

#[test]
fn accounts_have_the_role_that_they_were_given_last() {
    let (place, log) = (Place::new(), MemoryLog::new(7));
    for nick in ["Ginette", "roger", "ali"] {
        let (account, hash) = (source(1, nick).nick.as_account(), "$argon2id$secret".to_owned());
        log.append(vec![Event::AccountRegistered { skeleton: account.skeleton(NAMES), account, hash }]);
    }
    let ginette = source(1, "ginette");
    let account = ginette.nick.as_account();
    log.append(vec![Event::Claimed { by: ginette, account, digest: vec![1] }]);
    let account = source(2, "ROGER").nick.as_account();
    log.append(vec![Event::RoleChanged { by: None, account, role: Role::Moderator }]);
    let _archive = place.follows(&log);
    let sql = "SELECT format('%s %s %s %d', key, name, role, registered_ms) FROM accounts";
    let expected =
        ["ali ali member 1000003", "ginette Ginette administrator 1000001", "roger roger moderator 1000002"];
    assert_eq!(strings(&place.shell(), sql), expected);
}

#[test]
fn a_wal_that_has_grown_long_is_emptied() {
    const MIB: usize = 1 << 20;
    let (place, log) = (Place::new(), MemoryLog::new(7));
    let words = "quack ".repeat(MIB / 6);
    let mut archive = place.open();
    for _ in 0..70 {
        let end = log.append(vec![message(&guest(1, "ali"), 1, &channel("#rust"), &words)]);
        archive.follow(&log, end).unwrap();
    }
    let wal = std::fs::metadata(place.path().with_extension("db-wal")).unwrap().len();
    assert!(wal < 10 * MIB as u64, "{wal} bytes");
    assert!(archive.synced() > Position(60));
}

#[test]
fn the_log_may_forget_what_is_in() {
    let (place, log) = (Place::new(), Talk::of(1, 30));
    drop(place.follows(&log));
    let applied = log.end();
    log.append(vec![message(&guest(1, "ali"), 1, &channel("#rust"), "on")]);
    log.remove_below(applied.plus(1));
    place.open().catch_up(&log, log.end()).unwrap();

    let new = Place::new();
    let refused = new.open().catch_up(&log, log.end()).unwrap_err();
    assert!(matches!(refused, Error::Log(LogError::Removed { .. })), "{refused}");
    assert!(matches!(place.open().rebuild(&log), Err(Error::Log(LogError::Removed { .. }))));
    assert_eq!(place.open().applied(), log.end(), "nothing has happened");
}

#[test]
fn rebuilt_it_follows_another_log_from_the_start() {
    let (place, fresh) = (Place::new(), Place::new());
    drop(place.follows(&Talk::of(1, 300)));
    let other = Talk::of(2, 100).renamed(8);
    let mut archive = place.open();
    archive.rebuild(&other).unwrap();
    assert_eq!(archive.applied(), Position(0));
    archive.catch_up(&other, other.end()).unwrap();
    drop(fresh.follows(&other));
    assert_eq!(rows_at(&place.path()), rows_at(&fresh.path()));
}
