//! The functions that SQLite calls for an open file: each finds its [`OpenFile`] and asks it.
//! Spec: <https://www.sqlite.org/c3ref/io_methods.html>

use std::ffi::{c_int, c_void};
use std::sync::atomic::{Ordering, fence};

use rusqlite::ffi;

use super::code;
use super::open_file::OpenFile;

/// What the VFS of Unix says of its sectors and of what a torn write may damage: nothing but itself.
const SECTOR_BYTES: c_int = 4096;
const TRAITS: c_int = ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE;

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(x_close),
    xRead: Some(x_read),
    xWrite: Some(x_write),
    xTruncate: Some(x_truncate),
    xSync: Some(x_sync),
    xFileSize: Some(x_file_size),
    xLock: Some(x_lock),
    xUnlock: Some(x_unlock),
    xCheckReservedLock: Some(x_check_reserved_lock),
    xFileControl: Some(x_file_control),
    xSectorSize: Some(x_sector_size),
    xDeviceCharacteristics: Some(x_device_characteristics),
    xShmMap: Some(x_shm_map),
    xShmLock: Some(x_shm_lock),
    xShmBarrier: Some(x_shm_barrier),
    xShmUnmap: Some(x_shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// SQLite's memory for an open file.
#[repr(C)]
pub(super) struct RawFile {
    base: ffi::sqlite3_file,
    /// Made by `Box::into_raw`, taken back by `x_close`.
    open: *mut OpenFile,
}

impl RawFile {
    /// Makes SQLite's memory an open file.
    ///
    /// # Safety
    /// `raw` is memory for a `RawFile`, and no open file yet.
    pub(super) unsafe fn write(raw: *mut Self, open: OpenFile) {
        let base = ffi::sqlite3_file { pMethods: &raw const METHODS };
        // SAFETY: the caller's.
        unsafe { raw.write(Self { base, open: Box::into_raw(Box::new(open)) }) };
    }
}

// In all that follows, SQLite calls with a file that `RawFile::write` made and `x_close` has not closed,
// from one thread at a time, with pointers that are valid for what is read and written here, and with
// counts and offsets that are not negative.

/// # Safety
/// `file` was made by [`RawFile::write`] and is not closed; nobody else uses it meanwhile.
unsafe fn open<'a>(file: *mut ffi::sqlite3_file) -> &'a mut OpenFile {
    // SAFETY: the caller's.
    unsafe { &mut *(*file.cast::<RawFile>()).open }
}

unsafe extern "C" fn x_close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite's, see above; it was made by `Box::into_raw` and is not used again.
    drop(unsafe { Box::from_raw((*file.cast::<RawFile>()).open) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_read(file: *mut ffi::sqlite3_file, into: *mut c_void, n: c_int, offset: i64) -> c_int {
    // SAFETY: SQLite's, see above.
    let (file, into) = unsafe { (open(file), std::slice::from_raw_parts_mut(into.cast(), n as usize)) };
    code(file.read(into, offset as u64))
}

unsafe extern "C" fn x_write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    n: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: SQLite's, see above.
    let (file, bytes) = unsafe { (open(file), std::slice::from_raw_parts(bytes.cast(), n as usize)) };
    code(file.write(bytes, offset as u64))
}

unsafe extern "C" fn x_truncate(file: *mut ffi::sqlite3_file, len: i64) -> c_int {
    // SAFETY: SQLite's, see above.
    code(unsafe { open(file) }.truncate(len as u64))
}

unsafe extern "C" fn x_sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: SQLite's, see above.
    code(unsafe { open(file) }.sync())
}

unsafe extern "C" fn x_file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: SQLite's, see above.
    code(unsafe { open(file) }.len().map(|len| unsafe { *out = len as i64 }))
}

unsafe extern "C" fn x_lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: SQLite's, see above.
    code(unsafe { open(file) }.lock(level))
}

unsafe extern "C" fn x_unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: SQLite's, see above.
    unsafe { open(file) }.unlock(level);
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: SQLite's, see above.
    unsafe { *out = c_int::from(open(file).is_reserved()) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_file_control(_: *mut ffi::sqlite3_file, _op: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn x_sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    SECTOR_BYTES
}

unsafe extern "C" fn x_device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    TRAITS
}

unsafe extern "C" fn x_shm_map(
    file: *mut ffi::sqlite3_file,
    index: c_int,
    bytes: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: SQLite's, see above.
    unsafe { *out = open(file).wal_region(index as usize, bytes as usize, extend != 0) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_shm_lock(file: *mut ffi::sqlite3_file, at: c_int, n: c_int, flags: c_int) -> c_int {
    // SAFETY: SQLite's, see above.
    code(unsafe { open(file) }.wal_lock(at as usize..(at + n) as usize, flags))
}

unsafe extern "C" fn x_shm_barrier(_: *mut ffi::sqlite3_file) {
    fence(Ordering::SeqCst);
}

unsafe extern "C" fn x_shm_unmap(file: *mut ffi::sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: SQLite's, see above.
    unsafe { open(file) }.leave_wal();
    ffi::SQLITE_OK
}
