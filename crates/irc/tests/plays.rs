//! Plays: files of people talking to this door, complete. A line that is sent and not written fails.
//!
//! ```text
//! # a comment
//! @ alice 10.0.0.1          alice connects
//! @ alice 10.0.0.1 quietly  the same, with NICK and USER, and what comes of them is not looked at
//! @ alice 10.0.0.1 securely by TLS, with a certificate
//! alice > NICK alice        she sends a line
//! alice < :irc.test 001 …   she is sent one
//! ! ROLE alice moderator    a command of the server's own command line
//! ```
//!
//! `\xNN` stands for a byte. `COLVERT_REWRITE=1 cargo test -p colvert-irc` writes what is sent into the files; review
//! the difference.

mod stage;

use std::fmt::Write;
use std::path::Path;

use stage::Stage;

fn perform(play: &str) -> String {
    let mut stage = Stage::new();
    let mut script = String::new();
    for line in play.lines() {
        if is_sent(line) {
            continue;
        }
        writeln!(script, "{line}").expect("writing to memory does not fail");
        let words: Vec<_> = line.splitn(3, ' ').collect();
        match words[..] {
            ["#", ..] | [""] | [] => {}
            ["@", name, how] => connect(&mut stage, name, how),
            ["!", ..] => stage.control(&line[2..]),
            [name, ">", sent] => stage.line(name, &bytes(sent)),
            [name, ">"] => stage.line(name, b""),
            _ => panic!("not a line of a play: {line:?}"),
        }
        for name in stage.cast() {
            for sent in stage.take(&name) {
                assert!(is_short(&sent), "longer than a line may be: {}", shown(&sent));
                writeln!(script, "{name} < {}", shown(&sent)).expect("writing to memory does not fail");
            }
        }
    }
    script
}

fn connect(stage: &mut Stage, name: &str, how: &str) {
    let (host, quietly) = how.split_once(' ').unwrap_or((how, ""));
    if quietly == "securely" {
        return stage.connect_securely(name, host);
    }
    stage.connect(name, host);
    if quietly == "quietly" {
        stage.line(name, format!("NICK {name}").as_bytes());
        stage.line(name, format!("USER {name} 0 * :{name} the person").as_bytes());
        let sent = stage.take(name);
        assert!(String::from_utf8_lossy(&sent[0]).contains(" 001 "), "{name} has no presence");
    }
}

fn is_sent(line: &str) -> bool {
    !line.starts_with('#') && line.split(' ').nth(1) == Some("<")
}

/// 512 bytes without the tags, 8191 of tags.
fn is_short(line: &[u8]) -> bool {
    let tags =
        if line.starts_with(b"@") { line.iter().position(|byte| *byte == b' ').unwrap_or(0) + 1 } else { 0 };
    tags <= 8191 && line.len() - tags <= 510
}

/// Bytes with those escaped that do not print.
fn shown(line: &[u8]) -> String {
    let mut text = String::new();
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() {
                write!(text, "\\x{:02x}", u32::from(c)).expect("memory")
            } else {
                text.push(c)
            }
        }
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").expect("memory");
        }
    }
    text
}

fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).expect("two hexadecimal digits"));
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plays").join(name).with_extension("txt");
    let play = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let performed = perform(&play);
    if std::env::var_os("COLVERT_REWRITE").is_some() {
        std::fs::write(&path, performed).expect("the play can be written");
    } else {
        assert_eq!(performed, play, "{name} went another way; COLVERT_REWRITE=1 writes what is sent");
    }
}

macro_rules! plays {
    ($($name:ident)*) => {
        $(#[test] fn $name() { check(stringify!($name)); })*

        #[test]
        fn every_play_is_performed() {
            let names = [$(stringify!($name)),*];
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plays");
            for entry in std::fs::read_dir(folder).expect("the folder of plays") {
                let path = entry.expect("a file").path();
                let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
                assert!(names.contains(&&*name), "{name} is not in the list");
            }
        }
    };
}

plays! {
    registration
    capabilities
    talking
    channels
    people
    server
    accounts
    tls
    extensions
    labels
    hostile
    finding
    modes
}

/// A numeric that no play shows is one that nobody has seen.
#[test]
fn every_numeric_is_shown_in_a_play() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plays");
    let plays = std::fs::read_dir(folder).expect("the folder of plays");
    let text: String =
        plays.map(|entry| std::fs::read_to_string(entry.expect("a file").path()).expect("a play")).collect();
    let shown = |number: &str| text.lines().any(|line| line.contains(&format!(":irc.test {number} ")));
    let unseen: Vec<_> =
        colvert_irc::numerics::NUMERICS.iter().filter(|numeric| !shown(&numeric.to_string())).collect();
    let names: Vec<_> = unseen.iter().map(|numeric| numeric.name).collect();
    // A busy pool, an empty message of the day and a server that nobody looks after are not staged.
    assert_eq!(names, ["RPL_TRYAGAIN", "ERR_NOMOTD", "ERR_NOADMININFO"]);
}
