//! A stage without sockets, threads or a clock: real doors, the real engine, log and archive, on a simulated
//! disk.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::mpsc::channel;

use colvert_core::command::{CloseReason, Fields};
use colvert_core::commands::claim::digest;
use colvert_core::commands::find;
use colvert_core::ids::{Millis, Position, SessionId};
use colvert_core::local::{Language, Link};
use colvert_core::mail::Letter;
use colvert_core::names::NameRules;
use colvert_core::refusal::Refusal;
use colvert_core::reply::{AccountAnswer, Reply};
use colvert_core::session::{self, Input, Output};
use colvert_engine::{ControlRequest, Message, Stopped};
use colvert_irc::IrcDoor;
use colvert_line::LineDoor;
use colvert_log::Log;
use colvert_mail::words::{self, Worded};

use super::coverage::Coverage;
use super::door::Door;
use super::script::{Machine, Over, Setting};
use super::settings;
use super::stage::{Seat, Sound, Stage};
use crate::certificates::{self, fingerprint};
use crate::gateway::Gateway;
use crate::library::{Library, unused_disk};
use crate::process::{GATEWAYS, Process, Setup};
use crate::sim_disk::SimDisk;

/// When every transcript begins: 2027-01-15 08:00 UTC.
const BEGIN: Millis = Millis(1_800_000_000_000);
/// The code that `admin code` makes here.
const CODE: &str = "in-process-claim-code";
const DAY_S: u64 = 24 * 3_600;
/// How long a claim code is valid, in seconds.
const CODE_S: u64 = DAY_S;

/// The stage.
pub struct InProcess {
    setup: Setup,
    disk: SimDisk,
    now: Millis,
    process: Process,
    library: Library,
    doors: [Arc<dyn session::Door>; 2],
    gateways: Vec<Gateway>,
    connections: Vec<Connection>,
    coverage: Coverage,
}

/// A connection, as its client has it.
struct Connection {
    session: SessionId,
    /// It has heard the end, or broke off itself.
    is_over: bool,
    /// Bytes of a line whose end has not come.
    partial: Vec<u8>,
    sounds: Vec<Sound>,
}

impl InProcess {
    /// A server that nobody has ever used.
    ///
    /// # Errors
    /// When there is no such setting.
    pub fn new<'a>(settings: impl Iterator<Item = &'a Setting>) -> Result<Self, String> {
        let mut setup = Setup::default();
        for setting in settings {
            settings::set(&mut setup, setting)?;
        }
        let disk = unused_disk();
        let process = start(&disk, &setup, BEGIN)?;
        let library = Library::open(&disk, &process, setup.settings.names)?;
        Ok(Self {
            doors: doors(&setup, BEGIN),
            setup,
            disk,
            now: BEGIN,
            process,
            library,
            gateways: gateways(),
            connections: Vec::new(),
            coverage: Coverage::default(),
        })
    }

    /// The disk, for looking at what was written.
    pub fn disk(&self) -> &SimDisk {
        &self.disk
    }

    /// Up to where things have happened, and may be shown.
    pub fn position(&self) -> Position {
        self.process.released()
    }

    /// What was asked of it, and refused by it.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Does all that can be done without more input.
    fn settle(&mut self) -> Result<(), String> {
        loop {
            self.process.log.commit();
            if let Some(stopped) = self.process.turn(self.now) {
                return Err(format!("the engine stopped: {stopped:?}"));
            }
            if self.hand_over() {
                continue;
            }
            if self.process.desk.is_empty() {
                break;
            }
            self.process.work(0, &mut self.library, self.now);
        }
        // Every answer must be the same wherever the archive is; it is behind now and then.
        if self.process.released().0.is_multiple_of(3) {
            self.library.follow(&self.process)?;
        }
        Ok(())
    }

    /// Hands over what was decided. True: there is more to a long answer, and it was asked for.
    fn hand_over(&mut self) -> bool {
        let mut unfinished = Vec::new();
        for (number, gateway) in (0..).zip(&mut self.gateways) {
            for output in self.process.outputs(number) {
                self.coverage.answered(&output);
                if let Output::More { session } = output {
                    unfinished.push(session);
                }
                gateway.output(output);
            }
        }
        for session in &unfinished {
            self.process.input(Input::More { session: *session }, self.now);
        }
        for connection in self.connections.iter_mut().filter(|it| !it.is_over) {
            let gateway = &mut self.gateways[usize::from(connection.session.gateway())];
            let (bytes, is_closed) = gateway.take(connection.session);
            connection.sounds.extend(lines(&bytes).map(Sound::Line));
            if is_closed {
                connection.sounds.push(Sound::Closed);
                connection.is_over = true;
            }
        }
        !unfinished.is_empty()
    }

    fn lines(&mut self, seat: Seat, bytes: &[u8]) {
        let connection = &mut self.connections[seat.0];
        connection.partial.extend_from_slice(bytes);
        let Some(end) = connection.partial.iter().rposition(|byte| *byte == b'\n') else { return };
        let whole: Vec<u8> = connection.partial.drain(..=end).collect();
        let session = connection.session;
        for line in whole[..end].split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let gateway = &mut self.gateways[usize::from(session.gateway())];
            if let Some(request) = gateway.line(session, line) {
                self.coverage.asked(&request);
                self.process.input(Input::Request { session, request }, self.now);
            }
        }
    }

    /// A new process on what the old one left.
    fn begin_again(&mut self) -> Result<(), String> {
        self.process = start(&self.disk, &self.setup, self.now)?;
        self.library = Library::open(&self.disk, &self.process, self.setup.settings.names)?;
        self.doors = doors(&self.setup, self.now);
        self.gateways = gateways();
        Ok(())
    }

    fn control(&mut self, name: &str, words: &[&str]) -> Result<Vec<Reply>, String> {
        let entry = find(name).expect("a command of the table");
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let fields = &mut Words { words, names: self.setup.settings.names };
        let act = (entry.parse)(fields).map_err(|refusal| refusal.to_string())?;
        self.coverage.commands.insert(entry.name);
        let (answer, answered) = channel();
        self.process.engine.step(Message::Control(ControlRequest { entry, act, answer }), self.now);
        self.settle()?;
        let answered = answered.try_recv().map_err(|_| "there is no answer".to_owned())?;
        answered.map_err(|refusal| {
            self.coverage.refused(&refusal);
            refusal.to_string()
        })
    }
}

