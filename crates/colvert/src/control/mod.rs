//! The server's own command line: what the other subcommands ask of a server, and its answer.
//!
//! ```text
//! colvert admin role … ─▶ Order ─▶ DATA/control.sock ─▶ running server ─▶ engine ─▶ Answer
//!                             └──▶ no server: the directory itself, by the same engine ──┘
//! ```
//!
//! An order is one line of JSON, and so is its answer. Orders are the commands of the core's table that need
//! `Control`, and `COUNTERS`.

mod client;
mod perform;
mod socket;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use client::{Unreachable, ask};
pub use perform::{Desk, perform};
pub use socket::{NAME, serve};

/// The order that asks for numbers.
pub const COUNTERS: &str = "COUNTERS";
/// The order to read the configuration again.
pub const RELOAD: &str = "REHASH";
/// Longest line of an order or an answer, in bytes.
const LINE_BYTES_MAX: u64 = 4 << 20;

/// What the command line wants. It may carry a password, so it is not to be shown.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    command: String,
    arguments: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Lines for the person who asked.
    Done(Vec<String>),
    /// Why not.
    Refused(String),
    Counters(BTreeMap<String, u64>),
}

impl Order {
    pub fn new(command: &str, arguments: impl IntoIterator<Item = String>) -> Self {
        Self::with(command, arguments.into_iter().collect())
    }

    /// Whether it makes no sense without a server that runs.
    pub fn is_for_running_server(&self) -> bool {
        // Without a server nobody has the archive open, and there is nothing to reload.
        [COUNTERS, "AUDIT", RELOAD].contains(&self.command.as_str())
    }

    pub fn with(command: &str, arguments: Vec<String>) -> Self {
        Self { command: command.to_owned(), arguments }
    }
}
