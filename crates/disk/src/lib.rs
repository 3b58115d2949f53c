//! Durable files: everything that must survive the machine is written through [`Disk`].
//!
//! One trait, so that the disk of a test can be full, fail, tear a write or lose power at any
//! operation. Here belong files of one directory and when they are durable; no format of any file, no
//! retry, no clock, no async.
//!
//! ```text
//! write_at ─▶ seen by readers of this machine ─▶ sync_data ─▶ the bytes survive a power cut
//! open(create), rename, remove                ─▶ sync_dir  ─▶ the name survives a power cut
//! ```

mod atomic;
mod real;

use std::io;

pub use atomic::write_atomically;
pub use real::RealDisk;

/// How [`Disk::open`] opens a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// For reading; `NotFound` when there is none.
    Read,
    /// For reading and writing; created empty when there is none, never truncated.
    Write,
    /// For reading and writing; `AlreadyExists` when there is one.
    CreateNew,
}

/// One flat directory of files. A name is a plain file name: no separator, not `.` or `..`.
pub trait Disk: Send + Sync {
    /// Opens a file. A created file's name is durable after [`Disk::sync_dir`] only.
    fn open(&self, name: &str, how: Open) -> io::Result<Box<dyn File>>;

    /// Renames atomically, replacing a file that is called `to`. Durable after [`Disk::sync_dir`].
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a name; who has the file open can go on using it. Durable after [`Disk::sync_dir`].
    fn remove(&self, name: &str) -> io::Result<()>;

    /// The names of all files, sorted.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Makes all names as they are now durable.
    fn sync_dir(&self) -> io::Result<()>;

    /// Bytes that this process may still allocate.
    fn free_bytes(&self) -> io::Result<u64>;
}

/// An open file, read and written at offsets; it has no cursor.
///
/// A failed write or sync leaves the bytes in an unknown state, also after a later sync that succeeds:
/// the kernel may have dropped them and forgotten it.
#[expect(clippy::len_without_is_empty, reason = "a length in bytes, not a collection")]
pub trait File: Send + Sync {
    /// Reads what is there, possibly less than `buf`; 0 at the end of the file.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes a prefix of `bytes` and says how long; extends the file when needed.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// Makes the content and the length durable.
    fn sync_data(&self) -> io::Result<()>;

    /// Extends the file with zeroes to at least `len` bytes and reserves their space, so that a later
    /// write within `len` cannot run out of it. Never shortens.
    fn allocate(&self, len: u64) -> io::Result<()>;

    /// The length in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Sets the length in bytes: cuts, or extends with zeroes that have no space reserved.
    fn truncate(&self, len: u64) -> io::Result<()>;

    /// Writes all of `bytes`, going on after short writes.
    fn write_all_at(&self, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.write_at(bytes, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => {
                    bytes = &bytes[n..];
                    offset += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Reads until `buf` is full or the file ends; says how many bytes it read.
    fn read_full_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while done < buf.len() {
            match self.read_at(&mut buf[done..], offset + done as u64) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(done)
    }

    /// Fills `buf`; `UnexpectedEof` when the file ends before.
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        match self.read_full_at(buf, offset)? {
            n if n == buf.len() => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
