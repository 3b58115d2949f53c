//! A channel, people, and somebody who asks.

use std::collections::BTreeMap;

use colvert_core::ids::Position;
use colvert_testkit::transcript::door::Door;
use colvert_testkit::transcript::in_process::InProcess;
use colvert_testkit::transcript::script::Setting;
use colvert_testkit::transcript::stage::{Seat, Sound, Stage};

/// The channel, as those who ask spell it. Its own spelling is another, so that an answer that has it knows that it is there.
pub const CHANNEL: &str = "#quay";
/// Its own.
pub const WRITTEN: &str = "#Quay";
/// In what is asked: the message that was said there.
pub const MESSAGE: &str = "MSGID";
/// Whoever has this seat at the scene is the server's own command line.
pub const SERVER: &str = "server";

/// How the asker comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Irc,
    /// With all capabilities that there are, and a label on each question.
    IrcWithAll,
    Line,
}

/// What was done before, by whom.
pub type Prepared = [(&'static str, &'static str)];

pub struct Scene {
    stage: InProcess,
    seats: BTreeMap<&'static str, Seat>,
    way: Way,
    /// The id of the message that was said.
    message: String,
    /// The asker was sent away, and has to come again.
    is_gone: bool,
    /// What the asker heard of what others did.
    overheard: Vec<String>,
}

impl Scene {
    /// People, and nothing else.
    pub fn empty(way: Way) -> Self {
        let relays = Setting { key: "channels.relays".into(), value: "true".into() };
        let stage = InProcess::new([relays].iter()).expect("no setting is wrong");
        let (seats, message) = (BTreeMap::new(), String::new());
        let mut scene = Self { stage, seats, way, message, is_gone: false, overheard: Vec::new() };
        for nick in ["olga", "friend"] {
            scene.come(nick, Way::Irc);
        }
        // Who hears what they said hears what it is called.
        scene.ask("olga", "CAP REQ :echo-message message-tags draft/message-redaction");
        scene.come("asker", way);
        scene
    }

    /// The same people, of whom all is true that does not take the channel.
    pub fn without(way: Way, prepared: &Prepared) -> Self {
        let mut scene = Self::empty(way);
        for (who, line) in prepared.iter().filter(|(_, line)| !line.contains(CHANNEL)) {
            scene.prepare(who, line);
        }
        scene.overheard.clear();
        scene
    }

    /// A channel that has everything, as it was prepared for who asks.
    pub fn new(way: Way, prepared: &Prepared) -> Self {
        Self::named(way, prepared, WRITTEN)
    }

    /// The same, of a channel of another name.
    pub fn named(way: Way, prepared: &Prepared, channel: &str) -> Self {
        let mut scene = Self::empty(way);
        let said = |line: &str| line.replace(CHANNEL, channel);
        scene.ask("olga", &said("JOIN #quay"));
        scene.ask("olga", &said("TOPIC #quay :the-topic"));
        scene.ask("olga", &said("MODE #quay +b enemy!*@*"));
        scene.ask("olga", &said("METADATA #quay SET display-name :the-metadata"));
        let heard = scene.ask("olga", &said("PRIVMSG #quay :the-words"));
        let id = heard[0].split("msgid=").nth(1).and_then(|rest| rest.split([';', ' ']).next());
        scene.message = id.expect("it has an id").to_owned();
        for (who, line) in prepared {
            let line = said(line).replace(MESSAGE, &scene.message);
            scene.prepare(who, &line);
        }
        scene.overheard.clear();
        scene
    }

    /// Up to where things have happened here.
    pub fn position(&self) -> Position {
        self.stage.position()
    }

