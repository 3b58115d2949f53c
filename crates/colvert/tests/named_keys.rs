//! No key of the configuration is without a test: each is named by a transcript or by a test, or shown by one of a part that calls it
//! something else. That it reaches the part is tested beside the configuration (`each_key_reaches_what_goes_by_it`).

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs;
use std::path::{Path, PathBuf};

use colvert::config::{KEYS, TABLES};

/// Keys that a part knows by another name, or that only its own tests can show: the file, and the word in it. A line that is not needed any
/// more does no harm.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("websocket.proxies", "crates/net/tests/websocket.rs", "proxies:"),
    ("lookup.waiting", "crates/net/tests/lookup.rs", "waiting:"),
    ("lookup.remembered", "crates/net/tests/lookup.rs", "remembered:"),
    ("lookup.remembered_s", "crates/net/tests/lookup.rs", "remembered_s"),
    ("log.segment_age_max_h", "crates/log/src/segments/tests.rs", "segment_age_max_ms"),
    ("oauth.deadline_ms", "crates/identity/tests/hostile.rs", "deadline"),
    ("oauth.keys_age_s", "crates/identity/tests/hostile.rs", "keys_age"),
    ("oauth.keys_pause_s", "crates/identity/tests/hostile.rs", "pause"),
    ("mail.password", "crates/mail/tests/hostile.rs", "login"),
    ("mail.deadline_ms", "crates/mail/tests/hostile.rs", "deadline"),
    ("mail.attempts", "crates/mail/src/post.rs", "office(10, 3)"),
    ("mail.pause_s", "crates/mail/src/post.rs", "pause: Duration::from_millis(1)"),
    ("mail.queue", "crates/mail/src/post.rs", "office(3, 1)"),
    ("history.keep_channels_days", "crates/archive/tests/follower.rs", "channels_ms: Some"),
    ("history.keep_registered_days", "crates/archive/tests/follower.rs", "registered_ms: Some"),
    ("history.keep_private_days", "crates/archive/tests/follower.rs", "private_ms: Some"),
    ("limits.connections_per_address", "crates/net/src/addresses.rs", "connections_per_address: 2"),
    ("limits.net_bits_v4", "crates/net/src/addresses.rs", "net_bits_v4: 24"),
    ("limits.net_bits_v6", "crates/net/src/addresses.rs", "net_bits_v6: 48"),
    ("limits.connects_per_address", "crates/net/src/addresses.rs", "connects_per_net: 3"),
    ("limits.connects_window_s", "crates/net/src/addresses.rs", "connects_window_s: 10"),
    ("limits.addresses_remembered", "crates/net/src/addresses.rs", "nets_remembered: 1_000"),
    ("limits.exempt", "crates/net/src/addresses.rs", "exempt, ..limits()"),
    ("limits.handshakes", "crates/net/tests/layers.rs", "handshakes:"),
    ("limits.handshake_deadline_ms", "crates/net/tests/layers.rs", "handshake_deadline_ms:"),
    ("limits.rate_per_s", "crates/net/tests/gateways.rs", "rate_per_s:"),
    ("limits.rate_burst", "crates/net/tests/gateways.rs", "rate_burst:"),
    ("limits.inputs_in_flight", "crates/net/tests/gateways.rs", "inputs_in_flight:"),
    ("limits.send_queue_bytes", "crates/net/tests/gateways.rs", "send_queue_bytes:"),
    ("limits.send_queue_deadline_ms", "crates/net/tests/gateways.rs", "send_queue_deadline_ms:"),
    ("limits.registration_deadline_ms", "crates/net/tests/gateways.rs", "registration_deadline_ms:"),
    ("limits.batch_deadline_ms", "crates/colvert/tests/hostile.rs", "batch_deadline_ms"),
    ("limits.password_queue", "crates/colvert/src/pool.rs", "password_queue: 2"),
    ("limits.history_queue", "crates/colvert/src/pool.rs", "history_queue: 1"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files below a directory.
fn below(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            below(&entry, found);
        } else {
            found.push(entry);
        }
    }
}

