use super::Stage;
use crate::arrival;
use crate::burst::{Ack, Burst};
use crate::cast::Cast;
use crate::cli::Acks;
use crate::error::Result;
use crate::report::Report;

/// Acknowledged messages: how many a second come back to their senders, each in a small channel
///
/// With a server that says nothing before it is kept, this is the rate of durable messages. --seconds 10 is the burst,
/// --seconds 60 the steady state.
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
}

impl Args {
    pub fn run(&self, stage: Stage) -> Result<Report> {
        let common = stage.common;
        let server = arrival::scout(common, stage.names)?;
        let ack = Ack::negotiate(self.ack, &server)?;
        if ack == Ack::Delivery && self.members < 2 {
            return Err(crate::error::Error::Unusable("--ack delivery needs --members 2 or more".into()));
        }
        let (senders, members) = (self.senders as usize, self.members as usize);
        let cast = Cast::channels(stage.names, common.text_bytes, senders, members, 1);
        let mut net = common.net(stage.names)?;
        let caps = common.caps_and((ack == Ack::Echo).then_some("echo-message"));
        arrival::connect(&mut net, common, cast.people(), &caps)?;
        arrival::join(&mut net, common, &cast.joins())?;
        let mut burst = Burst::new(cast, ack, self.window, net.epoch);
        let pace = burst.run(&mut net, common, self.seconds)?;

        let mut report = Report::new("acked", common, &server);
        report.set("senders", senders);
        report.set("members", members);
        report.set("window", self.window);
        report.set("ack", ack.name());
        report.set("seconds", self.seconds);
        report.real("acked_messages_per_s", pace.per_second(burst.acked));
        report.row("acked_messages", burst.acked);
        report.account(&burst.cast.ledger, burst.cast.expected());
        report.quantiles("ack", &burst.ack_ns);
        pace.slowest_second(&mut report);
        pace.rows(&mut report, "message", burst.acked);
        Ok(report)
    }
}
