//! Floods of every kind of line: each has a cost, and who spends more than they have is slowed down and loses nothing.

use std::thread;
use std::time::{Duration, Instant};

use colvert_testkit::server::Client;

use crate::hostile::program::Program;
use crate::{irc, up_to};

/// Messages a second, and at once.
const RATE: u64 = 200;
const BURST: u64 = 10;
/// What each flood takes, in messages.
const FLOOD: u64 = 70;

/// A line of a flood, with its number, and what it takes, in tenths of a message.
const LINES: &[(&str, u64)] = &[
    ("PRIVMSG #own :words {n}", 10),
    ("NOTICE #own :words {n}", 10),
    ("PRIVMSG friend :\u{1}PING {n}\u{1}", 10),
    ("@+typing=active TAGMSG #own", 3),
    ("@+draft/react={n};+reply=x TAGMSG #own", 10),
    ("INVITE friend #own", 20),
    ("KNOCK #closed", 50),
    ("NICK other{n}", 30),
    ("JOIN #there\r\nPART #there", 20),
    ("MODE #own +b {n}!*@*\r\nMODE #own -b {n}!*@*", 40),
    ("MODE #own", 3),
    ("AWAY :gone {n}", 20),
    ("SETNAME :Name {n}", 20),
    ("METADATA * SET url :{n}", 20),
    ("METADATA #own SYNC", 50),
    ("MARKREAD #own timestamp=2020-01-01T00:00:00.000Z", 3),
    ("MONITOR + a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t", 20),
    ("WHO *", 50),
    ("WHO #own", 3),
    ("LIST", 50),
    ("NAMES #own", 3),
    ("CHATHISTORY LATEST #own * 100", 5),
    ("HELP", 10),
    ("NONSENSE {n}", 10),
    ("", 10),
];

#[test]
fn floods_of_each_kind_are_slowed_down_by_their_cost_and_lose_nothing() {
    let (rate, burst) = (RATE.to_string(), BURST.to_string());
    let limits = [("ENABLED", "true"), ("RATE_PER_S", &*rate), ("RATE_BURST", &*burst)];
    let program = Program::start(&limits);
    let mut friend = irc(&program.server, "friend", "");
    friend.say("JOIN #closed\r\nMODE #closed +i");
    friend.hear(" MODE #closed +i");
    let clients: Vec<_> = (0..LINES.len()).map(|n| come(&program, n)).collect();
    let before = program.counter("net_lines");
    let sent: usize = thread::scope(|scope| {
        let floods = clients.into_iter().zip(LINES).enumerate().map(|(n, (client, (line, tenths)))| {
            scope.spawn(move || flood(client, &line.replace("#own", &own(n)), *tenths))
        });
        let floods: Vec<_> = floods.collect();
        floods.into_iter().map(|flood| flood.join().expect("it is answered in its time")).sum()
    });
    assert_eq!(program.counter("net_lines") - before, sent as u64, "each line was read");
    assert!(program.counter("net_paused_rate") > 0);
    assert_eq!(program.counter("net_closed_slow"), 0);
    program.assert_no_panics();
}

/// The channel of a flood.
fn own(n: usize) -> String {
    format!("#own{n}")
}

/// Who floods, in a channel of their own.
fn come(program: &Program, n: usize) -> Client {
    let caps = "message-tags batch draft/metadata-2 draft/read-marker draft/chathistory server-time setname";
    let mut client = irc(&program.server, &format!("flooder{n}"), caps);
    client.say(&format!("JOIN {}", own(n)));
    client.hear(" 366 ");
    client
}

/// Floods, and is answered no earlier than all of it is paid for. How many lines it has sent.
fn flood(mut client: Client, line: &str, tenths: u64) -> usize {
    let times = FLOOD * 10 / tenths;
    let lines: String = (0..times).map(|time| line.replace("{n}", &time.to_string()) + "\r\n").collect();
    let began = Instant::now();
    client.say(&format!("{lines}PING last"));
    up_to(&mut client, ":last");
    let took = began.elapsed();
    let owed = times * tenths / 10 - BURST;
    // The server counts in whole milliseconds.
    let least = Duration::from_millis((owed * 1_000 / RATE).saturating_sub(1));
    assert!(took >= least, "{line}: {took:?} for {times} times, which take {least:?}");
    lines.lines().count() + 1
}
