//! What strangers send, over real sockets to the real program: each thing is answered or ends its own connection
//! with a reason, and nobody else notices.

mod hostile {
    pub mod attacks;
    pub mod costs;
    pub mod crowds;
    pub mod program;
}

use std::io::Write;
use std::thread;

use colvert_testkit::server::{Client, Server};

use hostile::attacks::{Attack, Door, Expected, HTTP_GET, PROXY_LINE, PROXY_OCTETS, Person, TLS, attacks};
use hostile::program::{Program, start};

/// How much the process may grow over the whole run, in KiB. Attacks of a megabyte and more are in it, one at a
/// time, so that what one of them leaves behind shows.
const GROWTH_KIB_MAX: u64 = 24 << 10;

/// What an attack would say if it were executed.
const SMUGGLED: &str = "smuggled";

#[test]
fn nobody_notices_what_strangers_send() {
    let program = Program::start(&[]);
    let mut bystander = irc(&program.server, "bystander", "");
    bystander.say("JOIN #hostile");
    bystander.hear(" 366 ");
    let before_kib = program.resident_kib();
    let attacks = attacks();
    for (n, attack) in attacks.iter().enumerate() {
        let heard = perform(&program.server, n, attack);
        check(attack, &heard);
        bystander.say(&format!("PING after{n}"));
        for line in up_to(&mut bystander, &format!("after{n}")) {
            assert!(!line.contains(SMUGGLED), "{}: {line}", attack.name);
        }
        let growth = program.resident_kib().saturating_sub(before_kib);
        assert!(growth <= GROWTH_KIB_MAX, "{}: the process has grown by {growth} KiB", attack.name);
    }
    eprintln!("{} attacks, {before_kib} KiB before and {} KiB after", attacks.len(), program.resident_kib());
    program.assert_no_panics();
}

/// Sends an attack, and gives back all that is said from then on, up to the end of what it asks. Its sender is gone then, so that
/// nothing of it is said to the next one.
fn perform(server: &Server, n: usize, attack: &Attack) -> Vec<String> {
    let nick = format!("att{n}");
    let mut client = match (attack.door, attack.person) {
        (Door::Irc, Person::Stranger) => server.on_irc(),
        (Door::Irc, Person::Member) => irc(server, &nick, "message-tags echo-message"),
        (Door::Line, Person::Stranger) => {
            let mut client = server.on_line();
            client.hear("/help");
            client
        }
        (Door::Line, Person::Member) => {
            let mut client = server.on_line();
            client.say(&format!("/nick {nick}"));
            client.hear("Welcome, ");
            client
        }
    };
    if attack.person == Person::Member {
        let (join, joined) = match attack.door {
            Door::Irc => ("JOIN #hostile", " 366 "),
            Door::Line => ("/join #hostile", "Joined "),
        };
        client.say(join);
        client.hear(joined);
        client.say(attack.door.ping("before"));
        client.hear("before");
    }
    let mut sender = client.sender();
    let heard = thread::scope(|scope| {
        scope.spawn(move || {
            // Whoever is cut off cannot send the rest.
            let _ = sender.write_all(&attack.bytes);
            if !matches!(attack.expected, Expected::Close(_)) {
                let _ = sender.write_all(format!("{}\n", attack.door.ping("the-end")).as_bytes());
            }
        });
        match attack.expected {
            Expected::Close(_) => client.to_the_end(),
            _ => up_to(&mut client, "the-end"),
        }
    });
    client.leave();
    heard
}

fn check(attack: &Attack, heard: &[String]) {
    let name = attack.name;
    let last = heard.iter().rev().take(5).collect::<Vec<_>>();
    match attack.expected {
        Expected::Say(words) => {
            assert!(heard.iter().any(|line| line.contains(words)), "{name}: no {words:?} in {last:?}");
        }
        Expected::SayTimes(words, times) => {
            let count = heard.iter().filter(|line| line.contains(words)).count();
            assert_eq!(count, times, "{name}: {words:?} in {last:?}");
        }
        Expected::Nothing => assert!(heard.is_empty(), "{name}: {last:?}"),
        Expected::Close(words) => {
            assert!(heard.last().is_some_and(|line| line.contains(words)), "{name}: {last:?}");
        }
    }
}

/// The lines before the one that contains `words`.
fn up_to(client: &mut Client, words: &str) -> Vec<String> {
    let mut heard = Vec::new();
    loop {
        match client.next_line() {
            Some(line) if line.contains(words) => return heard,
            Some(line) => heard.push(line),
            None => panic!("{words:?} was not said, but this: {heard:#?}"),
        }
    }
}

/// Somebody with a nick on IRC.
fn irc(server: &Server, nick: &str, caps: &str) -> Client {
    let mut client = server.on_irc();
    client.say(&format!("CAP REQ :{caps}\nNICK {nick}\nUSER {nick} 0 * :{nick}\nCAP END"));
    client.hear(" 422 ");
    client
}

