//! Which seeds are run.

use std::env;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// One, if `COLVERT_SEED` says which; else as many as `COLVERT_SEEDS` or `quick` says.
pub fn from_environment(quick: u64) -> Range<u64> {
    let number = |name| env::var(name).ok().map(|value| value.parse().expect("seeds are numbers"));
    match number("COLVERT_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("COLVERT_SEEDS").unwrap_or(quick),
    }
}

/// Runs every seed, on all processors: each is a world of its own. What they give comes in no order.
pub fn run_all<T: Send>(seeds: Range<u64>, run: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let next = AtomicU64::new(seeds.start);
    let work = || {
        let mine = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
        mine.take_while(|seed| *seed < seeds.end).map(&run).collect::<Vec<_>>()
    };
    let processors = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        let all = workers.into_iter().map(|worker| worker.join());
        all.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
