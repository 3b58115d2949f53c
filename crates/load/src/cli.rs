//! The command line.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::dial::Dial;
use crate::error::{Error, Result};
use crate::net::Net;
use crate::payload::{HEAD_BYTES, TEXT_BYTES_MAX};
use crate::process::Watched;
use crate::scenario::Scenario;
use crate::tls::Tls;
use crate::wire::Names;

/// Measures an IRC server, and accounts for every line it delivers.
///
/// Every line must reach each receiver once, whole, and in its sender's order; what does not is counted, described, and
/// makes the exit status 3 (1: the run failed, for instance because the server refused; 2: wrong usage).
///
/// Raise the server's limits first (connections per address, flood protection, send queues): the generator does what a
/// thousand people do, from one address.
#[derive(Parser)]
#[command(version, name = "colvert-load")]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub scenario: Scenario,
}

#[derive(clap::Args, Clone)]
pub struct Common {
    /// The server's IRC port
    #[arg(long, short, global = true, default_value = "127.0.0.1:6667", help_heading = "Target")]
    pub address: SocketAddr,
    /// Speak TLS with it, whatever its certificate
    #[arg(long, global = true, help_heading = "Target")]
    pub tls: bool,
    /// Password of the server (PASS)
    #[arg(long, global = true, help_heading = "Target")]
    pub password: Option<String>,
    /// Capabilities that all clients ask for, e.g. server-time,message-tags
    #[arg(long, global = true, value_delimiter = ',', help_heading = "Target")]
    pub caps: Vec<String>,
    /// The server's process, on this machine: adds its memory, processor time and descriptors
    #[arg(long, global = true, value_name = "PID", help_heading = "Target")]
    pub server_pid: Option<u32>,

    /// Length of each message's text
    #[arg(long, global = true, default_value_t = 64, help_heading = "Clients",
          value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(HEAD_BYTES as u64..=TEXT_BYTES_MAX as u64))]
    pub text_bytes: usize,
    /// Connect from 127.0.0.1 to 127.0.0.N in turn, for more than some 28,000 connections; 0: as the kernel chooses
    #[arg(long, global = true, default_value_t = 0, value_name = "N", help_heading = "Clients")]
    pub sources: u8,
    /// Connections under way at the same time, up to the welcome; 8 for servers with a short listen queue, such as ngIRCd,
    /// which lose the rest for seconds
    #[arg(long, global = true, default_value_t = 500, value_name = "N", help_heading = "Clients",
          value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    pub at_once: usize,
    /// Bind the generator to one processor
    #[arg(long, global = true, value_name = "CPU", help_heading = "Clients")]
    pub pin: Option<usize>,
    /// Let nothing else on this machine delay the generator, so that its own waits for a processor are not taken for the
    /// server's: real-time priority (SCHED_RR), for which one must be root or have CAP_SYS_NICE. The server must have another
    /// processor, or it never gets one
    #[arg(long, global = true, help_heading = "Clients")]
    pub realtime: bool,
    /// Sleep between reads: many lines are then read at once, and the generator costs less of a shared machine
    #[arg(long, global = true, default_value_t = 0, value_name = "MS", help_heading = "Clients",
          value_parser = clap::value_parser!(u64).range(..=1000))]
    pub nap_ms: u64,

    /// Longest time to connect and to join
    #[arg(long, global = true, default_value_t = 120, value_name = "S", help_heading = "Bounds")]
    pub setup_seconds: u64,
    /// Give up waiting for deliveries when none came for so long
    #[arg(long, global = true, default_value_t = 10, value_name = "S", help_heading = "Bounds")]
    pub drain_seconds: u64,

    /// Print one JSON object instead of a table
    #[arg(long, global = true, help_heading = "Output")]
    pub json: bool,
    /// No progress line, even on a terminal
    #[arg(long, short, global = true, help_heading = "Output")]
    pub quiet: bool,
}

impl Common {
    pub fn net(&self, names: Names) -> Result<Net> {
        if self.sources > 0 && !(self.address.is_ipv4() && self.address.ip().is_loopback()) {
            return Err(Error::Unusable(
                "--sources are loopback addresses, and the server is not on one".into(),
            ));
        }
        Net::new(self.dial()?, names, Duration::from_millis(self.nap_ms))
    }

    pub fn dial(&self) -> Result<Dial> {
        let tls = if self.tls { Some(Tls::new(self.address.ip())?) } else { None };
        Ok(Dial { address: self.address, sources: self.sources, receive_bytes: None, tls })
    }

    pub fn watched(&self) -> Result<Option<Watched>> {
        self.server_pid.map(Watched::new).transpose()
    }

    /// The caps that were asked for and one more.
    pub fn caps_and(&self, more: Option<&str>) -> Vec<String> {
        let mut caps = self.caps.clone();
        caps.extend(more.map(str::to_owned).filter(|more| !self.caps.contains(more)));
        caps
    }
}

/// What takes a line off its sender's window.
#[derive(Clone, Copy, ValueEnum)]
pub enum Acks {
    /// echo if the server has it, else ping
    Auto,
    /// The sender's own line, with the cap echo-message
    Echo,
    /// The answer to a PING after each line
    Ping,
    /// The last of the line's deliveries: nothing extra for the server, so the fairest between servers
    Delivery,
}
