//! One connection.

use std::sync::Arc;

use colvert_core::command::{CloseReason, Entry, Needs};
use colvert_core::event::Source;
use colvert_core::ids::UserId;
use colvert_core::local::Language;
use colvert_core::refusal::Refusal;
use colvert_core::reply::Reply;
use colvert_core::session::{Class, Delivery, Item, Relation, Request, Session, WireToken};

use crate::door::House;
use crate::reading::{LINE_BYTES_MAX, Surplus, read, without_byte_order_mark};
use crate::speech::Speech;
use crate::{events, farewell, foreign, help, refusals, replies};

/// A person on the line protocol.
pub struct LineSession {
    house: Arc<House>,
    language: Language,
    /// The connection has sent a line.
    has_begun: bool,
    /// The person has taken a nick. Known when what is written is written, not when lines are read: those
    /// may be ahead.
    is_bound: bool,
    /// The request of the moment has had an answer.
    is_answered: bool,
}

impl LineSession {
    pub fn new(house: Arc<House>, language: Language) -> Self {
        Self { house, language, has_begun: false, is_bound: false, is_answered: false }
    }

    fn speech(&self) -> &'static Speech {
        Speech::of(self.language)
    }

    /// Whether a command has to wait until its person has a nick.
    fn is_early(&self, entry: &Entry) -> bool {
        !self.is_bound && entry.needs != Needs::Nothing
    }

    fn request(item: Item) -> Request {
        Request { label: None, items: vec![item] }
    }
}

impl Session for LineSession {
    fn line_bytes_max(&self) -> usize {
        LINE_BYTES_MAX
    }

    fn receive(&mut self, line: &[u8]) -> Option<Request> {
        let line = if self.has_begun { line } else { without_byte_order_mark(line) };
        self.has_begun = true;
        read(line, self.house.names).map(Self::request)
    }

    fn overlong(&mut self) -> Request {
        self.has_begun = true;
        Self::request(Item::refuse("", Refusal::InputTooLong(LINE_BYTES_MAX)))
    }

    fn is_foreign(&self, first: &[u8]) -> bool {
        foreign::is_foreign(first)
    }

    fn greet(&mut self, out: &mut Vec<u8>) {
        self.speech().say(out, "greeting", &[("network", self.house.network.as_str().into())]);
        self.speech().say(out, "greeting-hint", &[]);
    }

    fn class(&self) -> Class {
        Class(match self.language {
            Language::English => 0,
            Language::French => 1,
        })
    }

    fn encode(&self, delivery: &Delivery, relation: Relation, out: &mut Vec<u8>) {
        events::word(self.speech(), &delivery.record.event, relation, out);
    }

    fn encode_origin(&mut self, delivery: &Delivery, out: &mut Vec<u8>) {
        let before = out.len();
        self.encode(delivery, Relation::Origin, out);
        self.is_answered |= out.len() > before;
    }

    fn bind(&mut self, _: UserId) {
        self.is_bound = true;
    }

    fn reply(&mut self, _: &'static str, reply: &Reply, out: &mut Vec<u8>) {
        if let Reply::LanguageChanged(language) = reply {
            self.language = *language;
        }
        let before = out.len();
        replies::word(self.speech(), reply, out);
        self.is_answered |= out.len() > before;
    }

    fn aside(&mut self, reply: &Reply, out: &mut Vec<u8>) {
        replies::word(self.speech(), reply, out);
    }

    fn refuse(&mut self, verb: &str, refusal: &Refusal, out: &mut Vec<u8>) {
        self.is_answered = true;
        let entry = help::entry(verb);
        // What to type comes before how; yet what is unknown stays unknown.
        let is_unknown = matches!(refusal, Refusal::UnknownCommand(_));
        let is_early = !is_unknown && entry.is_some_and(|entry| self.is_early(entry));
        let refusal = if is_early { &Refusal::NotRegistered } else { refusal };
        refusals::word(self.speech(), entry, refusal, out);
    }

    fn wire(&mut self, token: WireToken, out: &mut Vec<u8>) {
        let Ok(surplus) = token.downcast::<Surplus>() else { return };
        self.is_answered = true;
        let Surplus(entry) = *surplus;
        if self.is_early(entry) {
            refusals::word(self.speech(), Some(entry), &Refusal::NotRegistered, out);
        } else {
            refusals::usage(self.speech(), entry, out);
        }
    }

    /// Lines carry no labels.
    fn begin(&mut self, _: &str) {}

    /// No line that asks for something stays without an answer.
    fn end(&mut self, out: &mut Vec<u8>) {
        if !std::mem::take(&mut self.is_answered) {
            self.speech().say(out, "done", &[]);
        }
    }

    fn monitored(&mut self, online: bool, source: &Source, out: &mut Vec<u8>) {
        let id = if online { "event-came" } else { "event-went" };
        self.speech().tell(out, id, &[("nick", source.nick.as_str().into())]);
    }

    fn goodbye(&mut self, reason: &CloseReason, out: &mut Vec<u8>) {
        farewell::goodbye(self.speech(), reason, out);
    }

    /// There is no question that a person on `nc` could answer.
    fn ping(&mut self, _: &mut Vec<u8>) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use colvert_core::local::ConnectionInfo;
    use colvert_core::session::Door;
    use colvert_core::settings::Settings;

    use super::*;
    use crate::LineDoor;

    fn session() -> Box<dyn Session> {
        let info = ConnectionInfo { host: "::1".into(), ..ConnectionInfo::default() };
        LineDoor::new(&Settings::default(), Language::French).session(&info)
    }

    fn refused(session: &mut dyn Session, request: Option<Request>) -> String {
        let mut out = Vec::new();
        for item in request.expect("the line asks for something").items {
            match item {
                Item::Refuse { verb, refusal } => session.refuse(&verb, &refusal, &mut out),
                Item::Wire(token) => session.wire(token, &mut out),
                Item::Command { entry, .. } => panic!("{} was not refused", entry.name),
            }
        }
        String::from_utf8(out).expect("only UTF-8 is written")
    }

    #[test]
    fn lines_read_ahead_of_the_nick_are_answered_as_what_they_are_when_it_is_taken() {
        let mut session = session();
        let early = session.receive(b"/join");
        let ahead = session.receive(b"/join");
        let surplus = session.receive(b"/users a b");
        assert_eq!(refused(session.as_mut(), early), "Choose a nick first: /nick NICK\n");
        session.bind(UserId(1));
        assert_eq!(refused(session.as_mut(), ahead), "Usage: /join channel [key]\n");
        assert_eq!(refused(session.as_mut(), surplus), "Usage: /users [#channel]\n");
    }

    #[test]
    fn a_language_is_a_class() {
        let mut session = session();
        let (english, mut out) = (session.class(), Vec::new());
        session.reply("LANG", &Reply::LanguageChanged(Language::French), &mut out);
        assert_ne!(session.class(), english);
        assert_eq!(out, "Vous lisez désormais le français.\n".as_bytes());
    }

    #[test]
    fn silence_is_no_reason_to_close() {
        let mut out = Vec::new();
        assert!(!session().ping(&mut out));
        assert!(out.is_empty());
    }
}
