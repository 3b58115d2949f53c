//! The steps of the engine, one input at a time.

mod answers;
mod due;
mod facts;
mod release;
mod sessions;
mod slow;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use colvert_core::command::{Actor, CloseReason, Context, Entry, LogClass, Outcome, Step};
use colvert_core::commands::presence;
use colvert_core::ids::{Millis, Position, SessionId};
use colvert_core::local::{Local, LocalChange};
use colvert_core::refusal::Refusal;
use colvert_core::session::{Input, Item, Outlet, Output, Request};
use colvert_core::settings::Settings;
use colvert_core::state::State;
use colvert_core::work::{Work, WorkResult};
use colvert_core::{audience, audit};
use colvert_log::{Failure, Log};

use crate::control::ControlRequest;
use crate::counters::Counters;
use crate::held::{Held, Parcel};
use crate::parked::{Parked, Waiter};

/// Names a piece of slow work until its result is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// The pool that does slow work; each result comes back as [`Message::Worked`].
pub trait Workers: Send {
    /// Starts work. False: the pool is full, and nothing was started.
    fn start(&mut self, ticket: Ticket, work: Work) -> bool;
}

/// What the engine is told.
pub enum Message {
    Gateway(Input),
    /// Slow work is done.
    Worked(Ticket, Box<WorkResult>),
    Control(ControlRequest),
    /// The configuration was read again.
    Settings(Box<Settings>),
    /// Whether the disk is nearly full: new content is refused while it is.
    StorageLow(bool),
    /// The log may forget entries below this position.
    Forget(Position),
    /// Finish what was taken, and stop.
    Stop,
}

/// Why the engine's thread ended.
#[derive(Debug)]
pub enum Stopped {
    /// It was told to.
    Asked,
    /// The log failed. What was held was dropped; a new start recovers from the disk.
    LogFailed(Failure),
}

/// What an engine is made of.
pub struct EngineOptions {
    pub settings: Settings,
    /// As [`crate::recover`] made it.
    pub state: State,
    pub generation: u32,
    pub log: Box<dyn Log>,
    pub workers: Box<dyn Workers>,
    /// One for each gateway, in the order of their numbers.
    pub outlets: Vec<Arc<dyn Outlet>>,
    /// Bytes of log that are kept for leaving, deleting and banning when the disk is full.
    pub log_reserve_bytes: u64,
}

/// The owner of the state.
pub struct Engine {
    pub(crate) settings: Settings,
    pub(crate) state: State,
    pub(crate) local: Local,
    generation: u32,
    /// The latest time that anything was done at.
    time: Millis,
    log: Box<dyn Log>,
    log_reserve_bytes: u64,
    workers: Box<dyn Workers>,
    outlets: Vec<Arc<dyn Outlet>>,
    /// What goes to each gateway when the turn ends.
    outboxes: Vec<Vec<Output>>,
    pub(crate) held: Held,
    /// Where the last entry that was appended ends: nothing is handed over before it.
    pub(crate) entry_end: Position,
    parked: Parked,
    storage_low: bool,
    stopping: bool,
    failure: Option<Failure>,
    counters: Arc<Counters>,
    /// When what was ordered in a turn was ordered, for measuring the lag.
    ordered_at: VecDeque<(Position, u64)>,
    /// The bytes of the entry that is appended.
    scratch: Vec<u8>,
}

impl Engine {
    pub fn new(options: EngineOptions) -> Self {
        let outboxes = options.outlets.iter().map(|_| Vec::new()).collect();
        Self {
            settings: options.settings,
            time: options.state.time,
            state: options.state,
            local: Local::default(),
            generation: options.generation,
            log: options.log,
            log_reserve_bytes: options.log_reserve_bytes,
            workers: options.workers,
            outlets: options.outlets,
            outboxes,
            held: Held::default(),
            entry_end: Position(0),
            parked: Parked::default(),
            storage_low: false,
            stopping: false,
            failure: None,
            counters: Arc::default(),
            ordered_at: VecDeque::new(),
            scratch: Vec::new(),
        }
    }

    pub fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn local(&self) -> &Local {
        &self.local
    }

    /// Ends the engine and gives its log back, to be closed.
    pub fn into_log(self) -> (State, Box<dyn Log>) {
        (self.state, self.log)
    }

