//! The log as files: synchronous, no thread, no clock.
//!
//! The order of steps that recovery relies on:
//! - a segment gets its name after everything in the segments before it is durable, so only the last
//!   segment can have a torn tail;
//! - its header is durable before it gets its name, and its name is durable before its first frame is
//!   written, so a named segment always has a valid header;
//! - the bytes after the last frame are zero before a frame is written, so no frame of an earlier life
//!   can follow a new one.
//!
//! Of entries that are together, those without the rest are not there: no position counts them, and the next start cuts them
//! like a torn tail. As they may be in several segments, whole segments may go then, the newest first.
//!
//! A sync may go on beside writing ([`Segments::unsynced`]); the end of a segment waits for it.

mod options;
mod recover;
mod scan;
mod sync;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use colvert_core::ids::{Millis, Position};
use colvert_disk::{Disk, File, Open};

use crate::format::{self, FRAME_HEADER_BYTES, Frame, HEADER_BYTES, Header, Mark};
use crate::{Counters, During, Entry, Failure, LogId, Positions};
pub use options::{NewLog, Options, Restart};
use sync::SegmentFile;
pub use sync::Unsynced;

/// An entry on its way into the log, and whether it is there only if the next one is, too.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub entry: Entry<'a>,
    pub goes_on: bool,
}

impl<'a> From<Entry<'a>> for Part<'a> {
    fn from(entry: Entry<'a>) -> Self {
        Self { entry, goes_on: false }
    }
}

/// What opening a log found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// The oldest position that is still there; `next` when there is none.
    pub first: Position,
    /// Where the next entry starts.
    pub next: Position,
    /// Bytes cut at the end of the last segment: a torn tail, and entries whose rest is not there. None of them was durable.
    pub cut_bytes: u64,
    /// The generation from now on.
    pub generation: u32,
    /// Which log it is.
    pub log_id: LogId,
    /// Whether the last process ended well, or there was none.
    pub clean: bool,
}

/// The segment that is written.
struct Current {
    file: Arc<SegmentFile>,
    header: Header,
    seed: u32,
    /// Length of the file: all of it is allocated.
    capacity: u64,
    /// Where the next frame goes.
    at: u64,
    /// What is before is durable, and will not be cut.
    synced: u64,
    /// What is before does not go on behind it.
    whole: u64,
    /// When its first entry came, or for what an earlier process wrote, when it was created.
    aging_since: Millis,
}

/// A log in files.
pub struct Segments {
    disk: Arc<dyn Disk>,
    options: Options,
    generation: u32,
    /// Where the segments before the current one start, oldest first.
    sealed: VecDeque<Position>,
    current: Current,
    /// Capacity of the allocated file that becomes the next segment.
    spare: Option<(Box<dyn File>, u64)>,
    positions: Positions,
    /// The last of what was ordered that does not go on.
    whole: Position,
    /// Frames on their way into the current segment.
    buffer: Vec<u8>,
    failed: Option<Failure>,
    counters: Arc<Counters>,
}

