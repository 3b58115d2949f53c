//! What takes time, and so is not done here: a pool outside does it and brings the result back as an input.

use crate::ids::{Millis, Position};
use crate::names::ChannelName;
use crate::secret::Secret;

/// Something slow that a command needs. While it is under way its session is parked.
#[derive(Clone, Debug)]
pub enum Work {
    /// Hash a new password with argon2id.
    HashPassword(Secret),
    /// Compare a password with a PHC string. A missing account is compared with a decoy, so that it takes
    /// as long.
    VerifyPassword { password: Secret, hash: Option<String> },
    /// What was said in a channel.
    History(HistoryQuery),
    /// The newest lines of the event log up to a position, oldest first.
    EventLog { lines: usize, until: Position },
}

/// A question for the archive. The answer is at most `limit` messages, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryQuery {
    pub channel: ChannelName,
    /// Only messages after this one; 0 for all.
    pub after: Position,
    /// Only messages up to this one: what was durable and shown when the question was asked.
    pub until: Position,
    pub limit: usize,
    /// The newest of what fits, or the oldest.
    pub end: End,
}

/// Which end of a range is wanted when it has more than fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Newest,
    Oldest,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum WorkResult {
    Hashed(String),
    Verified(bool),
    History(Vec<std::sync::Arc<crate::event::Record>>),
    EventLog(Vec<LoggedEvent>),
    /// The pool is full; nothing was done.
    Busy,
    /// It broke; the reason is in the server's own log.
    Failed,
}

/// A line of the server's event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEvent {
    pub time: Millis,
    /// `connected`, `joined`, `kicked`, …
    pub kind: String,
    pub actor: String,
    pub channel: String,
    pub target: String,
    pub detail: String,
}
