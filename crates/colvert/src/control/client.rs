//! The other subcommands' side of the control socket.

use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::socket::{self, Short};
use super::{Answer, LINE_BYTES_MAX, Order};

/// How long an answer is waited for; the server gives up before.
const PATIENCE: Duration = Duration::from_secs(90);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// Nobody listens: there is no server, or it is starting or stopping.
    #[error("no server is running")]
    Nobody,
    #[error("the running server does not answer: {0}")]
    Silent(#[from] io::Error),
}

/// Gives an order to the server that runs on a directory.
///
/// # Errors
/// When there is none, or it does not answer.
pub fn ask(directory: &Path, order: &Order) -> Result<Answer, Unreachable> {
    let way = Short::of(&directory.join(socket::NAME))?;
    let stream = way.with(|path| UnixStream::connect(path)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Unreachable::Nobody,
        _ => Unreachable::Silent(error),
    })?;
    stream.set_read_timeout(Some(PATIENCE))?;
    socket::send(&stream, order)?;
    let mut line = String::new();
    BufReader::new(stream.take(LINE_BYTES_MAX)).read_line(&mut line)?;
    if line.is_empty() {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    serde_json::from_str(&line).map_err(|error| Unreachable::Silent(error.into()))
}
