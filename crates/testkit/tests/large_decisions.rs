//! What one line asks for can be more than one entry of the log takes: it is done all the same, or refused, and the server goes on.

use std::sync::Arc;

use colvert_core::ids::{Millis, SessionId};
use colvert_core::names::{ChannelName, NameRules};
use colvert_core::refusal::Refusal;
use colvert_core::session::{Door, Input, Output, Session};
use colvert_irc::IrcDoor;
use colvert_testkit::process::{GATEWAYS, Process, Setup};
use colvert_testkit::sim_disk::SimDisk;

const NOW: Millis = Millis(1_000_000);
/// A kick names two people, the channel and the reason: with so many, more than the megabyte of an entry.
const MEMBERS: u64 = 6_000;
const CHANNEL: &str = "#a_channel_whose_name_is_as_long_as_the_names_of_channels_may_be";
const JOIN: &str = "JOIN #a_channel_whose_name_is_as_long_as_the_names_of_channels_may_be";

struct Hall {
    process: Process,
    door: Arc<dyn Door>,
}

type Guest = (SessionId, Box<dyn Session>);

impl Hall {
    fn of(setup: Setup) -> Self {
        let settings = setup.settings.clone();
        let process = Process::start(&SimDisk::new(1), &setup, NOW).expect("an empty disk");
        Self { process, door: Arc::new(IrcDoor::new(&settings, NOW)) }
    }

    fn come(&mut self, n: u64) -> Guest {
        let (id, info) = (SessionId::new(0, n), self.door.info("host.example".into()));
        let mut guest = (id, self.door.session(&info));
        self.process.input(Input::Open { session: id, info }, NOW);
        let nick = format!("guest{n:027}");
        let lines =
            ["CAP REQ no-implicit-names", &format!("NICK {nick}"), "USER guest 0 * :G", "CAP END", JOIN];
        for line in lines {
            self.say(&mut guest, line);
        }
        if n.is_multiple_of(500) {
            self.keep();
        }
        guest
    }

    fn say(&mut self, (id, session): &mut Guest, line: &str) {
        let request = session.receive(line.as_bytes()).expect("a line that asks for something");
        self.process.input(Input::Request { session: *id, request }, NOW);
    }

    /// Keeps what was decided. Gives back what gateways would show.
    fn keep(&mut self) -> Vec<Output> {
        self.process.log.commit();
        assert!(self.process.turn(NOW).is_none(), "the engine goes on");
        (0..GATEWAYS).flat_map(|gateway| self.process.outputs(gateway)).collect()
    }

    fn members(&self) -> usize {
        let name = ChannelName::new(CHANNEL, NameRules::Precis).expect("a name").key();
        self.process.engine.state().channel_by_key(&name).expect("a channel with its operator").members.len()
    }
}

#[test]
fn a_large_channel_is_cleared_of_its_people() {
    let mut hall = Hall::of(Setup::default());
    let mut owner = hall.come(0);
    for n in 1..=MEMBERS {
        hall.come(n);
    }
    hall.keep();
    assert_eq!(hall.members() as u64, MEMBERS + 1);
    hall.say(&mut owner, &format!("CHANNEL {CHANNEL} clear users"));
    let shown = hall.keep();
    let kicks = shown.iter().filter(|output| matches!(output, Output::Deliver(_))).count() as u64;
    assert_eq!(kicks, MEMBERS * u64::from(GATEWAYS));
    assert_eq!(hall.members(), 1);
    hall.say(&mut owner, "PING after");
    assert!(hall.keep().iter().any(|output| matches!(output, Output::Reply { .. })));
}

#[test]
fn what_no_entry_takes_is_refused_and_the_server_goes_on() {
    let mut setup = Setup::default();
    setup.log.segment_bytes = 600;
    let mut hall = Hall::of(setup);
    let mut guest = hall.come(1);
    hall.keep();
    hall.say(&mut guest, &format!("PRIVMSG {CHANNEL} :{}", "x".repeat(100)));
    assert!(hall.keep().iter().all(|output| !matches!(output, Output::Refuse { .. })));
    // One line can set many masks.
    let masks: Vec<_> = (0..20).map(|n| format!("nick{n}!{}@*", "u".repeat(10))).collect();
    hall.say(&mut guest, &format!("MODE {CHANNEL} +{} {}", "b".repeat(20), masks.join(" ")));
    hall.say(&mut guest, &format!("MODE {CHANNEL} +{} {}", "e".repeat(20), masks.join(" ")));
    let shown = hall.keep();
    let is_refused =
        |output: &&Output| matches!(output, Output::Refuse { refusal, .. } if **refusal == Refusal::Internal);
    assert_eq!(shown.iter().filter(is_refused).count(), 2);
    hall.say(&mut guest, "PING after");
    assert!(hall.keep().iter().any(|output| matches!(output, Output::Reply { .. })));
}
