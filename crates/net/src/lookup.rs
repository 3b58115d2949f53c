//! Who it is that connects, as others know it: the name of their host, and what their machine says of them (ident). Both are asked
//! beside everything else, after the lobby and before a gateway, and nobody waits longer than the deadline.
//!
//! ```text
//! Lobby ─▶ Desk ─┬─▶ names: a few threads, which may wait as long as the system's resolver does
//!                └─▶ ident: a socket each, on the desk's own loop
//! Desk ─▶ Mailbox, with what is known by then
//! ```

mod cache;
mod ident;
mod names;

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use colvert_core::local::Ident;
use compact_str::CompactString;
use mio::{Events, Interest, Poll, Token, Waker};
use slab::Slab;

use crate::entrance::Entrance;
use crate::mailbox::{Arrival, WAKE};

use cache::Cache;
use ident::Question;
use names::{Asked, Clerks};
pub use names::{Resolver, SystemResolver};

/// What is asked of who connects.
#[derive(Clone)]
pub struct Lookup {
    /// Who knows the names of hosts. Nothing: nobody is asked.
    pub names: Option<Arc<dyn Resolver>>,
    /// Where machines say whose a connection is. Nothing: none is asked. Spec: <https://www.rfc-editor.org/rfc/rfc1413#section-4>
    pub ident_port: Option<u16>,
    /// Nobody waits for longer.
    pub deadline_ms: u64,
    /// Connections that wait; more come in as they are.
    pub waiting: usize,
    /// Addresses whose names, or that they have none, are remembered, and for how long.
    pub remembered: usize,
    pub remembered_s: u64,
}

/// The desk, as those see it who bring connections.
pub(crate) struct Desk {
    shared: Arc<Shared>,
    waiting_max: usize,
    thread: Mutex<Option<JoinHandle<()>>>,
}

pub(crate) struct Shared {
    arrivals: Mutex<Vec<Arrival>>,
    answers: Mutex<Vec<Answer>>,
    /// Connections at the desk.
    waiting: AtomicUsize,
    waker: Waker,
    stopping: AtomicBool,
}

/// What came of a question for a name.
pub(crate) struct Answer {
    asked: Asked,
    name: Option<CompactString>,
}

impl Desk {
    pub fn start(lookup: Lookup, entrance: Arc<Entrance>) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKE)?;
        let shared = Arc::new(Shared {
            arrivals: Mutex::default(),
            answers: Mutex::default(),
            waiting: AtomicUsize::new(0),
            waker,
            stopping: AtomicBool::new(false),
        });
        let clerks = match &lookup.names {
            Some(resolver) => Some(Clerks::start(resolver.clone(), lookup.waiting, &shared)?),
            None => None,
        };
        let waiting_max = lookup.waiting;
        let room = Room {
            poll,
            shared: shared.clone(),
            entrance,
            clerks,
            cache: Cache::new(lookup.remembered, Duration::from_secs(lookup.remembered_s)),
            lookup,
            visitors: Slab::new(),
            due: VecDeque::new(),
            epoch: 0,
        };
        let thread = std::thread::Builder::new().name("lookup".to_owned()).spawn(move || room.run())?;
        Ok(Self { shared, waiting_max, thread: Mutex::new(Some(thread)) })
    }

    /// Takes a connection, which goes on by itself. Given back: there are too many.
    pub fn enter(&self, arrival: Arrival) -> Option<Arrival> {
        if self.shared.waiting.fetch_add(1, Ordering::Relaxed) >= self.waiting_max {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
            return Some(arrival);
        }
        self.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner).push(arrival);
        self.shared.wake();
        None
    }

    /// Whether its thread still runs.
    pub fn is_alive(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Ends the desk. A clerk who waits for the system's resolver ends when that answers.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Release);
        self.shared.wake();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // One that panicked has said so in the log.
        let _ = thread.map(JoinHandle::join);
    }
}

impl Shared {
    pub fn answer(&self, answer: Answer) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer);
        self.wake();
    }

    fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "the desk for names cannot be woken");
        }
    }
}

/// A connection at the desk.
struct Visitor {
    epoch: u64,
    arrival: Arrival,
    waits_for_name: bool,
    question: Option<Question>,
}

impl Visitor {
    fn is_done(&self) -> bool {
        !self.waits_for_name && self.question.is_none()
    }
}