fn start(disk: &SimDisk, setup: &Setup, now: Millis) -> Result<Process, String> {
    Process::start(disk, setup, now).map_err(|error| format!("the server does not start: {error:?}"))
}

fn doors(setup: &Setup, now: Millis) -> [Arc<dyn session::Door>; 2] {
    let settings = &setup.settings;
    [Arc::new(IrcDoor::new(settings, now)), Arc::new(LineDoor::new(settings, Language::English))]
}

fn gateways() -> Vec<Gateway> {
    (0..GATEWAYS).map(|_| Gateway::default()).collect()
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| {
        let line = line.strip_suffix(b"\n").expect("a session writes whole lines");
        line.strip_suffix(b"\r").unwrap_or(line).to_vec()
    })
}

impl Stage for InProcess {
    fn connect(&mut self, door: &'static Door, over: &Over) -> Result<Seat, String> {
        let seat = Seat(self.connections.len());
        let session = SessionId::new((seat.0 % usize::from(GATEWAYS)) as u16, seat.0 as u64 + 1);
        let door = self.doors.iter().find(|it| it.name() == door.name).ok_or("there is no such door")?;
        let mut info = door.info("127.0.0.1".into());
        if let Over::Tls(shown) = over {
            info.link = Link::Secure;
            let shown = shown.as_deref().map(certificates::named).transpose()?;
            info.more.certfp = shown.map(|pem| fingerprint(pem).into());
        }
        let input = self.gateways[usize::from(session.gateway())].open(session, door, info);
        self.process.input(input, self.now);
        let (is_over, partial, sounds) = (false, Vec::new(), Vec::new());
        self.connections.push(Connection { session, is_over, partial, sounds });
        Ok(seat)
    }

    fn send(&mut self, seat: Seat, bytes: &[u8]) -> Result<(), String> {
        if self.connections[seat.0].is_over {
            return Err("the connection is closed".to_owned());
        }
        self.lines(seat, bytes);
        Ok(())
    }

    fn close(&mut self, seat: Seat) {
        let connection = &mut self.connections[seat.0];
        connection.is_over = true;
        let session = connection.session;
        self.gateways[usize::from(session.gateway())].forget(session);
        let reason = CloseReason::ConnectionLost;
        self.process.input(Input::Close { session, reason }, self.now);
    }

    fn listen(&mut self, first: Option<Seat>, _: usize) -> Result<Vec<(Seat, Sound)>, String> {
        self.settle()?;
        let mut heard = Vec::new();
        for seat in first.into_iter().chain((0..self.connections.len()).map(Seat)) {
            let sounds = std::mem::take(&mut self.connections[seat.0].sounds);
            heard.extend(sounds.into_iter().map(|sound| (seat, sound)));
        }
        Ok(heard)
    }

    fn pass(&mut self, seconds: u64) -> Result<(), String> {
        self.now = self.now.plus_s(seconds);
        self.process.log.tick(self.now);
        for gateway in &mut self.gateways {
            for (session, request) in gateway.pass(seconds) {
                self.process.input(Input::Request { session, request }, self.now);
            }
        }
        Ok(())
    }

