//! Opening sockets: many source addresses, no waiting; and the timer that wakes the client.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use crate::error::{Doing, Error, Result};
use crate::tls::Tls;

/// How connections are opened.
#[derive(Clone)]
pub struct Dial {
    pub address: SocketAddr,
    /// Connections take turns over 127.0.0.1 to 127.0.0.n, because one address has some 28,000 ports; 0 leaves the
    /// choice to the kernel.
    pub sources: u8,
    pub receive_bytes: Option<usize>,
    pub tls: Option<Tls>,
}

impl Dial {
    /// Begins connection `number` without waiting for it.
    pub fn start(&self, number: usize) -> Result<TcpStream> {
        let socket = Socket::new(Domain::for_address(self.address), Type::STREAM, Some(Protocol::TCP))
            .doing(|| format!("socket {number}"))?;
        self.prepare(&socket, number).doing(|| format!("socket {number}"))?;
        match socket.connect(&SockAddr::from(self.address)) {
            Err(error) if error.raw_os_error() == Some(libc::EADDRNOTAVAIL) => {
                Err(Error::Unusable(format!("no local port is left for connection {number}: use --sources")))
            }
            Err(error) if error.raw_os_error() != Some(libc::EINPROGRESS) => {
                Err(error).doing(|| format!("connecting to {}", self.address))
            }
            _ => Ok(socket.into()),
        }
    }

    fn prepare(&self, socket: &Socket, number: usize) -> io::Result<()> {
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        if let Some(bytes) = self.receive_bytes {
            socket.set_recv_buffer_size(bytes)?;
        }
        if self.sources == 0 {
            return Ok(());
        }
        let on: libc::c_int = 1;
        // SAFETY: the socket is open, and `on` lives through the call. Without it, ports are used up per address
        // instead of per pair of addresses.
        unsafe {
            libc::setsockopt(
                socket.as_raw_fd(),
                libc::IPPROTO_IP,
                libc::IP_BIND_ADDRESS_NO_PORT,
                (&raw const on).cast(),
                size_of::<libc::c_int>() as libc::socklen_t,
            );
        }
        let last = 1 + (number % usize::from(self.sources)) as u8;
        socket.bind(&SockAddr::from(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)), 0)))
    }
}

/// A timerfd.
pub struct Alarm(OwnedFd);

impl Alarm {
    pub fn new() -> Result<Self> {
        // SAFETY: no pointers; the descriptor is checked, and owned by nobody else.
        unsafe {
            let descriptor =
                libc::timerfd_create(libc::CLOCK_MONOTONIC, libc::TFD_NONBLOCK | libc::TFD_CLOEXEC);
            if descriptor < 0 {
                return Err(io::Error::last_os_error()).doing(|| "timerfd".into());
            }
            Ok(Alarm(OwnedFd::from_raw_fd(descriptor)))
        }
    }

    pub fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    /// Goes off once, after that time; a new setting replaces the old one.
    pub fn set(&self, after: Duration) -> Result<()> {
        let after = after.max(Duration::from_nanos(1));
        let once = libc::itimerspec {
            it_interval: libc::timespec { tv_sec: 0, tv_nsec: 0 },
            it_value: libc::timespec {
                tv_sec: after.as_secs() as libc::time_t,
                tv_nsec: after.subsec_nanos().into(),
            },
        };
        // SAFETY: the descriptor is ours, and `once` lives through the call.
        let done = unsafe { libc::timerfd_settime(self.descriptor(), 0, &once, std::ptr::null_mut()) };
        if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()).doing(|| "timerfd".into()) }
    }

    /// Forgets that it went off.
    pub fn clear(&self) {
        let mut times = [0_u8; 8];
        // SAFETY: the buffer has the eight bytes that a timerfd writes.
        unsafe { libc::read(self.descriptor(), times.as_mut_ptr().cast(), times.len()) };
    }
}
