//! The power goes while people talk: what anybody was shown is there afterwards, once, in the order in which
//! they saw it, in the log and in the archive, and nobody is there who is not.
//!
//! A seed is several lives of the server on one disk. In each the power goes at some operation, or the disk
//! fails once; after each the disk is looked at by a server that lives well.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use colvert_core::command::{Entry, Fields};
use colvert_core::commands::find;
use colvert_core::conversation::Conversation;
use colvert_core::event::{Event, Record, Target};
use colvert_core::ids::{Millis, Position, SessionId};
use colvert_core::local::{ConnectionInfo, Particulars};
use colvert_core::names::{ChannelName, NameRules};
use colvert_core::refusal::Refusal;
use colvert_core::session::{Input, Item, Request};
use colvert_core::work::{End, HistoryQuery, Times, With, Work, WorkResult};
use colvert_engine::recover::RecoverError;
use colvert_engine::snapshot::SnapshotError;
use colvert_engine::{Message, snapshot};
use colvert_log::{Durability, Log, OpenError, Options, ReadError};

use super::crowd::Crowd;
use super::{BEGIN, Rerun};
use crate::chronicle::Chronicle;
use crate::library::Library;
use crate::process::{GATEWAYS, Process, Setup, StartError};
use crate::sim_disk::{Chance, Fault, SimDisk};
use crate::work::Books;

const LIVES: usize = 4;
const CHANNELS: &[&str] = &["#general", "#canards", "#été"];
const PEOPLE: usize = 6;
/// More than anybody says in a history.
const EVERYTHING: usize = 100_000;

/// What happened, for seeing that something does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Events that somebody was shown.
    pub acknowledged: u64,
    /// Lives that ended because the disk failed or the power went.
    pub failures: u64,
    /// Lives that did not begin, for the same reasons.
    pub false_starts: u64,
    /// Segments of the log that went because snapshot and archive have what was in them.
    pub forgotten: u64,
}

/// Lives through the history of a seed.
///
/// # Panics
/// When something that was acknowledged is lost, or anything else is not as it should be.
pub fn run(seed: u64) -> Summary {
    let _rerun = Rerun { seed, test: "power_cuts" };
    let mut history = History::new(seed);
    for _ in 0..LIVES {
        history.live();
        history.end();
        history.look();
    }
    history.summary
}

struct History {
    chance: Chance,
    disk: SimDisk,
    setup: Setup,
    now: Millis,
    /// Everything that was ever durable, read from the log before it may forget.
    chronicle: Chronicle,
    /// What somebody was shown and must not be lost any more.
    acknowledged: BTreeMap<Position, Record>,
    said: u64,
    summary: Summary,
}

/// A life that is going on.
struct Life {
    process: Process,
    library: Library,
    crowd: Crowd,
}

/// The life is over.
struct Over;

