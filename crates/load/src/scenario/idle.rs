use std::time::{Duration, Instant};

use super::Stage;
use crate::arrival::{self, Deadline};
use crate::error::{Error, Result};
use crate::net::Lines;
use crate::process::Watched;
use crate::progress::Progress;
use crate::report::{Pace, Report};
use crate::wire::Message;

/// Idle connections: the server's memory before, with them, and after they left (needs --server-pid)
#[derive(clap::Args)]
pub struct Args {
    /// Connections to hold
    #[arg(long, short = 'n', default_value_t = 10_000)]
    connections: usize,
    /// How long to hold them
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

struct Idle {
    closed: u64,
    last_word: String,
}

impl Lines for Idle {
    fn message(&mut self, _: usize, _: &Message, _: Instant) -> Result<()> {
        Ok(())
    }

    fn closed(&mut self, _: usize, error: Error) -> Result<()> {
        self.closed += 1;
        self.last_word = error.to_string();
        Ok(())
    }

    fn refused(&mut self, _: String, _: String) -> Result<()> {
        Ok(())
    }
}

impl Args {
    pub fn run(&self, stage: Stage) -> Result<Report> {
        let common = stage.common;
        let server = arrival::scout(common, stage.names)?;
        let watched = common.watched()?;
        let resident = || watched.as_ref().map(Watched::resident_bytes).transpose();
        let before = resident()?;
        let mut net = common.net(stage.names)?;
        arrival::connect(&mut net, common, self.connections, &common.caps)?;

        let mut idle = Idle { closed: 0, last_word: String::new() };
        let mut progress = Progress::new(common, "holding");
        let mut pace = Pace::start(common)?;
        let deadline = Deadline::new(self.seconds);
        while !deadline.passed() {
            net.turn(Duration::from_millis(100), &mut idle)?;
            progress.show(deadline.share(), || {
                format!("{} connections, {} closed", self.connections, idle.closed)
            });
        }
        pace.tick(1);
        pace.stop(common)?;
        let with = resident()?;
        drop(net);
        std::thread::sleep(Duration::from_secs(2));
        let after = resident()?;

        let mut report = Report::new("idle", common, &server);
        report.set("connections", self.connections);
        report.set("seconds", self.seconds);
        report.row("closed_by_server", idle.closed);
        if idle.closed > 0 {
            report.row("last_word", idle.last_word);
        }
        if let (Some(before), Some(with), Some(after)) = (before, with, after) {
            report.row("resident_before_bytes", before);
            report.row("resident_with_bytes", with);
            report.row("resident_after_bytes", after);
            report.row("bytes_per_connection", with.saturating_sub(before) / self.connections.max(1) as u64);
        }
        pace.rows(&mut report, "connection", self.connections as u64);
        Ok(report)
    }
}
