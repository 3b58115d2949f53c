//! Parts of events about words: where they go, how they are said, what goes with them.

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::ids::{ChannelId, UserId};
use crate::modes::Status;
use crate::names::{AccountName, ChannelName, Nick};

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub enum Target {
    #[n(0)]
    Channel {
        #[n(0)]
        id: ChannelId,
        #[n(1)]
        name: ChannelName,
    },
    #[n(1)]
    User {
        #[n(0)]
        id: UserId,
        #[n(1)]
        nick: Nick,
        #[n(2)]
        account: Option<AccountName>,
    },
    /// Members of a channel with a status, or a higher one. Not a part of the channel's history.
    #[n(2)]
    Statuses {
        #[n(0)]
        id: ChannelId,
        #[n(1)]
        name: ChannelName,
        #[n(2)]
        least: Status,
        /// Why not all, when it was said to all.
        #[n(3)]
        why: Option<Why>,
    },
}

/// Why words do not reach all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum Why {
    /// The channel is moderated, and its operators hear them all the same.
    #[n(0)]
    Moderated,
}

impl Target {
    /// One person.
    pub fn person(who: &super::Source) -> Self {
        Self::User { id: who.id, nick: who.nick.clone(), account: who.account.clone() }
    }

    /// The same where nothing arrives: who speaks is shown their words, and nobody else is.
    pub fn unheard(who: &super::Source) -> Self {
        Self::User { id: UserId::NOBODY, nick: who.nick.clone(), account: None }
    }

    /// What a message is addressed to: `#rust`, `@#rust`, `roger`.
    pub fn address(&self) -> CompactString {
        match self {
            Self::Channel { name, .. } | Self::Statuses { name, why: Some(_), .. } => name.as_str().into(),
            Self::User { nick, .. } => nick.as_str().into(),
            Self::Statuses { name, least, why: None, .. } => {
                least.prefixes().chain(name.as_str().chars()).collect()
            }
        }
    }
}

/// How something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum Kind {
    #[n(0)]
    Message,
    /// `/me waves`; on IRC a CTCP ACTION.
    #[n(1)]
    Action,
    /// Never answered automatically.
    #[n(2)]
    Notice,
}

/// A client-only tag, `+name=value`, unescaped. Spec: <https://ircv3.net/specs/extensions/message-tags>
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct Tag {
    #[cbor(n(0), with = "crate::names::compact")]
    pub name: CompactString,
    #[cbor(n(1), with = "crate::names::compact")]
    pub value: CompactString,
}
