//! Random people against the real engine and log on a simulated disk, and what must be true after each step.
//!
//! A seed is a whole history: who connects, asks what, leaves, when the disk is slow, when the process is
//! killed, when the power goes. The same seed is the same history.

mod crowd;
mod invariants;
#[cfg(feature = "doors")]
pub mod power_cuts;
mod request;
mod words;
mod world;

use std::collections::BTreeMap;

use colvert_core::command::CloseReason;
use colvert_core::ids::{Millis, Position, SessionId};
use colvert_core::session::{Input, Item};
use colvert_core::state::State;
use colvert_engine::recover::{recover, replay};
use colvert_engine::{ControlRequest, Message, Stopped, snapshot};
use colvert_log::{Durability, Log, Options};

pub use request::RandomFields;

use crate::chronicle::Chronicle;
use crate::process::{GATEWAYS, Process, Setup, StartError};
use crate::sim_disk::{Chance, SimDisk};
use crowd::Crowd;

const SESSIONS_MAX: usize = 14;
/// The simulated clock starts here: late enough to be set back.
const BEGIN: Millis = Millis(1_800_000_000_000);

/// What happened in a history, for seeing that histories are not empty, and that they repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub lives: u64,
    pub requests: u64,
    pub events: u64,
    pub refusals: u64,
    /// Of everything that anybody was told.
    pub digest: u64,
    /// Of the state at the end.
    pub state: u64,
}

/// Says how to run a failed seed again.
struct Rerun {
    seed: u64,
    test: &'static str,
}

impl Drop for Rerun {
    fn drop(&mut self) {
        let Self { seed, test } = self;
        if std::thread::panicking() {
            eprintln!(
                "seed {seed} failed; again: COLVERT_SEED={seed} cargo test -p colvert-testkit --test {test}"
            );
        }
    }
}

/// Lives through the history of a seed, in `steps` steps.
///
/// # Panics
/// When something is not as it should be.
pub fn run(seed: u64, steps: usize) -> Summary {
    let _rerun = Rerun { seed, test: "simulator" };
    let mut history = History::new(seed);
    for _ in 0..steps {
        history.step();
    }
    history.finish()
}

struct History {
    chance: Chance,
    disk: SimDisk,
    setup: Setup,
    now: Millis,
    process: Process,
    crowd: Crowd,
    chronicle: Chronicle,
    /// The state's hash after each step of this life.
    hashes: BTreeMap<Position, u64>,
    summary: Summary,
}

