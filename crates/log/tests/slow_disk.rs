//! A disk that takes long: syncs delay nobody in relaxed mode, else all wait for them and nothing is shown before; of many segments that
//! are removed, nobody waits for more than one.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use colvert_disk::{Disk, File, Open};
use colvert_log::{
    Durability, Entry, Environment, Failure, LocalLog, Log, LogId, Millis, NewLog, Options, Position, Restart,
};
use colvert_testkit::sim_disk::{Fault, SimDisk};

/// What waits until it is let go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slow {
    /// The syncs of a thread.
    Syncs(&'static str),
    /// The removals of segments.
    Removals,
}

#[derive(Clone)]
struct Gate {
    slow: Slow,
    asked: Arc<Mutex<Sender<()>>>,
    go_on: Arc<Mutex<Receiver<()>>>,
}

impl Gate {
    fn pass(&self) {
        self.asked.lock().unwrap().send(()).unwrap();
        self.go_on.lock().unwrap().recv().unwrap();
    }
}

struct GatedDisk(Arc<dyn Disk>, Gate);
struct GatedFile(Box<dyn File>, Gate);

impl Disk for GatedDisk {
    fn open(&self, name: &str, how: Open) -> io::Result<Box<dyn File>> {
        Ok(Box::new(GatedFile(self.0.open(name, how)?, self.1.clone())))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.0.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        if self.1.slow == Slow::Removals && name.starts_with("log-") {
            self.1.pass();
        }
        self.0.remove(name)
    }
    fn list(&self) -> io::Result<Vec<String>> {
        self.0.list()
    }
    fn sync_dir(&self) -> io::Result<()> {
        self.0.sync_dir()
    }
    fn free_bytes(&self) -> io::Result<u64> {
        self.0.free_bytes()
    }
}

impl File for GatedFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buf, offset)
    }
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.0.write_at(bytes, offset)
    }
    fn sync_data(&self) -> io::Result<()> {
        if matches!(self.1.slow, Slow::Syncs(thread) if std::thread::current().name() == Some(thread)) {
            self.1.pass();
        }
        self.0.sync_data()
    }
    fn allocate(&self, len: u64) -> io::Result<()> {
        self.0.allocate(len)
    }
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.truncate(len)
    }
}

const SEGMENT_BYTES: u64 = 16 << 10;

/// A log whose disk is in the test's hand.
struct Gated {
    log: LocalLog,
    disk: SimDisk,
    moved: Receiver<()>,
    asked: Receiver<()>,
    go_on: Sender<()>,
}

impl Gated {
    fn relaxed() -> Self {
        Self::open(Durability::Relaxed, Slow::Syncs("log-sync"))
    }

    fn open(durability: Durability, slow: Slow) -> Self {
        let disk = SimDisk::new(1);
        let ((moving, moved), (asking, asked), (go_on, gate)) = (channel(), channel(), channel());
        let gate = Gate { slow, asked: Arc::new(Mutex::new(asking)), go_on: Arc::new(Mutex::new(gate)) };
        let options = Options {
            segment_bytes: SEGMENT_BYTES,
            segment_age_max_ms: u64::MAX,
            durability,
            new_log: NewLog { log_id: LogId(7), generation: 1, first: Position(1) },
            expected: None,
            restart: Restart::Continue,
        };
        let notify = Box::new(move || moving.send(()).unwrap_or(()));
        let environment = Environment { now: Box::new(|| Millis(5)), notify };
        let gated = Arc::new(GatedDisk(disk.shared(), gate));
        let (log, _) = LocalLog::open(gated, options, environment).unwrap();
        Self { log, disk, moved, asked, go_on }
    }

    fn say(&mut self, n: u64) {
        self.log.append(Entry { first: Position(n), count: 1, bytes: b"something" }).unwrap();
        self.log.flush();
    }

