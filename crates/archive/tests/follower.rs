//! The thread: it follows what is durable and nothing else, and a failure is not a loss.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod common;

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Barrier};
use std::time::Duration;

use colvert_archive::{Archive, Entries, Follower, Keep, Kept, LogError, LogView, NAME, Pace, Reader, Vfs};
use colvert_core::event::Event;
use colvert_core::ids::{ChannelId, Millis, Position};
use common::log::MemoryLog;
use common::talk::{Talk, channel, message, private, source, text};
use common::{NAMES, rows_at};
use tempfile::TempDir;

/// Long enough that it never passes in a test that succeeds.
const LONG: Duration = Duration::from_secs(60);

const AGES: Duration = Duration::from_secs(86_400);

/// Nothing happens but what a test asks for.
const PATIENT: Pace = Pace { gather: AGES, retry: AGES, first: || {}, keep: Keep::FOR_EVER };

fn start(log: impl LogView + 'static, pace: Pace) -> (TempDir, PathBuf, Follower) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(NAME);
    let archive = Archive::open(&path, &Vfs::Default).unwrap();
    (dir, path, Follower::start(archive, Box::new(log), pace).unwrap())
}

#[test]
fn it_follows_what_is_durable_and_nothing_else() {
    let log = Talk::of(1, 500);
    let (_dir, path, follower) = start(log.clone(), Pace::default());
    let progress = follower.progress();
    for end in log.ends().into_iter().step_by(50) {
        follower.durable(end);
        assert_eq!(progress.wait_for(end, LONG), end);
        assert_eq!(progress.applied(), end);
    }
    follower.durable(log.end());
    assert_eq!(follower.stop().unwrap(), log.end());
    assert_eq!(progress.synced(), log.end());
    assert!(progress.counters().list().contains(&("archive_applied", log.end().0)));

    let (_whole_dir, whole, follower) = start(log.clone(), Pace::default());
    follower.durable(log.end());
    follower.stop().unwrap();
    assert_eq!(rows_at(&path), rows_at(&whole));
}

#[test]
fn who_waits_is_not_made_to_wait_for_more() {
    let log = Talk::of(1, 50);
    let (_dir, _path, follower) = start(log.clone(), PATIENT);
    let progress = follower.progress();
    follower.durable(log.end());
    assert_eq!(progress.wait_for(Position(0), LONG), Position(0), "nobody is in a hurry");
    assert_eq!(progress.wait_for(log.end(), LONG), log.end());
}

#[test]
fn a_checkpoint_says_what_the_log_may_forget() {
    let log = Talk::of(1, 50);
    let (_dir, _path, follower) = start(log.clone(), PATIENT);
    follower.durable(log.end());
    assert_eq!(follower.checkpoint(), log.end());
    log.remove_below(log.end().plus(1));
    assert_eq!(follower.progress().synced(), log.end());
}

#[test]
fn a_failure_that_passes_is_tried_again() {
    let log = Talk::of(1, 50);
    let (_dir, path, follower) = start(log.clone(), Pace { gather: Duration::ZERO, ..PATIENT });
    let progress = follower.progress();
    log.set_fails(true);
    follower.durable(log.end());
    while progress.standstill().is_none() {
        std::thread::yield_now();
    }
    let standstill = progress.standstill().unwrap();
    assert!(standstill.passing && standstill.to_string().contains("no such device"), "{standstill}");
    assert_eq!(progress.wait_for(log.end(), LONG), Position(0), "an answer need not wait for it");
    assert!(Reader::open(&path, &Vfs::Default, NAMES).unwrap().event_log(9, log.end()).unwrap().is_empty());
    log.set_fails(false);
    assert_eq!(follower.stop().unwrap(), log.end());
}

#[test]
fn it_tries_again_by_itself() {
    let log = Talk::of(1, 50);
    log.set_fails(true);
    let pace = Pace { gather: Duration::ZERO, retry: Duration::ZERO, ..Pace::default() };
    let (_dir, _path, follower) = start(log.clone(), pace);
    let progress = follower.progress();
    follower.durable(log.end());
    while progress.standstill().is_none() {
        std::thread::yield_now();
    }
    log.set_fails(false);
    while progress.wait_for(log.end(), LONG) < log.end() {
        std::thread::yield_now();
    }
    assert_eq!(progress.standstill(), None);
}

#[test]
fn a_damaged_log_stops_it_for_good() {
    let log = Talk::of(1, 50);
    log.lose(20);
    let (_dir, _path, follower) =
        start(log.clone(), Pace { gather: Duration::ZERO, retry: Duration::ZERO, ..Pace::default() });
    let progress = follower.progress();
    follower.durable(log.end());
    progress.wait_for(log.end(), LONG);
    assert!(!progress.standstill().unwrap().passing);
    assert_eq!(follower.checkpoint(), Position(0), "it still answers");
    assert!(follower.stop().is_err());
}

/// A log that is opened when both sides have come to the gate, twice.
struct Gated(MemoryLog, Arc<Barrier>);

impl LogView for Gated {
    fn id(&self) -> u128 {
        self.0.id()
    }

    fn entries(&self, from: Position) -> Result<Box<dyn Entries>, LogError> {
        self.1.wait();
        self.1.wait();
        self.0.entries(from)
    }
}

