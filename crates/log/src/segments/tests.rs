use colvert_disk::Disk;
use colvert_testkit::sim_disk::{Fault, SimDisk};

use super::*;
use crate::{Corrupt, Damage, Durability, OpenError, Reader};

const TEXT: &[u8] = b"what somebody said";
const FRAME_BYTES: u64 = FRAME_HEADER_BYTES as u64 + TEXT.len() as u64;

fn options() -> Options {
    Options {
        segment_bytes: 512,
        segment_age_max_ms: 1000,
        durability: Durability::Commit,
        new_log: NewLog { log_id: LogId(7), generation: 1, first: Position(1) },
        expected: None,
        restart: Restart::Continue,
    }
}

fn relaxed() -> Options {
    Options { durability: Durability::Relaxed, ..options() }
}

fn open(disk: &SimDisk, options: Options) -> (Segments, Recovered) {
    Segments::open(disk.shared(), options, Millis(0)).unwrap()
}

fn refused(disk: &SimDisk, options: Options) -> OpenError {
    Segments::open(disk.shared(), options, Millis(0)).err().expect("the log must not open")
}

fn damage(disk: &SimDisk) -> Corrupt {
    match refused(disk, options()) {
        OpenError::Corrupt(corrupt) => corrupt,
        other => panic!("{other}"),
    }
}

/// Appends one entry as a group of its own.
fn write(segments: &mut Segments, now: u64) {
    let first = segments.positions().ordered.plus(1);
    segments.append(Millis(now), [Entry { first, count: 1, bytes: TEXT }]).unwrap();
}

/// A log of `n` durable entries, each in a group of its own, whose process was killed.
fn with_entries(n: u64) -> SimDisk {
    let disk = SimDisk::new(1);
    let (mut segments, _) = open(&disk, options());
    for _ in 0..n {
        write(&mut segments, 0);
        segments.sync().unwrap();
    }
    disk.kill()
}

fn segments_of(disk: &SimDisk) -> Vec<String> {
    disk.list().unwrap().into_iter().filter(|name| name != format::SPARE).collect()
}

#[test]
fn a_clean_end_is_known_until_the_log_is_opened_again() {
    let disk = SimDisk::new(1);
    let (mut segments, recovered) = open(&disk, options());
    assert!(recovered.clean);
    write(&mut segments, 0);
    segments.close(Millis(0)).unwrap();
    assert!(open(&disk.power_cut(1), options()).1.clean);
    assert!(open(&disk, options()).1.clean);
    assert!(!open(&disk.power_cut(1), options()).1.clean, "opened, and not closed");
}

#[test]
fn a_relaxed_process_that_ends_badly_ends_its_generation() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = open(&disk, relaxed());
    write(&mut segments, 0);
    segments.close(Millis(0)).unwrap();
    assert_eq!(open(&disk, relaxed()).1.generation, 1, "it ended well");
    let (mut segments, recovered) = open(&disk, options());
    assert_eq!((recovered.generation, recovered.clean), (2, false), "the one before was relaxed");
    write(&mut segments, 0);
    drop(segments);
    assert_eq!(open(&disk, options()).1.generation, 2, "commit loses nothing");
    let restored = Options { restart: Restart::NewGeneration, ..options() };
    assert_eq!(open(&disk, restored).1.generation, 3);
    assert_eq!(open(&disk, restored).1.generation, 4, "also when there is no entry in between");
    let mut reader = Reader::open(disk.shared(), Position(1)).unwrap();
    let mut generations = Vec::new();
    while reader.next(Position(2)).unwrap().is_some() {
        generations.push(reader.generation());
    }
    assert_eq!(generations, [1, 2]);
}

