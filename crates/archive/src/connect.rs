//! How the database is opened.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use colvert_disk::{Disk, Open, RealDisk};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::Error;

/// The name of the archive in the data directory.
pub const NAME: &str = "archive.db";

/// How long somebody else's lock is waited for: an operator who looks at the tables.
const BUSY_FOR: Duration = Duration::from_millis(100);

/// Pages that the writer keeps, at most: half as much again in messages per second when a thousand channels talk.
const WRITER_CACHE_KIB: i64 = 16_000;

/// Bytes of WAL that are rewritten at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// Through what SQLite reaches its files.
#[derive(Clone, Default)]
pub enum Vfs {
    /// The operating system.
    #[default]
    Default,
    /// One that was registered with SQLite under this name, for the files of this disk: a test's.
    Named { name: String, disk: Arc<dyn Disk> },
}

/// The connection that writes.
///
/// WAL lets readers read meanwhile. NORMAL syncs at checkpoints only: a power cut takes back whole
/// transactions from the end, and those are still in the log.
pub(crate) fn writer(path: &Path, vfs: &Vfs) -> Result<Connection, Error> {
    let disk = disk(path, vfs)?;
    let name = name(path)?;
    create(disk.as_ref(), name)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = open(path, vfs, flags)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // The change is committed after the pragma has answered, and how that went shows when the file is read.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" {
        return Err(Error::NoWal { mode });
    }
    write_again(&mut connection, disk.as_ref(), &format!("{name}-wal"))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // What is deleted is written over, and not only forgotten.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    // Checkpoints are the writer's own business, also at the end: after a failed sync there must be none.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // SQLite syncs the names of its files as well, and does not look at how that went.
    disk.sync_dir()?;
    Ok(connection)
}

/// A connection that only reads, and sees what was committed when it began to.
pub(crate) fn reader(path: &Path, vfs: &Vfs) -> Result<Connection, Error> {
    open(path, vfs, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn open(path: &Path, vfs: &Vfs, how: OpenFlags) -> Result<Connection, Error> {
    // Each connection is used by one thread at a time.
    let flags = how | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match vfs {
        Vfs::Default => Connection::open_with_flags(path, flags)?,
        Vfs::Named { name, .. } => Connection::open_with_flags_and_vfs(path, flags, name.as_str())?,
    };
    connection.busy_timeout(BUSY_FOR)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// The directory that the database is in.
fn disk(path: &Path, vfs: &Vfs) -> io::Result<Arc<dyn Disk>> {
    match vfs {
        Vfs::Default => {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            Ok(Arc::new(RealDisk::new(parent.unwrap_or(Path::new(".")))?))
        }
        Vfs::Named { disk, .. } => Ok(disk.clone()),
    }
}

fn name(path: &Path) -> io::Result<&str> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no name for a database"))
}

/// Makes an empty file that its owner alone reads; SQLite gives those beside it the same mode.
///
/// One that is there is not opened: closing it again would take away the locks that SQLite has on it.
fn create(disk: &dyn Disk, name: &str) -> io::Result<()> {
    match disk.open(name, Open::CreateNew) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Writes what a process before has left in the WAL once more, and syncs it.
///
/// If a sync failed then, the kernel may have dropped pages that it still shows. SQLite would take them for
/// synced, copy them into the database, and find a WAL with holes after a power cut: older pages over newer
/// ones. Pages that were written again are written out again.
fn write_again(connection: &mut Connection, disk: &dyn Disk, wal: &str) -> Result<(), Error> {
    let bytes = match disk.open(wal, Open::Read).and_then(|file| file.len()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        other => other?,
    };
    if bytes == 0 {
        return Ok(());
    }
    // Who has this lock is the only one to change the WAL.
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let file = disk.open(wal, Open::Write)?;
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut at = 0;
    loop {
        let n = file.read_full_at(&mut chunk, at)?;
        if n == 0 {
            break;
        }
        file.write_all_at(&chunk[..n], at)?;
        at += n as u64;
    }
    file.sync_data()?;
    Ok(tx.rollback()?)
}
