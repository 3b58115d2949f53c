//! The audit trail: what those with rights do, in a fact of its own beside what it changes, in the same entry.

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::command::Context;
use crate::event::{Event, Source};
use crate::opers::OperName;
use crate::text::Text;

/// An act of somebody who has a right: who, what, to whom, why, and what was before and is now. Nothing of it
/// is ever changed.
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
        }
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

    /// Whose act it is, in one word.
    pub fn actor(&self) -> &str {
        self.by.as_ref().map_or("*", |by| by.nick.as_str())
    }
}
