//! The locks of one database.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_int;

use rusqlite::ffi;

/// A connection's hold on a database.
pub(super) type Holder = u64;

const WAL_LOCKS: usize = ffi::SQLITE_SHM_NLOCK as usize;

/// Who holds what.
#[derive(Default)]
pub(super) struct Locks {
    /// The database file's: level by holder. Spec: <https://www.sqlite.org/lockingv3.html#locking>
    levels: BTreeMap<Holder, c_int>,
    /// The WAL's. Spec: <https://www.sqlite.org/walformat.html#wal_locks>
    wal: [WalLock; WAL_LOCKS],
}

#[derive(Default)]
struct WalLock {
    readers: BTreeSet<Holder>,
    writer: Option<Holder>,
}

impl Locks {
    /// Raises a holder's level. False: somebody else is in the way.
    pub(super) fn raise(&mut self, me: Holder, level: c_int) -> bool {
        let others = self.levels.iter().filter(|(holder, _)| **holder != me);
        let others = others.map(|(_, level)| *level).max().unwrap_or(ffi::SQLITE_LOCK_NONE);
        let (least, granted) = match level {
            ffi::SQLITE_LOCK_SHARED => (ffi::SQLITE_LOCK_PENDING, level),
            ffi::SQLITE_LOCK_RESERVED => (ffi::SQLITE_LOCK_RESERVED, level),
            // While others still read, no new ones are let in.
            _ if others == ffi::SQLITE_LOCK_SHARED => (ffi::SQLITE_LOCK_RESERVED, ffi::SQLITE_LOCK_PENDING),
            _ => (ffi::SQLITE_LOCK_RESERVED, level),
        };
        if others >= least {
            return false;
        }
        let mine = self.levels.entry(me).or_default();
        *mine = granted.max(*mine);
        *mine >= level
    }

    /// Lowers a holder's level.
    pub(super) fn lower(&mut self, me: Holder, level: c_int) {
        if level == ffi::SQLITE_LOCK_NONE {
            self.levels.remove(&me);
        } else if let Some(mine) = self.levels.get_mut(&me) {
            *mine = level.min(*mine);
        }
    }

    /// Whether somebody is about to write.
    pub(super) fn is_reserved(&self) -> bool {
        self.levels.values().any(|level| *level >= ffi::SQLITE_LOCK_RESERVED)
    }

    /// Takes or gives back WAL locks, as SQLite's flags say. False: somebody else is in the way.
    pub(super) fn wal(&mut self, me: Holder, locks: std::ops::Range<usize>, flags: c_int) -> bool {
        let Some(locks) = self.wal.get_mut(locks) else { return false };
        if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
            locks.iter_mut().for_each(|lock| lock.give_back(me));
            return true;
        }
        let is_shared = flags & ffi::SQLITE_SHM_SHARED != 0;
        let is_free = locks.iter().all(|lock| lock.is_free_for(me, is_shared));
        if is_free {
            for lock in locks {
                if is_shared {
                    lock.readers.insert(me);
                } else {
                    lock.writer = Some(me);
                }
            }
        }
        is_free
    }

    /// The holder is gone from the WAL.
    pub(super) fn leave_wal(&mut self, me: Holder) {
        self.wal.iter_mut().for_each(|lock| lock.give_back(me));
    }
}

impl WalLock {
    fn is_free_for(&self, me: Holder, is_shared: bool) -> bool {
        let is_written = self.writer.is_some_and(|writer| writer != me);
        let is_read = self.readers.iter().any(|reader| *reader != me);
        !is_written && (is_shared || !is_read)
    }

    fn give_back(&mut self, me: Holder) {
        self.readers.remove(&me);
        self.writer = self.writer.filter(|writer| *writer != me);
    }
}
