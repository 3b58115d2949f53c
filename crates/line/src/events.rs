//! What happened, worded for who did it, for whom it concerns, and for the others.
//!
//! What one did oneself is answered with a plain sentence; what others did follows `* `; what others say
//! follows its place in brackets. Nothing is written where an answer says the same, or where line people
//! have no use for it.

use colvert_core::event::{Event, Source};
use colvert_core::modes::{ListMode, ModeChange};
use colvert_core::names::ChannelName;
use colvert_core::session::Relation;
use colvert_core::text::Text;

use crate::speech::{Arg, Speech};
use crate::talk::{Talk, bracket};
use crate::{farewell, printing};

/// Words an event.
pub fn word(speech: &Speech, event: &Event, relation: Relation, out: &mut Vec<u8>) {
    let told = Told { speech, relation };
    match event {
        Event::Said { by, to, kind, text, .. } => {
            told.said(&Talk { by, to, kind: *kind, text: text.as_str() }, out);
        }
        Event::Joined { by, name, .. } => told.joined(by, name, out),
        Event::Parted { by, name, reason, .. } => told.parted(by, name, reason.as_ref(), out),
        Event::Quit { by, reason } => told.quit(by, reason.as_ref(), out),
        Event::NickChanged { by, nick, .. } => {
            let args = [nick_of(by), ("new", nick.as_str().into())];
            match relation {
                // The answer to /nick, the first time and every time.
                Relation::Origin => speech.say(out, "welcome", &[("nick", nick.as_str().into())]),
                Relation::Own => speech.tell(out, "event-nick-own", &args),
                Relation::Other => speech.tell(out, "event-nick", &args),
            }
        }
        Event::AwayChanged { by, message } => told.away(by, message.as_ref(), out),
        Event::Kicked { by, name, target, reason, .. } => {
            told.kicked(by, name, target, reason.as_ref(), out);
        }
        Event::Invited { by, name, target, .. } => {
            let args = [nick_of(by), ("target", target.nick.as_str().into()), channel(name)];
            match relation {
                // Answered by `Reply::Inviting`.
                Relation::Origin => {}
                Relation::Own => speech.tell(out, "event-invited-own", &args),
                Relation::Other => speech.tell(out, "event-invited", &args),
            }
        }
        Event::TopicChanged { by, name, topic, .. } => told.topic(by, name, topic.as_ref(), out),
        Event::ModesChanged { by, name, changes, .. } => told.modes(by, name, changes, out),
        Event::UserModeChanged { on, flag, .. } => {
            let change = format!("{}{}", sign(*on), flag.letter());
            speech.tell(out, "event-user-mode-own", &[("changes", change.into())]);
        }
        Event::LoggedIn { account, .. } => {
            if relation == Relation::Own {
                speech.tell(out, "event-logged-in-own", &[("account", account.as_str().into())]);
            }
        }
        Event::Alerted { by, text } => {
            // Answered by `Reply::AlertSent`.
            if relation != Relation::Origin {
                bracket(out, &speech.words("alert-from", &[nick_of(by)]));
                printing::line(out, text.as_str());
            }
        }
        // The goodbye that follows says it.
        Event::Killed { .. } => {}
        // For programs, or shown by /whois.
        Event::Tagged { .. } | Event::RealnameChanged { .. } | Event::HostChanged { .. } => {}
        // Shown to nobody, or answered to who did it.
        Event::Started { .. }
        | Event::Connected { .. }
        | Event::AccountRegistered { .. }
        | Event::RoleChanged { .. }
        | Event::ClaimCodeMade { .. }
        | Event::Claimed { .. }
        | Event::ChannelCreated { .. }
        | Event::ChannelDropped { .. }
        | Event::ReadMarkerMoved { .. }
        | Event::KeepEnded { .. } => {}
    }
}

/// Who is told, in which language.
struct Told<'a> {
    speech: &'a Speech,
    relation: Relation,
}