    fn machine(&mut self, what: Machine) -> Result<(), String> {
        match what {
            Machine::DiskFull => self.process.engine.step(Message::StorageLow(true), self.now),
            Machine::DiskFree => self.process.engine.step(Message::StorageLow(false), self.now),
            Machine::PoolFull => self.process.desk.set_full(true),
            Machine::PoolFree => self.process.desk.set_full(false),
        }
        Ok(())
    }

    fn crash(&mut self) -> Result<(), String> {
        self.connections.iter_mut().for_each(|connection| connection.is_over = true);
        self.disk = self.disk.power_cut(1);
        self.begin_again()
    }

    fn restart(&mut self) -> Result<(), String> {
        self.settle()?;
        self.gateways.iter_mut().for_each(|gateway| gateway.stop(&CloseReason::ShuttingDown));
        self.hand_over();
        self.process.engine.step(Message::Stop, self.now);
        self.process.log.commit();
        match self.process.turn(self.now) {
            Some(Stopped::Asked) => {}
            other => return Err(format!("the engine goes on: {other:?}")),
        }
        Box::new(self.process.log.clone()).close().map_err(|failure| failure.to_string())?;
        self.begin_again()
    }

    fn reload(&mut self, setting: &Setting) -> Result<(), String> {
        settings::set(&mut self.setup, setting)?;
        let settings = &self.setup.settings;
        self.doors.iter().for_each(|door| door.configure(settings));
        for (session, request) in self.gateways.iter_mut().flat_map(Gateway::configured) {
            self.process.input(Input::Request { session, request }, self.now);
        }
        self.process.engine.step(Message::Settings(Box::new(settings.clone())), self.now);
        Ok(())
    }

    fn letter(&mut self, mailbox: &str) -> Result<Vec<String>, String> {
        let network = self.setup.settings.network.clone();
        let letters = &mut self.process.letters;
        let is_theirs = |letter: &Letter| letter.to.as_ref().is_some_and(|to| to.as_str() == mailbox);
        let first = letters.iter().position(is_theirs).ok_or("there is no letter")?;
        let Worded { subject, text } = words::word(&letters.remove(first), &network);
        Ok([format!("Subject: {subject}")].into_iter().chain(text).collect())
    }

    fn unread_letters(&mut self) -> Vec<String> {
        self.process.letters.iter().map(|letter| format!("{:?}", letter.to)).collect()
    }

    fn run(&mut self, words: &[String]) -> Result<Option<String>, String> {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["admin", "role", account, role] => drop(self.control("ROLE", &[account, role])?),
            ["admin", "code"] => {
                let hex: String = digest(CODE).iter().map(|byte| format!("{byte:02x}")).collect();
                let expires = self.now.plus_s(CODE_S).to_string();
                self.control("CODE", &[&hex, &expires])?;
                return Ok(Some(CODE.to_owned()));
            }
            ["account", "create", name, "<", password] => {
                self.control("ACCOUNT-CREATE", &[name, password])?;
            }
            ["account", "reset", name] => {
                let answers = self.control("ACCOUNT-RESET", &[name])?;
                return Ok(answers.iter().find_map(code_of));
            }
            ["account", "suspend", name] => drop(self.control("ACCOUNT-SUSPEND", &[name])?),
            ["account", "unsuspend", name] => drop(self.control("ACCOUNT-UNSUSPEND", &[name])?),
            ["account", "delete", name] => drop(self.control("ACCOUNT-DELETE", &[name])?),
            ["import", ref channels @ ..] => {
                let names: Vec<_> = channels.iter().map(|name| format!("#{name}")).collect();
                self.control("IMPORT", &[&names.join(" ")])?;
            }
            _ => return Err(format!("the command line has no `{}`", words.join(" "))),
        }
        Ok(None)
    }
}

/// The code that was made for who has lost a password.
fn code_of(reply: &Reply) -> Option<String> {
    let Reply::Account(answer) = reply else { return None };
    let AccountAnswer::ResetCode { code, .. } = &**answer else { return None };
    Some(code.expose().to_owned())
}

/// Arguments of the command line, by position.
struct Words {
    words: std::collections::VecDeque<String>,
    names: NameRules,
}

impl Fields for Words {
    fn channel(&mut self, _: &'static str) -> Result<Option<Cow<'_, str>>, Refusal> {
        Ok(self.words.pop_front().map(Cow::Owned))
    }

    fn word(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        self.words.pop_front().map(Cow::Owned)
    }

    fn rest(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        self.words.pop_front().map(Cow::Owned)
    }

    fn names(&self) -> NameRules {
        self.names
    }
}
