//! The configuration is read again while people talk: by the command line, by an operator, by SIGHUP. A broken
//! one changes nothing, and is told in one line.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use colvert_testkit::server::{Launch, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");

/// A server with a file, and the file.
struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new(text: &str) -> Self {
        let place = Self { directory: tempfile::tempdir().unwrap() };
        place.write(text);
        place
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("colvert.toml")
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn write(&self, text: &str) {
        fs::write(self.file(), text).unwrap();
    }

    fn start(&self) -> Server {
        Launch::new(PROGRAM, &self.data()).argument("--config").argument(self.file()).start()
    }
}

fn reload(data: &Path) -> Output {
    Command::new(PROGRAM).args(["reload", "--data"]).arg(data).output().unwrap()
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_can_be_taken_is_and_what_needs_a_restart_is_named() {
    let place = Place::new("[server]\nmotd = [\"old words\"]\n");
    let server = place.start();
    place.write(
        "[server]\nmotd = [\"new words\"]\n[limits]\npassword_threads = 3\ntargets = 2\n\
         [oper_class.helper]\nrights = [\"kill\"]\n",
    );
    let output = reload(&place.data());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        words(&output.stdout),
        "Taken: [server] motd, [limits] targets, [oper_class.helper]. \
         After a restart: [limits] password_threads.\n"
    );
    let mut roger = server.on_irc();
    roger.say("NICK roger\nUSER r 0 * :R");
    roger.hear("MAXTARGETS=2");
    roger.hear("new words");
    let again = reload(&place.data());
    assert!(words(&again.stdout).starts_with("Nothing has changed. After a restart:"), "{again:?}");
}

#[test]
fn a_hangup_reads_it_again() {
    let place = Place::new("");
    let server = place.start();
    let mut ginette = server.on_line();
    ginette.say("/nick ginette");
    ginette.hear("ginette");
    place.write("[server]\nmotd = [\"after the hangup\"]\n[limits]\npassword_threads = 3\n");
    server.signal("HUP");
    // The signal is taken when it is; the answer changes once, and then stays.
    loop {
        ginette.say("/motd\n/ping done");
        let mut lines = std::iter::from_fn(|| ginette.next_line());
        let answer: Vec<_> = lines.by_ref().take_while(|line| !line.contains("done")).collect();
        if answer.iter().any(|line| line.contains("after the hangup")) {
            break;
        }
    }
    let ended = server.stop();
    assert!(ended.status.success(), "a hangup stops nothing");
    // Nobody asked, so the server's own log says what became of it.
    let told = "Taken: [server] motd. After a restart: [limits] password_threads.";
    assert!(ended.errors.contains(told), "{}", ended.errors);
}

#[test]
fn a_broken_file_changes_nothing_while_people_talk() {
    let place = Place::new("[server]\nmotd = [\"the words\"]\n");
    let server = place.start();
    let is_over = Arc::new(AtomicBool::new(false));
    let talking: Vec<_> = (0..4)
        .map(|n| {
            let (mut person, is_over) = (server.on_irc(), is_over.clone());
            thread::spawn(move || {
                person.say(&format!("NICK talker{n}\nUSER t 0 * :T\nJOIN #general"));
                let mut said = 0;
                while !is_over.load(Ordering::Relaxed) {
                    person.say(&format!("PRIVMSG #general :{said}\nPING {n}-{said}"));
                    person.hear(&format!("{n}-{said}"));
                    said += 1;
                }
                said
            })
        })
        .collect();
    let broken = [
        ("[server]\nmotd = 3\n", "[server] motd = 3 must be a list of lines"),
        ("[server\n", "not TOML"),
        ("[server]\nmotd = [\"half\"]\n[limits]\ntargets = 0\n", "[limits] targets = 0 must be"),
        ("[oper.bob]\nclass = \"helpers\"\n", "[oper.bob] class = \"helpers\": there is no such class"),
    ];
    for round in 0..20 {
        let (text, problem) = broken[round % broken.len()];
        place.write(text);
        let output = reload(&place.data());
        assert!(!output.status.success(), "{text}");
        let told = words(&output.stderr);
        assert!(told.contains(problem), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let mut roger = server.on_irc();
    roger.say("NICK roger\nUSER r 0 * :R");
    roger.hear("the words");
    place.write("[server]\nmotd = [\"other words\"]\n");
    assert!(reload(&place.data()).status.success());
    is_over.store(true, Ordering::Relaxed);
    for talker in talking {
        assert!(talker.join().unwrap() > 0, "nobody was stopped from talking");
    }
    roger.say("MOTD");
    roger.hear("other words");
    assert!(server.stop().status.success());
}

#[test]
fn an_operator_reloads_and_is_told_what_is_wrong() {
    let place = Place::new("");
    let server = place.start();
    let order = |words: &[&str]| {
        let output = Command::new(PROGRAM).args(words).arg("--data").arg(place.data()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    let mut ginette = server.on_line();
    ginette.say("/nick ginette\n/register ginette quack-quack-quack");
    ginette.hear("ginette");
    ginette.say("/ping done");
    ginette.hear("done");
    order(&["admin", "role", "ginette", "administrator"]);
    place.write("[limits]\ntargets = 9\n");
    ginette.say("/reload");
    ginette.hear("Taken: [limits] targets");
    place.write("[limits]\ntarget = 9\n");
    ginette.say("/reload");
    ginette.hear("[limits] target is not a key; did you mean targets?");
    ginette.say("/audit 1");
    ginette.hear("reload [limits] targets");
    // What needs a restart is named, by REHASH as well.
    place.write("[limits]\ntargets = 8\npassword_threads = 3\n[log]\nsegment_mb = 8\n");
    let mut roger = server.on_irc();
    roger.say("NICK roger\nUSER r 0 * :R\nOPER ginette quack-quack-quack\nREHASH");
    roger.hear("Taken: [limits] targets. After a restart: [log] segment_mb, [limits] password_threads.");
    place.write("[limits]\ntarget = 9\n");
    roger.say("REHASH");
    roger.hear("[limits] target is not a key; did you mean targets?");
    ginette.say("/stop-server enough");
    ginette.hear("stopping");
    assert!(server.wait().status.success());
}
