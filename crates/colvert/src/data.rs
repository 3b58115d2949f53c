//! The data directory: one process at a time has it, and it says which version of the formats it has.
//!
//! ```text
//! lock           held by the process that has the directory; its number is in it
//! format         the version of the formats here, and which log it is
//! log-….seg      the log              state.snapshot   the state up to somewhere in it
//! archive.db     the archive          control.sock     the running server's command line
//! cloak.key      what cloaks are computed with
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use colvert_disk::{Disk, Open, RealDisk, write_atomically};
use colvert_log::LogId;
use rustix::fs::{FlockOperation, flock};
use rustix::process::geteuid;

use crate::claim::random_u128;
use crate::config::cloak::CloakSecret;
use crate::config::{Config, Problem, find};

/// The version of the formats that this program writes and reads.
const FORMAT: u32 = 1;
const FORMAT_NAME: &str = "format";
const LOCK_NAME: &str = "lock";
const CLOAK_NAME: &str = "cloak.key";

/// A data directory that is ours until this is dropped.
pub struct DataDir {
    path: PathBuf,
    disk: Arc<dyn Disk>,
    /// Which log must be here; nothing: none yet.
    log: Option<LogId>,
    _lock: File,
}

/// Why a data directory could not be had.
#[derive(Debug)]
pub enum NotOurs {
    /// Another process has it.
    Taken(Problem),
    Problem(Problem),
}

impl DataDir {
    /// Takes the directory, having created it when it is missing.
    ///
    /// # Errors
    /// Another process has it, it cannot be used, or a newer program wrote it.
    pub fn open(config: &Config) -> Result<Self, NotOurs> {
        let path = config.data.dir.clone();
        let problem = |reason: String| NotOurs::Problem(unusable(config, reason));
        create(&path).map_err(|error| problem(reason(&error)))?;
        let lock = lock(&path).map_err(|error| match error {
            LockError::Taken(by) => NotOurs::Taken(unusable(config, taken(&by))),
            LockError::Io(error) => problem(reason(&error)),
        })?;
        let disk: Arc<dyn Disk> = Arc::new(RealDisk::new(&path).map_err(|error| problem(reason(&error)))?);
        let log = read_format(disk.as_ref()).map_err(problem)?;
        Ok(Self { path, disk, log, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    /// Which log must be here; nothing: none yet.
    pub fn log(&self) -> Option<LogId> {
        self.log
    }

    /// Notes which log is here, and by that that the directory is complete.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_log(&mut self, log: LogId) -> io::Result<()> {
        if self.log != Some(log) {
            let text = format!("{FORMAT}\nlog {:032x}\n", log.0);
            write_atomically(self.disk.as_ref(), FORMAT_NAME, text.as_bytes())?;
            self.log = Some(log);
        }
        Ok(())
    }

    /// What cloaks are computed with, made the first time; its owner alone may read it.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn cloak_secret(&self) -> io::Result<CloakSecret> {
        let path = self.path.join(CLOAK_NAME);
        match fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => return Ok(CloakSecret(text.trim().to_owned())),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            // A process that died while it wrote it has used it for nobody.
            _ => {}
        }
        let secret = format!("{:032x}{:032x}", random_u128(), random_u128());
        write_atomically(self.disk.as_ref(), CLOAK_NAME, format!("{secret}\n").as_bytes())?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(CloakSecret(secret))
    }

    /// What is wrong if another user is its owner: with files of this one, that user could not go on.
    pub fn problem_of_owner(config: &Config) -> Option<Problem> {
        let owner = fs::metadata(&config.data.dir).ok()?.uid();
        let reason = format!("it belongs to user {owner}; give the order as that user");
        (owner != geteuid().as_raw()).then(|| unusable(config, reason))
    }

    /// Whether others than its owner can look into it.
    pub fn is_open_to_others(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
    }
}

fn unusable(config: &Config, reason: String) -> Problem {
    let key = find("data", "dir").expect("the table has it");
    Problem::unusable(key, config, reason)
}

fn taken(by: &str) -> String {
    match by {
        "" => "another process has it; stop that one, or choose another directory".to_owned(),
        by => format!("process {by} has it; stop that one, or choose another directory"),
    }
}

fn reason(error: &io::Error) -> String {
    let advice = match error.kind() {
        io::ErrorKind::NotFound => "the directory above it must be there",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "choose a directory",
        io::ErrorKind::StorageFull => "make room",
        _ => "choose a directory that this user may write to",
    };
    format!("{error}; {advice}")
}

