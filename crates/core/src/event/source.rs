//! Who an event comes from.

use std::ops::Deref;
use std::sync::Arc;

use compact_str::CompactString;
use minicbor::encode::Write;
use minicbor::{CborLen, Decode, Decoder, Encode, Encoder};

use crate::ids::UserId;
use crate::names::{AccountName, Nick};

/// Who an event comes from, as they were at that moment: `nick!user@host`. Everything that somebody does names them, so
/// all of it shares one [`Who`]: another copy is a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source(Arc<Who>);

/// A person as they were at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct Who {
    #[n(0)]
    pub id: UserId,
    #[n(1)]
    pub nick: Nick,
    #[cbor(n(2), with = "crate::names::compact")]
    pub user: CompactString,
    #[cbor(n(3), with = "crate::names::compact")]
    pub host: CompactString,
    #[n(4)]
    pub account: Option<AccountName>,
    /// They say that a program writes what they write. Spec: <https://ircv3.net/specs/extensions/bot-mode>
    #[cbor(n(5), with = "seldom", has_nil)]
    pub bot: bool,
}

impl Source {
    /// `nick!user@host`.
    pub fn mask(&self) -> String {
        format!("{}!{}@{}", self.nick, self.user, self.host)
    }

    /// The same person, but for something.
    #[must_use]
    pub fn but(&self, change: impl FnOnce(&mut Who)) -> Self {
        let mut other = self.clone();
        other.change(change);
        other
    }

    /// From now on they are different. What has happened is still by who they were.
    pub fn change(&mut self, change: impl FnOnce(&mut Who)) {
        change(Arc::make_mut(&mut self.0));
    }
}

impl From<Who> for Source {
    fn from(who: Who) -> Self {
        Self(Arc::new(who))
    }
}

impl Deref for Source {
    type Target = Who;

    fn deref(&self) -> &Who {
        &self.0
    }
}

impl<C> Encode<C> for Source {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        self.0.as_ref().encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Source {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        Who::decode(d, ctx).map(Self::from)
    }
}

impl<C> CborLen<C> for Source {
    fn cbor_len(&self, ctx: &mut C) -> usize {
        self.0.as_ref().cbor_len(ctx)
    }
}

/// A truth that is seldom true: it takes no byte when it is not.
mod seldom {
    use minicbor::encode::Write;
    use minicbor::{CborLen, Decoder, Encoder};

    pub fn encode<C, W: Write>(
        v: &bool,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bool(*v)?.ok()
    }

    pub fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<bool, minicbor::decode::Error> {
        d.bool()
    }

    pub fn is_nil(v: &bool) -> bool {
        !*v
    }

    pub fn nil() -> Option<bool> {
        Some(false)
    }

    pub fn cbor_len<C>(v: &bool, ctx: &mut C) -> usize {
        v.cbor_len(ctx)
    }
}
