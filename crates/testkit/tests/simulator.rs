//! Random people. `COLVERT_SEED=n` runs one seed, `COLVERT_SEEDS=n` that many; the full run is
//! `COLVERT_SEEDS=5000 cargo test --release -p colvert-testkit --test simulator`.

mod seeds;

use colvert_testkit::simulator::{self, Summary};

const SEEDS: u64 = 60;
const STEPS: usize = 600;

#[test]
fn whatever_people_do_the_invariants_hold() {
    let (mut all, seeds) = (Summary::default(), seeds::from_environment(SEEDS));
    for one in seeds::run_all(seeds.clone(), |seed| simulator::run(seed, STEPS)) {
        all.lives += one.lives;
        all.requests += one.requests;
        all.events += one.events;
        all.refusals += one.refusals;
    }
    eprintln!("{} seeds: {all:?}", seeds.end - seeds.start);
    if seeds.end - seeds.start >= SEEDS {
        assert!(all.events > all.requests / 5, "nothing happens: {all:?}");
        assert!(all.lives > seeds.end - seeds.start, "nobody ever dies: {all:?}");
    }
}

#[test]
fn the_same_seed_is_the_same_history() {
    for seed in 0..3 {
        assert_eq!(simulator::run(seed, STEPS), simulator::run(seed, STEPS), "seed {seed}");
    }
}