impl History {
    fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut setup = Setup::default();
        let segment_bytes = [2_000, 8_000, 100_000][chance.below(3)];
        setup.log = Options { segment_bytes, ..setup.log };
        Self {
            chance,
            disk: SimDisk::new(seed),
            setup,
            now: BEGIN,
            chronicle: Chronicle::default(),
            acknowledged: BTreeMap::new(),
            said: 0,
            summary: Summary::default(),
        }
    }

    // ------------------------------------------------------------ a life

    fn live(&mut self) {
        self.setup.log.durability =
            [Durability::Commit, Durability::Commit, Durability::Relaxed][self.chance.below(3)];
        // Mostly while people talk; what goes wrong at the start has less to lose.
        let is_early = self.chance.below(5) == 0;
        if is_early {
            self.plan_a_fault(100);
        }
        let Some(mut life) = self.begin() else {
            self.summary.false_starts += 1;
            return;
        };
        if !is_early {
            self.plan_a_fault(200);
        }
        for _ in 0..20 + self.chance.below(200) {
            if self.step(&mut life).is_err() {
                self.summary.failures += 1;
                return;
            }
        }
        if self.chance.coin() {
            // A clean end, as far as the disk lets it.
            let _ = Box::new(life.process.log.clone()).close();
        }
    }

    fn plan_a_fault(&mut self, ops_max: usize) {
        let n_ops = self.chance.below(ops_max) as u64;
        match self.chance.below(10) {
            0 => self.disk.fail_after(n_ops, Fault::SyncError),
            1 => self.disk.fail_after(n_ops, Fault::SyncDirError),
            2 => self.disk.fail_after(n_ops, Fault::WriteError),
            3 => self.disk.fail_after(n_ops, Fault::NoSpace),
            4 => self.disk.fail_after(n_ops, Fault::ShortWrite),
            _ => self.disk.cut_after(n_ops),
        }
    }

    /// Nothing: the disk failed before anybody could connect.
    fn begin(&mut self) -> Option<Life> {
        let process = match Process::start(&self.disk, &self.setup, self.now) {
            Ok(process) => process,
            Err(error) => {
                assert!(!is_damage(&error), "{error:?}");
                return None;
            }
        };
        let library = Library::open(&self.disk, &process, self.setup.settings.names).ok()?;
        let crowd = Crowd::new(Position(process.recovered.next.0 - 1), Millis(0));
        let mut life = Life { process, library, crowd };
        for _ in 0..PEOPLE {
            self.connect(&mut life);
        }
        Some(life)
    }

    fn step(&mut self, life: &mut Life) -> Result<(), Over> {
        self.now = Millis(self.now.0 + self.chance.below(50) as u64);
        match self.chance.below(100) {
            0..50 => self.talk(life),
            50..53 => self.connect(life),
            53..65 => life.process.log.write(),
            65..88 => life.process.log.commit(),
            88..95 => drop(life.library.follow(&life.process)),
            95..98 => life.process.log.tick(self.now),
            _ => self.checkpoint(life)?,
        }
        if life.process.turn(self.now).is_some() {
            return Err(Over);
        }
        self.hand_over(life);
        Ok(())
    }

    fn hand_over(&mut self, life: &mut Life) {
        let released = life.process.released();
        for gateway in 0..GATEWAYS {
            for output in life.process.outputs(gateway) {
                life.crowd.told(gateway, output, released);
            }
        }
        for record in life.crowd.take_shown() {
            self.summary.acknowledged += 1;
            self.acknowledged.insert(record.position, record);
        }
    }

    /// What the archive and the snapshot have, the log may forget.
    fn checkpoint(&mut self, life: &mut Life) -> Result<(), Over> {
        let durable = life.process.durable();
        self.chronicle.follow(life.process.disk(), durable).map_err(|_| Over)?;
        let archived = life.library.checkpoint().unwrap_or_default();
        if let Ok(snapshot) = snapshot::advance(life.process.disk(), durable) {
            let forget = Message::Forget(archived.min(snapshot).plus(1));
            life.process.engine.step(forget, self.now);
            life.process.log.tick(self.now);
        }
        Ok(())
    }

    // ------------------------------------------------------------ people

    fn connect(&mut self, life: &mut Life) {
        if life.crowd.open_sessions().count() > PEOPLE {
            return;
        }
        let session = life.crowd.open();
        let more = Particulars { user: Some("u".into()), ..Particulars::default() }.into();
        let info = ConnectionInfo { host: "10.0.0.1".into(), more, ..ConnectionInfo::default() };
        life.process.input(Input::Open { session, info }, self.now);
        self.said += 1;
        let nick = format!("n{}", self.said);
        let channel = CHANNELS[self.chance.below(CHANNELS.len())];
        self.ask(life, session, vec![("NICK", None, nick), ("JOIN", None, channel.to_owned())]);
    }

    fn talk(&mut self, life: &mut Life) {
        let sessions: Vec<_> = life.crowd.open_sessions().collect();
        if sessions.is_empty() {
            return;
        }
        let session = sessions[self.chance.below(sessions.len())];
        let channel = CHANNELS[self.chance.below(CHANNELS.len())];
        self.said += 1;
        let words = format!("words number {}", self.said);
        let what = match self.chance.below(20) {
            0 => ("JOIN", None, channel.to_owned()),
            1 => ("TOPIC", Some(channel), words),
            2 => ("MODE", Some(channel), "+m-m+n".to_owned()),
            3 => ("PART", Some(channel), words),
            4 if self.chance.below(4) == 0 => ("QUIT", None, words),
            _ => ("MSG", None, words),
        };
        self.ask(life, session, vec![what]);
    }

    fn ask(&mut self, life: &mut Life, session: SessionId, what: Vec<(&str, Option<&str>, String)>) {
        let items = what.into_iter().map(|(name, channel, rest)| {
            let entry: &'static Entry = find(name).expect("a command of the table");
            let mut fields = Typed { channel: channel.map(str::to_owned), rest: Some(rest) };
            let act = (entry.parse)(&mut fields).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
            Item::Command { entry, act }
        });
        let mut request = Request { label: None, items: items.collect() };
        life.crowd.ask(session, &mut request);
        life.process.input(Input::Request { session, request }, self.now);
        life.crowd.looked_at(session, life.process.engine.state().position);
    }

    // ------------------------------------------------------------ afterwards

    fn end(&mut self) {
        let seed = self.chance.below(1 << 30) as u64;
        let is_cut = self.disk.is_gone() || self.chance.coin();
        self.disk = if is_cut { self.disk.power_cut(seed) } else { self.disk.kill() };
    }

    /// Looks at what is left, on a copy, with nothing going wrong.
    fn look(&mut self) {
        let disk = self.disk.kill();
        let was_relaxed = self.setup.log.durability == Durability::Relaxed;
        let process =
            Process::start(&disk, &self.setup, self.now).unwrap_or_else(|error| panic!("{error:?}"));
        let found = Position(process.recovered.next.0 - 1);
        assert!(found >= self.chronicle.position(), "what was durable is gone");
        assert!(process.engine.state().users.is_empty(), "there are ghosts");
        // What is found need not be durable on the disk that this one is a copy of.
        let mut chronicle = self.chronicle.clone();
        chronicle.follow(process.disk(), found).expect("nothing goes wrong");
        if was_relaxed {
            // What was only released may be gone; then its ids do not come again.
            let lost = self.acknowledged.split_off(&found.plus(1));
            let generation = process.recovered.generation;
            assert!(lost.values().all(|record| record.generation < generation), "ids will come again");
        }
        self.everything_acknowledged_is_there(&chronicle, found);
        self.archive_has_what_the_log_had(&chronicle, &disk, &process);
        self.summary.forgotten += u64::from(process.recovered.first > Position(1));
    }

    fn everything_acknowledged_is_there(&self, chronicle: &Chronicle, found: Position) {
        let records: BTreeMap<_, _> =
            chronicle.records().iter().map(|record| (record.position, record)).collect();
        assert_eq!(records.len() as u64, found.0, "each position is there once");
        for (position, shown) in &self.acknowledged {
            let kept = records.get(position).unwrap_or_else(|| panic!("{shown:?} was shown, and is lost"));
            assert_eq!(***kept, *shown, "something else was shown");
        }
        let texts: Vec<_> = chronicle.records().iter().filter_map(|it| text_of(&it.event)).collect();
        let distinct: BTreeSet<_> = texts.iter().collect();
        assert_eq!(texts.len(), distinct.len(), "something is there twice");
    }

    fn archive_has_what_the_log_had(&self, chronicle: &Chronicle, disk: &SimDisk, process: &Process) {
        let rules = self.setup.settings.names;
        let mut library = Library::open(disk, process, rules).unwrap_or_else(|error| panic!("{error}"));
        // Also a question about what was long ago is answered as of now.
        let ends = [chronicle.position(), Position(chronicle.position().0 / 2)];
        for (name, until) in CHANNELS.iter().flat_map(|name| ends.map(|until| (name, until))) {
            let query = HistoryQuery {
                of: Conversation::Channel(ChannelName::new(name, rules).expect("a channel").key()),
                after: Position(0),
                until,
                with: With::Events,
                as_of: chronicle.position(),
                times: Times::default(),
                limit: EVERYTHING,
                end: End::Newest,
            };
            let expected = chronicle.history(&query);
            match library.look_up(&Work::History(query)) {
                WorkResult::History(messages) => assert_eq!(messages, expected, "the archive of {name}"),
                other => panic!("the archive does not answer: {other:?}"),
            }
        }
    }
}

