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
    /// Their client asks to be told who comes and what people say of themselves, which the engine tells each connection by itself.
    asks: bool,
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
    client.say("CAP REQ :batch draft/metadata-2 away-notify");
    client.say(&format!("NICK {nick}\nUSER speaker 0 * :{nick}\nCAP END\nMETADATA * SUB url\nJOIN #general"));
    client.hear(" 366 ");
    client
}

fn on_line(mut client: Client, nick: &str) -> Client {
    client.say(&format!("/nick {nick}\n/join general\n/ping here"));
    client.hear("here");
    client
}

/// Each round: words to all, words to one, a new topic, something of oneself, away, another nick, gone and back; then the question.
/// Whoever asks something after its answer has read them all, in this order.
fn talk(pair: usize, speaker: &mut Client, listener: &mut Listener) {
    for round in 0..ROUNDS {
        let caused = |what: &str| format!("{what}-{pair}-{round}.");
        let (said, whispered, topic) = (caused("aloud"), caused("quietly"), caused("topic"));
        let (nick, gone, back) = (format!("s{pair}x{round}"), caused("gone"), caused("back"));
        let (described, away, question) = (caused("described"), caused("away"), caused("asked"));
        if listener.asks {
            listener.client.say(&format!("MONITOR + {nick}"));
            listener.client.hear(&format!(" 731 {} :{nick}", listener.nick));
        }
        let to = listener.nick.clone();
        speaker.say(&format!(
            "PRIVMSG #general :{said}\nPRIVMSG {to} :{whispered}\nTOPIC #general :{topic}\n\
             METADATA * SET url :{described}\nMETADATA * SET url\nAWAY :{away}\nAWAY\nNICK {nick}\n\
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
        let come = format!(" 730 {to} :{nick}!");
        let told = [&said, &whispered, &topic, &described, &away, &come, &renamed, &gone, &joined, &back];
        let told = told.into_iter().filter(|words| listener.asks || ![&described, &come].contains(words));
        let places: Vec<_> = told.map(|words| place(words)).collect();
        assert!(places.is_sorted(), "{places:?} of {heard:#?}");
    }
}

#[test]
fn what_was_caused_before_an_answer_is_read_before_any_later_answer() {
    let directory = tempfile::tempdir().expect("a directory");
    let launch = Launch::new(PROGRAM, directory.path());
    let server = launch.variable("COLVERT__LIMITS__METADATA_PER_MINUTE", "0").start();
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
                    asks: true,
                },
                _ => Listener {
                    client: on_line(server.on_line(), &nick),
                    nick,
                    ping: "/ping",
                    renamed: " is now called {}",
                    joined: "* {} joined ",
                    asks: false,
                },
            };
            let mut speaker = on_irc(server.on_irc(), &format!("speaker{pair}"));
            scope.spawn(move || talk(pair, &mut speaker, &mut listener));
        }
    });
}
