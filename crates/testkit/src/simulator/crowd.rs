//! The people as their gateways see them: what each asked, what each was told, and whether that can be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use colvert_core::event::{Event, Record, Source};
use colvert_core::ids::{Millis, Position, SessionId, UserId};
use colvert_core::modes::Status;
use colvert_core::session::{Delivery, Item, Output, Request};
use colvert_core::state::State;
use compact_str::CompactString;

use crate::index::Index;
use crate::process::GATEWAYS;

/// Comes back through the engine when all that the request asked before it is answered.
struct Token(u64);

/// A request that is not answered in full.
struct Asked {
    token: u64,
    label: Option<CompactString>,
    /// What it came to is at or below; set when the engine has looked at it.
    at_least: Position,
    progress: Progress,
}

#[derive(PartialEq, Eq, Debug)]
enum Progress {
    New,
    Begun,
    Answered,
}

/// A connection.
#[derive(Default)]
struct Seat {
    asked: VecDeque<Asked>,
    /// The gateway closed it; this was the last request that anybody made until then.
    left_after: Option<u64>,
}

/// What one gateway was told about the order of things.
#[derive(Default)]
struct Gateway {
    index: Index,
    last: Position,
    time: Millis,
    /// Of what was kept: the time of the rest is forgotten with the process.
    kept_time: Millis,
    gone: BTreeSet<UserId>,
    /// The newest request whose answer has come.
    answered: u64,
}

/// All connections of one process.
pub struct Crowd {
    seats: BTreeMap<SessionId, Seat>,
    gateways: Vec<Gateway>,
    last_token: u64,
    last_serial: u64,
    /// Events that somebody was shown, since they were last taken.
    shown: Vec<Record>,
    digest: u64,
    /// Sessions with more to be told, since they were last taken.
    pub unfinished: Vec<SessionId>,
}

impl Crowd {
    /// Nobody, after a life in which everything up to `last` at `time` was shown.
    pub fn new(last: Position, time: Millis) -> Self {
        let gateway = || Gateway { last, time, kept_time: time, ..Gateway::default() };
        Self {
            seats: BTreeMap::new(),
            gateways: (0..GATEWAYS).map(|_| gateway()).collect(),
            last_token: 0,
            last_serial: 0,
            shown: Vec::new(),
            digest: 0xcbf2_9ce4_8422_2325,
            unfinished: Vec::new(),
        }
    }

    /// Somebody connects.
    pub fn open(&mut self) -> SessionId {
        self.last_serial += 1;
        let session = SessionId::new((self.last_serial % u64::from(GATEWAYS)) as u16, self.last_serial);
        self.seats.insert(session, Seat::default());
        session
    }

    /// The connections that neither side has closed.
    pub fn open_sessions(&self) -> impl Iterator<Item = SessionId> {
        self.seats.iter().filter(|(_, seat)| seat.left_after.is_none()).map(|(id, _)| *id)
    }

    /// Notes a request, and adds what tells when it is answered.
    pub fn ask(&mut self, session: SessionId, request: &mut Request) {
        self.last_token += 1;
        let token = self.last_token;
        request.items.push(Item::Wire(Box::new(Token(token))));
        let label = request.label.clone();
        let asked = Asked { token, label, at_least: Position(0), progress: Progress::New };
        self.seats.get_mut(&session).expect("an open session").asked.push_back(asked);
    }

    /// The engine has looked at the session's last request, and the state is at `position`.
    pub fn looked_at(&mut self, session: SessionId, position: Position) {
        if let Some(asked) = self.seats.get_mut(&session).and_then(|seat| seat.asked.back_mut()) {
            asked.at_least = position;
        }
    }

    /// The gateway closes a connection.
    pub fn leave(&mut self, session: SessionId) {
        self.gateways[usize::from(session.gateway())].index.close(session);
        self.seats.get_mut(&session).expect("an open session").left_after = Some(self.last_token);
    }

