//! SQLite on a [`Disk`]: what it did not sync is forgotten in a power cut, and what fails, fails for it too.
//!
//! ```text
//! let disk = SimDisk::new(1);
//! let vfs = SqliteVfs::register(disk.shared());
//! … open a database by a plain file name through the VFS called vfs.name() …
//! drop(connections); drop(vfs);
//! let disk = disk.power_cut(seed);
//! ```
//!
//! Locks and the WAL's index are kept in memory, for all connections of one VFS, so that WAL works with
//! readers beside the writer. They do not outlive the VFS, as they do not outlive a process. It syncs when
//! the VFS of Unix does; only, a failed sync of the directory is reported, which that one ignores.
//!
//! | file | holds |
//! |---|---|
//! | `open_file` | what is done to a file, in safe code |
//! | `locks`, `wal_index` | what connections share |
//! | `methods`, and this one | the functions that SQLite calls: all of the unsafe code but the WAL index's |

mod locks;
mod methods;
mod open_file;
mod wal_index;

use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int};
use std::io;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use colvert_disk::{Disk, Open};
use rusqlite::ffi;

use crate::sim_disk::{Chance, SimDisk};
use locks::Locks;
use methods::RawFile;
use open_file::OpenFile;
use wal_index::WalIndex;

/// Longest path, in bytes.
const PATH_BYTES_MAX: c_int = 512;

/// The time of day here, as a Julian day.
const JULIAN_DAY: f64 = 2_460_000.5;

/// A registered VFS. Drop it after the connections that use it.
pub struct SqliteVfs {
    name: String,
    /// Made by `Box::into_raw`. SQLite has it too, until it is unregistered.
    registered: *mut Registered,
}

// SAFETY: the pointer is used by `drop` alone, and what it points to is `Send`, but for the pointers to
// itself and to its neighbours in SQLite's list, which only SQLite follows.
unsafe impl Send for SqliteVfs {}

/// What SQLite is given, and what that points to.
struct Registered {
    vfs: ffi::sqlite3_vfs,
    name: CString,
    files: Arc<Files>,
}

/// The files of one VFS.
struct Files {
    disk: Arc<dyn Disk>,
    /// For files without a name.
    scratch: SimDisk,
    shared: Mutex<BTreeMap<String, Arc<Mutex<Shared>>>>,
    last_holder: AtomicU64,
    chance: Mutex<Chance>,
}

/// What all connections to one database share.
#[derive(Default)]
struct Shared {
    locks: Locks,
    wal_index: WalIndex,
}

impl SqliteVfs {
    /// Gives SQLite a VFS for the files of `disk`, under a name that no other has.
    pub fn register(disk: Arc<dyn Disk>) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let name = format!("colvert-{number}");
        let files = Arc::new(Files {
            disk,
            scratch: SimDisk::new(0),
            shared: Mutex::default(),
            last_holder: AtomicU64::new(0),
            chance: Mutex::new(Chance::new(number)),
        });
        let c_name = CString::new(name.as_str()).expect("no NUL in it");
        let registered = Box::into_raw(Box::new(Registered { vfs: vfs(), name: c_name, files }));
        // SAFETY: `registered` was just made, and nobody else has it yet. It stays where it is until `drop`
        // has taken it back from SQLite.
        let code = unsafe {
            (*registered).vfs.zName = (*registered).name.as_ptr();
            (*registered).vfs.pAppData = registered.cast();
            ffi::sqlite3_vfs_register(&raw mut (*registered).vfs, 0)
        };
        assert_eq!(code, ffi::SQLITE_OK, "SQLite takes no VFS");
        Self { name, registered }
    }

    /// Its name for SQLite.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for SqliteVfs {
    fn drop(&mut self) {
        // SAFETY: it was registered by `register`, and is still there. Every open file has a share of the
        // files, and a connection has a file open: with no other share, nothing of SQLite needs the VFS.
        // Else somebody still has a connection, and what that points to stays for ever.
        unsafe {
            ffi::sqlite3_vfs_unregister(&raw mut (*self.registered).vfs);
            if Arc::strong_count(&(*self.registered).files) == 1 {
                drop(Box::from_raw(self.registered));
            }
        }
    }
}

