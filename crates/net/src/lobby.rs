//! Where connections are before they are a session's: what a proxy says of them is read, and TLS agreed on.
//!
//! A thread of its own does it, so that no handshake keeps people waiting who talk. What comes out is a stream that can be
//! spoken on, and all that is known of who speaks. Who takes too long is shown out.

mod guest;

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token, Waker};
use slab::Slab;

use crate::counters::Counters;
use crate::entrance::Entrance;
use crate::mailbox::WAKE;

pub(crate) use guest::{Guest, Progress};

/// The lobby, as those see it who bring guests.
pub(crate) struct Lobby {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    arrivals: Mutex<Vec<Guest>>,
    waker: Waker,
    stopping: AtomicBool,
}

impl Lobby {
    pub fn start(entrance: Arc<Entrance>) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKE)?;
        let shared = Shared { arrivals: Mutex::default(), waker, stopping: AtomicBool::new(false) };
        let shared = Arc::new(shared);
        let room = Room {
            poll,
            shared: shared.clone(),
            entrance,
            guests: Slab::new(),
            due: VecDeque::new(),
            epoch: 0,
        };
        let thread = std::thread::Builder::new().name("lobby".to_owned()).spawn(move || room.run())?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    pub fn enter(&self, guest: Guest) {
        self.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner).push(guest);
        self.wake();
    }

    /// Whether its thread still runs.
    pub fn is_alive(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Release);
        self.wake();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // One that panicked has said so in the log.
        let _ = thread.map(JoinHandle::join);
    }

    fn wake(&self) {
        if let Err(error) = self.shared.waker.wake() {
            tracing::error!(%error, "the lobby cannot be woken");
        }
    }
}

struct Room {
    poll: Poll,
    shared: Arc<Shared>,
    entrance: Arc<Entrance>,
    guests: Slab<(u64, Guest)>,
    /// Who has to be gone when, in the order of their coming.
    due: VecDeque<(Instant, usize, u64)>,
    /// Distinguishes guests that had the same place.
    epoch: u64,
}

impl Room {
    fn run(mut self) {
        let mut events = Events::with_capacity(256);
        while !self.shared.stopping.load(Ordering::Acquire) {
            let wait = self.due.front().map(|(at, ..)| at.saturating_duration_since(Instant::now()));
            if let Err(error) = self.poll.poll(&mut events, wait)
                && error.kind() != ErrorKind::Interrupted
            {
                tracing::error!(%error, "the lobby has ended");
                return;
            }
            for event in &events {
                self.advance(event.token().0);
            }
            let arrivals =
                std::mem::take(&mut *self.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner));
            for guest in arrivals {
                self.receive(guest);
            }
            self.show_out();
        }
    }

    fn receive(&mut self, mut guest: Guest) {
        let limits = self.entrance.limits();
        if self.guests.len() >= limits.handshakes {
            return Counters::add(&self.entrance.counters.refused, 1);
        }
        let entry = self.guests.vacant_entry();
        let key = entry.key();
        let interest = Interest::READABLE | Interest::WRITABLE;
        let Some(stream) = guest.stream() else { return };
        if let Err(error) = self.poll.registry().register(stream, Token(key), interest) {
            tracing::warn!(%error, "a connection cannot be watched");
            return;
        }
        self.epoch += 1;
        self.due.push_back((
            Instant::now() + Duration::from_millis(limits.handshake_deadline_ms),
            key,
            self.epoch,
        ));
        entry.insert((self.epoch, guest));
        self.advance(key);
    }

    fn advance(&mut self, key: usize) {
        let Some((_, guest)) = self.guests.get_mut(key) else { return };
        match guest.advance(&self.entrance) {
            Progress::Waiting => {}
            Progress::Gone => {
                Counters::add(&self.entrance.counters.refused, 1);
                self.release(key);
            }
            Progress::Ready => {
                if let Some(arrival) = self.release(key).and_then(Guest::into_arrival) {
                    self.entrance.let_in(arrival);
                }
            }
        }
    }

    /// Takes a guest out.
    fn release(&mut self, key: usize) -> Option<Guest> {
        let (_, mut guest) = self.guests.try_remove(key)?;
        if let Some(stream) = guest.stream() {
            // A broken socket is watched no more, either.
            let _ = self.poll.registry().deregister(stream);
        }
        Some(guest)
    }

    /// Ends the visits that took too long.
    fn show_out(&mut self) {
        let now = Instant::now();
        while let Some(&(at, key, epoch)) = self.due.front() {
            let is_here = self.guests.get(key).is_some_and(|(of, _)| *of == epoch);
            if is_here && at > now {
                return;
            }
            if is_here {
                Counters::add(&self.entrance.counters.closed_timeout, 1);
                self.release(key);
            }
            self.due.pop_front();
        }
    }
}