    /// A gateway is handed something while everything up to `released` is kept.
    ///
    /// # Panics
    /// When it is not what may come now.
    pub fn told(&mut self, gateway: u16, output: Output, released: Position) {
        match output {
            Output::Deliver(delivery) => self.shown(gateway, &delivery, released),
            Output::Seed(movements) => self.gateways[usize::from(gateway)].index.seed(&movements),
            Output::Bind { session, user } => {
                if self.is_there(session, "bind", user.0) {
                    self.gateways[usize::from(gateway)].index.bind(session, user);
                }
            }
            // Addresses are neither counted nor kept out here.
            Output::ConnectsFor { .. } | Output::KeepOut(_) => {}
            Output::Reply { session, verb, reply } => {
                self.answer(session, verb, &reply);
            }
            Output::Refuse { session, verb, refusal } => self.answer(session, &verb, &refusal),
            Output::Monitored { session, online, source } => {
                self.is_there(session, "monitored", (online, Source::mask(&source)));
            }
            Output::Aside { session, reply } => {
                self.is_there(session, "aside", &reply);
            }
            Output::Watched { session, delivery } => {
                assert!(delivery.record.position <= released, "a change was shown before it was kept");
                self.is_there(session, "watched", delivery.record.position.0);
            }
            Output::Begin { session, label } => {
                if self.is_there(session, "begin", &label) {
                    let asked = self.front(session);
                    assert_eq!((asked.label.as_ref(), &asked.progress), (Some(&label), &Progress::New));
                    asked.progress = Progress::Begun;
                }
            }
            Output::Wire { session, token } => {
                let token = token.downcast::<Token>().expect("the simulator's own").0;
                let answered = &mut self.gateways[usize::from(gateway)].answered;
                *answered = token.max(*answered);
                if self.is_there(session, "wire", token) {
                    let asked = self.front(session);
                    assert_eq!(asked.token, token, "answers to {session} are out of order");
                    assert!(asked.at_least <= released, "{session} was answered before it was kept");
                    asked.progress = Progress::Answered;
                }
            }
            Output::More { session } => self.unfinished.push(session),
            Output::End { session } => {
                if self.is_there(session, "end", ()) {
                    let seat = self.seats.get_mut(&session).expect("it is there");
                    let asked = seat.asked.pop_front().expect("an end has a beginning");
                    assert_eq!(asked.progress, Progress::Answered, "{session}");
                }
            }
            Output::Close { session, reason } => {
                if self.is_there(session, "close", &reason) {
                    self.gateways[usize::from(gateway)].index.close(session);
                    self.seats.remove(&session);
                }
            }
        }
    }

    /// All that was asked is answered, and the gateways know who is where.
    ///
    /// # Panics
    /// When that is not so.
    pub fn check_quiet(&self, state: &State) {
        for (session, seat) in self.seats.iter().filter(|(_, seat)| seat.left_after.is_none()) {
            assert!(seat.asked.is_empty(), "{session} was not answered");
        }
        let with_members = state.channels.iter().filter(|(_, channel)| !channel.members.is_empty());
        let members: BTreeMap<_, BTreeMap<UserId, Status>> =
            with_members.map(|(id, channel)| (*id, channel.members.clone())).collect();
        for gateway in &self.gateways {
            assert_eq!(*gateway.index.members(), members, "a gateway's index");
        }
    }

    /// Changes with everything that was told.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// The stored events that somebody was shown since the last time.
    pub fn take_shown(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.shown)
    }

    /// The newest kept event that anybody was shown, and its time.
    pub fn last_shown(&self) -> (Position, Millis) {
        let shown = self.gateways.iter().map(|gateway| (gateway.last, gateway.kept_time));
        shown.max().expect("there are gateways")
    }

    fn shown(&mut self, gateway: u16, delivery: &Delivery, released: Position) {
        self.mix("deliver", delivery);
        let gateway = &mut self.gateways[usize::from(gateway)];
        let record = &delivery.record;
        assert!(record.position <= released, "{record:?} was shown before it was kept");
        assert!(record.time >= gateway.time, "{record:?} is older than {}", gateway.time);
        if delivery.stored {
            assert!(record.position > gateway.last, "{record:?} comes after {}", gateway.last);
            gateway.last = record.position;
            gateway.kept_time = record.time;
        }
        gateway.time = record.time;
        if let Some(by) = record.event.by() {
            assert!(!gateway.gone.contains(&by.id), "{record:?} is by somebody who has gone");
        }
        let shown = gateway.index.deliver(&record.event);
        if let Event::Quit { by, .. } = &record.event {
            gateway.gone.insert(by.id);
            assert!(shown.iter().all(|it| gateway.index.user_of(*it) != Some(by.id)));
        }
        assert!(shown.iter().all(|it| self.seats.contains_key(it)), "shown to a session that is closed");
        if delivery.stored && !shown.is_empty() {
            self.shown.push(record.clone());
        }
    }

    fn answer(&mut self, session: SessionId, verb: &str, answer: &impl std::fmt::Debug) {
        if self.is_there(session, verb, answer) {
            let asked = self.front(session);
            assert!(asked.label.is_none() || asked.progress == Progress::Begun, "{session}: {verb}");
        }
    }

    /// Whether a session is still open for its gateway. What was on its way when the gateway closed it may
    /// come; what was made after that may not, nor anything after the engine closed it.
    fn is_there(&mut self, session: SessionId, what: &str, with: impl std::fmt::Debug) -> bool {
        self.mix(what, (session, with));
        let seat = self.seats.get(&session);
        let answered = self.gateways[usize::from(session.gateway())].answered;
        let left_after = seat.unwrap_or_else(|| panic!("{what} for {session}, which is closed")).left_after;
        assert!(left_after.is_none_or(|it| answered <= it), "{what} for {session}, which has gone");
        left_after.is_none()
    }

    fn front(&mut self, session: SessionId) -> &mut Asked {
        let seat = self.seats.get_mut(&session).expect("it is there");
        seat.asked.front_mut().unwrap_or_else(|| panic!("{session} did not ask"))
    }

    fn mix(&mut self, what: &str, with: impl std::fmt::Debug) {
        for byte in format!("{what} {with:?}").bytes() {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
