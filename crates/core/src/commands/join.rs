//! JOIN. Spec: <https://modern.ircdocs.horse/#join-message>

use crate::command::{Command, Context, LogClass, Outcome, Step, Word};
use crate::event::Event;
use crate::ids::ChannelId;
use crate::local::LocalChange;
use crate::names::{ChannelKey, ChannelName};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Question, Reply};
use crate::state::{Channel, User};

crate::args! {
    /// Joins a channel, making it if there is none.
    Join { channel: ChannelName, key: Option<Word> }
}

impl Command for Join {
    const NAME: &'static str = "JOIN";
    const SLASH: &'static [&'static str] = &["join"];
    const SUMMARY: &'static str = "Joins a channel, making it if there is none.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#join-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let Some(first) = cx.state.channel_by_key(&self.channel.key()) else {
            return create(cx, self.channel);
        };
        if first.members.contains_key(&me.source.id) {
            return Ok(already_there(first));
        }
        let key = self.key.as_ref().map(|word| word.0.as_str());
        let (channel, sent) = where_to(cx, me, first, key)?;
        let sent = sent.map(|to| Refusal::LinkChannel(first.name.clone(), to));
        let outcome = match channel.members.contains_key(&me.source.id) {
            true => already_there(channel),
            false => joined(me, (channel.id, channel.name.clone()), Some(channel)),
        };
        Ok(match sent {
            Some(sent) => Outcome::nothing().refuse(sent).and(outcome),
            None => outcome,
        })
    }
}

/// Forwards that are followed one after the other, at most.
const FORWARDS_MAX: usize = 5;

/// The channel that somebody who asks to join `first` gets into, and its name if it is another one.
///
/// # Errors
/// Why they may not join the first, when none of those that it leads to takes them.
fn where_to<'a>(
    cx: &Context<'a>,
    me: &User,
    first: &'a Channel,
    key: Option<&str>,
) -> Result<(&'a Channel, Option<ChannelName>), Refusal> {
    let Err(refusal) = policy::can_join(cx, me, first, key) else { return Ok((first, None)) };
    let (mut at, mut reason) = (first, refusal.clone());
    for _ in 0..FORWARDS_MAX {
        let next = policy::forward(cx, me, at, &reason);
        let Some(next) = next.and_then(|key| cx.state.channel_by_key(&ChannelKey::from_folded(&key))) else {
            return Err(refusal);
        };
        if next.members.contains_key(&me.source.id) {
            return Ok((next, Some(next.name.clone())));
        }
        match policy::can_join(cx, me, next, None) {
            Ok(()) => return Ok((next, Some(next.name.clone()))),
            Err(other) => (at, reason) = (next, other),
        }
    }
    Err(refusal)
}

fn already_there(channel: &Channel) -> Outcome {
    let there = Reply::CurrentChannel(channel.name.clone());
    Outcome::nothing().local(LocalChange::Current(Some(channel.id))).reply(there)
}

fn create(cx: &Context<'_>, name: ChannelName) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    if me.channels.len() >= cx.settings.limits.channels_per_user {
        return Err(Refusal::TooManyChannels(name));
    }
    let Created { id, name, event } = created(cx, name)?;
    Ok(Outcome::nothing().event(event).and(joined(me, (id, name), None)))
}

/// A channel that is made.
pub struct Created {
    pub id: ChannelId,
    pub name: ChannelName,
    pub event: Event,
}

/// Makes a channel.
///
/// # Errors
/// When its name cannot be had.
pub fn created(cx: &Context<'_>, name: ChannelName) -> Result<Created, Refusal> {
    let skeleton = policy::may_create_channel(cx.state, cx.settings, &name)?;
    let id = ChannelId(cx.state.next_id(0));
    let event = Event::ChannelCreated { id, name: name.clone(), skeleton, kept: false };
    Ok(Created { id, name, event })
}

fn joined(me: &User, (id, name): (ChannelId, ChannelName), known: Option<&Channel>) -> Outcome {
    let event = event(me, (id, name), known);
    let joined = Outcome::nothing().local(LocalChange::Current(Some(id))).event(event);
    let asked = questions(id);
    asked.into_iter().fold(joined, |it, question| it.step(Step::AskUser(me.source.id, question)))
}

/// What somebody is told of a channel that they have joined.
/// Spec: <https://ircv3.net/specs/extensions/read-marker#command-flows> (the marker comes before the end of the names)
pub fn questions(id: ChannelId) -> [Question; 5] {
    [
        Question::TopicIfAny(id),
        Question::MarkerOnJoin(id),
        Question::NamesOnJoin(id),
        Question::MetadataOnJoin(id),
        Question::EntryMessage(id),
    ]
}

/// That somebody is in a channel now; `known`, if it was there before.
pub fn event(user: &User, (channel, name): (ChannelId, ChannelName), known: Option<&Channel>) -> Event {
    Event::Joined {
        by: user.source.clone(),
        channel,
        name,
        status: policy::status_on_join(user, known),
        realname: user.realname.clone(),
        away: user.away.as_deref().cloned(),
    }
}
