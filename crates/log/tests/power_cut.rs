//! The power goes at any operation, again and again: what was durable is there, once, in order, and
//! nothing is there that was not written. What is together is there whole, or not at all.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::collections::BTreeMap;

use colvert_log::{
    Durability, Entry, LogId, Millis, NewLog, OpenError, Options, Part, Position, Reader, Restart, Segments,
    Unsynced,
};
use colvert_testkit::sim_disk::{Chance, Fault, SimDisk};

const SEEDS: u64 = 4000;
const LIVES: usize = 5;
const COUNT_MAX: u64 = 3;

/// An entry that was appended.
struct Appended {
    count: u32,
    /// The generation in which it was.
    generation: u32,
    bytes: Vec<u8>,
    /// It is together with the next one.
    goes_on: bool,
}

/// One history of a log, and what must be true of it.
struct History {
    seed: u64,
    chance: Chance,
    disk: SimDisk,
    options: Options,
    now: Millis,
    /// All that was appended and may be there, by position.
    entries: BTreeMap<u64, Appended>,
    /// Must be there after a power cut.
    durable: u64,
    /// Must be there after the end of the process.
    written: u64,
    /// Allowed to be gone.
    removed_below: u64,
    generation: u32,
    /// What a message id stands for, once somebody has seen it.
    released: BTreeMap<(u32, u64), Vec<u8>>,
    /// Up to where the last process released.
    released_last: u64,
    serial: u64,
}

