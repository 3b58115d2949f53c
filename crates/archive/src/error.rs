//! What can be wrong with the archive.

use std::io;

use colvert_core::ids::Position;
use rusqlite::ErrorCode;
use rusqlite::ffi;

use crate::log_view::LogError;

/// Why the archive cannot do what it was asked to. The log has everything, so nothing is lost.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the archive: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("the archive's files: {0}")]
    Files(#[from] io::Error),
    /// The disk failed just then, or the file system cannot share memory between processes.
    #[error("the archive stays in journal mode {mode} and cannot be written to while it is read")]
    NoWal { mode: String },
    #[error("the archive has schema version {found}; this program knows versions up to {known}")]
    NewerSchema { found: u32, known: u32 },
    #[error("the archive is of log {archive:032x}, but this is log {log:032x}")]
    WrongLog { archive: u128, log: u128 },
    #[error("the archive has position {applied}, but the log ends at {end}: it went backwards")]
    LogWentBack { applied: Position, end: Position },
    #[error("what the log has at position {applied} is not what the archive was given there")]
    LogDiffers { applied: Position },
    /// Events are missing, or come twice in part.
    #[error("position {expected} is next for the archive, but the log gives {}", position(*.got))]
    Gap { expected: Position, got: Option<Position> },
    /// Damaged, or written by a newer version.
    #[error("the entry at position {position} is unknown to this version: {reason}")]
    Entry { position: Position, reason: String },
    #[error("the log cannot be read: {0}")]
    Log(#[from] LogError),
    #[error("message {id} of the archive cannot be read: {reason}")]
    Message { id: i64, reason: &'static str },
    #[error("the disk is nearly full: the archive leaves the rest to others")]
    NoRoom,
    /// The archive stands still, and the log's tail is too long to be looked through for an answer.
    #[error("the archive is at {applied}, too far behind {until}")]
    TooFarBehind { applied: Position, until: Position },
}

fn position(position: Option<Position>) -> String {
    position.map_or_else(|| "nothing".to_owned(), |position| position.to_string())
}

impl Error {
    /// Whether the same may go well later, with nothing done about it but making room or waiting.
    ///
    /// A failed sync is not among them: the kernel may have dropped what it could not write and forgotten
    /// it. Only a new start reads what the disk really has.
    pub fn is_passing(&self) -> bool {
        let Self::Database(error) = self else {
            return matches!(self, Self::Log(LogError::Failed(_)) | Self::NoRoom);
        };
        let is_sync = matches!(
            error.sqlite_extended_error_code(),
            Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC)
        );
        let passes = matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::CannotOpen
                    | ErrorCode::OutOfMemory
            )
        );
        passes && !is_sync
    }
}
