//! The memory that all connections to a database in WAL mode share.

use std::collections::BTreeSet;
use std::ffi::c_void;

use super::locks::Holder;

/// Zeroes at first; SQLite writes into it from several threads and does its own synchronisation.
#[derive(Default)]
pub(super) struct WalIndex {
    regions: Vec<Region>,
    users: BTreeSet<Holder>,
}

/// Memory that stays where it is, made by `Box::into_raw`. In words, so that it is aligned for any of them.
struct Region {
    words: *mut [u64],
}

// SAFETY: a region is memory and nothing else; Rust only makes it and frees it.
unsafe impl Send for Region {}

impl Region {
    fn new(bytes: usize) -> Self {
        Self { words: Box::into_raw(vec![0; bytes.div_ceil(size_of::<u64>())].into_boxed_slice()) }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw` in `new`. SQLite no longer uses it: every user has left.
        drop(unsafe { Box::from_raw(self.words) });
    }
}

impl WalIndex {
    /// Region number `index`, which is made if `extend` says so; null if there is none.
    pub(super) fn region(&mut self, user: Holder, index: usize, bytes: usize, extend: bool) -> *mut c_void {
        self.users.insert(user);
        while extend && self.regions.len() <= index {
            self.regions.push(Region::new(bytes));
        }
        self.regions.get(index).map_or(std::ptr::null_mut(), |region| region.words.cast())
    }

    /// A user is gone; the last one takes the memory along, as the end of a process does.
    pub(super) fn leave(&mut self, user: Holder) {
        self.users.remove(&user);
        if self.users.is_empty() {
            self.regions.clear();
        }
    }
}
