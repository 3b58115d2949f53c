//! What is said in channels is one run of bytes for all of its readers, and each is shown exactly their own lines.

#[allow(dead_code, reason = "the other tests need more of it")]
mod stand_in;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use colvert_net::NetLimits;
use stand_in::{Client, Server, WORDED};

const PEOPLE: u64 = 15;
const CHANNELS: u64 = 3;
/// Orders of one line, which may have a thousand bytes.
const ORDERS: u64 = 60;

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// What people should be shown.
#[derive(Default)]
struct Expected {
    members: BTreeSet<(u64, u64)>,
    classes: BTreeMap<u64, u64>,
    lines: BTreeMap<u64, Vec<String>>,
}

impl Expected {
    fn show(&mut self, person: u64, line: String) {
        self.lines.entry(person).or_default().push(line);
    }

    fn say(&mut self, reader: u64, person: u64, n: u64) {
        let relation = if reader == person { "Origin" } else { "Other" };
        let class = self.classes.get(&reader).copied().unwrap_or(0);
        let kind = if class == 0 { String::new() } else { format!(" as {class}") };
        self.show(reader, format!("{relation}{kind} w{n}"));
    }

    fn order(&mut self, dice: &mut Dice, n: u64) -> String {
        let (channel, person) = (dice.below(CHANNELS), dice.below(PEOPLE));
        match dice.below(20) {
            0 => {
                if self.members.insert((channel, person)) {
                    return format!("join {channel} {person}");
                }
                self.members.remove(&(channel, person));
                format!("part {channel} {person}")
            }
            1 => {
                let class = dice.below(3);
                self.classes.insert(person, class);
                self.show(person, format!("echo kind {class}"));
                format!("kind {person} {class}")
            }
            2 => {
                self.show(person, format!("echo w{n}"));
                format!("to {person} w{n}")
            }
            3 => {
                (0..PEOPLE).for_each(|other| self.say(other, person, n));
                format!("all {person} w{n}")
            }
            _ => {
                let members: Vec<u64> =
                    self.members.iter().filter(|(of, _)| *of == channel).map(|(_, member)| *member).collect();
                members.into_iter().for_each(|member| self.say(member, person, n));
                format!("say {channel} {person} w{n}")
            }
        }
    }
}

/// Both are in one test, because what is put into words is counted for the process.
#[test]
fn what_is_said_in_channels_is_worded_and_sent_once() {
    lines_of_a_turn_are_worded_once_for_each_kind_and_sent_with_one_write();
    each_reader_is_shown_their_own_lines_in_order_whoever_else_follows();
}

fn lines_of_a_turn_are_worded_once_for_each_kind_and_sent_with_one_write() {
    const READERS: usize = 40;
    const LINES: usize = 50;
    const GATEWAYS: usize = 2;
    let server = Server::start(NetLimits { enabled: false, ..NetLimits::default() });
    let mut readers: Vec<Client> = (0..READERS).map(|_| server.join()).collect();
    let mut teller = server.join();
    let coming: Vec<String> =
        (0..READERS).flat_map(|n| [format!("join 1 {n}"), format!("kind {n} {}", n / 2 % 2)]).collect();
    for some in coming.chunks(20) {
        teller.ask(&format!("at once {}", some.join(";")));
    }
    for (n, reader) in readers.iter_mut().enumerate() {
        assert_eq!(reader.read(), format!("echo kind {}", n / 2 % 2));
    }
    let (worded, written) = (WORDED.load(Ordering::Relaxed), server.counter("net_writes"));
    let lines: Vec<String> = (0..LINES).map(|n| format!("say 1 {READERS} w{n}")).collect();
    teller.ask(&format!("at once {}", lines.join(";")));
    for reader in &mut readers {
        for n in 0..LINES {
            assert!(reader.read().ends_with(&format!(" w{n}")));
        }
    }
    assert_eq!(WORDED.load(Ordering::Relaxed) - worded, LINES * 2 * GATEWAYS, "two kinds on each gateway");
    // One for each reader, one for the echo, and what was counted late of the lines before.
    let writes = server.counter("net_writes") - written;
    assert!(writes <= READERS as u64 + 4, "{writes} writes");
    server.stop();
}

fn each_reader_is_shown_their_own_lines_in_order_whoever_else_follows() {
    let limits = NetLimits { enabled: false, ..NetLimits::default() };
    let server = Server::start(limits);
    let mut people: Vec<Client> = (0..PEOPLE).map(|_| server.join()).collect();
    let mut teller = server.connect();
    let (mut dice, mut expected) = (Dice(7), Expected::default());
    let mut n = 0;
    for _ in 0..200 {
        let orders: Vec<String> = (0..ORDERS)
            .map(|_| {
                n += 1;
                expected.order(&mut dice, n)
            })
            .collect();
        teller.ask(&format!("at once {}", orders.join(";")));
    }
    for (person, client) in (0..).zip(&mut people) {
        for line in expected.lines.remove(&person).unwrap_or_default() {
            assert_eq!(client.read(), line, "person {person}");
        }
        client.send(b"the end\n");
        assert_eq!(client.read(), "echo the end", "person {person}");
    }
    server.stop();
}
