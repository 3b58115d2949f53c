use super::Stage;
use crate::arrival;
use crate::cast::Cast;
use crate::error::Result;
use crate::paced::{Nothing, Paced};
use crate::report::Report;

/// Paced: a fixed number of messages a second, latency from the moment each was due
#[derive(clap::Args)]
pub struct Args {
    /// Messages a second, over all channels
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rate: u64,
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    channels: u32,
    /// Members of each channel
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..))]
    members: u32,
    /// Members of each channel that speak, in turn
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    senders: u32,
    /// Idle connections besides
    #[arg(long, default_value_t = 0)]
    idle: usize,
    /// How long to send
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
}

impl Args {
    pub fn run(&self, stage: Stage) -> Result<Report> {
        let common = stage.common;
        let server = arrival::scout(common, stage.names)?;
        let (channels, members, senders) =
            (self.channels as usize, self.members as usize, self.senders.min(self.members) as usize);
        let cast = Cast::channels(stage.names, common.text_bytes, channels, members, senders);
        let mut net = common.net(stage.names)?;
        arrival::connect(&mut net, common, cast.people() + self.idle, &common.caps)?;
        arrival::join(&mut net, common, &cast.joins())?;
        let mut paced = Paced::new(cast, Nothing, net.epoch);
        let pace = paced.run(&mut net, common, self.rate, self.seconds)?;

        let ledger = &paced.cast.ledger;
        let mut report = Report::new("paced", common, &server);
        report.set("rate", self.rate);
        report.set("channels", channels);
        report.set("members", members);
        report.set("senders", senders);
        report.set("idle", self.idle);
        report.set("seconds", self.seconds);
        report.quantiles("latency", &paced.latency_ns);
        report.real("generator_late_p99_ms", paced.lag_ns.value_at_quantile(0.99) as f64 / 1e6);
        report.account(ledger, paced.cast.expected());
        report.row("connections_held", net.held());
        report.real("deliveries_per_s", pace.per_second(ledger.delivered));
        pace.slowest_second(&mut report);
        pace.rows(&mut report, "delivery", ledger.delivered);
        Ok(report)
    }
}
