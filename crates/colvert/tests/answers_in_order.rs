//! When somebody's PING is answered, all that they caused before it is already on its way to everybody else, ahead of any
//! later answer to those people. Hammered by pairs who all talk at once, over both doors and all gateways.

use std::thread;

use colvert_testkit::server::{Client, Launch};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
const PAIRS: usize = 6;
const ROUNDS: usize = 100;

/// Somebody who listens, and how they ask for an answer.
struct Listener {
    client: Client,
    nick: String,
    ping: &'static str,
}

impl Listener {
    /// All that was heard before the answer to a question that is asked now.
    fn heard_before_answer(&mut self, token: &str) -> Vec<String> {
        self.client.say(&format!("{} {token}", self.ping));
        let mut heard = Vec::new();
        loop {
            let line = self.client.next_line().expect("the server is there");
            if line.contains(token) {
                return heard;
            }
            heard.push(line);
        }
    }
}

fn on_irc(mut client: Client, nick: &str) -> Client {
    client.say(&format!("NICK {nick}\nUSER {nick} 0 * :{nick}\nJOIN #general"));
    client.hear(" 366 ");
    client
}

fn on_line(mut client: Client, nick: &str) -> Client {
    client.say(&format!("/nick {nick}\n/join general\n/ping here"));
    client.hear("here");
    client
}

/// Each round: words to all, words to one, a new topic, a nick; then the question. Whoever is asked after its answer has
/// read them all.
fn talk(pair: usize, speaker: &mut Client, listener: &mut Listener) {
    for round in 0..ROUNDS {
        let (said, whispered) = (format!("aloud-{pair}-{round}."), format!("quietly-{pair}-{round}."));
        let topic = format!("topic-{pair}-{round}.");
        let question = format!("asked-{pair}-{round}.");
        let to = &listener.nick;
        speaker.say(&format!(
            "PRIVMSG #general :{said}\nPRIVMSG {to} :{whispered}\nTOPIC #general :{topic}\nPING {question}"
        ));
        speaker.hear(&question);
        let heard = listener.heard_before_answer(&format!("answer-{pair}-{round}."));
        for words in [said, whispered, topic] {
            let times = heard.iter().filter(|line| line.contains(&words)).count();
            assert_eq!(times, 1, "{words} among {heard:#?}");
        }
    }
}

#[test]
fn what_was_caused_before_an_answer_is_read_before_any_later_answer() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Launch::new(PROGRAM, directory.path()).start();
    let mut keeper = on_irc(server.on_irc(), "keeper");
    keeper.say("MODE #general -t");
    keeper.hear(" MODE ");
    thread::scope(|scope| {
        for pair in 0..PAIRS {
            let nick = format!("listener{pair}");
            let (client, ping) = match pair % 2 {
                0 => (on_irc(server.on_irc(), &nick), "PING"),
                _ => (on_line(server.on_line(), &nick), "/ping"),
            };
            let mut listener = Listener { client, nick, ping };
            let mut speaker = on_irc(server.on_irc(), &format!("speaker{pair}"));
            scope.spawn(move || talk(pair, &mut speaker, &mut listener));
        }
    });
}
