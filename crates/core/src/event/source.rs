//! Whose doing an event is.

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::ids::UserId;
use crate::names::{AccountName, Nick};

/// Who an event comes from, as they were at that moment: `nick!user@host`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct Source {
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

impl Source {
    /// `nick!user@host`.
    pub fn mask(&self) -> String {
        format!("{}!{}@{}", self.nick, self.user, self.host)
    }
}
