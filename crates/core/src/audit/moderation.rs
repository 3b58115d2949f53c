//! The acts of those who look after a channel, made of what they change: in one place, so that no way of doing it leaves them out.

use compact_str::format_compact;

use super::Act;
use crate::command::{Context, Outcome, Step};
use crate::event::{Event, Target};
use crate::metadata::MetadataValue;
use crate::modes::{ModeChange, Status};
use crate::policy;
use crate::state::Channel;
use crate::text::Text;

/// How long the changes of modes of one line get.
const WORDS_BYTES_MAX: usize = 300;

/// A decision, with a line of the trail for each act of a moderator in it. What has a line already, as a command knows more of what it
/// does than its facts tell, has all of them.
pub fn written_down(cx: &Context<'_>, outcome: Outcome) -> Outcome {
    if is_talk(&outcome) || has_act(&outcome) { outcome } else { with_acts(cx, outcome) }
}

/// Whether nothing happens but that somebody speaks: that is most of what happens, and never an act.
fn is_talk(outcome: &Outcome) -> bool {
    let talks = |step: &Step| match step {
        Step::Event(event) => matches!(event, Event::Said { .. } | Event::Tagged { .. }),
        _ => true,
    };
    matches!(outcome, Outcome::Done(steps) if steps.iter().all(talks))
}

fn has_act(outcome: &Outcome) -> bool {
    let is_act = |step: &Step| matches!(step, Step::Event(Event::Acted(_)));
    // What comes of slow work is a decision of its own.
    outcome.entries().flatten().any(is_act)
}

fn with_acts(cx: &Context<'_>, outcome: Outcome) -> Outcome {
    let add = |mut steps: Vec<Step>| {
        let facts =
            steps.iter().filter_map(|step| if let Step::Event(event) = step { Some(event) } else { None });
        let acts: Vec<_> =
            facts.flat_map(|event| acts(cx, event)).map(|act| Step::Event(act.event())).collect();
        steps.extend(acts);
        steps
    };
    match outcome {
        Outcome::Done(steps) => Outcome::Done(add(steps)),
        Outcome::First(steps, rest) => Outcome::First(add(steps), Box::new(with_acts(cx, *rest))),
        wait @ Outcome::Wait(..) => wait,
    }
}

/// The acts that a fact is: most are none.
fn acts(cx: &Context<'_>, event: &Event) -> Vec<Act> {
    match event {
        Event::ModesChanged { channel, changes, .. } => {
            let channel = cx.state.channel(*channel);
            channel.map_or_else(Vec::new, |channel| {
                // What only operators of the server change is theirs.
                let by_right = changes.iter().any(is_for_opers);
                let status = if by_right { Status::NONE } else { standing(cx, channel) };
                of_modes(cx, "channel-mode", (channel, status), changes)
            })
        }
        other => act(cx, other).into_iter().collect(),
    }
}

/// Changes of modes, as many in one act as a line has room for.
pub fn of_modes(cx: &Context<'_>, what: &str, there: (&Channel, Status), changes: &[ModeChange]) -> Vec<Act> {
    let channel = there.0;
    let mut acts: Vec<Act> = Vec::new();
    for change in changes {
        let (before, after) = (spelt(&was(channel, change)), spelt(change));
        match acts.last_mut().filter(|act| act.after.len() + after.len() < WORDS_BYTES_MAX) {
            Some(act) => {
                act.before.push_str(&format!(" {before}"));
                act.after.push_str(&format!(" {after}"));
            }
            None => {
                let act = Act::there(cx, what, channel.name.as_str(), there);
                acts.push(act.change(before, after));
            }
        }
    }
    acts
}

