//! What makes a channel somebody's: its founder, and what other accounts may do there.

use std::fmt;

use minicbor::{CborLen, Decode, Encode};

use crate::ids::Millis;
use crate::modes::{ModeChange, Status};
use crate::names::{AccountName, ChannelName, Skeleton};
use crate::text::Text;

/// A channel that belongs to an account. It stays without members, with its topic, modes and lists, and nobody
/// becomes its operator by being the first to join.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Registered {
    /// Whose it is.
    #[n(0)]
    pub founder: AccountName,
    #[n(1)]
    pub since: Millis,
    /// To whom the founder offered it.
    #[n(2)]
    pub offered: Option<AccountName>,
    #[cbor(n(3), default)]
    pub settings: ChannelSettings,
}

/// What is decided for a registered channel beside its modes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct ChannelSettings {
    /// Modes that stay as they are here, one entry for each.
    #[cbor(n(0), default)]
    pub lock: Vec<ModeChange>,
    /// Told to who joins.
    #[n(1)]
    pub entry_message: Option<Text>,
    /// Whether only who is on the access list changes the topic.
    #[cbor(n(2), default)]
    pub topic_lock: bool,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub enum ChannelSetting {
    #[n(0)]
    Lock(#[n(0)] Vec<ModeChange>),
    #[n(1)]
    EntryMessage(#[n(0)] Option<Text>),
    #[n(2)]
    TopicLock(#[n(0)] bool),
}

impl ChannelSettings {
    pub fn set(&mut self, setting: &ChannelSetting) {
        match setting {
            ChannelSetting::Lock(lock) => self.lock.clone_from(lock),
            ChannelSetting::EntryMessage(message) => self.entry_message.clone_from(message),
            ChannelSetting::TopicLock(on) => self.topic_lock = *on,
        }
    }

    /// What differs from how every channel begins.
    pub fn told(&self) -> Vec<ChannelSetting> {
        let lock = (!self.lock.is_empty()).then(|| ChannelSetting::Lock(self.lock.clone()));
        let message =
            self.entry_message.as_ref().map(|message| ChannelSetting::EntryMessage(Some(message.clone())));
        let topic = self.topic_lock.then_some(ChannelSetting::TopicLock(true));
        [lock, message, topic].into_iter().flatten().collect()
    }
}

/// For the audit trail, without what only members know.
impl fmt::Display for ChannelSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock(lock) => {
                f.write_str(if lock.is_empty() { "mlock off" } else { "mlock " })?;
                lock.iter().try_for_each(|change| {
                    let (on, letter) = change.letter();
                    write!(f, "{}{letter}", if on { '+' } else { '-' })
                })
            }
            Self::EntryMessage(message) => {
                write!(f, "entrymsg {}", message.as_ref().map_or("off", Text::as_str))
            }
            Self::TopicLock(on) => write!(f, "topiclock {}", if *on { "on" } else { "off" }),
        }
    }
}

/// What an account gets on joining.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Access {
    #[n(0)]
    pub account: AccountName,
    #[n(1)]
    pub status: Status,
}

/// A channel that operators of the server closed for good.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Purged {
    #[n(0)]
    pub name: ChannelName,
    #[n(1)]
    pub at: Millis,
    #[n(2)]
    pub reason: Option<Text>,
    #[n(3)]
    pub skeleton: Option<Skeleton>,
}
