use super::Stage;
use crate::arrival;
use crate::error::Result;
use crate::report::{Pace, Report};

/// Connect storm: connections a second, from socket to welcome
#[derive(clap::Args)]
pub struct Args {
    /// Connections to open; --at-once says how many at the same time
    #[arg(long, short = 'n', default_value_t = 1000)]
    connections: usize,
}

impl Args {
    pub fn run(&self, stage: Stage) -> Result<Report> {
        let common = stage.common;
        let server = arrival::scout(common, stage.names)?;
        let mut net = common.net(stage.names)?;
        let mut pace = Pace::start(common)?;
        let arrived = arrival::connect(&mut net, common, self.connections, &common.caps)?;
        pace.tick(self.connections as u64);
        pace.stop(common)?;

        let mut report = Report::new("connect", common, &server);
        report.set("connections", self.connections);
        report.set("at_once", common.at_once);
        report.real("connections_per_s", self.connections as f64 / arrived.elapsed.as_secs_f64().max(1e-9));
        report.quantiles("welcome", &arrived.each);
        pace.rows(&mut report, "connection", self.connections as u64);
        Ok(report)
    }
}
