//! Who talks to whom: what history is kept and found by. A channel is its name. Two people are their accounts, which
//! outlive presences; a guest is a presence, whose conversations end with it.

use crate::event::{Event, Source, Target};
use crate::ids::UserId;
use crate::names::{AccountKey, AccountName, ChannelKey};
use crate::tags::is_reaction;

/// One side of a private conversation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Account(AccountKey),
    Guest(UserId),
}

impl Side {
    /// Somebody's side at that moment.
    pub fn new(id: UserId, account: Option<&AccountName>) -> Self {
        account.map_or(Self::Guest(id), |account| Self::Account(account.key()))
    }

    pub fn of(source: &Source) -> Self {
        Self::new(source.id, source.account.as_ref())
    }

    /// An account has another name.
    pub fn rename(&mut self, from: &AccountKey, to: &AccountKey) {
        if matches!(self, Self::Account(name) if name == from) {
            *self = Self::Account(to.clone());
        }
    }

    /// As it is written down: `account:ginette`, `guest:17`.
    pub fn key(&self) -> String {
        match self {
            Self::Account(account) => format!("account:{}", account.as_str()),
            Self::Guest(id) => format!("guest:{id}"),
        }
    }

    /// Reads what [`Self::key`] has written.
    pub fn parse(key: &str) -> Option<Self> {
        let (kind, name) = key.split_once(':')?;
        match kind {
            "account" => Some(Self::Account(AccountKey::from_folded(name))),
            "guest" => name.parse().ok().map(|id| Self::Guest(UserId(id))),
            _ => None,
        }
    }
}

/// A channel, or two people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conversation {
    Channel(ChannelKey),
    /// In order.
    Private(Side, Side),
}

impl Conversation {
    /// Two people; whoever is named first.
    pub fn private(one: Side, other: Side) -> Self {
        if one <= other { Self::Private(one, other) } else { Self::Private(other, one) }
    }

    /// Where something was said, or reacted to. Nothing for what is no message, and for what only some members were told: that is
    /// nothing for who may read the channel.
    pub fn of(event: &Event) -> Option<Self> {
        let (by, to) = match event {
            Event::Said { by, to, .. } => (by, to),
            Event::Tagged { by, to, tags } if is_reaction(tags) => (by, to),
            _ => return None,
        };
        match to {
            Target::Statuses { .. } => None,
            Target::Channel { name, .. } => Some(Self::Channel(name.key())),
            Target::User { id, account, .. } => {
                Some(Self::private(Side::of(by), Side::new(*id, account.as_ref())))
            }
        }
    }

    /// The other side of somebody's conversation, which may be themselves.
    pub fn other(&self, mine: &Side) -> Option<&Side> {
        match self {
            Self::Private(one, other) if one == mine => Some(other),
            Self::Private(one, other) if other == mine => Some(one),
            _ => None,
        }
    }

    /// As it is written down: `#rust`, `account:ginette guest:17`.
    pub fn key(&self) -> String {
        match self {
            Self::Channel(channel) => channel.as_str().to_owned(),
            Self::Private(one, other) => {
                let mut sides = [one.key(), other.key()];
                sides.sort_unstable();
                sides.join(" ")
            }
        }
    }
}
