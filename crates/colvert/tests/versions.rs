//! What a newer program may have left: each file of a version that this one does not know is refused by its name and version, and stays
//! as it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use colvert_disk::RealDisk;
use colvert_log::{Durability, Entry, LogId, Millis, NewLog, Options, Position, Restart, Segments};
use colvert_testkit::server::Launch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");

/// A directory that a program has left.
fn left() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    assert!(Launch::new(PROGRAM, directory.path()).start().stop().status.success());
    directory
}

/// Why a server does not start on it.
fn refusal(data: &Path) -> String {
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--line", "127.0.0.1:0", "--irc", "127.0.0.1:0", "--data"]).arg(data);
    let output = command.env("COLVERT__DIAGNOSTICS__LEVEL", "error").stdin(Stdio::null()).output();
    let output = output.expect("the program starts");
    assert!(!output.status.success() && output.stdout.is_empty(), "it does not start");
    String::from_utf8(output.stderr).expect("UTF-8").trim_end().to_owned()
}

fn segment(data: &Path) -> PathBuf {
    let files = fs::read_dir(data).expect("a directory").map(|entry| entry.expect("a file").path());
    let mut segments = files.filter(|path| path.extension().is_some_and(|it| it == "seg"));
    segments.find(|path| !path.ends_with("spare.seg")).expect("a log has one")
}

#[test]
fn a_log_of_another_version_is_refused_by_name() {
    let directory = left();
    let path = segment(directory.path());
    let mut bytes = fs::read(&path).expect("a segment");
    bytes[8..12].copy_from_slice(&7_u32.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..60]);
    bytes[60..64].copy_from_slice(&crc.to_le_bytes());
    fs::write(&path, &bytes).expect("there is room");
    let (data, name) = (directory.path().display(), path.file_name().expect("a name").display());
    assert_eq!(
        refusal(directory.path()),
        format!(
            "colvert: the log in {data}: {name} at byte 0: it has format version 7; this program reads version 1"
        )
    );
    assert!(fs::read(&path).expect("a segment") == bytes, "it stays as it is");
}

#[test]
fn a_snapshot_of_another_version_is_refused_by_name() {
    let directory = left();
    let path = directory.path().join("state.snapshot");
    let mut bytes = fs::read(&path).expect("a snapshot");
    bytes[16..20].copy_from_slice(&7_u32.to_le_bytes());
    fs::write(&path, &bytes).expect("there is room");
    assert_eq!(
        refusal(directory.path()),
        format!(
            "colvert: the state in {}: state.snapshot has version 7; this program reads version 1",
            directory.path().display()
        )
    );
    assert!(fs::read(&path).expect("a snapshot") == bytes, "it stays as it is");
}

#[test]
fn an_archive_of_a_newer_version_is_refused_by_name() {
    let directory = left();
    let path = directory.path().join("archive.db");
    let known = colvert_archive::SCHEMA_VERSION;
    let archive = rusqlite::Connection::open(&path).expect("a database");
    archive.execute("UPDATE meta SET schema = ?1", [known + 1]).expect("it can be written");
    drop(archive);
    assert_eq!(
        refusal(directory.path()),
        format!(
            "colvert: {}: the archive has schema version {}; this program knows versions up to {known}",
            path.display(),
            known + 1
        )
    );
}

/// Events are added without a new version of the log: an entry that has one which is not known here is no damage, and is not passed
/// over.
#[test]
fn an_entry_of_a_newer_program_is_refused_by_its_position() {
    /// `[time, generation, [[9999, []]]]`
    const UNKNOWN: &[u8] = &[0x83, 0x01, 0x01, 0x81, 0x82, 0x19, 0x27, 0x0f, 0x80];
    let directory = left();
    let disk = Arc::new(RealDisk::new(directory.path()).expect("a directory"));
    let options = Options {
        segment_bytes: 16 << 20,
        segment_age_max_ms: u64::MAX,
        durability: Durability::Commit,
        new_log: NewLog { log_id: LogId(0), generation: 1, first: Position(1) },
        expected: None,
        restart: Restart::Continue,
    };
    let (mut log, recovered) = Segments::open(disk, options, Millis(1)).expect("a log");
    let entry = Entry { first: recovered.next, count: 1, bytes: UNKNOWN };
    log.append(Millis(1), [entry]).expect("there is room");
    log.close(Millis(1)).expect("there is room");
    let said = refusal(directory.path());
    let expected = format!(
        "colvert: the state in {}: the entry at position {} is unknown to this version: ",
        directory.path().display(),
        recovered.next
    );
    assert!(said.starts_with(&expected), "{said}");
}
