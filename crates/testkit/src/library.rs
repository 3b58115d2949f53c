//! The archive on a simulated disk, and the log behind it: who answers questions for history.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use colvert_archive::{Archive, Entries, LogEntry, LogError, LogView, NAME, Reader, Vfs};
use colvert_core::ids::Position;
use colvert_core::names::NameRules;
use colvert_core::work::{Reloaded, Work, WorkResult};
use colvert_disk::Disk;
use colvert_log::{LogId, ReadError};

use crate::issuer;
use crate::process::Process;
use crate::sim_disk::SimDisk;
use crate::sqlite_vfs::SqliteVfs;
use crate::work::Books;

/// An archive that follows when it is told to.
pub struct Library {
    // In the order in which they must go: connections before what they are made through.
    reader: Reader,
    archive: Archive,
    log: Pages,
    _vfs: SqliteVfs,
}

/// The disk of a server that nobody has ever used. There is an archive without anything in it, which is made once: SQLite takes
/// longer for that than for all that most transcripts say.
pub fn unused_disk() -> SimDisk {
    static UNUSED: LazyLock<SimDisk> = LazyLock::new(|| {
        let disk = SimDisk::new(1);
        let (_registered, vfs) = vfs(&disk);
        let mut archive = Archive::open(NAME, &vfs).expect("an empty disk takes an archive");
        archive.checkpoint().expect("there is room for it");
        disk
    });
    UNUSED.kill()
}

/// By which SQLite reaches the files of a disk.
fn vfs(disk: &SimDisk) -> (SqliteVfs, Vfs) {
    let registered = SqliteVfs::register(disk.shared());
    let vfs = Vfs::Named { name: registered.name().to_owned(), disk: disk.shared() };
    (registered, vfs)
}

impl Library {
    /// Opens the archive of a disk, or makes one, and catches up with the log.
    ///
    /// # Errors
    /// When the disk fails, or the archive is not the log's.
    pub fn open(disk: &SimDisk, process: &Process, names: NameRules) -> Result<Self, String> {
        let (registered, vfs) = vfs(disk);
        let log = Pages { disk: disk.shared(), id: process.recovered.log_id };
        let words = |error: colvert_archive::Error| error.to_string();
        let mut archive = Archive::open(NAME, &vfs).map_err(words)?;
        archive.catch_up(&log, Position(process.recovered.next.0 - 1)).map_err(words)?;
        let reader = Reader::open(NAME, &vfs, names).map_err(words)?;
        Ok(Self { reader, archive, log, _vfs: registered })
    }

    /// Takes in what is durable.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn follow(&mut self, process: &Process) -> Result<(), String> {
        self.archive.follow(&self.log, process.durable()).map(drop).map_err(|error| error.to_string())
    }

    /// Makes what is in the archive survive a power cut, and says up to where.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn checkpoint(&mut self) -> Result<Position, String> {
        self.archive.checkpoint().map_err(|error| error.to_string())
    }
}

impl Books for Library {
    fn look_up(&mut self, work: &Work) -> WorkResult {
        match work {
            Work::History(query) => match self.reader.history_with_tail(query, &self.log) {
                Ok(messages) => WorkResult::History(messages.into_iter().map(Arc::new).collect()),
                Err(_) => WorkResult::Failed,
            },
            Work::Conversations(query) => match self.reader.conversations_with_tail(query, &self.log) {
                Ok(found) => WorkResult::Conversations(found),
                Err(_) => WorkResult::Failed,
            },
            Work::EventLog { lines, until } => {
                match self.reader.event_log_with_tail(*lines, *until, &self.log) {
                    Ok(lines) => WorkResult::EventLog(lines),
                    Err(_) => WorkResult::Failed,
                }
            }
            Work::AuditTrail { of, lines, until } => {
                match self.reader.audit_trail_with_tail(of, *lines, *until, &self.log) {
                    Ok(lines) => WorkResult::AuditTrail(lines),
                    Err(_) => WorkResult::Failed,
                }
            }
            Work::SaidBy { account, after, until, limit } => {
                match self.reader.said_by_with_tail(account, (*after, *until), *limit, &self.log) {
                    Ok(page) => WorkResult::SaidBy(Box::new(page)),
                    Err(_) => WorkResult::Failed,
                }
            }
            Work::InspectToken(token) => {
                WorkResult::Inspected(issuer::inspector().inspect(token, Instant::now()).map(Box::new))
            }
            // There is no file here: nothing has changed in it.
            Work::Reload => WorkResult::Reloaded(Ok(Reloaded::default())),
            Work::HashPassword(_)
            | Work::DeriveScram { .. }
            | Work::VerifyPassword { .. }
            | Work::VerifyAccount { .. }
            | Work::Draw(_)
            | Work::Post(_) => WorkResult::Failed,
        }
    }
}

/// The log as the archive sees it.
pub struct Pages {
    pub disk: Arc<dyn Disk>,
    pub id: LogId,
}

struct Page(colvert_log::Reader);

impl LogView for Pages {
    fn id(&self) -> u128 {
        self.id.0
    }

    fn entries(&self, from: Position) -> Result<Box<dyn Entries>, LogError> {
        let reader = colvert_log::Reader::open(self.disk.clone(), from).map_err(log_error)?;
        Ok(Box::new(Page(reader)))
    }
}

impl Entries for Page {
    fn next(&mut self, up_to: Position) -> Result<Option<LogEntry<'_>>, LogError> {
        let entry = self.0.next(up_to).map_err(log_error)?;
        Ok(entry.map(|entry| LogEntry { first: entry.first, bytes: entry.bytes }))
    }
}

fn log_error(error: ReadError) -> LogError {
    match error {
        ReadError::Removed { wanted, oldest } => LogError::Removed { wanted, oldest },
        other => LogError::Failed(other.to_string()),
    }
}
