use colvert_testkit::sim_disk::SimDisk;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::{Durability, Millis, NewLog, Options, Restart, Segments};

fn options() -> Options {
    Options {
        segment_bytes: 1024,
        segment_age_max_ms: u64::MAX,
        durability: Durability::Commit,
        new_log: NewLog { log_id: LogId(7), generation: 1, first: Position(1) },
        expected: None,
        restart: Restart::Continue,
    }
}

fn text_of(first: Position) -> Vec<u8> {
    format!("entry {first}").into_bytes()
}

/// Appends entries of two events each.
fn write(segments: &mut Segments, entries: u64) {
    for _ in 0..entries {
        let first = segments.positions().ordered.plus(1);
        let bytes = text_of(first);
        segments.append(Millis(0), [Entry { first, count: 2, bytes: &bytes }]).unwrap();
    }
    segments.sync().unwrap();
}

/// The positions of the entries up to `up_to`, each checked.
fn read(reader: &mut Reader, up_to: u64) -> Result<Vec<u64>, ReadError> {
    let mut firsts = Vec::new();
    while let Some(entry) = reader.next(Position(up_to))? {
        assert_eq!((entry.bytes, entry.count), (&text_of(entry.first)[..], 2));
        firsts.push(entry.first.0);
    }
    Ok(firsts)
}

fn odd(from: u64, up_to: u64) -> Vec<u64> {
    (from..=up_to).step_by(2).collect()
}

#[test]
fn a_reader_follows_the_log_while_it_is_written() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = Segments::open(disk.shared(), options(), Millis(0)).unwrap();
    let mut reader = Reader::open(disk.shared(), Position(1)).unwrap();
    let mut all = Vec::new();
    for n in 1..60 {
        assert_eq!(read(&mut reader, segments.positions().durable.0).unwrap(), [] as [u64; 0]);
        write(&mut segments, n % 7);
        all.extend(read(&mut reader, segments.positions().durable.0).unwrap());
        assert_eq!(reader.position(), segments.positions().durable.plus(1));
    }
    assert_eq!(all, odd(1, segments.positions().durable.0));
    assert!(disk.list().unwrap().len() > 3);
}

#[test]
fn a_reader_starts_anywhere_and_ends_where_it_is_told() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = Segments::open(disk.shared(), options(), Millis(0)).unwrap();
    write(&mut segments, 100);
    for from in 1..=200 {
        let mut reader = Reader::open(disk.shared(), Position(from)).unwrap();
        assert_eq!(reader.position(), Position(from));
        let first = from - (from + 1) % 2;
        assert_eq!(read(&mut reader, 150).unwrap(), odd(first, 150));
        assert_eq!(read(&mut reader, 200).unwrap(), odd(first.max(151), 200));
    }
    let mut ahead = Reader::open(disk.shared(), Position(205)).unwrap();
    assert_eq!(read(&mut ahead, 200).unwrap(), [] as [u64; 0]);
    write(&mut segments, 5);
    assert_eq!(read(&mut ahead, 210).unwrap(), [205, 207, 209]);
}

#[test]
fn a_reader_survives_a_new_start_of_the_writer() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = Segments::open(disk.shared(), options(), Millis(0)).unwrap();
    let mut reader = Reader::open(disk.shared(), Position(1)).unwrap();
    let restored = Options { restart: Restart::NewGeneration, ..options() };
    let (mut again, _) = Segments::open(disk.shared(), restored, Millis(0)).unwrap();
    write(&mut again, 3);
    assert_eq!(read(&mut reader, 6).unwrap(), odd(1, 6));
    assert_eq!(reader.generation(), 2);
    write(&mut segments, 0);
}

#[test]
fn what_was_removed_is_said_to_be() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = Segments::open(disk.shared(), options(), Millis(0)).unwrap();
    let mut behind = Reader::open(disk.shared(), Position(1)).unwrap();
    assert!(matches!(Reader::open(SimDisk::new(1).shared(), Position(1)), Err(ReadError::NoLog)));
    write(&mut segments, 100);
    segments.remove_below(Position(150)).unwrap();
    let oldest = segments.first();
    let removed = |e: &ReadError| matches!(e, ReadError::Removed { oldest: o, .. } if *o == oldest);
    assert!(removed(&Reader::open(disk.shared(), Position(3)).err().unwrap()));
    assert!(removed(&read(&mut behind, 200).unwrap_err()));
    let mut reader = Reader::open(disk.shared(), oldest).unwrap();
    assert_eq!(read(&mut reader, 200).unwrap(), odd(oldest.0, 200));
}

#[test]
fn damage_is_named_and_not_read_over() {
    let disk = SimDisk::new(1);
    let (mut segments, _) = Segments::open(disk.shared(), options(), Millis(0)).unwrap();
    write(&mut segments, 10);
    let name = format::file_name(Position(1));
    for offset in [140, 200] {
        disk.rot(&name, offset, 1);
        let mut reader = Reader::open(disk.shared(), Position(1)).unwrap();
        assert!(
            matches!(read(&mut reader, 20), Err(ReadError::Corrupt(c)) if c.file == name && c.offset <= offset)
        );
        disk.rot(&name, offset, 1);
    }
}

/// One way to damage a file: flip bits, or overwrite, or cut it.
#[derive(Clone, Debug)]
enum Blow {
    Flip(u8),
    Zeroes(usize),
    Noise(Vec<u8>),
    Cut,
}

fn blow() -> impl Strategy<Value = Blow> {
    prop_oneof![
        (1u8..).prop_map(Blow::Flip),
        (1usize..600).prop_map(Blow::Zeroes),
        vec(any::<u8>(), 1..100).prop_map(Blow::Noise),
        Just(Blow::Cut),
    ]
}

fn strike(disk: &SimDisk, name: &str, at: usize, blow: &Blow) {
    let file = disk.open(name, Open::Write).unwrap();
    match blow {
        Blow::Flip(mask) => disk.rot(name, at as u64, *mask),
        Blow::Zeroes(n) => file.write_all_at(&vec![0; *n], at as u64).unwrap(),
        Blow::Noise(bytes) => file.write_all_at(bytes, at as u64).unwrap(),
        Blow::Cut => file.truncate(at as u64).unwrap(),
    }
}

proptest! {
    /// Whatever is done to the files, nothing panics, and no entry is read that was not written.
    #[test]
    fn damage_never_invents_an_entry(
        entries in 1u64..80,
        blows in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), blow()), 1..4),
    ) {
        let disk = SimDisk::new(1);
        let (mut segments, _) = Segments::open(disk.shared(), options(), Millis(0)).unwrap();
        write(&mut segments, entries);
        let names = disk.list().unwrap();
        for (file, at, blow) in &blows {
            let name = file.get(&names);
            let len = disk.bytes(name).unwrap().len();
            if len > 0 {
                strike(&disk, name, at.index(len), blow);
            }
        }
        if let Ok(mut reader) = Reader::open(disk.shared(), Position(1))
            && let Ok(firsts) = read(&mut reader, 2 * entries)
        {
            prop_assert_eq!(firsts, odd(1, 2 * entries));
        }
        if let Ok((mut segments, recovered)) = Segments::open(disk.shared(), options(), Millis(0)) {
            let up_to = recovered.next.0 - 1;
            prop_assert!(up_to <= 2 * entries);
            write(&mut segments, 20);
            if recovered.first == Position(1) {
                let mut reader = Reader::open(disk.shared(), Position(1)).unwrap();
                prop_assert_eq!(read(&mut reader, up_to + 40).unwrap(), odd(1, up_to + 40));
            }
        }
    }
}
