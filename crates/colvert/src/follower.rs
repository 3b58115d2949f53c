//! The archive and the log, brought together: it follows what is durable, and answers questions from both.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use colvert_archive::{Entries, Follower, LogEntry, LogError, LogView, Progress, Reader};
use colvert_core::ids::Position;
use colvert_core::work::{Work, WorkResult};
use colvert_disk::Disk;
use colvert_engine::Queue;
use colvert_log::{LogId, ReadError, Watch};

use crate::pool::Library;

/// Who is told when the log has moved.
pub struct LogNews {
    engine: Arc<Queue>,
    /// Nothing before the archive has caught up, or where there is none.
    follower: OnceLock<(Watch, Arc<Follower>)>,
}

impl LogNews {
    pub fn new(engine: Arc<Queue>) -> Self {
        Self { engine, follower: OnceLock::new() }
    }

    /// From now on `follower` is told, too.
    pub fn tell(&self, log: Watch, follower: Arc<Follower>) {
        follower.durable(log.durable());
        // There is one follower in the life of a log.
        let _ = self.follower.set((log, follower));
    }

    /// The log has moved. Never blocks.
    pub fn moved(&self) {
        self.engine.log_moved();
        if let Some((log, follower)) = self.follower.get() {
            follower.durable(log.durable());
        }
    }
}

/// The log's files, as the archive reads them.
#[derive(Clone)]
pub struct LogFiles {
    disk: Arc<dyn Disk>,
    id: LogId,
}

impl LogFiles {
    pub fn new(disk: Arc<dyn Disk>, id: LogId) -> Self {
        Self { disk, id }
    }
}

impl LogView for LogFiles {
    fn id(&self) -> u128 {
        self.id.0
    }

    fn entries(&self, from: Position) -> Result<Box<dyn Entries>, LogError> {
        colvert_log::Reader::open(self.disk.clone(), from)
            .map(|reader| Box::new(EntriesOfLog(reader)) as Box<dyn Entries>)
            .map_err(log_error)
    }
}

struct EntriesOfLog(colvert_log::Reader);

impl Entries for EntriesOfLog {
    fn next(&mut self, up_to: Position) -> Result<Option<LogEntry<'_>>, LogError> {
        match self.0.next(up_to) {
            Ok(entry) => Ok(entry.map(|entry| LogEntry { first: entry.first, bytes: entry.bytes })),
            Err(error) => Err(log_error(error)),
        }
    }
}

fn log_error(error: ReadError) -> LogError {
    match error {
        ReadError::Removed { wanted, oldest } => LogError::Removed { wanted, oldest },
        other => LogError::Failed(other.to_string()),
    }
}

/// Answers questions from the archive, and from the log where the archive is not yet.
pub struct Books {
    pub reader: Reader,
    pub log: LogFiles,
    pub progress: Progress,
}

impl Books {
    /// How long the archive is waited for: it is usually a few milliseconds behind, and then the log's tail
    /// need not be looked through.
    const PATIENCE: Duration = Duration::from_millis(20);
}

impl Library for Books {
    fn look_up(&mut self, work: &Work) -> WorkResult {
        let answer = match work {
            Work::History(query) => {
                self.progress.wait_for(query.as_of, Self::PATIENCE);
                let found = self.reader.history_with_tail(query, &self.log);
                found.map(|messages| WorkResult::History(messages.into_iter().map(Arc::new).collect()))
            }
            Work::Conversations(query) => {
                self.progress.wait_for(query.until, Self::PATIENCE);
                let found = self.reader.conversations_with_tail(query, &self.log);
                found.map(WorkResult::Conversations)
            }
            Work::SaidBy { account, after, until, limit } => {
                self.progress.wait_for(*until, Self::PATIENCE);
                let said = self.reader.said_by_with_tail(account, (*after, *until), *limit, &self.log);
                said.map(|page| WorkResult::SaidBy(Box::new(page)))
            }
            Work::EventLog { lines, until } => {
                self.progress.wait_for(*until, Self::PATIENCE);
                self.reader.event_log_with_tail(*lines, *until, &self.log).map(WorkResult::EventLog)
            }
            Work::AuditTrail { of, lines, until } => {
                self.progress.wait_for(*until, Self::PATIENCE);
                self.reader.audit_trail_with_tail(of, *lines, *until, &self.log).map(WorkResult::AuditTrail)
            }
            Work::HashPassword(_)
            | Work::DeriveScram { .. }
            | Work::VerifyPassword { .. }
            | Work::VerifyAccount { .. }
            | Work::InspectToken(_)
            | Work::Draw(_)
            | Work::Post(_)
            | Work::Reload => {
                return WorkResult::Failed;
            }
        };
        answer.unwrap_or_else(|error| {
            tracing::warn!(%error, "a question for history was not answered");
            WorkResult::Failed
        })
    }
}
