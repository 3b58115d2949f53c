//! Seeds of random people. `COLVERT_SEED=n` runs one, `COLVERT_SEEDS=n` runs that many.

use std::env;

use colvert_testkit::simulator::{self, Summary};

const SEEDS: u64 = 150;
const STEPS: usize = 600;

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|value| value.parse().expect("a number"))
}

#[test]
fn whatever_people_do_the_invariants_hold() {
    let mut all = Summary::default();
    let seeds = match number("COLVERT_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("COLVERT_SEEDS").unwrap_or(SEEDS),
    };
    for seed in seeds.clone() {
        let one = simulator::run(seed, STEPS);
        all.lives += one.lives;
        all.requests += one.requests;
        all.events += one.events;
        all.refusals += one.refusals;
    }
    eprintln!("{} seeds: {all:?}", seeds.end - seeds.start);
    if seeds.end - seeds.start > 10 {
        assert!(all.events > all.requests / 5, "nothing happens: {all:?}");
        assert!(all.lives > seeds.end - seeds.start, "nobody ever dies: {all:?}");
    }
}

#[test]
fn the_same_seed_is_the_same_history() {
    for seed in 0..5 {
        assert_eq!(simulator::run(seed, STEPS), simulator::run(seed, STEPS), "seed {seed}");
    }
}
