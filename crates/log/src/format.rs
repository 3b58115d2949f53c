//! The bytes of a segment.
//!
//! ```text
//! header, 64 bytes         frame                            all numbers little-endian
//!  0  magic "colvlog\n"     0  u32 length of the frame, 0 = no more frames
//!  8  u32 format version    4  u32 CRC-32C of the rest and the length, seeded by the segment's header
//! 12  u32 generation        8  u32 count of events, 0 = a mark of the log itself; the highest bit: it goes on
//! 16  u128 log id          12  u32 synced: bytes of this segment known durable when this was written
//! 32  u64 first position   16  u64 first position
//! 40  u64 created, ms      24  payload
//! 48  u8  durability
//! 60  u32 CRC-32C
//! ```
//!
//! The seed makes a frame of another segment invalid here. `synced` tells rot from a torn tail: damage
//! below what a later frame calls durable is not the work of a power cut. A frame *goes on* when its entry is
//! together with the next one: without that it is not there, either.
//!
//! Whatever the version, the header is this long and has magic, version and checksum in these places, so that each version can
//! say which one it has met.

use std::ops::Range;

use colvert_core::ids::{Millis, Position};

use crate::{Damage, Durability, Entry, LogId};

/// Bytes that an entry needs besides its own.
pub const FRAME_HEADER_BYTES: usize = 24;

/// The largest frame.
pub(crate) const FRAME_BYTES_MAX: usize = 1 << 20;

/// The largest entry.
pub const ENTRY_BYTES_MAX: usize = FRAME_BYTES_MAX - FRAME_HEADER_BYTES;

pub(crate) const HEADER_BYTES: usize = 64;
const HEADER_CRC: Range<usize> = 60..64;
/// The bit of the count that says that a frame goes on.
const GOES_ON: u32 = 1 << 31;

const MAGIC: &[u8; 8] = b"colvlog\n";
pub(crate) const VERSION: u32 = 1;

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) log_id: LogId,
    pub(crate) generation: u32,
    pub(crate) first: Position,
    pub(crate) created: Millis,
    /// The mode of the process that began the segment.
    pub(crate) durability: Durability,
}

impl Header {
    pub(crate) fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.generation.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.log_id.0.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.first.0.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.created.0.to_le_bytes());
        bytes[48] = code_of(self.durability);
        let crc = crc32c::crc32c(&bytes[..HEADER_CRC.start]);
        bytes[HEADER_CRC].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The header at the start of `bytes`, or what is wrong with it.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Damage> {
        let bytes = bytes.get(..HEADER_BYTES).ok_or(Damage::Header)?;
        let intact = crc32c::crc32c(&bytes[..HEADER_CRC.start]) == u32_at(bytes, HEADER_CRC.start);
        if !intact || bytes[..8] != *MAGIC {
            return Err(Damage::Header);
        }
        if u32_at(bytes, 8) != VERSION {
            return Err(Damage::Version(u32_at(bytes, 8)));
        }
        Ok(Self {
            generation: u32_at(bytes, 12),
            log_id: LogId(u128::from_le_bytes(bytes[16..32].try_into().expect("sixteen bytes were sliced"))),
            first: Position(u64_at(bytes, 32)),
            created: Millis(u64_at(bytes, 40)),
            durability: durability_of(bytes[48]).ok_or(Damage::Header)?,
        })
    }

    /// What the checksum of each frame in this segment starts from.
    pub(crate) fn seed(&self) -> u32 {
        u32_at(&self.encode(), HEADER_CRC.start)
    }
}

/// A note of the log itself; it has no events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A process starts to write here. Without a `Closed` after it, it did not end well.
    Opened(Durability),
    /// A process has ended here; all before is durable.
    Closed,
}

impl Mark {
    const CLOSED: u8 = 2;
    pub(crate) const FRAME_BYTES: usize = FRAME_HEADER_BYTES + 1;

    pub(crate) fn encode(self) -> u8 {
        match self {
            Self::Opened(durability) => code_of(durability),
            Self::Closed => Self::CLOSED,
        }
    }

    fn decode(payload: &[u8]) -> Option<Self> {
        match *payload {
            [Self::CLOSED] => Some(Self::Closed),
            [code] => durability_of(code).map(Self::Opened),
            _ => None,
        }
    }
}

