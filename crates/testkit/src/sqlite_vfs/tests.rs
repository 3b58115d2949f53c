use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use super::SqliteVfs;
use crate::sim_disk::{Fault, SimDisk};

fn open(vfs: &SqliteVfs) -> Connection {
    let connection = Connection::open_with_flags_and_vfs("a.db", OpenFlags::default(), vfs.name()).unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    connection
}

fn wal(vfs: &SqliteVfs) -> Connection {
    let connection = open(vfs);
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "NORMAL").unwrap();
    connection
}

fn count(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0))
}

fn checkpoint(connection: &Connection) -> rusqlite::Result<(i64, i64, i64)> {
    let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], columns)
}

#[test]
fn each_journal_mode_works_and_leaves_a_sound_file() {
    for mode in ["DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL"] {
        let disk = SimDisk::new(1);
        let vfs = SqliteVfs::register(disk.shared());
        let connection = open(&vfs);
        let set: String =
            connection.pragma_update_and_check(None, "journal_mode", mode, |row| row.get(0)).unwrap();
        assert_eq!(set, mode.to_lowercase());
        connection.execute_batch("CREATE TABLE t (x); CREATE INDEX i ON t (x)").unwrap();
        for n in 0..2000 {
            connection.execute("INSERT INTO t VALUES (?1)", [n]).unwrap();
        }
        drop(connection);
        let connection = open(&vfs);
        assert_eq!(count(&connection).unwrap(), 2000);
        let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        connection.execute_batch("DELETE FROM t; VACUUM").unwrap();
    }
}

#[test]
fn readers_see_what_was_committed_beside_a_writer() {
    let vfs = SqliteVfs::register(SimDisk::new(1).shared());
    let (writer, reader) = (wal(&vfs), wal(&vfs));
    writer.execute_batch("CREATE TABLE t (x); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(count(&reader).unwrap(), 0);
    reader.busy_timeout(std::time::Duration::ZERO).unwrap();
    let busy = reader.execute_batch("BEGIN IMMEDIATE").unwrap_err();
    assert_eq!(busy.sqlite_error_code(), Some(ErrorCode::DatabaseBusy));
    reader.execute_batch("BEGIN; SELECT * FROM t").unwrap();
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(count(&reader).unwrap(), 0, "the state that it began with");
    assert_eq!(checkpoint(&writer).unwrap().0, 1, "the reader is in the way");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(count(&reader).unwrap(), 1);
    assert_eq!(checkpoint(&writer).unwrap(), (0, 0, 0));
}

#[test]
fn threads_share_a_database() {
    let vfs = SqliteVfs::register(SimDisk::new(1).shared());
    wal(&vfs).execute_batch("CREATE TABLE t (x)").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let connection = wal(&vfs);
            connection.busy_timeout(std::time::Duration::from_secs(60)).unwrap();
            scope.spawn(move || {
                for n in 0..100 {
                    connection.execute("INSERT INTO t VALUES (?1)", [n]).unwrap();
                    count(&connection).unwrap();
                }
            });
        }
    });
    assert_eq!(count(&wal(&vfs)).unwrap(), 400);
}

#[test]
fn what_was_not_synced_is_forgotten() {
    let disk = SimDisk::new(1);
    let vfs = SqliteVfs::register(disk.shared());
    let connection = wal(&vfs);
    connection.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
    checkpoint(&connection).unwrap();
    connection.execute_batch("INSERT INTO t VALUES (2)").unwrap();
    let after: std::collections::BTreeSet<i64> = (0..50)
        .map(|seed| {
            let vfs = SqliteVfs::register(disk.power_cut(seed).shared());
            count(&wal(&vfs)).unwrap()
        })
        .collect();
    assert_eq!(after.into_iter().collect::<Vec<_>>(), [1, 2]);
    let vfs = SqliteVfs::register(disk.kill().shared());
    assert_eq!(count(&wal(&vfs)).unwrap(), 2);
}

#[test]
fn faults_have_sqlites_codes() {
    for (fault, expected) in [
        (Fault::NoSpace, ffi::SQLITE_FULL),
        (Fault::WriteError, ffi::SQLITE_IOERR_WRITE),
        (Fault::SyncError, ffi::SQLITE_IOERR_FSYNC),
        (Fault::SyncDirError, ffi::SQLITE_IOERR_DIR_FSYNC),
    ] {
        let disk = SimDisk::new(1);
        let vfs = SqliteVfs::register(disk.shared());
        let connection = wal(&vfs);
        // The WAL's file is made by the first who looks.
        assert!(count(&connection).is_err());
        disk.fail_after(0, fault);
        let failed = connection.execute_batch("CREATE TABLE t (x)").unwrap_err();
        assert_eq!(failed.sqlite_extended_error_code(), Some(expected), "{fault:?}");
    }
    let disk = SimDisk::new(1);
    let vfs = SqliteVfs::register(disk.shared());
    let connection = wal(&vfs);
    disk.fail_after(0, Fault::ShortWrite);
    connection.execute_batch("CREATE TABLE t (x)").unwrap();
    assert_eq!(count(&connection).unwrap(), 0);
}

#[test]
fn a_connection_may_outlive_the_registration() {
    let vfs = SqliteVfs::register(SimDisk::new(1).shared());
    let connection = wal(&vfs);
    drop(vfs);
    connection.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(count(&connection).unwrap(), 1);
}
