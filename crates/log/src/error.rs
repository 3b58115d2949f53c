//! Everything that can be wrong with a log, each with its place.

use std::fmt;
use std::io;

use colvert_core::ids::Position;

use crate::LogId;
use crate::format::VERSION;

/// Why a log has stopped, or has refused an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The disk failed. What was written since the last sync may or may not be there.
    #[error("{file}: {during} failed: {reason}")]
    Disk {
        /// Name of the file, empty for the directory.
        file: String,
        /// What was being done.
        during: During,
        /// Which kind of error the operating system gave.
        kind: io::ErrorKind,
        /// Its words.
        reason: String,
    },
    /// An entry does not start where the one before ended, or has no event.
    #[error("an entry at {got} cannot follow: {expected} is next")]
    OutOfOrder {
        /// Where the next entry must start.
        expected: Position,
        /// Where the entry says it starts.
        got: Position,
    },
    /// An entry is above the maximum.
    #[error("an entry of {bytes} bytes is too large")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// The writer ended unexpectedly.
    #[error("the log's writer ended unexpectedly")]
    WriterGone,
}

impl Failure {
    pub(crate) fn disk(file: &str, during: During, e: &io::Error) -> Self {
        Self::Disk { file: file.to_owned(), during, kind: e.kind(), reason: e.to_string() }
    }
}

/// What the log was doing when the disk failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum During {
    /// Writing entries.
    Write,
    /// Making them durable.
    Sync,
    /// Beginning a segment.
    Roll,
}

impl fmt::Display for During {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Roll => "beginning a segment",
        })
    }
}

/// Durable bytes that are not what was written. Nobody guesses what they were.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file} at byte {offset}: {damage}")]
pub struct Corrupt {
    /// Name of the segment.
    pub file: String,
    /// Where in it.
    pub offset: u64,
    /// What is wrong there.
    pub damage: Damage,
}

/// What is wrong with a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The header is unreadable.
    Header,
    /// The segment is of another version of the format.
    Version(u32),
    /// The header does not say what the file's name says.
    Name,
    /// The segment is of another log.
    Foreign,
    /// The generation is below the segment's before.
    Generation,
    /// A frame that was durable is not what was written.
    Frame,
    /// A valid frame at a position where another one belongs.
    Order,
    /// The segment ends before the next one starts, or after it.
    Gap,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version(found) => {
                return write!(f, "it has format version {found}; this program reads version {VERSION}");
            }
            Self::Header => "the header is damaged",
            Self::Name => "the header does not fit the file's name",
            Self::Foreign => "a segment of another log",
            Self::Generation => "the generation went backwards",
            Self::Frame => "a durable entry is damaged",
            Self::Order => "an entry is at the wrong position",
            Self::Gap => "the positions do not meet those of the next segment",
        })
    }
}

/// Why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The disk failed.
    #[error("{file}: {source}")]
    Io {
        /// Name of the file, empty for the directory.
        file: String,
        /// The operating system's error.
        source: io::Error,
    },
    /// What is on the disk is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The log that must be there is not.
    #[error("there is no log here, but log {:032x} should be", expected.0)]
    Missing {
        /// The log that the caller knows of.
        expected: LogId,
    },
    /// The log that is there is another one.
    #[error("this is log {:032x}, not {:032x}", found.0, expected.0)]
    WrongLog {
        /// The log that the caller knows of.
        expected: LogId,
        /// The log that is there.
        found: LogId,
    },
    /// Preparing the log for writing failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl OpenError {
    pub(crate) fn io(file: &str) -> impl Fn(io::Error) -> Self + '_ {
        move |source| Self::Io { file: file.to_owned(), source }
    }
}

/// Why an entry cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The disk failed.
    #[error("{file}: {source}")]
    Io {
        /// Name of the file, empty for the directory.
        file: String,
        /// The operating system's error.
        source: io::Error,
    },
    /// What is on the disk is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The log no longer has the position.
    #[error("position {wanted} was removed: the log starts at {oldest}")]
    Removed {
        /// The position to read.
        wanted: Position,
        /// The first one that is still there.
        oldest: Position,
    },
    /// There is no log.
    #[error("there is no log here")]
    NoLog,
}

impl ReadError {
    pub(crate) fn io(file: &str) -> impl Fn(io::Error) -> Self + '_ {
        move |source| Self::Io { file: file.to_owned(), source }
    }
}