/// Somebody with a nick on the line protocol.
fn line(server: &Server, nick: &str) -> Client {
    let mut client = server.on_line();
    client.say(&format!("/nick {nick}"));
    client.hear("Welcome, ");
    client
}

#[test]
fn nobody_is_on_more_channels_than_they_may() {
    let program = Program::start(&[("CHANNELS_PER_USER", "2")]);
    let mut roger = irc(&program.server, "roger", "");
    roger.say("JOIN #a,#b,#c");
    let refused = roger.hear(" 405 ");
    assert!(refused.contains("#c"), "{refused}");
    let mut ginette = line(&program.server, "ginette");
    ginette.say("/join a\n/join b\n/join c");
    ginette.hear("too many channels to join c.");
    // Who leaves one has a place again.
    ginette.say("/part #a\n/join c");
    ginette.hear("Joined channel c");
    program.assert_no_panics();
}

#[test]
fn a_full_ban_list_takes_no_more_and_gives_back() {
    let program = Program::start(&[("LIST_ENTRIES", "3")]);
    let mut roger = irc(&program.server, "roger", "");
    roger.say("JOIN #a\nMODE #a +b one!*@*\nMODE #a +b two!*@*\nMODE #a +b three!*@*\nMODE #a +b four!*@*");
    roger.hear(" 478 ");
    roger.say("MODE #a -b one!*@*\nMODE #a +b four!*@*\nMODE #a +b");
    let listed = up_to(&mut roger, " 368 ");
    let masks: Vec<_> = ["one", "two", "three", "four"]
        .into_iter()
        .filter(|mask| listed.iter().any(|line| line.contains(" 367 ") && line.contains(mask)))
        .collect();
    assert_eq!(masks, ["two", "three", "four"]);
    let mut ginette = line(&program.server, "ginette");
    ginette.say("/join b\n/ban x!*@*\n/ban y!*@*\n/ban z!*@*\n/ban w!*@*");
    ginette.hear(" is full.");
    program.assert_no_panics();
}

#[test]
fn whoever_sends_too_fast_is_slowed_down_and_loses_nothing() {
    const MESSAGES: usize = 60;
    let limits = [("ENABLED", "true"), ("RATE_PER_S", "50"), ("RATE_BURST", "10")];
    let program = Program::start(&limits);
    let mut ginette = irc(&program.server, "ginette", "");
    ginette.say("JOIN #a");
    ginette.hear(" 366 ");
    let mut roger = line(&program.server, "roger");
    let all: Vec<String> = (0..MESSAGES).map(|n| format!("canard {n}.")).collect();
    roger.say(&format!("/join a\n{}", all.join("\n")));
    for words in &all {
        let heard = up_to(&mut ginette, words);
        assert!(!heard.iter().any(|line| line.contains("PRIVMSG")), "before {words}: {heard:?}");
    }
    assert!(program.counter("net_paused_rate") > 0);
    program.assert_no_panics();
}

#[test]
fn one_address_has_so_many_connections_and_no_more() {
    let program = Program::start(&[("ENABLED", "true"), ("CONNECTIONS_PER_ADDRESS", "2")]);
    let (one, _two) = (line(&program.server, "one"), line(&program.server, "two"));
    assert_eq!(program.server.on_line().next_line(), None, "the third is turned away");
    drop(one);
    program.until("net_connections", |n| n == 1);
    line(&program.server, "three");
    program.assert_no_panics();
}

#[test]
fn who_has_no_nick_in_time_is_told_and_closed() {
    let program = Program::start(&[("REGISTRATION_DEADLINE_MS", "300")]);
    let (mut silent, mut half) = (program.server.on_irc(), program.server.on_irc());
    // A name that is negotiated about for ever is no name.
    half.say("CAP LS 302\nNICK half\nUSER half 0 * :half");
    let mut line = program.server.on_line();
    for client in [&mut silent, &mut half] {
        let said = client.to_the_end();
        assert!(said.last().is_some_and(|line| line.starts_with("ERROR ")), "{said:?}");
    }
    let said = line.to_the_end();
    assert!(said.last().is_some_and(|line| line.contains("No nick was chosen in time")), "{said:?}");
    assert_eq!(program.counter("net_closed_timeout"), 3);
    program.assert_no_panics();
}

#[test]
fn a_reader_whose_queue_is_full_is_closed_and_nobody_waits() {
    let growth = grown_when_closed(&[("SEND_QUEUE_BYTES", "65536"), ("SEND_QUEUE_DEADLINE_MS", "3600000")]);
    assert!(growth <= GROWTH_KIB_MAX, "the process has grown by {growth} KiB");
}

/// What waits is bounded by the deadline here, and by how much is said until then: no bytes are promised.
#[test]
fn a_reader_who_takes_nothing_for_long_is_closed_and_nobody_waits() {
    grown_when_closed(&[("SEND_QUEUE_BYTES", "1073741824"), ("SEND_QUEUE_DEADLINE_MS", "300")]);
}

