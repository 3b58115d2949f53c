//! What takes time, and so is not done here: a pool outside does it and brings the result back as an input.

use crate::audit::Act;
use crate::conversation::{Conversation, Side};
use crate::event::{Event, Record};
use crate::identity::{BadToken, Shown};
use crate::ids::{ChannelId, Millis, Position};
use crate::mail::Letter;
use crate::names::{AccountName, ChannelKey};
use crate::scram::Verifier;
use crate::secret::Secret;

/// Something slow that a command needs. While it is under way its session is parked.
#[derive(Clone, Debug)]
pub enum Work {
    /// Hash a new password with argon2id.
    HashPassword(Secret),
    /// Make what SCRAM needs of a password.
    DeriveScram { password: Secret, iterations: u32 },
    /// Compare a password with a PHC string. A missing account is compared with a decoy, so that it takes
    /// as long.
    VerifyPassword { password: Secret, hash: Option<String> },
    /// The same with an account's; the right one is hashed anew where what hashing costs was changed since then.
    VerifyAccount { password: Secret, hash: Option<String> },
    /// Check a token of the issuer, for whose keys that may have to wait.
    InspectToken(Secret),
    /// What was said in a channel, or between two people.
    History(HistoryQuery),
    /// Where somebody's conversations are, and when something was last said in each.
    Conversations(ConversationsQuery),
    /// The newest lines of the event log up to a position, oldest first.
    EventLog { lines: usize, until: Position },
    /// The newest lines of the audit trail up to a position, oldest first.
    AuditTrail { of: Trail, lines: usize, until: Position },
    /// What an account has said after a position and up to another, oldest first, and what the event log has of it: one page.
    SaidBy { account: AccountName, after: Position, until: Position, limit: usize },
    /// Have a letter carried to somebody. It is done when the letter is in the queue; nobody waits for a mail server.
    Post(Box<Letter>),
    /// Have the configuration read again.
    Reload,
    /// Draw something that nobody can guess.
    Draw(Draw),
}

/// Which lines of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trail {
    All,
    /// Those of a channel as long as it lives, whatever it was called.
    Of(ChannelId),
    /// Those of all channels that were called so.
    Named(ChannelKey),
}

impl Trail {
    /// Whether an act is a line of it.
    pub fn has(&self, act: &Act) -> bool {
        match self {
            Self::All => true,
            Self::Of(id) => act.place.as_ref().is_some_and(|place| place.id == *id),
            Self::Named(key) => act.place.as_ref().is_some_and(|place| place.name.key() == *key),
        }
    }
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draw {
    /// A code that can be read aloud, of 80 bits: `abcd-efgh-ijkm-npqr`.
    Code,
    /// A token of 256 bits for a device.
    Token,
}

/// A question for the archive. The answer is at most `limit` messages, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryQuery {
    pub of: Conversation,
    /// Only messages after this one; 0 for all.
    pub after: Position,
    /// Only messages up to this one: what was durable and shown when the question was asked, or a part of that.
    pub until: Position,
    pub with: With,
    /// What was deleted or sealed up to here is not shown: where the state was when the question was asked.
    pub as_of: Position,
    pub times: Times,
    pub limit: usize,
    /// The newest of what fits, or the oldest.
    pub end: End,
}

/// What is asked for of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// What was said.
    Words,
    /// That, and how people reacted to it.
    Reactions,
    /// All that, and what else happened there.
    Events,
    /// All that was said, and what else happened after this position.
    EventsAfter(Position),
}

impl With {
    /// Whether an event is asked for.
    pub fn has(self, record: &Record) -> bool {
        let is_said = matches!(record.event, Event::Said { .. } | Event::Tagged { .. });
        match self {
            Self::Words => matches!(record.event, Event::Said { .. }),
            Self::Reactions => is_said,
            Self::Events => true,
            Self::EventsAfter(position) => is_said || record.position > position,
        }
    }
}

/// A span of time, without its ends. Nothing: it has no end on that side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    pub after: Option<Millis>,
    pub before: Option<Millis>,
}

impl Times {
    pub fn contain(&self, time: Millis) -> bool {
        self.after.is_none_or(|after| time > after) && self.before.is_none_or(|before| time < before)
    }
}

