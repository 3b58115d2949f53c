//! When somebody's PING is answered, all that they caused before it is already on its way to everybody else, ahead of any
//! later answer to those people. Hammered by pairs who all talk at once, over both doors and all gateways: there is one for each
//! processor, and people are given to them in turns.

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
    /// What is read when somebody takes a nick, and when they come; `{}` is the nick.
    renamed: &'static str,
    joined: &'static str,
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
    client.say(&format!("NICK {nick}\nUSER speaker 0 * :{nick}\nJOIN #general"));
    client.hear(" 366 ");
    client
}

fn on_line(mut client: Client, nick: &str) -> Client {
    client.say(&format!("/nick {nick}\n/join general\n/ping here"));
    client.hear("here");
    client
}

/// Each round: words to all, words to one, a new topic, another nick, gone and back; then the question. Whoever asks something after
/// its answer has read them all, in this order.
fn talk(pair: usize, speaker: &mut Client, listener: &mut Listener) {
    for round in 0..ROUNDS {
        let caused = |what: &str| format!("{what}-{pair}-{round}.");
        let (said, whispered, topic) = (caused("aloud"), caused("quietly"), caused("topic"));
        let (nick, gone, back) = (format!("s{pair}x{round}"), caused("gone"), caused("back"));
        let question = caused("asked");
        let to = &listener.nick;
        speaker.say(&format!(
            "PRIVMSG #general :{said}\nPRIVMSG {to} :{whispered}\nTOPIC #general :{topic}\nNICK {nick}\n\
             PART #general :{gone}\nJOIN #general\nPRIVMSG #general :{back}\nPING {question}"
        ));
        speaker.hear(&question);
        let heard = listener.heard_before_answer(&caused("answer"));
        let place = |words: &str| {
            let places: Vec<_> =
                heard.iter().enumerate().filter(|(_, line)| line.contains(words)).map(|(at, _)| at).collect();
            assert_eq!(places.len(), 1, "{words} among {heard:#?}");
            places[0]
        };
        let joined = listener.joined.replace("{}", &nick);
        let renamed = listener.renamed.replace("{}", &nick);
        let places = [&said, &whispered, &topic, &renamed, &gone, &joined, &back].map(|words| place(words));
        assert!(places.is_sorted(), "{places:?} of {heard:#?}");
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
            let mut listener = match pair % 2 {
                0 => Listener {
                    client: on_irc(server.on_irc(), &nick),
                    nick,
                    ping: "PING",
                    renamed: " NICK {}",
                    joined: ":{}!speaker@127.0.0.1 JOIN ",
                },
                _ => Listener {
                    client: on_line(server.on_line(), &nick),
                    nick,
                    ping: "/ping",
                    renamed: " is now called {}",
                    joined: "* {} joined ",
                },
            };
            let mut speaker = on_irc(server.on_irc(), &format!("speaker{pair}"));
            scope.spawn(move || talk(pair, &mut speaker, &mut listener));
        }
    });
}
