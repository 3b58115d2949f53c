//! The writing half: events, answers and refusals to lines.

mod about;
mod account_answers;
mod channel_answers;
mod chathistory;
pub mod events;
pub mod help;
pub mod line;
mod lists;
mod metadata;
mod modes;
mod opers;
mod own;
mod refusals;
mod replies;
pub mod tags;
pub mod time;
mod tokens;
mod welcome;
pub mod who;

use std::fmt::Display;

use colvert_core::event::Source;
use colvert_core::session::{Delivery, Relation};
use compact_str::CompactString;

use crate::caps::Caps;
use crate::door::Shared;
use crate::label::{Gathering, put_into};
use crate::message::BODY_BARE_BYTES_MAX;
use crate::numerics::{self, Numeric};
use crate::services::{Said, Service};
use line::Line;
use who::Whox;

/// What writing remembers of its session.
#[derive(Debug, Default)]
pub struct Writing {
    /// What is on for the answer that is written now.
    pub caps: Caps,
    /// What the person is called; empty before there is a presence.
    pub nick: CompactString,
    /// What is known of the request that is answered now, if there is anything to know.
    request: Option<Box<Answered>>,
    /// Batches so far.
    batches: u32,
}

/// A request while it is answered.
#[derive(Debug, Default)]
struct Answered {
    /// The answer so far, if the request has a label.
    gathering: Option<Gathering>,
    /// The channel, or the account, that its refusals are about.
    about: Option<CompactString>,
    /// The fields that are asked for.
    whox: Option<Whox>,
    /// Who answers, if it is a service.
    service: Option<&'static Service>,
    /// The service has something to show for what it was told.
    is_served: bool,
}

impl Writing {
    /// Where the session's answer goes: under its label, if it has one.
    pub fn answer<'a>(&'a mut self, door: &'a Shared, out: &'a mut Vec<u8>) -> Answer<'a> {
        let (gathering, about, whox) = match self.request.as_deref_mut() {
            Some(Answered { gathering, about, whox, .. }) => {
                (gathering.as_mut(), about.as_deref(), whox.as_ref())
            }
            None => (None, None, None),
        };
        let out = gathering.map_or(out, Gathering::lines);
        let about = about.unwrap_or("*");
        Answer { door, nick: name(&self.nick), caps: self.caps, about, whox, batches: &mut self.batches, out }
    }

    /// Where goes what nobody asked for: never under a label.
    pub fn aside<'a>(&'a mut self, door: &'a Shared, out: &'a mut Vec<u8>) -> Answer<'a> {
        Answer {
            door,
            nick: name(&self.nick),
            caps: self.caps,
            about: "*",
            whox: None,
            batches: &mut self.batches,
            out,
        }
    }

    /// The refusals that follow are about this channel, or this account.
    fn about(&mut self, named: CompactString) {
        self.request.get_or_insert_default().about = Some(named);
    }

    /// The answer has these fields.
    fn whox(&mut self, whox: Whox) {
        self.request.get_or_insert_default().whox = Some(whox);
    }

    /// What follows is answered by a service, or by the server again. Who tells a service something is not left without an answer.
    fn service(&mut self, door: &Shared, service: Option<&'static Service>, out: &mut Vec<u8>) {
        let request = self.request.get_or_insert_default();
        let before = std::mem::replace(&mut request.service, service);
        let is_served = std::mem::take(&mut request.is_served);
        if let Some(before) = before.filter(|service| !is_served && service.is_for_people()) {
            self.answer(door, out).service_says(before, &Said::Done);
        }
    }

    /// What was asked for shows.
    pub fn served(&mut self) {
        if let Some(request) = &mut self.request {
            request.is_served = true;
        }
    }

    /// Answers with what `write` writes, by the service that was asked, if one was.
    pub fn respond(&mut self, door: &Shared, out: &mut Vec<u8>, write: impl FnOnce(&mut Answer<'_>)) {
        match self.request.as_ref().and_then(|request| request.service) {
            None => write(&mut self.answer(door, out)),
            Some(service) => {
                let mut lines = Vec::new();
                // What is a standard reply is known as one, whether or not the client knows them.
                let mut answer = self.aside(door, &mut lines);
                answer.caps = answer.caps.with(Caps::STANDARD_REPLIES);
                write(&mut answer);
                if !lines.is_empty() {
                    self.served();
                }
                self.answer(door, out).said_by(service, &lines);
            }
        }
    }

    /// What follows answers the request of this label.
    pub fn begin(&mut self, label: &str) {
        self.request.get_or_insert_default().gathering = Some(Gathering::new(label));
    }

    /// A part of an answer was made: it is sent, if there is more of it than is kept until the end.
    pub fn send_part(&mut self, door: &Shared, out: &mut Vec<u8>) {
        let gathering = self.request.as_mut().and_then(|request| request.gathering.as_mut());
        if let Some(gathering) = gathering.filter(|gathering| gathering.is_long()) {
            self.batches = self.batches.wrapping_add(1);
            gathering.send_part(&door.server, self.batches, out);
        }
    }

    /// A request is answered in full.
    pub fn end(&mut self, door: &Shared, out: &mut Vec<u8>) {
        if let Some(gathering) = self.request.take().and_then(|request| request.gathering) {
            self.batches = self.batches.wrapping_add(1);
            gathering.finish(&door.server, self.batches, out);
        }
    }
}

