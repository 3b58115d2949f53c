use super::Stage;
use crate::arrival;
use crate::burst::{Ack, Burst};
use crate::cast::Cast;
use crate::cli::Acks;
use crate::error::Result;
use crate::report::Report;

/// Private messages: pairs, of which one speaks to the other as fast as its window allows
#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pairs: u32,
    /// Unacknowledged lines that each sender may have out
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    window: u64,
    /// What acknowledges a line
    #[arg(long, value_enum, default_value_t = Acks::Delivery)]
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
        let cast = Cast::pairs(stage.names, common.text_bytes, self.pairs as usize);
        let mut net = common.net(stage.names)?;
        let caps = common.caps_and((ack == Ack::Echo).then_some("echo-message"));
        arrival::connect(&mut net, common, cast.people(), &caps)?;
        let mut burst = Burst::new(cast, ack, self.window, net.epoch);
        let pace = burst.run(&mut net, common, self.seconds)?;

        let mut report = Report::new("private", common, &server);
        report.set("pairs", self.pairs);
        report.set("window", self.window);
        report.set("ack", ack.name());
        report.set("seconds", self.seconds);
        report.real("messages_per_s", pace.per_second(burst.acked));
        report.row("messages", burst.acked);
        report.account(&burst.cast.ledger, burst.cast.expected());
        report.quantiles("ack", &burst.ack_ns);
        pace.slowest_second(&mut report);
        pace.rows(&mut report, "message", burst.acked);
        Ok(report)
    }
}
