//! Clients that people use, at home here: WeeChat, irssi, and two libraries, pydle (Python) and irc-framework
//! (JavaScript). Each logs in, joins, reads what was said before it came, speaks, changes modes, goes away, survives
//! a crash of the server, quits, and comes back as the same person. At last she stays while her client is gone, and it shows what
//! it missed by itself: three because the server knows them by name and plays it, irc-framework because it asks `*playback`.
//!
//! `tools/clients` installs them and runs this.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use colvert_testkit::server::{Client, Launch, Server};

#[path = "clients/library.rs"]
mod library;
#[path = "clients/terminal.rs"]
mod terminal;

use library::Library;
use terminal::{Irssi, Weechat};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
const PASSWORD: &str = "correct-horse";
/// How long anything is waited for before the test fails: clients take their time before they connect again.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client with somebody at its keyboard.
trait Person {
    /// Types a line, spelt as clients have it: words, or `/join #general`.
    fn types(&mut self, line: &str);
    /// All that it shows.
    fn sees(&mut self) -> String;
}

/// What starts it for `alice`, who keeps her settings in a directory.
type Start = fn(&Path, SocketAddr) -> Box<dyn Person>;

#[test]
fn weechat() {
    check(|home, server| Box::new(Weechat::start(home, server)));
}

#[test]
fn irssi() {
    check(|home, server| Box::new(Irssi::start(home, server)));
}

#[test]
fn pydle() {
    check(|_, server| Box::new(Library::python(server)));
}

#[test]
fn irc_framework() {
    check(|_, server| Box::new(Library::javascript(server)));
}

/// Where `tools/clients` has put the libraries.
fn installed() -> Option<PathBuf> {
    std::env::var_os("COLVERT_CLIENTS").map(PathBuf::from)
}