/// What tests say: transcripts, plays, tests beside the crates, and those within the code.
fn tests() -> Vec<String> {
    let (mut files, mut code) = (Vec::new(), Vec::new());
    below(&root().join("tests/transcripts"), &mut files);
    for package in fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path()) {
        let (tests, src) = (package.join("tests"), package.join("src"));
        if tests.is_dir() {
            below(&tests, &mut files);
        }
        below(&src, &mut code);
    }
    // This file has all names, and the configuration's own tests go through all keys alike.
    let is_general = |path: &PathBuf| path.ends_with("named_keys.rs") || path.ends_with("config/tests.rs");
    let read = |path: &PathBuf| fs::read_to_string(path).ok();
    let within = |text: String| text.split_once("#[cfg(test)]").map(|(_, tests)| tests.to_owned());
    let within = code.iter().filter(|path| !is_general(path)).filter_map(read).filter_map(within);
    files.iter().filter(|path| !is_general(path)).filter_map(read).chain(within).collect()
}

/// Whether a test names a key of a section: in a script, in the environment, or in a file.
fn names(text: &str, section: &str, key: &str) -> bool {
    let is_word = |at: usize, word: &str| {
        let next = text[at + word.len()..].chars().next();
        !next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let has = |word: &str| text.match_indices(word).any(|(at, _)| is_word(at, word));
    let in_file = || text.contains(&format!("[{section}]")) && has(&format!("{key} ="));
    has(&format!("{section}.{key}"))
        || has(&format!("{}__{}", section.to_uppercase(), key.to_uppercase()))
        || has(&format!("[{section}] {key}"))
        || in_file()
}

/// The same of a key of a section that has a name.
fn names_in_table(text: &str, table: &str, key: &str) -> bool {
    let in_script = text.lines().any(|line| {
        let words = line.strip_prefix("= ").and_then(|line| line.split_once(' '));
        words.is_some_and(|(name, _)| {
            name.starts_with(&format!("{table}.")) && name.ends_with(&format!(".{key}"))
        })
    });
    let in_file = || text.contains(&format!("[{table}.")) && text.contains(&format!("{key} ="));
    in_script || in_file() || text.contains(&format!("{}__", table.to_uppercase()))
}

#[test]
fn every_key_is_named_by_a_test() {
    let tests = tests();
    let mut without = Vec::new();
    let mut check = |dotted: String, is_named: bool| {
        let elsewhere = ELSEWHERE.iter().find(|(key, _, _)| *key == dotted);
        let is_elsewhere = elsewhere.is_some_and(|(_, file, word)| {
            fs::read_to_string(root().join(file)).is_ok_and(|text| text.contains(word))
        });
        assert!(elsewhere.is_none() || is_elsewhere, "{dotted} is not shown any more where the list says");
        if !is_named && !is_elsewhere {
            without.push(dotted);
        }
    };
    for key in KEYS {
        let is_named = tests.iter().any(|text| names(text, key.section, key.name));
        check(format!("{}.{}", key.section, key.name), is_named);
    }
    for table in TABLES {
        for key in table.keys {
            let is_named = tests.iter().any(|text| names_in_table(text, table.name, key.name));
            check(format!("{}.{}", table.name, key.name), is_named);
        }
    }
    assert!(
        without.is_empty(),
        "no test names {without:?}: show what each does, in a transcript or in a test"
    );
}

#[test]
fn a_name_is_the_whole_name() {
    assert!(
        names("= limits.targets 4", "limits", "targets") && names("LIMITS__TARGETS", "limits", "targets")
    );
    assert!(names("[limits]\ntargets = 4", "limits", "targets"));
    assert!(!names("= limits.targets_more 4", "limits", "targets"));
    assert!(!names("targets = 4", "limits", "targets"));
    assert!(names_in_table("= oper.root.class netadmin", "oper", "class"));
    assert!(!names_in_table("= oper_class.root.rights x", "oper", "rights"));
}
