//! The thread that writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use colvert_core::ids::Position;

use super::Environment;
use super::shared::Shared;
use super::syncer::{Synced, Syncer};
use crate::waiting::Waiting;
use crate::{Failure, Segments};

/// In relaxed mode, how long something written may stay unsynced.
const SYNC_AFTER: Duration = Duration::from_millis(100);

/// How often a spare segment that found no space, or a removal that failed, is tried again.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How long after a segment was removed the next one is: each takes the disk for some milliseconds, in which nothing is written.
const REMOVE_AFTER: Duration = Duration::from_millis(20);

/// How often the age of the segment is looked at.
const AGE_CHECK_AFTER: Duration = Duration::from_secs(60);

pub(super) struct Writer {
    shared: Arc<Shared>,
    segments: Segments,
    /// Who syncs in relaxed mode.
    syncer: Option<Syncer>,
    environment: Environment,
    /// In relaxed mode, when what is written must be on its way to the disk.
    sync_due: Option<Instant>,
    /// The syncer is at work.
    is_syncing: bool,
    tick_due: Instant,
    /// The last attempt to prepare a spare segment failed.
    spare_missing: bool,
    /// What may be removed and is not yet, and when a segment of it is.
    removal: Option<(Position, Instant)>,
}

impl Writer {
    pub(super) fn new(
        shared: Arc<Shared>,
        segments: Segments,
        syncer: Option<Syncer>,
        environment: Environment,
    ) -> Self {
        Self {
            shared,
            spare_missing: segments.needs_spare(),
            segments,
            syncer,
            environment,
            sync_due: None,
            is_syncing: false,
            tick_due: Instant::now() + TRY_AGAIN_AFTER,
            removal: None,
        }
    }

    /// Works until it is told to stop or the disk fails.
    pub(super) fn run(mut self) {
        match catch_unwind(AssertUnwindSafe(|| self.work())) {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => self.shared.fail(failure),
            Err(_) => self.shared.fail(Failure::WriterGone),
        }
        (self.environment.notify)();
    }

    fn work(&mut self) -> Result<(), Failure> {
        let mut group = Waiting::default();
        loop {
            group.clear();
            let sync_due = self.sync_due.filter(|_| !self.is_syncing);
            let remove_due = self.removal.map(|(_, due)| due);
            let due = [sync_due, remove_due].into_iter().flatten().fold(self.tick_due, Instant::min);
            let orders = self.shared.take(group, due);
            group = orders.waiting;
            if let Some(synced) = orders.synced {
                self.synced(synced)?;
            }
            if !group.is_empty() {
                self.write(&group)?;
            }
            self.sync_beside()?;
            if let Some(below) = orders.remove_below {
                let (before, due) = self.removal.unwrap_or((below, Instant::now()));
                self.removal = Some((below.max(before), due));
            }
            if orders.stop {
                return self.close();
            }
            self.remove();
            self.keep_house()?;
        }
    }

    fn write(&mut self, group: &Waiting) -> Result<(), Failure> {
        self.segments.append((self.environment.now)(), group.parts())?;
        if self.syncer.is_some() {
            self.sync_due.get_or_insert_with(|| Instant::now() + SYNC_AFTER);
        } else {
            let began = Instant::now();
            self.segments.sync()?;
            self.took(began.elapsed());
        }
        self.publish();
        self.shared.written(group.frame_bytes());
        Ok(())
    }

    /// In relaxed mode, has what was written synced when it is time, while more is written. A disk that takes long delays nobody.
    fn sync_beside(&mut self) -> Result<(), Failure> {
        let Some(syncer) = &self.syncer else { return Ok(()) };
        if self.is_syncing || self.sync_due.is_none_or(|due| Instant::now() < due) {
            return Ok(());
        }
        self.sync_due = None;
        if let Some(what) = self.segments.unsynced() {
            syncer.sync(what)?;
            self.is_syncing = true;
        }
        Ok(())
    }

    fn synced(&mut self, synced: Synced) -> Result<(), Failure> {
        self.is_syncing = false;
        self.segments.synced(&synced.what, synced.result)?;
        self.took(synced.took);
        self.publish();
        Ok(())
    }

    /// Notes how long a sync took.
    fn took(&self, time: Duration) {
        let took_us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.segments.counters().last_sync_us.store(took_us, Ordering::Relaxed);
    }

    fn publish(&self) {
        self.shared.publish(self.segments.positions(), self.segments.room());
        (self.environment.notify)();
    }

    /// What may wait until the group is out: the next spare, segments that are too old.
    fn keep_house(&mut self) -> Result<(), Failure> {
        let spare_was_used = self.segments.needs_spare() && !self.spare_missing;
        if Instant::now() < self.tick_due && !spare_was_used {
            return Ok(());
        }
        self.segments.tick((self.environment.now)())?;
        self.spare_missing = self.segments.needs_spare();
        self.publish();
        let after = if self.spare_missing { TRY_AGAIN_AFTER } else { AGE_CHECK_AFTER };
        self.tick_due = Instant::now() + after;
        Ok(())
    }

    /// Removes a segment, if one is due. After a burst there are many, and who speaks meanwhile does not wait for all of them.
    fn remove(&mut self) {
        let Some((below, _)) = self.removal.filter(|(_, due)| Instant::now() >= *due) else { return };
        let after = match self.segments.remove_oldest_below(below) {
            Ok(true) => Some(REMOVE_AFTER),
            Ok(false) => None,
            Err(_) => Some(TRY_AGAIN_AFTER),
        };
        self.removal = after.map(|after| (below, Instant::now() + after));
    }

    fn close(&mut self) -> Result<(), Failure> {
        if let Some((below, _)) = self.removal {
            // What cannot be removed now is when it is asked for again.
            let _ = self.segments.remove_below(below);
        }
        self.segments.close((self.environment.now)())
    }
}
