//! What the archive has done, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::archive::Goes;

/// Totals since the follower started, and the moment's values.
#[derive(Debug, Default)]
pub struct Counters {
    /// The last position that is in.
    pub applied: AtomicU64,
    /// The last position that survives a power cut.
    pub synced: AtomicU64,
    /// Transactions.
    pub batches: AtomicU64,
    /// Transactions in which the processor was left alone in between, since more was said than could be written.
    pub batches_seldom: AtomicU64,
    /// Events projected.
    pub events: AtomicU64,
    /// The last transaction: its events and how long it took.
    pub batch_events: AtomicU64,
    pub batch_us: AtomicU64,
    /// How long the oldest event of the last transaction had been durable when it was in.
    pub lag_us: AtomicU64,
    pub lag_us_max: AtomicU64,
    /// How long the last checkpoint took.
    pub checkpoint_us: AtomicU64,
    /// Attempts that failed.
    pub failures: AtomicU64,
}

impl Counters {
    pub(crate) fn batch(&self, events: u64, took: Duration, lag: Duration, goes: Goes) {
        let lag_us = micros(lag);
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.batches_seldom.fetch_add(u64::from(goes == Goes::Seldom), Ordering::Relaxed);
        self.events.fetch_add(events, Ordering::Relaxed);
        self.batch_events.store(events, Ordering::Relaxed);
        self.batch_us.store(micros(took), Ordering::Relaxed);
        self.lag_us.store(lag_us, Ordering::Relaxed);
        self.lag_us_max.fetch_max(lag_us, Ordering::Relaxed);
    }

    pub(crate) fn checkpoint(&self, took: Duration) {
        self.checkpoint_us.store(micros(took), Ordering::Relaxed);
    }

    /// All counters by name.
    pub fn list(&self) -> Vec<(&'static str, u64)> {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        vec![
            ("archive_applied", get(&self.applied)),
            ("archive_synced", get(&self.synced)),
            ("archive_batches", get(&self.batches)),
            ("archive_batches_seldom", get(&self.batches_seldom)),
            ("archive_events", get(&self.events)),
            ("archive_batch_events", get(&self.batch_events)),
            ("archive_batch_us", get(&self.batch_us)),
            ("archive_lag_us", get(&self.lag_us)),
            ("archive_lag_us_max", get(&self.lag_us_max)),
            ("archive_checkpoint_us", get(&self.checkpoint_us)),
            ("archive_failures", get(&self.failures)),
        ]
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
