//! What is said in channels: worded once a turn for each kind of reader, whoever reads it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use colvert_core::ids::ChannelId;
use colvert_core::session::{Delivery, Relation};

use super::Gateway;
use super::deliver::FEW;
use crate::connection::{Connection, Life};
use crate::counters::Counters;
use crate::index::Slot;
use crate::runs::{BlockId, Kind, Run};

impl Gateway {
    /// Shows an event to all members of a channel.
    pub(super) fn tell_channel(&mut self, channel: ChannelId, delivery: &Delivery) {
        self.step_out_as_one_of_theirs(channel, delivery);
        let run = match self.runs.take(channel) {
            Some(run) if self.goes_on(&run) => run,
            _ => {
                let audience = self.expand(delivery);
                if audience.len() <= FEW {
                    self.show(delivery, &audience);
                    self.audience = audience;
                    return;
                }
                let run = self.runs.begin(&audience);
                self.audience = audience;
                run
            }
        };
        self.lengthen(channel, run, delivery);
    }

    /// Whoever sees the event as their own follows no longer.
    fn step_out_as_one_of_theirs(&mut self, channel: ChannelId, delivery: &Delivery) {
        let mut slots: Vec<Slot> =
            delivery.origin.and_then(|session| self.slot_of(session)).into_iter().collect();
        if let Some(subject) = delivery.record.event.subject() {
            slots.extend(self.index.slots_of(subject));
        }
        for slot in slots {
            let part = self.connections.get(slot).and_then(|connection| connection.following);
            if part.is_some_and(|part| self.runs.channel_of(part) == channel) {
                self.step_out(slot);
            }
        }
    }

    /// Whether those whose sessions word a run's lines still can.
    fn goes_on(&self, run: &Run) -> bool {
        self.runs.kinds(run).all(|(_, voice, kind)| {
            self.connections.get(voice).is_some_and(|connection| kind_of(connection) == kind)
        })
    }

    /// Puts a line at the end of a run, and lets those outside follow from it on.
    fn lengthen(&mut self, channel: ChannelId, mut run: Run, delivery: &Delivery) {
        Counters::add(&self.counters.deliveries, run.members);
        let blocks: Vec<_> = self.runs.kinds(&run).collect();
        for (block, voice, _) in blocks {
            match self.words_of(block, voice, delivery) {
                true => self.runs.append(block, &self.words),
                false => run.drop_block(block),
            }
        }
        let subject = delivery.record.event.subject();
        for slot in std::mem::take(&mut run.outside) {
            let Some(connection) = self.connections.get(slot) else { continue };
            if matches!(connection.life, Life::Lingering | Life::Closing) {
                continue;
            }
            if delivery.origin == Some(connection.id) {
                self.with_session(slot, |session, out| session.encode_origin(delivery, out));
                run.outside.push(slot);
                continue;
            }
            if subject.is_some() && connection.user == subject {
                self.with_session(slot, |session, out| session.encode_own(delivery, out));
                run.outside.push(slot);
                continue;
            }
            self.step_out(slot);
            let kind = kind_of(&self.connections[slot]);
            if self.runs.part(&run, kind).is_none() {
                if !self.word(slot, delivery) {
                    continue;
                }
                self.runs.add(channel, &mut run, (slot, kind), &self.words);
            }
            self.connections[slot].following = self.runs.part(&run, kind);
            self.mark(slot);
        }
        self.runs.put_back(channel, run);
    }

    /// Words an event for a block: by its voice, or who follows it if that panics. False: nobody is left.
    fn words_of(&mut self, block: BlockId, voice: Slot, delivery: &Delivery) -> bool {
        let mut voice = Some(voice);
        while let Some(slot) = voice {
            if self.word(slot, delivery) {
                return true;
            }
            let follows =
                |connection: &Connection| connection.following.is_some_and(|part| part.block == block);
            voice = self.connections.iter().find(|(_, it)| follows(it)).map(|(slot, _)| slot);
        }
        false
    }

    /// Words an event as others see it, into `words`. False: the session panicked, and is closed.
    fn word(&mut self, voice: Slot, delivery: &Delivery) -> bool {
        self.words.clear();
        let Some(connection) = self.connections.get(voice) else { return false };
        let (session, words) = (&connection.session, &mut self.words);
        let encode = || session.encode(delivery, Relation::Other, words);
        let went_well = catch_unwind(AssertUnwindSafe(encode)).is_ok();
        if !went_well {
            self.panicked(voice);
        }
        went_well
    }

    /// Whoever is to be shown something else first takes what they have followed with them.
    pub(super) fn step_out(&mut self, slot: Slot) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        if let Some(part) = connection.following.take() {
            self.runs.step_out(slot, part, &mut connection.queue);
        }
    }
}

fn kind_of(connection: &Connection) -> Kind {
    (connection.door, connection.session.class())
}
