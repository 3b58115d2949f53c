//! A command that panics: its session is closed, it is counted, nothing of it has happened, and everybody else goes on.

use std::sync::atomic::Ordering;

use colvert_core::command::{Act, CloseReason, Context, Outcome};
use colvert_core::commands;
use colvert_core::ids::{Millis, Position, SessionId};
use colvert_core::refusal::Refusal;
use colvert_core::secret::Secret;
use colvert_core::session::{Door, Input, Item, Output, Request, Session};
use colvert_core::settings::Settings;
use colvert_core::work::{Work, WorkResult};
use colvert_irc::IrcDoor;
use colvert_testkit::process::{Process, Setup};
use colvert_testkit::sim_disk::SimDisk;
use colvert_testkit::work::Books;

const NOW: Millis = Millis(1_000_000);
const VICTIM: SessionId = SessionId(1);
const OTHER: SessionId = SessionId(2);

/// Panics at once.
struct AtOnce;

/// Panics when its slow work is done.
struct Later;

impl Act for AtOnce {
    fn cost(&self) -> u32 {
        10
    }

    fn decide(self: Box<Self>, _: &Context<'_>) -> Result<Outcome, Refusal> {
        panic!("on purpose")
    }
}

impl Act for Later {
    fn cost(&self) -> u32 {
        10
    }

    fn decide(self: Box<Self>, _: &Context<'_>) -> Result<Outcome, Refusal> {
        Ok(Outcome::wait(Work::HashPassword(Secret::new("canard")), |_, _| panic!("on purpose")))
    }
}

/// There is nothing to be looked up.
struct NoBooks;

impl Books for NoBooks {
    fn look_up(&mut self, _: &Work) -> WorkResult {
        WorkResult::Failed
    }
}

fn come(process: &mut Process, id: SessionId) -> Box<dyn Session> {
    let door = IrcDoor::new(&Settings::default(), NOW);
    let info = door.info("host.example".into());
    let mut session = door.session(&info);
    process.input(Input::Open { session: id, info }, NOW);
    for line in [&format!("NICK guest{}", id.0), "USER g 0 * :G", "JOIN #hall"] {
        say(process, id, session.as_mut(), line);
    }
    session
}

fn say(process: &mut Process, id: SessionId, session: &mut dyn Session, line: &str) {
    let request = session.receive(line.as_bytes()).expect("a line that asks for something");
    process.input(Input::Request { session: id, request }, NOW);
}

/// Keeps what was decided, does what is slow, and gives back what the gateway would show.
fn keep(process: &mut Process) -> Vec<Output> {
    let mut shown = Vec::new();
    loop {
        process.log.commit();
        assert!(process.turn(NOW).is_none(), "the engine goes on");
        shown.append(&mut process.outputs(0));
        if process.desk.is_empty() {
            return shown;
        }
        process.work(0, &mut NoBooks, NOW);
    }
}

fn check(act: Box<dyn Act>) {
    let mut process = Process::start(&SimDisk::new(1), &Setup::default(), NOW).expect("an empty disk");
    let _victim = come(&mut process, VICTIM);
    let mut other = come(&mut process, OTHER);
    keep(&mut process);
    let before = process.engine.state().position;
    let entry = commands::find("PRIVMSG").or_else(|| commands::find("MSG")).expect("a command");
    let request = Request { label: None, items: vec![Item::Command { entry, act }] };
    process.input(Input::Request { session: VICTIM, request }, NOW);
    let shown = keep(&mut process);
    let is_closed = |output: &Output| matches!(output, Output::Close { session, reason } if (*session, reason) == (VICTIM, &CloseReason::Internal));
    assert!(shown.iter().any(is_closed), "its session is closed");
    assert_eq!(
        process.engine.state().position,
        Position(before.0 + 1),
        "they quit, and nothing else happened"
    );
    assert_eq!(process.engine.counters().panics.load(Ordering::Relaxed), 1);
    let reason = CloseReason::Internal;
    process.input(Input::Close { session: VICTIM, reason }, NOW);
    say(&mut process, OTHER, other.as_mut(), "PING after");
    let shown = keep(&mut process);
    assert!(shown.iter().any(|it| matches!(it, Output::Reply { session, .. } if *session == OTHER)));
    let state = process.engine.state();
    assert!(
        state.channels.values().all(|channel| channel.members.len() == 1),
        "it has left, as whoever goes"
    );
}

#[test]
fn a_command_that_panics_ends_its_session_alone_and_is_counted() {
    check(Box::new(AtOnce));
}

#[test]
fn so_does_one_that_panics_when_its_slow_work_is_done() {
    check(Box::new(Later));
}
