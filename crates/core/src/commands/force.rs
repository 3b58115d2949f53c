//! What operators do in the place of others, for those with the right: SAJOIN, SAPART, SAQUIT, SANICK, and what they do themselves
//! where they have no status: SAMODE, SAKICK, SATOPIC. No limit of a channel holds for it, and each leaves its line in the audit trail.

use super::mode::{self, Authority};
use super::{join, kick, leave, mark_read, presence};
use crate::audit::{self, Act};
use crate::command::{
    ChannelRef, CloseReason, Command, Context, LogClass, Needs, Outcome, Somebody, Step, Word,
};
use crate::event::Event;
use crate::modes::Status;
use crate::names::{ChannelName, Nick};
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::text::Text;

crate::args! {
    /// Makes somebody join a channel, whatever keeps them out; `*` is who asks.
    Sajoin { nick: Somebody, channel: ChannelName }
}

impl Command for Sajoin {
    const NAME: &'static str = "SAJOIN";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Makes somebody join a channel.";
    const NEEDS: Needs = Needs::Right(Right::Override);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let other = if self.nick.raw == "*" { cx.me()? } else { cx.somebody(&self.nick)? };
        let there = cx.state.channel_by_key(&self.channel.key());
        let act = Act::new(cx, "sajoin", other.source.mask()).within(there);
        let forced = Outcome::nothing().event(act.change("", self.channel.as_str()).event());
        let (forced, id) = match there {
            Some(channel) if channel.members.contains_key(&other.source.id) => {
                return Err(Refusal::UserOnChannel(other.source.nick.clone(), channel.name.clone()));
            }
            Some(channel) => {
                let place = (channel.id, channel.name.clone());
                (forced.event(join::event(other, place, Some(channel))), channel.id)
            }
            None => {
                let created = join::created(cx, self.channel)?;
                let place = (created.id, created.name.clone());
                let joined = join::event(other, place, None);
                (forced.event(created.event).event(joined), created.id)
            }
        };
        let asked = join::questions(id);
        Ok(asked.into_iter().fold(forced, |it, question| it.step(Step::AskUser(other.source.id, question))))
    }
}

crate::args! {
    /// Makes somebody leave a channel.
    Sapart { nick: Somebody, channel: ChannelRef, reason: Option<Text> }
}

impl Command for Sapart {
    const NAME: &'static str = "SAPART";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Makes somebody leave a channel.";
    const NEEDS: Needs = Needs::Right(Right::Override);
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let other = cx.somebody(&self.nick)?;
        let channel = any_channel(cx, &self.channel)?;
        if !channel.members.contains_key(&other.source.id) {
            return Err(Refusal::UserNotInChannel(other.source.nick.clone(), channel.name.clone()));
        }
        let reason = self.reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        let act = Act::new(cx, "sapart", other.source.mask()).within(Some(channel)).why(reason.as_ref());
        let act = act.change(channel.name.as_str(), "").event();
        let (by, name) = (other.source.clone(), channel.name.clone());
        let parted = Event::Parted { by, channel: channel.id, name, reason };
        let left = Outcome::nothing().event(act).events(mark_read::left(cx, other, channel.id));
        Ok(left.event(parted).events(leave::drop_if_last(cx, channel.id)))
    }
}

crate::args! {
    /// Makes somebody leave the server: others read it as if they had.
    Saquit { nick: Somebody, reason: Option<Text> }
}

impl Command for Saquit {
    const NAME: &'static str = "SAQUIT";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Makes somebody leave the server.";
    const NEEDS: Needs = Needs::Right(Right::Override);
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let other = cx.somebody(&self.nick)?;
        let reason = self.reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        let act = Act::new(cx, "saquit", other.source.mask()).why(reason.as_ref()).event();
        let close = CloseReason::Quit(reason);
        let left = Outcome::nothing().event(act).many(presence::end(cx, other, close.as_quit_reason()));
        Ok(left.step(Step::CloseUser(other.source.id, close)))
    }
}

crate::args! {
    /// Gives somebody another nick.
    Sanick { nick: Somebody, new: Nick }
}

