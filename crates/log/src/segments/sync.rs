//! Syncing a segment, also on another thread while the segment is written on.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use colvert_core::ids::Position;
use colvert_disk::File;

use crate::{During, Failure};

/// The file of a segment. A sync that failed is remembered: the system tells only the first who asks, and whoever asks
/// next would take what is lost for durable.
pub(super) struct SegmentFile {
    name: String,
    file: Box<dyn File>,
    failed: Mutex<Option<Failure>>,
}

impl SegmentFile {
    pub fn new(name: String, file: Box<dyn File>) -> Arc<Self> {
        Arc::new(Self { name, file, failed: Mutex::default() })
    }

    pub fn write_all_at(&self, bytes: &[u8], offset: u64) -> Result<(), Failure> {
        self.file.write_all_at(bytes, offset).map_err(|e| self.failure(During::Write, &e))
    }

    /// Makes durable what was written before. Waits for a sync of another thread to end.
    fn sync(&self) -> Result<(), Failure> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.is_none()
            && let Err(e) = self.file.sync_data()
        {
            *failed = Some(self.failure(During::Sync, &e));
        }
        failed.clone().map_or(Ok(()), Err)
    }

    fn failure(&self, during: During, error: &io::Error) -> Failure {
        Failure::disk(&self.name, during, error)
    }
}

/// What was written to the current segment and is not durable yet.
pub struct Unsynced {
    pub(super) file: Arc<SegmentFile>,
    /// Where it ends in the segment.
    pub(super) end: u64,
    /// The last event in it.
    pub(super) last: Position,
}

impl Unsynced {
    /// Makes it durable, on any thread. The log knows when it is given to [`Segments::synced`](super::Segments::synced).
    ///
    /// # Errors
    /// The disk failed, now or before; the log has failed then, too.
    pub fn sync(&self) -> Result<(), Failure> {
        self.file.sync()
    }
}
