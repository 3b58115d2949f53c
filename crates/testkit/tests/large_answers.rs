//! Short questions with long answers, of a channel of fifty thousand people: they come in slices, one for each time that the reader
//! has taken what there was, and somebody else is answered between any two.

use std::collections::BTreeSet;
use std::sync::Arc;

use colvert_core::ids::{Millis, SessionId};
use colvert_core::session::{Door, Input, Output, Session};
use colvert_core::settings::Settings;
use colvert_irc::IrcDoor;
use colvert_testkit::process::{Process, Setup};
use colvert_testkit::sim_disk::SimDisk;

const NOW: Millis = Millis(1_000_000);
const PEOPLE: u64 = 50_000;
/// People in a slice of an answer.
const SLICE: usize = 500;
/// What is said of one of them at most, in bytes.
const ROW_BYTES: usize = 200;

struct Guest {
    id: SessionId,
    session: Box<dyn Session>,
}

impl Guest {
    fn come(process: &mut Process, door: &Arc<dyn Door>, n: u64) -> Self {
        let (id, info) = (SessionId::new(0, n), door.info("host.example".into()));
        let mut guest = Self { id, session: door.session(&info) };
        process.input(Input::Open { session: id, info }, NOW);
        for line in [
            "CAP REQ no-implicit-names",
            &format!("NICK guest{n:06}x"),
            "USER g 0 * :G",
            "CAP END",
            "JOIN #hall",
        ] {
            guest.say(process, line);
        }
        guest
    }

    fn say(&mut self, process: &mut Process, line: &str) {
        let request = self.session.receive(line.as_bytes()).expect("a line that asks for something");
        process.input(Input::Request { session: self.id, request }, NOW);
    }

    /// What a gateway writes to them of these outputs.
    fn told(&mut self, outputs: &mut Vec<Output>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for output in outputs.extract_if(.., |output| is_to(output, self.id)) {
            match output {
                Output::Reply { verb, reply, .. } => self.session.reply(verb, &reply, &mut bytes),
                Output::Wire { token, .. } => self.session.wire(token, &mut bytes),
                Output::End { .. } => self.session.end(&mut bytes),
                _ => {}
            }
        }
        bytes
    }
}

fn is_to(output: &Output, id: SessionId) -> bool {
    matches!(output, Output::Reply { session, .. } | Output::Wire { session, .. } | Output::End { session }
        if *session == id)
}

fn keep(process: &mut Process) -> Vec<Output> {
    process.log.commit();
    assert!(process.turn(NOW).is_none(), "the engine goes on");
    process.outputs(0)
}

#[test]
#[ignore = "it takes long: ./test runs it"]
fn fifty_thousand_people_are_told_in_slices_and_others_are_answered_between_them() {
    let settings = Settings::default();
    let setup = Setup { settings: settings.clone(), ..Setup::default() };
    let mut process = Process::start(&SimDisk::new(1), &setup, NOW).expect("an empty disk");
    let door: Arc<dyn Door> = Arc::new(IrcDoor::new(&settings, NOW));
    for n in 3..=PEOPLE {
        Guest::come(&mut process, &door, n);
        if n % 500 == 0 {
            keep(&mut process);
        }
    }
    let mut asker = Guest::come(&mut process, &door, 1);
    let mut other = Guest::come(&mut process, &door, 2);
    keep(&mut process);
    for (question, row, end) in [("WHO #hall", " 352 ", " 315 "), ("NAMES #hall", " 353 ", " 366 ")] {
        asker.say(&mut process, question);
        asker.say(&mut process, "PING afterwards");
        let (mut people, mut slices) = (BTreeSet::new(), 0);
        loop {
            other.say(&mut process, "PING between");
            let mut outputs = keep(&mut process);
            let more = outputs
                .iter()
                .any(|output| matches!(output, Output::More { session } if *session == asker.id));
            let told = String::from_utf8(asker.told(&mut outputs)).expect("UTF-8");
            let between = String::from_utf8(other.told(&mut outputs)).expect("UTF-8");
            assert!(between.contains("between"), "{question}: somebody else is answered meanwhile");
            assert!(told.len() <= SLICE * ROW_BYTES, "{question}: {} bytes at once", told.len());
            people.extend(told.lines().filter(|line| line.contains(row)).flat_map(|line| {
                line.split([' ', ':', '@'])
                    .filter(|word| word.starts_with("guest") && word.ends_with('x'))
                    .map(str::to_owned)
            }));
            slices += 1;
            assert_eq!(told.contains("afterwards"), !more, "{question}: in its place");
            assert_eq!(told.contains(end), !more, "{question}: the end is the end");
            if !more {
                break;
            }
            process.input(Input::More { session: asker.id }, NOW);
        }
        assert_eq!(people.len() as u64, PEOPLE, "{question}: each of them");
        assert!(slices >= PEOPLE as usize / SLICE, "{question}: {slices} slices");
    }
}
