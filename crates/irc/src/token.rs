//! What the reading half tells the writing half through the engine, so that it comes in its place among
//! the answers to everything asked before.

use std::any::Any;

use colvert_core::event::Tag;
use colvert_core::local::Link;
use colvert_core::session::{Item, WireToken};
use compact_str::CompactString;

use crate::caps::Caps;
use crate::numerics::Numeric;
use crate::services::{Said, Service};
use crate::writing::who::Whox;

/// Something that only this door understands.
#[derive(Debug, PartialEq, Eq)]
pub enum Token {
    /// An answer to CAP, and the capabilities that are on from then on.
    Cap {
        answer: CapAnswer,
        caps: Caps,
    },
    Sasl(SaslAnswer),
    /// The channel, or the account, that the refusals of this request are about.
    About(CompactString),
    /// What was said to a service, for who wants to read what they say. Without words: tags alone.
    Echo {
        verb: &'static str,
        target: CompactString,
        text: Option<CompactString>,
        tags: Vec<Tag>,
    },
    /// What follows is answered by a service; nothing: by the server again.
    Service(Option<&'static Service>),
    ServiceSays(&'static Service, Said),
    /// WHO answers with these fields.
    Whox(Whox),
    /// The end of an answer about this nick, whatever the answer was.
    EndOfWhois(CompactString),
    /// Another server was asked for.
    NoSuchServer(CompactString),
    /// The tokens of 005 are asked for.
    Isupport,
    /// Those of them that are others now, as they are said.
    IsupportChanged(Vec<String>),
    /// The servers of the network: this one.
    Map,
    /// What this server never does.
    Never(Numeric),
    /// PING without a token.
    NoOrigin,
    /// Help with a verb, or with all of them.
    Help(Option<CompactString>),
}

#[derive(Debug, PartialEq, Eq)]
pub enum CapAnswer {
    /// To a client of this version.
    Listed(u16, Link),
    /// What is on, to a client of this version.
    Enabled(u16),
    Granted(Vec<String>),
    Refused(CompactString),
    /// No such subcommand.
    Invalid(CompactString),
    /// Nobody asked: the configuration offers something else now. Nothing is said to who does not know of that.
    Changed {
        gone: Vec<String>,
        new: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaslAnswer {
    /// It is the client's turn.
    GoOn,
    Failed,
    TooLong,
    Aborted,
    /// The mechanism is not one of ours; those that are offered on this link are.
    Mechanisms(Link),
}

impl Token {
    /// The token as a part of a request.
    pub fn item(self) -> Item {
        Item::Wire(Box::new(self))
    }

    /// The token that came back.
    pub fn of(token: WireToken) -> Option<Self> {
        let token: Box<dyn Any> = token;
        token.downcast().ok().map(|token| *token)
    }
}
