//! What every log does, run over all of them.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use colvert_disk::Disk;
use colvert_log::{
    Durability, Entry, Environment, Failure, LocalLog, Log, LogId, Millis, NewLog, Options, Position, Reader,
    Restart, StepLog,
};
use colvert_testkit::sim_disk::{Fault, SimDisk};

/// A log and what makes it do its work.
struct Subject {
    log: Box<dyn Log>,
    /// Returns when something more may have happened.
    progress: Box<dyn Fn()>,
}

type Factory = fn(Arc<dyn Disk>, Options) -> Subject;

const FACTORIES: [Factory; 2] = [local, step];

fn local(disk: Arc<dyn Disk>, options: Options) -> Subject {
    let (sender, receiver): (_, Receiver<()>) = channel();
    let environment =
        Environment { now: Box::new(|| Millis(5)), notify: Box::new(move || sender.send(()).unwrap_or(())) };
    let (log, _) = LocalLog::open(disk, options, environment).unwrap();
    let progress = move || receiver.recv_timeout(Duration::from_secs(20)).expect("the log notifies");
    Subject { log: Box::new(log), progress: Box::new(progress) }
}

fn step(disk: Arc<dyn Disk>, options: Options) -> Subject {
    let (log, _) = StepLog::open(disk, options, Millis(5)).unwrap();
    let stepper = log.clone();
    let progress = move || {
        stepper.commit();
        stepper.tick(Millis(5));
    };
    Subject { log: Box::new(log), progress: Box::new(progress) }
}

fn options(durability: Durability) -> Options {
    Options {
        segment_bytes: 2048,
        segment_age_max_ms: u64::MAX,
        durability,
        new_log: NewLog { log_id: LogId(7), generation: 1, first: Position(1) },
        expected: None,
        restart: Restart::Continue,
    }
}

impl Subject {
    fn append(&mut self, first: u64, count: u32, text: &str) -> Result<(), Failure> {
        self.log.append(Entry { first: Position(first), count, bytes: text.as_bytes() })
    }

    /// Waits until everything is durable, or the log has failed.
    fn settle(&mut self) {
        self.log.flush();
        while self.log.failed().is_none() && self.log.positions().durable < self.log.positions().ordered {
            (self.progress)();
        }
    }
}

fn texts(disk: &SimDisk, from: u64, up_to: u64) -> Vec<(u64, String)> {
    let mut reader = Reader::open(disk.shared(), Position(from)).unwrap();
    let mut texts = Vec::new();
    while let Some(entry) = reader.next(Position(up_to)).unwrap() {
        texts.push((entry.first.0, String::from_utf8(entry.bytes.to_vec()).unwrap()));
    }
    texts
}

fn on_all(test: impl Fn(SimDisk, &dyn Fn(&SimDisk, Options) -> Subject)) {
    for factory in FACTORIES {
        test(SimDisk::new(1), &|disk, options| factory(disk.shared(), options));
    }
}

#[test]
fn what_is_appended_becomes_durable_in_order() {
    on_all(|disk, open| {
        let mut subject = open(&disk, options(Durability::Commit));
        assert_eq!(subject.log.positions(), Default::default());
        subject.append(1, 2, "hello").unwrap();
        subject.append(3, 1, "").unwrap();
        assert_eq!(subject.log.positions().ordered, Position(3));
        subject.settle();
        let positions = subject.log.positions();
        assert_eq!((positions.written, positions.durable), (Position(3), Position(3)));
        assert_eq!(subject.log.released(), Position(3));
        let after = disk.power_cut(3);
        assert_eq!(texts(&after, 1, 3), [(1, "hello".to_owned()), (3, String::new())]);
        assert_eq!(texts(&after, 2, 2), [(1, "hello".to_owned())], "an entry is whole");
        assert_eq!(texts(&after, 3, 3), [(3, String::new())]);
    });
}

#[test]
fn what_is_together_is_there_whole_or_not_at_all() {
    on_all(|disk, open| {
        let mut subject = open(&disk, options(Durability::Commit));
        subject.append(1, 1, "alone").unwrap();
        subject.settle();
        let cut = disk.ops();
        // More than one segment has.
        let text = "x".repeat(900);
        for n in 2..=8 {
            subject.append(n, 1, &text).unwrap();
        }
        subject.append(9, 1, "the end of it").unwrap();
        subject.log.together(Position(2));
        subject.append(10, 1, "alone again").unwrap();
        subject.settle();
        assert_eq!(texts(&disk, 1, 10).len(), 10);
        for n_ops in 0..disk.ops() - cut {
            let disk = SimDisk::new(1);
            let mut subject = open(&disk, options(Durability::Commit));
            subject.append(1, 1, "alone").unwrap();
            subject.settle();
            disk.cut_after(n_ops);
            for n in 2..=8 {
                subject.append(n, 1, &text).unwrap();
            }
            subject.append(9, 1, "the end of it").unwrap();
            subject.log.together(Position(2));
            subject.settle();
            assert!([Position(1), Position(9)].contains(&subject.log.positions().written));
            for seed in 0..20 {
                let disk = disk.power_cut(seed);
                let subject = open(&disk, options(Durability::Commit));
                let last = subject.log.positions().durable;
                assert!([Position(1), Position(9)].contains(&last), "{last} after {n_ops} operations");
            }
        }
    });
}

