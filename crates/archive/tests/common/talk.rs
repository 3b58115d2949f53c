//! People who talk, at random but the same way each time.

use colvert_core::event::{Event, Kind, Source, Tag, Target, Who};
use colvert_core::ids::{ChannelId, Position, UserId};
use colvert_core::lines::{Line, Lines};
use colvert_core::modes::{ModeChange, Role, Status};
use colvert_core::names::{AccountName, ChannelName, Nick};
use colvert_core::read_marker::Buffer;
use colvert_core::text::Text;
use colvert_testkit::sim_disk::Chance;

use super::NAMES;
use super::log::MemoryLog;

pub fn text(words: &str) -> Text {
    Text::new(words).unwrap()
}

pub fn channel(name: &str) -> ChannelName {
    ChannelName::new(name, NAMES).unwrap()
}

/// Somebody who is logged in to the account of their nick.
pub fn source(id: u64, nick: &str) -> Source {
    let nick = Nick::new(nick, NAMES).unwrap();
    let account = Some(nick.as_account());
    Source::from(Who {
        id: UserId(id),
        nick,
        user: "u".into(),
        host: "host.example".into(),
        account,
        bot: false,
    })
}

pub fn guest(id: u64, nick: &str) -> Source {
    source(id, nick).but(|who| who.account = None)
}

pub fn message(by: &Source, id: u64, channel: &ChannelName, words: &str) -> Event {
    let to = Target::Channel { id: ChannelId(id), name: channel.clone() };
    Event::Said { by: by.clone(), to, kind: Kind::Message, text: text(words), tags: Vec::new(), lines: None }
}

pub fn private(by: &Source, to: &Source, words: &str) -> Event {
    let to = Target::User { id: to.id, nick: to.nick.clone(), account: to.account.clone() };
    Event::Said { by: by.clone(), to, kind: Kind::Message, text: text(words), tags: Vec::new(), lines: None }
}

const CHANNELS: [&str; 4] = ["#Rust", "#été", "#general", "#Secret"];
const NICKS: [&str; 5] = ["Ginette", "roger", "Éloïse", "ali", "bob"];

/// Random people in a few channels, some of whose channels end sealed and begin anew.
pub struct Talk {
    chance: Chance,
    log: MemoryLog,
    last_id: u64,
}

impl Talk {
    /// A log of `entries` entries.
    pub fn of(seed: u64, entries: usize) -> MemoryLog {
        Self::after(MemoryLog::new(7), seed, entries)
    }

    /// A log that goes on with `entries` more.
    pub fn after(log: MemoryLog, seed: u64, entries: usize) -> MemoryLog {
        let mut talk = Self { chance: Chance::new(seed), log, last_id: 100 };
        talk.go_on(entries);
        talk.log
    }

    /// Adds entries, of one to three events each.
    fn go_on(&mut self, entries: usize) {
        for _ in 0..entries {
            let events = (0..=self.chance.below(3)).map(|_| self.event()).collect();
            if self.chance.below(20) == 0 {
                self.log.next_generation();
            }
            self.log.append(events);
        }
    }

    pub fn channels() -> impl Iterator<Item = ChannelName> + Clone {
        CHANNELS.into_iter().map(channel)
    }

    fn event(&mut self) -> Event {
        let by = self.somebody();
        let name = channel(CHANNELS[self.chance.below(CHANNELS.len())]);
        let id = ChannelId(self.last_id);
        match self.chance.below(21) {
            0 => self.begins(name),
            1 => Event::ChannelDropped { id, name, sealed: self.chance.coin() },
            2 => {
                let (status, realname) = (Status::OP, "Ginette".into());
                Event::Joined { by, channel: id, name, status, realname, away: None }
            }
            3 => Event::Parted { by, channel: id, name, reason: Some(text("bye")) },
            4 => Event::Kicked { by, channel: id, name, target: self.somebody(), reason: None },
            5 => self.changes_account(by),
            6 => Event::TopicChanged { by, channel: id, name, topic: Some(text("ducks")) },
            7 => {
                let changes = vec![ModeChange::Limit { members: Some(5) }];
                Event::ModesChanged { by, channel: id, name, changes }
            }
            8 => private(&by, &self.somebody(), "psst"),
            9 => {
                let position = Position(self.last_id);
                let account = by.nick.as_account();
                let of = Buffer::Channel(name.key());
                Event::ReadMarkerMoved { account, of, position, moved: None }
            }
            10 => {
                let (nick, channels) = (self.somebody().nick.clone(), Some(vec![name]));
                Event::NickChanged { by, skeleton: nick.skeleton(NAMES), nick, channels }
            }
            11 => Event::Quit { by, reason: None, channels: Some(vec![name, channel(CHANNELS[0])]) },
            _ => self.speaks(by, name),
        }
    }

    fn begins(&mut self, name: ChannelName) -> Event {
        self.last_id += 1;
        let skeleton = name.skeleton(NAMES);
        Event::ChannelCreated { id: ChannelId(self.last_id), name, skeleton, kept: false }
    }

    fn changes_account(&mut self, by: Source) -> Event {
        let account: AccountName = by.nick.as_account();
        match self.chance.below(3) {
            0 => Event::RoleChanged { by: Some(by), account, role: Role::Moderator },
            1 => Event::Claimed { by, account, digest: vec![1, 2, 3] },
            _ => {
                let (skeleton, hash) = (account.skeleton(NAMES), "$argon2id$verysecret".to_owned());
                Event::AccountRegistered { account, skeleton, hash }
            }
        }
    }

    fn speaks(&mut self, by: Source, name: ChannelName) -> Event {
        let to = Target::Channel { id: ChannelId(self.last_id), name };
        let kind = [Kind::Message, Kind::Action, Kind::Notice][self.chance.below(3)];
        let tag = |name: &str, value: &str| Tag { name: name.into(), value: value.into() };
        let tags = match self.chance.below(4) {
            0 => vec![tag("+b", "\"x\""), tag("+a", "")],
            _ => Vec::new(),
        };
        let words = format!("word {} é 🦆", self.chance.below(1000));
        // Now and then it takes several lines.
        let lines = [&words, "", "and more"].map(|text| Line { continues: false, text: text.into() });
        let lines = self.chance.coin().then(|| Lines::new(lines.to_vec()).map(Box::new)).flatten();
        Event::Said { by, to, kind, text: text(&words), tags, lines }
    }

    fn somebody(&mut self) -> Source {
        let id = self.chance.below(NICKS.len());
        let who = if self.chance.coin() { source } else { guest };
        who(id as u64, NICKS[id])
    }
}