/// How who is answered is named. Spec: <https://modern.ircdocs.horse/#numeric-replies>
fn name(nick: &str) -> &str {
    if nick.is_empty() { "*" } else { nick }
}

/// Writes answers to one session.
pub struct Answer<'a> {
    door: &'a Shared,
    /// Who is answered; `*` before there is a nick.
    nick: &'a str,
    caps: Caps,
    about: &'a str,
    whox: Option<&'a Whox>,
    batches: &'a mut u32,
    out: &'a mut Vec<u8>,
}

impl<'a> Answer<'a> {
    /// Who is answered.
    pub fn nick(&self) -> &'a str {
        self.nick
    }

    pub fn server(&self) -> &'a str {
        &self.door.server
    }

    /// A line from somebody that the server speaks for.
    pub fn line_from(&mut self, source: &str, verb: &str) -> Line<'_> {
        Line::from_server(self.out, source, verb)
    }

    /// A line from the server that is no numeric.
    fn server_line(&mut self, verb: &str) -> Line<'_> {
        Line::from_server(self.out, &self.door.server, verb)
    }

    /// A line that was written before.
    pub fn as_it_is(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }

    /// The beginning of a numeric.
    fn begin(&mut self, numeric: Numeric) -> Line<'_> {
        Line::from_server(self.out, &self.door.server, numeric).word(self.nick)
    }

    /// A numeric with its words, if it has any.
    fn numeric(&mut self, numeric: Numeric, words: &[&str]) {
        let line = words.iter().fold(self.begin(numeric), |line, word| line.word(word));
        if numeric.text.is_empty() { line.end() } else { line.text(numeric.text).end() }
    }

    /// A numeric with other words than the table's.
    fn numeric_text(&mut self, numeric: Numeric, words: &[&str], text: &str) {
        words.iter().fold(self.begin(numeric), |line, word| line.word(word)).text(text).end();
    }

    /// A numeric whose last parameter is a list, in as many lines as it takes; none for an empty list.
    fn list<I>(&mut self, numeric: Numeric, words: &[&str], separator: &str, items: I)
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let mut items = items.into_iter().peekable();
        while let Some(first) = items.next() {
            let begun = words.iter().fold(self.begin(numeric), |line, word| line.word(word));
            let mut line = begun.text(first.as_ref());
            while let Some(next) = items.next_if(|next| separator.len() + next.as_ref().len() <= line.room())
            {
                line = line.more(separator).more(next.as_ref());
            }
            line.end();
        }
    }

    /// Writes lines as a batch of its own.
    /// Spec: <https://ircv3.net/specs/extensions/batch>
    fn batch(&mut self, kind: &str, params: &[&str], write: impl FnOnce(&mut Self)) {
        *self.batches = self.batches.wrapping_add(1);
        let reference = *self.batches;
        let opened = self.server_line("BATCH").word(&format!("+{reference}")).word(kind);
        params.iter().fold(opened, |line, param| line.word(param)).end();
        let inside = self.out.len();
        write(self);
        for line in self.out.split_off(inside).split_inclusive(|byte| *byte == b'\n') {
            put_into(reference, line, self.out);
        }
        self.server_line("BATCH").word(&format!("-{reference}")).end();
    }

    /// Something failed that no numeric is for.
    /// Spec: <https://ircv3.net/specs/extensions/standard-replies> (only for clients that know them; others
    /// read a notice)
    fn fail(&mut self, verb: &str, code: &str, context: &[&str], text: &str) {
        self.standard("FAIL", verb, code, context, text);
    }

    /// A part failed; the rest was done.
    fn warn(&mut self, verb: &str, code: &str, context: &[&str], text: &str) {
        self.standard("WARN", verb, code, context, text);
    }

    /// Something is told that no numeric is for.
    fn note(&mut self, verb: &str, code: &str, text: &str) {
        self.standard("NOTE", verb, code, &[], text);
    }

    fn standard(&mut self, kind: &str, verb: &str, code: &str, context: &[&str], text: &str) {
        // Spec: <https://ircv3.net/specs/extensions/setname#errors> (some capabilities bring their own)
        let own = match verb {
            "SETNAME" => Caps::SETNAME,
            // What is said of no verb in particular is that an account is needed.
            "REGISTER" | "VERIFY" | "*" => Caps::DRAFT_ACCOUNT_REGISTRATION,
            "CHATHISTORY" => Caps::DRAFT_CHATHISTORY,
            "RENAME" => Caps::DRAFT_CHANNEL_RENAME,
            "METADATA" if self.caps.in_effect(Caps::DRAFT_METADATA_3) => Caps::DRAFT_METADATA_3,
            "METADATA" => Caps::DRAFT_METADATA_2,
            "BATCH" => Caps::DRAFT_MULTILINE,
            "REDACT" => Caps::DRAFT_MESSAGE_REDACTION,
            "MARKREAD" => Caps::DRAFT_READ_MARKER,
            "PERSISTENCE" => Caps::DRAFT_PERSISTENCE,
            _ => Caps::STANDARD_REPLIES,
        };
        // Who relays messages speaks the draft, which answers so whatever was asked for; programs do without its capability.
        let is_known = verb == "RELAYMSG" || self.caps.in_effect(own);
        if !self.caps.in_effect(Caps::STANDARD_REPLIES) && !is_known {
            let about = if verb == "*" { String::new() } else { format!("{verb}: ") };
            return self.notice(&format!("{about}{text}"));
        }
        let line = self.server_line(kind).word(verb).word(code);
        context.iter().fold(line, |line, word| line.word(word)).text(text).end();
    }

    /// Plain words from the server to the person, in as many lines as they take.
    fn notice(&mut self, text: &str) {
        let nick = self.nick;
        let around = format!(":{} NOTICE {nick} :", self.door.server).len();
        let room = BODY_BARE_BYTES_MAX.saturating_sub(around);
        for piece in line::wrap(text, room) {
            self.server_line("NOTICE").word(nick).text(piece).end();
        }
    }

    /// An event that the session's own request made.
    pub fn event(&mut self, caps: Caps, delivery: &Delivery, relation: Relation) {
        events::encode(&self.door.server, caps, delivery, relation, self.out);
    }

    /// Somebody came who is monitored, or went. Spec: <https://ircv3.net/specs/extensions/monitor>
    pub fn monitored(&mut self, online: bool, source: &Source) {
        if online {
            self.list(numerics::RPL_MONONLINE, &[], ",", [source.mask()]);
        } else {
            self.list(numerics::RPL_MONOFFLINE, &[], ",", [source.nick.as_str()]);
        }
    }

    /// How others see where the person is, from now on.
    pub fn visible_host(&mut self, host: &str) {
        self.numeric(numerics::RPL_VISIBLEHOST, &[host]);
    }

    /// The last line of a connection. Spec: <https://modern.ircdocs.horse/#error-message>
    pub fn error(&mut self, words: impl Display) {
        let text = format!("Closing Link: {} ({words})", self.door.server);
        Line::bare(self.out, "ERROR").text(&text).end();
    }

    /// Spec: <https://modern.ircdocs.horse/#ping-message>
    pub fn ping(&mut self) {
        let server = self.door.server.as_str();
        self.server_line("PING").text(server).end();
    }
}