#[test]
fn a_torn_tail_is_cut_and_wiped() {
    let disk = with_entries(3);
    let (mut segments, _) = open(&disk, options());
    let end = segments.current.at;
    write(&mut segments, 0);
    write(&mut segments, 0);
    write(&mut segments, 0);
    let disk = disk.kill();
    let name = segments_of(&disk).pop().unwrap();
    disk.rot(&name, end + 30, 1);
    let (segments, recovered) = open(&disk, options());
    assert_eq!((recovered.next, recovered.cut_bytes), (Position(4), 3 * FRAME_BYTES));
    assert!(disk.power_cut(1).bytes(&name).unwrap()[segments.current.at as usize..].iter().all(|&b| b == 0));
}

/// A log of three entries and a part of a fourth, which goes on over several segments and has no end, whose process was killed.
fn with_half_an_entry() -> SimDisk {
    let disk = with_entries(3);
    let (mut segments, _) = open(&disk, options());
    for n in 4..=40 {
        let entry = Entry { first: Position(n), count: 1, bytes: TEXT };
        segments.append(Millis(0), [Part { entry, goes_on: true }]).unwrap();
        segments.sync().unwrap();
        assert_eq!((segments.positions().written, segments.positions().durable), (Position(3), Position(3)));
    }
    assert!(segments.sealed.len() > 2);
    disk.kill()
}

#[test]
fn what_goes_on_and_has_no_end_is_cut_over_several_segments() {
    let disk = with_half_an_entry();
    let (mut segments, recovered) = open(&disk, options());
    assert_eq!((recovered.next, recovered.clean, segments_of(&disk).len()), (Position(4), false, 1));
    write(&mut segments, 0);
    segments.sync().unwrap();
    assert_eq!(open(&disk.power_cut(1), options()).1.next, Position(5));
}

#[test]
fn what_goes_on_and_has_no_end_is_cut_also_behind_the_mark_of_an_end() {
    let disk = with_entries(3);
    let (mut segments, _) = open(&disk, options());
    let entry = Entry { first: Position(4), count: 1, bytes: TEXT };
    segments.append(Millis(0), [Part { entry, goes_on: true }]).unwrap();
    segments.close(Millis(0)).unwrap();
    let recovered = open(&disk, options()).1;
    assert_eq!((recovered.next, recovered.clean), (Position(4), false));
}

#[test]
fn cutting_what_has_no_end_can_be_cut_off_itself() {
    let mut n_ops = 0;
    loop {
        let half = with_half_an_entry();
        half.cut_after(n_ops);
        let is_open = Segments::open(half.shared(), options(), Millis(0)).is_ok();
        for seed in 0..20 {
            assert_eq!(open(&half.power_cut(seed), options()).1.next, Position(4), "{n_ops} operations");
        }
        if is_open {
            break;
        }
        n_ops += 1;
    }
    assert!(n_ops > 8, "{n_ops}");
}

#[test]
fn a_wipe_that_a_failed_sync_dropped_is_made_again() {
    for seed in 0..50 {
        let disk = with_entries(3);
        let (mut segments, _) = open(&disk, options());
        (0..5).for_each(|_| write(&mut segments, 0));
        // Some of it survives.
        let disk = disk.power_cut(seed);
        disk.fail_after(0, Fault::SyncError);
        assert!(Segments::open(disk.shared(), options(), Millis(0)).is_err());
        let disk = disk.kill();
        let (mut segments, recovered) = open(&disk, options());
        // It does not fit here: what was to be wiped is in an ended segment.
        let bytes = vec![b'x'; options().entry_bytes_max()];
        segments.append(Millis(0), [Entry { first: recovered.next, count: 1, bytes: &bytes }]).unwrap();
        segments.sync().unwrap();
        assert_eq!(open(&disk.power_cut(seed), options()).1.next, recovered.next.plus(1), "seed {seed}");
    }
}

#[test]
fn rot_in_durable_entries_is_not_taken_for_a_torn_tail() {
    let disk = with_entries(5);
    let name = format::file_name(Position(1));
    let second = HEADER_BYTES as u64 + Mark::FRAME_BYTES as u64 + FRAME_BYTES;
    for offset in [0, 5, 20, FRAME_BYTES - 1] {
        let rotten = disk.kill();
        rotten.rot(&name, second + offset, 1);
        let found = damage(&rotten);
        assert_eq!(found, Corrupt { file: name.clone(), offset: second, damage: Damage::Frame });
    }
}