#[test]
fn what_was_not_flushed_does_not_outlive_who_was_about_to() {
    let disk = SimDisk::new(1);
    let mut subject = local(disk.shared(), options(Durability::Commit));
    subject.append(1, 1, "kept").unwrap();
    subject.settle();
    subject.append(2, 1, "a part of something").unwrap();
    drop(subject);
    let subject = local(disk.shared(), options(Durability::Commit));
    assert_eq!(subject.log.positions().durable, Position(1));
}

#[test]
fn an_entry_out_of_order_or_too_large_is_refused_and_changes_nothing() {
    on_all(|disk, open| {
        let mut subject = open(&disk, options(Durability::Commit));
        let refused = Failure::OutOfOrder { expected: Position(1), got: Position(2) };
        assert_eq!(subject.append(2, 1, "x"), Err(refused));
        assert!(matches!(subject.append(1, 0, "x"), Err(Failure::OutOfOrder { .. })));
        assert!(matches!(subject.append(1, 1, &"x".repeat(4000)), Err(Failure::TooLarge { bytes: 4000 })));
        assert_eq!(subject.log.failed(), None);
        subject.append(1, 1, "x").unwrap();
        subject.settle();
        assert_eq!(texts(&disk, 1, 1).len(), 1);
    });
}

#[test]
fn a_log_goes_on_where_it_was_closed() {
    on_all(|disk, open| {
        for round in 0..5 {
            let mut subject = open(&disk, options(Durability::Commit));
            assert_eq!(subject.log.positions().durable, Position(round * 30));
            for n in 1..=30 {
                subject.append(round * 30 + n, 1, "some text of some length, so that segments roll").unwrap();
            }
            subject.log.close().unwrap();
        }
        assert_eq!(texts(&disk.power_cut(1), 1, 150).len(), 150);
        assert_eq!(texts(&disk, 77, 150).len(), 74);
    });
}

#[test]
fn after_a_failed_sync_nothing_more_is_durable() {
    on_all(|disk, open| {
        let mut subject = open(&disk, options(Durability::Commit));
        subject.append(1, 1, "kept").unwrap();
        subject.settle();
        disk.fail_after(0, Fault::SyncError);
        subject.append(2, 1, "unknown").unwrap();
        subject.settle();
        assert!(matches!(subject.log.failed(), Some(Failure::Disk { .. })));
        assert!(subject.append(3, 1, "refused").is_err());
        subject.log.flush();
        assert_eq!(subject.log.positions().durable, Position(1));
        assert!(subject.log.close().is_err());
        assert_eq!(texts(&disk.power_cut(1), 1, 1), [(1, "kept".to_owned())]);
    });
}

#[test]
fn relaxed_releases_what_is_written_and_syncs_later() {
    on_all(|disk, open| {
        let mut subject = open(&disk, options(Durability::Relaxed));
        subject.append(1, 1, "a").unwrap();
        subject.settle();
        assert_eq!(subject.log.released(), Position(1));
        assert_eq!(texts(&disk.power_cut(1), 1, 1).len(), 1);
        subject.append(2, 1, "b").unwrap();
        subject.log.close().unwrap();
        assert_eq!(texts(&disk.power_cut(1), 1, 2).len(), 2);
    });
}

#[test]
fn a_full_disk_shows_in_room_before_it_stops_the_log() {
    on_all(|disk, open| {
        disk.set_capacity(Some(5000));
        let mut subject = open(&disk, options(Durability::Commit));
        let text = "x".repeat(100);
        let mut n = 0;
        while subject.log.room() >= 124 {
            n += 1;
            subject.append(n, 1, &text).unwrap();
            if n % 3 == 0 {
                subject.settle();
            }
        }
        subject.settle();
        assert_eq!(subject.log.failed(), None);
        assert!(n > 25, "{n}");
        assert_eq!(texts(&disk.power_cut(1), 1, n).len() as u64, n);
        disk.set_capacity(None);
        while subject.log.room() < 124 {
            (subject.progress)();
        }
        subject.append(n + 1, 1, &text).unwrap();
        subject.settle();
        assert_eq!(texts(&disk.power_cut(1), 1, n + 1).len() as u64, n + 1);
    });
}

#[test]
fn old_segments_go_and_a_reader_says_so() {
    on_all(|disk, open| {
        let mut subject = open(&disk, options(Durability::Commit));
        for n in 1..=100 {
            subject.append(n, 1, "some text of some length, so that segments roll").unwrap();
        }
        subject.settle();
        subject.append(101, 1, "x").unwrap();
        subject.log.remove_below(Position(60));
        subject.log.close().unwrap();
        assert!(matches!(
            Reader::open(disk.shared(), Position(1)),
            Err(colvert_log::ReadError::Removed { oldest, .. }) if oldest > Position(1) && oldest <= Position(60)
        ));
        assert_eq!(texts(&disk, 60, 101).len(), 42);
    });
}