    /// The first entry of this process: whoever was here before is not any more, but for those who stay without a
    /// session. No person is told; gateways are, where those who stay are.
    pub fn started(&mut self, now: Millis) {
        let event = presence::started(&self.context(Actor::Control, now));
        self.happen(None, vec![event], now);
        let seed: Arc<[_]> = audience::standing(&self.state).into();
        for gateway in 0..self.outlets.len() {
            self.hold(Parcel::Gateway(gateway as u16, Output::Seed(seed.clone())));
        }
        self.keep_out();
    }

    /// Takes one message.
    pub fn step(&mut self, message: Message, now: Millis) {
        let is_new = matches!(message, Message::Gateway(_) | Message::Control(_));
        if self.failure.is_some() || (self.stopping && is_new) {
            return;
        }
        let now = self.forward(now);
        match message {
            Message::Gateway(input) => {
                Counters::add(&self.counters.inputs, 1);
                self.input(input, now);
            }
            Message::Worked(ticket, result) => self.worked(ticket, *result, now),
            Message::Control(request) => self.control(request, now),
            Message::Settings(settings) => self.configure(*settings, now),
            Message::StorageLow(low) => self.storage_low = low,
            Message::Forget(below) => self.log.remove_below(below),
            Message::Stop => self.stopping = true,
        }
    }

    /// The time, which never goes backwards here: also what is shown and not stored has one.
    fn forward(&mut self, now: Millis) -> Millis {
        self.time = self.time.max(now);
        self.time
    }

    fn input(&mut self, input: Input, now: Millis) {
        match input {
            Input::Open { session, info } => self.open(session, info, now),
            Input::Request { session, request } => {
                if self.local.get(session).is_some()
                    && let Some(request) = self.parked.keep(session, request)
                {
                    self.begin(session, request, now);
                }
            }
            Input::More { session } => self.more(session, now),
            Input::Close { session, reason } => self.close(session, &reason, now),
        }
    }

    // ------------------------------------------------------------ requests

    fn begin(&mut self, session: SessionId, request: Request, now: Millis) {
        if let Some(label) = request.label {
            self.tell(session, Output::Begin { session, label });
        }
        self.go_on(session, request.items.into(), now);
    }

    /// Does the items of a request, up to its end or up to slow work.
    fn go_on(&mut self, session: SessionId, mut items: VecDeque<Item>, now: Millis) {
        loop {
            if self.parked.has_unsaid(session) {
                return self.wait_for_reader(session, items);
            }
            let Some(item) = items.pop_front() else { break };
            match item {
                Item::Wire(token) => self.tell(session, Output::Wire { session, token }),
                Item::Refuse { verb, refusal } => {
                    Counters::add(&self.counters.refusals, 1);
                    self.tell(session, Output::Refuse { session, verb, refusal });
                }
                Item::Command { entry, act } => {
                    let actor = Actor::Session(session);
                    let decided = self.decide(actor, entry, now, |cx| act.decide(cx));
                    match self.settle(session, entry, decided, now) {
                        Some(wait) => return self.park(entry, wait, Waiter::Session(session, items)),
                        None if self.local.get(session).is_none() => return,
                        None => {}
                    }
                }
            }
        }
        self.tell(session, Output::End { session });
    }

    /// Asks a command, having asked its guards. A panic in it ends the session, and nothing has happened.
    fn decide(
        &self,
        actor: Actor,
        entry: &'static Entry,
        now: Millis,
        decide: impl FnOnce(&Context<'_>) -> Result<Outcome, Refusal>,
    ) -> Result<Outcome, Refusal> {
        let cx = self.context(actor, now);
        let decide = || {
            entry.guard(&cx)?;
            if entry.content && self.is_full() {
                return Err(Refusal::StorageFull);
            }
            decide(&cx).map(|outcome| audit::written_down(&cx, outcome))
        };
        self.caught(entry.name, decide).unwrap_or_else(|| Ok(Outcome::nothing().close(CloseReason::Internal)))
    }

    /// What reads the state for somebody, if it does not panic.
    fn caught<T>(&self, what: &'static str, read: impl FnOnce() -> T) -> Option<T> {
        let read = catch_unwind(AssertUnwindSafe(read)).ok();
        if read.is_none() {
            Counters::add(&self.counters.panics, 1);
            tracing::error!(what, "a panic; the session that asked is closed");
        }
        read
    }

    /// Whether what is left of the disk is for leaving, kicking and banning.
    fn is_full(&self) -> bool {
        self.storage_low || self.log.room() < self.log_reserve_bytes
    }

    fn context(&self, actor: Actor, now: Millis) -> Context<'_> {
        let now = now.max(self.state.time);
        Context { state: &self.state, local: &self.local, settings: &self.settings, actor, now }
    }

