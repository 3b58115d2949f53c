//! Kill -9 in mid-traffic, again and again: whatever was acknowledged is there, once, in the order in which
//! people saw it, and nobody is there who is not.
//!
//! `COLVERT_KILLS=100` says how often, all series together (10 when nothing does).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use colvert_testkit::server::{Launch, Server};

/// Servers that are killed at a time, each on a directory of its own: what they do is to wait for their disks.
const SERIES: u64 = 4;
const CHANNELS: [&str; 2] = ["#general", "#canards"];
/// People on each door.
const TALKERS: usize = 3;
/// Lines that somebody has said and not yet seen come back.
const WINDOW: usize = 8;

/// What one person saw before the server died.
struct Seen {
    /// Their own words that came back: acknowledged.
    acknowledged: Vec<String>,
    /// All words, by channel, in the order in which they came.
    words: BTreeMap<String, Vec<String>>,
}

#[test]
fn what_was_acknowledged_survives_kill_nine() {
    let kills: u64 = std::env::var("COLVERT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(10);
    thread::scope(|scope| {
        for series in 0..SERIES {
            scope.spawn(move || kill_again_and_again(series, kills.div_ceil(SERIES)));
        }
    });
}

/// One server after the other on the same directory.
fn kill_again_and_again(series: u64, kills: u64) {
    let directory = tempfile::tempdir().expect("a directory");
    let mut all_seen = Vec::new();
    let mut chance = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(series + 1);
    for round in 0..kills {
        let server = start(directory.path());
        let talkers: Vec<_> = (0..2 * TALKERS)
            .map(|n| {
                let (name, channel) = (format!("k{round}p{n}"), CHANNELS[n % 2]);
                let address = if n < TALKERS { server.irc() } else { server.line() };
                thread::spawn(move || talk(address, n < TALKERS, &name, channel))
            })
            .collect();
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The kill comes at any moment.
        thread::sleep(Duration::from_millis(20 + (chance >> 33) % 150));
        server.kill();
        all_seen.extend(talkers.into_iter().map(|talker| talker.join().expect("a talker never panics")));
    }
    let server = start(directory.path());
    assert_eq!(people(&server), 1, "nobody is there but who asks");
    drop(server);
    check(directory.path(), &all_seen);
}

fn start(data: &std::path::Path) -> Server {
    Launch::new(env!("CARGO_BIN_EXE_colvert"), data).start()
}

/// Talks until the connection breaks.
fn talk(address: std::net::SocketAddr, irc: bool, name: &str, channel: &str) -> Seen {
    let mut seen = Seen { acknowledged: Vec::new(), words: BTreeMap::new() };
    let Ok(stream) = TcpStream::connect(address) else { return seen };
    let mut writer = stream.try_clone().expect("a socket can be shared");
    let hello = if irc {
        format!(
            "CAP REQ :echo-message\r\nNICK {name}\r\nUSER {name} 0 * :{name}\r\nCAP END\r\nJOIN {channel}\r\n"
        )
    } else {
        format!("/nick {name}\n/join {channel}\n")
    };
    if writer.write_all(hello.as_bytes()).is_err() {
        return seen;
    }
    let (mut said, mut back) = (0, 0);
    let mut say = |said: &mut usize, back: usize| -> bool {
        while *said < back + WINDOW {
            let line = match irc {
                true => format!("PRIVMSG {channel} :{name}:{said}\r\n"),
                false => format!("/msg {name}:{said}\n"),
            };
            *said += 1;
            if writer.write_all(line.as_bytes()).is_err() {
                return false;
            }
        }
        true
    };
    if !say(&mut said, back) {
        return seen;
    }
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    // A line without its end was cut by the kill and acknowledges nothing.
    while reader.read_line(&mut line).is_ok_and(|n| n > 0) && line.ends_with('\n') {
        if let Some(words) = words_of(irc, line.trim_end()) {
            if words.starts_with(&format!("{name}:")) {
                seen.acknowledged.push(words.to_owned());
                back += 1;
            }
            seen.words.entry(channel.to_owned()).or_default().push(words.to_owned());
            if !say(&mut said, back) {
                break;
            }
        }
        line.clear();
    }
    seen
}

/// The words of a message in a channel; nothing of any other line.
fn words_of(irc: bool, line: &str) -> Option<&str> {
    if irc {
        let (head, words) = line.split_once(" :").or_else(|| line.rsplit_once(' '))?;
        head.contains(" PRIVMSG ").then_some(words)
    } else {
        // [general] ginette: Salut
        let (head, words) = line.split_once(": ")?;
        (head.starts_with('[') && head.contains("] ")).then_some(words)
    }
}

fn people(server: &Server) -> usize {
    let mut stream = TcpStream::connect(server.irc()).expect("the server runs");
    stream.write_all(b"NICK counter\r\nUSER counter 0 * :c\r\nISON counter\r\nQUIT\r\n").expect("it reads");
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let counts = lines.filter_map(|line| {
        let (_, rest) = line.split_once(" 265 counter ")?;
        rest.split(' ').next()?.parse().ok()
    });
    counts.last().expect("265 tells how many people there are")
}

/// Compares what people saw with what the archive has.
fn check(directory: &std::path::Path, all_seen: &[Seen]) {
    let archive = rusqlite::Connection::open(directory.join("archive.db")).expect("the archive is there");
    let mut query = archive
        .prepare("SELECT id, channel, text FROM messages WHERE channel IS NOT NULL ORDER BY id")
        .expect("the schema is documented");
    let rows = query
        .query_map([], |row| Ok((row.get::<_, String>(1)?, row.get::<_, String>(2)?)))
        .expect("a query")
        .map(|row| row.expect("a row"));
    let mut place_by_text = BTreeMap::new();
    let mut channels = BTreeSet::new();
    for (place, (channel, text)) in rows.enumerate() {
        assert_eq!(
            place_by_text.insert((channel.clone(), text.clone()), place),
            None,
            "{text} is there twice"
        );
        channels.insert(channel);
    }
    let acknowledged: usize = all_seen.iter().map(|seen| seen.acknowledged.len()).sum();
    eprintln!("{acknowledged} acknowledged, {} kept", place_by_text.len());
    assert!(acknowledged > all_seen.len(), "people talked");
    for seen in all_seen {
        for (channel, words) in &seen.words {
            let places: Vec<_> = words
                .iter()
                .map(|text| place_by_text.get(&(channel.clone(), text.clone())))
                .map(|place| {
                    place.unwrap_or_else(|| panic!("something that people saw in {channel} is lost"))
                })
                .collect();
            assert!(places.is_sorted_by(|a, b| a < b), "people saw {channel} in another order");
        }
    }
}
