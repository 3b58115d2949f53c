//! The local log: a thread of its own writes and syncs, so that the engine never waits for a disk.
//!
//! There is no delay to gather entries: a group is what came while the last sync was under way. In relaxed mode a second
//! thread syncs, and a group is what came during the last write.

mod shared;
mod syncer;
mod writer;

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use colvert_core::ids::{Millis, Position};
use colvert_disk::Disk;

use crate::segments::check;
use crate::waiting::Waiting;
use crate::{Counters, Durability, Entry, Failure, Log, OpenError, Options, Positions, Recovered, Segments};
use shared::Shared;
use syncer::Syncer;
use writer::Writer;

/// What the writer's thread needs of its surroundings.
pub struct Environment {
    /// The time, for the age of segments.
    pub now: Box<dyn Fn() -> Millis + Send>,
    /// Called after each change of positions, room or failure, and now and then. It must not block.
    pub notify: Box<dyn Fn() + Send>,
}

/// A log in the files of this machine.
pub struct LocalLog {
    shared: Arc<Shared>,
    /// Entries of this turn, which the writer gets together.
    turn: Waiting,
    ordered: Position,
    entry_bytes_max: usize,
    durability: Durability,
    counters: Arc<Counters>,
    thread: Option<JoinHandle<()>>,
}

/// How far a local log is, for those who follow it without owning it.
#[derive(Clone)]
pub struct Watch(Arc<Shared>);

impl Watch {
    /// The last position that survives a power cut.
    pub fn durable(&self) -> Position {
        self.0.done().1
    }
}

impl LocalLog {
    /// Opens the log in `disk`, or creates one, and starts its thread.
    ///
    /// # Errors
    /// As [`Segments::open`].
    pub fn open(
        disk: Arc<dyn Disk>,
        options: Options,
        environment: Environment,
    ) -> Result<(Self, Recovered), OpenError> {
        let (segments, recovered) = Segments::open(disk, options, (environment.now)())?;
        let shared = Arc::new(Shared::new(segments.positions(), segments.room()));
        let ordered = segments.positions().ordered;
        let counters = segments.counters().clone();
        let no_thread = |source| OpenError::Io { file: String::new(), source };
        let syncer = match options.durability {
            Durability::Commit => None,
            Durability::Relaxed => Some(Syncer::start(shared.clone()).map_err(no_thread)?),
        };
        let writer = Writer::new(shared.clone(), segments, syncer, environment);
        let thread = thread::Builder::new().name("log".to_owned()).spawn(move || writer.run());
        let thread = thread.map_err(no_thread)?;
        let log = Self {
            shared,
            turn: Waiting::default(),
            ordered,
            entry_bytes_max: options.entry_bytes_max(),
            durability: options.durability,
            counters,
            thread: Some(thread),
        };
        Ok((log, recovered))
    }

    /// How far it is, for others.
    pub fn watch(&self) -> Watch {
        Watch(self.shared.clone())
    }

    fn end(&mut self) -> Result<(), Failure> {
        self.shared.push(&mut self.turn);
        self.shared.stop();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            self.shared.fail(Failure::WriterGone);
        }
        self.shared.failed().map_or(Ok(()), Err)
    }
}

impl Log for LocalLog {
    fn append(&mut self, entry: Entry<'_>) -> Result<(), Failure> {
        if let Some(failure) = self.shared.failed() {
            return Err(failure);
        }
        check(self.ordered, &entry, self.entry_bytes_max)?;
        self.turn.push(entry);
        self.ordered = entry.last();
        Ok(())
    }

    fn together(&mut self, first: Position) {
        self.turn.together(first);
    }

    fn entry_bytes_max(&self) -> usize {
        self.entry_bytes_max
    }

    fn flush(&mut self) {
        self.shared.push(&mut self.turn);
        self.shared.wake();
    }

    fn positions(&self) -> Positions {
        let (written, durable) = self.shared.done();
        Positions { ordered: self.ordered, written, durable }
    }

    fn released(&self) -> Position {
        self.positions().released(self.durability)
    }

    fn failed(&self) -> Option<Failure> {
        self.shared.failed()
    }

    fn room(&self) -> u64 {
        self.shared.room().saturating_sub(self.turn.frame_bytes())
    }

    fn remove_below(&mut self, position: Position) {
        self.shared.remove_below(position);
    }

    fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }

    fn close(mut self: Box<Self>) -> Result<(), Failure> {
        self.end()
    }
}

impl Drop for LocalLog {
    fn drop(&mut self) {
        // What was not flushed may be a part of what was to be together.
        self.turn.clear();
        // Who cares about the result calls `close`.
        let _ = self.end();
    }
}
