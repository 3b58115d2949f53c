//! The log, as far as the archive sees it. Who wires the two together implements this with the log's reader.

use colvert_core::ids::Position;

/// Entries in order, from where they were asked for.
pub trait Entries: Send {
    /// The next entry, unless it starts above `up_to`, which is at most the last durable position.
    ///
    /// # Errors
    /// The log cannot be read, or no longer has the entry.
    fn next(&mut self, up_to: Position) -> Result<Option<LogEntry<'_>>, LogError>;
}

/// A log that can be read from any position that it still has.
pub trait LogView: Send + Sync {
    /// Which log this is: chosen when it was created, and never changed.
    fn id(&self) -> u128;

    /// Reads from the entry that has position `from` on, which may not exist yet.
    ///
    /// # Errors
    /// [`LogError::Removed`] when `from` is no longer there.
    fn entries(&self, from: Position) -> Result<Box<dyn Entries>, LogError>;
}

/// Events that happen together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry<'a> {
    /// Position of the first event.
    pub first: Position,
    /// A [`colvert_core::event::Entry`], encoded.
    pub bytes: &'a [u8],
}

/// Why the log cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    #[error("the log no longer has position {wanted}: it starts at {oldest}")]
    Removed { wanted: Position, oldest: Position },
    #[error("{0}")]
    Failed(String),
}