/// Talks to somebody who never reads until they are closed. Says how much the process has grown, in KiB; most of
/// it is what any talk of that length takes.
fn grown_when_closed(limits: &[(&str, &str)]) -> u64 {
    let program = Program::start(limits);
    let before_kib = program.resident_kib();
    let mut talker = irc(&program.server, "talker", "");
    talker.say("JOIN #a");
    talker.hear(" 366 ");
    let _asleep = program.never_reads("asleep", "#a");
    talker.hear(":asleep!");
    let words = "x".repeat(400);
    let batch = format!("PRIVMSG #a :{words}\n").repeat(100);
    let closed = (0..1_000).any(|n| {
        talker.say(&format!("{batch}PING batch{n}"));
        up_to(&mut talker, &format!("batch{n}")).iter().any(|line| line.contains(" QUIT "))
    });
    assert!(closed, "it is still there");
    assert_eq!(program.counter("net_closed_slow"), 1);
    assert_eq!(program.counter("net_connections"), 1);
    program.assert_no_panics();
    program.resident_kib().saturating_sub(before_kib)
}

#[test]
fn a_foreign_protocol_is_known_however_it_comes_in_pieces() {
    let program = Program::start(&[]);
    let options = "OPTIONS * HTTP/1.1\r\n\r\n/nick smuggled\n/join smuggled\nNICK smuggled\r\n";
    let requests = [options.as_bytes(), HTTP_GET.as_bytes(), TLS, PROXY_LINE.as_bytes(), PROXY_OCTETS];
    let doors = [(Door::Line, "neither TLS nor HTTP"), (Door::Irc, "ERROR ")];
    let pieces = requests.iter().flat_map(|request| [1, 5, 8, 9, 13].map(|split| request.split_at(split)));
    for ((first, rest), (door, words)) in pieces.flat_map(|pieces| doors.map(|door| (pieces, door))) {
        let before = program.counter("net_bytes_in");
        let mut client = match door {
            Door::Line => program.server.on_line(),
            Door::Irc => program.server.on_irc(),
        };
        client.sender().write_all(first).expect("the server reads");
        program.until("net_bytes_in", |n| n == before + first.len() as u64);
        // It may be closed already.
        let _ = client.sender().write_all(rest);
        let said = client.to_the_end();
        drop(client);
        let what = String::from_utf8_lossy(first).into_owned();
        assert!(said.last().is_some_and(|line| line.contains(words)), "{what:?}: {said:?}");
        assert!(!said.iter().any(|line| line.contains(SMUGGLED)), "{what:?}: {said:?}");
        program.until("net_connections", |n| n == 0);
    }
    program.assert_no_panics();
}

#[test]
fn a_server_that_was_attacked_starts_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = start(directory.path(), &[]);
    for (n, attack) in attacks().iter().filter(|attack| attack.bytes.len() < 10_000).enumerate() {
        perform(&server, n, attack);
    }
    server.kill();
    let server = start(directory.path(), &[]);
    let mut ginette = line(&server, "ginette");
    ginette.say("/ping again");
    ginette.hear("again");
}

/// Batches of clients that are never closed, of a million bytes, with lines for other batches: each costs what one message may,
/// and is given up at its deadline.
#[test]
fn batches_that_never_end_are_given_up() {
    let program = Program::start(&[("batch_deadline_ms", "300"), ("enabled", "false")]);
    let mut client = irc(&program.server, "batcher", "batch draft/multiline");
    let before_kib = program.resident_kib();
    client.say("BATCH +open draft/multiline #c\r\n@batch=open PRIVMSG #c :words");
    assert!(client.hear(" TIMEOUT open ").contains("FAIL BATCH"));
    let line = format!("@batch=long PRIVMSG #c :{}\r\n", "x".repeat(400));
    client.say(&format!("BATCH +long draft/multiline #c\r\n{}PING after", line.repeat(2_500)));
    let heard = up_to(&mut client, "after");
    let refused: Vec<_> = heard.iter().filter(|line| line.contains("FAIL BATCH")).collect();
    assert!(matches!(refused.as_slice(), [one] if one.contains("MULTILINE_MAX_BYTES")), "{refused:?}");
    client.say(&format!("{}PING after", "BATCH +a draft/multiline #c\r\n".repeat(1_000)));
    assert_eq!(
        up_to(&mut client, "after").iter().filter(|line| line.contains("MULTILINE_INVALID")).count(),
        500
    );
    // Cut off in the middle of one.
    for n in 0..200 {
        let mut other = irc(&program.server, &format!("cut{n}"), "batch draft/multiline");
        other.say(&format!("BATCH +cut draft/multiline #c\r\n{}", "@batch=cut PRIVMSG #c :x\r\n".repeat(30)));
    }
    program.until("net_connections", |n| n == 1);
    let growth = program.resident_kib().saturating_sub(before_kib);
    assert!(growth <= GROWTH_KIB_MAX, "the process has grown by {growth} KiB");
    program.assert_no_panics();
}
