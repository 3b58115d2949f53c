//! Facts: into the log together, then into the state one after the other, and shown.

use std::sync::Arc;

use colvert_core::audience::audience;
use colvert_core::command::{Entry, Needs, Step};
use colvert_core::event::{self, Event, Record};
use colvert_core::evolve::evolve;
use colvert_core::ids::{Millis, Position, SessionId};
use colvert_core::session::Delivery;

use super::Engine;
use crate::counters::Counters;

impl Engine {
    /// Facts that nobody's request made happen.
    pub(super) fn happen(&mut self, origin: Option<SessionId>, events: Vec<Event>, now: Millis) {
        if let Some(mut places) = self.append(events.len(), events.iter(), now) {
            for event in events {
                self.apply(origin, places.next(event));
            }
        }
    }

    /// Puts `count` events into the log, together, and says where. Nothing: the log has failed.
    pub(super) fn append<'a>(
        &mut self,
        count: usize,
        events: impl Iterator<Item = &'a Event>,
        now: Millis,
    ) -> Option<Places> {
        let places = Places {
            next: self.state.position.plus(1),
            time: now.max(self.state.time),
            generation: self.generation,
        };
        if count > 0 {
            self.scratch.clear();
            event::Entry::write(places.time, self.generation, count, events, &mut self.scratch);
            let entry = colvert_log::Entry { first: places.next, count: count as u32, bytes: &self.scratch };
            if let Err(failure) = self.log.append(entry) {
                self.failure = Some(failure);
                return None;
            }
            Counters::add(&self.counters.entries, 1);
            Counters::add(&self.counters.events, count as u64);
        }
        Some(places)
    }

    /// A record is large: it is put where its readers find it, and moved no more.
    pub(super) fn apply(&mut self, origin: Option<SessionId>, record: Record) {
        let audience = audience(&record.event);
        let own = origin.filter(|session| self.is_their_own(*session, &record.event));
        let delivery = Arc::new(Delivery { record, audience, origin: own, stored: true });
        self.before(&delivery.record);
        evolve(&mut self.state, &delivery.record);
        self.after(origin, delivery);
    }
}

/// Where the events of one entry are.
pub(super) struct Places {
    next: Position,
    time: Millis,
    generation: u32,
}

impl Places {
    /// Where `count` events end; with none, where the one before is.
    pub(super) fn end(&self, count: usize) -> Position {
        Position(self.next.0 + count as u64 - 1)
    }

    /// The next event in its place.
    pub(super) fn next(&mut self, event: Event) -> Record {
        let position = self.next;
        self.next = position.plus(1);
        Record { position, time: self.time, generation: self.generation, event }
    }
}

/// Whether a right is not used without a line in the audit trail.
pub(super) fn is_written_down(entry: &Entry, steps: &[Step]) -> bool {
    let mut facts = steps.iter().filter(|step| matches!(step, Step::Event(_))).peekable();
    let is_act = |step: &Step| matches!(step, Step::Event(Event::Acted(_)));
    !matches!(entry.needs, Needs::Right(_)) || facts.peek().is_none() || facts.any(is_act)
}
