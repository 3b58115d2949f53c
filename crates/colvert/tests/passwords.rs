//! What passwords cost: what the configuration says, for old ones too, and nothing where there is a device's.

use std::path::Path;
use std::process::{Command, Stdio};

use colvert_core::names::AccountKey;
use colvert_core::state::Account;
use colvert_disk::RealDisk;
use colvert_testkit::server::{Launch, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");

fn launch(data: &Path, memory_kib: u32) -> Launch {
    let memory_kib = memory_kib.to_string();
    Launch::new(PROGRAM, data).variable("COLVERT__ACCOUNTS__PASSWORD_MEMORY_KIB", &memory_kib)
}

/// The account, when the server has ended.
fn account(server: Server, data: &Path) -> Account {
    assert!(server.stop().status.success());
    let disk = RealDisk::new(data).expect("a directory");
    let state = colvert_engine::snapshot::load(&disk).expect("a snapshot").expect("there is one");
    state.accounts[&AccountKey::from_folded("ginette")].clone()
}

/// One of the server's counters.
fn counter(data: &Path, name: &str) -> u64 {
    let said = Command::new(PROGRAM)
        .args(["admin", "counters", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let said = String::from_utf8(said.stdout).expect("words");
    let line = said.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.expect("it is counted").parse().expect("a number")
}

#[test]
fn the_configured_cost_is_what_is_paid_and_a_login_pays_what_was_raised() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path();
    let server = launch(data, 1_024).variable("COLVERT__ACCOUNTS__PASSWORD_PASSES", "3").start();
    let mut ginette = server.on_line();
    ginette.say("/nick ginette\n/register ginette un-bon-canard\n/device add phone");
    let token = ginette.hear("not shown again").rsplit(' ').next().expect("a token").to_owned();
    let first = account(server, data);
    assert!(first.hash.starts_with("$argon2id$v=19$m=1024,t=3,p=1$"), "{}", first.hash);
    // Whoever reads a verifier guesses faster: there is none unless SCRAM is wanted.
    assert_eq!(first.scram, None);

    let server = launch(data, 2_048).start();
    let mut ginette = server.on_line();
    ginette.say("/login ginette un-beau-canard");
    ginette.hear("Wrong");
    ginette.say("/login ginette un-bon-canard");
    ginette.hear("Logged in as ginette.");
    let anew = account(server, data);
    assert!(anew.hash.starts_with("$argon2id$v=19$m=2048,t=2,p=1$"), "{}", anew.hash);
    // It is the same password: what it let in stays in.
    assert_eq!((anew.credential_version, &anew.devices), (first.credential_version, &first.devices));

    let server = launch(data, 2_048).variable("COLVERT__ACCOUNTS__SCRAM", "true").start();
    let mut phone = server.on_line();
    phone.say(&format!("/login ginette {token}"));
    phone.hear("Logged in as ginette.");
    assert_eq!(
        [counter(data, "pool_compared"), counter(data, "pool_hashed")],
        [0, 0],
        "a token is not hashed"
    );
    let mut ginette = server.on_line();
    ginette.say("/login ginette un-bon-canard\n/nick ginette");
    ginette.hear("Logged in as ginette.");
    ginette.hear("Welcome");
    assert_eq!(counter(data, "pool_compared"), 1);
    ginette.say("/passwd un-bon-canard un-nouveau-canard");
    ginette.hear("is changed");
    let last = account(server, data);
    assert!(last.scram.is_some(), "there is one for a new password");
    assert!(last.credential_version > anew.credential_version);
}