    /// Makes a decision happen, or answers the refusal. Gives back what must be waited for.
    fn settle(
        &mut self,
        session: SessionId,
        entry: &'static Entry,
        decided: Result<Outcome, Refusal>,
        now: Millis,
    ) -> Option<Outcome> {
        // What turns out to be new content only when it is decided, as an account that a token makes, is refused here.
        let fits = |outcome: Outcome| match self.is_full() && outcome.makes_more() {
            true => Err(Refusal::StorageFull),
            false => Ok(outcome),
        };
        match decided.and_then(fits) {
            Ok(outcome) => self.together(|engine| engine.perform_all(session, entry, outcome, now)),
            Err(refusal) => {
                Counters::add(&self.counters.refusals, 1);
                if is_guess(&refusal) {
                    let remembered = self.settings.limits.failed_logins_remembered;
                    self.local.change(session, LocalChange::LoginFailed { account: None, now, remembered });
                    self.guessed(session, entry, refusal, now);
                } else {
                    self.refuse(session, entry, refusal);
                }
                None
            }
        }
    }

    /// Makes a decision happen, entry by entry, if the log takes all of them. What is decided later is decided for a session that is
    /// there still.
    fn perform_all(
        &mut self,
        session: SessionId,
        entry: &'static Entry,
        mut outcome: Outcome,
        now: Millis,
    ) -> Option<Outcome> {
        debug_assert!(
            facts::is_written_down(entry, &outcome),
            "{} uses a right and leaves no act",
            entry.name
        );
        if let Err(refusal) = self.fits(&outcome, now) {
            self.refuse(session, entry, refusal);
            return None;
        }
        loop {
            outcome = match outcome {
                Outcome::Done(steps) => {
                    self.perform(session, entry, steps, now);
                    return None;
                }
                Outcome::First(steps, rest) => match self.perform(session, entry, steps, now) {
                    true => *rest,
                    false => return None,
                },
                wait => return self.local.get(session).is_some().then_some(wait),
            };
        }
    }

    /// Does what belongs into one entry. False: the log does not take it, which is answered, and nothing of it has happened.
    fn perform(&mut self, session: SessionId, entry: &'static Entry, steps: Vec<Step>, now: Millis) -> bool {
        let count = facts::of(&steps).count();
        let mut places =
            match self.append(count, facts::of(&steps), now).map_err(|failure| self.not_kept(failure)) {
                Ok(places) => places,
                Err(refusal) => {
                    self.refuse(session, entry, refusal);
                    return false;
                }
            };
        // However it is refused.
        let is_guess = steps.iter().any(|step| matches!(step, Step::Local(LocalChange::LoginFailed { .. })));
        // What is said before an event of the entry is said of the entry as well.
        self.entry_end = places.end(count);
        for step in steps {
            match step {
                Step::Event(event) => self.apply(Some(session), places.next(event)),
                Step::Ephemeral(event) => {
                    debug_assert!(matches!(entry.class, LogClass::Ephemeral | LogClass::Logged));
                    self.show_ephemeral(session, event, now);
                }
                Step::Local(change) => self.learn(session, change),
                Step::Reply(reply) => self.answer(session, entry, reply),
                Step::Refuse(refusal) if is_guess => self.guessed(session, entry, refusal, now),
                Step::Refuse(refusal) => self.refuse(session, entry, refusal),
                Step::Ask(question) => self.ask(session, entry, &question, now),
                Step::AskUser(user, question) => {
                    for other in self.local.sessions_of(user).collect::<Vec<_>>() {
                        match other == session {
                            true => self.ask(session, entry, &question, now),
                            false => self.mention(other, &question, now),
                        }
                    }
                }
                Step::Close(reason) => self.shut(session, reason, now),
                Step::StopServer => self.stopping = true,
                Step::CloseSessions(sessions, reason) => self.shut_all(sessions, &reason, now),
                Step::CloseUser(user, reason) => self.put_out(user, &reason, now),
            }
        }
        true
    }
}

/// Whether somebody tried a secret that is wrong.
fn is_guess(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::WrongCredentials | Refusal::BadClaimCode | Refusal::WrongCode(_))
}