/// The act that another fact is, if it is one.
fn act(cx: &Context<'_>, event: &Event) -> Option<Act> {
    match event {
        Event::Kicked { channel, target, reason, .. } => {
            let there = moderated(cx, cx.state.channel(*channel)?)?;
            let target = format_compact!("{} in {}", target.mask(), there.0.name);
            Some(Act::there(cx, "kick", target, there).why(reason.as_ref()))
        }
        Event::TopicChanged { channel, topic, .. } => {
            let there = moderated(cx, cx.state.channel(*channel)?)?;
            let before = there.0.topic.as_ref().map_or("", |topic| topic.text.as_str());
            let after = topic.as_ref().map_or("", Text::as_str);
            Some(Act::there(cx, "topic", there.0.name.as_str(), there).change(before, after))
        }
        Event::Invited { channel, target, past_bans: Some(_), .. } => {
            let there = moderated(cx, cx.state.channel(*channel)?)?;
            let target = format_compact!("{} to {}", target.mask(), there.0.name);
            Some(Act::there(cx, "invite", target, there))
        }
        Event::MetadataChanged { to: Target::Channel { id, .. }, key, value, .. } => {
            let channel = cx.state.channel(*id)?;
            let target = format_compact!("{} {}", channel.name, key.as_str());
            let before = channel.metadata.get(key).map_or("", MetadataValue::as_str);
            let runs_it = cx.me().is_ok_and(|me| policy::can_moderate(me, channel).is_ok());
            let status = if runs_it { standing(cx, channel) } else { Status::NONE };
            let act = Act::there(cx, "channel-metadata", target, (channel, status));
            Some(act.change(before, value.as_ref().map_or("", MetadataValue::as_str)))
        }
        _ => None,
    }
}

/// A channel and what the asker is there, if that is more than others are.
fn moderated<'a>(cx: &Context<'_>, channel: &'a Channel) -> Option<(&'a Channel, Status)> {
    let status = standing(cx, channel);
    status.at_least(Status::HALFOP).then_some((channel, status))
}

/// What lets the asker look after a channel: their status there, or the access of their account, whichever is higher.
fn standing(cx: &Context<'_>, channel: &Channel) -> Status {
    let Some(me) = cx.me_if_any() else { return Status::NONE };
    let here = channel.status(me.source.id).unwrap_or_default().highest();
    here.max(policy::own_standing(cx, channel).highest())
}

fn is_for_opers(change: &ModeChange) -> bool {
    matches!(change, ModeChange::Flag { flag, .. } if policy::is_for_opers(*flag))
}

/// A change as MODE has it, but for a key, which is for members alone.
fn spelt(change: &ModeChange) -> String {
    let (on, letter) = change.letter();
    let sign = if on { '+' } else { '-' };
    match change {
        ModeChange::Key { key: Some(_) } => format!("{sign}{letter} *"),
        ModeChange::Limit { members: Some(members) } => format!("{sign}{letter} {members}"),
        ModeChange::Forward { to: Some(to) } => format!("{sign}{letter} {to}"),
        ModeChange::Pace { pace: Some(pace) } => format!("{sign}{letter} {pace}"),
        ModeChange::JoinRate { rate: Some(rate) } => format!("{sign}{letter} {rate}"),
        ModeChange::Status { nick, .. } => format!("{sign}{letter} {nick}"),
        ModeChange::List { mask, .. } => format!("{sign}{letter} {}", mask.as_str()),
        _ => format!("{sign}{letter}"),
    }
}

/// What a change replaces.
fn was(channel: &Channel, change: &ModeChange) -> ModeChange {
    match change.clone() {
        ModeChange::Flag { on, flag } => ModeChange::Flag { on: !on, flag },
        ModeChange::Key { .. } => ModeChange::Key { key: channel.key.clone() },
        ModeChange::Limit { .. } => ModeChange::Limit { members: channel.limit },
        ModeChange::Forward { .. } => ModeChange::Forward { to: channel.forward.clone() },
        ModeChange::Pace { .. } => ModeChange::Pace { pace: channel.pace },
        ModeChange::JoinRate { .. } => ModeChange::JoinRate { rate: channel.join_rate },
        ModeChange::Status { on, status, user, nick } => ModeChange::Status { on: !on, status, user, nick },
        ModeChange::List { on, list, mask } => ModeChange::List { on: !on, list, mask },
    }
}
