//! All of a simulated disk: names, files, and what is about to go wrong.

use std::collections::BTreeMap;
use std::io;

use colvert_disk::Open;

use super::Fault;
use super::chance::Chance;
use super::inode::Inode;

const EIO: i32 = 5;
pub(super) const EBADF: i32 = 9;
const ENOSPC: i32 = 28;

/// A change of the directory that no `sync_dir` has covered yet.
#[derive(Clone, Debug)]
enum NameChange {
    Create(String, usize),
    Rename(String, String),
    Remove(String),
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Create(name, id) => {
                names.insert(name.clone(), *id);
            }
            Self::Rename(from, to) => {
                if let Some(id) = names.remove(from) {
                    names.insert(to.clone(), id);
                }
            }
            Self::Remove(name) => {
                names.remove(name);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Create,
    Rename,
    Remove,
    Write,
    Allocate,
    Truncate,
    SyncData,
    SyncDir,
}

/// What becomes of an operation that has no fault of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Going {
    Well,
    /// The power goes while it is under way: it has no answer, and may have happened or not.
    Dark,
    Wrong(Fault),
}

#[derive(Clone)]
pub(super) struct State {
    pub(super) inodes: Vec<Inode>,
    pub(super) names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    unsynced_names: Vec<NameChange>,
    pub(super) ops: u64,
    pub(super) faults: Vec<(u64, Fault)>,
    pub(super) cut_after: Option<u64>,
    pub(super) gone: bool,
    pub(super) capacity: Option<u64>,
    chance: Chance,
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            inodes: Vec::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            unsynced_names: Vec::new(),
            ops: 0,
            faults: Vec::new(),
            cut_after: None,
            gone: false,
            capacity: None,
            chance: Chance::new(seed),
        }
    }

    pub(super) fn powered(&self) -> io::Result<()> {
        if self.gone { Err(no_power()) } else { Ok(()) }
    }

    pub(super) fn open(&mut self, name: &str, how: Open) -> io::Result<usize> {
        self.powered()?;
        if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file name"));
        }
        match (self.names.get(name), how) {
            (Some(_), Open::CreateNew) => return Err(io::ErrorKind::AlreadyExists.into()),
            (Some(id), _) => return Ok(*id),
            (None, Open::Read) => return Err(io::ErrorKind::NotFound.into()),
            (None, _) => {}
        }
        let going = self.begin(Op::Create)?;
        if let Going::Wrong(fault) = going {
            return Err(fault.error());
        }
        self.inodes.push(Inode::default());
        let id = self.inodes.len() - 1;
        self.change_names(NameChange::Create(name.to_owned(), id));
        going.answer(id)
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.exists(from)?;
        let going = self.begin(Op::Rename)?;
        self.change_names(NameChange::Rename(from.to_owned(), to.to_owned()));
        going.answer(())
    }

    pub(super) fn remove(&mut self, name: &str) -> io::Result<()> {
        self.exists(name)?;
        let going = self.begin(Op::Remove)?;
        self.change_names(NameChange::Remove(name.to_owned()));
        going.answer(())
    }

    pub(super) fn sync_dir(&mut self) -> io::Result<()> {
        let going = self.begin(Op::SyncDir)?;
        if going == Going::Well {
            self.durable_names = self.names.clone();
            self.unsynced_names.clear();
        }
        going.answer(())
    }

    pub(super) fn write(&mut self, id: usize, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let going = self.begin(Op::Write)?;
        let bytes = match going {
            Going::Wrong(Fault::ShortWrite) => &bytes[..bytes.len().div_ceil(2)],
            Going::Wrong(fault) => return Err(fault.error()),
            Going::Well | Going::Dark => bytes,
        };
        let len = self.inodes[id].cache.len() as u64;
        let fits = len.saturating_add(self.free_bytes()).saturating_sub(offset).min(bytes.len() as u64);
        if fits == 0 && !bytes.is_empty() {
            return Err(Fault::NoSpace.error());
        }
        self.inodes[id].write(&bytes[..fits as usize], offset as usize);
        match going {
            Going::Dark => Err(no_power()),
            _ => Ok(fits as usize),
        }
    }

    pub(super) fn allocate(&mut self, id: usize, len: u64) -> io::Result<()> {
        let going = self.begin(Op::Allocate)?;
        if let Going::Wrong(fault) = going {
            return Err(fault.error());
        }
        if len.saturating_sub(self.inodes[id].cache.len() as u64) > self.free_bytes() {
            return Err(Fault::NoSpace.error());
        }
        self.inodes[id].extend(len as usize);
        going.answer(())
    }

    pub(super) fn truncate(&mut self, id: usize, len: u64) -> io::Result<()> {
        let going = self.begin(Op::Truncate)?;
        self.inodes[id].set_len(len as usize);
        going.answer(())
    }

    pub(super) fn sync_data(&mut self, id: usize) -> io::Result<()> {
        let going = self.begin(Op::SyncData)?;
        match going {
            Going::Well => self.inodes[id].sync(),
            Going::Wrong(_) => self.inodes[id].sync_failing(&mut self.chance),
            Going::Dark => {}
        }
        going.answer(())
    }

    pub(super) fn free_bytes(&self) -> u64 {
        let used: u64 = self.names.values().map(|&id| self.inodes[id].cache.len() as u64).sum();
        self.capacity.map_or(u64::MAX / 2, |capacity| capacity.saturating_sub(used))
    }

    pub(super) fn after_kill(&self) -> Self {
        Self { faults: Vec::new(), cut_after: None, gone: false, ..self.clone() }
    }

    pub(super) fn after_power_cut(&self, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut names = self.durable_names.clone();
        let kept = chance.below(self.unsynced_names.len() + 1);
        for change in &self.unsynced_names[..kept] {
            change.apply(&mut names);
        }
        let mut after = Self::new(seed);
        after.capacity = self.capacity;
        for (name, id) in names {
            after.names.insert(name, after.inodes.len());
            after.inodes.push(Inode::settled(self.inodes[id].after_crash(&mut chance)));
        }
        after.durable_names = after.names.clone();
        after
    }

    /// Counts the operation, and says what becomes of it.
    fn begin(&mut self, op: Op) -> io::Result<Going> {
        self.powered()?;
        self.ops += 1;
        if self.cut_after.is_some_and(|after| self.ops > after) {
            self.gone = true;
            return Ok(Going::Dark);
        }
        let strikes = |&(after, fault): &(u64, Fault)| self.ops > after && fault.strikes(op);
        match self.faults.iter().position(strikes) {
            Some(i) => Ok(Going::Wrong(self.faults.remove(i).1)),
            None => Ok(Going::Well),
        }
    }

    fn exists(&self, name: &str) -> io::Result<()> {
        self.powered()?;
        if self.names.contains_key(name) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn change_names(&mut self, change: NameChange) {
        change.apply(&mut self.names);
        self.unsynced_names.push(change);
    }
}

impl Going {
    fn answer<T>(self, value: T) -> io::Result<T> {
        match self {
            Self::Well => Ok(value),
            Self::Dark => Err(no_power()),
            Self::Wrong(fault) => Err(fault.error()),
        }
    }
}

impl Fault {
    fn strikes(self, op: Op) -> bool {
        match self {
            Self::NoSpace => matches!(op, Op::Create | Op::Write | Op::Allocate),
            Self::WriteError | Self::ShortWrite => op == Op::Write,
            Self::SyncError => op == Op::SyncData,
            Self::SyncDirError => op == Op::SyncDir,
        }
    }

    fn error(self) -> io::Error {
        io::Error::from_raw_os_error(if self == Self::NoSpace { ENOSPC } else { EIO })
    }
}

fn no_power() -> io::Error {
    io::Error::other("the machine is gone")
}
