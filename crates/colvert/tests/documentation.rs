//! The operator's page says what the program does. `COLVERT_REWRITE=1` writes the table of keys anew.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use colvert::config::example::reference;
use colvert_testkit::server::Launch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
const KEYS: &str =
    "<!-- keys: written by a test (COLVERT_REWRITE=1) from crates/colvert/src/config/keys.rs -->\n";
const END_OF_KEYS: &str = "<!-- end of keys -->";

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/operate.md")
}

#[test]
fn the_page_has_every_key_as_it_is() {
    let page = page();
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(KEYS).expect("the page says where the keys are");
    let (keys, after) = rest.split_once(END_OF_KEYS).expect("the page says where the keys end");
    let expected = format!("\n{}\n", reference());
    if std::env::var_os("COLVERT_REWRITE").is_some() {
        fs::write(&page, format!("{before}{KEYS}{expected}{END_OF_KEYS}{after}")).unwrap();
    } else {
        assert!(keys == expected, "docs/operate.md has other keys; COLVERT_REWRITE=1 writes them");
    }
}

#[test]
fn the_page_has_every_counter_and_every_file() {
    let text = fs::read_to_string(page()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let _server = Launch::new(PROGRAM, directory.path()).start();
    let counters = Command::new(PROGRAM).args(["admin", "counters", "--data"]).arg(directory.path()).output();
    let counters = String::from_utf8(counters.unwrap().stdout).unwrap();
    assert!(!counters.is_empty());
    for line in counters.lines() {
        let (name, _) = line.split_once(' ').unwrap();
        assert!(text.contains(&format!("`{name}`")), "{name} is not in docs/operate.md");
    }
    for file in fs::read_dir(directory.path()).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let is_there = text.contains(&format!("`{name}`"))
            || name.starts_with("log-")
            || name.starts_with("archive.db-");
        assert!(is_there, "{name} is not in docs/operate.md");
    }
}