#[test]
fn rot_in_the_last_entry_is_seen_after_a_clean_end() {
    let disk = with_entries(2);
    let (mut segments, _) = open(&disk, options());
    let last = segments.current.at;
    write(&mut segments, 0);
    segments.close(Millis(0)).unwrap();
    disk.rot(&format::file_name(Position(1)), last + 30, 1);
    assert_eq!(damage(&disk).damage, Damage::Frame);
}

#[test]
fn rot_in_an_earlier_segment_or_a_header_is_refused() {
    let disk = with_entries(30);
    let names = segments_of(&disk);
    assert!(names.len() > 2, "{names:?}");
    for (name, offset, expected) in [
        (&names[0], 100, Damage::Frame),
        (&names[1], 9, Damage::Header),
        (names.last().unwrap(), 9, Damage::Header),
    ] {
        let rotten = disk.kill();
        rotten.rot(name, offset, 4);
        let found = damage(&rotten);
        assert_eq!((&found.file, found.damage), (name, expected));
    }
}

#[test]
fn a_missing_or_foreign_segment_is_refused() {
    let disk = with_entries(30);
    let names = segments_of(&disk);
    let gap = disk.kill();
    gap.remove(&names[1]).unwrap();
    assert_eq!((damage(&gap).file, damage(&gap).damage), (names[0].clone(), Damage::Gap));

    let renamed = disk.kill();
    renamed.rename(names.last().unwrap(), &format::file_name(Position(9999))).unwrap();
    assert_eq!(damage(&renamed).damage, Damage::Name);

    let other = SimDisk::new(1);
    let new_log = NewLog { log_id: LogId(8), ..options().new_log };
    open(&other, Options { new_log, ..options() });
    let mixed = disk.kill();
    let bytes = other.bytes(&format::file_name(Position(1))).unwrap();
    mixed.open(&names[0], Open::Write).unwrap().write_all_at(&bytes, 0).unwrap();
    assert_eq!(damage(&mixed).damage, Damage::Foreign);
}

#[test]
fn the_log_that_is_expected_must_be_there() {
    let expecting = Options { expected: Some(LogId(8)), ..options() };
    assert!(matches!(refused(&SimDisk::new(1), expecting), OpenError::Missing { .. }));
    assert!(matches!(refused(&with_entries(1), expecting), OpenError::WrongLog { found: LogId(7), .. }));
    open(&with_entries(1), Options { expected: Some(LogId(7)), ..options() });
}

#[test]
fn a_restored_log_starts_where_the_backup_ended() {
    let new_log = NewLog { log_id: LogId(7), generation: 5, first: Position(1000) };
    let (mut segments, recovered) = open(&SimDisk::new(1), Options { new_log, ..options() });
    assert_eq!((recovered.first, recovered.next, recovered.generation), (Position(1000), Position(1000), 5));
    write(&mut segments, 0);
    assert_eq!(segments.positions().written, Position(1000));
}

#[test]
fn a_segment_with_entries_ends_at_its_age() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = open(&disk, options());
    segments.tick(Millis(5000)).unwrap();
    assert_eq!(segments_of(&disk).len(), 1, "nothing in it is old");
    write(&mut segments, 5000);
    segments.tick(Millis(5999)).unwrap();
    assert_eq!(segments_of(&disk).len(), 1);
    segments.tick(Millis(6000)).unwrap();
    assert_eq!(segments_of(&disk).len(), 2);
    assert_eq!(segments.remove_below(Position(2)).unwrap(), 1);
    assert_eq!(segments.first(), Position(2));
}

#[test]
fn only_whole_segments_go_and_never_the_current_one() {
    let disk = with_entries(30);
    let (mut segments, _) = open(&disk, options());
    let before = segments_of(&disk).len();
    let second = segments.sealed[1];
    assert_eq!(segments.remove_below(second).unwrap(), 1);
    assert_eq!(segments.remove_below(second.plus(1)).unwrap(), 0);
    assert_eq!(segments.remove_below(Position(u64::MAX)).unwrap(), before - 2);
    assert_eq!(segments_of(&disk).len(), 1);
    assert_eq!(open(&disk, options()).1.next, Position(31));
}