    fn wait_until(&self, done: impl Fn(&LocalLog) -> bool) {
        while !done(&self.log) {
            self.moved.recv_timeout(Duration::from_secs(20)).expect("the log moves");
        }
    }
}

impl Drop for Gated {
    /// Nothing keeps the log from ending.
    fn drop(&mut self) {
        for _ in 0..10 {
            let _ = self.go_on.send(());
        }
    }
}

#[test]
fn messages_are_shown_while_the_disk_still_syncs_what_was_before() {
    let mut relaxed = Gated::relaxed();
    relaxed.say(1);
    relaxed.asked.recv().unwrap();
    for n in 2..=10 {
        relaxed.say(n);
        relaxed.wait_until(|log| log.released() == Position(n));
    }
    assert_eq!(relaxed.log.positions().durable, Position(0), "the disk is still at it");
    relaxed.go_on.send(()).unwrap();
    relaxed.wait_until(|log| log.positions().durable == Position(1));
    relaxed.asked.recv().unwrap();
    relaxed.go_on.send(()).unwrap();
    relaxed.wait_until(|log| log.positions().durable == Position(10));
}

#[test]
fn a_sync_that_fails_beside_writing_ends_the_log() {
    let mut relaxed = Gated::relaxed();
    relaxed.say(1);
    relaxed.asked.recv().unwrap();
    relaxed.disk.fail_after(0, Fault::SyncError);
    relaxed.go_on.send(()).unwrap();
    relaxed.wait_until(|log| log.failed().is_some());
    assert!(matches!(relaxed.log.failed(), Some(Failure::Disk { .. })));
    assert_eq!(relaxed.log.positions().durable, Position(0));
}

#[test]
fn in_commit_mode_all_wait_for_a_slow_disk_and_one_sync_keeps_what_came_meanwhile() {
    let mut commit = Gated::open(Durability::Commit, Slow::Syncs("log"));
    commit.say(1);
    commit.asked.recv().unwrap();
    (2..=10).for_each(|n| commit.say(n));
    assert_eq!((commit.log.released(), commit.log.positions().durable), (Position(0), Position(0)));
    commit.go_on.send(()).unwrap();
    commit.wait_until(|log| log.released() == Position(1));
    commit.asked.recv().unwrap();
    assert_eq!(commit.log.released(), Position(1), "the others are not kept yet");
    commit.go_on.send(()).unwrap();
    commit.wait_until(|log| log.released() == Position(10));
    assert!(commit.asked.try_recv().is_err(), "nine in one sync");
}

#[test]
fn a_slow_sync_that_fails_keeps_nothing_that_waited_for_it() {
    let mut commit = Gated::open(Durability::Commit, Slow::Syncs("log"));
    commit.say(1);
    commit.asked.recv().unwrap();
    (2..=10).for_each(|n| commit.say(n));
    commit.disk.fail_after(0, Fault::SyncError);
    commit.go_on.send(()).unwrap();
    commit.wait_until(|log| log.failed().is_some());
    assert_eq!((commit.log.released(), commit.log.positions().durable), (Position(0), Position(0)));
    let later = commit.log.append(Entry { first: Position(11), count: 1, bytes: b"something" });
    assert!(later.is_err(), "it takes nothing more");
}

#[test]
fn nobody_waits_until_all_old_segments_are_removed() {
    let mut commit = Gated::open(Durability::Commit, Slow::Removals);
    let text = [b'x'; 1_000];
    for n in 1..=100 {
        commit.log.append(Entry { first: Position(n), count: 1, bytes: &text }).unwrap();
        commit.log.flush();
        commit.wait_until(|log| log.released() == Position(n));
    }
    commit.log.remove_below(Position(90));
    for n in 101..=104 {
        commit.asked.recv_timeout(Duration::from_secs(20)).expect("a segment is removed");
        commit.say(n);
        commit.go_on.send(()).unwrap();
        commit.wait_until(|log| log.released() == Position(n));
    }
}
