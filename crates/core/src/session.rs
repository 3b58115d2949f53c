//! Between doors, gateways and the engine: what a door implements, and what goes to and fro.
//!
//! A door is pure: bytes in, bytes out. It has two halves. The *reading* half turns a line into a
//! [`Request`]; the *writing* half words what comes back. Everything that has an answer passes the engine,
//! also what only the door understands ([`Item::Wire`]), so nothing is ever re-sorted.

use core::net::IpAddr;
use std::any::Any;
use std::sync::Arc;

use compact_str::CompactString;

use crate::audience::{Audience, Movement};
use crate::command::{Act, CloseReason, Entry};
use crate::event::Record;
use crate::ids::{SessionId, UserId};
use crate::local::ConnectionInfo;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::server_bans::KeptOut;
use crate::settings::Settings;

/// What one line asks for.
#[derive(Default)]
pub struct Request {
    /// The client's name for its request, given back with the answer.
    pub label: Option<CompactString>,
    pub items: Vec<Item>,
}

/// One part of a request. They are done in order; a refused one does not stop the next.
pub enum Item {
    Command {
        entry: &'static Entry,
        act: Box<dyn Act>,
    },
    /// Refused by the door itself; it goes through the engine to be answered in its place. With the verb.
    Refuse {
        verb: CompactString,
        refusal: Box<Refusal>,
    },
    /// For the door alone: handed back to it in its place.
    Wire(WireToken),
}

impl Item {
    /// A refusal in the words' place.
    pub fn refuse(verb: impl Into<CompactString>, refusal: Refusal) -> Self {
        Self::Refuse { verb: verb.into(), refusal: Box::new(refusal) }
    }
}

/// What a door hands to itself through the engine.
pub type WireToken = Box<dyn Any + Send>;

/// To the engine.
pub enum Input {
    /// A connection was accepted.
    Open {
        session: SessionId,
        info: ConnectionInfo,
    },
    Request {
        session: SessionId,
        request: Request,
    },
    /// A connection is gone, or the gateway closed it.
    Close {
        session: SessionId,
        reason: CloseReason,
    },
    /// The session's reader has taken what there was: the next slice of a long answer may come.
    More {
        session: SessionId,
    },
}

/// From the engine to the gateway that owns the session, or, for deliveries, to all gateways. One FIFO.
pub enum Output {
    Deliver(Arc<Delivery>),
    /// Who is where when the process starts. It comes before everything else.
    Seed(Arc<[Movement]>),
    /// From here on the session is the user's.
    Bind {
        session: SessionId,
        user: UserId,
    },
    Reply {
        session: SessionId,
        verb: &'static str,
        reply: Box<Reply>,
    },
    Refuse {
        session: SessionId,
        verb: CompactString,
        refusal: Box<Refusal>,
    },
    Wire {
        session: SessionId,
        token: WireToken,
    },
    /// From now on nobody is let in from these, through whichever gateway: one of them is told.
    KeepOut(Arc<KeptOut>),
    /// A gateway connects for somebody: their address has one more connection, and the gateway's one less.
    ConnectsFor {
        session: SessionId,
        address: IpAddr,
    },
    /// What follows, until `End`, answers the request of this label.
    Begin {
        session: SessionId,
        label: CompactString,
    },
    /// There is more to say to the session: it is asked for ([`Input::More`]) when the reader has taken what waits.
    More {
        session: SessionId,
    },
    /// One request is answered in full; its credit is free again.
    End {
        session: SessionId,
    },
    /// Close the connection, after everything before this is written.
    Close {
        session: SessionId,
        reason: CloseReason,
    },
    /// Something that the session's person is told, and that this session did not ask for.
    Aside {
        session: SessionId,
        reply: Box<Reply>,
    },
    /// Somebody that the session monitors came or went.
    Monitored {
        session: SessionId,
        online: bool,
        source: crate::event::Source,
    },
    /// Somebody changed whom the session monitors and meets nowhere.
    Watched {
        session: SessionId,
        delivery: Arc<Delivery>,
    },
}

/// An event on its way to its audience.
#[derive(Debug)]
pub struct Delivery {
    pub record: Record,
    pub audience: Audience,
    /// The session whose request made it.
    pub origin: Option<SessionId>,
    /// It is stored, and has a message id.
    pub stored: bool,
}

