//! REDACT and `/delete`: words are taken back, by who said them or by who keeps order.
//! Spec: <https://ircv3.net/specs/extensions/message-redaction>

use std::sync::Arc;

use compact_str::CompactString;

use super::history::Place;
use crate::audit::Act;
use crate::command::{ChannelRef, Command, Context, Here, LogClass, Outcome, Word};
use crate::conversation::{Conversation, Side};
use crate::event::{Event, Record, Target};
use crate::history_point;
use crate::ids::Position;
use crate::names::Nick;
use crate::policy::{self, Deletion};
use crate::record;
use crate::refusal::{Refusal, Unredacted};
use crate::reply::Reply;
use crate::state::{Channel, User};
use crate::text::Text;
use crate::work::{End, HistoryQuery, Times, With, Work, WorkResult};

crate::args! {
    /// Deletes a message of a channel, or of a conversation with somebody.
    Redact { target: Word, msgid: Word, reason: Option<Text> }
}

impl Command for Redact {
    const NAME: &'static str = "REDACT";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Deletes a message, by its id.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/message-redaction";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let named = Named { place: self.target.0, message: self.msgid.0 };
        let raw = named.place.as_str();
        let of = if raw.starts_with('#') {
            channel(cx, raw).map(|channel| Conversation::Channel(channel.name.key()))
        } else {
            private(cx, raw)?
        };
        let of = of.ok_or_else(|| named.no(Unredacted::NoSuchConversation))?;
        let (generation, at) =
            history_point::message(&named.message).ok_or_else(|| named.no(Unredacted::UnknownMessage))?;
        let query = HistoryQuery {
            after: Position(at.0.saturating_sub(1)),
            limit: 1,
            end: End::Oldest,
            ..newest(cx, of)
        };
        let is_meant = move |record: &Record| record.position == at && record.generation == generation;
        Ok(look_up(named, query, is_meant, self.reason))
    }
}

crate::args! {
    /// Deletes a message of a channel: the last of somebody, or the one of that id.
    Delete { channel: Here, nick: Word, reason: Option<Text> }
}

impl Command for Delete {
    const NAME: &'static str = "DELETE";
    const SLASH: &'static [&'static str] = &["delete"];
    const SUMMARY: &'static str =
        "Deletes the last thing that somebody said in a channel, or the message of an id.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let here = cx.here(&self.channel)?;
        let named = Named { place: here.name.as_str().into(), message: self.nick.0 };
        let channel = channel(cx, &named.place).ok_or_else(|| named.no(Unredacted::NoSuchConversation))?;
        let of = Conversation::Channel(channel.name.key());
        // Somebody may be called what could be an id.
        let nick = Nick::new(&named.message, cx.rules()).ok().map(|nick| nick.key());
        let is_here = nick.as_ref().is_some_and(|key| cx.state.user_by_nick(key).is_some());
        match (history_point::message(&named.message), nick) {
            (Some(_), _) if !is_here => {
                let redact =
                    Redact { target: Word(named.place), msgid: Word(named.message), reason: self.reason };
                redact.decide(cx)
            }
            (_, Some(key)) => {
                let is_theirs =
                    move |record: &Record| record.event.by().is_some_and(|by| by.nick.key() == key);
                let query = HistoryQuery { with: With::Words, ..newest(cx, of) };
                Ok(look_up(named, query, is_theirs, self.reason))
            }
            (_, None) => Err(named.no(Unredacted::UnknownMessage)),
        }
    }
}

/// What was typed: refusals name it.
#[derive(Clone, Debug)]
struct Named {
    place: CompactString,
    message: CompactString,
}

impl Named {
    fn no(&self, why: Unredacted) -> Refusal {
        Refusal::Unredacted(why, self.place.clone(), self.message.clone())
    }
}

/// A channel that who asks may read. One answer to all others, whatever the reason.
fn channel<'a>(cx: &Context<'a>, raw: &str) -> Option<&'a Channel> {
    let place = Place::channel(cx, &ChannelRef::new(raw, cx.rules())).ok().filter(|place| place.seen)?;
    cx.state.channel_by_key(&place.name().key())
}