impl Segments {
    /// Writes a group of entries with one write per segment. `now` is the age of what it begins.
    ///
    /// # Errors
    /// The log has failed, now or before; it takes nothing more.
    pub fn append<'a>(
        &mut self,
        now: Millis,
        group: impl IntoIterator<Item = impl Into<Part<'a>>>,
    ) -> Result<(), Failure> {
        self.usable()?;
        self.roll_if_aged(now)?;
        for part in group {
            let Part { entry, goes_on } = part.into();
            if let Err(e) = check(self.positions.ordered, &entry, self.options.entry_bytes_max()) {
                return Err(self.fail(e));
            }
            self.put(now, entry, goes_on)?;
            if entry.first == self.current.header.first {
                self.current.aging_since = now;
            }
            self.positions.ordered = entry.last();
            if !goes_on {
                self.whole = entry.last();
            }
            Counters::add(&self.counters.entries, 1);
        }
        Counters::add(&self.counters.groups, 1);
        self.write_buffer()
    }

    /// Makes everything that was appended durable.
    ///
    /// # Errors
    /// The log has failed, now or before.
    pub fn sync(&mut self) -> Result<(), Failure> {
        self.usable()?;
        let Some(unsynced) = self.unsynced() else { return Ok(()) };
        let result = unsynced.sync();
        self.synced(&unsynced, result)
    }

    /// What is written and not durable, to be synced while more is written.
    pub fn unsynced(&self) -> Option<Unsynced> {
        let Current { file, at, synced, whole, .. } = &self.current;
        (synced != at).then(|| Unsynced { file: file.clone(), end: *whole, last: self.positions.written })
    }

    /// Takes note of how a sync ended. It may have been overtaken by another one, or by the next segment.
    ///
    /// # Errors
    /// It failed, or the log has failed before.
    pub fn synced(&mut self, unsynced: &Unsynced, result: Result<(), Failure>) -> Result<(), Failure> {
        self.usable()?;
        result.map_err(|failure| self.fail(failure))?;
        Counters::add(&self.counters.syncs, 1);
        if Arc::ptr_eq(&self.current.file, &unsynced.file) {
            self.current.synced = self.current.synced.max(unsynced.end);
        }
        self.positions.durable = self.positions.durable.max(unsynced.last);
        Ok(())
    }

    /// Makes everything durable and notes that the end was clean.
    ///
    /// # Errors
    /// The log has failed, now or before.
    pub fn close(&mut self, now: Millis) -> Result<(), Failure> {
        self.sync()?;
        self.put_mark(now, Mark::Closed)?;
        self.sync()
    }

    /// Does what is due: prepares the spare segment, ends a segment that is too old.
    ///
    /// # Errors
    /// The log has failed, now or before. A spare that finds no space is no error; it shows in
    /// [`Segments::room`].
    pub fn tick(&mut self, now: Millis) -> Result<(), Failure> {
        self.usable()?;
        self.prepare_spare();
        self.roll_if_aged(now)?;
        self.prepare_spare();
        Ok(())
    }

    /// Removes whole segments of entries below `position`, and says how many. Never the current one.
    ///
    /// # Errors
    /// A segment could not be removed; the log can go on.
    pub fn remove_below(&mut self, position: Position) -> io::Result<usize> {
        let mut removed = 0;
        while self.remove_oldest_below(position)? {
            removed += 1;
        }
        Ok(removed)
    }

    /// Removes the oldest segment if all its entries are below `position`, and says whether it was so. Never the current one.
    ///
    /// # Errors
    /// It could not be removed; the log can go on.
    pub fn remove_oldest_below(&mut self, position: Position) -> io::Result<bool> {
        let Some(&oldest) = self.sealed.front() else { return Ok(false) };
        let next = self.sealed.get(1).copied().unwrap_or(self.current.header.first);
        if next > position {
            return Ok(false);
        }
        // Oldest first, so that a crash in between leaves no gap.
        match self.disk.remove(&format::file_name(oldest)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => self.sealed.pop_front(),
        };
        Ok(true)
    }

    /// Bytes of frames that will certainly find space. Ending a segment by its age can lower it to that
    /// of one segment.
    pub fn room(&self) -> u64 {
        let rest = self.current.capacity.saturating_sub(self.current.at + Mark::FRAME_BYTES as u64);
        let Some((_, capacity)) = &self.spare else { return rest };
        let spare = capacity - HEADER_BYTES as u64 - 2 * Mark::FRAME_BYTES as u64;
        // What is left of a segment when the next frame does not fit is lost.
        spare.max(rest + spare - self.options.frame_bytes_max().min(spare))
    }

    /// How far the log is.
    pub fn positions(&self) -> Positions {
        self.positions
    }

    /// The oldest position that is still there, or the next one.
    pub fn first(&self) -> Position {
        self.sealed.front().copied().unwrap_or(self.current.header.first)
    }

    /// Why the log has stopped for good.
    pub fn failed(&self) -> Option<&Failure> {
        self.failed.as_ref()
    }

    /// Whether the spare segment is missing, and [`Segments::tick`] should try to prepare it.
    pub fn needs_spare(&self) -> bool {
        self.spare.is_none()
    }

    /// Numbers for the operator.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    fn usable(&self) -> Result<(), Failure> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    /// Stops for good.
    fn fail(&mut self, failure: Failure) -> Failure {
        self.failed.get_or_insert(failure).clone()
    }

    /// Puts a frame into the buffer, in the next segment when it does not fit here.
    fn put(&mut self, now: Millis, entry: Entry<'_>, goes_on: bool) -> Result<(), Failure> {
        let needed = (FRAME_HEADER_BYTES + entry.bytes.len()) as u64;
        if self.current.at + self.buffer.len() as u64 + needed > self.current.capacity {
            self.write_buffer()?;
            self.roll(now)?;
        }
        let synced = self.current.synced as u32;
        Frame { synced, entry, goes_on }.encode(self.current.seed, &mut self.buffer);
        Ok(())
    }

    fn put_mark(&mut self, now: Millis, mark: Mark) -> Result<(), Failure> {
        let first = self.positions.ordered.plus(1);
        self.put(now, Entry { first, count: 0, bytes: &[mark.encode()] }, false)?;
        self.write_buffer()
    }

    fn write_buffer(&mut self) -> Result<(), Failure> {
        if let Err(failure) = self.current.file.write_all_at(&self.buffer, self.current.at) {
            return Err(self.fail(failure));
        }
        Counters::add(&self.counters.bytes, self.buffer.len() as u64);
        self.current.at += self.buffer.len() as u64;
        self.positions.written = self.whole;
        if self.whole == self.positions.ordered {
            self.current.whole = self.current.at;
        }
        self.buffer.clear();
        Ok(())
    }

    fn roll_if_aged(&mut self, now: Millis) -> Result<(), Failure> {
        let age_ms = now.0.saturating_sub(self.current.aging_since.0);
        let has_entries = self.current.header.first <= self.positions.ordered;
        // Without a spare it could run out of space, which is no reason to stop.
        let due = age_ms >= self.options.segment_age_max_ms && has_entries && self.spare.is_some();
        if due { self.roll(now) } else { Ok(()) }
    }

    /// Ends the current segment and begins the next one, which replaces a segment without entries.
    fn roll(&mut self, now: Millis) -> Result<(), Failure> {
        self.sync()?;
        let header = Header {
            log_id: self.current.header.log_id,
            generation: self.generation,
            first: self.positions.ordered.plus(1),
            created: now,
            durability: self.options.durability,
        };
        let spare = self.spare.take();
        let next = begin(&*self.disk, spare, header, &self.options).map_err(|e| self.fail(e))?;
        let ended = std::mem::replace(&mut self.current, next);
        if ended.header.first < header.first {
            self.sealed.push_back(ended.header.first);
        }
        Counters::add(&self.counters.segments, 1);
        Ok(())
    }

    fn prepare_spare(&mut self) {
        if self.spare.is_some() {
            return;
        }
        let segment_bytes = self.options.segment_bytes();
        match make_spare(&*self.disk, segment_bytes) {
            Ok(file) => self.spare = Some((file, segment_bytes)),
            Err(_) => {
                Counters::add(&self.counters.spare_failures, 1);
                // Half of it takes the space that others need; the next attempt removes it otherwise.
                let _ = self.disk.remove(format::SPARE);
            }
        }
    }
}

