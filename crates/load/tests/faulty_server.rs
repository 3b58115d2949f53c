//! The binary against a tiny IRC server that can be told to do wrong: what it does wrong must be found, and nothing else.

// The lint excuses test functions alone; all of this file is a test.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// What the server does wrong, once, with the twentieth delivery.
#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    Nothing,
    Loses,
    Doubles,
    Reorders,
    Cuts,
    RefusesNicks,
    HidesAJoin,
}

struct State {
    wrong: Wrong,
    deliveries: u32,
    /// A line that another one overtakes, and who it is for.
    held: Option<(String, String)>,
    echo: Vec<String>,
    sockets: HashMap<String, TcpStream>,
    /// By channel, in order of joining.
    members: HashMap<String, Vec<String>>,
}

impl State {
    fn to(&self, nick: &str, line: &str) {
        if let Some(mut socket) = self.sockets.get(nick) {
            let _ = socket.write_all(format!("{line}\r\n").as_bytes());
        }
    }

    /// Whether somebody is not the last of a channel's members by name, who is the one that never reads where there is one: what
    /// goes wrong there, nobody finds.
    fn surely_reads(&self, nick: &str) -> bool {
        self.members.values().all(|members| members.iter().max().is_none_or(|last| last != nick))
    }

    fn relay(&mut self, receiver: &str, line: &str) {
        if !self.surely_reads(receiver) {
            return self.to(receiver, line);
        }
        self.deliveries += 1;
        match self.wrong {
            Wrong::Loses if self.deliveries == 20 => return,
            Wrong::Doubles if self.deliveries == 20 => self.to(receiver, line),
            Wrong::Cuts if self.deliveries == 20 => return self.to(receiver, &line[..line.len() - 3]),
            Wrong::Reorders if self.deliveries == 20 => {
                return self.held = Some((receiver.to_owned(), line.to_owned()));
            }
            _ => {}
        }
        self.to(receiver, line);
        // After the next line of the same sender: between two senders there is no order to break.
        let source = |line: &str| line.split(' ').next().map(str::to_owned);
        let is_overtaken =
            |held: &mut (String, String)| held.0 == receiver && source(&held.1) == source(line);
        if let Some((_, held)) = self.held.take_if(is_overtaken) {
            self.to(receiver, &held);
        }
    }

    fn join(&mut self, nick: &str, channel: &str) {
        let members = self.members.entry(channel.to_owned()).or_default();
        members.push(nick.to_owned());
        let members = members.clone();
        for member in &members {
            if self.wrong != Wrong::HidesAJoin || members.len() != 5 || *member != members[0] {
                self.to(member, &format!(":{nick}!load@host JOIN {channel}"));
            }
        }
        self.names(nick, channel);
    }

    fn names(&self, nick: &str, channel: &str) {
        let members = &self.members[channel];
        self.to(nick, &format!(":fake 353 {nick} = {channel} :@{}", members.join(" ")));
        self.to(nick, &format!(":fake 366 {nick} {channel} :End"));
    }

    fn message(&mut self, nick: &str, target: &str, text: &str) {
        let line = format!(":{nick}!load@host PRIVMSG {target} :{text}");
        let receivers = self.members.get(target).cloned().unwrap_or_else(|| vec![target.to_owned()]);
        for receiver in receivers.iter().filter(|receiver| *receiver != nick) {
            self.relay(receiver, &line);
        }
        if self.echo.iter().any(|other| other == nick) {
            self.to(nick, &line);
        }
    }
}

