//! Opening a log: what is there is checked, a torn tail is cut, and only then it is written to.

use std::collections::VecDeque;
use std::sync::Arc;

use colvert_core::ids::{Millis, Position};
use colvert_disk::{Disk, File, Open};

use super::scan::{Scan, scan};
use super::sync::SegmentFile;
use super::{Current, Options, Recovered, Restart, Segments, begin};
use crate::format::{self, Header, Mark};
use crate::{Corrupt, Damage, Durability, During, Failure, OpenError, Positions};

/// Zeroes written per call over a torn tail.
const WIPE_BYTES: usize = 64 * 1024;

impl Segments {
    /// Opens the log in `disk`, or creates one. What it finds afterwards is durable, and noted as in use.
    ///
    /// # Errors
    /// [`OpenError::Corrupt`] when something is missing or damaged that was durable.
    pub fn open(disk: Arc<dyn Disk>, options: Options, now: Millis) -> Result<(Self, Recovered), OpenError> {
        let names = disk.list().map_err(OpenError::io(""))?;
        let firsts: Vec<Position> = names.iter().filter_map(|name| format::first_of(name)).collect();
        if firsts.is_empty() {
            return create(disk, options, now);
        }
        let found = read_all(&*disk, &firsts)?;
        if let Some(expected) = options.expected.filter(|id| *id != found.scan.header.log_id) {
            return Err(OpenError::WrongLog { expected, found: found.scan.header.log_id });
        }
        let (found, firsts) = cut_unfinished(&*disk, found, firsts)?;
        let cut_bytes = (found.scan.tail_end - found.scan.end) as u64;
        let clean = found.scan.closed && cut_bytes == 0;
        settle(&*disk, &found)?;

        let may_have_lost = !clean && found.scan.durability == Durability::Relaxed;
        let new_generation = may_have_lost || options.restart == Restart::NewGeneration;
        let mut segments = resume(disk, options, found, &firsts);
        if new_generation {
            segments.generation += 1;
            segments.roll(now)?;
        }
        segments.enter(now)?;
        let recovered = Recovered { cut_bytes, clean, ..segments.recovered() };
        Ok((segments, recovered))
    }

    /// Notes durably that the log is in use.
    fn enter(&mut self, now: Millis) -> Result<(), Failure> {
        self.put_mark(now, Mark::Opened(self.options.durability))?;
        self.sync()?;
        self.prepare_spare();
        Ok(())
    }

    /// What is here now, as if nothing had been lost.
    fn recovered(&self) -> Recovered {
        Recovered {
            first: self.first(),
            next: self.positions.ordered.plus(1),
            cut_bytes: 0,
            generation: self.generation,
            log_id: self.current.header.log_id,
            clean: true,
        }
    }
}

fn create(disk: Arc<dyn Disk>, options: Options, now: Millis) -> Result<(Segments, Recovered), OpenError> {
    if let Some(expected) = options.expected {
        return Err(OpenError::Missing { expected });
    }
    let new = options.new_log;
    let header = Header {
        log_id: new.log_id,
        generation: new.generation,
        first: new.first,
        created: now,
        durability: options.durability,
    };
    let current = begin(&*disk, None, header, &options)?;
    let mut segments = with_current(disk, options, current, before(new.first));
    segments.enter(now)?;
    let recovered = segments.recovered();
    Ok((segments, recovered))
}

/// What was found, but for entries whose rest is not there. Segments in which nothing else is go.
fn cut_unfinished(
    disk: &dyn Disk,
    mut found: Last,
    mut firsts: Vec<Position>,
) -> Result<(Last, Vec<Position>), OpenError> {
    loop {
        let begun = found.scan.unfinished.map(|place| place.segment);
        let Some(begun) = begun.filter(|begun| *begun < found.scan.header.first) else {
            return Ok((Last { scan: found.scan.without_unfinished(), ..found }, firsts));
        };
        while let Some(newest) = firsts.pop_if(|first| *first > begun) {
            let name = format::file_name(newest);
            let failed = |e: std::io::Error| Failure::disk(&name, During::Roll, &e);
            // Each for itself, so that a crash in between leaves no gap.
            disk.remove(&name).map_err(failed)?;
            disk.sync_dir().map_err(failed)?;
        }
        found = read_all(disk, &firsts)?;
    }
}

