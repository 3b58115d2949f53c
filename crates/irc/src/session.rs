//! One connection: the reading and the writing half, and what core asks of both.

use std::sync::Arc;

use colvert_core::command::CloseReason;
use colvert_core::event::{Event, Source};
use colvert_core::ids::UserId;
use colvert_core::local::Link;
use colvert_core::refusal::Refusal;
use colvert_core::reply::Reply;
use colvert_core::session::{Class, Delivery, Relation, Request, Session, WireToken};

use crate::caps::Caps;
use crate::door::Shared;
use crate::message::LINE_BYTES_MAX;
use crate::reading::Reading;
use crate::token::Token;
use crate::writing::{Writing, events, tags};

/// A client of IRC. An idle one is small: what is rare is in a box.
pub struct IrcSession {
    door: Arc<Shared>,
    reading: Reading,
    writing: Writing,
}

impl IrcSession {
    pub fn new(door: Arc<Shared>, link: Link) -> Self {
        Self { door, reading: Reading::new(link), writing: Writing::default() }
    }

    /// Where the person is seen from now on, if they were not shown the change itself.
    /// Spec: <https://ircv3.net/specs/extensions/multiline#splitting-long-lines> (RPL_VISIBLEHOST)
    fn unseen_host<'a>(&self, event: &'a Event) -> Option<&'a str> {
        match event {
            Event::HostChanged { by, host, .. } if by.nick.as_str() == self.writing.nick => {
                (!self.writing.caps.contains(Caps::CHGHOST)).then_some(host)
            }
            _ => None,
        }
    }

    /// What is called something else from now on.
    fn learn(&mut self, event: &Event) {
        if let Event::NickChanged { nick, .. } = event {
            self.writing.nick = nick.as_str().into();
        }
    }
}

impl Session for IrcSession {
    fn line_bytes_max(&self) -> usize {
        LINE_BYTES_MAX
    }

    fn receive(&mut self, line: &[u8]) -> Option<Request> {
        let is_stranger = self.writing.nick.is_empty();
        if is_stranger && is_http(line) {
            return Some(self.reading.goodbye(&self.door));
        }
        self.reading.receive(&self.door, line)
    }

    fn overlong(&mut self) -> Request {
        self.reading.overlong()
    }

    fn is_unfinished(&self) -> bool {
        self.reading.is_unfinished()
    }

    fn expire(&mut self) -> Option<Request> {
        self.reading.expire()
    }

    fn configured(&mut self) -> Option<Request> {
        let newest = self.door.newest();
        let before = std::mem::replace(&mut self.door, newest);
        self.reading.configured(&before, &self.door)
    }

    fn is_foreign(&self, first: &[u8]) -> bool {
        is_tls(first) || is_http(first) || is_proxy(first)
    }

    fn greet(&mut self, _: &mut Vec<u8>) {}

    fn class(&self) -> Class {
        Class(self.writing.caps.of_events().bits())
    }

    fn encode(&self, delivery: &Delivery, relation: Relation, out: &mut Vec<u8>) {
        let caps = self.writing.caps.of_events();
        events::encode(&self.door.server, caps, delivery, relation, out);
    }

    /// Spec: <https://ircv3.net/specs/extensions/echo-message>
    fn encode_origin(&mut self, delivery: &Delivery, out: &mut Vec<u8>) {
        let event = &delivery.record.event;
        let echoes = self.writing.caps.in_effect(Caps::ECHO_MESSAGE);
        if !tags::is_message(event) || echoes {
            let caps = self.writing.caps.of_events();
            self.writing.answer(&self.door, out).event(caps, delivery, Relation::Origin);
            self.writing.served();
        }
        if let Some(host) = self.unseen_host(event) {
            self.writing.answer(&self.door, out).visible_host(host);
        }
        // Spec: <https://ircv3.net/specs/extensions/labeled-response#tags> (what one says to oneself also
        // arrives, without the label)
        if events::is_to_self(event) {
            self.encode(delivery, Relation::Own, out);
        }
        self.learn(event);
    }

    fn encode_own(&mut self, delivery: &Delivery, out: &mut Vec<u8>) {
        let event = &delivery.record.event;
        self.encode(delivery, Relation::Own, out);
        if let Some(host) = self.unseen_host(event) {
            self.writing.aside(&self.door, out).visible_host(host);
        }
        if let Event::AwayChanged { message, .. } = event {
            let reply = if message.is_some() { Reply::NowAway } else { Reply::NoLongerAway };
            self.aside(&reply, out);
        }
        self.learn(event);
    }

