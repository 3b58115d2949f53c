//! A small file that is replaced as a whole.

use std::io;

use crate::{Disk, Open};

/// What the name of a file that is being written ends in; such a file is left over after a crash.
const UNFINISHED: &str = ".tmp";

/// Replaces the file `name` by `bytes`: after a crash at any moment it has the old content or the new.
/// When this returns, it has the new one for good.
pub fn write_atomically(disk: &dyn Disk, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = format!("{name}{UNFINISHED}");
    let file = disk.open(&unfinished, Open::Write)?;
    file.truncate(0)?;
    file.write_all_at(bytes, 0)?;
    file.sync_data()?;
    disk.rename(&unfinished, name)?;
    disk.sync_dir()
}
