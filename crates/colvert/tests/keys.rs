//! Keys of the configuration whose effect only the real program has: each is set, and what it changes is seen.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use colvert_testkit::server::{Client, Launch, Server};
use socket2::{Domain, Socket, Type};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");

/// A server with these keys (`SECTION__KEY`).
fn start(data: &Path, keys: &[(&str, &str)]) -> Server {
    let set =
        |launch: Launch, (name, value): &(&str, &str)| launch.variable(&format!("COLVERT__{name}"), value);
    keys.iter().fold(Launch::new(PROGRAM, data), set).start()
}

fn on_irc(server: &Server, nick: &str) -> Client {
    let mut client = server.on_irc();
    client.say(&format!("NICK {nick}\nUSER {nick} 0 * :{nick}"));
    client.hear(" 422 ");
    client
}

#[test]
fn a_server_is_called_what_it_is_told_to_and_greets_in_its_language() {
    let directory = tempfile::tempdir().unwrap();
    let keys =
        [("SERVER__NAME", "chat.example.org"), ("SERVER__NETWORK", "Mare"), ("SERVER__LANGUAGE", "fr")];
    let server = start(directory.path(), &keys);
    let mut alice = server.on_irc();
    alice.say("NICK alice\nUSER a 0 * :A");
    assert_eq!(
        alice.hear(" 001 "),
        ":chat.example.org 001 alice :Welcome to the Mare Network, alice!a@127.0.0.1"
    );
    alice.hear("NETWORK=Mare");
    server.on_line().hear("Bienvenue");
}

#[test]
fn the_message_of_the_day_is_read_from_its_file_again_with_the_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let (file, data) = (directory.path().join("motd.txt"), directory.path().join("data"));
    fs::write(&file, "the first words\nand more\n").unwrap();
    let path = file.to_string_lossy();
    let server = start(&data, &[("SERVER__MOTD_FILE", &path), ("SERVER__MOTD", "words of the key")]);
    let mut alice = server.on_irc();
    alice.say("NICK alice\nUSER a 0 * :A");
    alice.hear("the first words");
    alice.hear("and more");
    alice.hear(" 376 ");
    fs::write(&file, "other words\n").unwrap();
    let reloaded = Command::new(PROGRAM).args(["reload", "--data"]).arg(&data).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&reloaded.stderr), "");
    alice.say("MOTD");
    alice.hear("other words");
    // What cannot be read is said, and the words stay.
    fs::remove_file(&file).unwrap();
    let reloaded = Command::new(PROGRAM).args(["reload", "--data"]).arg(&data).output().unwrap();
    assert!(!reloaded.status.success() && String::from_utf8_lossy(&reloaded.stderr).contains("MOTD_FILE"));
    alice.say("MOTD");
    alice.hear("other words");
}

#[test]
fn a_new_password_is_hashed_at_the_cost_that_is_set() {
    let directory = tempfile::tempdir().unwrap();
    let keys = [
        ("ACCOUNTS__PASSWORD_MEMORY_KIB", "2048"),
        ("ACCOUNTS__PASSWORD_PASSES", "3"),
        ("ACCOUNTS__PASSWORD_LANES", "2"),
    ];
    let hashes = |expected: &str| {
        let files = fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().path());
        let log = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("log-"));
        let is_it = |words: &&[u8]| *words == expected.as_bytes();
        log.map(|path| fs::read(path).unwrap().windows(expected.len()).filter(is_it).count()).sum::<usize>()
    };
    let server = start(directory.path(), &keys);
    let mut alice = on_irc(&server, "alice");
    alice.say("REGISTER * * quack-quack");
    alice.hear(" 900 ");
    assert_eq!(hashes("$argon2id$v=19$m=2048,t=3,p=2$"), 1);
    server.stop();
    // Where the cost was changed, a login hashes the password that it showed anew, and a new password has the new cost.
    let server = start(directory.path(), &[("ACCOUNTS__PASSWORD_MEMORY_KIB", "1024")]);
    let mut alice = on_irc(&server, "bea");
    alice.say("LOGIN alice quack-quack");
    alice.hear(" 900 ");
    assert_eq!(hashes("$argon2id$v=19$m=1024,"), 1);
    alice.say("PASSWD moo-moo-moo");
    alice.hear("password of alice is changed");
    assert_eq!(hashes("$argon2id$v=19$m=1024,"), 2);
}

#[test]
fn who_is_silent_for_so_long_is_asked_and_closed() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path(), &[("LIMITS__PING_INTERVAL_MS", "1000")]);
    let (mut silent, mut answers) = (on_irc(&server, "silent"), on_irc(&server, "answers"));
    for _ in 0..3 {
        let asked = answers.hear("PING ");
        answers.say(&asked.replace("PING", "PONG"));
    }
    silent.hear("PING ");
    assert!(silent.to_the_end().iter().any(|line| line.starts_with("ERROR ")));
    answers.say("PING :still here");
    answers.hear("still here");
}

