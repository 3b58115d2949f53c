//! From a directory to a state: the newest snapshot, then every entry since.

use std::sync::Arc;

use colvert_core::event;
use colvert_core::evolve::evolve;
use colvert_core::ids::Position;
use colvert_core::state::State;
use colvert_disk::Disk;
use colvert_log::{ReadError, Reader};
use thiserror::Error;

use crate::snapshot::{self, SnapshotError};

/// Why a state could not be made. Nothing was changed.
#[derive(Debug, Error)]
pub enum RecoverError {
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error("the log cannot be read: {0}")]
    Log(#[from] ReadError),
    /// Damaged, or written by a newer version.
    #[error("the entry at position {position} is unknown to this version: {reason}")]
    Entry { position: Position, reason: String },
    #[error("the snapshot reaches position {snapshot}, but the log ends at {log}: this is not its log")]
    LogIsShorter { snapshot: Position, log: Position },
}

/// The state after everything up to `until`, which is the log's end.
///
/// # Errors
/// When the snapshot or the log cannot be read, or an entry is unknown.
pub fn recover(disk: &Arc<dyn Disk>, until: Position) -> Result<State, RecoverError> {
    let mut state = snapshot::load(disk.as_ref())?.unwrap_or_default();
    if state.position > until {
        return Err(RecoverError::LogIsShorter { snapshot: state.position, log: until });
    }
    replay(disk, &mut state, until)?;
    Ok(state)
}

/// Brings a state up to `until`.
///
/// # Errors
/// When the log cannot be read, or an entry is unknown.
pub fn replay(disk: &Arc<dyn Disk>, state: &mut State, until: Position) -> Result<(), RecoverError> {
    if state.position >= until {
        return Ok(());
    }
    let mut reader = Reader::open(disk.clone(), state.position.plus(1))?;
    while let Some(entry) = reader.next(until)? {
        let first = entry.first;
        let decoded = event::Entry::from_bytes(entry.bytes)
            .map_err(|error| RecoverError::Entry { position: first, reason: error.to_string() })?;
        for record in decoded.records(first) {
            evolve(state, &record);
        }
    }
    Ok(())
}
