//! Plays every file of `tests/transcripts`, each as a test of its own. `COLVERT_REWRITE=1` rewrites what is
//! heard in them, in-process.

use std::path::Path;
use std::process::ExitCode;

use colvert_testkit::transcript::in_process::InProcess;
use colvert_testkit::transcript::{self, Rewrite};
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = transcript::files().into_iter().map(|path| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        Trial::test(format!("in_process::{name}"), move || in_process(&path).map_err(Into::into))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn in_process(path: &Path) -> Result<(), String> {
    let script = transcript::read(path)?;
    let mut stage = InProcess::new(script.settings())?;
    transcript::check(path, &mut stage, Rewrite::from_environment())
}
