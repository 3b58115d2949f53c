//! The doors: which there are, and the sockets that they listen on.

use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs, io};

use colvert_core::ids::Millis;
use colvert_core::session::Door;
use colvert_irc::IrcDoor;
use colvert_line::LineDoor;
use colvert_net::{Listener, ListeningSocket};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use crate::certificate::{self, Certificate};
use crate::config::transport::{FileMode, FilePath, TLS};
use crate::config::{Config, Problem, find};

/// Connections that wait to be accepted: a crowd that comes back at once.
const BACKLOG: i32 = 4_096;

/// All doors that are not off.
pub struct Doors {
    bound: Vec<Bound>,
    /// Bound, so that nobody else gets the port, and not yet listening, so that nobody is kept waiting.
    sockets: Vec<(Arc<dyn Door>, Socket)>,
    all: Vec<Arc<dyn Door>>,
    tls: Option<Certificate>,
}

/// Where a door is.
pub struct Bound {
    /// The listener's name, which is its key's.
    pub name: &'static str,
    pub place: Place,
}

pub enum Place {
    At(SocketAddr),
    File(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(address) => address.fmt(f),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// The socket file with which IRC is spoken.
const UNIX: &str = "irc_unix";
/// What the names of listeners have in them that speak WebSocket.
const WEBSOCKET: &str = "websocket";

impl Doors {
    /// Binds every door that is not off. A protocol is one line here.
    ///
    /// # Errors
    /// When an address cannot be had, or a certificate cannot be used.
    pub fn bind(config: &Config, started: Millis) -> Result<Self, Problem> {
        let settings = config.settings();
        let all: [Arc<dyn Door>; 2] = [
            Arc::new(LineDoor::new(&settings, config.server.language)),
            Arc::new(IrcDoor::new(&settings, started)),
        ];
        let mut doors = Self {
            bound: Vec::new(),
            sockets: Vec::new(),
            all: all.to_vec(),
            tls: certificate::tls(config)?,
        };
        for (name, addresses) in config.listeners() {
            let door = all.iter().find(|door| name.split('_').next() == Some(door.name()));
            let door = door.expect("a listener's name begins with its door's");
            for address in addresses {
                let (socket, address) =
                    bind(*address).map_err(|error| not_to_be_had(name, config, &error))?;
                doors.bound.push(Bound { name, place: Place::At(address) });
                doors.sockets.push((door.clone(), socket));
            }
        }
        if let Some(FilePath(path)) = &config.listen.irc_unix.0 {
            let [_, irc] = all;
            let socket = bind_file(path, config.listen.irc_unix_mode)
                .map_err(|error| no_file_to_be_had(config, &error))?;
            doors.bound.push(Bound { name: UNIX, place: Place::File(path.clone()) });
            doors.sockets.push((irc, socket));
        }
        Ok(doors)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Bound> {
        self.bound.iter()
    }

    /// Those that are off, too.
    pub fn all(&self) -> Vec<Arc<dyn Door>> {
        self.all.clone()
    }

    /// The certificate, if any door needs one.
    pub fn tls(&self) -> Option<Certificate> {
        self.tls.clone()
    }

    /// Begins to listen. The gateways take what is listened on, once.
    ///
    /// # Errors
    /// When somebody else has come to listen on the same port.
    pub fn listen(&mut self, config: &Config) -> Result<Vec<Listener>, Problem> {
        let sockets = std::mem::take(&mut self.sockets);
        let listening = sockets.into_iter().zip(&self.bound).map(|((door, socket), bound)| {
            socket.listen(BACKLOG).map_err(|error| not_to_be_had(bound.name, config, &error))?;
            let socket = match bound.place {
                Place::At(_) => ListeningSocket::Tcp(socket.into()),
                Place::File(_) => ListeningSocket::Unix(socket.into()),
            };
            let is_web = bound.name.contains(WEBSOCKET);
            let tls = self.tls.as_ref().filter(|_| bound.name.ends_with(TLS));
            let tls = tls.map(|tls| if is_web { tls.web.clone() } else { tls.lines.clone() });
            let web = is_web.then(|| config.web_rules());
            let proxies = config.proxy.listeners.has(bound.name).then(|| config.proxy.trusted.0.clone());
            Ok(Listener { door, socket, tls, proxies, web })
        });
        listening.collect()
    }
}

impl Drop for Doors {
    /// A socket file that nobody answers at would only be in the way.
    fn drop(&mut self) {
        for bound in &self.bound {
            if let Place::File(path) = &bound.place {
                // Somebody may have been quicker.
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Binds a socket file. One that a server left behind which is no more is taken away.
fn bind_file(path: &Path, FileMode(mode): FileMode) -> io::Result<Socket> {
    if let Ok(file) = fs::symlink_metadata(path) {
        if !file.file_type().is_socket() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        // Any other answer, such as that we may not ask, does not say that nobody is there.
        match UnixStream::connect(path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path)?,
            Err(error) => return Err(error),
            Ok(_) => return Err(io::ErrorKind::AddrInUse.into()),
        }
    }
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.bind(&SockAddr::unix(path)?)?;
    // Nobody can connect yet: it is not listened on.
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    Ok(socket)
}

fn bind(address: SocketAddr) -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Connections of a process before this one may still be ending.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
    Ok((socket, address))
}

fn not_to_be_had(listener: &str, config: &Config, error: &io::Error) -> Problem {
    let key = find("listen", listener).expect("each listener has a key");
    Problem::unusable(key, config, advice(error))
}

fn no_file_to_be_had(config: &Config, error: &io::Error) -> Problem {
    let reason = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another process listens there; stop it, or choose another file".to_owned()
        }
        io::ErrorKind::AlreadyExists => {
            "something else is there that is no socket; choose another file".to_owned()
        }
        _ => error.to_string(),
    };
    Problem::unusable(find("listen", UNIX).expect("the table has it"), config, reason)
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
