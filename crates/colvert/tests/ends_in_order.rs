//! As `answers_in_order.rs`, for what ends or takes its time: messages of several lines, answers with labels that wait for
//! history, people who are killed or quit, and a person with several connections. Pairs of them hammer it at once, over both
//! doors and all gateways.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use colvert_testkit::server::{Client, Launch, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
const PASSWORD: &str = "correct-horse";
const PAIRS: usize = 4;
const ROUNDS: usize = 25;

/// Runs an order of the command line, before there is a server.
fn order(data: &Path, arguments: &[&str], input: &str) {
    let mut order = Command::new(PROGRAM);
    order.args(arguments).arg("--data").arg(data).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut order = order.spawn().expect("the program starts");
    order.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    assert!(order.wait().is_ok_and(|status| status.success()), "{arguments:?}");
}

/// A connection of an operator of the server, who is in the channel.
fn operator(server: &Server, name: &str) -> Client {
    let mut client = server.on_irc();
    client.say("CAP REQ :batch labeled-response message-tags echo-message draft/multiline draft/chathistory");
    client.say(&format!("LOGIN {name} {PASSWORD}\nNICK {name}\nUSER {name} 0 * :{name}\nCAP END"));
    client.say(&format!("OPER {name} {PASSWORD}\nJOIN #general\nPING ready"));
    client.hear(" 381 ");
    client.hear("ready");
    client
}

/// Somebody who comes to go.
fn passer(server: &Server, nick: &str) -> Client {
    let mut client = server.on_irc();
    client.say(&format!("NICK {nick}\nUSER {nick} 0 * :{nick}\nJOIN #general"));
    client.hear(" 366 ");
    client
}

/// Who listens, and how they ask for an answer.
struct Listener {
    who: &'static str,
    client: Client,
    ping: &'static str,
}

impl Listener {
    /// Asks, and expects to have read these before the answer, once each, in this order.
    fn has_read(&mut self, token: &str, expected: &[&str]) {
        self.client.say(&format!("{} {token}", self.ping));
        let mut heard = Vec::new();
        loop {
            let line = self.client.next_line().expect("the server is there");
            if line.contains(token) {
                break;
            }
            heard.push(line);
        }
        let place = |words: &&str| {
            let found: Vec<_> = heard
                .iter()
                .enumerate()
                .filter(|(_, line)| line.contains(*words))
                .map(|(at, _)| at)
                .collect();
            assert_eq!(found.len(), 1, "{}: {words} among {heard:#?}", self.who);
            found[0]
        };
        let places: Vec<_> = expected.iter().map(place).collect();
        assert!(places.is_sorted(), "{}: {places:?} of {heard:#?}", self.who);
    }
}

fn hammer(server: &Server, pair: usize) {
    let name = format!("oper{pair}");
    let mut speaker = operator(server, &name);
    let mut line = server.on_line();
    line.say(&format!("/nick line{pair}\n/join general\n/ping here"));
    line.hear("here");
    let mut listeners = [
        Listener { who: "a client of IRC", client: passer(server, &format!("irc{pair}")), ping: "PING" },
        Listener { who: "a terminal", client: line, ping: "/ping" },
        Listener {
            who: "another connection of the same person",
            client: operator(server, &name),
            ping: "PING",
        },
    ];
    for round in 0..ROUNDS {
        let caused = |what: &str| format!("{what}-{pair}-{round}.");
        let (victim, leaver) = (format!("v{pair}x{round}"), format!("l{pair}x{round}"));
        let (mut to_kill, mut to_leave) = (passer(server, &victim), passer(server, &leaver));
        let (first, second, slow) = (caused("first"), caused("second"), caused("slow"));
        let (killed, last, bye) = (caused("killed"), caused("last"), caused("bye"));
        // What is slow is asked for first: all that follows waits for it.
        speaker.say(&format!(
            "@label=slow{round} CHATHISTORY LATEST #general * 5\nBATCH +m draft/multiline #general\n\
             @batch=m PRIVMSG #general :{first}\n@batch=m PRIVMSG #general :{second}\nBATCH -m\n\
             HISTORY #general 1\n@label=said{round} PRIVMSG #general :{slow}\nKILL {victim} :{killed}\n\
             PING {}",
            caused("asked")
        ));
        speaker.hear(&format!("label=slow{round}"));
        speaker.hear(&format!("label=said{round}"));
        speaker.hear(&caused("asked"));
        for listener in &mut listeners {
            listener.has_read(&caused("answer"), &[&first, &second, &slow, &killed]);
        }
        let to_the_end = to_kill.to_the_end();
        assert!(to_the_end.iter().any(|line| line.starts_with("ERROR ")), "{to_the_end:?}");
        // Whose own end is an answer has said all before it.
        to_leave.say(&format!("PRIVMSG #general :{last}\nQUIT :{bye}"));
        to_leave.to_the_end();
        for listener in &mut listeners {
            listener.has_read(&caused("later"), &[&last, &bye]);
        }
    }
}

#[test]
fn what_ends_or_takes_its_time_is_read_before_any_later_answer() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path();
    for pair in 0..PAIRS {
        let name = format!("oper{pair}");
        order(data, &["account", "create", &name], &format!("{PASSWORD}\n"));
        order(data, &["admin", "role", &name, "administrator"], "");
    }
    let server = Launch::new(PROGRAM, data).start();
    let _keeper = passer(&server, "keeper");
    thread::scope(|scope| {
        for pair in 0..PAIRS {
            let server = &server;
            scope.spawn(move || hammer(server, pair));
        }
    });
}