/// One frame as it is in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) synced: u32,
    pub(crate) entry: Entry<'a>,
    /// It is there if the next entry is, too.
    pub(crate) goes_on: bool,
}

impl Frame<'_> {
    /// Its length in the segment.
    pub(crate) fn frame_bytes(&self) -> usize {
        FRAME_HEADER_BYTES + self.entry.bytes.len()
    }

    /// The position after it.
    pub(crate) fn next(&self) -> Position {
        self.entry.first.plus(u64::from(self.entry.count))
    }

    /// What the log notes by it; `None` when it is an entry.
    pub(crate) fn mark(&self) -> Option<Mark> {
        if self.entry.count == 0 { Mark::decode(self.entry.bytes) } else { None }
    }

    pub(crate) fn encode(&self, seed: u32, to: &mut Vec<u8>) {
        debug_assert!(self.entry.count < GOES_ON, "an entry has fewer events than bytes");
        let start = to.len();
        to.extend_from_slice(&(self.frame_bytes() as u32).to_le_bytes());
        to.extend_from_slice(&[0; 4]);
        let count = if self.goes_on { self.entry.count | GOES_ON } else { self.entry.count };
        to.extend_from_slice(&count.to_le_bytes());
        to.extend_from_slice(&self.synced.to_le_bytes());
        to.extend_from_slice(&self.entry.first.0.to_le_bytes());
        to.extend_from_slice(self.entry.bytes);
        let crc = checksum(seed, &to[start..]);
        to[start + 4..start + 8].copy_from_slice(&crc.to_le_bytes());
    }
}

/// What is at a place in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// No more frames.
    End,
    /// `bytes` is too short to tell.
    Incomplete,
    /// Not a frame of this segment.
    Invalid,
    Frame(Frame<'a>),
}

/// Looks for a frame at the start of `bytes`.
pub(crate) fn find(seed: u32, bytes: &[u8]) -> Found<'_> {
    if bytes.len() < 4 {
        return Found::Incomplete;
    }
    let len = u32_at(bytes, 0) as usize;
    if len == 0 {
        return Found::End;
    }
    if !(FRAME_HEADER_BYTES..=FRAME_BYTES_MAX).contains(&len) {
        return Found::Invalid;
    }
    let Some(frame) = bytes.get(..len) else { return Found::Incomplete };
    if checksum(seed, frame) != u32_at(frame, 4) {
        return Found::Invalid;
    }
    let (first, counted) = (Position(u64_at(frame, 16)), u32_at(frame, 8));
    let (count, goes_on) = (counted & !GOES_ON, counted & GOES_ON != 0);
    let payload = &frame[FRAME_HEADER_BYTES..];
    let is_mark = !goes_on && Mark::decode(payload).is_some();
    if first.0.checked_add(u64::from(count)).is_none() || (count == 0 && !is_mark) {
        return Found::Invalid;
    }
    Found::Frame(Frame { synced: u32_at(frame, 12), entry: Entry { first, count, bytes: payload }, goes_on })
}

/// The position that a frame at the start of `bytes` would have.
pub(crate) fn first_at(bytes: &[u8]) -> Option<Position> {
    (bytes.len() >= FRAME_HEADER_BYTES).then(|| Position(u64_at(bytes, 16)))
}

const NAME_START: &str = "log-";
const NAME_END: &str = ".seg";

/// The file of the next segment while it has no position yet.
pub(crate) const SPARE: &str = "spare.seg";

/// The file of the segment that starts at `first`.
pub(crate) fn file_name(first: Position) -> String {
    format!("{NAME_START}{:020}{NAME_END}", first.0)
}

/// Where the segment of that name starts; `None` when it is no name of a segment.
pub(crate) fn first_of(name: &str) -> Option<Position> {
    let first = Position(name.strip_prefix(NAME_START)?.strip_suffix(NAME_END)?.parse().ok()?);
    (file_name(first) == name).then_some(first)
}

fn checksum(seed: u32, frame: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c_append(seed, &frame[..4]), &frame[8..])
}

fn code_of(durability: Durability) -> u8 {
    match durability {
        Durability::Commit => 0,
        Durability::Relaxed => 1,
    }
}

fn durability_of(code: u8) -> Option<Durability> {
    match code {
        0 => Some(Durability::Commit),
        1 => Some(Durability::Relaxed),
        _ => None,
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes were sliced"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes were sliced"))
}

#[cfg(test)]
mod tests;
