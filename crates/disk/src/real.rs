//! A directory of the operating system.

use std::fs;
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::{Disk, File, Open};

/// What people say is in these files: nobody else on the machine reads them.
const OWNER_ONLY: u32 = 0o600;

/// Zeroes written per call where the file system cannot reserve space.
const ZEROES_BYTES: usize = 64 * 1024;

/// A directory of this machine.
#[derive(Debug)]
pub struct RealDisk {
    path: PathBuf,
    dir: fs::File,
}

impl RealDisk {
    /// Opens the directory `path`, which must exist.
    pub fn new(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let dir = fs::File::open(&path)?;
        if !dir.metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { path, dir })
    }

    /// Opens the directory `path`, and creates it durably when it is missing; its parent must exist.
    pub fn create(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        match fs::create_dir(&path) {
            Ok(()) => {
                if let Some(parent) = path.parent() {
                    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
                    fs::File::open(parent)?.sync_all()?;
                }
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
        Self::new(path)
    }

    /// Where the directory is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn path_of(&self, name: &str) -> io::Result<PathBuf> {
        if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file name"));
        }
        Ok(self.path.join(name))
    }
}

impl Disk for RealDisk {
    fn open(&self, name: &str, how: Open) -> io::Result<Box<dyn File>> {
        let mut options = fs::OpenOptions::new();
        options.read(true).mode(OWNER_ONLY);
        match how {
            Open::Read => &mut options,
            Open::Write => options.write(true).create(true).truncate(false),
            Open::CreateNew => options.write(true).create_new(true),
        };
        Ok(Box::new(RealFile(options.open(self.path_of(name)?)?)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path_of(from)?, self.path_of(to)?)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path_of(name)?)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            // A name that is not UTF-8 is not one of ours.
            if let (true, Ok(name)) = (entry.file_type()?.is_file(), entry.file_name().into_string()) {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn sync_dir(&self) -> io::Result<()> {
        self.dir.sync_all()
    }

    fn free_bytes(&self) -> io::Result<u64> {
        let stat = rustix::fs::fstatvfs(&self.dir)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}

struct RealFile(fs::File);

impl RealFile {
    /// Space for bytes that are not there yet, by writing them.
    fn append_zeroes(&self, len: u64) -> io::Result<()> {
        let zeroes = [0; ZEROES_BYTES];
        let mut at = self.len()?;
        while at < len {
            let n = (len - at).min(ZEROES_BYTES as u64);
            self.write_all_at(&zeroes[..n as usize], at)?;
            at += n;
        }
        Ok(())
    }
}

impl File for RealFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(&self.0, buf, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        FileExt::write_at(&self.0, bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        use rustix::io::Errno;
        match rustix::fs::fallocate(&self.0, rustix::fs::FallocateFlags::empty(), 0, len) {
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => self.append_zeroes(len),
            other => Ok(other?),
        }
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }
}
