//! A log that does something when it is told to: for simulators, where nothing may happen by itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use colvert_core::ids::{Millis, Position};
use colvert_disk::Disk;

use crate::segments::check;
use crate::waiting::Waiting;
use crate::{Counters, Entry, Failure, Log, OpenError, Options, Positions, Recovered, Segments};

struct Inner {
    /// `None` when the log was closed.
    segments: Option<Segments>,
    waiting: Waiting,
    positions: Positions,
    failed: Option<Failure>,
    remove_below: Position,
    now: Millis,
}

/// A log without a thread. Clones are the same log: one is the engine's, the other one the simulator's.
#[derive(Clone)]
pub struct StepLog {
    inner: Arc<Mutex<Inner>>,
    options: Options,
    counters: Arc<Counters>,
}

impl StepLog {
    /// Opens the log in `disk`, or creates one.
    ///
    /// # Errors
    /// As [`Segments::open`].
    pub fn open(disk: Arc<dyn Disk>, options: Options, now: Millis) -> Result<(Self, Recovered), OpenError> {
        let (segments, recovered) = Segments::open(disk, options, now)?;
        let (positions, counters) = (segments.positions(), segments.counters().clone());
        let inner = Inner {
            segments: Some(segments),
            waiting: Waiting::default(),
            positions,
            failed: None,
            remove_below: Position(0),
            now,
        };
        Ok((Self { inner: Arc::new(Mutex::new(inner)), options, counters }, recovered))
    }

    /// Writes everything that was appended.
    pub fn write(&self) {
        let mut inner = self.inner();
        let waiting = std::mem::take(&mut inner.waiting);
        if !waiting.is_empty() {
            let now = inner.now;
            inner.work(|segments| segments.append(now, waiting.parts()));
        }
    }

    /// Makes everything that was written durable.
    pub fn sync(&self) {
        self.inner().work(Segments::sync);
    }

    /// Makes everything that was appended durable.
    pub fn commit(&self) {
        self.write();
        self.sync();
    }

    /// Sets the time, and does what is due.
    pub fn tick(&self, now: Millis) {
        let mut inner = self.inner();
        inner.now = now;
        inner.work(|segments| segments.tick(now));
        inner.remove();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn remove(&mut self) {
        if let Some(segments) = &mut self.segments {
            // A segment that cannot be removed now is tried again at the next tick.
            let _ = segments.remove_below(self.remove_below);
        }
    }

    fn work(&mut self, step: impl FnOnce(&mut Segments) -> Result<(), Failure>) {
        let Some(segments) = &mut self.segments else { return };
        if let Err(failure) = step(segments) {
            self.failed.get_or_insert(failure);
        }
        let done = segments.positions();
        self.positions.written = done.written;
        self.positions.durable = done.durable;
    }
}

impl Log for StepLog {
    fn append(&mut self, entry: Entry<'_>) -> Result<(), Failure> {
        let mut inner = self.inner();
        if let Some(failure) = &inner.failed {
            return Err(failure.clone());
        }
        check(inner.positions.ordered, &entry, self.options.entry_bytes_max())?;
        inner.waiting.push(entry);
        inner.positions.ordered = entry.last();
        Ok(())
    }

    fn together(&mut self, first: Position) {
        self.inner().waiting.together(first);
    }

    fn entry_bytes_max(&self) -> usize {
        self.options.entry_bytes_max()
    }

    fn flush(&mut self) {}

    fn positions(&self) -> Positions {
        self.inner().positions
    }

    fn released(&self) -> Position {
        self.positions().released(self.options.durability)
    }

    fn failed(&self) -> Option<Failure> {
        self.inner().failed.clone()
    }

    fn room(&self) -> u64 {
        let inner = self.inner();
        let room = inner.segments.as_ref().map_or(0, Segments::room);
        room.saturating_sub(inner.waiting.frame_bytes())
    }

    fn remove_below(&mut self, position: Position) {
        let mut inner = self.inner();
        inner.remove_below = inner.remove_below.max(position);
    }

    fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }

    fn close(self: Box<Self>) -> Result<(), Failure> {
        self.commit();
        let mut inner = self.inner();
        inner.remove();
        let now = inner.now;
        match inner.segments.take() {
            Some(mut segments) => segments.close(now),
            None => inner.failed.clone().map_or(Ok(()), Err),
        }
    }
}
