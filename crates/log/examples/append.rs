//! How fast the local log is on the disk of the directory given as the first argument.
//!
//! ```text
//! cargo run --release -p colvert-log --example append -- /var/lib/colvert
//! ```

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use colvert_disk::RealDisk;
use colvert_log::{
    Durability, Entry, Environment, LocalLog, Log, LogId, Millis, NewLog, Options, Position, Restart,
};

const ENTRY: [u8; 120] = [b'x'; 120];
const ENTRIES: u64 = 2_000_000;
/// Entries that the engine appends before it looks up.
const TURN: u64 = 256;
/// Bytes that may wait, as the engine bounds what it holds.
const HELD_BYTES: u64 = 32 << 20;
const ROUND_TRIPS: usize = 2000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let parent = std::env::args().nth(1).map_or_else(std::env::temp_dir, Into::into);
    for durability in [Durability::Commit, Durability::Relaxed] {
        let dir = tempfile::tempdir_in(&parent)?;
        let (sender, notified) = channel();
        let environment = Environment {
            now: Box::new(|| Millis(0)),
            notify: Box::new(move || sender.send(()).unwrap_or(())),
        };
        let (mut log, _) =
            LocalLog::open(Arc::new(RealDisk::new(dir.path())?), options(durability), environment)?;
        println!("{durability:?}");
        throughput(&mut log, &notified)?;
        latency(&mut log, &notified)?;
        Box::new(log).close()?;
    }
    Ok(())
}

fn options(durability: Durability) -> Options {
    Options {
        segment_bytes: Options::SEGMENT_BYTES,
        segment_age_max_ms: u64::MAX,
        durability,
        new_log: NewLog { log_id: LogId(1), generation: 1, first: Position(1) },
        expected: None,
        restart: Restart::Continue,
    }
}

fn throughput(log: &mut LocalLog, notified: &Receiver<()>) -> Result<(), Box<dyn std::error::Error>> {
    let began = Instant::now();
    let (mut first, mut appending) = (log.positions().ordered.plus(1), Duration::ZERO);
    let end = first.plus(ENTRIES);
    while first < end {
        let turn = Instant::now();
        for _ in 0..TURN {
            log.append(Entry { first, count: 1, bytes: &ENTRY })?;
            first = first.plus(1);
        }
        log.flush();
        appending += turn.elapsed();
        while (first.0 - log.released().0) * ENTRY.len() as u64 > HELD_BYTES {
            notified.recv()?;
        }
        log.remove_below(Position(first.0.saturating_sub(1_000_000)));
    }
    while log.positions().released(Durability::Commit).0 + 1 < first.0 {
        notified.recv()?;
    }
    let (took, counters) = (began.elapsed(), log.counters());
    println!(
        "  {:.0} entries/s; append {:.0} ns; {:?} groups, last sync {:?} µs",
        ENTRIES as f64 / took.as_secs_f64(),
        appending.as_nanos() as f64 / ENTRIES as f64,
        counters.groups,
        counters.last_sync_us,
    );
    Ok(())
}

/// One entry at a time: from append until the engine knows.
fn latency(log: &mut LocalLog, notified: &Receiver<()>) -> Result<(), Box<dyn std::error::Error>> {
    let mut round_trips = Vec::with_capacity(ROUND_TRIPS);
    for _ in 0..ROUND_TRIPS {
        let first = log.positions().ordered.plus(1);
        let began = Instant::now();
        log.append(Entry { first, count: 1, bytes: &ENTRY })?;
        log.flush();
        while log.released() < first {
            notified.recv()?;
        }
        round_trips.push(began.elapsed());
    }
    round_trips.sort_unstable();
    let at = |percent: usize| round_trips[round_trips.len() * percent / 100];
    println!("  append to released: median {:?}, 99 % {:?}, worst {:?}", at(50), at(99), round_trips.last());
    Ok(())
}