fn check(start: Start) {
    if installed().is_none() {
        println!("skipped: tools/clients installs the clients and runs this");
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let (data, home) = (directory.path().join("data"), directory.path().join("home"));
    std::fs::create_dir(&home).expect("a directory");
    for nick in ["alice", "bob"] {
        make_account(&data, nick);
    }
    let server = serve(&data, "127.0.0.1:0");
    let address = server.irc();
    let mut bob = bob(&server);
    bob.say("PRIVMSG #general :before alice came");

    let mut alice = start(&home, address);
    comes(&mut *alice, &mut bob);
    talks(&mut *alice, &mut bob);
    changes_modes(&mut *alice, &mut bob);
    goes_away(&mut *alice, &mut bob);

    // A crash is nobody's departure: who runs the channel runs it again.
    drop(bob);
    server.kill();
    let server = serve(&data, &address.to_string());
    let mut bob = self::bob(&server);
    is_there_again(&mut bob);
    alice.types("back again");
    bob.hear("PRIVMSG #general :back again");

    alice.types("/quit bye");
    let quit = bob.hear(" QUIT ");
    assert!(quit.contains(":alice!") && quit.ends_with("bye"), "{quit}");
    drop(alice);
    bob.say("PRIVMSG #general :while alice was out");
    let mut alice = start(&home, address);
    comes(&mut *alice, &mut bob);
    alice.types("/quote READ #general");
    until(&mut *alice, "while alice was out");
    stays(&mut *alice, &mut bob);
    drop(alice);
    bob.say("PRIVMSG #general :while her client was gone");
    let mut alice = start(&home, address);
    until(&mut *alice, "while her client was gone");
    alice.types("/quote PRIVMSG #general there-again");
    let said = bob.hear("there-again");
    assert!(said.starts_with(":alice!"), "{said}");
    bob.say("WHOIS alice");
    bob.hear(" 330 bob alice alice ");
    alice.types("/quit");
}

/// From now on she stays when her last client goes, and this one does.
fn stays(alice: &mut dyn Person, bob: &mut Client) {
    alice.types("/quote SET always-on on");
    until(alice, "always-on is on");
    alice.types("/quit");
    whois_until(bob, |whois| whois.iter().any(|line| line.contains(" 301 bob alice :Not connected")));
    bob.say("NAMES #general");
    let names = bob.hear(" 353 ");
    assert!(names.contains("alice"), "{names}");
}

fn make_account(data: &Path, name: &str) {
    let mut order = Command::new(PROGRAM);
    order.args(["account", "create", name, "--data"]).arg(data).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut order = order.spawn().expect("the program starts");
    let mut input = order.stdin.take().expect("a pipe");
    writeln!(input, "{PASSWORD}").expect("it reads");
    drop(input);
    assert!(order.wait().is_ok_and(|status| status.success()), "the account {name} is made");
}

fn serve(data: &Path, irc: &str) -> Server {
    Launch::new(PROGRAM, data).variable("COLVERT__LISTEN__IRC", irc).start()
}

/// Somebody else, on a bare socket, who is logged in and on the channel.
fn bob(server: &Server) -> Client {
    let mut bob = server.on_irc();
    bob.say(&format!("LOGIN bob {PASSWORD}\nNICK bob\nUSER bob 0 * :Bob\nJOIN #general"));
    bob.hear(" 366 ");
    bob
}

/// Logs in, joins, and reads what was said before.
fn comes(alice: &mut dyn Person, bob: &mut Client) {
    logs_in(bob);
    alice.types("/join #general");
    bob.hear(":alice!");
    alice.types("/quote HISTORY #general");
    until(alice, "before alice came");
}

/// Waits until she is there and logged in.
fn logs_in(bob: &mut Client) {
    bob.say("MONITOR + alice");
    bob.hear(" 730 bob :alice!");
    bob.say("MONITOR - alice\nWHOIS alice");
    bob.hear(" 330 bob alice alice ");
}

fn talks(alice: &mut dyn Person, bob: &mut Client) {
    alice.types("hello, said the 🦆 in été");
    bob.hear(":alice!");
    bob.say("PRIVMSG #general :good morning, alice");
    until(alice, "good morning, alice");
}

fn changes_modes(alice: &mut dyn Person, bob: &mut Client) {
    bob.say("MODE #general +o alice");
    bob.hear(" MODE #general +o alice");
    sees_herself_run_it(alice);
    alice.types("/mode #general +m");
    let changed = bob.hear(" MODE #general +m");
    assert!(changed.starts_with(":alice!"), "{changed}");
    alice.types("/mode #general -m");
    bob.hear(" MODE #general -m");
    // And what others change is shown to her, as each client says it.
    bob.say("MODE #general -t");
    until_line(alice, &["#general", "-t", "bob"]);
}

/// Asks for the names until she is shown as an operator: her client may read the change after bob does.
fn sees_herself_run_it(alice: &mut dyn Person) {
    let began = Instant::now();
    while !alice.sees().contains("@alice") {
        assert!(began.elapsed() < PATIENCE, "she is not shown as an operator:\n{}", alice.sees());
        alice.types("/names");
        thread::sleep(Duration::from_millis(300));
    }
}

fn goes_away(alice: &mut dyn Person, bob: &mut Client) {
    alice.types("/away at lunch");
    whois_until(bob, |whois| whois.iter().any(|line| line.ends_with(" 301 bob alice :at lunch")));
    alice.types("/away");
    whois_until(bob, |whois| !whois.iter().any(|line| line.contains(" 301 ")));
}

/// Asks again until the answer is as it should be.
fn whois_until(bob: &mut Client, is: impl Fn(&[String]) -> bool) {
    let began = Instant::now();
    loop {
        bob.say("WHOIS alice");
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line: &String| !line.contains(" 318 ")) {
            lines.extend(bob.next_line());
        }
        if is(&lines) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{lines:#?}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until she has come back by herself, logged in, and runs the channel.
fn is_there_again(bob: &mut Client) {
    let began = Instant::now();
    loop {
        bob.say("NAMES #general");
        if bob.hear(" 353 ").contains("@alice") {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "alice did not come back");
        thread::sleep(Duration::from_millis(100));
    }
    bob.say("WHOIS alice");
    bob.hear(" 330 bob alice alice ");
}

/// Waits until she sees the words.
fn until(alice: &mut dyn Person, words: &str) {
    until_line(alice, &[words]);
}

/// Waits until she sees a line with all of these words.
fn until_line(alice: &mut dyn Person, words: &[&str]) {
    let began = Instant::now();
    while !alice.sees().lines().any(|line| words.iter().all(|words| line.contains(words))) {
        assert!(began.elapsed() < PATIENCE, "{words:?} is not shown, but this:\n{}", alice.sees());
        thread::sleep(Duration::from_millis(20));
    }
}
