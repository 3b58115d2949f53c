//! What matching a mask costs: common masks, and what somebody would send to make it cost much.
//!
//! ```sh
//! cargo bench -p colvert-core --bench masks
//! ```
//!
//! It prints nanoseconds for one match, the median of rounds.

use std::hint::black_box;
use std::time::Instant;

use colvert_core::mask::matches_glob;

const ROUNDS: usize = 31;
const MATCHES: u32 = 20_000;

fn main() {
    let person = "ginette!~gigi@ip-203-0-113-77.cable.example.net";
    let nasty = format!("{}!{}@{}", "a".repeat(32), "a".repeat(10), "a".repeat(63));
    let long = "a".repeat(400);
    let stars = format!("{}b", "*a".repeat(99));
    let half = format!("*{}b*", "a".repeat(98));
    let marks = format!("*{}b*", "a?".repeat(49));
    for (name, pattern, subject) in [
        ("a nick, another's", "roger!*@*", person),
        ("a nick", "ginette!*@*", person),
        ("a host, another's", "*!*@host.example.org", person),
        ("a host", "*!*@*.example.net", person),
        ("an address, another's", "*!*@10.*", person),
        ("a user", "*!~gigi@*", person),
        ("a word, another's", "*spam*", person),
        ("a word", "*cable*", person),
        ("places for any letter", "g?nette!*@*", person),
        ("the same in the middle", "*!~g?gi@*", person),
        ("everybody", "*!*@*", person),
        ("no star", "ginette!~gigi@ip-203-0-113-77.cable.example.net", person),
        ("99 stars, 107 letters", &stars, &nasty),
        ("99 stars, 400 letters", &stars, &long),
        ("half of it again and again, 400 letters", &half, &long),
        ("places for any letter, 400 letters", &marks, &long),
    ] {
        println!("{name:<42} {:>8.0} ns", median(pattern, subject));
    }
}

fn median(pattern: &str, subject: &str) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| round(pattern, subject)).collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

fn round(pattern: &str, subject: &str) -> f64 {
    // Long ones are slow enough to be timed after fewer.
    let matches = if subject.len() > 100 { MATCHES / 40 } else { MATCHES };
    let begin = Instant::now();
    for _ in 0..matches {
        black_box(matches_glob(black_box(pattern), black_box(subject)));
    }
    begin.elapsed().as_nanos() as f64 / f64::from(matches)
}
