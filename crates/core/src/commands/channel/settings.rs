//! What is decided for a registered channel beside its modes: which of them are locked, what who joins is told, who changes
//! the topic.

use super::founding::{answered, info};
use crate::audit::Act;
use crate::command::{Context, Outcome};
use crate::commands::mode;
use crate::event::Event;
use crate::policy;
use crate::refusal::Refusal;
use crate::registered::ChannelSetting;
use crate::reply::ChannelAnswer;
use crate::state::Channel;
use crate::text::Text;

/// Decides one of them; without a word, tells what is decided. Modes become at once what they are locked to.
pub fn set(
    cx: &Context<'_>,
    channel: &Channel,
    name: Option<&str>,
    value: Option<&Text>,
) -> Result<Outcome, Refusal> {
    let Some(name) = name else { return info(cx, channel) };
    policy::can_set(cx, channel)?;
    let before = &policy::registered(channel)?.settings;
    let value = value.map(|text| text.as_str().trim()).filter(|value| !value.is_empty());
    let (before, setting) = match word(name).as_str() {
        "mlock" => (ChannelSetting::Lock(before.lock.clone()), lock(cx, channel, value)?),
        "entrymsg" => (ChannelSetting::EntryMessage(before.entry_message.clone()), entry_message(cx, value)?),
        "topiclock" => (ChannelSetting::TopicLock(before.topic_lock), topic_lock(value)?),
        other => return Err(Refusal::InvalidParam("setting", other.into())),
    };
    let answer = ChannelAnswer::Set { channel: channel.name.clone(), setting: setting.clone() };
    let enforced = enforced(cx, channel, &setting);
    if before == setting {
        return Ok(answered(Outcome::nothing().events(enforced), answer));
    }
    let there = (channel, policy::sets_as(cx, channel));
    let act = Act::there(cx, "channel-set", channel.name.as_str(), there);
    let act = act.change(before.to_string(), setting.to_string()).event();
    let (by, name) = (cx.me()?.source.clone(), channel.name.clone());
    let decided = Event::ChannelSet { by, channel: channel.id, name, setting };
    Ok(answered(Outcome::nothing().event(act).event(decided).events(enforced), answer))
}

/// Whether words mean that there shall be nothing.
fn is_nothing(value: &str) -> bool {
    matches!(word(value).as_str(), "off" | "none")
}

/// A word of ours, however it is typed.
fn word(typed: &str) -> String {
    typed.to_lowercase()
}

fn lock(cx: &Context<'_>, channel: &Channel, value: Option<&str>) -> Result<ChannelSetting, Refusal> {
    let Some(value) = value.filter(|value| !is_nothing(value)) else {
        return Ok(ChannelSetting::Lock(Vec::new()));
    };
    let (letters, params) = value.split_once(' ').unwrap_or((value, ""));
    Ok(ChannelSetting::Lock(mode::locked(cx, channel, letters, params)?))
}

fn entry_message(cx: &Context<'_>, value: Option<&str>) -> Result<ChannelSetting, Refusal> {
    let Some(value) = value.filter(|value| !is_nothing(value)) else {
        return Ok(ChannelSetting::EntryMessage(None));
    };
    let max = cx.settings.limits.topic_bytes;
    if value.len() > max {
        return Err(Refusal::TextTooLong(max));
    }
    Ok(ChannelSetting::EntryMessage(Some(Text::new(value)?)))
}

fn topic_lock(value: Option<&str>) -> Result<ChannelSetting, Refusal> {
    let value = value.ok_or(Refusal::NeedMoreParams("value"))?;
    match word(value).as_str() {
        "on" => Ok(ChannelSetting::TopicLock(true)),
        "off" => Ok(ChannelSetting::TopicLock(false)),
        _ => Err(Refusal::InvalidParam("value", value.into())),
    }
}

/// What becomes of the channel's modes.
fn enforced(cx: &Context<'_>, channel: &Channel, setting: &ChannelSetting) -> Option<Event> {
    let ChannelSetting::Lock(lock) = setting else { return None };
    let changes: Vec<_> = lock.iter().filter(|change| !mode::is_so(channel, change)).cloned().collect();
    let (server, name) = (cx.settings.server.clone(), channel.name.clone());
    (!changes.is_empty()).then_some(Event::ModesSet { server, channel: channel.id, name, changes })
}
