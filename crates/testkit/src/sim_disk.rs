//! A disk in memory that forgets what was not synced, fills up, fails, and loses power at any operation.
//!
//! ```text
//! let disk = SimDisk::new(1);
//! disk.cut_after(40);                  // the power goes while operation 41 is under way
//! … work until everything fails …
//! let after = disk.power_cut(seed);    // what the machine finds when it starts again
//! ```
//!
//! What a power cut may do: each unsynced write is kept, lost, torn at any byte or kept in some of its
//! sectors, each on its own, so writes are reordered; lengths change in order; of the unsynced creates,
//! renames and removes a prefix is kept. Syncing a file does not make its name durable.
//! An operation is one that changes something or makes it durable; reads do not count.

mod chance;
mod inode;
mod state;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use colvert_disk::{Disk, File, Open};

pub use chance::Chance;
use state::State;

/// What goes wrong, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A write, an allocation or a create finds no space.
    NoSpace,
    /// A write fails; nothing of it is there.
    WriteError,
    /// A sync of a file fails. Readers still see the bytes, some of them are dropped for good, and the next
    /// sync succeeds without them, as on Linux.
    SyncError,
    /// A sync of the directory fails; nothing is lost yet.
    SyncDirError,
    /// A write stops half way and says so.
    ShortWrite,
}

/// A disk for tests. Clones are the same disk.
#[derive(Clone)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

impl SimDisk {
    /// An empty disk; `seed` decides what a failed sync drops.
    pub fn new(seed: u64) -> Self {
        Self::from(State::new(seed))
    }

    /// This disk as the code under test takes it.
    pub fn shared(&self) -> Arc<dyn Disk> {
        Arc::new(self.clone())
    }

    /// Operations so far.
    pub fn ops(&self) -> u64 {
        self.state().ops
    }

    /// After `n_ops` more operations, the first one that `fault` can strike fails, once.
    pub fn fail_after(&self, n_ops: u64, fault: Fault) {
        let mut state = self.state();
        let after = state.ops + n_ops;
        state.faults.push((after, fault));
    }

    /// After `n_ops` more operations the power goes: the next one is under way, and it and all others fail.
    pub fn cut_after(&self, n_ops: u64) {
        let mut state = self.state();
        state.cut_after = Some(state.ops + n_ops);
    }

    /// Whether the power is gone.
    pub fn is_gone(&self) -> bool {
        self.state().gone
    }

    /// Bytes that all files together may have; `None` is no limit.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.state().capacity = bytes;
    }

    /// Forgets the faults that have not struck yet.
    pub fn clear_faults(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.cut_after = None;
    }

    /// The disk that the machine finds after a power cut now; the same for the same history and seed.
    pub fn power_cut(&self, seed: u64) -> Self {
        Self::from(self.state().after_power_cut(seed))
    }

    /// The disk that the next process finds when this one is killed now: nothing is lost, and what was not
    /// synced still is not.
    pub fn kill(&self) -> Self {
        Self::from(self.state().after_kill())
    }

    /// What readers see of a file.
    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let state = self.state();
        let id = *state.names.get(name)?;
        Some(state.inodes[id].cache.clone())
    }

    /// Flips the bits `mask` of one byte, on the medium and for readers; the file must have it.
    pub fn rot(&self, name: &str, offset: u64, mask: u8) {
        let mut state = self.state();
        let id = state.names[name];
        state.inodes[id].rot(offset as usize, mask);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<State> for SimDisk {
    fn from(state: State) -> Self {
        Self { state: Arc::new(Mutex::new(state)) }
    }
}

impl Disk for SimDisk {
    fn open(&self, name: &str, how: Open) -> io::Result<Box<dyn File>> {
        let id = self.state().open(name, how)?;
        Ok(Box::new(SimFile { disk: self.clone(), id, writable: how != Open::Read }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.state().rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.state().remove(name)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let state = self.state();
        state.powered()?;
        Ok(state.names.keys().cloned().collect())
    }

    fn sync_dir(&self) -> io::Result<()> {
        self.state().sync_dir()
    }

    fn free_bytes(&self) -> io::Result<u64> {
        let state = self.state();
        state.powered()?;
        Ok(state.free_bytes())
    }
}

struct SimFile {
    disk: SimDisk,
    id: usize,
    writable: bool,
}

impl SimFile {
    fn for_writing(&self) -> io::Result<MutexGuard<'_, State>> {
        if self.writable { Ok(self.disk.state()) } else { Err(io::Error::from_raw_os_error(state::EBADF)) }
    }
}

impl File for SimFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = self.disk.state();
        state.powered()?;
        Ok(state.inodes[self.id].read(buf, offset))
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.for_writing()?.write(self.id, bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.state().sync_data(self.id)
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        self.for_writing()?.allocate(self.id, len)
    }

    fn len(&self) -> io::Result<u64> {
        let state = self.disk.state();
        state.powered()?;
        Ok(state.inodes[self.id].cache.len() as u64)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.for_writing()?.truncate(self.id, len)
    }
}

#[cfg(test)]
mod tests;
