//! Orders of the command line, to a server that runs and to a directory without one.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use colvert_testkit::server::{Launch, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");

/// What a subcommand said: standard output if it went well, else standard error.
fn colvert(data: &Path, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // It may refuse before it reads.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn start(data: &Path) -> Server {
    Launch::new(PROGRAM, data).start()
}

/// Runs `check` with a server on the directory, and again without one.
fn on_and_off(check: impl Fn(&Path)) {
    let directory = tempfile::tempdir().expect("a directory");
    let server = start(directory.path());
    check(directory.path());
    drop(server);
    let directory = tempfile::tempdir().expect("a directory");
    check(&directory.path().join("new"));
}

#[test]
fn accounts_are_made_and_get_roles() {
    on_and_off(|data| {
        let made = colvert(data, &["account", "create", "ginette"], "un bon canard\n");
        assert_eq!(made, Ok("The account ginette is made.\n".to_owned()));
        let again = colvert(data, &["account", "create", "Ginette"], "un bon canard\n");
        assert_eq!(again, Err("colvert: account exists: Ginette\n".to_owned()));
        let short = colvert(data, &["account", "create", "roger"], "coin\n");
        assert_eq!(short, Err("colvert: a password has 5 to 300 bytes\n".to_owned()));
        let none = colvert(data, &["account", "create", "roger"], "");
        assert_eq!(none, Err("colvert: the password: there is no password on standard input\n".to_owned()));
        let role = |account, role| colvert(data, &["admin", "role", account, role], "");
        assert_eq!(role("GINETTE", "moderator"), Ok("ginette is a moderator now.\n".to_owned()));
        assert_eq!(role("ginette", "administrator"), Ok("ginette is an administrator now.\n".to_owned()));
        assert_eq!(role("personne", "member"), Err("colvert: no account personne\n".to_owned()));
    });
}

#[test]
fn a_reason_may_begin_with_what_looks_like_a_time() {
    on_and_off(|data| {
        let ban = |words: &[&str]| colvert(data, &[&["admin", "ban"], words].concat(), "").expect("a ban");
        let for_good = ban(&["192.0.2.0/24", "--reason", "2h of spam"]);
        assert!(for_good.contains("is banned for good") && for_good.contains("(2h of spam)"), "{for_good}");
        let for_a_time = ban(&["198.51.100.0/24", "--for", "1d", "--reason", "2h of spam"]);
        assert!(
            for_a_time.contains("is banned until") && for_a_time.contains("(2h of spam)"),
            "{for_a_time}"
        );
        colvert(data, &["account", "create", "ginette"], "un bon canard\n").expect("an account");
        let suspended = colvert(data, &["account", "suspend", "ginette", "--reason", "2h of spam"], "");
        assert_eq!(suspended, Ok("ginette is suspended.\n".to_owned()));
    });
}

#[test]
fn what_was_ordered_without_a_server_is_there_with_one() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    colvert(data, &["account", "create", "ginette"], "un-bon-canard").unwrap();
    colvert(data, &["account", "create", "roger"], "un-autre-canard").unwrap();
    colvert(data, &["admin", "role", "ginette", "moderator"], "").unwrap();
    let server = start(data);
    let mut ginette = server.on_line();
    ginette.say("/login ginette un-mauvais-canard\n/login ginette un-bon-canard\n/nick ginette\n/log");
    ginette.hear("Wrong account or password");
    ginette.hear("Logged in as ginette");
    ginette.hear("role_changed");
    let mut roger = server.on_line();
    roger.say("/login roger un-autre-canard\n/nick roger\n/log");
    roger.hear("Logged in as roger");
    roger.hear("moderators and administrators");
}

#[test]
fn a_code_makes_its_first_user_an_administrator_and_nobody_else() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let before = colvert(data, &["admin", "code"], "").unwrap();
    let mut server = start(data);
    let at_start = server.claim_code();
    let online = colvert(data, &["admin", "code"], "").unwrap();
    for (n, code) in [before.trim(), at_start.as_str(), online.trim()].into_iter().enumerate() {
        let mut person = server.on_line();
        person
            .say(&format!("/nick p{n}\n/register p{n} canard-{n}\n/log\n/claim {code}\n/claim {code}\n/log"));
        person.hear("moderators and administrators");
        person.hear("You are now an administrator.");
        person.hear("code");
        person.hear("claimed");
    }
    let ended = server.stop();
    assert!(ended.status.success());
    let again = start(data).stop();
    assert!(!again.said.contains("claim"), "a code was used: {}", again.said);
}

