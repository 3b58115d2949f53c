//! What is several entries is there whole after a crash, or not at all: the log is cut behind each entry, and a new process starts
//! on what is left.

use colvert_core::event::Event;
use colvert_core::names::AccountName;
use colvert_core::state::State;
use colvert_core::work::{Work, WorkResult};
use colvert_disk::{Disk, Open};
use colvert_testkit::work::Books;

use super::*;

/// More than one entry has events.
const CHANNELS: usize = EVENTS_PER_ENTRY + 50;
const PASSWORD: &str = "quack-quack";

/// A hall of which the disk is at hand.
struct Cutting {
    hall: Hall,
    disk: SimDisk,
    setup: Setup,
    root: Guest,
}

/// The end of an entry: in which segment, and where.
type End = (String, usize);

impl Cutting {
    fn new() -> Self {
        let mut setup = Setup::default();
        setup.log.segment_bytes = 256 << 10;
        setup.settings.limits.channels_per_user = 10_000;
        setup.settings.limits.channels_per_founder = 10_000;
        Self::of(setup)
    }

    fn of(mut setup: Setup) -> Self {
        with_a_moderator(&mut setup);
        let disk = SimDisk::new(1);
        let mut hall = Hall::on(&disk, &setup);
        let root = hall.connect(1, Some(CERTIFICATE));
        Self { hall, disk, setup, root }
    }

    /// Somebody with an account, who stays without a connection.
    fn come(&mut self, n: u64, account: &str) -> Guest {
        let mut guest = self.hall.connect(n, None);
        self.hall.say(&mut self.root, &format!("ACCOUNT-CREATE {account} {PASSWORD}"));
        self.work();
        self.hall.say(&mut guest, &format!("LOGIN {account} {PASSWORD}"));
        self.work();
        self.hall.say(&mut guest, "SET always-on on");
        let shown = self.hall.keep();
        assert!(shown.iter().all(|output| !matches!(output, Output::Refuse { .. })), "{account}");
        guest
    }

    fn work(&mut self) {
        self.hall.keep();
        self.hall.process.work(0, &mut NoBooks, NOW);
    }

    /// Cuts the log behind each entry that a line of the moderator's makes. What a new process then knows is what it would without
    /// the line, until all of it is there. Gives that back, and what it would without.
    fn cut(&mut self, line: &str) -> (State, State) {
        self.hall.keep();
        let (before, begun) = (self.started(&self.disk.kill()), ends(&self.disk).len());
        self.hall.say(&mut self.root, line);
        let shown = self.hall.keep();
        let refused = shown.iter().find_map(|output| match output {
            Output::Refuse { refusal, .. } => Some(refusal),
            _ => None,
        });
        assert_eq!(refused, None, "{line}");
        let made = ends(&self.disk).split_off(begun);
        assert!(made.len() > 1, "{line} makes {} entries", made.len());
        for (n, end) in made.iter().enumerate().take(made.len() - 1) {
            let left = self.started(&cut_behind(&self.disk, end));
            assert!(left == before, "{line} is half done behind entry {n} of {}", made.len());
        }
        (before, self.started(&self.disk.kill()))
    }

    /// What a process knows that starts there.
    fn started(&self, disk: &SimDisk) -> State {
        Process::start(disk, &self.setup, NOW).expect("it starts").engine.state().clone()
    }
}

/// Where the entries end that a log has.
fn ends(disk: &SimDisk) -> Vec<End> {
    const HEADER_BYTES: usize = 64;
    let number = |bytes: &[u8]| u32::from_le_bytes(bytes[..4].try_into().expect("four bytes"));
    let mut ends = Vec::new();
    for name in segments(disk) {
        let (bytes, mut at) = (disk.bytes(&name).expect("it is listed"), HEADER_BYTES);
        while at + 12 <= bytes.len() && number(&bytes[at..]) > 0 {
            let is_entry = number(&bytes[at + 8..]) > 0;
            at += number(&bytes[at..]) as usize;
            ends.extend(is_entry.then(|| (name.clone(), at)));
        }
    }
    ends
}

fn segments(disk: &SimDisk) -> Vec<String> {
    disk.list().expect("the disk works").into_iter().filter(|name| name.starts_with("log-")).collect()
}

/// The same disk, on which nothing was written of the log that comes after.
fn cut_behind(disk: &SimDisk, (segment, at): &End) -> SimDisk {
    let cut = disk.kill();
    for later in segments(&cut).iter().filter(|name| *name > segment) {
        cut.remove(later).expect("it is listed");
    }
    let rest = cut.bytes(segment).expect("it is listed").len() - at;
    let file = cut.open(segment, Open::Write).expect("it is listed");
    file.write_all_at(&vec![0; rest], *at as u64).expect("the disk works");
    cut
}

