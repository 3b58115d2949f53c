//! What a connection's bytes travel on: a socket, or a layer over one.
//!
//! A bare socket is its descriptor and nothing else. A layer (TLS, WebSocket) is in a box, and keeps bytes of its own: what it
//! has taken and could not send yet leaves with [`Write::flush`], and what it has read is asked for until it has no more.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd};

use mio::event::Source;
use mio::net::{TcpStream, UnixStream};
use mio::{Interest, Registry, Token};

use crate::tls::TlsStream;
use crate::websocket::WebSocketStream;

pub(crate) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
    Tls(Box<TlsStream>),
    WebSocket(Box<WebSocketStream>),
}

impl Stream {
    /// It keeps bytes of its own, so that what the system says of the socket is not all there is to say.
    pub fn is_layered(&self) -> bool {
        !matches!(self, Self::Tcp(_) | Self::Unix(_))
    }

    /// A layer has something to send that nobody wrote: an answer of its own.
    pub fn has_unsent(&self) -> bool {
        match self {
            Self::Tcp(_) | Self::Unix(_) => false,
            Self::Tls(tls) => tls.has_unsent(),
            Self::WebSocket(web) => web.has_unsent(),
        }
    }

    /// The TLS that it is spoken through.
    pub fn tls(&self) -> Option<&TlsStream> {
        match self {
            Self::Tcp(_) | Self::Unix(_) => None,
            Self::Tls(tls) => Some(tls),
            Self::WebSocket(web) => web.under().tls(),
        }
    }

    /// Tells the peer that nothing more comes. What it cannot be told it will find out.
    pub fn finish(&mut self) {
        let _ = match self {
            Self::Tcp(socket) => socket.shutdown(Shutdown::Write),
            Self::Unix(socket) => socket.shutdown(Shutdown::Write),
            Self::Tls(tls) => {
                tls.finish();
                Ok(())
            }
            Self::WebSocket(web) => {
                web.finish();
                Ok(())
            }
        };
    }

    /// The first bytes that have come, which stay where they are. Nothing: the peer has ended.
    pub fn peek(&self, bytes: &mut [u8]) -> io::Result<usize> {
        let (n, _) = rustix::net::recv(self.socket(), bytes, rustix::net::RecvFlags::PEEK)?;
        Ok(n)
    }

    /// Where the connection is, at the other end and at this one. Nothing: it has no addresses.
    pub fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        let socket = socket2::SockRef::from(&self.socket()).peer_addr().ok()?.as_socket()?;
        let local = socket2::SockRef::from(&self.socket()).local_addr().ok()?.as_socket()?;
        Some((canonical(socket), canonical(local)))
    }

    fn socket(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(socket) => socket.as_fd(),
            Self::Unix(socket) => socket.as_fd(),
            Self::Tls(tls) => tls.under().socket(),
            Self::WebSocket(web) => web.under().socket(),
        }
    }

    fn source(&mut self) -> &mut dyn Source {
        match self {
            Self::Tcp(socket) => socket,
            Self::Unix(socket) => socket,
            Self::Tls(tls) => tls.under_mut().source(),
            Self::WebSocket(web) => web.under_mut().source(),
        }
    }
}

/// IPv4 in its own words.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

impl Read for Stream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(socket) => socket.read(bytes),
            Self::Unix(socket) => socket.read(bytes),
            Self::Tls(tls) => tls.read(bytes),
            Self::WebSocket(web) => web.read(bytes),
        }
    }
}

impl Write for Stream {
    /// Takes all, or as much as the socket takes: less than all means that it is full.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(socket) => socket.write(bytes),
            Self::Unix(socket) => socket.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
            Self::WebSocket(web) => web.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(_) | Self::Unix(_) => Ok(()),
            Self::Tls(tls) => tls.flush(),
            Self::WebSocket(web) => web.flush(),
        }
    }
}

impl Source for Stream {
    fn register(&mut self, registry: &Registry, token: Token, interests: Interest) -> io::Result<()> {
        self.source().register(registry, token, interests)
    }

    fn reregister(&mut self, registry: &Registry, token: Token, interests: Interest) -> io::Result<()> {
        self.source().reregister(registry, token, interests)
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        self.source().deregister(registry)
    }
}
