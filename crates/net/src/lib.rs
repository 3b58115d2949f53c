//! Gateways: they own sockets, sessions and outgoing buffers, and know no protocol and no rule.
//!
//! ```text
//! acceptor ─▶ (Lobby: PROXY header, TLS, WebSocket handshake) ─▶ (Desk: names of hosts, ident) ─▶ Mailbox
//! Mailbox ─▶ Gateway { read ─▶ lines ─▶ Session::receive } ─▶ Inbox (the engine's queue)
//! engine ──▶ Mailbox ─▶ Gateway { Index expands ─▶ Session::encode, once per class ─▶ Runs or SendQueue } ─▶ one write
//! ```
//!
//! A gateway is one thread with one event loop and a slab of connections: an idle connection has no task, no timer
//! object and no buffer. Loops, because one place must decide when to write: what gathers for a socket in a turn
//! leaves in one call.

mod accept;
mod addresses;
mod connection;
mod counters;
mod entrance;
mod gateway;
mod index;
mod limits;
mod lines;
mod lobby;
mod lookup;
mod mailbox;
pub mod proxy;
mod runs;
mod send_queue;
mod stream;
mod timers;
mod tls;
pub mod websocket;

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use colvert_core::command::CloseReason;
use colvert_core::net::Net;
use colvert_core::session::{Door, Inbox, Outlet};

pub use counters::Counters;
pub use limits::NetLimits;
pub use lookup::{Lookup, Resolver, SystemResolver};
pub use tls::{Tls, Unusable};
pub use websocket::{Origins, WebRules};

use accept::Acceptor;
use entrance::Entrance;
use gateway::Gateway;
use limits::SharedLimits;
use lookup::Desk;
use mailbox::Mailbox;

/// A door, the socket that it listens on, and what lies between.
pub struct Listener {
    pub door: Arc<dyn Door>,
    pub socket: ListeningSocket,
    /// None: what is said is not encrypted.
    pub tls: Option<Arc<Tls>>,
    /// Whom the PROXY protocol is expected of; everybody else speaks for themselves. None: nobody.
    pub proxies: Option<Vec<Net>>,
    /// The lines travel in WebSocket's messages. None: they are bytes.
    pub web: Option<WebRules>,
}

/// A socket that listens.
pub enum ListeningSocket {
    Tcp(std::net::TcpListener),
    Unix(std::os::unix::net::UnixListener),
}

/// All gateways of the process, before and while they run.
pub struct Gateways {
    mailboxes: Vec<Arc<Mailbox>>,
    loops: Vec<mio::Poll>,
    counters: Arc<Counters>,
    threads: Vec<JoinHandle<()>>,
    acceptor: Option<Acceptor>,
    /// The limits that accepting goes by.
    accepting: Arc<SharedLimits>,
    /// What is asked of who connects.
    lookup: Option<Lookup>,
    desk: Option<Arc<Desk>>,
}

/// Changes the limits of gateways that run.
#[derive(Clone)]
pub struct Limiter {
    mailboxes: Vec<Arc<Mailbox>>,
    accepting: Arc<SharedLimits>,
}

impl Limiter {
    /// These from now on. Doors have been told of the new settings already: their sessions follow.
    pub fn set(&self, limits: &NetLimits) {
        self.accepting.set(limits.clone());
        for mailbox in &self.mailboxes {
            mailbox.limit(limits.clone());
        }
    }
}

impl Gateways {
    /// Makes `count` gateways (at least one). They do nothing before [`Gateways::run`].
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn new(count: u16) -> io::Result<Self> {
        let mut gateways = Self {
            mailboxes: Vec::new(),
            loops: Vec::new(),
            counters: Arc::default(),
            threads: Vec::new(),
            acceptor: None,
            accepting: Arc::default(),
            lookup: None,
            desk: None,
        };
        for _ in 0..count.max(1) {
            let poll = mio::Poll::new()?;
            gateways.mailboxes.push(Arc::new(Mailbox::new(&poll)?));
            gateways.loops.push(poll);
        }
        Ok(gateways)
    }

    /// Where the engine puts what each gateway is to write, in the order of their numbers.
    pub fn outlets(&self) -> Vec<Arc<dyn Outlet>> {
        self.mailboxes.iter().map(|mailbox| mailbox.clone() as Arc<dyn Outlet>).collect()
    }

    pub fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }

    /// From the start on, this is asked of who connects.
    pub fn look_up(&mut self, lookup: Lookup) {
        self.lookup = Some(lookup);
    }

    /// Starts the threads. Connections are accepted from now on.
    ///
    /// # Errors
    /// When a thread or an event queue cannot be had.
    pub fn run(
        &mut self,
        listeners: Vec<Listener>,
        inbox: &Arc<dyn Inbox>,
        limits: NetLimits,
    ) -> io::Result<()> {
        self.accepting.set(limits.clone());
        let entrance = Entrance::new(self.mailboxes.clone(), self.accepting.clone(), self.counters.clone());
        let entrance = Arc::new(entrance);
        for (number, poll) in (0..).zip(self.loops.drain(..)) {
            let mailbox = self.mailboxes[usize::from(number)].clone();
            let gateway =
                Gateway::new(number, poll, mailbox, inbox.clone(), limits.clone(), entrance.clone());
            let name = format!("gateway-{number}");
            self.threads.push(std::thread::Builder::new().name(name).spawn(move || gateway.run())?);
        }
        if let Some(lookup) = self.lookup.take() {
            let desk = Arc::new(Desk::start(lookup, entrance.clone())?);
            entrance.send_to(desk.clone());
            self.desk = Some(desk);
        }
        self.acceptor = Some(Acceptor::start(listeners, entrance)?);
        Ok(())
    }

    /// Sets limits anew, also for who is connected already.
    pub fn limiter(&self) -> Limiter {
        Limiter { mailboxes: self.mailboxes.clone(), accepting: self.accepting.clone() }
    }

    /// Whether every thread still runs. Where one has ended, people are served no more, or let in no more.
    pub fn are_alive(&self) -> bool {
        let accepts = self.acceptor.as_ref().is_none_or(Acceptor::is_alive);
        let looks_up = self.desk.as_ref().is_none_or(|desk| desk.is_alive());
        accepts && looks_up && self.threads.iter().all(|thread| !thread.is_finished())
    }

    /// Accepts no more, tells everybody why, gives what is queued two seconds to leave, and ends.
    pub fn stop(mut self, reason: &CloseReason) {
        if let Some(acceptor) = self.acceptor.take() {
            acceptor.stop();
        }
        if let Some(desk) = self.desk.take() {
            desk.stop();
        }
        for mailbox in &self.mailboxes {
            mailbox.stop(reason.clone());
        }
        for thread in self.threads.drain(..) {
            // A gateway that panicked has said so in the log.
            let _ = thread.join();
        }
    }
}
