//! The audit trail: what operators of the server and moderators of channels do, in a fact of its own beside what it changes, in the
//! same entry.

mod moderation;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::command::Context;
use crate::event::{Event, Source};
use crate::ids::ChannelId;
use crate::modes::Status;
use crate::names::ChannelName;
use crate::opers::OperName;
use crate::state::Channel;
use crate::text::Text;

pub use moderation::{of_modes, written_down};

/// An act of somebody who has a right, or a status in a channel: who, what, to whom, why, and what was before and is now. Nothing of
/// it is ever changed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct Act {
    /// Nothing: the server's own command line.
    #[n(0)]
    pub by: Option<Source>,
    /// The operator of the configuration that they were.
    #[n(1)]
    pub oper: Option<OperName>,
    /// What was done, in one word: `kill`.
    #[cbor(n(2), with = "crate::names::compact")]
    pub what: CompactString,
    /// To whom or to what.
    #[cbor(n(3), with = "crate::names::compact")]
    pub target: CompactString,
    #[n(4)]
    pub reason: Option<Text>,
    #[cbor(n(5), with = "crate::names::compact")]
    pub before: CompactString,
    #[cbor(n(6), with = "crate::names::compact")]
    pub after: CompactString,
    /// Where it was done, if those who look after that channel may read of it.
    #[n(7)]
    pub place: Option<Box<Place>>,
}

/// A channel in which something was done.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Place {
    #[n(0)]
    pub id: ChannelId,
    /// As it was called.
    #[n(1)]
    pub name: ChannelName,
    /// What let them do it: their status there, or the access of their account. Nothing: a right, as an operator of the server.
    #[n(2)]
    pub status: Option<Status>,
}

impl Act {
    /// What who asks does.
    pub fn new(cx: &Context<'_>, what: &str, target: impl Into<CompactString>) -> Self {
        let me = cx.me_if_any();
        Self {
            by: me.map(|me| me.source.clone()),
            oper: me.and_then(|me| me.oper.as_deref().cloned()),
            what: what.into(),
            target: target.into(),
            reason: None,
            before: CompactString::default(),
            after: CompactString::default(),
            place: None,
        }
    }

    /// What who asks does in a channel: as its moderator, by a status, or with none as an operator of the server.
    pub fn there(
        cx: &Context<'_>,
        what: &str,
        target: impl Into<CompactString>,
        (channel, status): (&Channel, Status),
    ) -> Self {
        let status = Some(status.highest()).filter(|status| *status != Status::NONE);
        let place = Place { id: channel.id, name: channel.name.clone(), status };
        Self { place: Some(Box::new(place)), ..Self::new(cx, what, target) }
    }

    /// In a channel, if there is one, as an operator of the server.
    #[must_use]
    pub fn within(self, channel: Option<&Channel>) -> Self {
        let place = |channel: &Channel| Place { id: channel.id, name: channel.name.clone(), status: None };
        Self { place: channel.map(place).map(Box::new), ..self }
    }

    #[must_use]
    pub fn why(self, reason: Option<&Text>) -> Self {
        Self { reason: reason.cloned(), ..self }
    }

    #[must_use]
    pub fn change(self, before: impl Into<CompactString>, after: impl Into<CompactString>) -> Self {
        Self { before: before.into(), after: after.into(), ..self }
    }

    /// The fact.
    pub fn event(self) -> Event {
        Event::Acted(Box::new(self))
    }

    /// Whether somebody did it who looks after a channel, and needed no right for it.
    pub fn is_moderation(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.status.is_some())
    }

    /// Whose act it is, in one word.
    pub fn actor(&self) -> &str {
        self.by.as_ref().map_or("*", |by| by.nick.as_str())
    }
}
