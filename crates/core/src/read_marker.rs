//! Up to where an account has read each of its conversations: the same for all doors. It only moves forward.
//! Spec: <https://ircv3.net/specs/extensions/read-marker>

use std::collections::BTreeMap;

use compact_str::CompactString;
use minicbor::data::Type;
use minicbor::encode::Write;
use minicbor::{CborLen, Decode, Decoder, Encode, Encoder};

use crate::conversation::Side;
use crate::ids::{Millis, Position, UserId};
use crate::names::{AccountName, ChannelKey};

/// A conversation as one of those in it sees it: a channel, or who the other is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Buffer {
    Channel(ChannelKey),
    With(Side),
}

impl Buffer {
    /// As it is written down: `#rust`, `account:ginette`, `guest:17`.
    pub fn key(&self) -> CompactString {
        match self {
            Self::Channel(channel) => channel.as_str().into(),
            Self::With(side) => side.key().into(),
        }
    }

    fn parse(key: &str) -> Option<Self> {
        if key.starts_with('#') {
            return Some(Self::Channel(ChannelKey::from_folded(key)));
        }
        Side::parse(key).map(Self::With)
    }

    /// A private conversation with an account.
    pub fn with_account(name: &AccountName) -> Self {
        Self::With(Side::Account(name.key()))
    }
}

impl<C> Encode<C> for Buffer {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.key())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Buffer {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::parse(d.str()?).ok_or_else(|| minicbor::decode::Error::message("no conversation"))
    }
}

impl<C> CborLen<C> for Buffer {
    fn cbor_len(&self, ctx: &mut C) -> usize {
        self.key().as_str().cbor_len(ctx)
    }
}

/// Up to where a conversation was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadMarker {
    /// What is at or before it was shown to somebody who wanted to read it, or they left only then.
    pub position: Position,
    /// When that was said.
    pub time: Millis,
    /// What was said until then is read: a client says so, which is how it is known from then on. Leaving says nothing any more.
    pub told: Option<Millis>,
}

impl ReadMarker {
    /// What is read was said until then.
    pub fn until(&self) -> Millis {
        self.told.map_or(self.time, |told| told.max(self.time))
    }

    fn join(&mut self, other: Self) {
        self.position = self.position.max(other.position);
        self.time = self.time.max(other.time);
        self.told = self.told.max(other.told);
    }
}

impl<C> Encode<C> for ReadMarker {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        (self.position, self.time, self.told).encode(e, ctx)
    }
}

/// One that has only a position was written before clients could say what was read.
impl<'b, C> Decode<'b, C> for ReadMarker {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        if d.datatype()? != Type::Array {
            return Ok(Self { position: Position::decode(d, ctx)?, ..Self::default() });
        }
        let (position, time, told) = Decode::decode(d, ctx)?;
        Ok(Self { position, time, told })
    }
}

impl<C> CborLen<C> for ReadMarker {
    fn cbor_len(&self, ctx: &mut C) -> usize {
        (self.position, self.time, self.told).cbor_len(ctx)
    }
}

/// The markers of an account.
pub type ReadMarkers = BTreeMap<Buffer, ReadMarker>;

/// Moves a marker forward, or makes it; of more than `max` the oldest goes.
pub fn advance(markers: &mut ReadMarkers, buffer: &Buffer, to: ReadMarker, max: usize) {
    markers.entry(buffer.clone()).or_default().join(to);
    while markers.len() > max.max(1) {
        let others = markers.iter().filter(|(it, _)| *it != buffer);
        let oldest = others.min_by_key(|(_, at)| (at.until(), at.position)).map(|(it, _)| it.clone());
        markers.remove(&oldest.expect("there is more than one"));
    }
}

/// A conversation is called something else, or the account of its other side is.
pub fn rename(markers: &mut ReadMarkers, from: &Buffer, to: &Buffer) {
    if let Some(marker) = markers.remove(from) {
        markers.entry(to.clone()).or_default().join(marker);
    }
}

/// How a marker moved.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Moved {
    /// Whose sessions are told, at least.
    #[n(0)]
    pub by: UserId,
    /// What the conversation is called.
    #[cbor(n(1), with = "crate::names::compact")]
    pub name: CompactString,
    /// When was said what is at the position.
    #[n(2)]
    pub time: Millis,
    /// Until when a client says that everything was read.
    #[n(3)]
    pub told: Option<Millis>,
    /// How many markers the account keeps.
    #[n(4)]
    pub max: u32,
    /// Who is told besides: others who are logged in to the account.
    #[n(5)]
    pub others: Option<Vec<UserId>>,
}

/// What an account is told of a marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// As the conversation was asked for, or as it is called.
    pub target: CompactString,
    /// Nothing: nothing was read, as far as is known.
    pub until: Option<Millis>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::AccountKey;

    fn channel(name: &str) -> Buffer {
        Buffer::Channel(ChannelKey::from_folded(name))
    }

    fn told(at: u64) -> ReadMarker {
        ReadMarker { told: Some(Millis(at)), ..ReadMarker::default() }
    }

    #[test]
    fn they_only_move_forward() {
        let mut markers = ReadMarkers::new();
        let buffer = channel("#rust");
        for (to, until) in [(told(5), 5), (told(3), 5), (told(8), 8)] {
            advance(&mut markers, &buffer, to, 10);
            assert_eq!(markers[&buffer].until(), Millis(until));
        }
        let shown = ReadMarker { position: Position(3), time: Millis(9), told: None };
        advance(&mut markers, &buffer, shown, 10);
        assert_eq!(markers[&buffer], ReadMarker { told: Some(Millis(8)), ..shown });
        assert_eq!(markers[&buffer].until(), Millis(9));
    }

    #[test]
    fn the_oldest_give_way() {
        let mut markers = ReadMarkers::new();
        for (name, at) in [("#a", 5), ("#b", 3), ("#c", 1)] {
            advance(&mut markers, &channel(name), told(at), 2);
        }
        // What was just said stays, however old it is.
        assert_eq!(markers.keys().cloned().collect::<Vec<_>>(), [channel("#a"), channel("#c")]);
        advance(&mut markers, &channel("#a"), told(6), 0);
        assert_eq!(markers.len(), 1);
    }

    #[test]
    fn what_was_written_is_read() {
        let with = [Side::Guest(UserId(17)), Side::Account(AccountKey::from_folded("ada"))].map(Buffer::With);
        for buffer in with.into_iter().chain([channel("#été")]) {
            let bytes = minicbor::to_vec(&buffer).expect("memory");
            assert_eq!(minicbor::decode::<Buffer>(&bytes).expect("a buffer"), buffer);
        }
        for marker in [told(5), ReadMarker { position: Position(3), time: Millis(9), told: None }] {
            let bytes = minicbor::to_vec(marker).expect("memory");
            assert_eq!(minicbor::decode::<ReadMarker>(&bytes).expect("a marker"), marker);
        }
        let old = minicbor::to_vec(Position(7)).expect("memory");
        let marker = minicbor::decode::<ReadMarker>(&old).expect("a marker");
        assert_eq!(marker, ReadMarker { position: Position(7), ..ReadMarker::default() });
        for bad in ["", "rust", "account", "guest:x", "else:ada"] {
            assert_eq!(Buffer::parse(bad), None, "{bad}");
        }
    }
}
