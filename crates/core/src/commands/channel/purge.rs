//! Closing a channel for good, by operators of the server.

use super::founding::{answered, unregistered};
use crate::audit::Act;
use crate::command::{Context, Here, Outcome};
use crate::commands::kick;
use crate::event::Event;
use crate::names::ChannelName;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::ChannelAnswer;
use crate::text::Text;

/// A channel by name, whether or not it is there, and whoever may see it: those who purge see all.
fn named(cx: &Context<'_>, here: &Here) -> Result<ChannelName, Refusal> {
    match &here.0 {
        Some(named) => named.name.clone().ok_or_else(|| Refusal::BadChannelName(named.raw.clone())),
        None => Ok(cx.here(here)?.name.clone()),
    }
}

/// Removes everybody, and lets nobody in again.
pub fn purge(cx: &Context<'_>, here: &Here, reason: Option<Text>) -> Result<Outcome, Refusal> {
    policy::can(cx, Right::Channels)?;
    let me = cx.me()?;
    let name = named(cx, here)?;
    if cx.state.purged.contains_key(&name.key()) {
        return Err(Refusal::ChannelPurged(name));
    }
    if cx.state.purged.len() >= cx.settings.limits.purged_channels {
        return Err(Refusal::PurgeListFull(cx.settings.limits.purged_channels));
    }
    let there = cx.state.channel_by_key(&name.key());
    let act = Act::new(cx, "purge-channel", name.as_str()).within(there).why(reason.as_ref()).event();
    let mut outcome = Outcome::nothing().event(act);
    if let Some(channel) = there {
        let members = channel.members.keys().filter_map(|id| cx.state.user(*id));
        let kicked = members.map(|member| kick::kicked(cx, me, channel, member, reason.clone()));
        outcome = outcome.many(kicked);
        if channel.registered.is_some() {
            outcome = outcome.event(unregistered(channel));
        }
        let (id, name) = (channel.id, channel.name.clone());
        outcome = outcome.event(Event::ChannelDropped { id, name, sealed: channel.is_restricted() });
    }
    let skeleton = Some(name.skeleton(cx.rules()));
    let purged = Event::ChannelPurged { name: name.clone(), reason, skeleton };
    Ok(answered(outcome.event(purged), ChannelAnswer::Purged(name)))
}

/// Lets people make the channel again.
pub fn unpurge(cx: &Context<'_>, here: &Here) -> Result<Outcome, Refusal> {
    policy::can(cx, Right::Channels)?;
    let name = named(cx, here)?;
    if !cx.state.purged.contains_key(&name.key()) {
        return Err(Refusal::NotPurged(name));
    }
    let act = Act::new(cx, "unpurge-channel", name.as_str()).event();
    let unpurged = Event::ChannelUnpurged { name: name.clone() };
    Ok(answered(Outcome::nothing().event(act).event(unpurged), ChannelAnswer::Unpurged(name)))
}

/// Lists what was purged.
pub fn purged(cx: &Context<'_>) -> Result<Outcome, Refusal> {
    policy::can(cx, Right::Channels)?;
    let list = cx.state.purged.values().map(|purged| (purged.name.clone(), purged.at, purged.reason.clone()));
    Ok(answered(Outcome::nothing(), ChannelAnswer::PurgeList(list.collect())))
}