fn serve(socket: TcpStream, state: &Mutex<State>) {
    let (mut nick, mut echo) = (String::new(), false);
    let Ok(mut writer) = socket.try_clone() else { return };
    for line in BufReader::new(socket).lines().map_while(Result::ok) {
        let mut state = state.lock().unwrap();
        let (head, text) = line.split_once(" :").unwrap_or((&line, ""));
        let words: Vec<&str> = head.split(' ').collect();
        match words[..] {
            ["CAP", "LS", _] => writer.write_all(b":fake CAP * LS :echo-message=x multi-prefix\r\n").unwrap(),
            ["CAP", "REQ"] => echo = text == "echo-message",
            ["NICK", _] if state.wrong == Wrong::RefusesNicks => {
                writer.write_all(b":fake 433 * n :Nickname is already in use\r\n").unwrap();
            }
            ["NICK", name] => {
                name.clone_into(&mut nick);
                state.sockets.insert(nick.clone(), writer.try_clone().unwrap());
                state.echo.extend(echo.then(|| nick.clone()));
            }
            ["USER", ..] => state.to(
                &nick,
                &format!(":fake 001 {nick} :hi\r\nPING :are you there\r\n:fake 004 {nick} fake fake-1 a b"),
            ),
            ["PING", ..] => state.to(&nick, &format!(":fake PONG fake :{}", words.get(1).unwrap_or(&text))),
            ["JOIN", channel] => state.join(&nick, channel),
            ["NAMES", channel] => state.names(&nick, channel),
            ["PRIVMSG", target] => state.message(&nick, target, text),
            _ => {}
        }
    }
}

fn start(wrong: Wrong) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let state = Arc::new(Mutex::new(State {
        wrong,
        deliveries: 0,
        held: None,
        echo: Vec::new(),
        sockets: HashMap::new(),
        members: HashMap::new(),
    }));
    thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let state = Arc::clone(&state);
            thread::spawn(move || serve(socket, &state));
        }
    });
    address
}

fn load(wrong: Wrong, arguments: &str) -> Output {
    // What a wrong server owes is waited for to the end; of a right one, all comes, though it may be late.
    let drain_seconds =
        if matches!(wrong, Wrong::Loses | Wrong::Cuts | Wrong::HidesAJoin) { "2" } else { "20" };
    Command::new(env!("CARGO_BIN_EXE_colvert-load"))
        .args(["--json", "--drain-seconds", drain_seconds, "--setup-seconds", "20"])
        .args(["-a", &start(wrong).to_string()])
        .args(arguments.split_ascii_whitespace())
        .output()
        .unwrap()
}