impl History {
    fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let durability = [Durability::Commit, Durability::Commit, Durability::Relaxed][chance.below(3)];
        let segment_bytes = [4_000, 20_000, 1 << 20][chance.below(3)];
        let mut setup = Setup { settings: world::settings(&mut chance), ..Setup::default() };
        setup.log = Options { segment_bytes, durability, ..setup.log };
        let disk = SimDisk::new(seed);
        let process = Process::start(&disk, &setup, BEGIN).expect("an empty disk");
        Self {
            chance,
            disk,
            setup,
            now: BEGIN,
            process,
            crowd: Crowd::new(Position(0), Millis(0)),
            chronicle: Chronicle::default(),
            hashes: BTreeMap::new(),
            summary: Summary { lives: 1, ..Summary::default() },
        }
    }

    fn step(&mut self) {
        match self.chance.below(1_000) {
            0..100 => self.open(),
            100..600 => self.request(),
            600..625 => self.leave(),
            625..635 => self.control(),
            635..650 => self.process.desk.set_full(self.chance.below(4) == 0),
            650..660 => {
                let low = Message::StorageLow(self.chance.below(4) == 0);
                self.process.engine.step(low, self.now);
            }
            660..760 => self.work(),
            760..800 => self.let_time_pass(),
            800..900 => self.process.log.write(),
            900..980 => self.process.log.commit(),
            980..994 => self.snapshot(),
            994..996 => self.stop(),
            996..998 => self.die(SimDisk::kill),
            _ => {
                let seed = self.chance.below(1 << 30) as u64;
                self.die(|disk| disk.power_cut(seed));
            }
        }
        // Now and then several messages make one turn.
        if self.chance.below(3) != 0 {
            self.turn();
        }
        self.check();
    }

    // ------------------------------------------------------------ people

    fn open(&mut self) {
        if self.crowd.open_sessions().count() >= SESSIONS_MAX {
            return;
        }
        let session = self.crowd.open();
        let info = world::somebody(&mut self.chance);
        self.process.input(Input::Open { session, info }, self.now);
    }

    fn request(&mut self) {
        let Some(session) = self.somebody() else { return };
        let local = self.process.engine.local().get(session);
        let mut request = request::request(local.is_some_and(|it| it.user.is_some()), &mut self.chance);
        self.crowd.ask(session, &mut request);
        self.process.input(Input::Request { session, request }, self.now);
        self.crowd.looked_at(session, self.process.engine.state().position);
        self.summary.requests += 1;
    }

    fn leave(&mut self) {
        let Some(session) = self.somebody() else { return };
        self.crowd.leave(session);
        let reasons = [CloseReason::ConnectionLost, CloseReason::PingTimeout, CloseReason::SendQueueExceeded];
        let reason = reasons[self.chance.below(reasons.len())].clone();
        self.process.input(Input::Close { session, reason }, self.now);
    }

    fn somebody(&mut self) -> Option<SessionId> {
        let sessions: Vec<_> = self.crowd.open_sessions().collect();
        (!sessions.is_empty()).then(|| sessions[self.chance.below(sessions.len())])
    }

    fn control(&mut self) {
        let entry = request::of_the_command_line(&mut self.chance);
        if let Item::Command { entry, act } = request::item(entry, &mut self.chance) {
            // Nobody waits for the answer, as when the command line was interrupted.
            let (answer, _) = std::sync::mpsc::channel();
            let request = ControlRequest { entry, act, answer };
            self.process.engine.step(Message::Control(request), self.now);
        }
    }

    // ------------------------------------------------------------ the machine

    fn work(&mut self) {
        let waiting = self.process.desk.len();
        if waiting > 0 {
            let n = self.chance.below(waiting);
            let released = self.process.released();
            self.chronicle.follow(self.process.disk(), released).expect("nothing has failed");
            self.process.work(n, &mut self.chronicle, self.now);
        }
    }

    /// Mostly forward; a clock may also be set back.
    fn let_time_pass(&mut self) {
        let by_ms = [1, 10, 1_000, 60_000, 700_000][self.chance.below(5)];
        let back = self.chance.below(10) == 0;
        self.now = Millis(if back { self.now.0 - by_ms } else { self.now.0 + by_ms });
        self.process.log.tick(self.now);
    }

    fn turn(&mut self) -> bool {
        if let Some(stopped) = self.process.turn(self.now) {
            panic!("the engine stopped: {stopped:?}");
        }
        self.hand_over()
    }

    /// Readers take what they are told at once; whoever is told more of a long answer asks for it. True: somebody did.
    fn hand_over(&mut self) -> bool {
        let released = self.process.released();
        for gateway in 0..GATEWAYS {
            for output in self.process.outputs(gateway) {
                self.crowd.told(gateway, output, released);
            }
        }
        let unfinished = std::mem::take(&mut self.crowd.unfinished);
        for session in &unfinished {
            self.process.input(Input::More { session: *session }, self.now);
        }
        !unfinished.is_empty()
    }

    /// The snapshot goes on beside the engine, and what it covers may go.
    fn snapshot(&mut self) {
        let durable = self.process.log.positions().durable;
        let until = Position(self.chance.below(durable.0 as usize + 1) as u64);
        // What the snapshot covers is read by nobody else here; the chronicle must have it first.
        self.chronicle.follow(self.process.disk(), durable).expect("nothing has failed");
        let reached = snapshot::advance(self.process.disk(), until).expect("nothing has failed");
        self.process.engine.step(Message::Forget(reached), self.now);
    }

    /// A clean end: all that was taken is answered, and kept.
    fn stop(&mut self) {
        self.process.engine.step(Message::Stop, self.now);
        let stopped = loop {
            self.process.log.commit();
            if let Some(stopped) = self.process.turn(self.now) {
                break stopped;
            }
        };
        assert!(matches!(stopped, Stopped::Asked), "{stopped:?}");
        self.hand_over();
        self.note_life();
        let durable = self.process.log.positions().durable;
        assert_eq!(durable, self.process.engine.state().position);
        Box::new(self.process.log.clone()).close().expect("nothing has failed");
        self.restart(durable);
    }

    fn die(&mut self, crash: impl FnOnce(&SimDisk) -> SimDisk) {
        self.note_life();
        let kept = self.process.log.positions().durable;
        self.disk = crash(&self.disk);
        self.restart(kept);
    }

    /// A new process finds what the old one left; all up to `kept` must be there.
    fn restart(&mut self, kept: Position) {
        let (last, time) = self.crowd.last_shown();
        self.process = match Process::start(&self.disk, &self.setup, self.now) {
            Ok(process) => process,
            Err(StartError::Log(error)) => panic!("{error}"),
            Err(StartError::Recover(error)) => panic!("{error}"),
        };
        let found = Position(self.process.recovered.next.0 - 1);
        assert!(found >= kept, "{kept} was durable, and the log ends at {found}");
        self.check_recovered(found);
        self.chronicle.forget_after(found);
        self.hashes.clear();
        // Relaxed: what was shown may be lost, and its positions come again in a new generation.
        let lost = last > found;
        assert!(!lost || self.setup.log.durability == Durability::Relaxed, "{last} was shown and is lost");
        self.crowd = if lost { Crowd::new(found, Millis(0)) } else { Crowd::new(last, time) };
        self.summary.lives += 1;
    }

    // ------------------------------------------------------------ what must be true

    fn check(&mut self) {
        let engine = &self.process.engine;
        invariants::check(engine.state(), engine.local(), &self.setup.settings);
        let counters: BTreeMap<_, _> = engine.counters().list().into_iter().collect();
        assert_eq!(counters["engine_panics"], 0, "a command panicked");
        self.hashes.insert(engine.state().position, engine.state().hash());
    }

    /// What the log and the snapshot make is what the state was; so is what the log alone makes.
    fn check_recovered(&mut self, found: Position) {
        let disk = self.process.disk();
        let recovered = recover(disk, found).expect("it was just recovered");
        if let Some(lived) = self.hashes.get(&found) {
            assert_eq!(recovered.hash(), *lived, "the state at {found} is another after a restart");
        }
        let again = State::from_bytes(&recovered.to_bytes()).expect("it was just written");
        assert_eq!(again, recovered);
        let mut replayed = State::default();
        if self.process.recovered.first == Position(1) {
            replay(disk, &mut replayed, found).expect("all entries are there");
            assert_eq!(replayed, recovered, "the log alone makes another state");
        }
    }

    /// Everything that was asked is answered in the end.
    fn finish(mut self) -> Summary {
        self.process.desk.set_full(false);
        self.process.log.commit();
        let mut goes_on = self.turn();
        while goes_on || !self.process.desk.is_empty() {
            if !self.process.desk.is_empty() {
                self.work();
            }
            self.process.log.commit();
            goes_on = self.turn();
        }
        self.check();
        self.crowd.check_quiet(self.process.engine.state());
        self.note_life();
        self.summary.state = self.process.engine.state().hash();
        self.summary
    }

    fn note_life(&mut self) {
        let counters: BTreeMap<_, _> = self.process.engine.counters().list().into_iter().collect();
        self.summary.events += counters["engine_events"];
        self.summary.refusals += counters["engine_refusals"];
        self.summary.digest = self.summary.digest.rotate_left(7) ^ self.crowd.digest();
    }
}
