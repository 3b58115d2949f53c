//! Accepting: one thread for all listeners, which deals connections to the gateways in turn.

use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use colvert_core::session::Door;
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token, Waker};
use socket2::{SockRef, TcpKeepalive};

use crate::Listener;
use crate::addresses::Addresses;
use crate::connection::host_text;
use crate::counters::Counters;
use crate::limits::SharedLimits;
use crate::mailbox::{Arrival, Mailbox, WAKE};

/// How long accepting rests when the process has no more descriptors.
const REST: Duration = Duration::from_millis(50);
/// A dead peer of a silent protocol is found after about this: first question, questions, each.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(120), Duration::from_secs(30), 4);
/// What was written and not acknowledged by the peer's machine for so long breaks the connection.
const USER_TIMEOUT: Duration = Duration::from_secs(120);

pub(crate) struct Acceptor {
    stopping: Arc<AtomicBool>,
    waker: Waker,
    thread: JoinHandle<()>,
}

impl Acceptor {
    pub fn start(
        listeners: Vec<Listener>,
        mailboxes: Vec<Arc<Mailbox>>,
        limits: Arc<SharedLimits>,
        counters: Arc<Counters>,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKE)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let mut doors = Vec::new();
        for (token, listener) in listeners.into_iter().enumerate() {
            listener.socket.set_nonblocking(true)?;
            let mut socket = TcpListener::from_std(listener.socket);
            poll.registry().register(&mut socket, Token(token), Interest::READABLE)?;
            doors.push((socket, listener.door));
        }
        let stop = stopping.clone();
        let work = Accepting { doors, mailboxes, next: 0, addresses: Arc::default(), limits, counters };
        let thread = std::thread::Builder::new().name("accept".to_owned());
        let thread = thread.spawn(move || work.run(poll, &stop))?;
        Ok(Self { stopping, waker, thread })
    }

    /// Whether its thread still runs.
    pub fn is_alive(&self) -> bool {
        !self.thread.is_finished()
    }

    pub fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        if self.waker.wake().is_ok() {
            let _ = self.thread.join();
        }
    }
}

struct Accepting {
    doors: Vec<(TcpListener, Arc<dyn Door>)>,
    mailboxes: Vec<Arc<Mailbox>>,
    next: usize,
    addresses: Arc<Addresses>,
    limits: Arc<SharedLimits>,
    counters: Arc<Counters>,
}

impl Accepting {
    fn run(mut self, mut poll: Poll, stopping: &AtomicBool) {
        let mut events = Events::with_capacity(16);
        let mut wait = None;
        while !stopping.load(Ordering::Acquire) {
            if let Err(error) = poll.poll(&mut events, wait)
                && error.kind() != ErrorKind::Interrupted
            {
                tracing::error!(%error, "accepting has ended");
                return;
            }
            // Every listener each time: after a rest there is no new event for what waits.
            let all = (0..self.doors.len()).all(|door| self.accept_all(door));
            wait = (!all).then_some(REST);
        }
    }

    /// Accepts all that waits at a door. False: the system gives nothing for now.
    fn accept_all(&mut self, door: usize) -> bool {
        loop {
            match self.doors[door].0.accept() {
                Ok((stream, peer)) => self.deal(door, stream.into(), peer.ip()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if is_of_one_connection(error.kind()) => {}
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    std::thread::sleep(REST);
                    return false;
                }
            }
        }
    }

    fn deal(&mut self, door: usize, stream: TcpStream, address: std::net::IpAddr) {
        let address = address.to_canonical();
        let limits = self.limits.get();
        let place = if limits.enabled {
            let Some(place) = self.addresses.enter(address, &limits) else {
                Counters::add(&self.counters.refused, 1);
                return;
            };
            Some(place)
        } else {
            None
        };
        if let Err(error) = prepare(&stream) {
            tracing::debug!(%error, "a connection broke before it was used");
            return;
        }
        Counters::add(&self.counters.accepted, 1);
        let door = self.doors[door].1.clone();
        let mailbox = &self.mailboxes[self.next % self.mailboxes.len()];
        self.next = self.next.wrapping_add(1);
        mailbox.arrive(Arrival { stream, door, host: host_text(address), place });
    }
}

fn is_of_one_connection(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
    )
}

/// Sets what all sockets have: no delay, and the system's ways of finding dead peers.
fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    stream.set_nodelay(true)?;
    let (time, interval, retries) = KEEPALIVE;
    let keepalive = TcpKeepalive::new().with_time(time).with_interval(interval).with_retries(retries);
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    Ok(())
}
