//! What happened, worded for who did it, for whom it concerns, and for the others.
//!
//! What one did oneself is answered with a plain sentence; what others did follows `* `; what others say
//! follows its place in brackets. Nothing is written where an answer says the same, or where line people
//! have no use for it.

use colvert_core::event::{Event, Source, Target};
use colvert_core::extban::Extban;
use colvert_core::ids::Millis;
use colvert_core::modes::{ListMode, ModeChange};
use colvert_core::names::{ChannelName, Nick};
use colvert_core::session::Relation;
use colvert_core::text::Text;

use crate::speech::{Arg, Speech};
use crate::talk::{Talk, bracket};
use crate::{farewell, printing, when};

/// Words an event.
pub fn word(speech: &Speech, event: &Event, relation: Relation, out: &mut Vec<u8>) {
    let mut told = Told { speech, relation, out };
    match event {
        // A question between programs (CTCP); no person wrote it, and nobody here can answer it.
        Event::Said { text, .. } if text.as_str().starts_with('\u{1}') => {}
        Event::Said { by, to, kind, lines: Some(lines), .. } => {
            for text in lines.combined().lines().filter(|text| !text.trim().is_empty()) {
                told.said(&Talk { by, to, kind: *kind, text });
            }
        }
        Event::Said { by, to, kind, text, .. } => {
            told.said(&Talk { by, to, kind: *kind, text: text.as_str() });
        }
        Event::Joined { by, name, .. } => told.joined(by, name),
        Event::Parted { by, name, reason, .. } => told.parted(by, name, reason.as_ref()),
        Event::Quit { by, reason, .. } => told.quit(by, reason.as_ref()),
        Event::NickChanged { by, nick, .. } => {
            let args = [nick_of(by), ("new", nick.as_str().into())];
            match relation {
                // The answer to /nick, the first time and every time.
                Relation::Origin => told.say("welcome", &[("nick", nick.as_str().into())]),
                Relation::Own => told.tell("event-nick-own", &args),
                Relation::Other => told.tell("event-nick", &args),
            }
        }
        Event::AwayChanged { by, message } => told.away(by, message.as_ref()),
        Event::Kicked { by, name, target, reason, .. } => {
            told.kicked(by, name, target, reason.as_ref());
        }
        Event::Invited { by, name, target, .. } => {
            let args = [nick_of(by), ("target", target.nick.as_str().into()), channel(name)];
            match relation {
                // Answered by `Reply::Inviting`.
                Relation::Origin => {}
                Relation::Own => told.tell("event-invited-own", &args),
                Relation::Other => told.tell("event-invited", &args),
            }
        }
        Event::TopicChanged { by, name, topic, .. } => told.topic(by, name, topic.as_ref()),
        Event::ModesChanged { by, name, changes, .. } => told.modes(nick_of(by), name, changes),
        // Not their doing, even if what they did led to it.
        Event::ModesSet { server, name, changes, .. } => {
            told.relation = Relation::Other;
            told.modes(("nick", server.as_str().into()), name, changes);
        }
        Event::UserModeChanged { on, flag, .. } => {
            let change = format!("{}{}", sign(*on), flag.letter());
            told.say_or_tell(("user-modes-changed", "user-modes-changed"), &[("changes", change.into())]);
        }
        Event::LoggedIn { account, .. } => {
            if relation == Relation::Own {
                told.tell("event-logged-in-own", &[("account", account.as_str().into())]);
            }
        }
        Event::LoggedOut { .. } => {
            if relation == Relation::Own {
                told.tell("event-logged-out-own", &[]);
            }
        }
        Event::Alerted { by, text } => {
            // Answered by `Reply::AlertSent`.
            if relation != Relation::Origin {
                bracket(told.out, &speech.words("alert-from", &[nick_of(by)]));
                printing::line(told.out, text.as_str());
            }
        }
        // Answered to who did it.
        Event::Knocked { .. } | Event::Called { .. } | Event::OpersTold { .. }
            if relation == Relation::Origin => {}
        Event::Knocked { by, name, .. } => told.tell("event-knocked", &[nick_of(by), channel(name)]),
        Event::Called { by, .. } => told.tell("event-called", &[nick_of(by)]),
        Event::OpersTold { by, text, .. } => {
            bracket(told.out, &speech.words("alert-from", &[nick_of(by)]));
            printing::line(told.out, text.as_str());
        }
        Event::ChannelOffered { by, name, .. } => {
            // Answered to who offers it.
            if relation != Relation::Origin {
                told.tell("event-channel-offered", &[nick_of(by), channel(name)]);
            }
        }
        Event::ChannelRenamed { by, name, to, reason, .. } => {
            let args = [nick_of(by), channel(name), ("new", to.bare().into())];
            match (relation, reason) {
                (Relation::Origin, _) => told.say("renamed", &args),
                (_, None) => told.tell("event-renamed", &args),
                (_, Some(why)) => told.tell_why("event-renamed-why", &args, why.as_str()),
            }
        }
        Event::Silenced { mask, on, .. } => {
            let id = if *on { "silenced" } else { "unsilenced" };
            told.say_or_tell((id, id), &[("mask", mask.as_str().into())]);
        }
        Event::Redacted { by, to, author, said, reason, .. } => {
            told.redacted(by, to, (author, *said), reason.as_ref());
        }
        // The goodbye that follows says it.
        Event::Killed { .. } => {}
        // For programs, or shown by /whois.
        Event::Tagged { .. } | Event::RealnameChanged { .. } | Event::HostChanged { .. } => {}
        // Shown to nobody, or answered to who did it.
        Event::Started { .. }
        | Event::Connected { .. }
        | Event::AccountRegistered { .. }
        | Event::AccountSet { .. }
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
        | Event::ReadMarkerMoved { .. }
        // For programs of IRC.
        | Event::MetadataChanged { .. }
        | Event::KeepEnded { .. }
        | Event::Acted(_)
        | Event::Opered { .. }
        | Event::ServerBanned(_)
        | Event::ServerUnbanned(_)
        | Event::DefconChanged { .. }
        | Event::Accepted { .. } => {}
    }
}

