//! Power cuts and failing disks while people talk. `COLVERT_SEED=n` runs one seed, `COLVERT_SEEDS=n` that many;
//! the full run is `COLVERT_SEEDS=10000 cargo test --release -p colvert-testkit --test power_cuts`.

mod seeds;

use colvert_testkit::simulator::power_cuts::{self, Summary};

const SEEDS: u64 = 200;

#[test]
fn what_was_acknowledged_is_there_once_and_in_order() {
    let (mut all, seeds) = (Summary::default(), seeds::from_environment(SEEDS));
    for one in seeds::run_all(seeds.clone(), power_cuts::run) {
        all.acknowledged += one.acknowledged;
        all.failures += one.failures;
        all.false_starts += one.false_starts;
        all.forgotten += one.forgotten;
    }
    eprintln!("{} seeds: {all:?}", seeds.end - seeds.start);
    if seeds.end - seeds.start >= SEEDS {
        assert!(all.acknowledged > 10 * SEEDS, "nobody says anything: {all:?}");
        assert!(all.failures > SEEDS, "the disk does not fail: {all:?}");
        assert!(all.false_starts > 0 && all.forgotten > 0, "{all:?}");
    }
}
