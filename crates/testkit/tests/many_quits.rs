//! A netful of people goes at once.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use colvert_core::command::CloseReason;
use colvert_core::event::Event;
use colvert_core::ids::{Millis, SessionId};
use colvert_core::session::{Door, Input, Output, Session};
use colvert_core::settings::Settings;
use colvert_irc::IrcDoor;
use colvert_log::Log;
use colvert_testkit::process::{Process, Setup};
use colvert_testkit::sim_disk::SimDisk;

const NOW: Millis = Millis(1_000_000);
const CROWD: u64 = 10_000;

fn say(process: &mut Process, id: SessionId, session: &mut dyn Session, line: &str) {
    let request = session.receive(line.as_bytes()).expect("a line that asks for something");
    process.input(Input::Request { session: id, request }, NOW);
}

/// Keeps what was decided. Gives back what the gateway would show.
fn keep(process: &mut Process) -> Vec<Output> {
    process.log.commit();
    assert!(process.turn(NOW).is_none(), "the engine goes on");
    process.outputs(0)
}

#[test]
fn ten_thousand_quits_are_one_write_one_sync_and_each_shown_once() {
    let settings = Settings::default();
    // One segment has room for all of it: beginning another one syncs as well.
    let mut setup = Setup::default();
    setup.log.segment_bytes = 16 << 20;
    let mut process = Process::start(&SimDisk::new(1), &setup, NOW).expect("an empty disk");
    let door: Arc<dyn Door> = Arc::new(IrcDoor::new(&settings, NOW));
    let witness = SessionId::new(0, 1);
    for n in 1..=CROWD + 1 {
        let (id, info) = (SessionId::new(0, n), door.info("host.example".into()));
        let mut session = door.session(&info);
        process.input(Input::Open { session: id, info }, NOW);
        let nick = format!("guest{n:06}x");
        for line in [
            "CAP REQ no-implicit-names".to_owned(),
            format!("NICK {nick}"),
            format!("USER {nick} 0 * :G"),
            "CAP END".to_owned(),
            "JOIN #hall".to_owned(),
        ] {
            say(&mut process, id, &mut *session, &line);
        }
        if n % 500 == 0 {
            keep(&mut process);
        }
    }
    keep(&mut process);
    let counters = process.log.counters();
    let kept = || (counters.groups.load(Ordering::Relaxed), counters.syncs.load(Ordering::Relaxed));
    let before = kept();

    for n in 2..=CROWD + 1 {
        let (session, reason) = (SessionId::new(0, n), CloseReason::ConnectionLost);
        process.input(Input::Close { session, reason }, NOW);
    }
    assert!(process.turn(NOW).is_none());
    assert!(process.outputs(0).is_empty(), "nothing is shown before it is kept");
    let shown = keep(&mut process);

    assert_eq!(kept(), (before.0 + 1, before.1 + 1), "groups and syncs of the log");
    let who = shown.iter().map(|output| match output {
        Output::Deliver(delivery) => match &delivery.record.event {
            Event::Quit { by, .. } => by.nick.as_str(),
            other => panic!("{other:?}"),
        },
        _ => panic!("nobody is told anything else"),
    });
    let expected = (2..=CROWD + 1).map(|n| format!("guest{n:06}x"));
    assert!(who.eq(expected), "each once, in the order in which they went");
    let state = process.engine.state();
    assert!(state.channels.values().all(|channel| channel.members.len() == 1));
    assert!(process.engine.local().get(witness).is_some());
}
