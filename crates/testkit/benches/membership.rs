//! What one change costs the engine in channels of different sizes: it must not depend on how many are there.
//!
//! ```sh
//! cargo bench -p colvert-testkit --bench membership
//! ```
//!
//! It prints medians of one step each, in microseconds; a gateway then shows it to who is there, which is what takes long.
//! A join looks at the first 500 people of NAMES, too, and the others come in slices of their own; who has asked for no names
//! (`no-implicit-names`) joins quietly. What is left of growth are the deeper maps, and that less of them is in the processor's caches.

use std::sync::Arc;
use std::time::Instant;

use colvert_core::command::CloseReason;
use colvert_core::ids::{Millis, SessionId};
use colvert_core::session::{Door, Input, Output, Session};
use colvert_core::settings::{Limits, Settings};
use colvert_irc::IrcDoor;
use colvert_testkit::process::{GATEWAYS, Process, Setup};
use colvert_testkit::sim_disk::SimDisk;

const SIZES: [usize; 3] = [100, 5_000, 50_000];
const ROUNDS: usize = 500;
const NOW: Millis = Millis(1_000_000);

/// A server, and whoever speaks to it without a socket.
struct Hall {
    process: Process,
    door: Arc<dyn Door>,
    last: u64,
}

/// Somebody, as a gateway has them.
struct Guest {
    id: SessionId,
    session: Box<dyn Session>,
}

impl Hall {
    fn new() -> Self {
        let limits = Limits { list_entries: 10, ..Limits::default() };
        let settings = Settings { limits, ..Settings::default() };
        let setup = Setup { settings: settings.clone(), ..Setup::default() };
        let process = Process::start(&SimDisk::new(1), &setup, NOW).expect("an empty disk");
        Self { process, door: Arc::new(IrcDoor::new(&settings, NOW)), last: 0 }
    }

    fn come(&mut self) -> Guest {
        self.last += 1;
        let (id, info) = (SessionId::new(0, self.last), self.door.info("host.example".into()));
        let mut guest = Guest { id, session: self.door.session(&info) };
        self.process.input(Input::Open { session: id, info }, NOW);
        let nick = format!("guest{:06}x", self.last);
        for line in [format!("NICK {nick}"), format!("USER {nick} 0 * :G")] {
            self.say(&mut guest, &line);
        }
        guest
    }

    /// Somebody who asks for names when they want them.
    fn come_quietly(&mut self) -> Guest {
        let mut guest = self.come();
        self.say(&mut guest, "CAP REQ no-implicit-names");
        guest
    }

    /// Asks for what a line asks for. How long the engine took, in nanoseconds.
    fn say(&mut self, guest: &mut Guest, line: &str) -> u128 {
        let request = guest.session.receive(line.as_bytes()).expect("a line that asks for something");
        let began = Instant::now();
        self.process.input(Input::Request { session: guest.id, request }, NOW);
        began.elapsed().as_nanos()
    }

    fn leave(&mut self, guest: &Guest) -> u128 {
        let began = Instant::now();
        self.process.input(Input::Close { session: guest.id, reason: CloseReason::ConnectionLost }, NOW);
        began.elapsed().as_nanos()
    }

    /// Keeps what was decided. Gives back what gateways would show.
    fn keep(&mut self) -> Vec<Output> {
        self.process.log.commit();
        assert!(self.process.turn(NOW).is_none(), "the engine goes on");
        (0..GATEWAYS).flat_map(|gateway| self.process.outputs(gateway)).collect()
    }

    /// Keeps what was decided, and throws away what gateways would show; readers take what they are told at once.
    fn settle(&mut self) {
        loop {
            let unfinished = self.keep().into_iter().filter_map(|output| match output {
                Output::More { session } => Some(session),
                _ => None,
            });
            let unfinished: Vec<_> = unfinished.collect();
            if unfinished.is_empty() {
                return;
            }
            for session in unfinished {
                self.process.input(Input::More { session }, NOW);
            }
        }
    }
}

fn median(mut times: Vec<u128>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2] as f64 / 1_000.0
}

/// Names of what is measured, in their order.
const STEPS: [&str; 7] = ["connect", "join", "quiet", "mode", "nick", "part", "quit"];

fn measure(size: usize) -> [f64; STEPS.len()] {
    let mut hall = Hall::new();
    let mut keeper = hall.come();
    hall.say(&mut keeper, "JOIN #hall");
    let mut crowd = Vec::with_capacity(size);
    for _ in 1..size {
        let mut guest = hall.come();
        hall.say(&mut guest, "JOIN #hall");
        crowd.push(guest);
        if crowd.len() % 500 == 0 {
            hall.keep();
        }
    }
    let members = hall.process.engine.state().channels.values().map(|channel| channel.members.len()).max();
    assert_eq!(members, Some(size), "all are there");
    let mut times = [const { Vec::new() }; STEPS.len()];
    for round in 0..ROUNDS {
        let mut other = hall.come();
        let join = hall.say(&mut other, "JOIN #hall");
        hall.settle();
        hall.leave(&other);
        // All of NAMES was looked at: nothing of the rest is in the caches.
        let began = Instant::now();
        let mut guest = hall.come_quietly();
        let connect = began.elapsed().as_nanos();
        let quiet = hall.say(&mut guest, "JOIN #hall");
        hall.settle();
        let mode = hall.say(&mut keeper, &format!("MODE #hall +v guest{:06}x", hall.last));
        let nick = hall.say(&mut guest, &format!("NICK other{round:06}x"));
        hall.settle();
        let part = hall.say(&mut guest, "PART #hall");
        hall.say(&mut guest, "JOIN #hall");
        hall.settle();
        let quit = hall.leave(&guest);
        hall.settle();
        let all = [connect, join, quiet, mode, nick, part, quit];
        times.iter_mut().zip(all).for_each(|(times, time)| times.push(time));
    }
    times.map(median)
}

fn main() {
    println!("{:>8} {}", "members", STEPS.map(|step| format!("{step:>10}")).concat());
    for size in SIZES {
        println!("{size:>8} {}", measure(size).map(|time| format!("{time:>10.1}")).concat());
    }
}