#[test]
fn what_has_room_is_written_on_a_full_disk() {
    for text_bytes in [0, 18, 100, options().entry_bytes_max()] {
        let disk = SimDisk::new(1);
        let (mut segments, _) = open(&disk, options());
        disk.set_capacity(Some(1));
        let text = vec![b'x'; text_bytes];
        let needed = (FRAME_HEADER_BYTES + text_bytes) as u64;
        let mut first = Position(1);
        while segments.room() >= needed {
            segments.append(Millis(0), [Entry { first, count: 1, bytes: &text }]).unwrap();
            first = first.plus(1);
        }
        assert!(first > Position(1));
        segments.close(Millis(0)).unwrap();
    }
}

#[test]
fn a_group_is_one_write_and_one_sync() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = open(&disk, Options { segment_bytes: 1 << 20, ..options() });
    let group: Vec<_> = (1..=1000).map(|n| Entry { first: Position(n), count: 1, bytes: TEXT }).collect();
    let before = disk.ops();
    segments.append(Millis(0), group).unwrap();
    segments.sync().unwrap();
    assert_eq!(disk.ops(), before + 2);
}

#[test]
fn after_a_failure_nothing_is_tried_again() {
    for fault in [Fault::WriteError, Fault::SyncError, Fault::NoSpace] {
        let disk = SimDisk::new(1);
        let (mut segments, _) = open(&disk, options());
        disk.fail_after(0, fault);
        let entry = Entry { first: Position(1), count: 1, bytes: TEXT };
        let failure = segments.append(Millis(0), [entry]).and_then(|()| segments.sync()).unwrap_err();
        let ops = disk.ops();
        assert_eq!(segments.sync(), Err(failure.clone()));
        assert_eq!(segments.append(Millis(0), [entry]), Err(failure.clone()));
        assert_eq!(segments.tick(Millis(9999)), Err(failure.clone()));
        assert_eq!(segments.close(Millis(0)), Err(failure));
        assert_eq!((disk.ops(), segments.positions().durable), (ops, Position(0)));
    }
}

#[test]
fn what_a_failed_sync_left_readable_is_kept_once_a_new_start_has_shown_it() {
    for seed in 0..50 {
        let disk = SimDisk::new(seed);
        let (mut segments, _) = open(&disk, options());
        disk.fail_after(0, Fault::SyncError);
        write(&mut segments, 0);
        segments.sync().unwrap_err();
        let (_, recovered) = open(&disk, options());
        assert_eq!(recovered.next, Position(2));
        assert_eq!(open(&disk.power_cut(seed), options()).1.next, Position(2), "seed {seed}");
    }
}

#[test]
fn a_sync_beside_writing_makes_durable_what_was_there_when_it_began() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = open(&disk, relaxed());
    write(&mut segments, 0);
    let unsynced = segments.unsynced().unwrap();
    write(&mut segments, 0);
    let result = unsynced.sync();
    segments.synced(&unsynced, result).unwrap();
    assert_eq!((segments.positions().durable, segments.positions().written), (Position(1), Position(2)));
    segments.sync().unwrap();
    assert!(segments.unsynced().is_none());
    segments.synced(&unsynced, Ok(())).unwrap();
    assert_eq!(segments.positions().durable, Position(2), "an older sync takes nothing back");
}

#[test]
fn a_sync_that_failed_on_one_thread_has_failed_for_the_other() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = open(&disk, relaxed());
    write(&mut segments, 0);
    let unsynced = segments.unsynced().unwrap();
    disk.fail_after(0, Fault::SyncError);
    let failure = unsynced.sync().unwrap_err();
    assert_eq!(segments.sync(), Err(failure), "though the disk would say yes now");
    assert_eq!(segments.positions().durable, Position(0));
}