/// The functions; what they work on is filled in later.
fn vfs() -> ffi::sqlite3_vfs {
    ffi::sqlite3_vfs {
        iVersion: 1,
        szOsFile: size_of::<RawFile>() as c_int,
        mxPathname: PATH_BYTES_MAX,
        pNext: ptr::null_mut(),
        zName: ptr::null(),
        pAppData: ptr::null_mut(),
        xOpen: Some(x_open),
        xDelete: Some(x_delete),
        xAccess: Some(x_access),
        xFullPathname: Some(x_full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(x_randomness),
        xSleep: Some(x_sleep),
        xCurrentTime: Some(x_current_time),
        xGetLastError: Some(x_get_last_error),
        xCurrentTimeInt64: None,
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }
}

impl Files {
    /// Opens a file as SQLite's flags say.
    fn open(self: &Arc<Self>, name: Option<String>, flags: c_int) -> io::Result<OpenFile> {
        let has = |flag| flags & flag != 0;
        let how = match (has(ffi::SQLITE_OPEN_CREATE), has(ffi::SQLITE_OPEN_EXCLUSIVE)) {
            (true, true) => Open::CreateNew,
            (true, false) => Open::Write,
            (false, _) if has(ffi::SQLITE_OPEN_READONLY) => Open::Read,
            (false, _) => {
                // A disk creates what it opens for writing.
                let named = name.as_deref().unwrap_or_default();
                self.disk.open(named, Open::Read)?;
                Open::Write
            }
        };
        let holder = self.last_holder.fetch_add(1, Ordering::Relaxed) + 1;
        let (file, shared) = match &name {
            Some(name) => (self.disk.open(name, how)?, self.shared(name)),
            None => (self.scratch.open(&format!("nameless-{holder}"), Open::Write)?, Arc::default()),
        };
        let journals = ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL;
        let is_new_name = has(ffi::SQLITE_OPEN_CREATE) && has(journals);
        let ends_with_it = name.filter(|_| has(ffi::SQLITE_OPEN_DELETEONCLOSE));
        Ok(OpenFile { files: self.clone(), file, shared, holder, is_new_name, ends_with_it })
    }

    fn shared(&self, name: &str) -> Arc<Mutex<Shared>> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.entry(name.to_owned()).or_default().clone()
    }

    fn delete(&self, name: &str, sync_dir: bool) -> Result<(), c_int> {
        match self.disk.remove(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ffi::SQLITE_IOERR_DELETE_NOENT),
            Err(_) => Err(ffi::SQLITE_IOERR_DELETE),
            Ok(()) if sync_dir => self.disk.sync_dir().map_err(|_| ffi::SQLITE_IOERR_DIR_FSYNC),
            Ok(()) => Ok(()),
        }
    }

    /// Whether there is such a file. As on Unix, an empty one is as good as none.
    fn exists(&self, name: &str) -> Result<bool, c_int> {
        match self.disk.open(name, Open::Read).and_then(|file| file.len()) {
            Ok(bytes) => Ok(bytes > 0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(_) => Err(ffi::SQLITE_IOERR_ACCESS),
        }
    }
}

/// SQLite's code for how something went.
fn code(went: Result<(), c_int>) -> c_int {
    went.err().unwrap_or(ffi::SQLITE_OK)
}

// What SQLite calls. It gives each function the VFS that it was registered with, C strings, and pointers
// that are valid for what is read and written here; a file is opened before it is used and not used after
// it was closed. See <https://www.sqlite.org/c3ref/vfs.html>.

/// # Safety
/// `vfs` is one that [`SqliteVfs::register`] has registered.
unsafe fn files<'a>(vfs: *mut ffi::sqlite3_vfs) -> &'a Arc<Files> {
    // SAFETY: `pAppData` is the `Registered` that `vfs` is in; its files do not change as long as it lives.
    unsafe { &(*(*vfs).pAppData.cast::<Registered>()).files }
}

/// # Safety
/// `name` is null or a C string.
unsafe fn text(name: *const c_char) -> Option<String> {
    // SAFETY: the caller's.
    (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned())
}

unsafe extern "C" fn x_open(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite's, see above; `file` has `szOsFile` bytes for a `RawFile`.
    unsafe {
        (*file).pMethods = ptr::null();
        let Ok(open) = files(vfs).open(text(name), flags) else { return ffi::SQLITE_CANTOPEN };
        RawFile::write(file.cast(), open);
        if !flags_out.is_null() {
            *flags_out = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync_dir: c_int) -> c_int {
    // SAFETY: SQLite's, see above.
    let (files, name) = unsafe { (files(vfs), text(name)) };
    code(files.delete(&name.unwrap_or_default(), sync_dir != 0))
}

unsafe extern "C" fn x_access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    _flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite's, see above.
    let (files, name) = unsafe { (files(vfs), text(name)) };
    code(files.exists(&name.unwrap_or_default()).map(|exists| {
        // SAFETY: SQLite's, see above.
        unsafe { *out = c_int::from(exists) }
    }))
}

unsafe extern "C" fn x_full_pathname(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    bytes: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite's, see above; `out` has room for `bytes`.
    unsafe {
        let name = CStr::from_ptr(name).to_bytes_with_nul();
        if name.len() > bytes as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        ptr::copy_nonoverlapping(name.as_ptr().cast(), out, name.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_randomness(vfs: *mut ffi::sqlite3_vfs, bytes: c_int, out: *mut c_char) -> c_int {
    // SAFETY: SQLite's, see above; `out` has room for `bytes`.
    let (files, out) =
        unsafe { (files(vfs), std::slice::from_raw_parts_mut(out.cast::<u8>(), bytes as usize)) };
    let mut chance = files.chance.lock().unwrap_or_else(PoisonError::into_inner);
    out.fill_with(|| chance.below(256) as u8);
    bytes
}

/// Whoever holds a lock is a thread of the same test, and on a busy machine it needs the time: SQLite counts how long it has slept,
/// not how long it has waited.
unsafe extern "C" fn x_sleep(_vfs: *mut ffi::sqlite3_vfs, us: c_int) -> c_int {
    std::thread::sleep(std::time::Duration::from_micros(us.unsigned_abs().into()));
    us
}

unsafe extern "C" fn x_current_time(_vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: SQLite's, see above.
    unsafe { *out = JULIAN_DAY };
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_get_last_error(
    _vfs: *mut ffi::sqlite3_vfs,
    _bytes: c_int,
    _out: *mut c_char,
) -> c_int {
    0
}

#[cfg(test)]
mod tests;
