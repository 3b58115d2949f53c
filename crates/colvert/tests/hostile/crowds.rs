//! Many strangers at once, and what one of them can make the server remember.

use std::net::TcpStream;
use std::thread;

use colvert_testkit::server::Client;

use crate::hostile::program::Program;
use crate::{irc, up_to};

/// Connections that the test's own process may have under the limit that most systems begin with.
const SILENT: usize = 700;
/// What one that says nothing may cost, in KiB: many times what it does, and far less than a thread or a buffer of its own.
const SILENT_KIB_MAX: u64 = 16;
/// What another round of the same may add, in KiB; caches and the allocator's fragments are in it.
const ROUND_KIB_MAX: u64 = 4 << 10;
/// What the state may take on the disk when they have gone, in bytes: the people whom WHOWAS remembers, and a friend.
const STATE_BYTES_MAX: u64 = 64 << 10;

#[test]
fn silent_sockets_cost_little_and_end() {
    let program = Program::start(&[("REGISTRATION_DEADLINE_MS", "3000")]);
    let before_kib = program.resident_kib();
    let irc = program.server.irc();
    let silent: Vec<_> = (0..SILENT).map(|_| TcpStream::connect(irc).expect("the system accepts")).collect();
    program.until("net_accepted", |n| n >= SILENT as u64);
    let growth = program.resident_kib().saturating_sub(before_kib);
    assert!(growth <= SILENT as u64 * SILENT_KIB_MAX, "the process has grown by {growth} KiB");
    program.until("net_connections", |n| n == 0);
    assert_eq!(program.counter("net_closed_timeout"), SILENT as u64);
    drop(silent);
    program.assert_no_panics();
}

#[test]
fn many_who_never_read_are_closed_and_delay_nobody() {
    const SLOW: usize = 60;
    const QUEUE_KIB: u64 = 64;
    let keys = [("SEND_QUEUE_BYTES", "65536"), ("SEND_QUEUE_DEADLINE_MS", "3600000")];
    let program = Program::start(&keys);
    let mut talker = irc(&program.server, "talker", "");
    talker.say("JOIN #a");
    talker.hear(" 366 ");
    let mut quick = irc(&program.server, "quick", "");
    quick.say("JOIN #a");
    quick.hear(" 366 ");
    let _slow: Vec<_> = (0..SLOW).map(|n| program.never_reads(&format!("slow{n}"), "#a")).collect();
    program.until("net_connections", |n| n == SLOW as u64 + 2);
    let before_kib = program.resident_kib();
    let batch = format!("PRIVMSG #a :{}\n", "x".repeat(400)).repeat(100);
    let mut most_kib = 0;
    let all_closed = (0..1_000).any(|n| {
        talker.say(&format!("{batch}PRIVMSG quick :round{n}"));
        // Who reads is told all of it, whoever else does not.
        let heard = up_to(&mut quick, &format!("round{n}"));
        assert_eq!(heard.iter().filter(|line| line.contains(" PRIVMSG #a ")).count(), 100);
        most_kib = most_kib.max(program.resident_kib().saturating_sub(before_kib));
        program.counter("net_closed_slow") == SLOW as u64
    });
    assert!(all_closed, "{} of {SLOW} are closed", program.counter("net_closed_slow"));
    program.until("net_connections", |n| n == 2);
    let may_kib = SLOW as u64 * QUEUE_KIB + crate::GROWTH_KIB_MAX;
    assert!(most_kib <= may_kib, "the process has grown by {most_kib} KiB");
    program.assert_no_panics();
}

/// Everything that the server keeps for somebody has an end, and goes with them: it grows no more when others do the same, and
/// the state that it writes down when it stops is small.
#[test]
fn what_a_stranger_can_make_it_remember_has_an_end() {
    let program = Program::start(&[("WHOWAS_ENTRIES", "100")]);
    let mut friend = irc(&program.server, "friend", "");
    let mut grown = Vec::new();
    let mut last_kib = program.resident_kib();
    for round in 0..3 {
        thread::scope(|scope| {
            let lists = scope.spawn(|| lists(&program, round));
            let places = scope.spawn(|| places(&program, round));
            lists.join().expect("it ends");
            places.join().expect("it ends");
        });
        let now_kib = program.resident_kib();
        grown.push(now_kib.saturating_sub(last_kib));
        last_kib = now_kib;
    }
    friend.say("PING here");
    up_to(&mut friend, " PONG ");
    eprintln!("the rounds have grown by {grown:?} KiB");
    assert!(grown[2] <= ROUND_KIB_MAX, "the rounds have grown by {grown:?} KiB");
    program.assert_no_panics();
    let state = program.state_bytes_when_stopped();
    assert!(state <= STATE_BYTES_MAX, "the state has {state} bytes");
}

const TIMES: usize = 1_000;

/// Fills what is kept for a person: each of the lists with names that nobody else has.
fn lists(program: &Program, round: usize) {
    let mut client = irc(&program.server, &format!("lister{round}"), "draft/metadata-2 batch");
    client.say(&format!("JOIN #lists{round}"));
    client.hear(" 366 ");
    each(&mut client, |n| {
        format!(
            "MONITOR + m{round}x{n}\nSILENCE +s{round}x{n}!*@*\nACCEPT a{round}x{n}\nMETADATA * SUB k{round}x{n}\n\
             METADATA * SET k{round}x{n} :value\nMODE #lists{round} +b b{round}x{n}!*@*\n\
             MODE #lists{round} +I i{round}x{n}!*@*\nINVITE friend #lists{round}\nMARKREAD #x{round}x{n} *\n"
        )
    });
    client.say("QUIT");
    client.to_the_end();
}

/// Makes places and names that are left again at once.
fn places(program: &Program, round: usize) {
    let mut client = irc(&program.server, &format!("walker{round}"), "");
    each(&mut client, |n| {
        format!(
            "JOIN #p{round}x{n}\nTOPIC #p{round}x{n} :words\nINVITE friend #p{round}x{n}\nPART #p{round}x{n}\n\
             NICK w{round}x{n}\nAWAY :gone{n}\nWHOWAS nobody{n}\nKNOCK #p{round}x{n}\n"
        )
    });
    client.say("QUIT");
    client.to_the_end();
}

/// Says so many lines, and reads all answers.
fn each(client: &mut Client, lines: impl Fn(usize) -> String) {
    const PIECE: usize = 50;
    for piece in 0..TIMES / PIECE {
        let all: String = (piece * PIECE..(piece + 1) * PIECE).map(&lines).collect();
        client.say(&format!("{all}PING piece{piece}"));
        up_to(client, &format!("PONG colvert.local :piece{piece}"));
    }
}