#[test]
fn channels_are_imported_without_members() {
    on_and_off(|data| {
        let above = tempfile::tempdir().unwrap();
        let file = above.path().join("etat_serveur.json");
        let import = |text: &str| {
            fs::write(&file, text).unwrap();
            colvert(data, &["import", file.to_str().unwrap()], "")
        };
        let made = import(r#"{"canaux": {"general": ["ginette", "roger"], "canards": []}, "version": 2}"#);
        assert_eq!(made, Ok("2 channels are made.\n".to_owned()));
        let again = import(r#"{"canaux": {"general": []}}"#);
        assert_eq!(again, Ok("0 channels are made.\n".to_owned()));
        let wrong = import(r#"{"canaux": {"neuf": [], "a,b": []}}"#);
        assert_eq!(wrong, Err("colvert: not a channel name: #a,b\n".to_owned()));
        let none = import(r#"{"canaux": {"neuf": []}}"#);
        assert_eq!(none, Ok("1 channel is made.\n".to_owned()), "the refused import had made nothing");
        let broken = import("{").unwrap_err();
        assert!(broken.contains("etat_serveur.json: not JSON: "), "{broken}");
    });
}

#[test]
fn imported_channels_are_kept_and_unknown_keys_reported() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let file = directory.path().join("etat_serveur.json");
    fs::write(&file, r#"{"canaux": {"general": ["ginette"]}, "journal": []}"#).unwrap();
    let output = Command::new(PROGRAM).arg("import").arg(&file).arg("--data").arg(&data).output().unwrap();
    assert!(output.status.success());
    let reported = String::from_utf8(output.stderr).unwrap();
    assert!(reported.contains("the key \"journal\" is unknown and left out"), "{reported}");
    let server = start(&data);
    let mut roger = server.on_irc();
    roger.say("NICK roger\nUSER roger 0 * :r\nLIST\nJOIN #general\nPART #general\nLIST\nPING done");
    assert!(roger.hear(" 322 ").contains("#general 0"), "it is there and nobody is in it");
    assert_eq!(
        roger.hear(" 353 ").rsplit(' ').next().map(|names| names.trim_start_matches([':', '@'])),
        Some("roger")
    );
    assert!(roger.hear(" 322 ").contains("#general 0"), "it stays when people leave it empty");
}

#[test]
fn counters_are_those_of_the_running_server() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let server = start(data);
    let mut roger = server.on_irc();
    roger.say("NICK roger\nUSER roger 0 * :r\nPING done");
    roger.hear("PONG");
    let counters = colvert(data, &["admin", "counters"], "").unwrap();
    for line in ["engine_users 1", "net_connections 1"] {
        assert!(counters.lines().any(|counter| counter == line), "{line} is not in {counters}");
    }
    let names = counters.lines().filter_map(|line| line.split_once('_').map(|(name, _)| name));
    let crates: std::collections::BTreeSet<_> = names.collect();
    assert_eq!(
        crates.into_iter().collect::<Vec<_>>(),
        ["archive", "engine", "identity", "log", "mail", "net", "pool"]
    );
    drop(server);
    let none = colvert(data, &["admin", "counters"], "");
    assert_eq!(none, Err("colvert: no server is running\n".to_owned()));
}

#[test]
fn the_control_socket_is_its_owner_s_and_takes_any_nonsense() {
    use std::io::{BufRead, BufReader};
    use std::os::unix::net::UnixStream;

    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path());
    let path = directory.path().join("control.sock");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let ask = |line: &[u8]| {
        let mut stream = UnixStream::connect(&path).unwrap();
        stream.write_all(line).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        answer
    };
    let table: [(&[u8], &str); 7] = [
        (b"\n", "one line of JSON"),
        (b"\xff\xfe\n", ""),
        (b"{\"command\": \"JOIN\", \"arguments\": [\"roger\"]}\n", "unknown order JOIN"),
        (b"{\"command\": \"ALERT\", \"arguments\": [\"roger\"]}\n", "only somebody who is connected"),
        (b"{\"command\": \"ROLE\", \"arguments\": []}\n", "missing parameter account"),
        (b"{\"command\": \"CODE\", \"arguments\": [\"zz\", \"1\"]}\n", "bad parameter digest: zz"),
        (b"{\"command\": \"ROLE\", \"arguments\": [\"a\", \"king\"]}\n", "no role is called king"),
    ];
    for (line, expected) in table {
        let answer = ask(line);
        assert!(answer.contains(expected), "{line:?}: {answer}");
    }
    assert!(server.stop().status.success());
}

#[test]
fn an_order_leaves_no_files_of_another_user() {
    let directory = tempfile::tempdir().unwrap();
    let somebody = 12_345;
    if std::os::unix::fs::chown(directory.path(), Some(somebody), None).is_err() {
        eprintln!("skipped: only root can give a directory away");
        return;
    }
    let refused = colvert(directory.path(), &["admin", "code"], "").unwrap_err();
    assert!(refused.ends_with(": it belongs to user 12345; give the order as that user\n"), "{refused}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_data_directory_may_have_a_very_long_path() {
    let above = tempfile::tempdir().unwrap();
    let deep = above.path().join("d".repeat(100)).join("e".repeat(100));
    fs::create_dir_all(&deep).unwrap();
    let server = start(&deep);
    let counters = colvert(&deep, &["admin", "counters"], "").unwrap();
    assert!(counters.contains("engine_users 0"));
    drop(server);
}

#[test]
fn a_directory_that_came_back_from_a_copy_begins_a_new_generation() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().join("data");
    let restored = || colvert(&data, &["admin", "restored"], "");
    let unused = restored().expect_err("there is nothing to go on from");
    assert!(unused.ends_with("no server has used it yet\n"), "{unused}");
    let server = start(&data);
    let taken = restored().expect_err("a server has it");
    assert!(taken.contains("has it; stop that one"), "{taken}");
    drop(server);
    assert_eq!(restored(), Ok("Generation 2 begins.\n".to_owned()));
    assert_eq!(restored(), Ok("Generation 3 begins.\n".to_owned()));
    drop(start(&data));
}
