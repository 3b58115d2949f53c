//! What the log has done, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// Running totals since the log was opened.
#[derive(Debug, Default)]
pub struct Counters {
    /// Entries written.
    pub entries: AtomicU64,
    /// Group writes.
    pub groups: AtomicU64,
    /// Bytes written, frame headers included.
    pub bytes: AtomicU64,
    /// Syncs of segment files.
    pub syncs: AtomicU64,
    /// Duration of the last sync in microseconds; 0 where nobody measures it.
    pub last_sync_us: AtomicU64,
    /// Segments begun.
    pub segments: AtomicU64,
    /// Attempts to prepare a spare segment that found no space.
    pub spare_failures: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Ordering::Relaxed);
    }
}
