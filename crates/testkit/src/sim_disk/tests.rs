use std::collections::BTreeSet;
use std::io;

use colvert_disk::{Disk, Open, RealDisk, write_atomically};

use super::{Fault, SimDisk};

fn content(disk: &dyn Disk, name: &str) -> Vec<u8> {
    let file = disk.open(name, Open::Read).unwrap();
    let mut bytes = vec![0; file.len().unwrap() as usize];
    file.read_exact_at(&mut bytes, 0).unwrap();
    bytes
}

/// What every disk does, run over all of them.
fn behaves(disk: &dyn Disk) {
    assert_eq!(disk.open("a", Open::Read).err().unwrap().kind(), io::ErrorKind::NotFound);
    assert_eq!(disk.open("../a", Open::Write).err().unwrap().kind(), io::ErrorKind::InvalidInput);
    let a = disk.open("a", Open::CreateNew).unwrap();
    assert_eq!(disk.open("a", Open::CreateNew).err().unwrap().kind(), io::ErrorKind::AlreadyExists);
    a.write_all_at(b"hello", 3).unwrap();
    assert_eq!(content(disk, "a"), b"\0\0\0hello");
    a.allocate(4).unwrap();
    assert_eq!(a.len().unwrap(), 8);
    a.allocate(70_000).unwrap();
    assert_eq!(a.len().unwrap(), 70_000);
    a.truncate(5).unwrap();
    a.sync_data().unwrap();
    assert_eq!(content(disk, "a"), b"\0\0\0he");
    assert_eq!(a.read_at(&mut [0; 4], 99).unwrap(), 0);
    assert_eq!(a.read_exact_at(&mut [0; 4], 3).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    let reader = disk.open("a", Open::Read).unwrap();
    assert!(reader.write_at(b"x", 0).is_err());

    write_atomically(disk, "b", b"1").unwrap();
    write_atomically(disk, "b", b"two").unwrap();
    assert_eq!(disk.list().unwrap(), ["a", "b"]);
    disk.rename("b", "a").unwrap();
    assert_eq!(content(disk, "a"), b"two");
    assert_eq!(reader.len().unwrap(), 5, "who has the old file open keeps it");
    disk.sync_dir().unwrap();
    disk.remove("a").unwrap();
    assert_eq!(disk.remove("a").unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(disk.rename("a", "b").unwrap_err().kind(), io::ErrorKind::NotFound);
    assert!(disk.list().unwrap().is_empty());
    assert!(disk.free_bytes().unwrap() > 0);
}

#[test]
fn the_simulated_disk_behaves_as_a_disk() {
    behaves(&SimDisk::new(1));
}

#[test]
fn a_real_directory_behaves_as_a_disk() {
    let dir = tempfile::tempdir().unwrap();
    behaves(&RealDisk::new(dir.path()).unwrap());
    let below = dir.path().join("created");
    behaves(&RealDisk::create(&below).unwrap());
    behaves(&RealDisk::create(&below).unwrap());
}

#[test]
fn what_was_synced_survives_and_what_was_not_may_not() {
    let disk = SimDisk::new(1);
    let file = disk.open("a", Open::CreateNew).unwrap();
    file.write_all_at(b"kept", 0).unwrap();
    file.sync_data().unwrap();
    disk.sync_dir().unwrap();
    file.write_all_at(b"torn", 4).unwrap();
    disk.open("b", Open::CreateNew).unwrap();
    let outcomes: BTreeSet<_> = (0..200)
        .map(|seed| {
            let after = disk.power_cut(seed);
            let bytes = content(&after, "a");
            assert_eq!(bytes[..4], *b"kept");
            (bytes, after.list().unwrap().len())
        })
        .collect();
    for expected in [&b"kept"[..], b"kepttorn", b"keptto", b"kept\0\0rn", b"kept\0\0\0\0"] {
        assert!(outcomes.iter().any(|(bytes, _)| bytes == expected), "{expected:?}");
    }
    assert!(outcomes.iter().any(|(_, files)| *files == 1) && outcomes.iter().any(|(_, files)| *files == 2));
    assert_eq!(content(&disk.power_cut(7), "a"), content(&disk.power_cut(7), "a"));
}

#[test]
fn a_name_needs_its_own_sync() {
    let disk = SimDisk::new(1);
    let file = disk.open("a", Open::CreateNew).unwrap();
    file.write_all_at(b"x", 0).unwrap();
    file.sync_data().unwrap();
    assert!((0..20).any(|seed| disk.power_cut(seed).list().unwrap().is_empty()));
    disk.sync_dir().unwrap();
    assert!((0..20).all(|seed| content(&disk.power_cut(seed), "a") == b"x"));
}

#[test]
fn an_atomic_write_is_old_or_new_after_a_cut_at_any_operation() {
    for cut in 0..7 {
        for seed in 0..100 {
            let disk = SimDisk::new(seed);
            write_atomically(&disk, "a", b"old").unwrap();
            disk.cut_after(cut);
            let done = write_atomically(&disk, "a", b"newer").is_ok();
            let after = content(&disk.power_cut(seed), "a");
            assert!(after == b"newer" || (!done && after == b"old"), "{cut} {seed} {after:?}");
        }
    }
}

#[test]
fn after_a_failed_sync_the_bytes_are_seen_but_may_be_lost() {
    let lost = (0..50).filter(|&seed| {
        let disk = SimDisk::new(seed);
        let file = disk.open("a", Open::CreateNew).unwrap();
        disk.sync_dir().unwrap();
        disk.fail_after(0, Fault::SyncError);
        file.write_all_at(b"word", 0).unwrap();
        assert!(file.sync_data().is_err());
        file.sync_data().unwrap();
        assert_eq!(content(&disk, "a"), b"word");
        content(&disk.power_cut(seed), "a") != b"word"
    });
    assert!(lost.count() > 10);
}

#[test]
fn a_full_disk_writes_what_fits_and_then_nothing() {
    let disk = SimDisk::new(1);
    disk.set_capacity(Some(6));
    let file = disk.open("a", Open::CreateNew).unwrap();
    assert_eq!(file.write_at(b"12345678", 0).unwrap(), 6);
    assert_eq!(file.write_at(b"78", 6).unwrap_err().kind(), io::ErrorKind::StorageFull);
    file.write_all_at(b"abcdef", 0).unwrap();
    assert_eq!(file.allocate(7).unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(disk.free_bytes().unwrap(), 0);
}

#[test]
fn a_short_write_is_gone_on_with() {
    let disk = SimDisk::new(1);
    let file = disk.open("a", Open::CreateNew).unwrap();
    disk.fail_after(0, Fault::ShortWrite);
    file.write_all_at(b"12345", 0).unwrap();
    assert_eq!(content(&disk, "a"), b"12345");
}

#[test]
fn a_killed_process_loses_nothing() {
    let disk = SimDisk::new(1);
    let file = disk.open("a", Open::CreateNew).unwrap();
    file.write_all_at(b"x", 0).unwrap();
    disk.cut_after(0);
    assert!(file.sync_data().is_err() && disk.is_gone() && disk.list().is_err());
    assert_eq!(content(&disk.kill(), "a"), b"x");
}
