//! Who asks after a secret channel by its name costs the server what they cost who ask after a name that nobody has: as many
//! allocations of as many bytes, from the line that comes in to the bytes that go out, history included. Time would tell less,
//! and not the same twice.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use crate::scene::{CHANNEL, Prepared, SERVER, Scene, Way};
use crate::ways;

/// The system's allocator, which counts for each thread.
struct Counting;

thread_local! {
    static ALLOCATED: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

fn count(bytes: usize) {
    // A thread that ends has nothing to count any more.
    let _ = ALLOCATED.try_with(|allocated| {
        let (times, sum) = allocated.get();
        allocated.set((times + 1, sum + bytes as u64));
    });
}

// SAFETY: all is the system's; counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Longer than what a name has room for in itself, so that each copy of one is counted.
const SECRET: &str = "#quay-of-those-who-never-sleep-at-night";
const WRITTEN: &str = "#Quay-of-those-who-never-sleep-at-night";
const NOWHERE: &str = "#pier-of-those-who-never-sleep-at-night";

/// Secret channels, and who asks.
const HIDDEN: &[(&str, &Prepared)] = &[
    ("secret", &[("olga", "MODE #quay +s")]),
    ("shut", &[("olga", "MODE #quay +siklb sesame 1 asker")]),
    (
        "registered",
        &[
            ("olga", "REGISTER the-one-who-owns-all-of-the-quay quack-quack"),
            ("olga", "CHANNEL #quay register"),
            (SERVER, "account create those-who-have-an-account < quack-quack"),
            (SERVER, "account create those-who-have-one-as-well < quack-quack"),
            ("olga", "CHANNEL #quay access those-who-have-one-as-well op"),
            ("olga", "MODE #quay +s"),
            ("asker", "LOGIN those-who-have-an-account quack-quack"),
        ],
    ),
];

/// What a question costs: allocations, their bytes, and bytes of the answer.
fn cost(scene: &mut Scene, line: &str) -> (u64, u64, usize) {
    let before = ALLOCATED.get();
    let answer = scene.question(line);
    let (times, bytes) = ALLOCATED.get();
    (times - before.0, bytes - before.1, answer.iter().map(String::len).sum())
}

/// Two scenes that are the same: who asks for the secret is in one, who asks for what nobody has is in the other.
struct Pair<'a> {
    set: &'a dyn Fn() -> Scene,
    of_secret: Scene,
    of_none: Scene,
}

impl<'a> Pair<'a> {
    fn new(set: &'a dyn Fn() -> Scene) -> Self {
        Self { set, of_secret: set(), of_none: set() }
    }

    /// What a question costs in each. When something has happened by it, the next is asked in two other scenes.
    fn costs(&mut self, line: &str) -> [(u64, u64, usize); 2] {
        let before = self.of_secret.position();
        let of_secret = cost(&mut self.of_secret, &line.replace(CHANNEL, SECRET));
        let of_none = cost(&mut self.of_none, &line.replace(CHANNEL, NOWHERE));
        if self.of_secret.position() != before {
            *self = Self::new(self.set);
        }
        [of_secret, of_none]
    }
}

fn unequal(way: Way) -> Vec<String> {
    let mut wrong = Vec::new();
    let is_about_it = |line: &str| line.contains(CHANNEL) && !line.to_uppercase().contains("JOIN");
    for (hidden, prepared) in HIDDEN {
        let set = || Scene::named(way, prepared, WRITTEN);
        let mut pair = Pair::new(&set);
        for question in ways::questions(way).iter().filter(|question| is_about_it(question.line)) {
            // What the process needs once is there after the first.
            pair.costs(question.line);
            let [of_secret, of_none] = pair.costs(question.line);
            if of_secret != of_none {
                wrong.push(format!("{hidden}: {} costs {of_secret:?}, not {of_none:?}", question.line));
            }
        }
    }
    wrong
}

/// What is asked of all, or of people, costs as much whether somebody is in a secret channel or in none. Lists of
/// conversations are left out: they read all that the archive has not seen yet, whatever it is.
#[test]
fn who_is_in_a_secret_channel_costs_what_who_is_in_none_costs() {
    let mut wrong = Vec::new();
    for way in [Way::Irc, Way::Line] {
        let is_about_all = |it: &&ways::Question| {
            let is_of_archive = it.line.starts_with("CHATHISTORY") || it.line.contains("*playback");
            let is_known = it.changes || it.line.contains(CHANNEL) || is_of_archive;
            !is_known && it.is_about_channels()
        };
        for question in ways::questions(way).iter().filter(is_about_all) {
            let prepared = HIDDEN[0].1;
            cost(&mut Scene::without(way, prepared), question.line);
            let of_secret = cost(&mut Scene::named(way, prepared, WRITTEN), question.line);
            let of_none = cost(&mut Scene::without(way, prepared), question.line);
            if of_secret != of_none {
                wrong.push(format!("{} costs {of_secret:?}, not {of_none:?}", question.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_secret_costs_what_nothing_costs() {
    let wrong = unequal(Way::Irc);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_secret_costs_what_nothing_costs_with_all_capabilities() {
    let wrong = unequal(Way::IrcWithAll);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_secret_costs_what_nothing_costs_on_the_line_protocol() {
    let wrong = unequal(Way::Line);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The count sees what it is to see: what is shown costs something.
#[test]
fn a_count_that_cannot_tell_is_none() {
    let mut scene = Scene::named(Way::Irc, &[], WRITTEN);
    let of_open = cost(&mut scene, &format!("NAMES {SECRET}"));
    assert_ne!(of_open, cost(&mut scene, &format!("NAMES {NOWHERE}")), "what is shown costs something");
}
