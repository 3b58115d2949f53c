//! Plays every file of `tests/transcripts`, each as a test of its own, and looks at what they show together.
//! `COLVERT_REWRITE=1` rewrites what is heard in them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;

use colvert_core::commands::COMMANDS;
use colvert_testkit::transcript::coverage::Coverage;
use colvert_testkit::transcript::in_process::InProcess;
use colvert_testkit::transcript::{self, Rewrite};
use libtest_mimic::{Arguments, Failed, Trial};

/// Refusals that no transcript shows, and why. The list may only get shorter.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("ReloadFailed", "there is no file here; `reload` of the program's tests shows it"),
    ("Internal", "nothing that people do breaks the server"),
];

/// Commands that no transcript shows, and why. The list may only get shorter.
const NOT_ASKED: &[(&str, &str)] = &[(
    "AUTHENTICATE-EXTERNAL",
    "nobody here comes by TLS; a play of the IRC door and the program's tests show it",
)];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<_> = transcript::files().into_iter().map(trial).collect();
    trials.push(Trial::test("together::every_command_is_shown", every_command_is_shown));
    trials.push(Trial::test("together::every_refusal_is_shown", every_refusal_is_shown));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(path: std::path::PathBuf) -> Trial {
    let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
    Trial::test(format!("in_process::{name}"), move || play(&path).map(drop).map_err(Into::into))
}

fn play(path: &Path) -> Result<Coverage, String> {
    let script = transcript::read(path)?;
    let mut stage = InProcess::new(script.settings())?;
    transcript::check(path, &mut stage, Rewrite::from_environment())?;
    Ok(stage.coverage().clone())
}

/// What all transcripts show; one that fails says so itself.
fn shown() -> &'static Coverage {
    static SHOWN: LazyLock<Coverage> = LazyLock::new(|| {
        let mut shown = Coverage::default();
        for coverage in transcript::files().iter().filter_map(|path| play(path).ok()) {
            shown.add(&coverage);
        }
        shown
    });
    &SHOWN
}

fn every_command_is_shown() -> Result<(), Failed> {
    let all: BTreeSet<_> = COMMANDS.iter().map(|entry| entry.name).collect();
    let shown = &shown().commands;
    let is_excused = |name: &str| NOT_ASKED.iter().any(|(excused, _)| *excused == name);
    let missing: Vec<_> = all.difference(shown).filter(|name| !is_excused(name)).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("no transcript shows {missing:?}").into()) }
}

fn every_refusal_is_shown() -> Result<(), Failed> {
    let all = Coverage::all_refusals();
    let shown = &shown().refusals;
    let excused: BTreeSet<_> = NOT_SHOWN.iter().map(|(name, _)| (*name).to_owned()).collect();
    let missing: Vec<_> = all.difference(shown).filter(|name| !excused.contains(*name)).collect();
    let needless: Vec<_> =
        excused.iter().filter(|name| shown.contains(*name) || !all.contains(*name)).collect();
    if missing.is_empty() && needless.is_empty() {
        return Ok(());
    }
    Err(format!("no transcript shows {missing:?}; {needless:?} need no excuse").into())
}
