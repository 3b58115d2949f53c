//! Reading a whole segment at start: where its frames end, and whether that is how it should be.

use colvert_core::ids::Position;

use crate::format::{self, FRAME_HEADER_BYTES, Found, HEADER_BYTES, Header, Mark};
use crate::{Corrupt, Damage, Durability};

/// More events than any segment has.
const POSITIONS_PER_SEGMENT_MAX: u64 = 1 << 40;

/// What is in a segment.
pub(super) struct Scan {
    pub(super) header: Header,
    /// Where the valid frames end.
    pub(super) end: usize,
    /// The position after them.
    pub(super) next: Position,
    /// Whatever is not zero after `end` ends here; `end` when there is nothing.
    pub(super) tail_end: usize,
    /// Bytes that some valid frame calls durable.
    pub(super) synced: usize,
    /// The mode of the last process that wrote here.
    pub(super) durability: Durability,
    /// Whether the last frame is the mark of a clean end.
    pub(super) closed: bool,
    /// Where the entries begin that are together, and the last of them is not there.
    pub(super) unfinished: Option<Place>,
}

/// Where an entry is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Where its segment starts.
    pub(super) segment: Position,
    /// Where its frame is in there.
    pub(super) at: usize,
    pub(super) first: Position,
}

impl Scan {
    /// Takes what is unfinished, and begins in this segment, for a torn tail.
    pub(super) fn without_unfinished(self) -> Self {
        let Some(Place { at, first, .. }) = self.unfinished else { return self };
        Self { end: at, next: first, synced: self.synced.min(at), closed: false, unfinished: None, ..self }
    }
}

/// Reads the segment `name`, of content `bytes`, frame by frame. What is unfinished in the segments before it may end here.
pub(super) fn scan(name: &str, bytes: &[u8], unfinished: Option<Place>) -> Result<Scan, Corrupt> {
    let corrupt = |offset: usize, damage| Corrupt { file: name.to_owned(), offset: offset as u64, damage };
    let header = Header::decode(bytes).map_err(|damage| corrupt(0, damage))?;
    if format::first_of(name) != Some(header.first) {
        return Err(corrupt(0, Damage::Name));
    }
    let mut scan = Scan {
        header,
        end: HEADER_BYTES,
        next: header.first,
        tail_end: 0,
        synced: HEADER_BYTES,
        durability: header.durability,
        closed: false,
        unfinished,
    };
    let seed = header.seed();
    while let Found::Frame(frame) = format::find(seed, &bytes[scan.end..]) {
        if frame.entry.first != scan.next {
            return Err(corrupt(scan.end, Damage::Order));
        }
        scan.closed = frame.mark() == Some(Mark::Closed);
        if let Some(Mark::Opened(durability)) = frame.mark() {
            scan.durability = durability;
        }
        if frame.entry.count > 0 {
            let here = Place { segment: header.first, at: scan.end, first: frame.entry.first };
            scan.unfinished = frame.goes_on.then(|| scan.unfinished.unwrap_or(here));
        }
        scan.synced = scan.synced.max(frame.synced as usize);
        scan.next = frame.next();
        scan.end += frame.frame_bytes();
    }
    scan.tail_end = bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1).max(scan.end);
    let claimed = synced_in_tail(seed, &bytes[scan.end..scan.tail_end], scan.next);
    if claimed.max(scan.synced) > scan.end {
        return Err(corrupt(scan.end, Damage::Frame));
    }
    Ok(scan)
}

/// The most that a frame behind the damage calls durable: a frame may start at any byte there.
fn synced_in_tail(seed: u32, tail: &[u8], next: Position) -> usize {
    let mut synced = 0;
    let mut at = 0;
    while at + FRAME_HEADER_BYTES <= tail.len() {
        // Most places are ruled out before a checksum is computed.
        let plausible = format::first_at(&tail[at..])
            .is_some_and(|first| first >= next && first.0 - next.0 <= POSITIONS_PER_SEGMENT_MAX);
        match plausible.then(|| format::find(seed, &tail[at..])) {
            Some(Found::Frame(frame)) => {
                synced = synced.max(frame.synced as usize);
                at += frame.frame_bytes();
            }
            _ => at += 1,
        }
    }
    synced
}