/// Whether an entry may follow position `ordered`.
pub(crate) fn check(ordered: Position, entry: &Entry<'_>, bytes_max: usize) -> Result<(), Failure> {
    let expected = ordered.plus(1);
    if entry.first != expected || entry.count == 0 {
        return Err(Failure::OutOfOrder { expected, got: entry.first });
    }
    if entry.bytes.len() > bytes_max {
        return Err(Failure::TooLarge { bytes: entry.bytes.len() });
    }
    Ok(())
}

/// An allocated file of zeroes under the spare's name.
fn make_spare(disk: &dyn Disk, bytes: u64) -> io::Result<Box<dyn File>> {
    match disk.remove(format::SPARE) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let file = disk.open(format::SPARE, Open::CreateNew)?;
    file.allocate(bytes)?;
    Ok(file)
}

/// Makes the spare the segment of `header`: header durable, then the name durable.
fn begin(
    disk: &dyn Disk,
    spare: Option<(Box<dyn File>, u64)>,
    header: Header,
    options: &Options,
) -> Result<Current, Failure> {
    let name = format::file_name(header.first);
    let failed = |e: io::Error| Failure::disk(&name, During::Roll, &e);
    let (file, capacity) = match spare {
        Some(spare) => spare,
        None => (make_spare(disk, options.segment_bytes()).map_err(failed)?, options.segment_bytes()),
    };
    file.write_all_at(&header.encode(), 0).map_err(failed)?;
    file.sync_data().map_err(failed)?;
    disk.rename(format::SPARE, &name).map_err(failed)?;
    disk.sync_dir().map_err(failed)?;
    let at = HEADER_BYTES as u64;
    Ok(Current {
        file: SegmentFile::new(name, file),
        header,
        seed: header.seed(),
        capacity,
        at,
        synced: at,
        whole: at,
        aging_since: header.created,
    })
}

#[cfg(test)]
mod tests;
