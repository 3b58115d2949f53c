//! Ident: a peer's machine is asked whose a connection is. Spec: <https://www.rfc-editor.org/rfc/rfc1413>

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;
use socket2::{Domain, Protocol, Socket, Type};

/// Longest answer that is read. Spec: <https://www.rfc-editor.org/rfc/rfc1413#section-4> (1,000 characters with what is around)
const ANSWER_BYTES_MAX: usize = 1_000;
/// Longest name that is taken.
const USER_BYTES_MAX: usize = 10;

/// A question under way.
pub(super) struct Question {
    socket: TcpStream,
    unsent: Vec<u8>,
    heard: Vec<u8>,
}

impl Question {
    /// Asks the machine of `peer` whose connection to `local` it is.
    pub fn new(peer: SocketAddr, local: SocketAddr, port: u16) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(peer), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        // It is asked from the address that it is connected to.
        socket.bind(&SocketAddr::new(local.ip(), 0).into())?;
        match socket.connect(&SocketAddr::new(peer.ip(), port).into()) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => {}
            Err(error) => return Err(error),
        }
        let unsent = format!("{} , {}\r\n", peer.port(), local.port()).into_bytes();
        Ok(Self { socket: TcpStream::from_std(socket.into()), unsent, heard: Vec::new() })
    }

    pub fn socket(&mut self) -> &mut TcpStream {
        &mut self.socket
    }

    /// Goes as far as it goes without waiting: the answer, which may be none.
    ///
    /// # Errors
    /// `WouldBlock`: it is not there yet. Any other: nobody answers.
    pub fn advance(&mut self) -> io::Result<Option<String>> {
        while !self.unsent.is_empty() {
            match self.socket.write(&self.unsent) {
                Ok(n) => drop(self.unsent.drain(..n)),
                // The connection is being made.
                Err(error) if error.kind() == ErrorKind::NotConnected => {
                    return Err(ErrorKind::WouldBlock.into());
                }
                Err(error) => return Err(error),
            }
        }
        loop {
            let mut piece = [0; 256];
            let n = self.socket.read(&mut piece)?;
            self.heard.extend_from_slice(&piece[..n]);
            if let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
                return Ok(user(&self.heard[..end]));
            }
            if n == 0 || self.heard.len() > ANSWER_BYTES_MAX {
                return Ok(None);
            }
        }
    }
}

/// `6193 , 23 : USERID : UNIX : stjohns`
fn user(line: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?;
    let mut parts = line.splitn(4, ':').map(str::trim).skip(1);
    let (kind, system, user) = (parts.next()?, parts.next()?, parts.next()?);
    // Spec: <https://www.rfc-editor.org/rfc/rfc1413#section-6> (OTHER: it is not what people are called there)
    if kind != "USERID" || system.split(',').next().map(str::trim) == Some("OTHER") {
        return None;
    }
    let fits = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    let user: String = user.chars().filter(fits).take(USER_BYTES_MAX).collect();
    (!user.is_empty()).then_some(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        for (line, expected) in [
            ("6193, 23 : USERID : UNIX : stjohns\r", Some("stjohns")),
            ("6193,23:USERID:UNIX,UTF-8:a b!@~c", Some("abc")),
            ("6195, 23 : USERID : OTHER : :a1b2", None),
            ("6195, 23 : ERROR : NO-USER", None),
            ("6195, 23 : USERID : UNIX : ", None),
            ("nonsense", None),
            ("", None),
            ("1,2:USERID:UNIX:averylongnameindeed", Some("averylongn")),
        ] {
            assert_eq!(user(line.as_bytes()).as_deref(), expected, "{line}");
        }
        assert_eq!(user(b"1,2:USERID:UNIX:\xff"), None);
    }
}
