//! What the follower's thread is told, and what it tells.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use colvert_core::ids::Position;

use crate::Archive;
use crate::counters::Counters;

/// Why the archive does not move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Standstill {
    pub reason: String,
    /// It is tried again. Else it takes a new start, and perhaps an operator.
    pub passing: bool,
}

/// How far the follower is. Clones look at the same follower.
#[derive(Clone)]
pub struct Progress {
    shared: Arc<Shared>,
}

impl Progress {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The last position that is in.
    pub fn applied(&self) -> Position {
        Position(self.shared.counters.applied.load(Ordering::Acquire))
    }

    /// The last position that survives a power cut.
    pub fn synced(&self) -> Position {
        Position(self.shared.counters.synced.load(Ordering::Acquire))
    }

    /// Why it does not move, if so.
    pub fn standstill(&self) -> Option<Standstill> {
        self.shared.lock().standstill.clone()
    }

    /// Has what is durable projected at once, and waits until `position` is in, but not longer than
    /// `patience` nor while the archive stands still. Says how far it is then.
    ///
    /// It is cheaper to wait a few milliseconds than to look through the log's tail.
    pub fn wait_for(&self, position: Position, patience: Duration) -> Position {
        let mut told = self.shared.lock();
        if told.applied < position {
            told.in_a_hurry = true;
            self.shared.wake.notify_one();
        }
        let waits = |told: &mut Told| told.applied < position && told.standstill.is_none() && !told.ended;
        let told = self.shared.moved.wait_timeout_while(told, patience, waits);
        told.unwrap_or_else(PoisonError::into_inner).0.applied
    }

    /// Numbers for the operator.
    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }
}

/// What the thread is to do.
pub(super) struct Order {
    pub(super) durable: Position,
    /// When the oldest of what is not in yet became durable.
    pub(super) since: Option<Instant>,
    /// The checkpoint that is asked for.
    pub(super) checkpoint: Option<u64>,
    pub(super) stop: bool,
}

/// Both directions, under one lock.
#[derive(Default)]
struct Told {
    durable: Position,
    since: Option<Instant>,
    in_a_hurry: bool,
    checkpoints_wanted: u64,
    stop: bool,
    applied: Position,
    checkpoints_done: u64,
    standstill: Option<Standstill>,
    ended: bool,
}

pub(super) struct Shared {
    told: Mutex<Told>,
    /// For the thread.
    wake: Condvar,
    /// For everybody else.
    moved: Condvar,
    counters: Counters,
}

impl Shared {
    pub(super) fn new(archive: &Archive) -> Self {
        let applied = archive.applied();
        let counters = Counters { applied: AtomicU64::new(applied.0), ..Counters::default() };
        counters.synced.store(archive.synced().0, Ordering::Release);
        let told = Told { applied, durable: applied, ..Told::default() };
        Self { told: Mutex::new(told), wake: Condvar::new(), moved: Condvar::new(), counters }
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    // Everybody else's side.

    pub(super) fn durable(&self, position: Position) {
        let mut told = self.lock();
        if position > told.durable {
            told.durable = position;
            // Later news need not wake who already counts the milliseconds.
            if told.since.is_none() {
                told.since = Some(Instant::now());
                self.wake.notify_one();
            }
        }
    }

    pub(super) fn checkpoint(&self) -> Position {
        let mut told = self.lock();
        told.checkpoints_wanted += 1;
        let wanted = told.checkpoints_wanted;
        self.wake.notify_one();
        let waits = |told: &mut Told| told.checkpoints_done < wanted && !told.ended;
        drop(self.moved.wait_while(told, waits).unwrap_or_else(PoisonError::into_inner));
        Position(self.counters.synced.load(Ordering::Acquire))
    }

    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.wake.notify_one();
    }

    // The thread's side.

    /// Waits until there is something to do, or for `wake_at`. After a failure nothing is projected before `retry_at`.
    pub(super) fn next_order(
        &self,
        gather: Duration,
        retry_at: Option<Instant>,
        wake_at: Option<Instant>,
    ) -> Order {
        let mut told = self.lock();
        loop {
            let checkpoint =
                (told.checkpoints_wanted > told.checkpoints_done).then_some(told.checkpoints_wanted);
            let is_dead = told.standstill.as_ref().is_some_and(|standstill| !standstill.passing);
            let due = match told.since {
                _ if is_dead => None,
                Some(_) if retry_at.is_some() => retry_at,
                Some(_) if told.in_a_hurry => Some(Instant::now()),
                since => since.map(|since| since + gather),
            };
            let left = due.map(|due| due.saturating_duration_since(Instant::now()));
            let is_woken = wake_at.is_some_and(|at| at <= Instant::now());
            if told.stop || checkpoint.is_some() || left.is_some_and(|left| left.is_zero()) {
                let (durable, since, stop) = (told.durable, told.since.take(), told.stop);
                told.in_a_hurry = false;
                return Order { durable, since, checkpoint, stop };
            }
            if is_woken {
                // Nothing that was ordered is taken.
                let Told { applied, .. } = *told;
                return Order { durable: applied, since: None, checkpoint: None, stop: false };
            }
            let wake = wake_at.map(|at| at.saturating_duration_since(Instant::now()));
            let left = left.into_iter().chain(wake).min();
            told = match left {
                Some(left) => self.wake.wait_timeout(told, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.wake.wait(told).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// How far the log is durable by now.
    pub(super) fn durable_now(&self) -> Position {
        self.lock().durable
    }

    /// Whether it makes sense to touch the archive.
    pub(super) fn may_try(&self) -> bool {
        self.lock().standstill.as_ref().is_none_or(|standstill| standstill.passing)
    }

    /// Something went well.
    pub(super) fn moved(&self, archive: &Archive) {
        let mut told = self.lock();
        self.publish(&mut told, archive);
        told.standstill = None;
        self.moved.notify_all();
    }

    /// What was ordered is not in.
    pub(super) fn still_waits(&self, order: &Order) {
        let mut told = self.lock();
        told.since = order.since.or(told.since).or_else(|| Some(Instant::now()));
    }

    /// A checkpoint was tried.
    pub(super) fn checkpointed(&self, archive: &Archive, checkpoint: Option<u64>) {
        let mut told = self.lock();
        self.publish(&mut told, archive);
        told.checkpoints_done = checkpoint.unwrap_or(told.checkpoints_done);
        self.moved.notify_all();
    }

    /// Something went wrong.
    pub(super) fn stands_still(&self, archive: &Archive, standstill: Standstill) {
        self.counters.failures.fetch_add(1, Ordering::Relaxed);
        let mut told = self.lock();
        self.publish(&mut told, archive);
        told.standstill = Some(standstill);
        self.moved.notify_all();
    }

    pub(super) fn ended(&self) {
        self.lock().ended = true;
        self.moved.notify_all();
    }

    fn publish(&self, told: &mut Told, archive: &Archive) {
        told.applied = archive.applied();
        self.counters.applied.store(archive.applied().0, Ordering::Release);
        self.counters.synced.store(archive.synced().0, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