/// Somebody who tries a password from one of this machine's addresses; what they are told.
fn guess(server: SocketAddr, from: IpAddr, password: &str) -> String {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::new(from, 0).into()).unwrap();
    socket.connect(&server.into()).unwrap();
    let mut stream: TcpStream = socket.into();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(format!("CAP REQ sasl\r\nLOGIN ada {password}\r\n").as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(|line| line.unwrap());
    lines.find(|line| !line.contains(" CAP ")).unwrap()
}

#[test]
fn so_many_addresses_with_failed_logins_are_remembered() {
    let directory = tempfile::tempdir().unwrap();
    let keys = [
        ("LIMITS__ENABLED", "true"),
        ("LIMITS__FAILED_LOGINS_PER_ADDRESS", "1"),
        ("LIMITS__FAILED_LOGINS_PER_ACCOUNT", "0"),
        ("LIMITS__FAILED_LOGINS_REMEMBERED", "100"),
        ("ACCOUNTS__PASSWORD_MEMORY_KIB", "1024"),
        ("ACCOUNTS__PASSWORD_PASSES", "1"),
    ];
    let server = start(directory.path(), &keys);
    let irc = server.irc();
    let address = |n: u8| IpAddr::from([127, 0, 1, n]);
    assert!(guess(irc, address(200), "wrong-wrong").contains("464"));
    assert!(guess(irc, address(200), "wrong-wrong").contains("Too many"));
    (1..=99).for_each(|n| drop(guess(irc, address(n), "wrong-wrong")));
    assert!(guess(irc, address(200), "wrong-wrong").contains("Too many"), "it is one of a hundred");
    guess(irc, address(100), "wrong-wrong");
    assert!(guess(irc, address(200), "wrong-wrong").contains("464"), "it was the oldest of them");
}

#[test]
fn the_socket_file_is_for_whom_it_is_said_to_be() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("irc.sock");
    let path = file.to_string_lossy();
    let _server = Launch::new(PROGRAM, &directory.path().join("data"))
        .variable("COLVERT__LISTEN__IRC_UNIX", &path)
        .variable("COLVERT__LISTEN__IRC_UNIX_MODE", "620")
        .doors(3)
        .start();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o620);
}

#[test]
fn cloaks_are_made_as_they_are_said_to_be() {
    let directory = tempfile::tempdir().unwrap();
    let keys = [
        ("CLOAK__ENABLED", "true"),
        ("CLOAK__NETNAME", "mare.example"),
        ("CLOAK__BITS", "60"),
        ("CLOAK__ACCOUNTS", "true"),
    ];
    let server = start(directory.path(), &keys);
    let mut alice = on_irc(&server, "alice");
    alice.say("REGISTER * * quack-quack\nJOIN #c");
    let joined = alice.hear(" JOIN ");
    let host = joined.split(['@', ' ']).nth(1).unwrap().to_owned();
    // 60 bits are twelve letters of five bits.
    let parts: Vec<_> = host.strip_suffix(".mare.example").unwrap().split('.').map(str::len).collect();
    assert_eq!(parts, [12, 12, 12], "{host}");
    let mut phone = server.on_irc();
    phone.say("CAP REQ sasl\nAUTHENTICATE PLAIN\nAUTHENTICATE AGFsaWNlAHF1YWNrLXF1YWNr\nNICK phone\nUSER p 0 * :P\nCAP END");
    phone.hear(" 422 ");
    phone.say("JOIN #c");
    assert!(phone.hear(" JOIN ").contains("@alice.mare.example"));
}

#[test]
fn a_proxy_that_is_trusted_says_for_whom_it_connects_on_its_listeners() {
    let directory = tempfile::tempdir().unwrap();
    let keys = |trusted| [("PROXY__LISTENERS", "[\"irc\"]"), ("PROXY__TRUSTED", trusted)];
    let server = start(&directory.path().join("one"), &keys("[\"127.0.0.0/8\"]"));
    let mut alice = server.on_irc();
    alice.say("PROXY TCP4 192.0.2.7 192.0.2.1 5 6667\r\nNICK alice\r\nUSER a 0 * :A\r");
    assert!(alice.hear(" 001 ").ends_with("alice!a@192.0.2.7"));
    let mut bob = server.on_line();
    bob.say("/nick bob");
    bob.hear("bob");
    // Who is not trusted speaks for themselves.
    let server = start(&directory.path().join("two"), &keys("[\"10.0.0.0/8\"]"));
    let mut eve = server.on_irc();
    eve.say("NICK eve\r\nUSER e 0 * :E\r");
    assert!(eve.hear(" 001 ").ends_with("eve!e@127.0.0.1"));
}