    fn bind(&mut self, _: UserId) {}

    fn reply(&mut self, verb: &'static str, reply: &Reply, out: &mut Vec<u8>) {
        if let Reply::Welcome(welcome) = reply {
            self.writing.nick = welcome.source.nick.as_str().into();
        }
        match reply {
            // What is played are no words of the service that plays it.
            Reply::Played { .. } | Reply::Playable { .. } => {
                self.writing.answer(&self.door, out).reply(verb, reply);
            }
            _ => self.writing.respond(&self.door, out, |answer| answer.reply(verb, reply)),
        }
        self.writing.send_part(&self.door, out);
    }

    fn aside(&mut self, reply: &Reply, out: &mut Vec<u8>) {
        self.writing.aside(&self.door, out).reply("", reply);
    }

    fn refuse(&mut self, verb: &str, refusal: &Refusal, out: &mut Vec<u8>) {
        self.writing.respond(&self.door, out, |answer| answer.refuse(verb, refusal));
    }

    fn wire(&mut self, token: WireToken, out: &mut Vec<u8>) {
        if let Some(token) = Token::of(token) {
            self.writing.token(&self.door, token, out);
        }
    }

    fn begin(&mut self, label: &str) {
        self.writing.begin(label);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.writing.end(&self.door, out);
    }

    fn monitored(&mut self, online: bool, source: &Source, out: &mut Vec<u8>) {
        self.writing.aside(&self.door, out).monitored(online, source);
    }

    /// Spec: <https://ircv3.net/specs/extensions/extended-monitor>
    fn watched(&mut self, delivery: &Delivery, out: &mut Vec<u8>) {
        let caps = self.writing.caps;
        match &delivery.record.event {
            Event::MetadataChanged { .. } if !caps.has_metadata() => {}
            // Spec: <https://github.com/ircv3/ircv3-specifications/pull/613> (with numerics alone)
            Event::MetadataChanged { to, key, value, .. }
                if value.is_none() || caps.in_effect(Caps::DRAFT_METADATA_3) =>
            {
                self.writing.aside(&self.door, out).key_value(&to.address(), key, value.as_ref());
            }
            Event::MetadataChanged { .. } => self.encode(delivery, Relation::Other, out),
            _ if caps.in_effect(Caps::EXTENDED_MONITOR) => self.encode(delivery, Relation::Other, out),
            _ => {}
        }
    }

    fn goodbye(&mut self, reason: &CloseReason, out: &mut Vec<u8>) {
        let words = reason.as_quit_reason();
        let words = words.as_ref().map_or("Closed", |words| words.as_str()).to_owned();
        let words = match reason {
            CloseReason::Suspended(Some(why)) => format!("{words}: {}", why.as_str()),
            _ => words,
        };
        let mut answer = self.writing.answer(&self.door, out);
        if let CloseReason::Banned(reason) = reason {
            answer.banned(reason.as_ref());
        }
        if matches!(reason, CloseReason::PasswordNeeded) {
            answer.no_password();
        }
        answer.error(words);
        self.writing.end(&self.door, out);
    }

    fn ping(&mut self, out: &mut Vec<u8>) -> bool {
        self.writing.aside(&self.door, out).ping();
        true
    }
}

/// A TLS record of a handshake.
fn is_tls(first: &[u8]) -> bool {
    first.starts_with(&[0x16, 0x03])
}

/// A proxy's header, from an address that is not trusted to say for whom it connects, or on a port where it is not expected.
/// Spec: <https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt>
fn is_proxy(first: &[u8]) -> bool {
    first.starts_with(b"PROXY TCP")
        || first.starts_with(b"PROXY UNKNOWN")
        || first.starts_with(b"\r\n\r\n\0\r\nQUIT\n")
}