struct Room {
    poll: Poll,
    shared: Arc<Shared>,
    entrance: Arc<Entrance>,
    clerks: Option<Clerks>,
    cache: Cache,
    lookup: Lookup,
    visitors: Slab<Visitor>,
    /// Who is let in when at the latest, in the order of their coming.
    due: VecDeque<(Instant, usize, u64)>,
    /// Distinguishes visitors that had the same place.
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
                tracing::error!(%error, "the desk for names has ended");
                return;
            }
            for event in &events {
                self.advance(event.token().0);
            }
            let arrivals =
                std::mem::take(&mut *self.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner));
            for arrival in arrivals {
                self.receive(arrival);
            }
            let answers =
                std::mem::take(&mut *self.shared.answers.lock().unwrap_or_else(PoisonError::into_inner));
            for answer in answers {
                self.learn(answer);
            }
            self.let_in_who_waited_enough();
        }
    }

    fn receive(&mut self, mut arrival: Arrival) {
        self.epoch += 1;
        let epoch = self.epoch;
        let key = self.visitors.vacant_key();
        let waits_for_name = match arrival.info.address {
            Some(address) => self.ask_for_name(&mut arrival, Asked { key, epoch, address }),
            None => false,
        };
        let question = self.lookup.ident_port.and_then(|port| {
            // What is behind a proxy has nobody who could be asked.
            let (peer, local) =
                arrival.stream.ends().filter(|(peer, _)| Some(peer.ip()) == arrival.info.address)?;
            arrival.info.more.ident = Ident::Unanswered;
            let mut question = Question::new(peer, local, port).ok()?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(question.socket(), Token(key), interest).ok()?;
            Some(question)
        });
        let visitor = Visitor { epoch, arrival, waits_for_name, question };
        let deadline = Instant::now() + Duration::from_millis(self.lookup.deadline_ms);
        self.due.push_back((deadline, key, epoch));
        let entry = self.visitors.vacant_entry();
        debug_assert_eq!(entry.key(), key);
        entry.insert(visitor);
        self.let_in_if_done(key);
    }

    /// Asks for the name of an address. False: it is known whether there is one, or it cannot be asked now.
    fn ask_for_name(&mut self, arrival: &mut Arrival, asked: Asked) -> bool {
        let Some(clerks) = &self.clerks else { return false };
        match self.cache.get(asked.address, Instant::now()) {
            Some(known) => {
                call(arrival, known);
                false
            }
            None => clerks.ask(asked),
        }
    }

    /// A socket of ident has news.
    fn advance(&mut self, key: usize) {
        let Some(visitor) = self.visitors.get_mut(key) else { return };
        let Some(question) = &mut visitor.question else { return };
        let answer = match question.advance() {
            Ok(answer) => answer,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(_) => None,
        };
        if let Some(user) = answer {
            visitor.arrival.info.more.ident = Ident::Known(user.into());
        }
        visitor.question = None;
        self.let_in_if_done(key);
    }

    /// A name has come, for who may have gone on long ago.
    fn learn(&mut self, Answer { asked: Asked { key, epoch, address }, name }: Answer) {
        self.cache.insert(address, name.clone(), Instant::now());
        let Some(visitor) = self.visitors.get_mut(key).filter(|visitor| visitor.epoch == epoch) else {
            return;
        };
        call(&mut visitor.arrival, name);
        visitor.waits_for_name = false;
        self.let_in_if_done(key);
    }

    fn let_in_if_done(&mut self, key: usize) {
        if self.visitors.get(key).is_some_and(Visitor::is_done) {
            self.let_in(key);
        }
    }

    fn let_in(&mut self, key: usize) {
        let Some(visitor) = self.visitors.try_remove(key) else { return };
        self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
        self.entrance.deal(visitor.arrival);
    }

    fn let_in_who_waited_enough(&mut self) {
        let now = Instant::now();
        while let Some(&(at, key, epoch)) = self.due.front() {
            let is_here = self.visitors.get(key).is_some_and(|visitor| visitor.epoch == epoch);
            if is_here && at > now {
                return;
            }
            if is_here {
                self.let_in(key);
            }
            self.due.pop_front();
        }
    }
}

/// Gives who connects the name of their host, if it has one.
fn call(arrival: &mut Arrival, name: Option<CompactString>) {
    if let Some(name) = name {
        arrival.info.host = name;
    }
}