/// The last segment, after all segments were checked.
struct Last {
    name: String,
    file: Box<dyn File>,
    bytes: Vec<u8>,
    scan: Scan,
}

fn read_all(disk: &dyn Disk, firsts: &[Position]) -> Result<Last, OpenError> {
    let mut previous: Option<Last> = None;
    for &first in firsts {
        let name = format::file_name(first);
        let file = disk.open(&name, Open::Write).map_err(OpenError::io(&name))?;
        let mut bytes = vec![0; file.len().map_err(OpenError::io(&name))? as usize];
        file.read_exact_at(&mut bytes, 0).map_err(OpenError::io(&name))?;
        let unfinished = previous.as_ref().and_then(|previous| previous.scan.unfinished);
        let scan = scan(&name, &bytes, unfinished)?;
        if let Some(previous) = &previous {
            follows(previous, &name, &scan.header)?;
        }
        previous = Some(Last { name, file, bytes, scan });
    }
    Ok(previous.expect("there is a segment, or a log would have been created"))
}

/// Whether a segment with this header continues `previous`, which is then no longer the last.
fn follows(previous: &Last, name: &str, header: &Header) -> Result<(), Corrupt> {
    let corrupt = |file: &str, offset, damage| Corrupt { file: file.to_owned(), offset, damage };
    let before = &previous.scan.header;
    if header.log_id != before.log_id {
        return Err(corrupt(name, 0, Damage::Foreign));
    }
    if header.generation < before.generation {
        return Err(corrupt(name, 0, Damage::Generation));
    }
    // All of it was durable before the next segment had a name, so this is not a torn tail.
    let end = previous.scan.end as u64;
    if previous.scan.tail_end as u64 > end {
        return Err(corrupt(&previous.name, end, Damage::Frame));
    }
    if header.first != previous.scan.next {
        return Err(corrupt(&previous.name, end, Damage::Gap));
    }
    Ok(())
}

/// Makes what was found what is on the disk: the end of the last segment is written again, because a
/// sync that failed before may have dropped it although it can be read; all behind it becomes zero, also what can be read as
/// zero, for the same reason.
fn settle(disk: &dyn Disk, last: &Last) -> Result<(), OpenError> {
    let (scan, file) = (&last.scan, &last.file);
    let failed = |during| move |e: std::io::Error| Failure::disk(&last.name, during, &e);
    // A segment that is gone must not come back behind what is cut here.
    disk.sync_dir().map_err(failed(During::Sync))?;
    file.write_all_at(&last.bytes[scan.synced..scan.end], scan.synced as u64)
        .map_err(failed(During::Write))?;
    let zeroes = [0; WIPE_BYTES];
    let mut at = scan.end;
    // Behind a clean end there is nothing.
    let wiped = if scan.closed && scan.tail_end == scan.end { scan.end } else { last.bytes.len() };
    while at < wiped {
        let n = WIPE_BYTES.min(wiped - at);
        file.write_all_at(&zeroes[..n], at as u64).map_err(failed(During::Write))?;
        at += n;
    }
    file.sync_data().map_err(failed(During::Sync))?;
    Ok(())
}

fn resume(disk: Arc<dyn Disk>, options: Options, last: Last, firsts: &[Position]) -> Segments {
    let Last { name, file, bytes, scan } = last;
    let (capacity, at) = (bytes.len() as u64, scan.end as u64);
    let header = scan.header;
    let aging_since = header.created;
    let file = SegmentFile::new(name, file);
    let seed = header.seed();
    let current = Current { file, header, seed, capacity, at, synced: at, whole: at, aging_since };
    let mut segments = with_current(disk, options, current, before(scan.next));
    segments.sealed = firsts[..firsts.len() - 1].iter().copied().collect();
    segments
}

fn with_current(disk: Arc<dyn Disk>, options: Options, current: Current, last: Position) -> Segments {
    Segments {
        disk,
        options,
        generation: current.header.generation,
        sealed: VecDeque::new(),
        current,
        spare: None,
        positions: Positions { ordered: last, written: last, durable: last },
        whole: last,
        buffer: Vec::new(),
        failed: None,
        counters: Arc::default(),
    }
}

/// The position before one that is above 0.
fn before(position: Position) -> Position {
    Position(position.0.saturating_sub(1))
}
