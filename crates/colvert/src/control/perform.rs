//! Carries out an order by the engine.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use colvert_core::command::{Fields, Needs};
use colvert_core::commands;
use colvert_core::modes::Role;
use colvert_core::names::NameRules;
use colvert_core::refusal::Refusal;
use colvert_core::reply::{AccountAnswer, OperReply, Reply};
use colvert_core::server_bans::ServerBan;
use colvert_engine::{ControlRequest, Message, Queue};
use colvert_line::minute;

use super::{Answer, COUNTERS, Order};

/// How long an order may take: a password waits behind others.
const PATIENCE: Duration = Duration::from_secs(60);

/// What it takes to carry out orders.
#[derive(Clone)]
pub struct Desk {
    pub engine: Arc<Queue>,
    pub names: NameRules,
    /// All numbers, by name.
    pub counters: Arc<dyn Fn() -> Vec<(&'static str, u64)> + Send + Sync>,
}

/// Carries out an order, and waits until it is kept.
pub fn perform(desk: &Desk, order: Order) -> Answer {
    if order.command == COUNTERS {
        return Answer::Counters(
            (desk.counters)().into_iter().map(|(name, n)| (name.to_owned(), n)).collect(),
        );
    }
    let is_offered = |needs| matches!(needs, Needs::Control | Needs::Right(_));
    let entry = commands::find(&order.command).filter(|entry| is_offered(entry.needs));
    let Some(entry) = entry else { return Answer::Refused(format!("unknown order {}", order.command)) };
    let mut words = Words { words: order.arguments.into(), names: desk.names };
    let act = match (entry.parse)(&mut words) {
        Ok(act) => act,
        Err(refusal) => return refused(&refusal),
    };
    let (answer, answered) = channel();
    desk.engine.push(Message::Control(ControlRequest { entry, act, answer }));
    match answered.recv_timeout(PATIENCE) {
        Ok(Ok(replies)) => Answer::Done(replies.iter().flat_map(words_of).collect()),
        Ok(Err(refusal)) => refused(&refusal),
        Err(RecvTimeoutError::Timeout) => Answer::Refused("the server does not answer".to_owned()),
        Err(RecvTimeoutError::Disconnected) => Answer::Refused("the server is stopping".to_owned()),
    }
}

fn refused(refusal: &Refusal) -> Answer {
    Answer::Refused(match refusal {
        Refusal::InvalidParam("role", role) => {
            format!("no role is called {role}; there are administrator, moderator and member")
        }
        Refusal::NotRegistered => "only somebody who is connected can do that".to_owned(),
        other => other.to_string(),
    })
}

/// An answer in words, for those that an order can have.
fn words_of(reply: &Reply) -> Vec<String> {
    vec![match reply {
        Reply::RoleChanged { account, role } => match role {
            Role::Administrator => format!("{account} is an administrator now."),
            Role::Moderator => format!("{account} is a moderator now."),
            Role::Member => format!("{account} is a member now, without other rights."),
        },
        Reply::Account(answer) => return of_account(answer).into_iter().collect(),
        Reply::Imported { channels: 1 } => "1 channel is made.".to_owned(),
        Reply::Imported { channels } => format!("{channels} channels are made."),
        Reply::AuditTrail(acts) => {
            return acts.iter().map(|act| format!("{} {}", minute(act.time), act.words())).collect();
        }
        Reply::Oper(reply) => return of_oper(reply),
        // The code itself is with who made it.
        _ => return Vec::new(),
    }]
}

/// An answer about accounts; the code of a reset last.
fn of_account(answer: &AccountAnswer) -> Option<String> {
    Some(match answer {
        AccountAnswer::Created(account) => format!("The account {account} is made."),
        AccountAnswer::Suspended { account, until: None } => format!("{account} is suspended."),
        AccountAnswer::Suspended { account, until: Some(until) } => {
            format!("{account} is suspended until {}.", minute(*until))
        }
        AccountAnswer::Unsuspended(account) => format!("{account} is not suspended any more."),
        AccountAnswer::Renamed { from, to } => format!("The account {from} is called {to} now."),
        AccountAnswer::Deleted(account) => format!("The account {account} is deleted."),
        AccountAnswer::ResetCode { account, code, expires } => {
            let until = minute(*expires);
            format!("Until {until} this sets a new password of {account}, once: {}", code.expose())
        }
        _ => return None,
    })
}

/// An answer of those that operators have, too.
fn of_oper(reply: &OperReply) -> Vec<String> {
    match reply {
        OperReply::ServerBanned { ban, closed } => {
            vec![format!("{} Connections that were closed: {closed}.", ban_words(ban))]
        }
        OperReply::Reloaded(reloaded) => vec![reloaded.words()],
        OperReply::Defcon(level) => vec![format!("The level of defence is {level}.")],
        OperReply::ServerUnbanned(target) => vec![format!("{target} is no longer banned.")],
        OperReply::ServerBans(bans) => bans.iter().map(ban_words).collect(),
    }
}

fn ban_words(ban: &ServerBan) -> String {
    let until = ban.until.map_or_else(|| "for good".to_owned(), |until| format!("until {}", minute(until)));
    let why = ban.reason.as_ref().map(|reason| format!(" ({})", reason.as_str())).unwrap_or_default();
    format!("{} is banned {until}, by {} on {}{why}.", ban.named(), ban.by, minute(ban.at))
}

/// Arguments by position.
struct Words {
    words: VecDeque<String>,
    names: NameRules,
}

impl Fields for Words {
    fn channel(&mut self, name: &'static str) -> Result<Option<Cow<'_, str>>, Refusal> {
        self.word(name).map(Some).ok_or(Refusal::NeedMoreParams(name))
    }

    fn word(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        self.words.pop_front().map(Cow::Owned)
    }

    fn rest(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        let rest: Vec<String> = self.words.drain(..).collect();
        (!rest.is_empty()).then(|| Cow::Owned(rest.join(" ")))
    }

    fn names(&self) -> NameRules {
        self.names
    }
}
