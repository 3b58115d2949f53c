//! Clearing a channel: of its bans, of its people, of who has access.

use super::access;
use super::founding::answered;
use crate::audit::Act;
use crate::command::{Context, Outcome};
use crate::commands::{kick, mode};
use crate::event::Event;
use crate::mask::Mask;
use crate::modes::{ListMode, ModeChange};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::ChannelAnswer;
use crate::state::{Channel, User};

/// Clears what the word says. Who is above the asker stays, as the asker does.
pub fn clear(cx: &Context<'_>, channel: &Channel, what: Option<&str>) -> Result<Outcome, Refusal> {
    let what = what.ok_or(Refusal::NeedMoreParams("account"))?.to_lowercase();
    let (events, count) = match what.as_str() {
        "bans" => bans(cx, channel)?,
        "users" => users(cx, cx.me()?, channel)?,
        "access" => accounts(cx, channel)?,
        _ => return Err(Refusal::InvalidParam("account", what.into())),
    };
    let cleared = ChannelAnswer::Cleared { channel: channel.name.clone(), what, count };
    Ok(answered(Outcome::nothing().many(events), cleared))
}

/// What happens, and of how many.
type Cleared = (Vec<Event>, usize);

/// All entries of the list of bans, mutes among them.
fn bans(cx: &Context<'_>, channel: &Channel) -> Result<Cleared, Refusal> {
    let me = cx.me()?;
    policy::can_moderate(me, channel)?;
    let lift = |mask: &Mask| ModeChange::List { on: false, list: ListMode::Ban, mask: mask.clone() };
    let changes: Vec<_> = channel.list(ListMode::Ban).map(|(mask, _)| lift(mask)).collect();
    let count = changes.len();
    let there = (channel, channel.status(me.source.id).unwrap_or_default());
    let act = Act::there(cx, "clear-bans", channel.name.as_str(), there);
    let act = act.change(format!("{count} entries"), "none").event();
    let lifted = mode::changed_in_parts(me, channel, &changes);
    let events = if count == 0 { Vec::new() } else { std::iter::once(act).chain(lifted).collect() };
    Ok((events, count))
}

fn users(cx: &Context<'_>, me: &User, channel: &Channel) -> Result<Cleared, Refusal> {
    policy::can_moderate(me, channel)?;
    let members = channel.members.keys().filter(|id| **id != me.source.id);
    let members = members.filter_map(|id| cx.state.user(*id));
    let reached: Vec<_> = members.filter(|other| policy::can_kick(me, channel, other).is_ok()).collect();
    let there = (channel, channel.status(me.source.id).unwrap_or_default());
    let act = Act::there(cx, "clear-users", channel.name.as_str(), there);
    let members = |count: usize| format!("{count} members");
    let left = channel.members.len() - reached.len();
    let act = act.change(members(channel.members.len()), members(left)).event();
    let kicked = reached.iter().flat_map(|other| kick::events(cx, me, channel, other, None));
    let events = if reached.is_empty() { Vec::new() } else { std::iter::once(act).chain(kicked).collect() };
    Ok((events, reached.len()))
}

fn accounts(cx: &Context<'_>, channel: &Channel) -> Result<Cleared, Refusal> {
    policy::can_dispose(cx, channel)?;
    let there = (channel, policy::disposes_as(cx, channel));
    let act = Act::there(cx, "clear-access", channel.name.as_str(), there).change(names(channel), "").event();
    let removed: Vec<_> = channel.access.keys().filter_map(|key| access::removed(channel, key)).collect();
    let count = removed.len();
    let removed = if count == 0 { Vec::new() } else { std::iter::once(act).chain(removed).collect() };
    Ok((removed, count))
}

/// Who has access, for the audit trail. The event log has all of many.
fn names(channel: &Channel) -> String {
    const NAMED_MAX: usize = 20;
    let entry = |it: &crate::registered::Access| format!("{}: {}", it.account, it.status.word());
    let others = channel.access.len().saturating_sub(NAMED_MAX);
    let others = (others > 0).then(|| format!("{others} more"));
    let named = channel.access.values().take(NAMED_MAX).map(entry);
    named.chain(others).collect::<Vec<_>>().join(", ")
}
