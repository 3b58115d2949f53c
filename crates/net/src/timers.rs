//! When something is due for a connection. One heap for all; what is no longer true when it is due is dropped then.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use colvert_core::ids::SessionId;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// The rate allows more.
    Resume,
    /// Connection registration should be complete.
    Registration,
    /// What takes several lines should be finished.
    Batch,
    /// Something should have been heard.
    Silence,
    /// What is queued should have moved.
    SendQueue,
    /// A closing connection should be gone.
    Linger,
}

#[derive(Default)]
pub(crate) struct Timers {
    heap: BinaryHeap<Reverse<(u64, SessionId, Due)>>,
}

impl Timers {
    pub fn set(&mut self, at_ms: u64, session: SessionId, due: Due) {
        self.heap.push(Reverse((at_ms, session, due)));
    }

    /// The next that is due.
    pub fn pop(&mut self, now_ms: u64) -> Option<(SessionId, Due)> {
        let Reverse((at, session, due)) = *self.heap.peek()?;
        if at > now_ms {
            return None;
        }
        self.heap.pop();
        Some((session, due))
    }

    /// Milliseconds until something is due.
    pub fn wait_ms(&self, now_ms: u64) -> Option<u64> {
        self.heap.peek().map(|Reverse((at, ..))| at.saturating_sub(now_ms))
    }
}
