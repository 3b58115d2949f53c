//! What a log is made with.

use colvert_core::ids::Position;

use crate::format::{FRAME_BYTES_MAX, FRAME_HEADER_BYTES, HEADER_BYTES, Mark};
use crate::{Durability, LogId};

/// How a log is kept.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Size of a segment; at most 4 GiB, at least [`Options::SEGMENT_BYTES_MIN`].
    pub segment_bytes: u64,
    /// A segment with entries that is older is ended, so that what was deleted can go.
    pub segment_age_max_ms: u64,
    /// The mode of this process, for the next one to know what may be missing.
    pub durability: Durability,
    /// What to create when there is no log.
    pub new_log: NewLog,
    /// The log that must be there; then none is created.
    pub expected: Option<LogId>,
    /// Whether this start goes on with the same generation.
    pub restart: Restart,
}

/// A log that does not exist yet.
#[derive(Clone, Copy, Debug)]
pub struct NewLog {
    /// Chosen at random.
    pub log_id: LogId,
    /// 1, or above that of what was restored.
    pub generation: u32,
    /// 1, or the position after what was restored.
    pub first: Position,
}

/// Whether ids that were given out may come again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restart {
    /// A new generation only when a relaxed process ended badly: it may have released what is lost now.
    #[default]
    Continue,
    /// A new generation in any case, as after a restore.
    NewGeneration,
}

impl Options {
    /// A smaller segment has no room for its own marks.
    pub const SEGMENT_BYTES_MIN: u64 = 256;
    /// What a segment has when nobody says otherwise.
    pub const SEGMENT_BYTES: u64 = 16 << 20;

    pub(super) fn segment_bytes(&self) -> u64 {
        self.segment_bytes.clamp(Self::SEGMENT_BYTES_MIN, u64::from(u32::MAX))
    }

    /// The largest frame that fits an empty segment, with the marks of a start and an end.
    pub(super) fn frame_bytes_max(&self) -> u64 {
        let capacity = self.segment_bytes() - HEADER_BYTES as u64 - 2 * Mark::FRAME_BYTES as u64;
        capacity.min(FRAME_BYTES_MAX as u64)
    }

    /// The largest entry that this log takes.
    pub fn entry_bytes_max(&self) -> usize {
        self.frame_bytes_max() as usize - FRAME_HEADER_BYTES
    }
}