/// Nobody asks for what was said.
struct NoBooks;

impl Books for NoBooks {
    fn look_up(&mut self, _: &Work) -> WorkResult {
        WorkResult::Failed
    }
}

fn is_somewhere(state: &State, account: &str) -> bool {
    let key = AccountName::new(account, NameRules::Precis).expect("a name").key();
    let masks = state.channels.values().flat_map(|it| it.lists.values()).flat_map(|masks| masks.keys());
    masks.map(|mask| mask.as_str()).any(|mask| mask == format!("a:{account}"))
        || state.accounts.contains_key(&key)
        || state.channels.values().any(|it| it.access.contains_key(&key))
        || state.channels_by_founder.contains_key(&key)
        || state.everybody().any(|user| user.source.account.as_ref().is_some_and(|it| it.key() == key))
}

#[test]
fn an_account_is_renamed_everywhere_or_nowhere() {
    let mut cutting = Cutting::new();
    let mut ada = cutting.come(2, "ada");
    for n in 0..CHANNELS {
        cutting.hall.say(&mut ada, &format!("JOIN #{n}"));
        cutting.hall.say(&mut ada, &format!("MODE #{n} +b a:ada"));
    }
    let (before, after) = cutting.cut("ACCOUNT-RENAME ada lovelace");
    assert!(is_somewhere(&before, "ada") && !is_somewhere(&before, "lovelace"));
    assert!(is_somewhere(&after, "lovelace") && !is_somewhere(&after, "ada"));
}

#[test]
fn an_account_is_deleted_with_all_its_channels_or_not() {
    let mut cutting = Cutting::new();
    let mut ada = cutting.come(2, "ada");
    for n in 0..CHANNELS {
        cutting.hall.say(&mut ada, &format!("JOIN #{n}"));
        cutting.hall.say(&mut ada, &format!("CHANNEL #{n} register"));
    }
    let (before, after) = cutting.cut("ACCOUNT-DELETE ada");
    assert_eq!(before.channels_by_founder.values().next().map(|founded| founded.len()), Some(CHANNELS));
    assert!(!is_somewhere(&after, "ada"));
}

#[test]
fn who_is_put_out_is_gone_whole_or_not_at_all() {
    for line in ["KILL guest{} :enough", "SAQUIT guest{}", "ACCOUNT-SUSPEND ada", "UBAN ADD ada"] {
        let mut cutting = Cutting::new();
        let mut ada = cutting.come(2, "ada");
        for n in 0..CHANNELS {
            cutting.hall.say(&mut ada, &format!("JOIN #{n}"));
        }
        let (before, after) = cutting.cut(&line.replace("{}", &format!("{:027}", 2)));
        let places = |state: &State| state.everybody().map(|user| user.channels.len()).sum::<usize>();
        assert_eq!((places(&before), places(&after)), (CHANNELS, 0), "{line}");
        assert!(after.channels.is_empty(), "{line}");
    }
}

#[test]
fn a_channel_is_purged_whole_or_not_at_all() {
    let mut cutting = Cutting::new();
    for n in 0..CHANNELS as u64 {
        cutting.hall.come(n + 2);
        cutting.hall.keep();
    }
    let (before, after) = cutting.cut(&format!("CHANNEL {CHANNEL} purge"));
    assert_eq!((before.channels.len(), before.purged.len()), (1, 0));
    assert_eq!((after.channels.len(), after.purged.len()), (0, 1));
}

#[test]
fn what_is_too_much_for_a_later_entry_is_not_done_at_all() {
    let mut setup = Setup::default();
    setup.log.segment_bytes = 4_000;
    setup.settings.limits.channels_per_user = 10_000;
    let mut cutting = Cutting::of(setup);
    let mut guest = cutting.hall.connect(2, None);
    for n in 0..CHANNELS {
        cutting.hall.say(&mut guest, &format!("JOIN #{n}"));
        cutting.hall.keep();
    }
    let position = cutting.hall.process.engine.state().position;
    cutting.hall.say(&mut cutting.root, &format!("KILL guest{:027} :enough", 2));
    let shown = cutting.hall.keep();
    let is_kill = |it: &&Output| matches!(it, Output::Deliver(told) if matches!(told.record.event, Event::Killed { .. }));
    let refused = shown.iter().filter(|output| matches!(output, Output::Refuse { .. })).count();
    assert_eq!((refused, shown.iter().filter(is_kill).count()), (1, 0));
    assert_eq!(cutting.hall.process.engine.state().position, position);
}