/// Whether a start failed because of what is on the disk, and not of what the disk does.
fn is_damage(error: &StartError) -> bool {
    match error {
        StartError::Log(error) => matches!(error, OpenError::Corrupt(_)),
        StartError::Recover(RecoverError::Log(error)) => {
            matches!(error, ReadError::Corrupt(_) | ReadError::Removed { .. })
        }
        StartError::Recover(RecoverError::Snapshot(error)) => !matches!(error, SnapshotError::Io(_)),
        StartError::Recover(RecoverError::Entry { .. } | RecoverError::LogIsShorter { .. }) => true,
    }
}

fn text_of(event: &Event) -> Option<&str> {
    match event {
        Event::Said { text, to: Target::Channel { .. }, .. } => Some(text.as_str()),
        _ => None,
    }
}

/// The arguments that somebody typed: a channel, and the rest.
struct Typed {
    channel: Option<String>,
    rest: Option<String>,
}

impl Fields for Typed {
    fn channel(&mut self, _: &'static str) -> Result<Option<Cow<'_, str>>, Refusal> {
        Ok(self.channel.take().map(Cow::Owned))
    }

    fn word(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        self.rest.take().map(Cow::Owned)
    }

    fn rest(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        self.rest.take().map(Cow::Owned)
    }

    fn names(&self) -> NameRules {
        NameRules::default()
    }
}
