use std::ops::Range;
use std::time::{Duration, Instant};

use super::Stage;
use crate::arrival::{self, Deadline};
use crate::cast::Cast;
use crate::error::{Error, Result};
use crate::net::{Lines, Net};
use crate::paced::{Paced, Watch};
use crate::process::Watched;
use crate::report::Report;
use crate::wire::{Message, Names};

/// A receive buffer that is soon full.
const RECEIVE_BYTES: usize = 4096;

/// Slow readers: some members of a channel never read; the others must not notice, and the server should close them
///
/// Ends when all slow readers were seen to leave, or after --seconds. Raise --rate and --text-bytes to fill the server's
/// buffers sooner.
#[derive(clap::Args)]
pub struct Args {
    /// Members that read
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..))]
    members: u32,
    /// Members that never read
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    slow: u32,
    /// Members that speak, in turn
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    senders: u32,
    /// Messages a second
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rate: u64,
    /// How long to send
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
}

/// Sees slow readers leave, through the eyes of the others.
struct Leavers {
    names: Names,
    slow: Range<usize>,
    left: Vec<Option<Instant>>,
    missing: usize,
    first_word: String,
}

impl Watch for Leavers {
    fn message(&mut self, message: &Message, now: Instant) {
        if !matches!(message.command, b"QUIT" | b"PART" | b"KICK") {
            return;
        }
        let leaver = if message.command == b"KICK" { message.param(1) } else { message.nick() };
        let Some(leaver) = self.names.index(leaver).filter(|leaver| self.slow.contains(leaver)) else {
            return;
        };
        let left = &mut self.left[leaver - self.slow.start];
        if left.is_none() {
            *left = Some(now);
            self.missing -= 1;
            if self.first_word.is_empty() {
                self.first_word = String::from_utf8_lossy(message.line).into_owned();
            }
        }
    }

    fn satisfied(&self) -> bool {
        self.missing == 0
    }
}

/// Reads what is left for a slow reader.
#[derive(Default)]
struct Rest {
    closed: usize,
}

impl Lines for Rest {
    fn fast(&mut self, _: usize, _: &[u8], _: Instant) -> bool {
        true
    }
    fn message(&mut self, _: usize, _: &Message, _: Instant) -> Result<()> {
        Ok(())
    }
    fn closed(&mut self, _: usize, _: Error) -> Result<()> {
        self.closed += 1;
        Ok(())
    }
}

impl Args {
    pub fn run(&self, stage: Stage) -> Result<Report> {
        let common = stage.common;
        let server = arrival::scout(common, stage.names)?;
        let (members, slow) = (self.members as usize, self.slow as usize);
        let slow = members..members + slow;
        let watched = common.watched()?;
        let resident = || watched.as_ref().map(Watched::resident_bytes).transpose();
        let mut cast =
            Cast::channels(stage.names, common.text_bytes, 1, slow.end, (self.senders as usize).min(members));
        let mut net = common.net(stage.names)?;
        arrival::connect(&mut net, common, members, &common.caps)?;
        net.shrink_receive_buffers(RECEIVE_BYTES);
        arrival::connect(&mut net, common, slow.len(), &common.caps)?;
        arrival::join(&mut net, common, &cast.joins())?;
        for conn in slow.clone() {
            net.deafen(conn);
            cast.excuse(conn);
        }
        let (resident_before, descriptors_before) = (resident()?, watched.and_then(|it| it.descriptors()));
        let leavers = Leavers {
            names: stage.names,
            left: vec![None; slow.len()],
            missing: slow.len(),
            slow: slow.clone(),
            first_word: String::new(),
        };
        let mut paced = Paced::new(cast, leavers, net.epoch);
        let pace = paced.run(&mut net, common, self.rate, self.seconds)?;
        let (resident_after, descriptors_after) = (resident()?, watched.and_then(|it| it.descriptors()));
        let closed = listen_at_last(&mut net, slow.clone())?;

        let mut report = Report::new("slow-reader", common, &server);
        report.set("members", members);
        report.set("slow", slow.len());
        report.set("senders", self.senders);
        report.set("rate", self.rate);
        report.set("seconds", self.seconds);
        report.quantiles("latency_of_others", &paced.latency_ns);
        let left = || paced.watch.left.iter().flatten();
        report.row("slow_seen_to_leave", left().count());
        for (which, moment) in [("first", left().min()), ("last", left().max())] {
            if let Some(moment) = moment {
                report.real(format!("{which}_left_after_s"), (*moment - pace.begun()).as_secs_f64());
            }
        }
        if !paced.watch.first_word.is_empty() {
            report.row("first_left_with", paced.watch.first_word.clone());
        }
        report.row("slow_sockets_closed", closed);
        for (name, value) in [
            ("server_resident_before_bytes", resident_before),
            ("server_resident_after_bytes", resident_after),
            ("server_descriptors_before", descriptors_before),
            ("server_descriptors_after", descriptors_after),
        ] {
            if let Some(value) = value {
                report.row(name, value);
            }
        }
        report.account(&paced.cast.ledger, paced.cast.expected());
        pace.slowest_second(&mut report);
        pace.rows(&mut report, "delivery", paced.cast.ledger.delivered);
        Ok(report)
    }
}

/// How many of the slow readers' sockets turn out to be closed, once what the kernel still had for them is read.
fn listen_at_last(net: &mut Net, slow: Range<usize>) -> Result<usize> {
    let mut rest = Rest::default();
    for conn in slow.clone() {
        net.hear(conn, &mut rest)?;
    }
    let deadline = Deadline::new(3);
    while rest.closed < slow.len() && !deadline.passed() {
        net.turn(Duration::from_millis(20), &mut rest)?;
    }
    Ok(slow.filter(|&conn| net.is_closed(conn)).count())
}
