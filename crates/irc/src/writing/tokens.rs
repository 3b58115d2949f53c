//! What the reading half asked to be said.

use super::{Answer, Writing};
use crate::caps::{Caps, VERSION_WITH_VALUES};
use crate::door::Shared;
use crate::isupport;
use crate::message::BODY_BARE_BYTES_MAX;
use crate::numerics::*;
use crate::token::{CapAnswer, SaslAnswer, Token};
use crate::writing::line;

impl Writing {
    /// Writes what a token stands for, and learns from it.
    pub fn token(&mut self, door: &Shared, token: Token, out: &mut Vec<u8>) {
        let has_presence = !self.nick.is_empty();
        match token {
            Token::Cap { answer, caps } => {
                // Spec: <https://ircv3.net/specs/extensions/capability-negotiation#the-cap-ack-subcommand>
                // (nothing changes before it is acknowledged)
                self.answer(door, out).cap(&answer, caps);
                self.caps = caps;
            }
            Token::Sasl(said) => self.answer(door, out).sasl(said),
            Token::About(channel) => self.about(channel),
            Token::Echo { verb, target, text, tags } if has_presence => {
                self.answer(door, out).echo(verb, &target, text.as_deref(), &tags);
            }
            Token::Echo { .. } => {}
            Token::Service(service) => self.service(door, service, out),
            Token::ServiceSays(service, said) if has_presence => {
                self.answer(door, out).service_says(service, &said);
            }
            Token::ServiceSays(..) => self.answer(door, out).numeric(ERR_NOTREGISTERED, &[]),
            Token::Whox(whox) => self.whox(whox),
            Token::EndOfWhois(nick) if has_presence => {
                self.answer(door, out).numeric(RPL_ENDOFWHOIS, &[&nick]);
            }
            // Who may not ask is told so, and that is all.
            Token::EndOfWhois(_) => {}
            Token::NoSuchServer(name) => self.answer(door, out).numeric(ERR_NOSUCHSERVER, &[&name]),
            // Spec: <https://ircv3.net/specs/extensions/extended-isupport#isupport-command>
            Token::Isupport if has_presence || self.caps.in_effect(Caps::DRAFT_EXTENDED_ISUPPORT) => {
                self.answer(door, out).isupport(&door.isupport);
            }
            // Spec: <https://ircv3.net/specs/extensions/extended-isupport#draftisupport-batch> (what changes is told later). Who has
            // not come yet and could ask has asked; the others are told all when they come.
            Token::IsupportChanged(tokens)
                if has_presence || self.caps.in_effect(Caps::DRAFT_EXTENDED_ISUPPORT) =>
            {
                let lines = isupport::lines(&tokens, door.isupport_room);
                self.answer(door, out).isupport(&lines);
            }
            Token::IsupportChanged(_) => {}
            Token::Never(numeric) if has_presence => self.answer(door, out).numeric(numeric, &[]),
            Token::Map if has_presence => {
                let server = door.server.as_str();
                self.answer(door, out).numeric_text(RPL_MAP, &[], server);
                self.answer(door, out).numeric(RPL_MAPEND, &[]);
            }
            Token::Map | Token::Isupport | Token::Never(_) => {
                self.answer(door, out).numeric(ERR_NOTREGISTERED, &[])
            }
            Token::NoOrigin => self.answer(door, out).numeric(ERR_NOORIGIN, &[]),
            Token::Help(subject) => self.answer(door, out).help(subject.as_deref()),
        }
    }
}

/// How a list of capabilities is divided that is too long for a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// The rest is left out.
    One,
    /// Each line but the last says that more follows.
    Continued,
    Several,
}

impl Lines {
    /// What a client of that version of negotiation understands.
    fn of(version: u16) -> Self {
        if version >= VERSION_WITH_VALUES { Self::Continued } else { Self::One }
    }
}

impl Answer<'_> {
    fn cap(&mut self, answer: &CapAnswer, caps: Caps) {
        match answer {
            CapAnswer::Listed(version, link) => {
                let offered = self.door.offered(*link);
                self.cap_lines("LS", Lines::of(*version), &offered.listed(*version));
            }
            CapAnswer::Enabled(version) => self.cap_lines("LIST", Lines::of(*version), &caps.names()),
            CapAnswer::Granted(words) => self.cap_lines("ACK", Lines::Several, words),
            CapAnswer::Refused(list) => self.cap_line("NAK", "", list),
            CapAnswer::Invalid(subcommand) => self.numeric(ERR_INVALIDCAPCMD, &[subcommand]),
            // Spec: <https://ircv3.net/specs/extensions/capability-negotiation#the-cap-new-subcommand>
            CapAnswer::Changed { gone, new } => {
                for (subcommand, words) in
                    [("DEL", gone), ("NEW", new)].iter().filter(|(_, it)| !it.is_empty())
                {
                    self.cap_lines(subcommand, Lines::Several, words);
                }
            }
        }
    }

    /// Spec: <https://ircv3.net/specs/extensions/capability-negotiation#multiline-replies-to-cap-ls-and-cap-list>
    fn cap_lines(&mut self, subcommand: &str, lines: Lines, words: &[String]) {
        let around = format!(":{} CAP {} {subcommand} * :", self.door.server, self.nick).len();
        let list = words.join(" ");
        let mut pieces = line::wrap(&list, BODY_BARE_BYTES_MAX.saturating_sub(around)).peekable();
        while let Some(piece) = pieces.next() {
            let more = if lines == Lines::Continued && pieces.peek().is_some() { "*" } else { "" };
            self.cap_line(subcommand, more, piece);
            if lines == Lines::One {
                return;
            }
        }
    }

    fn cap_line(&mut self, subcommand: &str, more: &str, list: &str) {
        let nick = self.nick;
        let line = self.server_line("CAP").word(nick).word(subcommand);
        let line = if more.is_empty() { line } else { line.word(more) };
        line.text(list).end();
    }

    /// Spec: <https://ircv3.net/specs/extensions/sasl-3.1>
    fn sasl(&mut self, answer: SaslAnswer) {
        match answer {
            SaslAnswer::GoOn => super::line::Line::bare(self.out, "AUTHENTICATE").word("+").end(),
            SaslAnswer::Failed => self.numeric(ERR_SASLFAIL, &[]),
            SaslAnswer::TooLong => self.numeric(ERR_SASLTOOLONG, &[]),
            SaslAnswer::Aborted => self.numeric(ERR_SASLABORTED, &[]),
            SaslAnswer::Mechanisms(link) => {
                let mechanisms = self.door.offered(link).value(Caps::SASL);
                self.numeric(RPL_SASLMECHS, &[mechanisms]);
            }
        }
    }
}
