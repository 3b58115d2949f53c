//! Words that a crate has no business with.

use crate::source::files;

/// What would let the core reach the outside, wait, or depend on chance.
const CORE: &[&str] = &[
    "HashMap",
    "HashSet",
    "Instant",
    "SystemTime",
    "async ",
    ".await",
    "rand::",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::sync::Mutex",
    "std::sync::RwLock",
    "std::sync::atomic",
    "std::thread",
    "thread_local!",
    "tokio",
    "unsafe ",
];

/// The same, less what a thread that owns a state needs: counters that others read, and a queue.
const ENGINE: &[&str] =
    &["HashMap", "HashSet", "SystemTime", "async ", ".await", "rand::", "std::net", "tokio"];

/// Doors are pure: bytes in, bytes out.
const DOOR: &[&str] = &[
    "HashMap",
    "HashSet",
    "Instant",
    "SystemTime",
    "async ",
    ".await",
    "rand::",
    "std::fs",
    "std::net",
    "std::thread",
    "tokio",
    "unsafe ",
];

/// A gateway knows no protocol.
const NET: &[&str] = &[
    "\"irc\"",
    "\"line\"",
    "IrcDoor",
    "LineDoor",
    "colvert_irc",
    "colvert_line",
    "PRIVMSG",
    "JOIN",
    "/nick",
    "async ",
    ".await",
    "tokio",
];

fn check(package: &str, forbidden: &[&str]) {
    for file in files(package) {
        for (number, line) in file.statements() {
            for word in forbidden {
                assert!(!line.contains(word), "{}:{number} mentions {word}: {line}", file.name);
            }
        }
    }
}

#[test]
fn the_core_cannot_reach_the_outside() {
    check("core", CORE);
}

#[test]
fn the_engine_has_no_clock_no_chance_and_no_hash_order() {
    check("engine", ENGINE);
}

#[test]
fn doors_are_pure() {
    check("irc", DOOR);
    check("line", DOOR);
}

#[test]
fn gateways_know_no_protocol() {
    check("net", NET);
}

#[test]
fn only_what_speaks_to_the_system_is_unsafe() {
    /// SQLite's interface for file systems is one of C.
    const UNSAFE: &[&str] = &["colvert", "disk", "load", "testkit"];
    for package in crate::source::crates() {
        if !UNSAFE.contains(&package.as_str()) {
            check(&package, &["unsafe "]);
        }
    }
}
