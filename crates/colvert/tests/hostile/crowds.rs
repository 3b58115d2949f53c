//! Many strangers at once, and what one of them can make the server remember.

use std::net::TcpStream;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use colvert_testkit::server::Client;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::hostile::program::{PATIENCE, Program};
use crate::{irc, up_to};

/// Those who come at once.
const CROWD: usize = 10_000;
const GUESSES: usize = 100_000;
/// What one that says nothing may cost, in KiB: some times what it does, and far less than a thread or a buffer of its own.
const SILENT_KIB_MAX: u64 = 4;
/// What another round of the same may add, in KiB; caches and the allocator's fragments are in it.
const ROUND_KIB_MAX: u64 = 4 << 10;
/// What the state may take on the disk when they have gone, in bytes: the people whom WHOWAS remembers, and a friend.
const STATE_BYTES_MAX: u64 = 64 << 10;

/// Room for so many in this process, for one crowd at a time.
fn room(crowd: usize) -> MutexGuard<'static, ()> {
    static ROOM: Mutex<()> = Mutex::new(());
    let room = ROOM.lock().unwrap_or_else(PoisonError::into_inner);
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).expect("it may be raised so far");
    let most = limit.maximum.unwrap_or(u64::MAX);
    assert!(
        most > crowd as u64 + 1_000,
        "this test needs {crowd} descriptors and some; the system gives {most}"
    );
    room
}

#[test]
fn silent_sockets_cost_little_and_end() {
    let _room = room(CROWD);
    // All of them are there before the first is closed, also on a slow machine.
    let program = Program::start(&[("REGISTRATION_DEADLINE_MS", "20000")]);
    let before_kib = program.resident_kib();
    let irc = program.server.irc();
    let silent: Vec<_> = (0..CROWD).map(|_| TcpStream::connect(irc).expect("the system accepts")).collect();
    program.until("net_accepted", |n| n >= CROWD as u64);
    let growth = program.resident_kib().saturating_sub(before_kib);
    assert_eq!(program.counter("net_connections"), CROWD as u64, "all of them were measured");
    eprintln!("{CROWD} silent sockets have grown it by {growth} KiB");
    assert!(growth <= CROWD as u64 * SILENT_KIB_MAX, "the process has grown by {growth} KiB");
    program.until("net_connections", |n| n == 0);
    assert_eq!(program.counter("net_closed_timeout"), CROWD as u64);
    drop(silent);
    program.assert_no_panics();
}

#[test]
fn many_who_never_read_are_closed_and_delay_nobody() {
    who_never_read_are_closed(300);
}

#[test]
#[ignore = "it takes long: ./test runs it"]
fn ten_thousand_who_never_read_are_closed_and_delay_nobody() {
    who_never_read_are_closed(CROWD);
}

fn who_never_read_are_closed(crowd: usize) {
    const QUEUE_KIB: u64 = 16;
    /// What is said at once fits into the queue of who reads.
    const MESSAGES: usize = 20;
    let _room = room(crowd);
    let keys = [("SEND_QUEUE_BYTES", "16384"), ("SEND_QUEUE_DEADLINE_MS", "3600000")];
    let program = Program::start(&keys);
    let mut talker = irc(&program.server, "talker", "");
    let mut quick = irc(&program.server, "quick", "");
    // Nobody there is told of who comes and goes: that would be a flood of its own. The talker speaks from outside.
    quick.say("JOIN #a\nMODE #a +u-n\nMODE #a -o quick");
    quick.hear(" MODE #a -o quick");
    let slow: Vec<_> = (0..crowd).map(|n| program.never_reads(&format!("slow{n}"), "#a")).collect();
    let all_there = format!(" #a {} ", crowd + 1);
    let began = Instant::now();
    while !up_to_list(&mut quick).contains(&all_there) {
        assert!(began.elapsed() < PATIENCE, "all of them come in");
    }
    let before_kib = program.resident_kib();
    let batch = format!("PRIVMSG #a :{}\n", "x".repeat(400)).repeat(MESSAGES);
    let mut most_kib = 0;
    let all_closed = (0..1_000).any(|n| {
        talker.say(&format!("{batch}PRIVMSG quick :round{n}"));
        // Who reads is told all of it, whoever else does not.
        let heard = up_to(&mut quick, &format!("round{n}"));
        assert_eq!(heard.iter().filter(|line| line.contains(" PRIVMSG #a ")).count(), MESSAGES);
        most_kib = most_kib.max(program.resident_kib().saturating_sub(before_kib));
        program.counter("net_closed_slow") == crowd as u64
    });
    assert!(all_closed, "{} of {crowd} are closed", program.counter("net_closed_slow"));
    program.until("net_connections", |n| n == 2);
    eprintln!("{crowd} who never read have grown it by {most_kib} KiB");
    drop(slow);
    let may_kib = crowd as u64 * QUEUE_KIB + crate::GROWTH_KIB_MAX;
    assert!(most_kib <= may_kib, "the process has grown by {most_kib} KiB");
    program.assert_no_panics();
}

/// What LIST says of a channel.
fn up_to_list(client: &mut Client) -> String {
    client.say("LIST #a");
    let line = client.hear(" 322 ");
    client.hear(" 323 ");
    line
}

