//! What wakes the engine: one queue for gateways, the pool, the log and the control socket.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use colvert_core::session::{Inbox, Input};

use crate::engine::Message;

/// The queue. Gateways bound what they put in by the credit of their sessions, the pool by its size.
#[derive(Default)]
pub struct Queue {
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

#[derive(Default)]
struct Waiting {
    messages: VecDeque<Message>,
    /// The log has moved.
    log_moved: bool,
}

impl Queue {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn push(&self, message: Message) {
        self.lock().messages.push_back(message);
        self.wake.notify_one();
    }

    /// Tells the engine that the log has moved.
    pub fn log_moved(&self) {
        self.lock().log_moved = true;
        self.wake.notify_one();
    }

    /// Takes up to `max` messages into `into`, waiting at most `patience` for the first one or for the log.
    pub fn take(&self, into: &mut VecDeque<Message>, max: usize, patience: Duration) {
        let mut waiting = self.lock();
        if waiting.messages.is_empty() && !waiting.log_moved {
            let idle = |w: &mut Waiting| w.messages.is_empty() && !w.log_moved;
            let woken = self.wake.wait_timeout_while(waiting, patience, idle);
            waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        waiting.log_moved = false;
        if waiting.messages.len() <= max && into.is_empty() {
            std::mem::swap(&mut waiting.messages, into);
        } else {
            let n = max.min(waiting.messages.len());
            into.extend(waiting.messages.drain(..n));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inbox for Queue {
    fn push(&self, inputs: &mut Vec<Input>) {
        self.lock().messages.extend(inputs.drain(..).map(Message::Gateway));
        self.wake.notify_one();
    }
}
