//! Entries that are ordered and not yet written.

use colvert_core::ids::Position;

use crate::{Entry, FRAME_HEADER_BYTES, Part};

struct Bounds {
    first: Position,
    count: u32,
    len: u32,
    goes_on: bool,
}

/// A queue of entries in two allocations, kept for the next group when it is cleared.
#[derive(Default)]
pub(crate) struct Waiting {
    bytes: Vec<u8>,
    bounds: Vec<Bounds>,
}

impl Waiting {
    /// What is kept allocated between groups; a burst gives its memory back.
    const KEPT_BYTES: usize = 1 << 20;

    /// Adds an entry, which is at most [`crate::ENTRY_BYTES_MAX`] long.
    pub(crate) fn push(&mut self, entry: Entry<'_>) {
        let len = entry.bytes.len() as u32;
        self.bytes.extend_from_slice(entry.bytes);
        self.bounds.push(Bounds { first: entry.first, count: entry.count, len, goes_on: false });
    }

    /// All entries from `first` on are there together, or none.
    pub(crate) fn together(&mut self, first: Position) {
        let before_the_last = self.bounds.iter_mut().rev().skip(1);
        before_the_last.take_while(|b| b.first >= first).for_each(|b| b.goes_on = true);
    }

    /// Takes all entries of another queue, behind its own. Mostly it has none: then they change places.
    pub(crate) fn append(&mut self, other: &mut Self) {
        if self.is_empty() {
            std::mem::swap(self, other);
        } else {
            self.bytes.extend_from_slice(&other.bytes);
            self.bounds.append(&mut other.bounds);
        }
        other.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// Bytes that the entries take as frames.
    pub(crate) fn frame_bytes(&self) -> u64 {
        (self.bytes.len() + self.bounds.len() * FRAME_HEADER_BYTES) as u64
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let mut rest = &self.bytes[..];
        self.bounds.iter().map(move |b| {
            let (bytes, after) = rest.split_at(b.len as usize);
            rest = after;
            Part { entry: Entry { first: b.first, count: b.count, bytes }, goes_on: b.goes_on }
        })
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.bounds.clear();
        self.bytes.shrink_to(Self::KEPT_BYTES);
        self.bounds.shrink_to(Self::KEPT_BYTES / size_of::<Bounds>());
    }
}
