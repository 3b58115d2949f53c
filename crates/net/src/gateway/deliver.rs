//! What the engine sends: answers to one session, and events to an audience.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use colvert_core::audience::{Audience, Movement, movements};
use colvert_core::session::{Class, Delivery, Output, Relation};

use super::Gateway;
use crate::connection::Life;
use crate::counters::Counters;
use crate::index::Slot;
use crate::timers::Due;

/// An audience that is not worth sharing bytes for: one of them is mostly the sender.
pub(super) const FEW: usize = 2;

impl Gateway {
    pub(super) fn output(&mut self, output: Output) {
        match output {
            Output::Deliver(delivery) => self.deliver(&delivery),
            Output::Seed(movements) => {
                movements.iter().for_each(|movement| self.follow(*movement));
            }
            Output::Bind { session, user } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.connections[slot].user = Some(user);
                self.runs.end_all();
                self.index.bind(slot, user);
                // The timer of the registration becomes that of the silence when it is due, unless that is too late.
                if self.limits.ping_interval_ms < self.limits.registration_deadline_ms {
                    let at = self.now_ms() + self.limits.ping_interval_ms;
                    self.timers.set(at, session, Due::Silence);
                    self.connections[slot].is_listened_for = true;
                }
                self.with_session(slot, |session, _| session.bind(user));
            }
            Output::KeepOut(nets) => self.entrance.keep_out(nets),
            Output::ConnectsFor { session, address } => self.count_for(session, address),
            Output::Reply { session, verb, reply } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.with_session(slot, |session, out| session.reply(verb, &reply, out));
            }
            Output::Refuse { session, verb, refusal } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.with_session(slot, |session, out| session.refuse(&verb, &refusal, out));
            }
            Output::Wire { session, token } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.with_session(slot, |session, out| session.wire(token, out));
            }
            Output::Begin { session, label } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.with_session(slot, |session, _| session.begin(&label));
            }
            Output::More { session } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.connections[slot].has_more = true;
                self.mark(slot);
            }
            Output::End { session } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.with_session(slot, |session, out| session.end(out));
                if self.connections.contains(slot) {
                    self.credit(slot);
                }
            }
            Output::Close { session, reason } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.goodbye(slot, &reason);
            }
            Output::Monitored { session, online, source } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.with_session(slot, |session, out| session.monitored(online, &source, out));
            }
            Output::Aside { session, reply } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.with_session(slot, |session, out| session.aside(&reply, out));
            }
            Output::Watched { session, delivery } => {
                let Some(slot) = self.slot_of(session) else { return };
                self.with_session(slot, |session, out| session.watched(&delivery, out));
            }
        }
    }

    /// Shows an event to those of its audience who are here. Who leaves by it still sees it, and who joins by it.
    fn deliver(&mut self, delivery: &Delivery) {
        let movements = movements(&delivery.record.event);
        let (joins, others): (Vec<_>, Vec<_>) =
            movements.into_iter().partition(|movement| matches!(movement, Movement::Join { .. }));
        for movement in joins {
            self.follow(movement);
        }
        match delivery.audience {
            Audience::Channel(channel) => self.tell_channel(channel, delivery),
            _ => {
                let audience = self.expand(delivery);
                self.show(delivery, &audience);
                self.audience = audience;
            }
        }
        for movement in others {
            self.follow(movement);
        }
    }

    /// Notes who is where from now on.
    fn follow(&mut self, movement: Movement) {
        self.runs.end_all();
        self.index.move_user(movement);
    }

    pub(super) fn expand(&mut self, delivery: &Delivery) -> Vec<Slot> {
        let mut audience = std::mem::take(&mut self.audience);
        let all = self.connections.iter().filter(|(_, c)| c.user.is_some()).map(|(slot, _)| slot);
        self.index.expand(&delivery.audience, all, &mut audience);
        audience
    }

    pub(super) fn show(&mut self, delivery: &Delivery, audience: &[Slot]) {
        Counters::add(&self.counters.deliveries, audience.len());
        let subject = delivery.record.event.subject();
        let mut encoded: Vec<((&'static str, Class), Bytes)> = Vec::new();
        for &slot in audience {
            let Some(connection) = self.connections.get_mut(slot) else { continue };
            if connection.life == Life::Lingering || connection.life == Life::Closing {
                continue;
            }
            if delivery.origin == Some(connection.id) {
                self.with_session(slot, |session, out| session.encode_origin(delivery, out));
                continue;
            }
            if subject.is_some() && connection.user == subject {
                self.with_session(slot, |session, out| session.encode_own(delivery, out));
                continue;
            }
            if audience.len() <= FEW {
                self.with_session(slot, |session, out| session.encode(delivery, Relation::Other, out));
                continue;
            }
            let class = (connection.door, connection.session.class());
            let bytes = match encoded.iter().find(|(known, _)| *known == class) {
                Some((_, bytes)) => bytes.clone(),
                None => {
                    self.words.clear();
                    let (session, words) = (&connection.session, &mut self.words);
                    let encode = || session.encode(delivery, Relation::Other, words);
                    if catch_unwind(AssertUnwindSafe(encode)).is_err() {
                        self.panicked(slot);
                        continue;
                    }
                    let bytes = Bytes::copy_from_slice(&self.words);
                    encoded.push((class, bytes.clone()));
                    bytes
                }
            };
            if !bytes.is_empty() {
                self.step_out(slot);
                self.connections[slot].queue.push(bytes);
                self.mark(slot);
            }
        }
    }
}
