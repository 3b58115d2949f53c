//! How the database is opened.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::Error;

/// The name of the archive in the data directory.
pub const NAME: &str = "archive.db";

/// What people say is in it: nobody else on the machine reads it. SQLite gives the files beside it the same.
const OWNER_ONLY: u32 = 0o600;

/// How long somebody else's lock is waited for: an operator who looks at the tables.
const BUSY_FOR: Duration = Duration::from_millis(100);

/// Through what SQLite reaches its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Vfs {
    /// The operating system.
    #[default]
    Default,
    /// One that was registered with SQLite under this name: a test's.
    Named(String),
}

/// The connection that writes.
///
/// WAL lets readers read meanwhile. NORMAL syncs at checkpoints only: a power cut takes back whole
/// transactions from the end, and those are still in the log.
pub(crate) fn writer(path: &Path, vfs: &Vfs) -> Result<Connection, Error> {
    if *vfs == Vfs::Default {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(OWNER_ONLY);
        options.open(path).map_err(Error::Create)?;
    }
    let connection = open(path, vfs, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", false)?;
    // Checkpoints are the writer's own business.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
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
        Vfs::Named(name) => Connection::open_with_flags_and_vfs(path, flags, name.as_str())?,
    };
    connection.busy_timeout(BUSY_FOR)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}
