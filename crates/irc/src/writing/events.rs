//! Events to lines: the same bytes for all sessions of a class.

mod changes;

use colvert_core::account_settings::Persistence;
use colvert_core::commands::relaymsg::RELAYED_BY;
use colvert_core::event::{Event, Kind, Record, Source, Tag, Target};
use colvert_core::ids::UserId;
use colvert_core::lines::Lines;
use colvert_core::names::ChannelName;
use colvert_core::record;
use colvert_core::session::{Delivery, Relation};
use colvert_core::text::Text;
use compact_str::CompactString;

use super::line::Line;
use super::tags::{Tags, has_id};
use super::{modes, own, time};
use crate::caps::Caps;
use crate::numerics::{Numeric, RPL_KNOCK, RPL_UMODEGMSG};
use crate::reading::CONTINUES;

/// Writes what a session of these capabilities reads of an event.
pub fn encode(server: &str, caps: Caps, delivery: &Delivery, relation: Relation, out: &mut Vec<u8>) {
    let mut shown = Shown { server, caps, record: &delivery.record, stored: delivery.stored, out };
    shown.event(relation);
}

/// Writes what a session of these capabilities reads of an event that was kept.
pub fn encode_stored(server: &str, caps: Caps, record: &Record, out: &mut Vec<u8>) {
    Shown { server, caps, record, stored: true, out }.event(Relation::Other);
}

/// Writes what happened to the session's own person before the session was theirs.
pub fn encode_again(server: &str, caps: Caps, record: &Record, out: &mut Vec<u8>) {
    // It is told again, and is nothing that history has.
    Shown { server, caps, record, stored: false, out }.event(Relation::Own);
}

/// Whether an event is a message to the person who sent it: then it arrives, too.
pub fn is_to_self(event: &Event) -> bool {
    let is_user = |to: &Target, id: UserId| matches!(to, Target::User { id: to, .. } if *to == id);
    match event {
        Event::Said { by, to, .. } | Event::Tagged { by, to, .. } => is_user(to, by.id),
        _ => false,
    }
}

/// An event as a class is shown it.
struct Shown<'a> {
    server: &'a str,
    caps: Caps,
    record: &'a Record,
    stored: bool,
    out: &'a mut Vec<u8>,
}

