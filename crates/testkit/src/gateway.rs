//! A gateway without sockets: real sessions of real doors, and the rules of delivery that `net` follows too.
//!
//! Joins are applied before an audience is expanded, every other movement after it. Who made an event is shown
//! it as its origin, whom it happens to as their own, everybody else by class; sessions of one class must make
//! the same bytes of it, which is checked each time.

use std::collections::BTreeMap;
use std::sync::Arc;

use colvert_core::ids::{SessionId, UserId};
use colvert_core::local::ConnectionInfo;
use colvert_core::session::{Class, Delivery, Door, Input, Output, Relation, Request, Session};

use crate::index::Index;

/// One connection.
struct Seat {
    door: &'static str,
    session: Box<dyn Session>,
    user: Option<UserId>,
    /// What it was written and nobody has taken.
    written: Vec<u8>,
    is_closed: bool,
}

/// Sessions without sockets.
#[derive(Default)]
pub struct Gateway {
    seats: BTreeMap<SessionId, Seat>,
    index: Index,
}

impl Gateway {
    /// Somebody connects. The input is for the engine.
    pub fn open(&mut self, session: SessionId, door: &Arc<dyn Door>, info: ConnectionInfo) -> Input {
        let mut seat = Seat {
            door: door.name(),
            session: door.session(&info),
            user: None,
            written: Vec::new(),
            is_closed: false,
        };
        seat.session.greet(&mut seat.written);
        self.seats.insert(session, seat);
        Input::Open { session, info }
    }

    /// A line without its end has come. The request, if it is one, is for the engine.
    pub fn line(&mut self, session: SessionId, line: &[u8]) -> Option<Request> {
        let seat = self.seats.get_mut(&session).filter(|seat| !seat.is_closed)?;
        match line.len() <= seat.session.line_bytes_max() {
            true => seat.session.receive(line),
            false => Some(seat.session.overlong()),
        }
    }

    /// So much time has passed: what takes several lines and is not finished is given up.
    pub fn pass(&mut self, seconds: u64) -> Vec<(SessionId, Request)> {
        /// As the configuration has it by default.
        const BATCH_DEADLINE_S: u64 = 30;
        let overdue = self.seats.iter_mut().filter(|_| seconds >= BATCH_DEADLINE_S);
        overdue.filter_map(|(session, seat)| Some((*session, seat.session.expire()?))).collect()
    }

    /// The settings have changed: what sessions have to say of that.
    pub fn configured(&mut self) -> Vec<(SessionId, Request)> {
        let open = self.seats.iter_mut().filter(|(_, seat)| !seat.is_closed);
        open.filter_map(|(session, seat)| Some((*session, seat.session.configured()?))).collect()
    }

    /// The connection is gone.
    pub fn forget(&mut self, session: SessionId) {
        self.index.close(session);
        self.seats.remove(&session);
    }

    /// What a connection was written since the last time, and whether it is closed now.
    pub fn take(&mut self, session: SessionId) -> (Vec<u8>, bool) {
        match self.seats.get_mut(&session) {
            Some(seat) => (std::mem::take(&mut seat.written), seat.is_closed),
            None => (Vec::new(), true),
        }
    }

    /// Tells everybody that the process ends.
    pub fn stop(&mut self, reason: &colvert_core::command::CloseReason) {
        for seat in self.seats.values_mut().filter(|seat| !seat.is_closed) {
            seat.session.goodbye(reason, &mut seat.written);
            seat.is_closed = true;
        }
    }

    /// Does what the engine says.
    pub fn output(&mut self, output: Output) {
        match output {
            Output::Deliver(delivery) => self.deliver(&delivery),
            Output::Seed(movements) => self.index.seed(&movements),
            Output::Bind { session, user } => {
                if let Some(seat) = self.open_seat(session) {
                    seat.user = Some(user);
                    seat.session.bind(user);
                    self.index.bind(session, user);
                }
            }
            // Addresses are neither counted nor kept out here; the engine does not open to who is banned.
            Output::ConnectsFor { .. } | Output::KeepOut(_) => {}
            Output::Reply { session, verb, reply } => {
                self.write(session, |session, out| session.reply(verb, &reply, out));
            }
            Output::Refuse { session, verb, refusal } => {
                self.write(session, |session, out| session.refuse(&verb, &refusal, out));
            }
            Output::Wire { session, token } => self.write(session, |session, out| session.wire(token, out)),
            Output::Begin { session, label } => self.write(session, |session, _| session.begin(&label)),
            // A reader here takes everything at once; who hands this over asks for the rest.
            Output::More { .. } => {}
            Output::End { session } => self.write(session, |session, out| session.end(out)),
            Output::Monitored { session, online, source } => {
                self.write(session, |session, out| session.monitored(online, &source, out));
            }
            Output::Aside { session, reply } => {
                self.write(session, |session, out| session.aside(&reply, out));
            }
            Output::Watched { session, delivery } => {
                self.write(session, |session, out| session.watched(&delivery, out));
            }
            Output::Close { session, reason } => {
                self.write(session, |session, out| session.goodbye(&reason, out));
                if let Some(seat) = self.open_seat(session) {
                    seat.is_closed = true;
                    self.index.close(session);
                }
            }
        }
    }

    fn deliver(&mut self, delivery: &Delivery) {
        let event = &delivery.record.event;
        let mut encoded: BTreeMap<(&'static str, Class, Relation), Vec<u8>> = BTreeMap::new();
        for session in self.index.deliver(event) {
            let Some(seat) = self.open_seat(session) else { continue };
            let before = seat.written.len();
            if delivery.origin == Some(session) {
                seat.session.encode_origin(delivery, &mut seat.written);
            } else if seat.user.is_some() && seat.user == event.subject() {
                seat.session.encode_own(delivery, &mut seat.written);
            } else {
                let class = (seat.door, seat.session.class(), Relation::Other);
                seat.session.encode(delivery, Relation::Other, &mut seat.written);
                let bytes = &seat.written[before..];
                let first = encoded.entry(class).or_insert_with(|| bytes.to_vec());
                assert_eq!(first, bytes, "two sessions of one class are shown different bytes");
            }
        }
    }

    fn write(&mut self, session: SessionId, write: impl FnOnce(&mut dyn Session, &mut Vec<u8>)) {
        if let Some(seat) = self.open_seat(session) {
            write(&mut *seat.session, &mut seat.written);
        }
    }

    fn open_seat(&mut self, session: SessionId) -> Option<&mut Seat> {
        self.seats.get_mut(&session).filter(|seat| !seat.is_closed)
    }
}