/// A request line of HTTP. Browsers can be made to send one here; what follows it must not be done.
fn is_http(first: &[u8]) -> bool {
    const METHODS: &[&[u8]] =
        &[b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS ", b"CONNECT ", b"DELETE ", b"PATCH "];
    METHODS.iter().any(|method| first.starts_with(method))
}

#[cfg(test)]
mod tests {
    use colvert_core::ids::Millis;
    use colvert_core::session::Door;
    use colvert_core::settings::Settings;

    use super::*;
    use crate::IrcDoor;

    fn session() -> Box<dyn Session> {
        let door = IrcDoor::new(&Settings { server: "s".into(), ..Settings::default() }, Millis(0));
        door.session(&door.info("h".into()))
    }

    /// Sends a CAP line all the way.
    fn negotiate(session: &mut dyn Session, list: &str) {
        let request = session.receive(format!("CAP REQ :{list}").as_bytes()).expect("it has an answer");
        for item in request.items {
            if let colvert_core::session::Item::Wire(token) = item {
                session.wire(token, &mut Vec::new());
            }
        }
    }

    /// What CAP answers when a line has little room for it.
    fn answered(request: &str) -> String {
        let settings = Settings { server: "s".repeat(300).into(), ..Settings::default() };
        let door = IrcDoor::new(&settings, Millis(0));
        let (mut session, mut out) = (door.session(&door.info("h".into())), Vec::new());
        let request = session.receive(request.as_bytes()).expect("it has an answer");
        for item in request.items {
            if let colvert_core::session::Item::Wire(token) = item {
                session.wire(token, &mut out);
            }
        }
        String::from_utf8(out).expect("UTF-8").replace(settings.server.as_str(), "s")
    }

    #[test]
    fn a_long_list_of_capabilities_takes_several_lines() {
        let lines = answered("CAP LS 302");
        assert!(lines.lines().count() > 1 && lines.lines().all(|line| line.len() < 512 - 300));
        let more = lines.lines().filter(|line| line.starts_with(":s CAP * LS * :")).count();
        assert_eq!(more, lines.lines().count() - 1, "{lines}");
        assert!(lines.contains(" sasl=PLAIN "), "{lines}");
        let lines = answered("CAP LS");
        assert!(lines.starts_with(":s CAP * LS :account-notify"), "{lines}");
        assert_eq!(lines.lines().count(), 1, "{lines}");
    }

    #[test]
    fn a_long_acknowledgement_takes_several_lines() {
        let not_asked_for = Caps::TOLD.with(Caps::DRAFT_RELAYMSG).with(Caps::DRAFT_METADATA_2);
        let caps = crate::caps::CAPS.iter().filter(|cap| !not_asked_for.contains(cap.caps));
        // As many as one line asks for.
        let all: Vec<_> = caps.map(|cap| cap.name).take(24).collect();
        let lines = answered(&format!("CAP REQ :{}", all.join(" ")));
        assert!(lines.lines().count() > 1, "{lines}");
        assert!(lines.lines().all(|line| line.starts_with(":s CAP * ACK :")), "{lines}");
    }

    #[test]
    fn an_idle_session_is_small() {
        assert!(size_of::<IrcSession>() <= 88, "{} bytes", size_of::<IrcSession>());
    }

    #[test]
    fn what_does_not_matter_to_events_does_not_divide_them() {
        let (mut plain, mut other) = (session(), session());
        negotiate(&mut *plain, "server-time");
        negotiate(
            &mut *other,
            "server-time echo-message labeled-response batch multi-prefix sasl cap-notify",
        );
        assert_eq!(plain.class(), other.class());
        negotiate(&mut *other, "message-tags");
        assert_ne!(plain.class(), other.class());
    }

    #[test]
    fn other_protocols_are_known_by_their_first_bytes() {
        let session = session();
        for foreign in [
            &b"\x16\x03\x01\x02"[..],
            b"GET / HTTP/1.1",
            b"POST /",
            b"CONNECT x:80",
            b"PATCH ",
            b"PROXY TCP4 1.2.3.",
        ] {
            assert!(session.is_foreign(foreign), "{foreign:?}");
        }
        for own in [&b"CAP LS"[..], b"GETTY", b"", b"\x16", b"get /", b"NICK GET "] {
            assert!(!session.is_foreign(own), "{own:?}");
        }
    }

    fn goodbye(label: Option<&str>) -> String {
        let (mut session, mut out) = (session(), Vec::new());
        if let Some(label) = label {
            session.begin(label);
        }
        session.goodbye(&CloseReason::ShuttingDown, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn last_words_end_the_answer_too() {
        assert_eq!(goodbye(None), "ERROR :Closing Link: s (Server shutting down)\r\n");
        assert_eq!(goodbye(Some("x")), "@label=x ERROR :Closing Link: s (Server shutting down)\r\n");
    }

    #[test]
    fn there_may_be_no_message_of_the_day() {
        let (mut session, mut out) = (session(), Vec::new());
        session.reply("MOTD", &Reply::Motd(Vec::new()), &mut out);
        assert_eq!(out, b":s 422 * :MOTD File is missing\r\n");
    }

    #[test]
    fn a_question_for_a_sign_of_life_is_no_answer() {
        let (mut session, mut out) = (session(), Vec::new());
        session.begin("x");
        assert!(session.ping(&mut out));
        assert_eq!(out, b":s PING :s\r\n");
    }
}