impl Told<'_> {
    fn said(&self, talk: &Talk<'_>, out: &mut Vec<u8>) {
        match self.relation {
            // Answered by `Reply::Delivered`.
            Relation::Origin if talk.is_sent_to_another() => {}
            Relation::Own if talk.is_sent_to_another() => talk.print_sent(self.speech, out),
            _ => talk.print(self.speech, out),
        }
    }

    fn joined(&self, by: &Source, name: &ChannelName, out: &mut Vec<u8>) {
        let args = [nick_of(by), channel(name)];
        match self.relation {
            Relation::Origin => self.speech.say(out, "joined", &args),
            Relation::Own => self.speech.tell(out, "event-joined-own", &args),
            Relation::Other => self.speech.tell(out, "event-joined", &args),
        }
    }

    fn parted(&self, by: &Source, name: &ChannelName, reason: Option<&Text>, out: &mut Vec<u8>) {
        let args = [nick_of(by), channel(name)];
        match (self.relation, reason) {
            (Relation::Origin, _) => self.speech.say(out, "parted", &args),
            (Relation::Own, _) => self.speech.tell(out, "event-parted-own", &args),
            (Relation::Other, None) => self.speech.tell(out, "event-parted", &args),
            (Relation::Other, Some(why)) => self.tell_why("event-parted-why", &args, why.as_str(), out),
        }
    }

    fn quit(&self, by: &Source, reason: Option<&Text>, out: &mut Vec<u8>) {
        match reason.and_then(|reason| farewell::quit_reason(self.speech, reason)) {
            None => self.speech.tell(out, "event-quit", &[nick_of(by)]),
            Some(why) => self.tell_why("event-quit-why", &[nick_of(by)], &why, out),
        }
    }

    fn away(&self, by: &Source, message: Option<&Text>, out: &mut Vec<u8>) {
        let id = match (self.relation, message) {
            // Answered by `Reply::NowAway` and `Reply::NoLongerAway`.
            (Relation::Origin, _) => return,
            (Relation::Own, Some(_)) => "event-away-own",
            (Relation::Own, None) => "event-back-own",
            (Relation::Other, Some(_)) => "event-away",
            (Relation::Other, None) => "event-back",
        };
        let message = message.map_or("", Text::as_str);
        self.speech.tell(out, id, &[nick_of(by), ("message", message.into())]);
    }

    fn kicked(
        &self,
        by: &Source,
        name: &ChannelName,
        target: &Source,
        reason: Option<&Text>,
        out: &mut Vec<u8>,
    ) {
        let args = [nick_of(by), channel(name), ("target", target.nick.as_str().into())];
        match (self.relation, reason) {
            (Relation::Origin, _) => self.speech.say(out, "kicked", &[channel(name), nick_of(target)]),
            (Relation::Own, None) => self.speech.tell(out, "event-kicked-own", &args),
            (Relation::Own, Some(why)) => self.tell_why("event-kicked-own-why", &args, why.as_str(), out),
            (Relation::Other, None) => self.speech.tell(out, "event-kicked", &args),
            (Relation::Other, Some(why)) => self.tell_why("event-kicked-why", &args, why.as_str(), out),
        }
    }

    fn topic(&self, by: &Source, name: &ChannelName, topic: Option<&Text>, out: &mut Vec<u8>) {
        let text = topic.map_or("", Text::as_str);
        let args = [nick_of(by), channel(name), ("topic", text.into())];
        match (self.relation, topic) {
            (Relation::Origin, Some(_)) => self.speech.say(out, "topic-set", &args),
            (Relation::Origin, None) => self.speech.say(out, "topic-cleared", &args),
            (Relation::Own | Relation::Other, Some(_)) => self.speech.tell(out, "event-topic", &args),
            (Relation::Own | Relation::Other, None) => self.speech.tell(out, "event-topic-cleared", &args),
        }
    }

    /// Bans are told one by one in words, all else as letters: who sets modes reads them.
    fn modes(&self, by: &Source, name: &ChannelName, changes: &[ModeChange], out: &mut Vec<u8>) {
        let mut letters = Vec::new();
        for change in changes {
            match change {
                ModeChange::List { on, list: ListMode::Ban, mask } => {
                    let ids = if *on { ("banned", "event-banned") } else { ("unbanned", "event-unbanned") };
                    let args = [nick_of(by), channel(name), ("mask", mask.as_str().into())];
                    self.say_or_tell(ids, &args, out);
                }
                other => letters.push(mode_letters(other)),
            }
        }
        if !letters.is_empty() {
            let args = [nick_of(by), channel(name), ("changes", letters.join(", ").into())];
            self.say_or_tell(("modes-changed", "event-modes"), &args, out);
        }
    }

    /// The first wording answers who did it, the second tells the others.
    fn say_or_tell(&self, (mine, theirs): (&str, &str), args: &[Arg<'_>], out: &mut Vec<u8>) {
        match self.relation {
            Relation::Origin => self.speech.say(out, mine, args),
            Relation::Own | Relation::Other => self.speech.tell(out, theirs, args),
        }
    }

    fn tell_why(&self, id: &str, args: &[Arg<'_>], why: &str, out: &mut Vec<u8>) {
        let args: Vec<_> = args.iter().cloned().chain([("reason", why.into())]).collect();
        self.speech.tell(out, id, &args);
    }
}

fn nick_of(by: &Source) -> Arg<'_> {
    ("nick", by.nick.as_str().into())
}

fn channel(name: &ChannelName) -> Arg<'_> {
    ("channel", name.bare().into())
}

/// `+o ginette`.
fn mode_letters(change: &ModeChange) -> String {
    match change {
        ModeChange::Flag { on, flag } => format!("{}{}", sign(*on), flag.letter()),
        ModeChange::Key { key: Some(key) } => format!("+k {}", key.as_str()),
        ModeChange::Key { key: None } => "-k".to_owned(),
        ModeChange::Limit { members: Some(members) } => format!("+l {members}"),
        ModeChange::Limit { members: None } => "-l".to_owned(),
        ModeChange::Status { on, status, nick, .. } => format!("{}{} {nick}", sign(*on), status.letter()),
        ModeChange::List { on, list, mask } => format!("{}{} {}", sign(*on), list.letter(), mask.as_str()),
    }
}

fn sign(on: bool) -> char {
    if on { '+' } else { '-' }
}
