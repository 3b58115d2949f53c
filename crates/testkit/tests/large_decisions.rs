//! What one line asks for can be more than one entry of the log takes: it is done all the same, or refused, and the server goes on.

mod halves;

use std::sync::Arc;

use colvert_core::command::{CloseReason, EVENTS_PER_ENTRY};
use colvert_core::ids::{Millis, SessionId};
use colvert_core::metadata::{Known, MetadataAnswer};
use colvert_core::modes::ListMode;
use colvert_core::names::{ChannelName, NameRules};
use colvert_core::opers::{Oper, OperName};
use colvert_core::refusal::Refusal;
use colvert_core::reply::Reply;
use colvert_core::session::{Door, Input, Output, Session};
use colvert_core::state::Channel;
use colvert_irc::IrcDoor;
use colvert_testkit::process::{GATEWAYS, Process, Setup};
use colvert_testkit::sim_disk::SimDisk;

const NOW: Millis = Millis(1_000_000);
/// A kick names two people, the channel and the reason: with so many, more than the megabyte of an entry.
const MEMBERS: u64 = 6_000;
/// Masks of 200 bytes: more than the megabyte of an entry, too.
const BANS: usize = 6_000;
const CHANNEL: &str = "#a_channel_whose_name_is_as_long_as_the_names_of_channels_may_be";
const JOIN: &str = "JOIN #a_channel_whose_name_is_as_long_as_the_names_of_channels_may_be";

struct Hall {
    process: Process,
    door: Arc<dyn Door>,
}

type Guest = (SessionId, Box<dyn Session>);

impl Hall {
    fn of(setup: Setup) -> Self {
        Self::on(&SimDisk::new(1), &setup)
    }

    fn on(disk: &SimDisk, setup: &Setup) -> Self {
        let process = Process::start(disk, setup, NOW).expect("an empty disk");
        Self { process, door: Arc::new(IrcDoor::new(&setup.settings, NOW)) }
    }

    fn come(&mut self, n: u64) -> Guest {
        self.come_with(n, None)
    }

    fn come_with(&mut self, n: u64, certificate: Option<&str>) -> Guest {
        let mut guest = self.connect(n, certificate);
        self.say(&mut guest, JOIN);
        if n.is_multiple_of(500) {
            self.keep();
        }
        guest
    }

    fn come_without_channel(&mut self, n: u64) -> Guest {
        let mut guest = self.connect(n, None);
        self.say(&mut guest, "CAP REQ -no-implicit-names");
        guest
    }

    fn connect(&mut self, n: u64, certificate: Option<&str>) -> Guest {
        let (id, mut info) = (SessionId::new(0, n), self.door.info("host.example".into()));
        if let Some(certificate) = certificate {
            info.more.certfp = Some(certificate.into());
        }
        let mut guest = (id, self.door.session(&info));
        self.process.input(Input::Open { session: id, info }, NOW);
        let nick = format!("guest{n:027}");
        let lines = ["CAP REQ no-implicit-names", &format!("NICK {nick}"), "USER guest 0 * :G", "CAP END"];
        for line in lines {
            self.say(&mut guest, line);
        }
        guest
    }

    fn say(&mut self, (id, session): &mut Guest, line: &str) {
        self.say_as(*id, session, line);
    }

    fn say_as(&mut self, session: SessionId, door: &mut Box<dyn Session>, line: &str) {
        let request = door.receive(line.as_bytes()).expect("a line that asks for something");
        self.process.input(Input::Request { session, request }, NOW);
    }

    /// Keeps what was decided. Gives back what gateways would show.
    fn keep(&mut self) -> Vec<Output> {
        self.process.log.commit();
        assert!(self.process.turn(NOW).is_none(), "the engine goes on");
        (0..GATEWAYS).flat_map(|gateway| self.process.outputs(gateway)).collect()
    }

    fn channel(&self) -> &Channel {
        let name = ChannelName::new(CHANNEL, NameRules::Precis).expect("a name").key();
        self.process.engine.state().channel_by_key(&name).expect("a channel with its operator")
    }

    fn members(&self) -> usize {
        self.channel().members.len()
    }

    fn bans(&self) -> usize {
        self.channel().list(ListMode::Ban).count()
    }

