//! Which seeds are run.

use std::env;
use std::ops::Range;

/// One, if `COLVERT_SEED` says which; else as many as `COLVERT_SEEDS` or `quick` says.
pub fn from_environment(quick: u64) -> Range<u64> {
    let number = |name| env::var(name).ok().map(|value| value.parse().expect("seeds are numbers"));
    match number("COLVERT_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("COLVERT_SEEDS").unwrap_or(quick),
    }
}
