//! The power goes at any operation of the archive, again and again, and its disk fails: it opens, it is at
//! a position that was committed, and having followed the log again it is as if nothing had been.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod common;

use std::sync::atomic::{AtomicU64, Ordering};

use colvert_archive::{Archive, Error, NAME, Reader, Vfs};
use colvert_core::ids::Position;
use colvert_disk::Disk;
use colvert_testkit::sim_disk::{Chance, Fault, SimDisk};
use colvert_testkit::sqlite_vfs::SqliteVfs;
use common::log::MemoryLog;
use common::talk::Talk;
use common::{NAMES, latest, rows};
use rusqlite::{Connection, OpenFlags, types::Value};

const SEEDS: u64 = 300;
const LIVES: usize = 5;
const ENTRIES: usize = 60;

/// One history of an archive, and what must be true of it.
struct History {
    seed: u64,
    chance: Chance,
    disk: SimDisk,
    log: MemoryLog,
    ends: Vec<Position>,
    /// It must have this.
    synced: Position,
    /// It must have this, too, if only the process ended.
    applied: Position,
    /// It cannot have more.
    tried: Position,
    /// Its disk dropped what it should have written, and said so.
    sync_failed: bool,
    lives_cut: u32,
}

impl History {
    fn new(seed: u64) -> Self {
        let log = Talk::of(seed, ENTRIES);
        let mut ends = log.ends();
        ends.insert(0, Position(0));
        let nothing = Position(0);
        Self {
            seed,
            chance: Chance::new(seed),
            disk: SimDisk::new(seed),
            log,
            ends,
            synced: nothing,
            applied: nothing,
            tried: nothing,
            sync_failed: false,
            lives_cut: 0,
        }
    }

    /// A process from its start to its end, however it ends.
    fn live(&mut self) {
        let disk = self.disk.clone();
        let vfs = SqliteVfs::register(disk.shared());
        self.plan_a_fault();
        match Archive::open(NAME, &named(&vfs, &disk)) {
            Ok(archive) => self.work(archive),
            Err(error) => self.check(&error),
        }
        self.lives_cut += u32::from(disk.is_gone());
        self.end();
    }

    fn plan_a_fault(&mut self) {
        let n_ops = self.chance.below(80) as u64;
        match self.chance.below(8) {
            0 => self.disk.fail_after(n_ops, Fault::SyncError),
            1 => self.disk.fail_after(n_ops, Fault::WriteError),
            2 => self.disk.fail_after(n_ops, Fault::NoSpace),
            3 => self.disk.fail_after(n_ops, Fault::ShortWrite),
            _ => self.disk.cut_after(n_ops),
        }
    }

    fn work(&mut self, mut archive: Archive) {
        let (seed, start) = (self.seed, archive.applied());
        let (least, most) = (self.applied, self.tried);
        assert!(start >= least && start <= most, "seed {seed}: {start} is not in {least} to {most}");
        assert!(self.ends.contains(&start), "seed {seed}: {start} is in the middle of an entry");
        self.applied = start;
        for _ in 0..self.chance.below(20) {
            let step = match self.chance.below(4) {
                0 => archive.checkpoint().map(|_| ()),
                _ => self.follow(&mut archive),
            };
            self.synced = archive.synced().max(self.synced);
            self.applied = archive.applied();
            if let Err(error) = step {
                self.check(&error);
                // After what does not pass, the owner leaves it alone.
                if !error.is_passing() {
                    return;
                }
            }
        }
    }

    fn follow(&mut self, archive: &mut Archive) -> Result<(), Error> {
        let now = self.ends.iter().position(|end| *end == archive.applied()).unwrap();
        let next = self.ends[(now + self.chance.below(6)).min(ENTRIES)];
        self.tried = self.tried.max(next);
        archive.follow(&self.log, next).map(|_| ())
    }

