//! Numbers for the operator.

use std::sync::atomic::{AtomicU64, Ordering};

/// What the engine has done and what it holds. Times in nanoseconds.
#[derive(Debug, Default)]
pub struct Counters {
    pub inputs: AtomicU64,
    pub entries: AtomicU64,
    pub events: AtomicU64,
    pub refusals: AtomicU64,
    /// Panics in decisions; each ended one session.
    pub panics: AtomicU64,
    /// Outputs that wait for their position to be durable, now.
    pub held: AtomicU64,
    /// About how many bytes they take.
    pub held_bytes: AtomicU64,
    /// Sessions whose slow work is under way, now.
    pub parked: AtomicU64,
    pub sessions: AtomicU64,
    pub users: AtomicU64,
    /// The last turn, from its first input to its last, and how many inputs it had.
    pub turn_ns: AtomicU64,
    pub turn_inputs: AtomicU64,
    /// The longest time that one input took.
    pub step_ns_max: AtomicU64,
    /// All time spent on inputs; over `inputs` it is the mean step.
    pub step_ns_total: AtomicU64,
    /// How long the last group took from ordered to durable.
    pub durable_lag_ns: AtomicU64,
    pub durable_lag_ns_max: AtomicU64,
    pub position_ordered: AtomicU64,
    pub position_released: AtomicU64,
}

impl Counters {
    // The engine's thread alone writes them, so that nothing has to be locked for it.

    pub(crate) fn add(counter: &AtomicU64, n: u64) {
        counter.store(counter.load(Ordering::Relaxed) + n, Ordering::Relaxed);
    }

    pub(crate) fn set(counter: &AtomicU64, n: u64) {
        counter.store(n, Ordering::Relaxed);
    }

    pub(crate) fn max(counter: &AtomicU64, n: u64) {
        if n > counter.load(Ordering::Relaxed) {
            counter.store(n, Ordering::Relaxed);
        }
    }

    /// All counters by name.
    pub fn list(&self) -> Vec<(&'static str, u64)> {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        vec![
            ("engine_inputs", get(&self.inputs)),
            ("engine_entries", get(&self.entries)),
            ("engine_events", get(&self.events)),
            ("engine_refusals", get(&self.refusals)),
            ("engine_panics", get(&self.panics)),
            ("engine_held", get(&self.held)),
            ("engine_held_bytes", get(&self.held_bytes)),
            ("engine_parked", get(&self.parked)),
            ("engine_sessions", get(&self.sessions)),
            ("engine_users", get(&self.users)),
            ("engine_turn_ns", get(&self.turn_ns)),
            ("engine_turn_inputs", get(&self.turn_inputs)),
            ("engine_step_ns_max", get(&self.step_ns_max)),
            ("engine_step_ns_total", get(&self.step_ns_total)),
            ("engine_durable_lag_ns", get(&self.durable_lag_ns)),
            ("engine_durable_lag_ns_max", get(&self.durable_lag_ns_max)),
            ("engine_position_ordered", get(&self.position_ordered)),
            ("engine_position_released", get(&self.position_released)),
        ]
    }
}