/// Who is told, in which language.
struct Told<'a> {
    speech: &'a Speech,
    relation: Relation,
    out: &'a mut Vec<u8>,
}

impl Told<'_> {
    /// Answers who did it.
    fn say(&mut self, id: &str, args: &[Arg<'_>]) {
        self.speech.say(self.out, id, args);
    }

    /// Tells who did not.
    fn tell(&mut self, id: &str, args: &[Arg<'_>]) {
        self.speech.tell(self.out, id, args);
    }

    fn said(&mut self, talk: &Talk<'_>) {
        match self.relation {
            Relation::Origin if talk.is_sent_to_another() => {
                self.say("delivered", &[("nick", talk.to.address().as_str().into())]);
            }
            Relation::Own if talk.is_sent_to_another() => talk.print_sent(self.speech, self.out),
            _ => talk.print(self.speech, self.out),
        }
    }

    fn joined(&mut self, by: &Source, name: &ChannelName) {
        let args = [nick_of(by), channel(name)];
        match self.relation {
            Relation::Origin => self.say("joined", &args),
            Relation::Own => self.tell("event-joined-own", &args),
            Relation::Other => self.tell("event-joined", &args),
        }
    }

    fn parted(&mut self, by: &Source, name: &ChannelName, reason: Option<&Text>) {
        let args = [nick_of(by), channel(name)];
        match (self.relation, reason) {
            (Relation::Origin, _) => self.say("parted", &args),
            (Relation::Own, _) => self.tell("event-parted-own", &args),
            (Relation::Other, None) => self.tell("event-parted", &args),
            (Relation::Other, Some(why)) => self.tell_why("event-parted-why", &args, why.as_str()),
        }
    }

    fn quit(&mut self, by: &Source, reason: Option<&Text>) {
        match reason.and_then(|reason| farewell::quit_reason(self.speech, reason)) {
            None => self.tell("event-quit", &[nick_of(by)]),
            Some(why) => self.tell_why("event-quit-why", &[nick_of(by)], &why),
        }
    }

    fn away(&mut self, by: &Source, message: Option<&Text>) {
        let id = match (self.relation, message) {
            // Answered by `Reply::NowAway` and `Reply::NoLongerAway`.
            (Relation::Origin, _) => return,
            (Relation::Own, Some(_)) => "event-away-own",
            (Relation::Own, None) => "event-back-own",
            (Relation::Other, Some(_)) => "event-away",
            (Relation::Other, None) => "event-back",
        };
        let message = message.map_or("", Text::as_str);
        self.tell(id, &[nick_of(by), ("message", message.into())]);
    }

    fn kicked(&mut self, by: &Source, name: &ChannelName, target: &Source, reason: Option<&Text>) {
        let args = [nick_of(by), channel(name), ("target", target.nick.as_str().into())];
        match (self.relation, reason) {
            (Relation::Origin, _) => self.say("kicked", &[channel(name), nick_of(target)]),
            (Relation::Own, None) => self.tell("event-kicked-own", &args),
            (Relation::Own, Some(why)) => self.tell_why("event-kicked-own-why", &args, why.as_str()),
            (Relation::Other, None) => self.tell("event-kicked", &args),
            (Relation::Other, Some(why)) => self.tell_why("event-kicked-why", &args, why.as_str()),
        }
    }

    fn redacted(&mut self, by: &Source, to: &Target, message: (&Nick, Millis), reason: Option<&Text>) {
        let (author, said) = message;
        let place = to.address();
        let place = place.strip_prefix('#').unwrap_or(&place);
        let args = [
            nick_of(by),
            ("channel", place.into()),
            ("author", author.as_str().into()),
            ("time", when::minute(said).into()),
        ];
        let is_private = matches!(to, Target::User { .. });
        match (self.relation, reason) {
            (Relation::Origin, _) => self.say("redacted", &args),
            (_, None) if is_private => self.tell("event-redacted-private", &args),
            (_, Some(why)) if is_private => self.tell_why("event-redacted-private-why", &args, why.as_str()),
            (_, None) => self.tell("event-redacted", &args),
            (_, Some(why)) => self.tell_why("event-redacted-why", &args, why.as_str()),
        }
    }

    fn topic(&mut self, by: &Source, name: &ChannelName, topic: Option<&Text>) {
        let text = topic.map_or("", Text::as_str);
        let args = [nick_of(by), channel(name), ("topic", text.into())];
        match (self.relation, topic) {
            (Relation::Origin, Some(_)) => self.say("topic-set", &args),
            (Relation::Origin, None) => self.say("topic-cleared", &args),
            (Relation::Own | Relation::Other, Some(_)) => self.tell("event-topic", &args),
            (Relation::Own | Relation::Other, None) => self.tell("event-topic-cleared", &args),
        }
    }

    /// Bans and mutes are told one by one in words, all else as letters: who sets modes reads them.
    fn modes(&mut self, by: Arg<'_>, name: &ChannelName, changes: &[ModeChange]) {
        let mut letters = Vec::new();
        for change in changes {
            match change {
                ModeChange::List { on, list: ListMode::Ban, mask } => {
                    let ids = match (Extban::read(mask).mutes, *on) {
                        (false, true) => ("banned", "event-banned"),
                        (false, false) => ("unbanned", "event-unbanned"),
                        (true, true) => ("muted", "event-muted"),
                        (true, false) => ("unmuted", "event-unmuted"),
                    };
                    let args = [by.clone(), channel(name), ("mask", mask.as_str().into())];
                    self.say_or_tell(ids, &args);
                }
                other => letters.push(mode_letters(other)),
            }
        }
        if !letters.is_empty() {
            let args = [by, channel(name), ("changes", letters.join(", ").into())];
            self.say_or_tell(("modes-changed", "event-modes"), &args);
        }
    }

    /// The first wording answers who did it, the second tells the others.
    fn say_or_tell(&mut self, (mine, theirs): (&str, &str), args: &[Arg<'_>]) {
        match self.relation {
            Relation::Origin => self.say(mine, args),
            Relation::Own | Relation::Other => self.tell(theirs, args),
        }
    }

    fn tell_why(&mut self, id: &str, args: &[Arg<'_>], why: &str) {
        let args: Vec<_> = args.iter().cloned().chain([("reason", why.into())]).collect();
        self.tell(id, &args);
    }
}

fn nick_of(by: &Source) -> Arg<'_> {
    ("nick", by.nick.as_str().into())
}

fn channel(name: &ChannelName) -> Arg<'_> {
    ("channel", name.bare().into())
}

/// `+o ginette`.
pub fn mode_letters(change: &ModeChange) -> String {
    match change {
        ModeChange::Flag { on, flag } => format!("{}{}", sign(*on), flag.letter()),
        ModeChange::Key { key: Some(key) } => format!("+k {}", key.as_str()),
        ModeChange::Key { key: None } => "-k".to_owned(),
        ModeChange::Limit { members: Some(members) } => format!("+l {members}"),
        ModeChange::Limit { members: None } => "-l".to_owned(),
        ModeChange::Status { on, status, nick, .. } => format!("{}{} {nick}", sign(*on), status.letter()),
        ModeChange::List { on, list, mask } => format!("{}{} {}", sign(*on), list.letter(), mask.as_str()),
        ModeChange::Forward { to } => with_parameter('f', to.as_ref()),
        ModeChange::Pace { pace } => with_parameter('F', pace.as_ref()),
        ModeChange::JoinRate { rate } => with_parameter('j', rate.as_ref()),
    }
}

/// `+j 5:10`, or `-j`.
fn with_parameter(letter: char, value: Option<&impl ToString>) -> String {
    value.map_or_else(|| format!("-{letter}"), |value| format!("+{letter} {}", value.to_string()))
}

fn sign(on: bool) -> char {
    if on { '+' } else { '-' }
}