#[test]
fn while_more_is_said_than_it_writes_it_leaves_the_processor_to_others() {
    let (log, gate) = (Talk::of(1, 50), Arc::new(Barrier::new(2)));
    let (_dir, _path, follower) = start(Gated(log.clone(), gate.clone()), Pace::default());
    let progress = follower.progress();
    let seldom = || progress.counters().batches_seldom.load(Ordering::Relaxed);
    let ends = log.ends();
    let wait = |end| assert_eq!(progress.wait_for(end, LONG), end);

    // While one entry is read, thirty more become durable.
    follower.durable(ends[0]);
    gate.wait();
    follower.durable(ends[30]);
    gate.wait();
    wait(ends[0]);
    wait(ends[30]);
    assert_eq!(seldom(), 1, "the thirty");

    follower.durable(ends[31]);
    wait(ends[31]);
    assert_eq!(seldom(), 1, "nothing was said during the thirty");
}

struct Panics;

impl LogView for Panics {
    fn id(&self) -> u128 {
        7
    }

    fn entries(&self, _: Position) -> Result<Box<dyn Entries>, LogError> {
        panic!("a bug");
    }
}

#[test]
fn a_panic_is_said_and_nobody_waits_for_ever() {
    let (_dir, _path, follower) = start(Panics, Pace::default());
    follower.durable(Position(1));
    assert_eq!(follower.progress().wait_for(Position(1), LONG), Position(0));
    assert_eq!(follower.checkpoint(), Position(0));
    assert!(follower.stop().is_err());
}

#[test]
fn it_starts_where_the_archive_is() {
    let log: MemoryLog = Talk::of(1, 50);
    let dir = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(dir.path().join(NAME), &Vfs::Default).unwrap();
    archive.catch_up(&log, log.end()).unwrap();
    let follower = Follower::start(archive, Box::new(log.clone()), PATIENT).unwrap();
    assert_eq!(follower.progress().applied(), log.end());
    follower.durable(log.end());
    assert_eq!(follower.stop().unwrap(), log.end());
}

#[test]
fn what_is_too_old_is_forgotten_by_kind() {
    let log = MemoryLog::new(7);
    let (ginette, roger) = (source(1, "ginette"), source(2, "roger"));
    let (name, founder) = (channel("#ours"), ginette.account.clone().unwrap());
    let at = |ms: u64| Millis(1_000_000_000 + ms);
    for (ms, words) in [(0, "old"), (5_000, "new")] {
        log.append_at(at(ms), vec![message(&ginette, 1, &channel("#rust"), words)]);
        log.append_at(at(ms), vec![message(&ginette, 2, &name, words)]);
        log.append_at(at(ms), vec![private(&ginette, &roger, words)]);
        let (by, name, topic) = (ginette.clone(), channel("#rust"), Some(text(words)));
        log.append_at(at(ms), vec![Event::TopicChanged { by, channel: ChannelId(1), name, topic }]);
    }
    log.append_at(at(5_000), vec![Event::ChannelRegistered { channel: ChannelId(2), name, founder }]);
    let kept = Kept { registered_ms: None, channels_ms: Some(2_000), private_ms: Some(1_000) };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(NAME);
    let mut archive = Archive::open(&path, &Vfs::Default).unwrap();
    archive.catch_up(&log, log.end()).unwrap();
    let left = || -> Vec<String> {
        let connection = rusqlite::Connection::open(&path).unwrap();
        let mut statement = connection
            .prepare("SELECT coalesce(channel, 'private') || ' ' || text FROM messages ORDER BY id")
            .unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert!(!archive.expire(&kept, at(5_500)).unwrap(), "one slice is enough");
    assert_eq!(left(), ["#ours old", "#rust new", "#ours new", "private new"]);
    let happened = || -> i64 {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.query_row("SELECT count(*) FROM happenings", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(happened(), 1, "what else happened goes with what was said then");
    assert!(!archive.expire(&kept, at(9_000)).unwrap());
    assert_eq!(left(), ["#ours old", "#ours new"]);
    let connection = rusqlite::Connection::open(&path).unwrap();
    let sides: i64 = connection.query_row("SELECT count(*) FROM sides", [], |row| row.get(0)).unwrap();
    assert_eq!(sides, 0, "that they talked is forgotten, too");
    // The thread does the same by itself, and goes on following.
    drop(archive);
    let kept = Kept { registered_ms: Some(1), ..kept };
    let keep = Keep { kept, every: Duration::from_millis(1), now: || Millis(2_000_000_000) };
    let archive = Archive::open(&path, &Vfs::Default).unwrap();
    let follower = Follower::start(archive, Box::new(log.clone()), Pace { keep, ..Pace::default() }).unwrap();
    log.append_at(at(9_000), vec![message(&ginette, 2, &channel("#ours"), "newer")]);
    follower.durable(log.end());
    assert_eq!(follower.progress().wait_for(log.end(), LONG), log.end());
    let began = std::time::Instant::now();
    while !left().is_empty() {
        assert!(began.elapsed() < LONG, "{:?}", left());
        std::thread::yield_now();
    }
    follower.stop().unwrap();
}

#[test]
fn much_that_is_too_old_goes_in_slices() {
    let log = MemoryLog::new(7);
    let by = source(1, "ginette");
    for n in 0..2_500_u64 {
        log.append(vec![message(&by, 1, &channel("#rust"), &n.to_string())]);
    }
    let dir = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(dir.path().join(NAME), &Vfs::Default).unwrap();
    archive.catch_up(&log, log.end()).unwrap();
    let kept = Kept { channels_ms: Some(1), ..Kept::default() };
    let now = Millis(u64::MAX / 2);
    let slices = (1..).find(|_| !archive.expire(&kept, now).unwrap());
    assert_eq!(slices, Some(3));
}