impl Shown<'_> {
    /// Spec: <https://modern.ircdocs.horse/#client-messages>, each in its place.
    fn event(&mut self, relation: Relation) {
        match &self.record.event {
            Event::Quit { by, reason, .. } => self.with_reason(by, "QUIT", &[], reason.as_ref()),
            Event::NickChanged { by, nick, .. } => self.by(by, "NICK").word(nick.as_str()).end(),
            Event::AwayChanged { by, message } => self.away(by, message.as_ref(), relation),
            Event::RealnameChanged { by, realname } => {
                // Spec: <https://ircv3.net/specs/extensions/setname>
                if self.has(Caps::SETNAME) {
                    self.by(by, "SETNAME").text(realname).end();
                }
            }
            Event::HostChanged { by, user, host } => {
                // Spec: <https://ircv3.net/specs/extensions/chghost>
                // Departs: others are shown nothing without the capability, because what would be (a QUIT, and JOIN and MODE
                // in each shared channel) differs for each receiver, and hides who stayed. Whose host it is reads 396.
                if self.has(Caps::CHGHOST) {
                    self.by(by, "CHGHOST").word(user).word(host).end();
                }
            }
            Event::Silenced { by, mask, on } => {
                self.by(by, "SILENCE").word(&format!("{}{}", modes::sign(*on), mask.as_str())).end();
            }
            Event::UserModeChanged { by, on, flag } => {
                let change = format!("{}{}", modes::sign(*on), flag.letter());
                self.by(by, "MODE").word(by.nick.as_str()).word(&change).end();
            }
            Event::LoggedIn { by, account } => {
                // Spec: <https://ircv3.net/specs/extensions/account-notify>
                if self.has(Caps::ACCOUNT_NOTIFY) {
                    self.by(by, "ACCOUNT").word(account.as_str()).end();
                }
            }
            Event::LoggedOut { by } => {
                if self.has(Caps::ACCOUNT_NOTIFY) {
                    self.by(by, "ACCOUNT").word("*").end();
                }
            }
            Event::Joined { by, name, realname, away, .. } => {
                self.joined(by, name, realname);
                if relation == Relation::Other && away.is_some() {
                    self.away(by, away.as_ref(), relation);
                }
            }
            Event::Parted { by, name, reason, .. } => {
                self.with_reason(by, "PART", &[name.as_str()], reason.as_ref());
            }
            Event::Kicked { by, name, target, reason, .. } => {
                let reason = reason.as_ref().map_or(by.nick.as_str(), Text::as_str);
                self.by(by, "KICK").word(name.as_str()).word(target.nick.as_str()).text(reason).end();
            }
            Event::Invited { by, name, target, .. } => self.invited(by, name, target, relation),
            Event::ChannelRenamed { by, name, to, reason, .. } => {
                // Who has not the capability is answered as if they left and joined; not if it looks the same to them.
                if self.has(Caps::DRAFT_CHANNEL_RENAME) {
                    let reason = reason.as_ref().map_or("", Text::as_str);
                    self.by(by, "RENAME").word(name.as_str()).word(to.as_str()).text(reason).end();
                }
            }
            Event::TopicChanged { by, name, topic, .. } => {
                let topic = topic.as_ref().map_or("", Text::as_str);
                self.by(by, "TOPIC").word(name.as_str()).text(topic).end();
            }
            Event::ModesChanged { by, name, changes, .. } => self.modes(by, name, changes),
            Event::ModesSet { server, name, changes, .. } => self.modes_set(server, name, changes),
            Event::Said { by, to, kind, tags, lines: Some(lines), .. } => {
                self.said_in_lines(by, (to, *kind), lines, tags);
            }
            Event::Said { by, to, kind, text, tags, .. } => self.said(by, to, *kind, text, tags),
            Event::Tagged { by, to, tags } => {
                if self.has(Caps::MESSAGE_TAGS) {
                    self.tagged_by(by, "TAGMSG", tags).word(&to.address()).end();
                }
            }
            // Only those who asked for it are shown it. Spec: <https://ircv3.net/specs/extensions/metadata#metadata-server-message>
            Event::MetadataChanged { by, to, key, value: Some(value) } => {
                let line = self.by(by, "METADATA").word(&to.address()).word(key.as_str());
                line.word("*").text(value.as_str()).end();
            }
            // Spec: <https://ircv3.net/specs/extensions/message-redaction#fallback> (others are told nothing)
            Event::Redacted { by, to, message, generation, reason, .. } => {
                if self.has(Caps::DRAFT_MESSAGE_REDACTION) {
                    let id = record::msgid(*generation, *message);
                    self.with_reason(by, "REDACT", &[&to.address(), &id], reason.as_ref());
                }
            }
            // Spec: <https://modern.ircdocs.horse/#privmsg-message> (`$` begins the target of a broadcast)
            Event::Alerted { by, text } => self.by(by, "NOTICE").word("$*").text(text.as_str()).end(),
            Event::Killed { by, target, reason } => {
                let reason = reason.as_ref().map_or(by.nick.as_str(), Text::as_str);
                self.by(by, "KILL").word(target.nick.as_str()).text(reason).end();
            }
            Event::Knocked { by, name, .. } => {
                // The channel stands for who is told, as it does where the numeric comes from: it goes to several.
                self.numeric(by, RPL_KNOCK, name.as_str())
                    .word(name.as_str())
                    .word(&by.mask())
                    .text(RPL_KNOCK.text)
                    .end();
            }
            Event::ChannelOffered { by, name, told: Some(told), .. } => {
                let line = Line::from_server(self.out, self.server, "NOTICE").word(told.nick.as_str());
                line.text(&format!("{} offers you {name}: type /CHANNEL {name} take", by.nick)).end();
            }
            Event::Called { by, target } => {
                let host = format!("{}@{}", by.user, by.host);
                let line = self.numeric(by, RPL_UMODEGMSG, target.nick.as_str()).word(by.nick.as_str());
                line.word(&host).text(RPL_UMODEGMSG.text).end();
            }
            Event::ReadMarkerMoved { moved: Some(moved), .. } => {
                if self.has(Caps::DRAFT_READ_MARKER) {
                    let until = moved.told.map_or(moved.time, |told| told.max(moved.time));
                    own::read_until(self.out, self.server, &moved.name, Some(until));
                }
            }
            Event::AccountSet { choice, told: Some(told), .. } => {
                if self.has(Caps::DRAFT_PERSISTENCE) {
                    let told = Persistence { choice: *choice, is_on: told.is_on };
                    own::persistence(self.out, self.server, told);
                }
            }
            Event::OpersTold { by, text, .. } => self.by(by, "WALLOPS").text(text.as_str()).end(),
            Event::Started { .. }
            | Event::Connected { .. }
            | Event::AccountRegistered { .. }
            | Event::AccountSet { told: None, .. }
            | Event::ClientCame { .. }
            | Event::ClientLeft { .. }
            | Event::BecameAbsent { .. }
            | Event::Returned { .. }
            | Event::RoleChanged { .. }
            | Event::ClaimCodeMade { .. }
            | Event::PasswordChanged { .. }
            | Event::AccountSuspended { .. }
            | Event::AccountRenamed { .. }
            | Event::AccountDeleted { .. }
            | Event::ResetCodeMade { .. }
            | Event::RegistrationBegun(_)
            | Event::RegistrationDropped { .. }
            | Event::AddressGiven { .. }
            | Event::AddressChanged { .. }
            | Event::ResetAsked { .. }
            | Event::CertificateChanged { .. }
            | Event::IdentityChanged { .. }
            | Event::DeviceChanged { .. }
            | Event::ScramVerifierMade { .. }
            | Event::PasswordHashedAnew { .. }
            | Event::Claimed { .. }
            | Event::ChannelCreated { .. }
            | Event::ChannelDropped { .. }
            | Event::ChannelRegistered { .. }
            | Event::ChannelUnregistered { .. }
            | Event::ChannelTransferred { .. }
            | Event::AccessChanged { .. }
            | Event::ChannelSet { .. }
            | Event::ChannelPurged { .. }
            | Event::ChannelUnpurged { .. }
            | Event::ChannelOffered { told: None, .. }
            | Event::ReadMarkerMoved { moved: None, .. }
            | Event::MetadataChanged { value: None, .. }
            | Event::KeepEnded { .. }
            | Event::Acted(_)
            | Event::Opered { .. }
            | Event::ServerBanned(_)
            | Event::ServerUnbanned(_)
            | Event::DefconChanged { .. }
            | Event::Accepted { .. } => {}
        }
    }

    /// The beginning of a numeric that somebody caused: its tags are those of what they do.
    /// Spec: <https://ircv3.net/specs/extensions/account-tag>, <https://ircv3.net/specs/extensions/bot-mode#the-bot-tag>
    fn numeric(&mut self, by: &Source, numeric: Numeric, to: &str) -> Line<'_> {
        self.tags(by, None, &[]);
        Line::from_server(self.out, self.server, numeric).word(to)
    }

    fn with_reason(&mut self, by: &Source, verb: &str, words: &[&str], reason: Option<&Text>) {
        let line = words.iter().fold(self.by(by, verb), |line, word| line.word(word));
        match reason {
            Some(reason) => line.text(reason.as_str()).end(),
            None => line.end(),
        }
    }

    /// Spec: <https://ircv3.net/specs/extensions/away-notify> (nobody is told of their own)
    fn away(&mut self, by: &Source, message: Option<&Text>, relation: Relation) {
        if self.has(Caps::AWAY_NOTIFY) && relation == Relation::Other {
            // It may come with a join, whose id is not its own.
            let line = self.tagged(by, "AWAY", None, &[]);
            match message {
                Some(message) => line.text(message.as_str()).end(),
                None => line.end(),
            }
        }
    }

    /// Spec: <https://ircv3.net/specs/extensions/extended-join>
    fn joined(&mut self, by: &Source, name: &ChannelName, realname: &str) {
        let extended = self.has(Caps::EXTENDED_JOIN);
        let line = self.by(by, "JOIN").word(name.as_str());
        if !extended {
            return line.end();
        }
        let account = by.account.as_ref().map_or("*", |account| account.as_str());
        line.word(account).text(realname).end();
    }

    /// Who is invited always reads it, other members if they asked to; who invites is answered.
    /// Spec: <https://ircv3.net/specs/extensions/invite-notify>
    fn invited(&mut self, by: &Source, name: &ChannelName, target: &Source, relation: Relation) {
        let is_shown = match relation {
            Relation::Own => true,
            Relation::Other => self.has(Caps::INVITE_NOTIFY),
            Relation::Origin => false,
        };
        if is_shown {
            self.by(by, "INVITE").word(target.nick.as_str()).word(name.as_str()).end();
        }
    }

    fn said(&mut self, by: &Source, to: &Target, kind: Kind, text: &Text, tags: &[Tag]) {
        let verb = if kind == Kind::Notice { "NOTICE" } else { "PRIVMSG" };
        let line = self.tagged_by(by, verb, tags).word(&to.address());
        match kind {
            Kind::Message | Kind::Notice => line.text(text.as_str()).end(),
            // Spec: <https://modern.ircdocs.horse/ctcp#action>
            Kind::Action => line.text("\u{1}ACTION ").more(text.as_str()).more("\u{1}").end(),
        }
    }

    /// Spec: <https://ircv3.net/specs/extensions/multiline#batch-types>
    fn said_in_lines(&mut self, by: &Source, (to, kind): (&Target, Kind), lines: &Lines, tags: &[Tag]) {
        let verb = if kind == Kind::Notice { "NOTICE" } else { "PRIVMSG" };
        let address = to.address();
        if !self.has(Caps::DRAFT_MULTILINE) {
            // Spec: <https://ircv3.net/specs/extensions/multiline#fallback> (the id on the first line alone)
            for (n, text) in lines.seen().enumerate() {
                let line =
                    if n == 0 { self.tagged_by(by, verb, tags) } else { self.tagged(by, verb, None, tags) };
                line.word(&address).text(text).end();
            }
            return;
        }
        // The same for all who are shown it; the batches of answers have numbers.
        let reference = self.record.msgid();
        let opened = self.tagged_by(by, "BATCH", tags).word(&format!("+{reference}"));
        opened.word("draft/multiline").word(&address).end();
        for line in lines.iter() {
            let mut tags = Tags::of(self.out);
            tags.push("batch", &reference);
            if line.continues {
                tags.push(CONTINUES, "");
            }
            tags.end();
            Line::from_source(self.out, by, verb).word(&address).text(&line.text).end();
        }
        Line::from_server(self.out, self.server, "BATCH").word(&format!("-{reference}")).end();
    }

    fn id(&self) -> Option<CompactString> {
        let is_read = self.has(Caps::MESSAGE_TAGS) && self.stored && has_id(&self.record.event);
        is_read.then(|| self.record.msgid())
    }

    fn has(&self, cap: Caps) -> bool {
        self.caps.contains(cap)
    }

    fn by(&mut self, by: &Source, verb: &str) -> Line<'_> {
        self.tagged_by(by, verb, &[])
    }

    /// The beginning of a line, with the tags that the class reads. Those of the server come first.
    /// Spec: <https://ircv3.net/specs/extensions/message-tags#client-only-tags>
    fn tagged_by(&mut self, by: &Source, verb: &str, client_tags: &[Tag]) -> Line<'_> {
        let id = self.id();
        self.tagged(by, verb, id.as_deref(), client_tags)
    }

    fn tagged(&mut self, by: &Source, verb: &str, id: Option<&str>, client_tags: &[Tag]) -> Line<'_> {
        self.tags(by, id, client_tags);
        Line::from_source(self.out, by, verb)
    }

    fn tags(&mut self, by: &Source, id: Option<&str>, client_tags: &[Tag]) {
        let mut tags = Tags::of(self.out);
        if self.caps.contains(Caps::SERVER_TIME) {
            tags.push("time", &time::iso(self.record.time));
        }
        if let Some(account) = by.account.as_ref().filter(|_| self.caps.contains(Caps::ACCOUNT_TAG)) {
            tags.push("account", account.as_str());
        }
        if self.caps.contains(Caps::MESSAGE_TAGS) {
            // Spec: <https://ircv3.net/specs/extensions/bot-mode#the-bot-tag>
            if by.bot {
                tags.push("bot", "");
            }
            if let Some(id) = id {
                tags.push("msgid", id);
            }
            for tag in client_tags {
                tags.push(&tag.name, &tag.value);
            }
        } else if self.caps.contains(Caps::DRAFT_RELAYMSG) {
            // Who asks to be told who relayed something is told that, and no other tag.
            for tag in client_tags.iter().filter(|tag| tag.name == RELAYED_BY) {
                tags.push(&tag.name, &tag.value);
            }
        }
        tags.end();
    }
}
