//! The doors: which there are, and the sockets that they listen on.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use colvert_core::ids::Millis;
use colvert_core::session::Door;
use colvert_irc::IrcDoor;
use colvert_line::LineDoor;
use colvert_net::Listener;
use socket2::{Domain, Protocol, Socket, Type};

use crate::config::value::Listen;
use crate::config::{Config, Problem, find};

/// Connections that wait to be accepted: a crowd that comes back at once.
const BACKLOG: i32 = 4_096;

/// All doors that are not off.
pub struct Doors {
    bound: Vec<Bound>,
    /// Bound, so that nobody else gets the port, and not yet listening, so that nobody is kept waiting.
    sockets: Vec<(Arc<dyn Door>, Socket)>,
    all: Vec<Arc<dyn Door>>,
}

/// Where a door is.
pub struct Bound {
    pub name: &'static str,
    pub address: SocketAddr,
}

impl Doors {
    /// Binds every door that is not off. A protocol is one line here.
    ///
    /// # Errors
    /// When an address cannot be had.
    pub fn bind(config: &Config, started: Millis) -> Result<Self, Problem> {
        let settings = config.settings();
        let doors: [(Arc<dyn Door>, Listen); 2] = [
            (Arc::new(LineDoor::new(&settings, config.server.language)), config.listen.line),
            (Arc::new(IrcDoor::new(&settings, started)), config.listen.irc),
        ];
        let all = doors.iter().map(|(door, _)| door.clone()).collect();
        let (mut bound, mut sockets) = (Vec::new(), Vec::new());
        for (door, listen) in doors {
            if let Listen::At(address) = listen {
                let (socket, address) =
                    bind(address).map_err(|error| not_to_be_had(door.name(), config, &error))?;
                bound.push(Bound { name: door.name(), address });
                sockets.push((door, socket));
            }
        }
        Ok(Self { bound, sockets, all })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Bound> {
        self.bound.iter()
    }

    /// Those that are off, too.
    pub fn all(&self) -> Vec<Arc<dyn Door>> {
        self.all.clone()
    }

    /// Begins to listen. The gateways take what is listened on, once.
    ///
    /// # Errors
    /// When somebody else has come to listen on the same port.
    pub fn listen(&mut self, config: &Config) -> Result<Vec<Listener>, Problem> {
        let sockets = std::mem::take(&mut self.sockets);
        let listening = sockets.into_iter().map(|(door, socket)| {
            socket.listen(BACKLOG).map_err(|error| not_to_be_had(door.name(), config, &error))?;
            Ok(Listener { door, socket: socket.into() })
        });
        listening.collect()
    }
}

fn bind(address: SocketAddr) -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Connections of a process before this one may still be ending.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
    Ok((socket, address))
}

fn not_to_be_had(door: &str, config: &Config, error: &io::Error) -> Problem {
    let key = find("listen", door).expect("each door has a key");
    Problem::unusable(key, config, advice(error))
}

fn advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "the port is in use; stop what listens there, choose another one, or \"off\"".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have that address; choose one that it has, or 0.0.0.0 for all".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "this user may not listen there; choose a port from 1024 on".to_owned()
        }
        _ => error.to_string(),
    }
}
