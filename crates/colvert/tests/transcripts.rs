//! Plays the files of `tests/transcripts` on the real program, over sockets, each as a test of its own.
//!
//! Those that need a simulated machine are played in-process only (in `crates/testkit`), and shown as ignored here.

use std::path::Path;
use std::process::ExitCode;

use colvert_testkit::transcript::sockets::Sockets;
use colvert_testkit::transcript::{self, Rewrite};
use libtest_mimic::{Arguments, Trial};

/// Transcripts that are played at a time if nobody says: each waits for its disk and its server more than for a processor.
const AT_A_TIME: usize = 8;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_A_TIME);
    let trials = transcript::files().into_iter().map(|path| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let needs_simulation = transcript::read(&path).is_ok_and(|script| script.needs_simulation());
        let trial = Trial::test(format!("sockets::{name}"), move || play(&path).map_err(Into::into));
        trial
            .with_kind(if needs_simulation { "needs a simulated machine" } else { "" })
            .with_ignored_flag(needs_simulation)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn play(path: &Path) -> Result<(), String> {
    let script = transcript::read(path)?;
    let mut stage = Sockets::new(Path::new(env!("CARGO_BIN_EXE_colvert")), &script);
    transcript::check(path, &mut stage, Rewrite::No)
}
