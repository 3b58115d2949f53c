//! Sessions whose slow work is under way: their next request is not looked at until it is done.

use std::collections::{BTreeMap, VecDeque};

use colvert_core::command::{Continuation, Entry};
use colvert_core::ids::SessionId;
use colvert_core::session::{Item, Request};

use crate::control::Answerer;
use crate::engine::Ticket;

/// Who waits for a piece of slow work.
pub(crate) enum Waiter {
    /// A session, and what is left of its request.
    Session(SessionId, VecDeque<Item>),
    Control(Answerer),
}

/// A decision that goes on when its work is done.
pub(crate) struct Waiting {
    pub entry: &'static Entry,
    pub then: Continuation,
    pub waiter: Waiter,
}

/// All that waits.
#[derive(Default)]
pub(crate) struct Parked {
    waiting: BTreeMap<Ticket, Waiting>,
    /// Requests of parked sessions, in order. A session's credit bounds them.
    requests: BTreeMap<SessionId, VecDeque<Request>>,
    last: u64,
}

impl Parked {
    pub fn park(&mut self, waiting: Waiting) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        if let Waiter::Session(session, _) = &waiting.waiter {
            self.requests.entry(*session).or_default();
        }
        self.waiting.insert(ticket, waiting);
        ticket
    }

    /// Keeps a request for later if its session is parked, else gives it back.
    pub fn keep(&mut self, session: SessionId, request: Request) -> Option<Request> {
        match self.requests.get_mut(&session) {
            Some(queue) => {
                queue.push_back(request);
                None
            }
            None => Some(request),
        }
    }

    /// The work is done.
    pub fn take(&mut self, ticket: Ticket) -> Option<Waiting> {
        self.waiting.remove(&ticket)
    }

    /// The session is parked no more: its requests since.
    pub fn unpark(&mut self, session: SessionId) -> VecDeque<Request> {
        self.requests.remove(&session).unwrap_or_default()
    }

    pub fn is_parked(&self, session: SessionId) -> bool {
        self.requests.contains_key(&session)
    }

    /// How many sessions are parked.
    pub fn len(&self) -> usize {
        self.requests.len()
    }
}