    /// The id of the message that was said.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn prepare(&mut self, who: &'static str, line: &str) {
        if who == SERVER {
            let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
            self.stage.run(&words).expect("the command line does it");
            // Who is sent away by that hears of it now.
            self.ask("olga", "PING x");
        } else if who == "asker" && self.way == Way::Line {
            let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
            self.ask(who, &format!("/{} {rest}", verb.to_lowercase()));
        } else {
            self.ask(who, line);
        }
        if self.is_gone {
            self.come("asker", self.way);
        }
    }

    fn come(&mut self, nick: &'static str, way: Way) {
        let name = if way == Way::Line { "line" } else { "irc" };
        self.is_gone = false;
        let seat = self.stage.open(Door::named(name).expect("there is that door")).expect("it is open");
        self.seats.insert(nick, seat);
        match way {
            Way::Line => drop(self.ask(nick, &format!("/nick {nick}"))),
            Way::Irc => drop(self.ask(nick, &format!("NICK {nick}\nUSER {nick} 0 * :{nick}"))),
            Way::IrcWithAll => {
                let offered = self.ask(nick, "CAP LS 302");
                let caps = offered.iter().filter_map(|line| line.rsplit_once(" :")).map(|(_, caps)| caps);
                let caps: Vec<_> =
                    caps.flat_map(|caps| caps.split(' ')).filter_map(|cap| cap.split('=').next()).collect();
                assert!(caps.len() > 20, "{offered:?}");
                for some in caps.chunks(8) {
                    self.ask(nick, &format!("CAP REQ :{}", some.join(" ")));
                }
                self.ask(nick, &format!("NICK {nick}\nUSER {nick} 0 * :{nick}\nCAP END"));
            }
        }
        // What is one's own stays one's own: whoever asks has said up to where they have read.
        if nick == "asker" && way != Way::Line {
            self.ask(nick, "MARKREAD #quay timestamp=2026-12-31T00:00:00.000Z");
        }
    }

    /// What the asker hears when they ask something of the table.
    pub fn question(&mut self, line: &str) -> Vec<String> {
        let line = line.replace(MESSAGE, &self.message);
        match self.way {
            Way::IrcWithAll if line.starts_with('@') => {
                self.ask("asker", &format!("@label=L;{}", &line[1..]))
            }
            Way::IrcWithAll => self.ask("asker", &format!("@label=L {line}")),
            Way::Irc | Way::Line => self.ask("asker", &line),
        }
    }

    /// What the asker hears of what others do.
    pub fn listen(&mut self) -> Vec<String> {
        for line in [
            "PRIVMSG #quay :the-words are said",
            "NOTICE #quay :the-words",
            "@+typing=active TAGMSG #quay",
            "TOPIC #quay :the-topic is another",
            "METADATA #quay SET display-name :the-metadata",
            "AWAY :lunch",
            "SETNAME :Olga",
            "INVITE friend #quay",
            "RELAYMSG #quay a/b :the-words",
            "REDACT #quay MSGID",
            "MODE #quay +v olga",
            "RENAME #quay #pier",
            "NICK other",
        ] {
            let line = line.replace(MESSAGE, &self.message);
            self.ask("olga", &line);
        }
        self.ask("friend", "JOIN #pier\nPART #pier\nQUIT");
        std::mem::take(&mut self.overheard)
    }

    /// What somebody hears when they send something.
    pub fn ask(&mut self, who: &'static str, lines: &str) -> Vec<String> {
        let seat = self.seats[who];
        self.stage.send(seat, format!("{lines}\n").as_bytes()).expect("they are there");
        let heard = self.stage.listen(Some(seat), 0).expect("the server goes on");
        let text = |sound| match sound {
            Sound::Line(line) => String::from_utf8(line).expect("UTF-8"),
            Sound::Closed => "closed".to_owned(),
        };
        let asker = self.seats.get("asker").copied();
        let (own, others): (Vec<_>, Vec<_>) = heard.into_iter().partition(|(whose, _)| *whose == seat);
        let to_asker = others.into_iter().filter(|(whose, _)| Some(*whose) == asker);
        let to_asker: Vec<_> = to_asker.map(|(_, sound)| text(sound)).collect();
        self.is_gone |= to_asker.iter().any(|line| line == "closed");
        self.overheard.extend(to_asker);
        own.into_iter().map(|(_, sound)| text(sound)).collect()
    }
}
