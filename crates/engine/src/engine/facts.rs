//! Facts: into the log together, then into the state one after the other, and shown.

use std::sync::Arc;

use colvert_core::audience::audience;
use colvert_core::command::{EVENTS_PER_ENTRY, Entry, Needs, Outcome, Step};
use colvert_core::event::{self, Event, Record};
use colvert_core::evolve::evolve;
use colvert_core::ids::{Millis, Position, SessionId};
use colvert_core::refusal::Refusal;
use colvert_core::session::Delivery;
use colvert_log::Failure;

use super::Engine;
use crate::counters::Counters;

impl Engine {
    /// Does what is to be in the log whole, or not at all, however many entries it takes.
    pub(super) fn together<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        let first = self.state.position.plus(1);
        let done = act(self);
        if self.state.position > first {
            self.log.together(first);
        }
        done
    }

    /// Whether the log takes each entry of a decision that makes several now.
    ///
    /// # Errors
    /// What is answered when it does not: then nothing of it is to happen.
    pub(super) fn fits(&mut self, outcome: &Outcome, now: Millis) -> Result<(), Refusal> {
        if !matches!(outcome, Outcome::First(..)) {
            return Ok(());
        }
        let (time, mut entry) = (now.max(self.state.time), Vec::new());
        for steps in outcome.entries() {
            entry.clear();
            event::Entry::write(time, self.generation, of(steps).count(), of(steps), &mut entry);
            if entry.len() > self.log.entry_bytes_max() {
                return Err(self.not_kept(Failure::TooLarge { bytes: entry.len() }));
            }
        }
        Ok(())
    }

    /// Facts that nobody's request made happen: where the log does not take them nothing can go on. Who leaves may leave many
    /// channels, more than one entry holds.
    pub(super) fn happen(&mut self, origin: Option<SessionId>, events: Vec<Event>, now: Millis) {
        self.together(|engine| engine.happen_in_parts(origin, events, now));
    }

    fn happen_in_parts(&mut self, origin: Option<SessionId>, mut events: Vec<Event>, now: Millis) {
        while !events.is_empty() && self.failure.is_none() {
            let rest = events.split_off(events.len().min(EVENTS_PER_ENTRY));
            match self.append(events.len(), events.iter(), now) {
                Ok(places) => self.apply_all(origin, events, places),
                Err(failure) => self.failure = Some(failure),
            }
            events = rest;
        }
    }

    /// Facts that the command line asked for.
    pub(super) fn happen_if_fits(&mut self, events: Vec<Event>, now: Millis) -> Result<(), Refusal> {
        let places = self.append(events.len(), events.iter(), now).map_err(|it| self.not_kept(it))?;
        self.apply_all(None, events, places);
        Ok(())
    }

    fn apply_all(&mut self, origin: Option<SessionId>, events: Vec<Event>, mut places: Places) {
        for event in events {
            self.apply(origin, places.next(event));
        }
    }

    /// What somebody asked for is not in the log, and has not happened. What was only too much at once is refused to them; any other
    /// failure is the end.
    pub(super) fn not_kept(&mut self, failure: Failure) -> Refusal {
        tracing::error!(%failure, "what somebody asked for is not kept");
        if !matches!(failure, Failure::TooLarge { .. }) {
            self.failure = Some(failure);
        }
        Refusal::Internal
    }

    /// Puts `count` events into the log, together, and says where.
    pub(super) fn append<'a>(
        &mut self,
        count: usize,
        events: impl Iterator<Item = &'a Event>,
        now: Millis,
    ) -> Result<Places, Failure> {
        let places = Places {
            next: self.state.position.plus(1),
            time: now.max(self.state.time),
            generation: self.generation,
        };
        if count > 0 {
            self.scratch.clear();
            event::Entry::write(places.time, self.generation, count, events, &mut self.scratch);
            let entry = colvert_log::Entry { first: places.next, count: count as u32, bytes: &self.scratch };
            self.log.append(entry)?;
            Counters::add(&self.counters.entries, 1);
            Counters::add(&self.counters.events, count as u64);
        }
        Ok(places)
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

/// The facts among steps.
pub(super) fn of(steps: &[Step]) -> impl Iterator<Item = &Event> {
    steps.iter().filter_map(|step| match step {
        Step::Event(event) => Some(event),
        _ => None,
    })
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

/// Whether a right is not used without a line in the audit trail, which is in the first entry of what is done.
pub(super) fn is_written_down(entry: &Entry, outcome: &Outcome) -> bool {
    let (Outcome::Done(steps) | Outcome::First(steps, _)) = outcome else { return true };
    let mut facts = steps.iter().filter(|step| matches!(step, Step::Event(_))).peekable();
    let is_act = |step: &Step| matches!(step, Step::Event(Event::Acted(_)));
    !matches!(entry.needs, Needs::Right(_)) || facts.peek().is_none() || facts.any(is_act)
}