    /// An archive only fails because its disk does.
    fn check(&mut self, error: &Error) {
        assert!(
            matches!(error, Error::Database(_) | Error::NoWal { .. } | Error::Files(_)),
            "seed {}: {error}",
            self.seed
        );
        self.sync_failed |= !error.is_passing();
    }

    fn end(&mut self) {
        let seed = self.chance.below(1 << 30) as u64;
        if self.chance.below(3) == 0 {
            self.disk = self.disk.kill();
        } else {
            self.disk = self.disk.power_cut(seed);
            self.applied = self.synced;
        }
    }

    /// Without faults, it gets to where one gets that never lost power.
    fn finish(&self, whole: &[Vec<Value>]) {
        self.disk.clear_faults();
        let start = recovers(&self.disk, &self.log, whole, self.seed);
        assert!(start >= self.synced && start <= self.tried, "seed {}: {start}", self.seed);
    }
}

/// An archive on `disk` is sound and follows the log to its end. Says where it started.
fn recovers(disk: &SimDisk, log: &MemoryLog, whole: &[Vec<Value>], seed: u64) -> Position {
    let vfs = SqliteVfs::register(disk.shared());
    let named = named(&vfs, disk);
    let mut archive = Archive::open(NAME, &named).unwrap();
    let start = archive.applied();
    archive.catch_up(log, log.end()).unwrap();
    let connection = open(&vfs);
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok", "seed {seed}");
    assert!(rows(&connection) == whole, "seed {seed}: the rows differ");
    let mut reader = Reader::open(NAME, &named, NAMES).unwrap();
    for channel in Talk::channels() {
        let query = latest(&channel, log.end(), 100);
        assert_eq!(reader.history(&query).unwrap(), reader.history_with_tail(&query, log).unwrap());
    }
    start
}

fn named(vfs: &SqliteVfs, disk: &SimDisk) -> Vfs {
    Vfs::Named { name: vfs.name().to_owned(), disk: disk.shared() }
}

fn open(vfs: &SqliteVfs) -> Connection {
    Connection::open_with_flags_and_vfs(NAME, OpenFlags::default(), vfs.name()).unwrap()
}

/// The rows of an archive that nothing ever happened to.
fn whole(log: &MemoryLog) -> Vec<Vec<Value>> {
    let disk = SimDisk::new(0);
    let vfs = SqliteVfs::register(disk.shared());
    let mut archive = Archive::open(NAME, &named(&vfs, &disk)).unwrap();
    archive.catch_up(log, log.end()).unwrap();
    rows(&open(&vfs))
}

#[test]
fn after_any_power_cut_it_is_as_if_nothing_had_been() {
    let (mut cut, mut lost, mut failed) = (0, 0, 0);
    for seed in 0..SEEDS {
        let mut history = History::new(seed);
        let whole = whole(&history.log);
        for _ in 0..LIVES {
            history.live();
        }
        cut += history.lives_cut;
        lost += u32::from(history.tried > history.applied);
        failed += u32::from(history.sync_failed);
        history.finish(&whole);
    }
    // Else this shows nothing.
    assert!(cut > 300 && lost > 50 && failed > 30, "{cut} cuts, {lost} losses, {failed} failed syncs");
}

