use std::time::{Duration, Instant};

use memchr::memchr;

use super::Stage;
use crate::arrival::{self, Deadline};
use crate::error::{Error, Result};
use crate::membership::Membership;
use crate::net::{Lines, Net};
use crate::progress::Progress;
use crate::report::{Pace, Report};
use crate::wire::{Message, Names};

const NO_NAMES: [&str; 2] = ["no-implicit-names", "draft/no-implicit-names"];

/// Join storm: all clients join one channel at once; every JOIN line and every NAMES is checked
#[derive(clap::Args)]
pub struct Args {
    #[arg(long, short = 'n', default_value_t = 1000, value_parser = clap::value_parser!(u32).range(2..=20_000))]
    clients: u32,
    /// Ask not to be sent NAMES on joining (cap no-implicit-names, or its draft)
    #[arg(long)]
    no_implicit_names: bool,
}

struct Storm {
    names: Names,
    membership: Membership,
    /// JOIN lines, and ends of NAMES.
    joins: u64,
    ends: u64,
    last: Instant,
    /// Once set, NAMES are the roll call of client 0.
    roll: Option<Vec<Option<usize>>>,
    called: bool,
}

impl Lines for Storm {
    fn fast(&mut self, conn: usize, line: &[u8], now: Instant) -> bool {
        let [b':', rest @ ..] = line else { return false };
        let Some(space) = memchr(b' ', rest) else { return false };
        if !rest[space..].starts_with(b" JOIN ") {
            return false;
        }
        let nick = &rest[..memchr(b'!', &rest[..space]).unwrap_or(space)];
        let known = self.names.index(nick).is_some_and(|joiner| self.membership.join(conn, joiner));
        self.joins += u64::from(known);
        self.last = now;
        known
    }

    fn message(&mut self, conn: usize, message: &Message, now: Instant) -> Result<()> {
        match message.command {
            b"353" => self.names_line(conn, message.last()),
            b"366" if self.roll.is_some() => self.called = true,
            b"366" => {
                self.ends += 1;
                self.last = now;
            }
            b"JOIN" => {
                let joiner = self.names.index(message.nick());
                let known = joiner.is_some_and(|joiner| self.membership.join(conn, joiner));
                self.joins += u64::from(known);
                self.membership.faults.stray += u64::from(!known);
                self.last = now;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Storm {
    fn names_line(&mut self, conn: usize, members: &[u8]) {
        for member in members.split(|&byte| byte == b' ').filter(|member| !member.is_empty()) {
            let bare = member.iter().position(|byte| !b"~&@%+!*.".contains(byte)).unwrap_or(0);
            let nick = &member[bare..memchr(b'!', &member[bare..]).map_or(member.len(), |at| bare + at)];
            let index = self.names.index(nick);
            match &mut self.roll {
                Some(roll) => roll.push(index),
                None => self.membership.name(conn, index.unwrap_or(usize::MAX)),
            }
        }
    }
}

impl Args {
    pub fn run(&self, stage: Stage) -> Result<Report> {
        let common = stage.common;
        let server = arrival::scout(common, stage.names)?;
        let clients = self.clients as usize;
        let silent = NO_NAMES.into_iter().find(|cap| server.offers(cap)).filter(|_| self.no_implicit_names);
        if self.no_implicit_names && silent.is_none() {
            return Err(Error::Unusable("the server does not offer no-implicit-names".into()));
        }
        let mut net = common.net(stage.names)?;
        arrival::connect(&mut net, common, clients, &common.caps_and(silent))?;
        arrival::join(&mut net, common, &[])?;

        let mut pace = Pace::start(common)?;
        let mut storm = Storm {
            names: stage.names,
            membership: Membership::new(stage.names, clients),
            joins: 0,
            ends: 0,
            last: Instant::now(),
            roll: None,
            called: false,
        };
        let lines = self.storm(&mut net, &mut storm, &mut pace, stage, silent.is_none())?;
        pace.stop(common)?;
        storm.membership.close(silent.is_none());
        roll_call(&mut net, &mut storm, stage)?;

        let mut report = Report::new("join-storm", common, &server);
        report.set("clients", clients);
        report.set("implicit_names", silent.is_none());
        report.row("expected_join_lines", lines);
        report.row("join_lines", storm.joins);
        report.row("names_answers", storm.ends);
        let clients = clients as u64;
        report.row("pairs_of_members", clients * (clients - 1) / 2);
        report.row("pairs_right", storm.membership.right);
        report.real("join_lines_per_s", pace.per_second(storm.joins));
        pace.rows(&mut report, "line", storm.joins);
        report.fault(storm.membership.faults, storm.membership.examples);
        Ok(report)
    }

    /// All join; returns how many JOIN lines that must give.
    fn storm(
        &self,
        net: &mut Net,
        storm: &mut Storm,
        pace: &mut Pace,
        stage: Stage,
        told: bool,
    ) -> Result<u64> {
        let clients = u64::from(self.clients);
        let expected = clients * (clients + 1) / 2;
        let wish = [b"JOIN ", &stage.names.channel(0)[..], b"\r\n"].concat();
        for conn in 0..self.clients as usize {
            net.send(conn, &wish)?;
            if conn % 128 == 127 {
                net.turn(Duration::ZERO, storm)?;
            }
        }
        let mut progress = Progress::new(stage.common, "joining");
        let mut quiet = Deadline::new(stage.common.drain_seconds);
        while (storm.joins < expected || (told && storm.ends < clients)) && !quiet.passed() {
            let before = storm.last;
            net.turn(Duration::from_millis(20), storm)?;
            if storm.last > before {
                quiet = Deadline::new(stage.common.drain_seconds);
            }
            pace.tick(storm.joins + storm.ends);
            let share = storm.joins as f64 / expected as f64;
            progress.show(share, || format!("{} of {expected} lines", storm.joins));
        }
        Ok(expected)
    }
}

fn roll_call(net: &mut Net, storm: &mut Storm, stage: Stage) -> Result<()> {
    storm.roll = Some(Vec::new());
    net.send(0, &[b"NAMES ", &stage.names.channel(0)[..], b"\r\n"].concat())?;
    let deadline = Deadline::new(stage.common.setup_seconds);
    while !storm.called {
        net.turn(Duration::from_millis(20), storm)?;
        deadline.check(|| "no answer to NAMES".into())?;
    }
    let roll = storm.roll.take().unwrap_or_default();
    storm.membership.roll_call(&roll);
    Ok(())
}
