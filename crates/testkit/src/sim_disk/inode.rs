//! The content of one file: as readers see it, as the medium has it, and what is between the two.

use super::chance::Chance;

/// What a disk writes as one piece at best.
const SECTOR_BYTES: usize = 512;

/// A change that no sync has covered yet.
#[derive(Clone, Debug)]
enum Change {
    Write {
        offset: usize,
        bytes: Vec<u8>,
    },
    /// Cut or extended to this length.
    SetLen(usize),
    /// Extended to at least this length.
    Extend(usize),
}

/// What a crash does to the unsynced writes of one file.
#[derive(Clone, Copy)]
enum Luck {
    AllKept,
    AllLost,
    EachOnItsOwn,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Inode {
    pub(super) cache: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Change>,
}

impl Inode {
    /// A file that has been durable for long.
    pub(super) fn settled(bytes: Vec<u8>) -> Self {
        Self { cache: bytes.clone(), durable: bytes, unsynced: Vec::new() }
    }

    pub(super) fn read(&self, buf: &mut [u8], offset: u64) -> usize {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.cache.len());
        let n = buf.len().min(self.cache.len() - from);
        buf[..n].copy_from_slice(&self.cache[from..from + n]);
        n
    }

    pub(super) fn write(&mut self, bytes: &[u8], offset: usize) {
        self.change(Change::Write { offset, bytes: bytes.to_vec() });
    }

    pub(super) fn set_len(&mut self, len: usize) {
        self.change(Change::SetLen(len));
    }

    pub(super) fn extend(&mut self, len: usize) {
        self.change(Change::Extend(len));
    }

    pub(super) fn sync(&mut self) {
        for change in std::mem::take(&mut self.unsynced) {
            change.apply(&mut self.durable);
        }
    }

    /// A sync that fails: some of the changes reach the medium, and the others are no longer waiting to.
    pub(super) fn sync_failing(&mut self, chance: &mut Chance) {
        self.durable = self.after_crash(chance);
        self.unsynced.clear();
    }

    pub(super) fn rot(&mut self, at: usize, mask: u8) {
        self.cache[at] ^= mask;
        if let Some(byte) = self.durable.get_mut(at) {
            *byte ^= mask;
        }
    }

    /// What the medium has after a crash now.
    pub(super) fn after_crash(&self, chance: &mut Chance) -> Vec<u8> {
        let luck = match chance.below(6) {
            0 => Luck::AllKept,
            1 => Luck::AllLost,
            _ => Luck::EachOnItsOwn,
        };
        let lengths = self.unsynced.iter().filter(|c| !matches!(c, Change::Write { .. })).count();
        let mut lengths_kept = match luck {
            Luck::AllKept => lengths,
            Luck::AllLost => 0,
            Luck::EachOnItsOwn => chance.below(lengths + 1),
        };
        let mut bytes = self.durable.clone();
        for change in &self.unsynced {
            match (change, luck) {
                (Change::Write { offset, bytes: written }, Luck::EachOnItsOwn) => {
                    write_partly(&mut bytes, *offset, written, chance);
                }
                (Change::Write { .. }, Luck::AllKept) => change.apply(&mut bytes),
                (Change::Write { .. }, Luck::AllLost) => {}
                (_, _) if lengths_kept > 0 => {
                    lengths_kept -= 1;
                    change.apply(&mut bytes);
                }
                (_, _) => {}
            }
        }
        bytes
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.cache);
        self.unsynced.push(change);
    }
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => write_into(to, *offset, bytes),
            Self::SetLen(len) => set_len(to, *len),
            Self::Extend(len) => set_len(to, to.len().max(*len)),
        }
    }
}

/// Ends the bytes there, or fills up with zeros. Zeros come from the allocator all at once: `resize` writes them one by one when
/// nothing is optimised, and the segments of a log are a mebibyte each.
fn set_len(to: &mut Vec<u8>, len: usize) {
    match len.checked_sub(to.len()) {
        None => to.truncate(len),
        Some(_) if to.is_empty() => *to = vec![0; len],
        Some(more) => to.extend_from_slice(&vec![0; more]),
    }
}

fn write_into(to: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    let end = offset + bytes.len();
    if to.len() < end {
        set_len(to, end);
    }
    to[offset..end].copy_from_slice(bytes);
}

/// Kept, lost, torn at a byte, or kept in some sectors.
fn write_partly(to: &mut Vec<u8>, offset: usize, bytes: &[u8], chance: &mut Chance) {
    match chance.below(6) {
        0 | 1 => write_into(to, offset, bytes),
        2 => {
            // The length may be kept although the bytes are not.
            if chance.coin() && to.len() < offset + bytes.len() {
                set_len(to, offset + bytes.len());
            }
        }
        3 => write_into(to, offset, &bytes[..chance.below(bytes.len() + 1)]),
        4 => {
            let from = chance.below(bytes.len() + 1);
            write_into(to, offset + from, &bytes[from..]);
        }
        _ => {
            let mut at = 0;
            while at < bytes.len() {
                let sector_end = (offset + at) / SECTOR_BYTES * SECTOR_BYTES + SECTOR_BYTES - offset;
                let end = sector_end.min(bytes.len());
                if chance.coin() {
                    write_into(to, offset + at, &bytes[at..end]);
                }
                at = end;
            }
        }
    }
}
