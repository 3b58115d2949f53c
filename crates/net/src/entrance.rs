//! Between accepting and the gateways: who may come in, through which hall, and to which gateway.

use std::io::Write;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use colvert_core::command::CloseReason;
use colvert_core::local::{ConnectionInfo, Link};
use colvert_core::net::Net;
use colvert_core::server_bans::KeptOut;
use colvert_core::session::Door;

use crate::addresses::{Addresses, Place};
use crate::connection::host_text;
use crate::counters::Counters;
use crate::limits::{NetLimits, SharedLimits};
use crate::lookup::Desk;
use crate::mailbox::{Arrival, Mailbox};
use crate::tls::Tls;
use crate::websocket::WebRules;

/// The host of who comes through a socket file, and has no address.
const LOCAL: &str = "localhost";

/// What lies between a socket and its door.
pub(crate) struct Hall {
    pub door: Arc<dyn Door>,
    pub tls: Option<Arc<Tls>>,
    /// Whom the PROXY protocol is expected of. None: nobody.
    pub proxies: Option<Vec<Net>>,
    /// None: no WebSocket is spoken.
    pub web: Option<WebRules>,
}

impl Hall {
    /// Whether a peer has to say for whom it connects. What comes through a socket file was let in by its rights.
    pub fn expects_proxy(&self, address: Option<IpAddr>) -> bool {
        let Some(proxies) = &self.proxies else { return false };
        address.is_none_or(|address| proxies.iter().any(|net| net.contains(address)))
    }

    /// Whether a peer may say in its request for whom it connects.
    pub fn is_web_proxy(&self, address: Option<IpAddr>) -> bool {
        let proxies = self.web.iter().flat_map(|web| &web.proxies);
        address.is_some_and(|address| proxies.clone().any(|net| net.contains(address)))
    }

    /// Whether there is anything to do before a session begins.
    pub fn needs_lobby(&self, address: Option<IpAddr>) -> bool {
        self.tls.is_some() || self.web.is_some() || self.expects_proxy(address)
    }

    pub fn info(&self, address: Option<IpAddr>) -> ConnectionInfo {
        let info = match address {
            Some(address) => self.door.info(host_text(address)),
            None => ConnectionInfo { link: Link::Local, ..self.door.info(LOCAL.into()) },
        };
        ConnectionInfo { is_web: self.web.is_some(), ..info }
    }
}

/// What all who let people in share.
pub(crate) struct Entrance {
    mailboxes: Vec<Arc<Mailbox>>,
    next: AtomicUsize,
    addresses: Arc<Addresses>,
    limits: Arc<SharedLimits>,
    /// Who is turned away, as far as the engine has said.
    kept_out: RwLock<Arc<KeptOut>>,
    pub counters: Arc<Counters>,
    /// Where connections go first, if anything is asked of them.
    desk: OnceLock<Arc<Desk>>,
}

/// An address has as many connections as it may have.
pub(crate) struct Full;

impl Entrance {
    pub fn new(mailboxes: Vec<Arc<Mailbox>>, limits: Arc<SharedLimits>, counters: Arc<Counters>) -> Self {
        Self {
            mailboxes,
            next: AtomicUsize::new(0),
            addresses: Arc::default(),
            limits,
            kept_out: RwLock::default(),
            counters,
            desk: OnceLock::new(),
        }
    }

    pub fn limits(&self) -> Arc<NetLimits> {
        self.limits.get()
    }

    /// One more connection of an address; nothing where they are not counted.
    pub fn place(&self, address: IpAddr) -> Result<Option<Place>, Full> {
        let limits = self.limits.get();
        if !limits.enabled {
            return Ok(None);
        }
        self.addresses.enter(address, &limits).map(Some).ok_or(Full)
    }

    /// From now on connections go there first.
    pub fn send_to(&self, desk: Arc<Desk>) {
        // Said once, at the start; a second time there is nothing to add.
        let _ = self.desk.set(desk);
    }

    /// From now on these are let in no more.
    pub fn keep_out(&self, nets: Arc<KeptOut>) {
        *self.kept_out.write().unwrap_or_else(PoisonError::into_inner) = nets;
    }

    /// Lets a connection in: at once, or when it is known who it is. Who is kept out is told why, before anybody remembers
    /// them or asks for their name.
    pub fn let_in(&self, arrival: Arrival) {
        let kept_out = self.kept_out.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(reason) = arrival.info.address.and_then(|address| kept_out.why(address)) {
            Counters::add(&self.counters.refused, 1);
            return turn_away(arrival, CloseReason::Banned(reason.clone()));
        }
        let left = match self.desk.get() {
            Some(desk) => desk.enter(arrival),
            None => Some(arrival),
        };
        if let Some(arrival) = left {
            self.deal(arrival);
        }
    }

    /// Deals a connection to the gateway whose turn it is.
    pub fn deal(&self, arrival: Arrival) {
        Counters::add(&self.counters.accepted, 1);
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.mailboxes[turn % self.mailboxes.len()].arrive(arrival);
    }
}

/// Says the door's last words to who never came in. A socket that nothing was written to takes them at once, or never.
fn turn_away(mut arrival: Arrival, reason: CloseReason) {
    let words = || {
        let (mut session, mut words) = (arrival.door.session(&arrival.info), Vec::new());
        session.greet(&mut words);
        session.goodbye(&reason, &mut words);
        words
    };
    // As everywhere, what a session does wrong ends one connection at most.
    let Ok(words) = catch_unwind(AssertUnwindSafe(words)) else { return };
    let said = arrival.stream.write(&words).and_then(|_| arrival.stream.flush());
    if said.is_ok() {
        arrival.stream.finish();
    }
}
