//! Golden directories: what versions of this program have written, in the tree for good. Each is opened by the program as it is
//! now, which has to find what is in it.
//!
//! `golden/made.txt` is what the newest is made of. `golden/1`, `golden/2`, … have the files of a stopped program, each without the
//! zeros at its end; how long they are is in `sizes`, and of which version their formats are in `versions`. `made.txt` is what that one
//! was made of, `asked.txt` what it is asked for. When what is written now is of other versions, or `golden/made.txt` has other steps,
//! `COLVERT_REWRITE=1` makes the next; one that is there is never made anew.

use std::fs;
use std::path::{Path, PathBuf};

use colvert_testkit::transcript::script::Script;
use colvert_testkit::transcript::sockets::Sockets;
use colvert_testkit::transcript::{self, Rewrite};
use rusqlite::Connection;

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
const MADE: &str = "made.txt";
const ASKED: &str = "asked.txt";
const SIZES: &str = "sizes";
const VERSIONS: &str = "versions";
const SNAPSHOT: &str = "state.snapshot";
const ARCHIVE: &str = "archive.db";
/// What one may take in the tree, in bytes.
const BYTES_MAX: u64 = 300_000;

fn read(script: &Path) -> Script {
    transcript::read(script).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn check(result: Result<(), String>) {
    result.unwrap_or_else(|wrong| panic!("{wrong}"));
}

/// Plays what a directory is made of, and stops.
fn make() -> Sockets {
    let path = Path::new(GOLDEN).join(MADE);
    let mut stage = Sockets::new(Path::new(PROGRAM), &read(&path));
    check(transcript::check(&path, &mut stage, Rewrite::from_environment()));
    check(stage.stop());
    stage
}

/// Plays what a directory is asked for, on what `fill` makes of it.
fn ask(golden: &Path, rewrite: Rewrite, fill: impl FnOnce(&Path)) {
    let path = golden.join(ASKED);
    let mut stage = Sockets::on(Path::new(PROGRAM), &read(&path), fill);
    check(transcript::check(&path, &mut stage, rewrite));
    check(stage.stop());
}

fn names_in(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("it is there");
    let names = entries.map(|entry| entry.expect("it has a name").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn nth(number: u32) -> PathBuf {
    Path::new(GOLDEN).join(number.to_string())
}

/// The numbers of all golden directories, the oldest first.
fn all() -> Vec<u32> {
    let names = names_in(Path::new(GOLDEN)).into_iter();
    let mut numbers: Vec<u32> = names.filter_map(|name| name.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

/// Of which version each format in a directory is.
fn versions(data: &Path) -> String {
    let number = |name: &str, at: usize| {
        let bytes = fs::read(data.join(name)).expect("it is there");
        u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
    };
    let format = fs::read_to_string(data.join("format")).expect("it is there");
    let format = format.lines().next().expect("a version");
    let segment = names_in(data).into_iter().find(|name| name.starts_with("log-")).expect("a log has one");
    let archive = Connection::open(data.join(ARCHIVE)).expect("a database");
    let archive: u32 = archive.query_row("SELECT schema FROM meta", [], |row| row.get(0)).expect("a version");
    let (log, snapshot) = (number(&segment, 8), number(SNAPSHOT, 16));
    format!("format {format}\nlog {log}\nsnapshot {snapshot}\narchive {archive}\n")
}

/// Puts a stopped program's files into the tree, with what they are made of and asked for.
fn keep(data: &Path, golden: &Path, asked: &Path) {
    fs::create_dir(golden).expect("there is room");
    let mut sizes = String::new();
    for name in names_in(data) {
        let mut bytes = fs::read(data.join(&name)).expect("a file");
        sizes.push_str(&format!("{name} {}\n", bytes.len()));
        bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
        fs::write(golden.join(name), bytes).expect("there is room");
    }
    fs::write(golden.join(SIZES), sizes).expect("there is room");
    fs::write(golden.join(VERSIONS), versions(data)).expect("there is room");
    fs::copy(Path::new(GOLDEN).join(MADE), golden.join(MADE)).expect("there is room");
    fs::copy(asked, golden.join(ASKED)).expect("there is room");
}

/// Makes of what is in the tree what the program left.
fn restore(golden: &Path, data: &Path) {
    fs::create_dir(data).expect("there is room");
    for line in fs::read_to_string(golden.join(SIZES)).expect("it is in the tree").lines() {
        let (name, bytes) = line.split_once(' ').expect("a name and a number");
        fs::copy(golden.join(name), data.join(name)).expect("it is in the tree");
        let file = fs::OpenOptions::new().write(true).open(data.join(name)).expect("just copied");
        file.set_len(bytes.parse().expect("a number")).expect("there is room");
    }
}

#[test]
fn what_older_versions_kept_is_there() {
    for golden in all().into_iter().map(nth) {
        ask(&golden, Rewrite::from_environment(), |data| restore(&golden, data));
    }
}

/// All that is kept follows from the log.
#[test]
fn what_older_versions_logged_is_enough() {
    for golden in all().into_iter().map(nth) {
        ask(&golden, Rewrite::No, |data| {
            restore(&golden, data);
            for name in [SNAPSHOT, ARCHIVE] {
                fs::remove_file(data.join(name)).expect("it was there");
            }
        });
    }
}

/// Whoever changes what is written leaves a directory with it.
#[test]
fn what_is_written_now_has_a_golden_directory() {
    let made = make();
    let last = all().pop().expect("there is one");
    let mut newest = nth(last);
    let steps = |directory: &Path| read(&directory.join(MADE)).steps().cloned().collect::<Vec<_>>();
    let is_of_now = |golden: &Path| {
        let known = fs::read_to_string(golden.join(VERSIONS)).expect("it is in the tree");
        known == versions(&made.data()) && steps(golden) == steps(Path::new(GOLDEN))
    };
    if !is_of_now(&newest) && Rewrite::from_environment() == Rewrite::Yes {
        let next = nth(last + 1);
        keep(&made.data(), &next, &newest.join(ASKED));
        ask(&next, Rewrite::Yes, |data| restore(&next, data));
        newest = next;
    }
    assert!(
        is_of_now(&newest),
        "{} is not what is written now; COLVERT_REWRITE=1 makes the next",
        newest.display()
    );
    let files = names_in(&newest).into_iter().map(|name| fs::metadata(newest.join(name)));
    let bytes: u64 = files.map(|about| about.expect("a file").len()).sum();
    assert!(bytes <= BYTES_MAX, "{bytes} bytes are too many for the tree");
    ask(&newest, Rewrite::No, |data| {
        fs::create_dir(data).expect("there is room");
        for name in names_in(&made.data()) {
            fs::copy(made.data().join(&name), data.join(&name)).expect("there is room");
        }
    });
}