/// Runs it and gives what it printed, once its exit status was as it should be.
fn run(wrong: Wrong, arguments: &str, status: i32) -> Value {
    let output = load(wrong, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments}: {error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

const FAN_OUT: &str = "fan-out --channels 2 --members 5 --senders 2 --window 4 --seconds 1";

#[test]
fn a_right_server_has_no_faults() {
    // All at a time: most of them send as fast as they can for their second.
    thread::scope(|scope| {
        for arguments in [
            "connect -n 20",
            "idle -n 20 --seconds 1",
            FAN_OUT,
            "fan-out --members 5 --senders 5 --seconds 1 --ack ping",
            "fan-out --members 5 --senders 5 --seconds 1 --ack delivery",
            "acked --senders 3 --seconds 1",
            "acked --senders 3 --seconds 1 --ack ping",
            "private --pairs 3 --seconds 1",
            "private --pairs 3 --seconds 1 --ack echo",
            "paced --rate 200 --channels 2 --members 4 --seconds 1 --idle 3",
            "join-storm -n 20",
            "slow-reader --members 4 --slow 1 --rate 100 --seconds 1",
            "raw --receivers 10 --seconds 1",
            "relay --groups 2 --members 3 --rate 200 --seconds 1",
        ] {
            scope.spawn(move || is_without_faults(arguments));
        }
    });
}

fn is_without_faults(arguments: &str) {
    let report = run(Wrong::Nothing, arguments, 0);
    let faults = report["faults"].as_object().unwrap();
    assert!(faults.values().all(|count| count == 0), "{arguments}: {report}");
    let results = &report["results"];
    if !results["expected_deliveries"].is_null() {
        assert_eq!(results["deliveries"], results["expected_deliveries"], "{arguments}");
    }
}

/// Every scenario that delivers lines, long enough for the twentieth delivery to go wrong.
const DELIVERING: [&str; 6] = [
    FAN_OUT,
    "fan-out --members 5 --senders 5 --seconds 1 --ack delivery --window 64",
    "acked --senders 3 --members 3 --seconds 1",
    "private --pairs 3 --seconds 1 --ack echo",
    "paced --rate 200 --channels 2 --members 4 --senders 2 --seconds 1",
    "slow-reader --members 6 --slow 1 --rate 100 --seconds 1",
];

#[test]
fn every_wrong_is_found_and_named_in_every_scenario() {
    thread::scope(|scope| {
        for (wrong, name) in [
            (Wrong::Loses, "lost"),
            (Wrong::Doubles, "doubled"),
            (Wrong::Reorders, "reordered"),
            (Wrong::Cuts, "damaged"),
        ] {
            for arguments in DELIVERING {
                scope.spawn(move || finds(wrong, name, arguments));
            }
        }
    });
}

fn finds(wrong: Wrong, name: &str, arguments: &str) {
    let report = run(wrong, arguments, 3);
    assert_eq!(report["faults"][name], 1, "{arguments}: {report}");
    // A line that came damaged did not come.
    let all: u64 = report["faults"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(all, if wrong == Wrong::Cuts { 2 } else { 1 }, "{arguments}: {report}");
    assert!(!report["fault_examples"].as_array().unwrap().is_empty());
}

#[test]
fn the_table_names_the_faults_too() {
    let output = Command::new(env!("CARGO_BIN_EXE_colvert-load"))
        .args(["--drain-seconds", "1", "-a", &start(Wrong::Doubles).to_string()])
        .args(FAN_OUT.split_ascii_whitespace())
        .output()
        .unwrap();
    let table = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{table}");
    assert!(table.lines().any(|line| line.split_ascii_whitespace().eq(["doubled", "1"])), "{table}");
    assert!(table.contains("! doubled: "), "{table}");
}

#[test]
fn who_follows_is_waited_for_while_the_senders_go_on() {
    // It is a thousand behind when first asked, and has caught up when asked again.
    let state = std::env::temp_dir().join(format!("colvert-load-{}", std::process::id()));
    let command = format!(
        "echo ahead 1000; if [ -e {0} ]; then echo follows 1000; else echo follows 0; touch {0}; fi",
        state.display()
    );
    let output = Command::new(env!("CARGO_BIN_EXE_colvert-load"))
        .args(["--json", "-a", &start(Wrong::Nothing).to_string()])
        .args(["acked", "--senders", "3", "--seconds", "1", "--then-rate", "100"])
        .args(["--counters", &command, "--behind", "ahead,follows"])
        .output()
        .unwrap();
    std::fs::remove_file(&state).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = &report["results"];
    assert_eq!(results["behind_max"], 1000, "{report}");
    assert_eq!(results["behind_left"], 0, "{report}");
    assert!(results["caught_up_after_s"].is_number(), "{report}");
    assert_eq!(results["deliveries"], results["expected_deliveries"], "{report}");
}

#[test]
fn counters_that_are_not_there_fail_the_run() {
    let output = Command::new(env!("CARGO_BIN_EXE_colvert-load"))
        .args(["-a", &start(Wrong::Nothing).to_string(), "acked", "--senders", "1", "--seconds", "1"])
        .args(["--counters", "echo ahead 1", "--behind", "ahead,follows"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("prints no counter follows"), "{error}");
}

#[test]
fn a_join_that_one_member_does_not_see_is_lost() {
    let report = run(Wrong::HidesAJoin, "join-storm -n 10", 3);
    assert_eq!(report["faults"]["lost"], 1, "{report}");
    assert_eq!(report["results"]["pairs_of_members"], 45, "{report}");
    assert_eq!(report["results"]["pairs_right"], 44, "{report}");
}

#[test]
fn a_refusal_is_printed_as_the_server_said_it() {
    let output = load(Wrong::RefusesNicks, "connect -n 5");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains(":fake 433 * n :Nickname is already in use"), "{error}");
    assert!(output.stdout.is_empty());
}
