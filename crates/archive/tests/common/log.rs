//! A log in memory.

use std::sync::{Arc, Mutex};

use colvert_archive::{Entries, LogEntry, LogError, LogView};
use colvert_core::event::{Entry, Event};
use colvert_core::ids::{Millis, Position};

#[derive(Clone)]
pub struct MemoryLog {
    pub id: u128,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Clone, Default)]
struct Kept {
    entries: Vec<(Position, Position, Arc<[u8]>)>,
    end: Position,
    time: Millis,
    generation: u32,
    oldest: Position,
    fails: bool,
}

impl MemoryLog {
    pub fn new(id: u128) -> Self {
        let kept = Kept { generation: 1, time: Millis(1_000_000), oldest: Position(1), ..Kept::default() };
        Self { id, kept: Arc::new(Mutex::new(kept)) }
    }

    /// What it is, as another log.
    pub fn renamed(self, id: u128) -> Self {
        Self { id, ..self }
    }

    /// Adds an entry at a time.
    pub fn append_at(&self, at: Millis, events: Vec<Event>) -> Position {
        self.kept.lock().unwrap().time = Millis(at.0 - 1);
        self.append(events)
    }

    /// Adds an entry, a millisecond after the one before, and says where it ends.
    pub fn append(&self, events: Vec<Event>) -> Position {
        let mut kept = self.kept.lock().unwrap();
        kept.time.0 += 1;
        let entry = Entry { time: kept.time, generation: kept.generation, events };
        let count = entry.events.len() as u64;
        self.push(&mut kept, count, &entry.to_bytes())
    }

    /// Adds bytes that somebody else calls an entry of one event.
    pub fn append_bytes(&self, bytes: &[u8]) -> Position {
        self.push(&mut self.kept.lock().unwrap(), 1, bytes)
    }

    fn push(&self, kept: &mut Kept, count: u64, bytes: &[u8]) -> Position {
        let first = kept.end.plus(1);
        kept.end = kept.end.plus(count);
        let last = kept.end;
        kept.entries.push((first, last, bytes.into()));
        last
    }

    pub fn end(&self) -> Position {
        self.kept.lock().unwrap().end
    }

    /// The positions at which entries end.
    pub fn ends(&self) -> Vec<Position> {
        self.kept.lock().unwrap().entries.iter().map(|(_, last, _)| *last).collect()
    }

    pub fn next_generation(&self) {
        self.kept.lock().unwrap().generation += 1;
    }

    /// Forgets what is below `position`.
    pub fn remove_below(&self, position: Position) {
        let mut kept = self.kept.lock().unwrap();
        kept.entries.retain(|(_, last, _)| *last >= position);
        kept.oldest = kept.entries.first().map_or(kept.end.plus(1), |(first, ..)| *first);
    }

    /// Loses an entry in the middle.
    pub fn lose(&self, index: usize) {
        self.kept.lock().unwrap().entries.remove(index);
    }

    /// The same log, but only up to the end of entry `index`, as after a restore.
    pub fn cut_after(&self, index: usize) -> Self {
        let mut kept = self.kept.lock().unwrap().clone();
        kept.entries.truncate(index + 1);
        kept.end = kept.entries[index].1;
        Self { id: self.id, kept: Arc::new(Mutex::new(kept)) }
    }

    /// Whether it cannot be read.
    pub fn set_fails(&self, fails: bool) {
        self.kept.lock().unwrap().fails = fails;
    }
}

impl LogView for MemoryLog {
    fn id(&self) -> u128 {
        self.id
    }

    fn entries(&self, from: Position) -> Result<Box<dyn Entries>, LogError> {
        let kept = self.kept.lock().unwrap();
        if from < kept.oldest {
            return Err(LogError::Removed { wanted: from, oldest: kept.oldest });
        }
        Ok(Box::new(Following { log: self.clone(), from, current: None }))
    }
}

struct Following {
    log: MemoryLog,
    from: Position,
    current: Option<Arc<[u8]>>,
}

impl Entries for Following {
    fn next(&mut self, up_to: Position) -> Result<Option<LogEntry<'_>>, LogError> {
        let kept = self.log.kept.lock().unwrap();
        if kept.fails {
            return Err(LogError::Failed("no such device".to_owned()));
        }
        let at = kept.entries.partition_point(|(_, last, _)| *last < self.from);
        let Some((first, last, bytes)) = kept.entries.get(at).filter(|(first, ..)| *first <= up_to) else {
            return Ok(None);
        };
        self.from = last.plus(1);
        let first = *first;
        let bytes = self.current.insert(bytes.clone());
        Ok(Some(LogEntry { first, bytes }))
    }
}