/// What an event is to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The session's own request made it.
    Origin,
    /// It happens to the session's user ([`crate::event::Event::subject`]).
    Own,
    Other,
}

/// Which bytes an event becomes: all sessions of one door and class get the same. A class of one door says
/// nothing about another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(pub u64);

/// A door's side of one connection, without any I/O.
pub trait Session: Send {
    /// Longest line that is read, in bytes without its end. Longer ones go to [`Session::overlong`].
    fn line_bytes_max(&self) -> usize;

    /// Reads one line, without its end. Nothing for a line that asks for nothing.
    fn receive(&mut self, line: &[u8]) -> Option<Request>;

    /// Answers a line that was longer than it may be; its bytes are gone.
    fn overlong(&mut self) -> Request;

    /// Whether something was begun that takes several lines, and not finished: it costs memory, and has to be finished in time.
    fn is_unfinished(&self) -> bool {
        false
    }

    /// Gives up what was not finished in time.
    fn expire(&mut self) -> Option<Request> {
        None
    }

    /// The settings have changed ([`Door::configure`]): the session goes by the new ones from now on. What its client is to be told
    /// of that takes its place among the answers.
    fn configured(&mut self) -> Option<Request> {
        None
    }

    /// Whether the very first bytes of the connection are those of another protocol (TLS, HTTP).
    fn is_foreign(&self, first: &[u8]) -> bool;

    /// What is sent at once when the connection opens.
    fn greet(&mut self, out: &mut Vec<u8>);

    /// The class of the moment. It changes only in `&mut self` calls.
    fn class(&self) -> Class;

    /// Words an event; nothing is written for sessions that are not shown it. Depends on [`Session::class`],
    /// `relation` and the delivery alone.
    fn encode(&self, delivery: &Delivery, relation: Relation, out: &mut Vec<u8>);

    /// Words an event for the session that made it.
    fn encode_origin(&mut self, delivery: &Delivery, out: &mut Vec<u8>) {
        self.encode(delivery, Relation::Origin, out);
    }

    /// Words an event that concerns the session's own user, and learns from it (a new nick).
    fn encode_own(&mut self, delivery: &Delivery, out: &mut Vec<u8>) {
        self.encode(delivery, Relation::Own, out);
    }

    fn bind(&mut self, user: UserId);
    fn reply(&mut self, verb: &'static str, reply: &Reply, out: &mut Vec<u8>);
    /// Words something that nobody asked for on this session.
    fn aside(&mut self, reply: &Reply, out: &mut Vec<u8>);
    fn refuse(&mut self, verb: &str, refusal: &Refusal, out: &mut Vec<u8>);
    fn wire(&mut self, token: WireToken, out: &mut Vec<u8>);
    fn begin(&mut self, label: &str);
    fn end(&mut self, out: &mut Vec<u8>);
    fn monitored(&mut self, online: bool, source: &crate::event::Source, out: &mut Vec<u8>);

    /// Words what somebody changed whom the session monitors, if it asked to be shown that.
    fn watched(&mut self, _: &Delivery, _: &mut Vec<u8>) {}

    /// The last words before the connection is closed.
    fn goodbye(&mut self, reason: &CloseReason, out: &mut Vec<u8>);

    /// Asks the peer whether it is there, if the protocol has a question for it; else nothing is written,
    /// and silence is no reason to close.
    fn ping(&mut self, out: &mut Vec<u8>) -> bool;
}

/// Makes the sessions of one door.
pub trait Door: Send + Sync {
    /// Its name: `line`, `irc`.
    fn name(&self) -> &'static str;
    fn session(&self, info: &ConnectionInfo) -> Box<dyn Session>;
    /// What the engine is told of a connection from `host`.
    fn info(&self, host: CompactString) -> ConnectionInfo;
    /// The settings have changed: sessions that begin from now on go by these, the others when they are told
    /// ([`Session::configured`]).
    fn configure(&self, settings: &Settings);
}

/// Where gateways put what they have read: the engine's queue. What one gateway pushes stays in order.
pub trait Inbox: Send + Sync {
    /// Takes all of `inputs` and leaves it empty. Never waits.
    fn push(&self, inputs: &mut Vec<Input>);
}

/// Where the engine puts what one gateway is to write: its FIFO.
pub trait Outlet: Send + Sync {
    /// Takes all of `outputs` and leaves it empty. Never waits.
    fn push(&self, outputs: &mut Vec<Output>);
}
