//! The running server's side of the control socket.

use std::fs::{self, File, Permissions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use super::{Answer, Desk, LINE_BYTES_MAX, Order, perform};
use crate::threads::{News, spawn};

/// The socket's name in the data directory.
pub const NAME: &str = "control.sock";

/// How long somebody who is connected may keep silent.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the thread rests after something went wrong.
const REST: Duration = Duration::from_millis(100);

/// Takes orders, one after the other, from then on until the process ends. Only who may write to the socket,
/// its owner, can give any.
///
/// # Errors
/// When the socket cannot be made.
pub fn serve(directory: &Path, desk: Desk, news: Sender<News>) -> io::Result<()> {
    let path = directory.join(NAME);
    // Who has the lock has the socket: one that is there is a dead server's.
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = Short::of(&path)?.with(|path| UnixListener::bind(path))?;
    fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    spawn("control", news, move || {
        for stream in listener.incoming() {
            if let Err(error) = stream.and_then(|stream| answer(&stream, &desk)) {
                tracing::debug!(%error, "an order was not answered");
                // Whoever could not be accepted, for there are no files left, still waits, and is tried again at once.
                thread::sleep(REST);
            }
        }
    })?;
    Ok(())
}

fn answer(stream: &UnixStream, desk: &Desk) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream.take(LINE_BYTES_MAX)).read_line(&mut line)?;
    let answer = match serde_json::from_str::<Order>(&line) {
        Ok(order) => perform(desk, order),
        Err(_) => {
            Answer::Refused("an order is one line of JSON: {\"command\": …, \"arguments\": […]}".to_owned())
        }
    };
    send(stream, &answer)
}

/// Sends one line of JSON.
pub(super) fn send(mut stream: &UnixStream, what: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    stream.write_all(&line)
}

/// A way to a socket that fits a socket's address, which holds 107 bytes.
pub(super) struct Short {
    path: PathBuf,
    /// The directory, through which a socket with a long path is reached.
    _directory: Option<File>,
}

impl Short {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        const BYTES_MAX: usize = 107;
        let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        if path.as_os_str().as_bytes().len() <= BYTES_MAX {
            return Ok(Self { path: path.to_owned(), _directory: None });
        }
        let directory = File::open(directory)?;
        let path = Path::new("/proc/self/fd").join(directory.as_raw_fd().to_string()).join(name);
        Ok(Self { path, _directory: Some(directory) })
    }

    pub(super) fn with<T>(&self, open: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
        open(&self.path)
    }
}