/// One that guesses for ever: after some guesses nothing is looked at any more, and nothing is kept of them.
#[test]
#[ignore = "it takes long: ./test runs it"]
fn a_hundred_thousand_guesses_are_answered_and_few_are_looked_at() {
    const PIECES: usize = 100;
    let program = Program::start(&[("ENABLED", "true"), ("RATE_PER_S", "0"), ("FAILED_LOGINS", "0")]);
    let mut guesser = irc(&program.server, "guesser", "sasl");
    let guess = "AUTHENTICATE PLAIN\nAUTHENTICATE AGFkYQBxdWFjay1xdWFjaw==\n";
    let mut looked_at = 0;
    let mut before_kib = 0;
    for piece in 0..PIECES {
        guesser.say(&format!("{}PING piece{piece}", guess.repeat(GUESSES / PIECES)));
        let heard = up_to(&mut guesser, &format!(":piece{piece}"));
        let refused = heard.iter().filter(|line| line.contains(" 904 "));
        assert_eq!(refused.clone().count(), GUESSES / PIECES);
        looked_at += refused.filter(|line| !line.contains("too many attempts")).count();
        if piece == 0 {
            before_kib = program.resident_kib();
        }
    }
    assert!((1..=100).contains(&looked_at), "{looked_at} were looked at");
    let growth = program.resident_kib().saturating_sub(before_kib);
    eprintln!("{GUESSES} guesses: {looked_at} were looked at, and they have grown it by {growth} KiB");
    assert!(growth <= ROUND_KIB_MAX, "the process has grown by {growth} KiB");
    program.assert_no_panics();
}

/// Everybody comes back, as after a network was cut, sixteen at a time: all of them log in, and it is bigger by nothing afterwards.
#[test]
#[ignore = "it takes long: ./test runs it"]
fn ten_thousand_come_back_sixteen_at_a_time_and_log_in() {
    const THREADS: usize = 16;
    let program = Program::start(&[]);
    let mut ada = irc(&program.server, "ada", "");
    ada.say("REGISTER ada * correcthorse\nDEVICE ADD phone");
    let told = ada.hear("phone");
    let token = told.rsplit([' ', ':']).next().expect("a token is told").to_owned();
    let began = Instant::now();
    let come = |thread: usize| {
        for n in 0..CROWD / THREADS {
            let mut client = program.server.on_irc();
            client.say(&format!("NICK back{thread}x{n}\nUSER b 0 * :B\nLOGIN ada {token}\nQUIT"));
            client.hear(" 900 ");
            client.to_the_end();
        }
    };
    // Some more who come first, so that caches are full.
    come(THREADS);
    let before_kib = program.resident_kib();
    thread::scope(|scope| {
        (0..THREADS).for_each(|thread| drop(scope.spawn(move || come(thread))));
    });
    let growth = program.resident_kib().saturating_sub(before_kib);
    eprintln!("{CROWD} came back in {:?}, and have grown it by {growth} KiB", began.elapsed());
    assert!(growth <= crate::GROWTH_KIB_MAX, "the process has grown by {growth} KiB");
    program.assert_no_panics();
}

/// A message of as many lines as may be, to two thousand people who read line by line.
#[test]
#[ignore = "it takes long: ./test runs it"]
fn a_hundred_lines_reach_two_thousand_people_in_order() {
    const PEOPLE: usize = 2_000;
    const LINES: usize = 100;
    let _room = room(PEOPLE);
    let program = Program::start(&[("MULTILINE_LINES", "100"), ("MULTILINE_BYTES", "40000")]);
    let mut talker = irc(&program.server, "talker", "batch draft/multiline message-tags");
    talker.say("JOIN #a\nMODE #a +u");
    talker.hear(" MODE #a +u");
    let mut people: Vec<_> = (0..PEOPLE)
        .map(|n| {
            let mut client = irc(&program.server, &format!("m{n}"), "no-implicit-names");
            client.say("JOIN #a\nPING there");
            client.hear(" PONG ");
            client
        })
        .collect();
    (0..PEOPLE).for_each(|_| drop(talker.hear(" JOIN ")));
    let before_kib = program.resident_kib();
    let lines: String =
        (0..LINES).map(|n| format!("@batch=long PRIVMSG #a :line {n} {}\n", "x".repeat(300))).collect();
    talker.say(&format!("BATCH +long draft/multiline #a\n{lines}BATCH -long\nPING said"));
    let mut most_kib = 0;
    for client in &mut people {
        (0..LINES).for_each(|n| drop(client.hear(&format!(" PRIVMSG #a :line {n} "))));
        most_kib = most_kib.max(program.resident_kib().saturating_sub(before_kib));
    }
    talker.hear(":said");
    eprintln!("{LINES} lines to {PEOPLE} people have grown it by {most_kib} KiB");
    assert!(most_kib <= crate::GROWTH_KIB_MAX, "the process has grown by {most_kib} KiB");
    assert_eq!(program.counter("net_closed_slow"), 0);
    program.assert_no_panics();
}

/// A batch of a million lines is refused once, and nothing of it is kept.
#[test]
#[ignore = "it takes long: ./test runs it"]
fn a_batch_of_a_million_lines_is_refused_once() {
    const PIECES: usize = 100;
    let program = Program::start(&[]);
    let mut client = irc(&program.server, "batcher", "batch draft/multiline");
    let before_kib = program.resident_kib();
    client.say("BATCH +long draft/multiline #c");
    let mut refused = 0;
    for piece in 0..PIECES {
        client.say(&format!("{}PING piece{piece}", "@batch=long PRIVMSG #c :x\n".repeat(1_000_000 / PIECES)));
        refused += up_to(&mut client, &format!(":piece{piece}")).len();
    }
    assert_eq!(refused, 1);
    let growth = program.resident_kib().saturating_sub(before_kib);
    eprintln!("a batch of a million lines has grown it by {growth} KiB");
    assert!(growth <= ROUND_KIB_MAX, "the process has grown by {growth} KiB");
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