/// The kernel forgets what it could not write, goes on to show it, and says that the next sync went well.
#[test]
fn what_a_failed_sync_has_dropped_is_written_by_the_next_process() {
    let log = Talk::of(1, ENTRIES);
    let whole = whole(&log);
    for seed in 0..40 {
        let disk = SimDisk::new(seed);
        let vfs = SqliteVfs::register(disk.shared());
        let mut archive = Archive::open(NAME, &named(&vfs, &disk)).unwrap();
        for end in log.ends().into_iter().take(ENTRIES / 2) {
            archive.follow(&log, end).unwrap();
        }
        let synced = archive.applied();
        assert_eq!(archive.checkpoint().unwrap(), synced);
        for end in log.ends().into_iter().skip(ENTRIES / 2) {
            archive.follow(&log, end).unwrap();
        }
        disk.fail_after(0, Fault::SyncError);
        let failed = archive.checkpoint().unwrap_err();
        assert!(!failed.is_passing() && archive.synced() == synced, "{failed}");
        drop(archive);

        let disk = disk.kill();
        let vfs = SqliteVfs::register(disk.shared());
        let mut archive = Archive::open(NAME, &named(&vfs, &disk)).unwrap();
        assert_eq!(archive.applied(), log.end());
        disk.cut_after(1 + seed % 10);
        assert!(archive.checkpoint().is_err());
        let start = recovers(&disk.power_cut(seed), &log, &whole, seed);
        assert!(start >= synced, "seed {seed}: {start}");
    }
}

#[test]
fn on_a_full_disk_it_waits_and_goes_on_when_there_is_room() {
    let disk = SimDisk::new(1);
    let vfs = SqliteVfs::register(disk.shared());
    let log = Talk::of(1, 2000);
    let named = named(&vfs, &disk);
    let mut archive = Archive::open(NAME, &named).unwrap();
    disk.set_capacity(Some(150_000));
    let full = archive.catch_up(&log, log.end()).unwrap_err();
    assert!(full.is_passing() && full.to_string().contains("full"), "{full}");
    let query = latest(&Talk::channels().next().unwrap(), log.end(), 100);
    let mut reader = Reader::open(NAME, &named, NAMES).unwrap();
    let meanwhile = reader.history_with_tail(&query, &log).unwrap();
    assert!(!meanwhile.is_empty());
    disk.set_capacity(None);
    archive.catch_up(&log, log.end()).unwrap();
    assert_eq!(archive.checkpoint().unwrap(), log.end());
    assert_eq!(reader.history(&query).unwrap(), meanwhile);
}

/// Room for the tables and little more: what is in the WAL cannot be there a second time.
#[test]
fn on_a_short_disk_it_goes_on_in_small_steps() {
    const PLENTY: u64 = 1 << 30;
    let log = Talk::of(1, 8_000);
    let whole = SimDisk::new(1);
    whole.set_capacity(Some(PLENTY));
    let vfs = SqliteVfs::register(whole.shared());
    let mut archive = Archive::open(NAME, &named(&vfs, &whole)).unwrap();
    archive.catch_up(&log, log.end()).unwrap();
    archive.checkpoint().unwrap();
    let bytes = PLENTY - whole.free_bytes().unwrap();

    let disk = SimDisk::new(2);
    let vfs = SqliteVfs::register(disk.shared());
    let mut archive = Archive::open(NAME, &named(&vfs, &disk)).unwrap();
    disk.set_capacity(Some(bytes / 3));
    archive.catch_up(&log, log.end()).unwrap_err();
    disk.set_capacity(Some(bytes + bytes / 2));
    archive.catch_up(&log, log.end()).unwrap();
    assert_eq!(archive.checkpoint().unwrap(), log.end());
}

/// What is left of a disk belongs to those who can make room on it.
#[test]
fn it_takes_no_more_of_the_disk_than_it_may() {
    static MAY: AtomicU64 = AtomicU64::new(0);
    let disk = SimDisk::new(1);
    let vfs = SqliteVfs::register(disk.shared());
    let log = Talk::of(1, 500);
    let mut archive = Archive::open(NAME, &named(&vfs, &disk)).unwrap();
    archive.leave_room(Box::new(|| MAY.load(Ordering::Relaxed)));
    let waits = archive.catch_up(&log, log.end()).unwrap_err();
    assert!(waits.is_passing() && archive.applied() == Position(0), "{waits}");
    MAY.store(1 << 20, Ordering::Relaxed);
    archive.catch_up(&log, log.end()).unwrap();
    assert_eq!(archive.checkpoint().unwrap(), log.end());
}