/// Creates the directory durably, for its owner alone, unless it is there.
fn create(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {
            let above = path.parent().filter(|above| !above.as_os_str().is_empty());
            File::open(above.unwrap_or(Path::new(".")))?.sync_all()
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

enum LockError {
    /// By the process of this number, if it says so.
    Taken(String),
    Io(io::Error),
}

/// The system gives the lock back when the process ends, however it ends.
fn lock(path: &Path) -> Result<File, LockError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let mut file = options.open(path.join(LOCK_NAME)).map_err(LockError::Io)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut by = String::new();
            // The number is a courtesy.
            let _ = file.read_to_string(&mut by);
            return Err(LockError::Taken(by.trim().to_owned()));
        }
        Err(error) => return Err(LockError::Io(error.into())),
    }
    let number = format!("{}\n", std::process::id());
    let written =
        file.rewind().and_then(|()| file.set_len(0)).and_then(|()| file.write_all(number.as_bytes()));
    if let Err(error) = written {
        // On a full disk the server must still be able to start.
        tracing::warn!(%error, "the lock cannot say who has it");
    }
    Ok(file)
}

/// Which log is here. Nothing: the directory is new, or was left before it was complete.
fn read_format(disk: &dyn Disk) -> Result<Option<LogId>, String> {
    let file = match disk.open(FORMAT_NAME, Open::Read) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{FORMAT_NAME}: {error}")),
    };
    let mut bytes = [0; 256];
    let n = file.read_full_at(&mut bytes, 0).map_err(|error| format!("{FORMAT_NAME}: {error}"))?;
    parse_format(&String::from_utf8_lossy(&bytes[..n]))
}

fn parse_format(text: &str) -> Result<Option<LogId>, String> {
    let damaged = || format!("{FORMAT_NAME} is damaged: its first line must be a number");
    let mut lines = text.lines();
    let version: u32 = lines.next().and_then(|line| line.parse().ok()).ok_or_else(damaged)?;
    if version != FORMAT {
        return Err(format!(
            "it has format {version}, and colvert {} knows format {FORMAT}; use the program that wrote it, or a newer one",
            env!("CARGO_PKG_VERSION"),
        ));
    }
    let id = lines.next().and_then(|line| line.strip_prefix("log "));
    let id = id.and_then(|hex| u128::from_str_radix(hex, 16).ok());
    id.map(|id| Some(LogId(id))).ok_or_else(|| format!("{FORMAT_NAME} is damaged: it does not say which log"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(dir: &Path) -> Config {
        let mut config = Config::default();
        config.data.dir = dir.to_owned();
        config
    }

    fn words(result: Result<DataDir, NotOurs>) -> String {
        match result {
            Ok(_) => "ours".to_owned(),
            Err(NotOurs::Taken(problem) | NotOurs::Problem(problem)) => problem.to_string(),
        }
    }

    #[test]
    fn it_is_created_for_its_owner_and_is_one_process_s() {
        let above = tempfile::tempdir().unwrap();
        let path = above.path().join("data");
        let data = DataDir::open(&config(&path)).ok().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(!data.is_open_to_others());
        let expected = format!(
            "[data] dir = \"{}\": process {} has it; stop that one, or choose another directory",
            path.display(),
            std::process::id()
        );
        assert_eq!(words(DataDir::open(&config(&path))), expected);
        drop(data);
        assert_eq!(words(DataDir::open(&config(&path))), "ours");
    }

    #[test]
    fn it_remembers_its_log() {
        let above = tempfile::tempdir().unwrap();
        let mut data = DataDir::open(&config(above.path())).ok().unwrap();
        assert_eq!(data.log(), None);
        data.set_log(LogId(77)).unwrap();
        drop(data);
        let again = DataDir::open(&config(above.path())).ok().unwrap();
        assert_eq!(again.log(), Some(LogId(77)));
    }

    #[test]
    fn a_directory_that_cannot_be_had_is_told_in_a_line() {
        let above = tempfile::tempdir().unwrap();
        let file = above.path().join("file");
        fs::write(&file, "").unwrap();
        let told = words(DataDir::open(&config(&file)));
        assert_eq!(
            told,
            format!("[data] dir = \"{}\": File exists (os error 17); choose a directory", file.display())
        );
        let deep = above.path().join("a/b");
        let told = words(DataDir::open(&config(&deep)));
        assert!(
            told.ends_with("No such file or directory (os error 2); the directory above it must be there")
        );
    }

    #[test]
    fn a_newer_format_is_refused_by_name() {
        let told = parse_format("2\nwhatever\n").unwrap_err();
        assert!(told.starts_with("it has format 2, and colvert "), "{told}");
        assert!(parse_format("").unwrap_err().contains("damaged"));
        assert!(parse_format("1\n").unwrap_err().contains("which log"));
        assert_eq!(parse_format("1\nlog 4d\n"), Ok(Some(LogId(0x4d))));
    }
}
