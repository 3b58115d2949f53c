//! What the engine and the writer's thread share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use colvert_core::ids::Position;

use super::syncer::Synced;
use crate::waiting::Waiting;
use crate::{Failure, Positions};

/// What the engine asks of the writer, and what the thread that syncs tells it.
#[derive(Default)]
pub(super) struct Orders {
    pub(super) waiting: Waiting,
    pub(super) remove_below: Option<Position>,
    pub(super) synced: Option<Synced>,
    pub(super) stop: bool,
    /// The writer sleeps, and somebody must wake it.
    asleep: bool,
}

impl Orders {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.remove_below.is_none() && self.synced.is_none() && !self.stop
    }
}

pub(super) struct Shared {
    orders: Mutex<Orders>,
    wakeup: Condvar,
    written: AtomicU64,
    durable: AtomicU64,
    /// Room in the segments, as of the last write.
    room: AtomicU64,
    /// Bytes of frames appended and not yet written.
    queued: AtomicU64,
    failed: OnceLock<Failure>,
}

impl Shared {
    pub(super) fn new(positions: Positions, room: u64) -> Self {
        Self {
            orders: Mutex::default(),
            wakeup: Condvar::new(),
            written: AtomicU64::new(positions.written.0),
            durable: AtomicU64::new(positions.durable.0),
            room: AtomicU64::new(room),
            queued: AtomicU64::new(0),
            failed: OnceLock::new(),
        }
    }

    // The engine's side.

    /// Hands entries over, and leaves none.
    pub(super) fn push(&self, turn: &mut Waiting) {
        if turn.is_empty() {
            return;
        }
        self.queued.fetch_add(turn.frame_bytes(), Ordering::Relaxed);
        self.orders().waiting.append(turn);
    }

    pub(super) fn wake(&self) {
        let mut orders = self.orders();
        if orders.asleep && !orders.is_empty() {
            orders.asleep = false;
            drop(orders);
            self.wakeup.notify_one();
        }
    }

    pub(super) fn remove_below(&self, position: Position) {
        let mut orders = self.orders();
        orders.remove_below = orders.remove_below.max(Some(position));
        drop(orders);
        self.wake();
    }

    pub(super) fn stop(&self) {
        self.orders().stop = true;
        self.wake();
    }

    /// Written and durable.
    pub(super) fn done(&self) -> (Position, Position) {
        // Durable first: it is never above what is read as written.
        let durable = Position(self.durable.load(Ordering::Acquire));
        (Position(self.written.load(Ordering::Acquire)), durable)
    }

    pub(super) fn room(&self) -> u64 {
        // Queued first: what the writer moves in between is counted twice, not forgotten.
        let queued = self.queued.load(Ordering::Acquire);
        self.room.load(Ordering::Acquire).saturating_sub(queued)
    }

    pub(super) fn failed(&self) -> Option<Failure> {
        self.failed.get().cloned()
    }

    // The side of the thread that syncs.

    pub(super) fn synced(&self, synced: Synced) {
        self.orders().synced = Some(synced);
        self.wake();
    }

    // The writer's side.

    /// Waits until there is something to do or it is `deadline`, and takes what waits in exchange for
    /// `empty`.
    pub(super) fn take(&self, empty: Waiting, deadline: Instant) -> Orders {
        let mut orders = self.orders();
        while orders.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            orders.asleep = true;
            orders = self.wakeup.wait_timeout(orders, left).unwrap_or_else(PoisonError::into_inner).0;
            orders.asleep = false;
        }
        std::mem::replace(&mut *orders, Orders { waiting: empty, ..Orders::default() })
    }

    pub(super) fn publish(&self, positions: Positions, room: u64) {
        self.room.store(room, Ordering::Release);
        self.written.store(positions.written.0, Ordering::Release);
        self.durable.store(positions.durable.0, Ordering::Release);
    }

    /// What was queued has been written, and the room for it published.
    pub(super) fn written(&self, frame_bytes: u64) {
        self.queued.fetch_sub(frame_bytes, Ordering::Release);
    }

    pub(super) fn fail(&self, failure: Failure) {
        // The first reason is the one that counts.
        let _ = self.failed.set(failure);
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