    /// Sets so many bans.
    fn ban(&mut self, owner: &mut Guest, mask: impl Fn(usize) -> String) {
        for n in (0..BANS).step_by(2) {
            self.say(owner, &format!("MODE {CHANNEL} +bb {} {}", mask(n), mask(n + 1)));
            self.keep();
        }
        assert_eq!(self.bans(), BANS);
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
fn any_number_of_bans_is_lifted() {
    let mut setup = Setup::default();
    setup.settings.limits.list_entries = BANS;
    let mut hall = Hall::of(setup);
    let mut owner = hall.come(0);
    hall.come(1);
    hall.ban(&mut owner, |n| format!("nick{n}!{}@*", "u".repeat(180)));
    hall.say(&mut owner, &format!("CHANNEL {CHANNEL} clear bans"));
    assert!(hall.keep().iter().all(|output| !matches!(output, Output::Refuse { .. })));
    assert_eq!(hall.bans(), 0);
    // All of these keep the other one out.
    let bit = |n: usize, place: usize| if n >> place & 1 == 0 { '0' } else { '?' };
    let nick =
        |n| format!("guest{}{}1", (0..13).map(|place| bit(n, place)).collect::<String>(), "0".repeat(13));
    hall.ban(&mut owner, |n| format!("{}!*@*", nick(n)));
    hall.say(&mut owner, &format!("UNBAN {CHANNEL} {}", nick(0)));
    assert!(hall.keep().iter().all(|output| !matches!(output, Output::Refuse { .. })));
    assert_eq!(hall.bans(), 0);
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

/// Somebody who is a moderator from the beginning, by a certificate.
const CERTIFICATE: &str = "c0ffee";

fn with_a_moderator(setup: &mut Setup) {
    let (class, certfp) = ("administrator".into(), Some(CERTIFICATE.into()));
    let oper = Oper { class, certfp, automatic: true, ..Oper::default() };
    setup.settings.opers.opers.insert(OperName::new("root"), oper);
}

#[test]
fn what_is_too_much_at_first_stops_there() {
    let mut setup = Setup::default();
    setup.log.segment_bytes = 1_200;
    let mut hall = Hall::of(setup);
    let mut owner = hall.come(0);
    // One more than is done in the first entry.
    for n in 1..=EVENTS_PER_ENTRY as u64 + 1 {
        hall.come(n);
        hall.keep();
    }
    let before = hall.members();
    hall.say(&mut owner, &format!("CHANNEL {CHANNEL} clear users"));
    let shown = hall.keep();
    let refused = shown.iter().filter(|output| matches!(output, Output::Refuse { .. })).count();
    let answered = shown.iter().filter(|output| matches!(output, Output::Reply { .. })).count();
    assert_eq!((refused, answered, hall.members()), (1, 0, before));
}

#[test]
fn who_leaves_more_channels_than_an_entry_names_is_gone_and_the_server_goes_on() {
    let mut setup = Setup::default();
    setup.settings.limits.channels_per_user = 10_000;
    let mut hall = Hall::of(setup);
    let (id, mut session) = hall.come(1);
    for n in 0..8_000 {
        hall.say_as(id, &mut session, &format!("JOIN #{n:063}"));
    }
    hall.keep();
    assert_eq!(hall.process.engine.state().channels.len(), 8_001);
    hall.process.input(Input::Close { session: id, reason: CloseReason::ConnectionLost }, NOW);
    hall.keep();
    let state = hall.process.engine.state();
    assert_eq!((state.users.len(), state.channels.len()), (0, 0));
}

#[test]
fn who_is_made_to_join_a_crowd_is_told_of_it_in_slices() {
    let mut setup = Setup::default();
    setup.settings.limits.slice_people = 3;
    with_a_moderator(&mut setup);
    let mut hall = Hall::of(setup);
    for n in 1..=7 {
        hall.come(n);
    }
    let mut root = hall.come_with(8, Some(CERTIFICATE));
    let (id, mut session) = hall.come_without_channel(9);
    hall.keep();
    hall.say(&mut root, &format!("SAJOIN guest{:027} {CHANNEL}", 9));
    let (mut told, mut slices) = (0, 0);
    let mut shown = hall.keep();
    while slices == 0 || shown.iter().any(|it| matches!(it, Output::More { session } if *session == id)) {
        // Whoever is told so much is answered meanwhile.
        hall.say_as(id, &mut session, "PING now");
        assert!(hall.keep().iter().any(|it| matches!(it, Output::Reply { session, .. } if *session == id)));
        if slices > 0 {
            hall.process.input(Input::More { session: id }, NOW);
            shown = hall.keep();
        }
        for output in &shown {
            let Output::Aside { session, reply } = output else { continue };
            let Reply::Names(names) = reply.as_ref() else { continue };
            assert_eq!(*session, id);
            assert!(names.members.len() <= 3);
            assert_eq!(names.is_last, told + names.members.len() == 9);
            (told, slices) = (told + names.members.len(), slices + 1);
        }
    }
    assert_eq!((told, slices), (9, 3));
}

#[test]
fn of_two_crowds_at_once_each_is_told_to_its_end() {
    const OTHER: &str = "#another";
    let mut setup = Setup::default();
    setup.settings.limits.slice_people = 3;
    with_a_moderator(&mut setup);
    let mut hall = Hall::of(setup);
    for n in 1..=7 {
        let mut guest = hall.come(n);
        hall.say(&mut guest, &format!("JOIN {OTHER}"));
    }
    let mut root = hall.come_with(8, Some(CERTIFICATE));
    let (id, _) = hall.come_without_channel(9);
    hall.keep();
    for channel in [CHANNEL, OTHER] {
        hall.say(&mut root, &format!("SAJOIN guest{:027} {channel}", 9));
    }
    let mut ended = Vec::new();
    loop {
        let shown = hall.keep();
        for output in &shown {
            let Output::Aside { reply, .. } = output else { continue };
            let Reply::Names(names) = reply.as_ref() else { continue };
            ended.extend(names.is_last.then(|| names.channel.as_str().to_owned()));
        }
        // A gateway asks once, whatever it was told in the meantime.
        if !shown.iter().any(|it| matches!(it, Output::More { session } if *session == id)) {
            break;
        }
        hall.process.input(Input::More { session: id }, NOW);
    }
    ended.sort();
    assert_eq!(ended, [CHANNEL, OTHER]);
}

#[test]
fn of_many_channels_a_few_are_looked_at_at_once() {
    let mut setup = Setup::default();
    setup.settings.limits.slice_people = 3;
    setup.settings.limits.list_channels = 5;
    let mut hall = Hall::of(setup);
    let mut owner = hall.come_without_channel(1);
    for name in ["#a", "#b", "#c", "#d", "#e", "#f", "#g", "#h"] {
        hall.say(&mut owner, &format!("JOIN {name}"));
    }
    let mut guest = hall.come_without_channel(2);
    for name in ["#b", "#h"] {
        hall.say(&mut owner, &format!("INVITE guest{:027} {name}", 2));
    }
    hall.keep();
    // How often it is asked for more, and what the answer is.
    let mut ask = |line: &str| {
        hall.say(&mut guest, line);
        for slices in 1.. {
            // Others are answered in between.
            hall.say(&mut owner, "PING now");
            let shown = hall.keep();
            let is_answer = |reply: &Reply| matches!(reply, Reply::List { .. } | Reply::Invitations(_));
            let answer = shown.iter().find_map(|output| match output {
                Output::Reply { session, reply, .. } if *session == guest.0 => Some(reply.as_ref().clone()),
                _ => None,
            });
            match answer {
                Some(answer) if is_answer(&answer) => return (slices, answer),
                Some(other) => panic!("{line} is answered with {other:?}"),
                None => {
                    let is_more = |it: &Output| matches!(it, Output::More { session } if *session == guest.0);
                    assert!(shown.iter().any(is_more), "{line}");
                }
            }
            hall.process.input(Input::More { session: guest.0 }, NOW);
        }
        unreachable!("there are not so many channels")
    };
    let names = |reply: Reply| match reply {
        Reply::List { channels, more } => {
            (channels.iter().map(|it| it.channel.as_str().to_owned()).collect::<Vec<_>>(), more)
        }
        Reply::Invitations(channels) => (channels.iter().map(|it| it.as_str().to_owned()).collect(), false),
        other => panic!("{other:?}"),
    };
    let mut told = |line| {
        let (slices, reply) = ask(line);
        let (names, more) = names(reply);
        (slices, names.join(" "), more)
    };
    assert_eq!(told("LIST #h"), (3, "#h".into(), false));
    assert_eq!(told("LIST"), (2, "#a #b #c #d #e".into(), true), "as many as it may be, and a word of more");
    assert_eq!(told("LIST #a,#b,#c"), (8, "#a #b #c".into(), false), "who compares much looks at less");
    assert_eq!(told("LIST #nothing"), (3, String::new(), false));
    assert_eq!(told("INVITE"), (3, "#b #h".into(), false));
}

#[test]
fn who_is_in_more_channels_than_an_entry_names_can_be_killed() {
    let mut setup = Setup::default();
    setup.settings.limits.channels_per_user = 10_000;
    with_a_moderator(&mut setup);
    let mut hall = Hall::of(setup);
    let mut root = hall.connect(2, Some(CERTIFICATE));
    let (id, mut session) = hall.come(1);
    for n in 0..8_000 {
        hall.say_as(id, &mut session, &format!("JOIN #{n:063}"));
    }
    hall.keep();
    hall.say(&mut root, &format!("KILL guest{:027} :enough", 1));
    assert!(hall.keep().iter().all(|output| !matches!(output, Output::Refuse { .. })));
    let state = hall.process.engine.state();
    assert_eq!((state.users.len(), state.channels.len()), (1, 0));
}

#[test]
fn of_a_crowd_nobody_looks_up_at_once_what_people_say_of_themselves() {
    let mut setup = Setup::default();
    setup.settings.limits.slice_people = 3;
    let mut hall = Hall::of(setup);
    for n in 1..=4 {
        hall.come(n);
    }
    let (id, mut session) = hall.connect(5, None);
    for line in ["CAP REQ :batch draft/metadata-3", "METADATA * SUB avatar", JOIN, "METADATA *ALL SYNC"] {
        hall.say_as(id, &mut session, line);
    }
    let shown = hall.keep();
    let answers: Vec<_> = shown
        .iter()
        .filter_map(|output| match output {
            Output::Reply { reply, .. } => match reply.as_ref() {
                Reply::Metadata(answer) => Some(answer.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert!(answers.contains(&MetadataAnswer::Later(CHANNEL.into())), "{answers:?}");
    let known = Known { entries: Vec::new(), later: vec![CHANNEL.into()] };
    assert!(answers.contains(&MetadataAnswer::SyncedAll(known)), "{answers:?}");
}
