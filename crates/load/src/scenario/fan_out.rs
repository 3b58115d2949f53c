use super::Stage;
use crate::arrival;
use crate::burst::{Ack, Burst};
use crate::cast::Cast;
use crate::cli::Acks;
use crate::error::Result;
use crate::report::Report;

/// Saturated fan-out: senders in channels, each as fast as its window allows
///
/// One channel of a thousand members is the default; for the other usual case, use --channels 100 --members 50 --senders 1.
#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    channels: u32,
    /// Members of each channel
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(2..))]
    members: u32,
    /// Members of each channel that speak
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    senders: u32,
    /// Unacknowledged lines that each sender may have out
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    window: u64,
    /// What acknowledges a line
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
        let (channels, members, senders) =
            (self.channels as usize, self.members as usize, self.senders.min(self.members) as usize);
        let cast = Cast::channels(stage.names, common.text_bytes, channels, members, senders);
        let mut net = common.net(stage.names)?;
        let caps = common.caps_and((ack == Ack::Echo).then_some("echo-message"));
        arrival::connect(&mut net, common, cast.people(), &caps)?;
        arrival::join(&mut net, common, &cast.joins())?;
        let mut burst = Burst::new(cast, ack, self.window, net.epoch);
        let pace = burst.run(&mut net, common, self.seconds)?;

        let ledger = &burst.cast.ledger;
        let mut report = Report::new("fan-out", common, &server);
        report.set("channels", channels);
        report.set("members", members);
        report.set("senders", senders);
        report.set("window", self.window);
        report.set("ack", ack.name());
        report.set("seconds", self.seconds);
        report.real("deliveries_per_s", pace.per_second(ledger.delivered));
        report.real("messages_per_s", pace.per_second(burst.acked));
        report.account(ledger, burst.cast.expected());
        report.quantiles("ack", &burst.ack_ns);
        pace.slowest_second(&mut report);
        pace.rows(&mut report, "delivery", ledger.delivered);
        Ok(report)
    }
}
