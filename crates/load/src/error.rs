//! Why a run stopped before it had a result.

use std::io;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("the server refused {nick}: {line}")]
    Refused { nick: String, line: String },
    #[error("the server closed the connection of {nick}; its last word: {line}")]
    Closed { nick: String, line: String },
    #[error("gave up after {seconds} s: {what}")]
    Late { seconds: u64, what: String },
    #[error("{0}")]
    Unusable(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Adds what was being done to an I/O error.
pub trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io { what: what(), source })
    }
}
