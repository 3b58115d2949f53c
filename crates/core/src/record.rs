//! Events in their places: what the log keeps, and what archive and gateways are given.

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode, Encoder};

use crate::event::Event;
use crate::ids::{Millis, Position};

/// An event in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub position: Position,
    /// When it was ordered. Never goes backwards.
    pub time: Millis,
    /// Which life of the log it was ordered in.
    pub generation: u32,
    pub event: Event,
}

impl Record {
    /// The message id, unique in the network's life: generation and position.
    /// Spec: <https://ircv3.net/specs/extensions/message-ids>
    pub fn msgid(&self) -> CompactString {
        msgid(self.generation, self.position)
    }
}

/// The id of the message that stands there.
pub fn msgid(generation: u32, position: Position) -> CompactString {
    compact_str::format_compact!("{generation:x}-{:x}", position.0)
}

/// What one decision made: events that happen together or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct Entry {
    #[n(0)]
    pub time: Millis,
    #[n(1)]
    pub generation: u32,
    #[n(2)]
    pub events: Vec<Event>,
}

impl Entry {
    /// The bytes that go into the log.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        Self::write(self.time, self.generation, self.events.len(), self.events.iter(), &mut bytes);
        bytes
    }

    /// Appends the bytes of an entry of these events, of which there are `count`.
    pub fn write<'a>(
        time: Millis,
        generation: u32,
        count: usize,
        mut events: impl Iterator<Item = &'a Event>,
        into: &mut Vec<u8>,
    ) {
        let mut encoder = Encoder::new(into);
        let begun = encoder.array(3).and_then(|e| e.encode(time)?.encode(generation)?.array(count as u64));
        begun
            .and_then(|e| events.try_for_each(|event| e.encode(event).map(drop)))
            .expect("writing to memory does not fail");
    }

    /// # Errors
    /// When the bytes are no entry, or one of a newer version with events unknown here.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, minicbor::decode::Error> {
        minicbor::decode(bytes)
    }

    /// The events with their places, the first at `first`.
    pub fn records(self, first: Position) -> impl Iterator<Item = Record> {
        let (time, generation) = (self.time, self.generation);
        self.events.into_iter().zip(0..).map(move |(event, i)| Record {
            position: first.plus(i),
            time,
            generation,
            event,
        })
    }
}
