//! Accepting: one thread for all listeners, which deals connections to the gateways in turn.

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use mio::event::Source;
use mio::net::{TcpListener, TcpStream, UnixListener};
use mio::{Events, Interest, Poll, Token, Waker};
use socket2::{SockRef, TcpKeepalive};

use crate::counters::Counters;
use crate::entrance::{Entrance, Hall};
use crate::lobby::{Guest, Lobby};
use crate::mailbox::{Arrival, WAKE};
use crate::stream::Stream;
use crate::{Listener, ListeningSocket};

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
    lobby: Arc<Lobby>,
}

impl Acceptor {
    pub fn start(listeners: Vec<Listener>, entrance: Arc<Entrance>) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKE)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let mut halls = Vec::new();
        for (token, listener) in listeners.into_iter().enumerate() {
            let Listener { door, socket, tls, proxies, web } = listener;
            let mut socket = Accepts::new(socket)?;
            poll.registry().register(socket.source(), Token(token), Interest::READABLE)?;
            halls.push((socket, Arc::new(Hall { door, tls, proxies, web })));
        }
        let stop = stopping.clone();
        let lobby = Arc::new(Lobby::start(entrance.clone())?);
        let work = Accepting { halls, entrance, lobby: lobby.clone() };
        let thread = std::thread::Builder::new().name("accept".to_owned());
        let thread = thread.spawn(move || work.run(poll, &stop))?;
        Ok(Self { stopping, waker, thread, lobby })
    }

    /// Whether its threads still run.
    pub fn is_alive(&self) -> bool {
        !self.thread.is_finished() && self.lobby.is_alive()
    }

    pub fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        if self.waker.wake().is_ok() {
            let _ = self.thread.join();
        }
        self.lobby.stop();
    }
}

/// A socket that is listened on.
enum Accepts {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Accepts {
    fn new(socket: ListeningSocket) -> io::Result<Self> {
        match socket {
            ListeningSocket::Tcp(socket) => {
                socket.set_nonblocking(true)?;
                Ok(Self::Tcp(TcpListener::from_std(socket)))
            }
            ListeningSocket::Unix(socket) => {
                socket.set_nonblocking(true)?;
                Ok(Self::Unix(UnixListener::from_std(socket)))
            }
        }
    }

    fn source(&mut self) -> &mut dyn Source {
        match self {
            Self::Tcp(socket) => socket,
            Self::Unix(socket) => socket,
        }
    }

    /// The next connection, and its peer's address if it has one.
    fn accept(&self) -> io::Result<(Stream, Option<IpAddr>)> {
        match self {
            Self::Tcp(socket) => {
                let (stream, peer) = socket.accept()?;
                prepare(&stream)?;
                Ok((Stream::Tcp(stream), Some(peer.ip().to_canonical())))
            }
            Self::Unix(socket) => Ok((Stream::Unix(socket.accept()?.0), None)),
        }
    }
}

struct Accepting {
    halls: Vec<(Accepts, Arc<Hall>)>,
    entrance: Arc<Entrance>,
    lobby: Arc<Lobby>,
}

impl Accepting {
    fn run(self, mut poll: Poll, stopping: &AtomicBool) {
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
            let all = self.halls.iter().all(|(socket, hall)| self.accept_all(socket, hall));
            wait = (!all).then_some(REST);
        }
    }

    /// Accepts all that waits at a socket. False: the system gives nothing for now.
    fn accept_all(&self, socket: &Accepts, hall: &Arc<Hall>) -> bool {
        loop {
            match socket.accept() {
                Ok((stream, address)) => self.deal(stream, hall, address),
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

    fn deal(&self, stream: Stream, hall: &Arc<Hall>, address: Option<IpAddr>) {
        // A proxy's own address is nobody's: it is counted when it has said for whom it connects.
        let counted = address.filter(|_| !hall.expects_proxy(address) && !hall.is_web_proxy(address));
        let place = counted.map_or(Ok(None), |address| self.entrance.place(address));
        let Ok(place) = place else { return Counters::add(&self.entrance.counters.refused, 1) };
        if hall.needs_lobby(address) {
            self.lobby.enter(Guest::new(stream, hall.clone(), address, place));
        } else {
            let info = hall.info(address);
            self.entrance.let_in(Arrival { stream, door: hall.door.clone(), info, place });
        }
    }
}

fn is_of_one_connection(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            // It broke before its options were set.
            | ErrorKind::InvalidInput
            | ErrorKind::NotConnected
            | ErrorKind::Interrupted
    )
}

/// Sets what all sockets have: no delay, and the system's ways of finding dead peers.
fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (time, interval, retries) = KEEPALIVE;
    let keepalive = TcpKeepalive::new().with_time(time).with_interval(interval).with_retries(retries);
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_looks_for_dead_peers_by_itself() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its number");
        let _peer = std::net::TcpStream::connect(address).expect("it listens");
        let (stream, _) = listener.accept().expect("somebody is there");
        stream.set_nonblocking(true).expect("a socket");
        let stream = TcpStream::from_std(stream);
        prepare(&stream).expect("a socket has options");
        let socket = SockRef::from(&stream);
        let (time, interval, retries) = KEEPALIVE;
        assert!(socket.keepalive().expect("it says") && stream.nodelay().expect("it says"));
        assert_eq!(socket.tcp_keepalive_time().expect("it says"), time);
        assert_eq!(socket.tcp_keepalive_interval().expect("it says"), interval);
        assert_eq!(socket.tcp_keepalive_retries().expect("it says"), retries);
        #[cfg(target_os = "linux")]
        assert_eq!(socket.tcp_user_timeout().expect("it says"), Some(USER_TIMEOUT));
    }
}