/// The conversation with somebody who is here, or has an account.
fn private(cx: &Context<'_>, raw: &str) -> Result<Option<Conversation>, Refusal> {
    let me = cx.me()?;
    let Ok(nick) = Nick::new(raw, cx.rules()) else { return Ok(None) };
    let account = nick.as_account().key();
    let side = match cx.state.user_by_nick(&nick.key()) {
        Some(user) => Some(Side::of(&user.source)),
        None => cx.state.accounts.contains_key(&account).then_some(Side::Account(account)),
    };
    Ok(side.map(|side| Conversation::private(Side::of(&me.source), side)))
}

/// The newest of a conversation.
fn newest(cx: &Context<'_>, of: Conversation) -> HistoryQuery {
    let until = cx.state.position;
    let limit = cx.settings.limits.history_messages;
    HistoryQuery {
        of,
        after: Position(0),
        until,
        with: With::Reactions,
        as_of: until,
        times: Times::default(),
        limit,
        end: End::Newest,
    }
}

/// Finds the message that is meant, the last of several, and deletes it.
fn look_up(
    named: Named,
    query: HistoryQuery,
    is_meant: impl Fn(&Record) -> bool + Send + 'static,
    reason: Option<Text>,
) -> Outcome {
    Outcome::wait(Work::History(query), move |cx, result| match result {
        WorkResult::History(messages) => {
            let found = messages.iter().rfind(|message| is_meant(message));
            let found = found.ok_or_else(|| named.no(Unredacted::UnknownMessage))?;
            deleted(cx, &named, found, reason)
        }
        WorkResult::Busy => Err(Refusal::TryAgain),
        _ => Err(Refusal::Internal),
    })
}

fn deleted(
    cx: &Context<'_>,
    named: &Named,
    message: &Arc<Record>,
    reason: Option<Text>,
) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    let (Event::Said { by, to, .. } | Event::Tagged { by, to, .. }) = &message.event else {
        return Err(named.no(Unredacted::UnknownMessage));
    };
    let channel = match to {
        // It may have another life or another name by now; the rights are those of today.
        Target::Channel { .. } => match channel(cx, &named.place) {
            Some(channel) => Some(channel),
            None => return Err(named.no(Unredacted::NoSuchConversation)),
        },
        Target::User { .. } | Target::Statuses { .. } => None,
    };
    let deletion = policy::can_delete(cx, me, channel, (by, message.time)).map_err(|why| named.no(why))?;
    let to = match channel {
        Some(channel) => Target::Channel { id: channel.id, name: channel.name.clone() },
        None => other(cx, me, message).ok_or_else(|| named.no(Unredacted::NoSuchConversation))?,
    };
    let is_shown = |why: &Text| match (&to, channel) {
        _ if deletion != Deletion::Own => true,
        (_, Some(channel)) => policy::may_add_words(cx, me, channel, why.as_str()),
        (Target::User { id, .. }, None) => {
            let other = cx.state.user(*id);
            other.is_none_or(|other| policy::may_add_words_for(cx.settings, me, other))
        }
        (_, None) => false,
    };
    let reason = reason.filter(is_shown).map(|reason| reason.cut(cx.settings.limits.kick_bytes));
    let id = record::msgid(message.generation, message.position);
    let act = match deletion {
        Deletion::Own => None,
        Deletion::OfAnother(status) => {
            let what = compact_str::format_compact!("{id} of {} in {}", by.mask(), to.address());
            let act = match channel {
                Some(channel) => Act::there(cx, "redact", what, (channel, status)),
                None => Act::new(cx, "redact", what),
            };
            Some(act.why(reason.as_ref()).event())
        }
    };
    let redacted = Event::Redacted {
        by: me.source.clone(),
        to,
        message: message.position,
        generation: message.generation,
        author: by.nick.clone(),
        said: message.time,
        reason,
    };
    Ok(Outcome::nothing().event(redacted).events(act).reply(Reply::Done))
}

/// The other of the two who talked in private, as they are now.
fn other(cx: &Context<'_>, me: &User, message: &Record) -> Option<Target> {
    let (Event::Said { by, to: Target::User { id, nick, account }, .. }
    | Event::Tagged { by, to: Target::User { id, nick, account }, .. }) = &message.event
    else {
        return None;
    };
    let mine = Side::of(&me.source);
    let (other, was) = if Side::of(by) == mine {
        (
            Side::new(*id, account.as_ref()),
            Target::User { id: *id, nick: nick.clone(), account: account.clone() },
        )
    } else {
        (Side::of(by), Target::person(by))
    };
    Some(cx.state.person_of(&other).map_or(was, |user| Target::person(&user.source)))
}
