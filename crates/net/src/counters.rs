//! Numbers for the operator.

use std::sync::atomic::{AtomicU64, Ordering};

/// What gateways have done and hold.
#[derive(Debug, Default)]
pub struct Counters {
    pub connections: AtomicU64,
    pub accepted: AtomicU64,
    pub refused: AtomicU64,
    pub closed: AtomicU64,
    pub closed_slow: AtomicU64,
    pub closed_timeout: AtomicU64,
    pub bytes_in: AtomicU64,
    pub bytes_out: AtomicU64,
    pub lines: AtomicU64,
    pub writes: AtomicU64,
    pub deliveries: AtomicU64,
    /// Times that a socket was left unread because its rate was used up, or its requests unanswered.
    pub paused_rate: AtomicU64,
    pub paused_credit: AtomicU64,
    pub paused_unread: AtomicU64,
    /// Panics in sessions; each ended one.
    pub panics: AtomicU64,
    /// Bytes that wait for readers, now.
    pub queued_bytes: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, n: usize) {
        counter.fetch_add(n as u64, Ordering::Relaxed);
    }

    pub(crate) fn sub(counter: &AtomicU64, n: usize) {
        counter.fetch_sub(n as u64, Ordering::Relaxed);
    }

    /// All counters by name.
    pub fn list(&self) -> Vec<(&'static str, u64)> {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        vec![
            ("net_connections", get(&self.connections)),
            ("net_accepted", get(&self.accepted)),
            ("net_refused", get(&self.refused)),
            ("net_closed", get(&self.closed)),
            ("net_closed_slow", get(&self.closed_slow)),
            ("net_closed_timeout", get(&self.closed_timeout)),
            ("net_bytes_in", get(&self.bytes_in)),
            ("net_bytes_out", get(&self.bytes_out)),
            ("net_lines", get(&self.lines)),
            ("net_writes", get(&self.writes)),
            ("net_deliveries", get(&self.deliveries)),
            ("net_paused_rate", get(&self.paused_rate)),
            ("net_paused_credit", get(&self.paused_credit)),
            ("net_paused_unread", get(&self.paused_unread)),
            ("net_panics", get(&self.panics)),
            ("net_queued_bytes", get(&self.queued_bytes)),
        ]
    }
}
