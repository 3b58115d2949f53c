//! The state in a file, so that a start need not replay the log from its beginning.
//!
//! ```text
//! "colvert snapshot" | version u32 | length u64 | crc32c u32 | CBOR of the state      (little endian)
//! ```

use std::io;
use std::sync::Arc;

use colvert_core::ids::Position;
use colvert_core::state::State;
use colvert_disk::{Disk, Open, write_atomically};
use thiserror::Error;

use crate::recover::{RecoverError, replay};

/// Its name in the data directory.
pub const NAME: &str = "state.snapshot";
const MAGIC: &[u8; 16] = b"colvert snapshot";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 16 + 4 + 8 + 4;

/// Why a snapshot cannot be used. The file stays as it is.
#[derive(Debug, Error)]
pub enum SnapshotError {
    #[error("{NAME}: {0}")]
    Io(#[from] io::Error),
    #[error("{NAME} is damaged: {0}")]
    Damaged(&'static str),
    #[error("{NAME} has version {0}; this program reads version {VERSION}")]
    Version(u32),
}

/// The newest snapshot, if there is one.
///
/// # Errors
/// When it cannot be read, is damaged, or is of another version.
pub fn load(disk: &dyn Disk) -> Result<Option<State>, SnapshotError> {
    let file = match disk.open(NAME, Open::Read) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = vec![0; usize::try_from(file.len()?).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, 0)?;
    decode(&bytes).map(Some)
}

/// Replaces the snapshot, atomically.
///
/// # Errors
/// When it cannot be written; the one before stays.
pub fn save(disk: &dyn Disk, state: &State) -> io::Result<()> {
    write_atomically(disk, NAME, &encode(state))
}

/// Brings the snapshot up to `until` by replaying the log over it, and says how far it is. It works beside
/// the engine and needs no look at its state.
///
/// # Errors
/// When the snapshot or the log cannot be read, or the new one not be written; the old one stays.
pub fn advance(disk: &Arc<dyn Disk>, until: Position) -> Result<Position, RecoverError> {
    let mut state = load(disk.as_ref())?.unwrap_or_default();
    if state.position < until {
        replay(disk, &mut state, until)?;
        save(disk.as_ref(), &state).map_err(SnapshotError::from)?;
    }
    Ok(state.position)
}

fn encode(state: &State) -> Vec<u8> {
    let body = state.to_bytes();
    let mut bytes = Vec::with_capacity(HEADER_BYTES + body.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&crc32c::crc32c(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

fn decode(bytes: &[u8]) -> Result<State, SnapshotError> {
    let (header, body) = bytes.split_at_checked(HEADER_BYTES).ok_or(SnapshotError::Damaged("too short"))?;
    let word = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().expect("four bytes"));
    if &header[..16] != MAGIC {
        return Err(SnapshotError::Damaged("not a snapshot"));
    }
    if word(16) != VERSION {
        return Err(SnapshotError::Version(word(16)));
    }
    let length = u64::from_le_bytes(header[20..28].try_into().expect("eight bytes"));
    if length != body.len() as u64 || word(28) != crc32c::crc32c(body) {
        return Err(SnapshotError::Damaged("wrong checksum"));
    }
    State::from_bytes(body).map_err(|_| SnapshotError::Damaged("not a state"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_comes_back_as_it_was() {
        let state = State { position: Position(7), ..State::default() };
        assert_eq!(decode(&encode(&state)).expect("just encoded"), state);
    }

    #[test]
    fn another_version_is_named() {
        let mut bytes = encode(&State::default());
        bytes[16..20].copy_from_slice(&7_u32.to_le_bytes());
        let refused = decode(&bytes).expect_err("nobody knows it").to_string();
        assert_eq!(refused, "state.snapshot has version 7; this program reads version 1");
    }

    #[test]
    fn damage_is_seen() {
        let mut bytes = encode(&State::default());
        *bytes.last_mut().expect("not empty") ^= 1;
        assert!(matches!(decode(&bytes), Err(SnapshotError::Damaged(_))));
        assert!(matches!(decode(&bytes[..5]), Err(SnapshotError::Damaged(_))));
    }
}
