//! The log: puts entries in one order, makes them durable, and gives them back.
//!
//! ```text
//! engine ─▶ Log::append ─▶ waiting ─▶ one write, one fdatasync for all that waits ─▶ notify ─▶ engine
//!                                      │
//!                             segments log-….seg ─▶ Reader ─▶ start-up replay, archive
//! ```
//!
//! - [`Log`] is what the engine sees; [`LocalLog`] writes on a thread of its own, [`StepLog`] when a
//!   simulator says so. Nothing else knows which of them is in use.
//! - [`Segments`] is the log as files, synchronous and without a clock.
//! - [`Reader`] follows the log, also while it is being written.
//!
//! An entry is opaque here. Its *position* is counted in events: an entry of `count` events that starts
//! at `first` covers `first` to `first + count - 1`, and the next entry starts right after. Entries may be
//! *together* ([`Log::together`]): what is too long for one is then there as if it were one, whole or not at all.
//!
//! After a failed write or sync nothing is retried: the log has failed, what was durable stays all that
//! is, and only a new start reads from the disk what is really there.

mod counters;
mod error;
mod format;
mod local;
mod reader;
mod segments;
mod step;
mod waiting;

use std::sync::Arc;

pub use colvert_core::ids::{Millis, Position};
pub use counters::Counters;
pub use error::{Corrupt, Damage, During, Failure, OpenError, ReadError};
pub use format::{ENTRY_BYTES_MAX, FRAME_HEADER_BYTES};
pub use local::{Environment, LocalLog, Watch};
pub use reader::Reader;
pub use segments::{NewLog, Options, Part, Recovered, Restart, Segments, Unsynced};
pub use step::StepLog;

/// Which log this is: chosen at random when it is created, the same in every segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogId(pub u128);

/// An atomic run of events: all of it is in the log, or nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Position of its first event.
    pub first: Position,
    /// How many events it has, 1 or more.
    pub count: u32,
    /// Its encoding, at most [`ENTRY_BYTES_MAX`].
    pub bytes: &'a [u8],
}

impl Entry<'_> {
    /// Position of its last event.
    pub fn last(&self) -> Position {
        Position(self.first.0 + u64::from(self.count) - 1)
    }
}

/// When an entry counts as kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When it survives a power cut.
    #[default]
    Commit,
    /// When it survives the end of the process; a power cut loses what the last 100 ms brought.
    Relaxed,
}

/// How far the log is; each is the last event's position, 0 when there is none. Of entries that are together, what is there
/// without the rest is neither written nor durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    /// Has its place.
    pub ordered: Position,
    /// Survives the end of the process.
    pub written: Position,
    /// Survives a power cut.
    pub durable: Position,
}

impl Positions {
    /// Up to where outputs may leave.
    pub fn released(&self, durability: Durability) -> Position {
        match durability {
            Durability::Commit => self.durable,
            Durability::Relaxed => self.written,
        }
    }
}

/// One ordered log, seen from the engine. Nothing here blocks on a disk except `close`.
pub trait Log: Send {
    /// Orders an entry, which must start right after the one before. It may wait until [`Log::flush`].
    ///
    /// # Errors
    /// The log has failed, or the entry is out of order or too large; then it is not in the log.
    fn append(&mut self, entry: Entry<'_>) -> Result<(), Failure>;

    /// Makes one of all entries from position `first` on, none of which has been flushed: whatever happens, all of them are there
    /// afterwards, or none.
    fn together(&mut self, first: Position);

    /// The longest entry that it takes, in bytes.
    fn entry_bytes_max(&self) -> usize;

    /// Starts on everything that was appended. The engine calls it when it has nothing more to append.
    fn flush(&mut self);

    /// How far the log is.
    fn positions(&self) -> Positions;

    /// Up to where outputs may leave.
    fn released(&self) -> Position;

    /// Why the log has stopped for good.
    fn failed(&self) -> Option<Failure>;

    /// Bytes of entries, each with [`FRAME_HEADER_BYTES`] more, that will certainly find space.
    fn room(&self) -> u64;

    /// Allows the log to forget entries below `position`; it does so in large pieces, later.
    fn remove_below(&mut self, position: Position);

    /// Numbers for the operator.
    fn counters(&self) -> Arc<Counters>;

    /// Makes everything durable, notes that the end was clean, and ends.
    fn close(self: Box<Self>) -> Result<(), Failure>;
}
