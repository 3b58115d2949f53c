//! Reading the log in order, also while it is being written.
//!
//! The caller says up to where it may read, which is what keeps a reader away from bytes that are just
//! being written: at start what was recovered, later what is durable.

use std::sync::Arc;

use colvert_core::ids::Position;
use colvert_disk::{Disk, File, Open};

use crate::format::{self, FRAME_BYTES_MAX, Found, HEADER_BYTES, Header};
use crate::{Corrupt, Damage, Entry, LogId, ReadError};

/// Bytes per read.
const READ_BYTES: usize = 64 * 1024;

/// The segment that is being read.
struct Segment {
    name: String,
    file: Box<dyn File>,
    header: Header,
    seed: u32,
    /// Length of the file, which does not change.
    capacity: u64,
}

/// Gives the entries of a log in order.
pub struct Reader {
    disk: Arc<dyn Disk>,
    segment: Segment,
    /// Bytes of the segment, read at an earlier time; what was zero then need not be now.
    buffer: Vec<u8>,
    /// Where in the buffer the next frame starts.
    at: usize,
    /// Where in the segment the buffer starts.
    offset: u64,
    /// The position of the next frame.
    next: Position,
    /// Entries that end before are skipped.
    from: Position,
}

/// Where in the buffer an entry is.
struct Place {
    first: Position,
    count: u32,
    start: usize,
    end: usize,
}

impl Reader {
    /// Reads from the entry that has position `from` on, which may not exist yet.
    ///
    /// # Errors
    /// [`ReadError::Removed`] when `from` is no longer there.
    pub fn open(disk: Arc<dyn Disk>, from: Position) -> Result<Self, ReadError> {
        let firsts = firsts(&*disk)?;
        let oldest = *firsts.first().ok_or(ReadError::NoLog)?;
        let Some(&first) = firsts.iter().rev().find(|&&first| first <= from) else {
            return Err(ReadError::Removed { wanted: from, oldest });
        };
        let segment = open_segment(&*disk, first, None)?;
        let offset = HEADER_BYTES as u64;
        Ok(Self { disk, segment, buffer: Vec::new(), at: 0, offset, next: first, from })
    }

    /// The next entry, unless it is above `up_to`, which must be a position that the log calls durable or
    /// written, or has recovered.
    ///
    /// # Errors
    /// The disk failed, the entry is damaged, or it was removed before it was read.
    pub fn next(&mut self, up_to: Position) -> Result<Option<Entry<'_>>, ReadError> {
        while self.next <= up_to {
            let Some(place) = self.take_frame()? else { continue };
            if place.count > 0 && self.next > self.from {
                let Place { first, count, start, end } = place;
                return Ok(Some(Entry { first, count, bytes: &self.buffer[start..end] }));
            }
        }
        Ok(None)
    }

    /// Where the next entry starts.
    pub fn position(&self) -> Position {
        self.next.max(self.from)
    }

    /// The generation of the entry that was read last.
    pub fn generation(&self) -> u32 {
        self.segment.header.generation
    }

    /// Which log this is.
    pub fn log_id(&self) -> LogId {
        self.segment.header.log_id
    }

    /// Takes one frame, or goes to the next segment.
    fn take_frame(&mut self) -> Result<Option<Place>, ReadError> {
        // The buffer may be older than the frame, or end in the middle of it.
        for wanted in [0, READ_BYTES, FRAME_BYTES_MAX] {
            if wanted > 0 {
                self.refill(wanted)?;
            }
            match format::find(self.segment.seed, &self.buffer[self.at..]) {
                Found::Frame(frame) if frame.entry.first == self.next => {
                    let (bytes, entry, next) = (frame.frame_bytes(), frame.entry, frame.next());
                    let (first, count, len) = (entry.first, entry.count, entry.bytes.len());
                    self.at += bytes;
                    self.next = next;
                    return Ok(Some(Place { first, count, start: self.at - len, end: self.at }));
                }
                Found::Frame(_) => return Err(self.corrupt(Damage::Order).into()),
                Found::End if wanted > 0 => break,
                Found::Invalid if wanted > 0 => return Err(self.corrupt(Damage::Frame).into()),
                Found::End | Found::Invalid | Found::Incomplete => {}
            }
        }
        self.next_segment()?;
        Ok(None)
    }

    /// Reads from the next frame on.
    fn refill(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.offset += self.at as u64;
        self.at = 0;
        let rest = self.segment.capacity.saturating_sub(self.offset);
        self.buffer.resize(rest.min(bytes as u64) as usize, 0);
        let name = &self.segment.name;
        let n = self.segment.file.read_full_at(&mut self.buffer, self.offset).map_err(ReadError::io(name))?;
        self.buffer.truncate(n);
        Ok(())
    }

    fn next_segment(&mut self) -> Result<(), ReadError> {
        // What is left is too short for a frame, or there is none; only zeroes may be here.
        let at_end = self.buffer[self.at..].iter().take(format::FRAME_HEADER_BYTES).all(|&b| b == 0);
        if !at_end {
            return Err(self.corrupt(Damage::Frame).into());
        }
        let firsts = firsts(&*self.disk)?;
        if !firsts.contains(&self.next) {
            // A segment goes after all before it, so when this one is there, the next was not removed.
            let is_here = firsts.contains(&self.segment.header.first);
            return Err(match firsts.into_iter().find(|&first| first > self.next) {
                Some(oldest) if !is_here => ReadError::Removed { wanted: self.next, oldest },
                _ => self.corrupt(Damage::Gap).into(),
            });
        }
        let was = self.segment.header;
        self.segment = open_segment(&*self.disk, self.next, Some(was.log_id))?;
        if self.segment.header == was {
            return Err(self.corrupt(Damage::Gap).into());
        }
        self.buffer.clear();
        (self.at, self.offset) = (0, HEADER_BYTES as u64);
        Ok(())
    }

    fn corrupt(&self, damage: Damage) -> Corrupt {
        Corrupt { file: self.segment.name.clone(), offset: self.offset + self.at as u64, damage }
    }
}

/// Where the segments start, in order.
fn firsts(disk: &dyn Disk) -> Result<Vec<Position>, ReadError> {
    let names = disk.list().map_err(ReadError::io(""))?;
    Ok(names.iter().filter_map(|name| format::first_of(name)).collect())
}

fn open_segment(disk: &dyn Disk, first: Position, log_id: Option<LogId>) -> Result<Segment, ReadError> {
    let name = format::file_name(first);
    let file = disk.open(&name, Open::Read).map_err(ReadError::io(&name))?;
    let mut bytes = [0; HEADER_BYTES];
    file.read_full_at(&mut bytes, 0).map_err(ReadError::io(&name))?;
    let corrupt = |damage| Corrupt { file: name.clone(), offset: 0, damage };
    let header = Header::decode(&bytes).map_err(corrupt)?;
    if header.first != first {
        return Err(corrupt(Damage::Name).into());
    }
    if log_id.is_some_and(|id| id != header.log_id) {
        return Err(corrupt(Damage::Foreign).into());
    }
    let capacity = file.len().map_err(ReadError::io(&name))?;
    Ok(Segment { name, file, header, seed: header.seed(), capacity })
}

#[cfg(test)]
mod tests;