impl History {
    fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let options = Options {
            segment_bytes: [300, 700, 2000, 5000][chance.below(4)],
            segment_age_max_ms: [50, u64::MAX][chance.below(2)],
            durability: Durability::Commit,
            new_log: NewLog { log_id: LogId(7), generation: 1, first: Position(1) },
            expected: None,
            restart: Restart::Continue,
        };
        Self {
            seed,
            chance,
            disk: SimDisk::new(seed),
            options,
            now: Millis(0),
            entries: BTreeMap::new(),
            durable: 0,
            written: 0,
            removed_below: 1,
            generation: 0,
            released: BTreeMap::new(),
            released_last: 0,
            serial: 0,
        }
    }

    /// A process from its start to its end, however it ends.
    fn live(&mut self) {
        self.options.durability = [Durability::Commit, Durability::Relaxed][self.chance.below(2)];
        self.plan_a_fault();
        match Segments::open(self.disk.shared(), self.options, self.now) {
            Ok((segments, recovered)) => {
                self.check_recovered(recovered.next, recovered.generation, recovered.clean);
                self.work(segments);
            }
            Err(OpenError::Corrupt(e)) => panic!("seed {}: {e}", self.seed),
            Err(_) => {}
        }
        self.end();
    }

    fn plan_a_fault(&mut self) {
        let n_ops = self.chance.below(60) as u64;
        match self.chance.below(8) {
            0 => self.disk.fail_after(n_ops, Fault::SyncError),
            1 => self.disk.fail_after(n_ops, Fault::SyncDirError),
            2 => self.disk.fail_after(n_ops, Fault::WriteError),
            3 => self.disk.fail_after(n_ops, Fault::NoSpace),
            4 => self.disk.fail_after(n_ops, Fault::ShortWrite),
            _ => self.disk.cut_after(n_ops),
        }
    }

    fn end(&mut self) {
        let seed = self.chance.below(1 << 30) as u64;
        if self.chance.below(3) == 0 {
            self.disk = self.disk.kill();
        } else {
            self.disk = self.disk.power_cut(seed);
            self.written = self.durable;
        }
    }

    fn check_recovered(&mut self, next: Position, generation: u32, clean: bool) {
        let seed = self.seed;
        assert!(next.0 > self.written, "seed {seed}: {next} after {} was written", self.written);
        let all_written = self.entries.keys().next_back().map_or(0, |&first| self.last_of(first));
        assert!(next.0 <= all_written + 1, "seed {seed}: {next} was never written");
        assert!(generation >= self.generation.max(1), "seed {seed}");
        if self.released_last >= next.0 {
            assert!(!clean && generation > self.generation, "seed {seed}: ids will come again");
        }
        let last = self.entries.range(..next.0).next_back();
        assert!(last.is_none_or(|(_, last)| !last.goes_on), "seed {seed}: half of what is together");
        self.generation = generation;
        self.released_last = next.0 - 1;
        self.entries.split_off(&next.0);
        (self.durable, self.written) = (next.0 - 1, next.0 - 1);
        if !self.disk.is_gone() {
            self.check_readable();
        }
    }

    fn last_of(&self, first: u64) -> u64 {
        first + u64::from(self.entries[&first].count) - 1
    }

    /// Reads everything that is durable, from somewhere.
    fn check_readable(&mut self) {
        let seed = self.seed;
        let span = (self.durable + 1).saturating_sub(self.removed_below) as usize;
        let from = self.removed_below + self.chance.below(span + 1) as u64;
        let mut reader = Reader::open(self.disk.shared(), Position(from)).unwrap();
        let around = self.entries.range(from.saturating_sub(COUNT_MAX)..);
        let expected = around.filter(|&(&first, _)| self.last_of(first) >= from);
        for (first, appended) in expected.take_while(|&(&first, _)| first <= self.durable) {
            let entry = reader.next(Position(self.durable)).unwrap();
            let entry = entry.unwrap_or_else(|| panic!("seed {seed}: {first} is missing"));
            assert_eq!((entry.first.0, entry.count), (*first, appended.count), "seed {seed}");
            assert_eq!(entry.bytes, appended.bytes, "seed {seed}");
            assert_eq!(reader.generation(), appended.generation, "seed {seed}");
        }
        assert_eq!(reader.next(Position(self.durable)).unwrap(), None, "seed {seed}");
    }

    fn work(&mut self, mut segments: Segments) {
        let mut beside: Option<Unsynced> = None;
        for _ in 0..self.chance.below(40) {
            self.now = Millis(self.now.0 + self.chance.below(20) as u64);
            let result = match self.chance.below(14) {
                0..5 => self.append(&mut segments),
                5..9 => segments.sync(),
                12 => {
                    beside = beside.or_else(|| segments.unsynced());
                    Ok(())
                }
                13 => beside.take().map_or(Ok(()), |what| {
                    let result = what.sync();
                    segments.synced(&what, result)
                }),
                9 => segments.tick(self.now),
                10 => {
                    let below = self.chance.below(self.durable as usize + 1) as u64 + 1;
                    self.removed_below = self.removed_below.max(below);
                    segments.remove_below(Position(below)).map_or(Ok(()), |_| Ok(()))
                }
                _ => {
                    self.note(&segments);
                    if self.disk.is_gone() || segments.failed().is_some() {
                        return;
                    }
                    self.check_readable();
                    Ok(())
                }
            };
            self.note(&segments);
            if result.is_err() {
                assert!(segments.sync().is_err() && segments.failed().is_some(), "seed {}", self.seed);
                return;
            }
        }
        if self.chance.coin() && segments.close(self.now).is_ok() {
            self.note(&segments);
        }
    }

    fn append(&mut self, segments: &mut Segments) -> Result<(), colvert_log::Failure> {
        let mut first = segments.positions().ordered.0 + 1;
        let mut group = Vec::new();
        for _ in 0..=self.chance.below(4) {
            self.serial += 1;
            // Often of one length, so that what is left of an earlier life would fit behind a new frame.
            let len: usize = [8, 8, 8, self.chance.below(120)][self.chance.below(4)];
            let bytes = self.serial.to_le_bytes().iter().cycle().take(len).copied().collect();
            let count = 1 + self.chance.below(COUNT_MAX as usize) as u32;
            group.push((first, count, bytes, self.chance.below(4) == 0));
            first += u64::from(count);
        }
        // A failed append may have written anything of it.
        for (first, count, bytes, goes_on) in &group {
            let (generation, bytes) = (self.generation, Vec::clone(bytes));
            self.entries.insert(*first, Appended { count: *count, generation, bytes, goes_on: *goes_on });
        }
        let parts = group.iter().map(|(first, count, bytes, goes_on): &(u64, u32, Vec<u8>, bool)| Part {
            entry: Entry { first: Position(*first), count: *count, bytes },
            goes_on: *goes_on,
        });
        segments.append(self.now, parts)
    }

    fn note(&mut self, segments: &Segments) {
        let positions = segments.positions();
        assert!(positions.durable <= positions.written && positions.durable.0 >= self.durable);
        (self.durable, self.written) = (positions.durable.0, positions.written.0);
        let before = self.released_last;
        self.released_last = positions.released(self.options.durability).0.max(before);
        for (&first, appended) in
            self.entries.range(before + 1..).take_while(|(first, _)| **first <= self.released_last)
        {
            let id = (appended.generation, first);
            let seen = self.released.entry(id).or_insert_with(|| appended.bytes.clone());
            assert_eq!(*seen, appended.bytes, "seed {}: one id for two messages", self.seed);
        }
    }
}

#[test]
fn whatever_happens_the_durable_entries_are_there() {
    for seed in 0..SEEDS {
        let mut history = History::new(seed);
        for _ in 0..LIVES {
            history.live();
        }
    }
}

/// One short life, cut at each of its operations in turn, with several outcomes each.
#[test]
fn a_cut_at_each_operation_loses_nothing_durable() {
    let mut cut = 0;
    loop {
        let mut finished = false;
        for seed in 0..30 {
            let mut history = History::new(seed);
            history.options.segment_bytes = 400;
            let (mut segments, _) =
                Segments::open(history.disk.shared(), history.options, Millis(0)).unwrap();
            history.generation = 1;
            history.disk.cut_after(cut);
            finished = (0..12).all(|_| {
                let done = history.append(&mut segments).and_then(|()| segments.sync()).is_ok();
                history.note(&segments);
                done
            });
            for _ in 0..LIVES {
                history.end();
                history.live();
            }
        }
        if finished {
            break;
        }
        cut += 1;
    }
    assert!(cut > 30, "{cut}");
}
