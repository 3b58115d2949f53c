use std::thread;

use super::Stage;
use crate::arrival::{self, Deadline};
use crate::burst::{Ack, Burst};
use crate::cast::Cast;
use crate::cli::{Acks, Common};
use crate::counters::{self, Question, Seen};
use crate::error::{Error, Result};
use crate::net::Net;
use crate::report::{Pace, Report};

/// Acknowledged messages: how many a second come back to their senders, each in a small channel
///
/// With a server that says nothing before it is kept, this is the rate of durable messages. --seconds 10 is the burst,
/// --seconds 60 the steady state. With --counters, the senders then go on at an even pace until what follows the messages
/// in the server (an archive, an index) has caught up.
#[derive(clap::Args)]
pub struct Args {
    /// Senders, each in a channel of its own
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    senders: u32,
    /// Members of each channel; 1: the sender alone
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    members: u32,
    /// Unacknowledged lines that each sender may have out
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    window: u64,
    /// What acknowledges a line; delivery needs two members
    #[arg(long, value_enum, default_value_t = Acks::Auto)]
    ack: Acks,
    /// How long to send
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
    /// A command that prints the server's counters, `name number` a line; it is run each second
    #[arg(long, value_name = "COMMAND", requires = "behind")]
    counters: Option<String>,
    /// Two counters: one that runs ahead, and one that follows it
    #[arg(long, value_name = "AHEAD,FOLLOWS", value_delimiter = ',', requires = "counters")]
    behind: Vec<String>,
    /// Messages a second while it catches up
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    then_rate: u64,
    /// Give up waiting for that after so long
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    then_seconds: u64,
}

/// What became of the difference between two counters.
struct Followed {
    max: u64,
    at_end: u64,
    left: u64,
    pace: Pace,
    caught_up: bool,
}

impl Args {
    pub fn run(&self, stage: Stage) -> Result<Report> {
        let common = stage.common;
        let question = self.question()?;
        let server = arrival::scout(common, stage.names)?;
        let ack = Ack::negotiate(self.ack, &server)?;
        if ack == Ack::Delivery && self.members < 2 {
            return Err(Error::Unusable("--ack delivery needs --members 2 or more".into()));
        }
        let (senders, members) = (self.senders as usize, self.members as usize);
        let cast = Cast::channels(stage.names, common.text_bytes, senders, members, 1);
        let mut net = common.net(stage.names)?;
        let caps = common.caps_and((ack == Ack::Echo).then_some("echo-message"));
        arrival::connect(&mut net, common, cast.people(), &caps)?;
        arrival::join(&mut net, common, &cast.joins())?;
        let mut burst = Burst::new(cast, ack, self.window, net.epoch);

        let mut report = Report::new("acked", common, &server);
        report.set("senders", senders);
        report.set("members", members);
        report.set("window", self.window);
        report.set("ack", ack.name());
        report.set("seconds", self.seconds);
        match &question {
            None => {
                let pace = burst.saturate(&mut net, common, self.seconds)?;
                self.rows(&mut report, &burst, &pace);
            }
            Some(question) => {
                let followed = self.follow(&mut net, &mut burst, common, question, &mut report)?;
                self.caught_up(&mut report, &burst, &followed);
            }
        }
        burst.finish(&mut net)?;
        report.account(&burst.cast.ledger, burst.cast.expected());
        Ok(report)
    }

    fn question(&self) -> Result<Option<Question>> {
        let Some(command) = &self.counters else { return Ok(None) };
        let [ahead, follows] = &self.behind[..] else {
            return Err(Error::Unusable("--behind takes the names of two counters".into()));
        };
        Ok(Some(Question { command: command.clone(), ahead: ahead.clone(), follows: follows.clone() }))
    }

    /// The burst, and then an even pace until the server has caught up: to what a second of it brings.
    fn follow(
        &self,
        net: &mut Net,
        burst: &mut Burst,
        common: &Common,
        question: &Question,
        report: &mut Report,
    ) -> Result<Followed> {
        let seen = Seen::default();
        thread::scope(|scope| {
            let watching = counters::watch(scope, question, &seen)?;
            let mut phases = || {
                let pace = burst.saturate(net, common, self.seconds)?;
                self.rows(report, burst, &pace);
                seen.refresh(question)?;
                let (max, at_end) = (seen.behind_max(), seen.behind());
                let patience = Deadline::new(self.then_seconds);
                let is_near = || seen.behind() <= self.then_rate;
                let share = || {
                    let caught_up = 1.0 - seen.behind() as f64 / at_end.max(1) as f64;
                    if patience.passed() || is_near() { 1.0 } else { caught_up.min(0.99) }
                };
                let pace = burst.ease(net, common, self.then_rate, share)?;
                Ok(Followed { max, at_end, left: seen.behind(), pace, caught_up: is_near() })
            };
            let followed = phases();
            seen.stop();
            watching.join().map_err(|_| Error::Unusable("the thread that asks for counters failed".into()))??;
            followed
        })
    }

    fn rows(&self, report: &mut Report, burst: &Burst, pace: &Pace) {
        report.real("acked_messages_per_s", pace.per_second(burst.acked));
        report.row("acked_messages", burst.acked);
        report.quantiles("ack", &burst.ack_ns);
        pace.slowest_second(report);
        pace.rows(report, "message", burst.acked);
    }

    fn caught_up(&self, report: &mut Report, burst: &Burst, followed: &Followed) {
        report.row("behind_max", followed.max);
        report.row("behind_at_end", followed.at_end);
        report.row("behind_left", followed.left);
        if followed.caught_up {
            report.real("caught_up_after_s", followed.pace.elapsed().as_secs_f64());
        }
        report.row("then_messages_per_s", self.then_rate);
        report.quantiles("then_ack", &burst.ack_ns);
        followed.pace.slowest_second_as(report, "then_slowest_second_lines");
    }
}
