//! Sessions whose slow work is under way, or whose reader has not taken a long answer yet: their next request is not looked at
//! until that is done.

use std::collections::{BTreeMap, VecDeque};

use colvert_core::command::{Continuation, Entry};
use colvert_core::ids::SessionId;
use colvert_core::reply::{Question, Reply};
use colvert_core::session::{Item, Request};

use crate::control::Answerer;
use crate::engine::Ticket;

/// Who waits for a piece of slow work.
pub(crate) enum Waiter {
    /// A session, and what is left of its request.
    Session(SessionId, VecDeque<Item>),
    /// The command line, and what it is answered so far.
    Control(Answerer, Vec<Reply>),
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
    /// What is left of long answers, in the order in which it is told.
    unsaid: BTreeMap<SessionId, VecDeque<(&'static Entry, Question)>>,
    /// The same of what they are told and did not ask for.
    unmentioned: BTreeMap<SessionId, VecDeque<Question>>,
    /// What is left of the requests of sessions whose reader is waited for.
    readers: BTreeMap<SessionId, VecDeque<Item>>,
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

    /// Keeps the rest of a long answer.
    pub fn leave_unsaid(&mut self, session: SessionId, entry: &'static Entry, rest: Question) {
        self.unsaid.entry(session).or_default().push_back((entry, rest));
    }

    /// Keeps the rest of something long that nobody asked for on that session.
    pub fn leave_unmentioned(&mut self, session: SessionId, rest: Question) {
        self.unmentioned.entry(session).or_default().push_back(rest);
    }

    pub fn has_unmentioned(&self, session: SessionId) -> bool {
        self.unmentioned.contains_key(&session)
    }

    pub fn next_unmentioned(&mut self, session: SessionId) -> Option<Question> {
        next(&mut self.unmentioned, session)
    }

    pub fn has_unsaid(&self, session: SessionId) -> bool {
        self.unsaid.contains_key(&session)
    }

    pub fn next_unsaid(&mut self, session: SessionId) -> Option<(&'static Entry, Question)> {
        next(&mut self.unsaid, session)
    }

    /// Parks a session until its reader has taken what it was told.
    pub fn park_reader(&mut self, session: SessionId, rest: VecDeque<Item>) {
        self.requests.entry(session).or_default();
        self.readers.insert(session, rest);
    }

    /// What is left of the request of a session whose long answer is told.
    pub fn take_reader(&mut self, session: SessionId) -> Option<VecDeque<Item>> {
        self.readers.remove(&session)
    }

    /// The session is gone, and so is its reader.
    pub fn forget_reader(&mut self, session: SessionId) {
        self.unsaid.remove(&session);
        self.unmentioned.remove(&session);
        if self.readers.remove(&session).is_some() {
            self.requests.remove(&session);
        }
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

/// Takes the first of what waits for a session, and leaves no empty queue behind.
fn next<T>(waiting: &mut BTreeMap<SessionId, VecDeque<T>>, session: SessionId) -> Option<T> {
    let queue = waiting.get_mut(&session)?;
    let next = queue.pop_front();
    if queue.is_empty() {
        waiting.remove(&session);
    }
    next
}
