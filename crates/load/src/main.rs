//! Load generator for IRC servers.
//!
//! `cli` says what to do, `scenario` has one file for each kind of load. `net` moves bytes, `wire` and `payload` read
//! them, `arrival` brings clients in. `cast` knows who must hear what and `ledger` books it, `membership` does so for joins; `burst` (closed loop) and
//! `paced` (open loop) make them speak; `counters` asks the server meanwhile. `report` prints.
//!
//! Nothing here knows Colvert: any server is a target, and what is measured is what a client sees.

mod arrival;
mod burst;
mod cast;
mod cli;
mod counters;
mod dial;
mod error;
mod ledger;
mod membership;
mod net;
mod paced;
mod payload;
mod process;
mod progress;
mod report;
mod scenario;
mod tls;
mod wire;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;

use crate::cli::Cli;
use crate::error::Result;
use crate::report::Report;
use crate::scenario::Stage;
use crate::wire::Names;

const FAILED: u8 = 1;
const FAULTY: u8 = 3;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(report) => {
            if cli.common.json {
                println!("{}", report.json());
            } else {
                print!("{}", report.table());
            }
            if report.flawless() { ExitCode::SUCCESS } else { ExitCode::from(FAULTY) }
        }
        Err(error) => {
            eprintln!("colvert-load: {error}");
            ExitCode::from(FAILED)
        }
    }
}

fn run(cli: &Cli) -> Result<Report> {
    if let Some(cpu) = cli.common.pin {
        process::pin(cpu)?;
    }
    if cli.common.realtime {
        process::go_first()?;
    }
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_millis() as u64);
    let names = Names::new(millis / 100);
    cli.scenario.run(Stage { common: &cli.common, names })
}