/// A question for the archive: in which of somebody's conversations something was last said within a span of time. The
/// answer is at most `limit` of them, in the order of their last messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationsQuery {
    /// The channels that they are on.
    pub channels: Vec<ChannelKey>,
    /// Who they are to others.
    pub side: Side,
    /// Private conversations that are looked through, those that began last.
    pub private_max: usize,
    pub until: Position,
    pub times: Times,
    pub limit: usize,
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
    Derived(Verifier),
    Verified(bool),
    /// It is the right one, and that is its hash at the cost of now.
    VerifiedAnew(String),
    /// Whom the token shows, or what is wrong with it.
    Inspected(Result<Box<Shown>, BadToken>),
    History(Vec<std::sync::Arc<crate::event::Record>>),
    Conversations(Vec<(Conversation, Millis)>),
    SaidBy(Box<SaidBy>),
    EventLog(Vec<LoggedEvent>),
    AuditTrail(Vec<Audited>),
    /// What was taken of it; else what is wrong with it, in one line.
    Reloaded(Result<Reloaded, String>),
    Drawn(Secret),
    Posted,
    /// The pool is full; nothing was done.
    Busy,
    /// It broke; the reason is in the server's own log.
    Failed,
}

/// A page of what is kept of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidBy {
    /// What it said.
    pub said: Vec<crate::event::Record>,
    /// The lines of the event log that are about it.
    pub logged: Vec<LoggedEvent>,
    /// Where the next page begins, if there is one.
    pub next: Option<Position>,
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

/// What a running server has taken of a configuration that was read again, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reloaded {
    pub taken: Vec<String>,
    /// What needs a restart.
    pub left: Vec<String>,
}

impl Reloaded {
    /// In one line, by key, which is the same in all languages.
    pub fn words(&self) -> String {
        let taken = match self.taken.as_slice() {
            [] => "Nothing has changed.".to_owned(),
            taken => format!("Taken: {}.", taken.join(", ")),
        };
        match self.left.as_slice() {
            [] => taken,
            left => format!("{taken} After a restart: {}.", left.join(", ")),
        }
    }
}

/// A line of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    pub time: Millis,
    /// Nothing: the server's own command line.
    pub actor: Option<String>,
    pub account: Option<String>,
    pub oper: Option<String>,
    pub act: String,
    pub target: String,
    pub reason: Option<String>,
    pub before: String,
    pub after: String,
    /// The status by which it was done, of who looks after a channel.
    pub status: Option<String>,
}

impl Audited {
    pub fn of(time: Millis, act: &Act) -> Self {
        let account = act.by.as_ref().and_then(|by| by.account.as_ref());
        Self {
            time,
            actor: act.by.as_ref().map(|by| by.nick.as_str().to_owned()),
            account: account.map(|account| account.as_str().to_owned()),
            oper: act.oper.as_ref().map(|oper| oper.as_str().to_owned()),
            act: act.what.to_string(),
            target: act.target.to_string(),
            reason: act.reason.as_ref().map(|reason| reason.as_str().to_owned()),
            before: act.before.to_string(),
            after: act.after.to_string(),
            status: act.place.as_ref().and_then(|place| place.status).map(|status| status.word().to_owned()),
        }
    }

    /// The line without its time. Its words are the same in all languages:
    /// `bea (account bea) kill roger!r@10.0.0.1: spam`.
    pub fn words(&self) -> String {
        let account = self.account.iter().map(|account| format!("account {account}"));
        let oper = self.oper.iter().map(|oper| format!("oper {oper}"));
        let as_whom: Vec<_> = account.chain(oper).chain(self.status.clone()).collect();
        let mut words = self.actor.clone().unwrap_or_else(|| "command line".to_owned());
        if !as_whom.is_empty() {
            words.push_str(&format!(" ({})", as_whom.join(", ")));
        }
        words.push_str(&format!(" {}", self.act));
        if !self.target.is_empty() {
            words.push_str(&format!(" {}", self.target));
        }
        match (self.before.as_str(), self.after.as_str()) {
            ("", "") => {}
            ("", after) => words.push_str(&format!(" [{after}]")),
            (before, "") => words.push_str(&format!(" [was {before}]")),
            (before, after) => words.push_str(&format!(" [{before} -> {after}]")),
        }
        if let Some(reason) = &self.reason {
            words.push_str(&format!(": {reason}"));
        }
        words
    }
}
