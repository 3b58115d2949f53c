//! What SQLite does to a file. Errors are SQLite's codes.

use std::ffi::{c_int, c_void};
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use colvert_disk::File;
use rusqlite::ffi;

use super::locks::Holder;
use super::{Files, Shared};

/// A file that SQLite has open, by one connection.
pub(super) struct OpenFile {
    pub(super) files: Arc<Files>,
    pub(super) file: Box<dyn File>,
    pub(super) shared: Arc<Mutex<Shared>>,
    pub(super) holder: Holder,
    /// Its name may be new: the first sync covers the directory too.
    pub(super) is_new_name: bool,
    /// The name that goes when it is closed.
    pub(super) ends_with_it: Option<String>,
}

impl OpenFile {
    /// Fills `into`, with zeroes where the file has ended.
    pub(super) fn read(&self, into: &mut [u8], offset: u64) -> Result<(), c_int> {
        let n = self.file.read_full_at(into, offset).map_err(|_| ffi::SQLITE_IOERR_READ)?;
        into[n..].fill(0);
        if n < into.len() { Err(ffi::SQLITE_IOERR_SHORT_READ) } else { Ok(()) }
    }

    pub(super) fn write(&self, bytes: &[u8], offset: u64) -> Result<(), c_int> {
        self.file.write_all_at(bytes, offset).map_err(|error| full_or(&error, ffi::SQLITE_IOERR_WRITE))
    }

    pub(super) fn truncate(&self, len: u64) -> Result<(), c_int> {
        self.file.truncate(len).map_err(|_| ffi::SQLITE_IOERR_TRUNCATE)
    }

    pub(super) fn sync(&mut self) -> Result<(), c_int> {
        self.file.sync_data().map_err(|_| ffi::SQLITE_IOERR_FSYNC)?;
        if self.is_new_name {
            self.files.disk.sync_dir().map_err(|_| ffi::SQLITE_IOERR_DIR_FSYNC)?;
            self.is_new_name = false;
        }
        Ok(())
    }

    pub(super) fn len(&self) -> Result<u64, c_int> {
        self.file.len().map_err(|_| ffi::SQLITE_IOERR_FSTAT)
    }

    pub(super) fn lock(&self, level: c_int) -> Result<(), c_int> {
        free(self.shared().locks.raise(self.holder, level))
    }

    pub(super) fn unlock(&self, level: c_int) {
        self.shared().locks.lower(self.holder, level);
    }

    pub(super) fn is_reserved(&self) -> bool {
        self.shared().locks.is_reserved()
    }

    pub(super) fn wal_lock(&self, locks: Range<usize>, flags: c_int) -> Result<(), c_int> {
        free(self.shared().locks.wal(self.holder, locks, flags))
    }

    pub(super) fn wal_region(&self, index: usize, bytes: usize, extend: bool) -> *mut c_void {
        self.shared().wal_index.region(self.holder, index, bytes, extend)
    }

    pub(super) fn leave_wal(&self) {
        let mut shared = self.shared();
        shared.locks.leave_wal(self.holder);
        shared.wal_index.leave(self.holder);
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.unlock(ffi::SQLITE_LOCK_NONE);
        self.leave_wal();
        if let Some(name) = &self.ends_with_it {
            // As with the kernel, who closes is not told.
            let _ = self.files.disk.remove(name);
        }
    }
}

fn free(is_free: bool) -> Result<(), c_int> {
    if is_free { Ok(()) } else { Err(ffi::SQLITE_BUSY) }
}

fn full_or(error: &io::Error, other: c_int) -> c_int {
    if error.kind() == io::ErrorKind::StorageFull { ffi::SQLITE_FULL } else { other }
}