impl Command for Sanick {
    const NAME: &'static str = "SANICK";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Gives somebody another nick.";
    const NEEDS: Needs = Needs::Right(Right::Override);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let other = cx.somebody(&self.nick)?;
        if other.source.nick == self.new {
            return Ok(Outcome::nothing());
        }
        let account = other.source.account.as_ref();
        let skeleton = policy::may_use_nick(cx.state, cx.settings, &self.new, Some(other), account)?;
        // Who is given a nick has not asked for it: they are not lent what they would lose in a while.
        if policy::is_others(cx.state, &skeleton, account) {
            return Err(Refusal::NicknameReserved(self.new));
        }
        let by = other.source.clone();
        let act = Act::new(cx, "sanick", by.mask()).change(by.nick.as_str(), self.new.as_str()).event();
        let channels = presence::places(cx, by.id);
        Ok(Outcome::nothing().event(act).event(Event::NickChanged { by, nick: self.new, skeleton, channels }))
    }
}

crate::args! {
    /// Changes a channel's modes as its owner could.
    Samode { channel: ChannelRef, modes: Word, params: Option<Text> }
}

impl Command for Samode {
    const NAME: &'static str = "SAMODE";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Changes a channel's modes as its owner could.";
    const NEEDS: Needs = Needs::Right(Right::Override);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let channel = any_channel(cx, &self.channel)?;
        let params = self.params.as_ref().map_or("", Text::as_str);
        let (outcome, changes) = mode::wanted(cx, channel, (&self.modes.0, params), Authority::Right)?;
        if changes.is_empty() {
            return Ok(outcome);
        }
        let acts = audit::of_modes(cx, "samode", (channel, Status::NONE), &changes);
        let (by, name) = (me.source.clone(), channel.name.clone());
        let changed = Event::ModesChanged { by, channel: channel.id, name, changes };
        Ok(outcome.events(acts.into_iter().map(Act::event)).event(changed))
    }
}

crate::args! {
    /// Removes a member from a channel as its owner could.
    Sakick { channel: ChannelRef, nick: Somebody, reason: Option<Text> }
}

impl Command for Sakick {
    const NAME: &'static str = "SAKICK";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Removes a member from a channel as its owner could.";
    const NEEDS: Needs = Needs::Right(Right::Override);
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let channel = any_channel(cx, &self.channel)?;
        let other = cx.member(channel, &self.nick)?;
        let reason = self.reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        let act = Act::new(cx, "sakick", other.source.mask()).within(Some(channel)).why(reason.as_ref());
        let act = act.change(channel.name.as_str(), "").event();
        Ok(Outcome::nothing().event(act).events(kick::events(cx, me, channel, other, reason)))
    }
}

crate::args! {
    /// Changes a channel's topic as its owner could; without one, takes it away.
    Satopic { channel: ChannelRef, topic: Option<Text> }
}

impl Command for Satopic {
    const NAME: &'static str = "SATOPIC";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Changes a channel's topic as its owner could.";
    const NEEDS: Needs = Needs::Right(Right::Override);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let by = cx.me()?.source.clone();
        let channel = any_channel(cx, &self.channel)?;
        let (topic, max) = (self.topic, cx.settings.limits.topic_bytes);
        if topic.as_ref().is_some_and(|topic| topic.len() > max) {
            return Err(Refusal::TextTooLong(max));
        }
        let before = channel.topic.as_ref().map_or("", |topic| topic.text.as_str());
        let act = Act::new(cx, "satopic", channel.name.as_str()).within(Some(channel));
        let act = act.change(before, topic.as_ref().map_or("", Text::as_str)).event();
        let name = channel.name.clone();
        let changed = Event::TopicChanged { by, channel: channel.id, name, topic };
        Ok(Outcome::nothing().event(act).event(changed))
    }
}

/// A channel that there is: to who has the right, secret ones are none.
fn any_channel<'a>(cx: &Context<'a>, named: &ChannelRef) -> Result<&'a crate::state::Channel, Refusal> {
    let found = named.name.as_ref().and_then(|name| cx.state.channel_by_key(&name.key()));
    found.ok_or_else(|| Refusal::NoSuchChannel(named.raw.clone()))
}
