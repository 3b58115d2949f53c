//! Transcripts: files that read like a play, and are played.
//!
//! ```text
//! # Under +t only operators change the topic.
//! @ alice irc #rust
//! @ bob   line #rust
//! bob   > /topic Hello
//! bob   < You are not an operator of rust.
//! ```
//!
//! | line | means |
//! |---|---|
//! | `# …` | a comment |
//! | `= section.key value` | a setting, before anybody is there |
//! | `@ alice irc #rust +cap,cap` | she connects, negotiates, takes her name as nick, joins; nothing of it is shown |
//! | `@ bob line fr #rust` | the same on the line protocol, in French |
//! | `@ desk irc as ada #rust` | somebody logs in to the account ada, whose password is `quack-quack`, and takes its name as nick |
//! | `@ eve irc tls`, `@ eve irc tls:ada` | over TLS, without and with a certificate, see [`crate::certificates`] |
//! | `@ eve irc raw` | she connects, and does nothing; all that she hears is shown |
//! | `alice > text` | she sends a line; all that anybody hears of it comes next |
//! | `alice >> text` | she sends a line together with her next one |
//! | `alice < text` | she hears a line |
//! | <code>alice &#124;</code> | the server has closed her connection |
//! | `alice x` | her connection breaks |
//! | `~ 3600s` | time passes (not over sockets) |
//! | `! disk full`, `! pool full`, `… free` | content is refused, slow work is refused (not over sockets) |
//! | `! crash`, `! restart` | the process is killed, or stopped, and starts again; everybody is gone |
//! | `! reload section.key value` | the configuration has this key, which it did not have, and is read again |
//! | `& ada@example.org` | she reads the next letter to her mailbox; its lines are heard of `mail` |
//! | `$ admin role alice moderator` | the server's own command line; `$! …` when it must refuse |
//!
//! A transcript is complete: an unexpected line fails as a missing one does. Lines of one person are in order;
//! whose come first is written as: who acted, then the others as they came. `\x01` is a byte that cannot be
//! written. Times are `$time`, message ids `$msg1`, `$msg2`, … as they first appear, and may be sent as such;
//! so may `$code`, which `$ admin code` made, and `$session1`, … of lists of sessions. `{token ada}` and `{bearer ada}` in what somebody sends are tokens of an outside issuer,
//! see [`crate::issuer::Issuer::fill`]; the server trusts it when a setting of `oauth` is made.
//!
//! | module | holds |
//! |---|---|
//! | [`script`] | a file to steps and back |
//! | [`stage`] | what a server must be able to do to be played on: [`in_process`], [`sockets`] |
//! | `play` | the steps on a stage, and what is heard |
//! | `normal` | the one place where what differs from run to run gets its name |
//! | [`coverage`] | what a play has shown |
//! | `diff` | what is wrong, so that it reads well; or the file rewritten |

pub mod coverage;
mod diff;
pub mod door;
pub mod in_process;
mod normal;
mod play;
pub mod script;
mod settings;
pub mod sockets;
pub mod stage;
mod wire;

use std::fs;
use std::path::{Path, PathBuf};

use script::{Script, Setting, Step};
use stage::Stage;

/// Set it to rewrite what is heard, in the files.
pub const REWRITE: &str = "COLVERT_REWRITE";

/// All transcripts of the repository, in order.
///
/// # Panics
/// When the directory cannot be read.
pub fn files() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/transcripts");
    let entries = fs::read_dir(&directory).expect("the repository has transcripts");
    let paths = entries.map(|entry| entry.expect("its name can be read").path());
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|it| it == "txt")).collect();
    files.sort();
    files
}

/// Reads a transcript.
///
/// # Errors
/// Where it cannot be understood, and why.
pub fn read(path: &Path) -> Result<Script, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Script::parse(&text).map_err(|error| format!("{}:{error}", shown(path)))
}

/// A transcript as people call it: by its place in the repository.
fn shown(path: &Path) -> String {
    let root = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let within = |whole: PathBuf| Some(whole.strip_prefix(root.ok()?).ok()?.to_owned());
    let within = fs::canonicalize(path).ok().and_then(within);
    within.unwrap_or_else(|| path.to_owned()).display().to_string()
}

/// Plays a transcript on a stage, and compares, or rewrites the file if `rewrite` says so.
///
/// # Errors
/// What was heard and not written, or the other way round.
pub fn check(path: &Path, stage: &mut dyn Stage, rewrite: Rewrite) -> Result<(), String> {
    let script = read(path)?;
    let name = shown(path);
    let heard = play::play(&script, stage).map_err(|error| format!("{name}:{error}"))?;
    match rewrite {
        Rewrite::No => diff::compare(&name, &script, &heard),
        Rewrite::Yes => {
            let text = diff::rewritten(&script, &heard);
            // Others may be reading it: they find the old file or the new one, never half of one.
            let beside = path.with_extension(format!("{}.new", std::process::id()));
            let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
            written.map_err(|error| format!("{}: {error}", path.display()))
        }
    }
}

/// Whether files are rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewrite {
    No,
    Yes,
}

impl Rewrite {
    /// What the environment says.
    pub fn from_environment() -> Self {
        if std::env::var_os(REWRITE).is_some() { Self::Yes } else { Self::No }
    }
}

impl Script {
    /// The settings that it is played under.
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.steps().filter_map(|step| if let Step::Set(setting) = step { Some(setting) } else { None })
    }

    /// Whether something happens in it that only a simulated machine can be made to do.
    pub fn needs_simulation(&self) -> bool {
        self.steps().any(|step| matches!(step, Step::Pass { .. } | Step::Machine(_)))
    }
}
