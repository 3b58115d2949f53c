//! Clearing a channel: of its bans, of its people, of who has access.

use super::access;
use super::founding::answered;
use crate::audit::Act;
use crate::command::{Context, Outcome};
use crate::commands::{kick, mode};
use crate::event::Event;
use crate::modes::{ListMode, ModeChange};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::ChannelAnswer;
use crate::state::{Channel, User};

/// Clears what the word says. Who is above the asker stays, as the asker does.
pub fn clear(cx: &Context<'_>, channel: &Channel, what: Option<&str>) -> Result<Outcome, Refusal> {
    let what = what.ok_or(Refusal::NeedMoreParams("account"))?.to_lowercase();
    let (events, count) = match what.as_str() {
        "bans" => bans(cx.me()?, channel)?,
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
fn bans(me: &User, channel: &Channel) -> Result<Cleared, Refusal> {
    policy::can_moderate(me, channel)?;
    let lift =
        |mask: &crate::mask::Mask| ModeChange::List { on: false, list: ListMode::Ban, mask: mask.clone() };
    let changes: Vec<_> = channel.list(ListMode::Ban).map(|(mask, _)| lift(mask)).collect();
    Ok((mode::changed_in_parts(me, channel, &changes), changes.len()))
}

fn users(cx: &Context<'_>, me: &User, channel: &Channel) -> Result<Cleared, Refusal> {
    policy::can_moderate(me, channel)?;
    let members = channel.members.keys().filter(|id| **id != me.source.id);
    let members = members.filter_map(|id| cx.state.user(*id));
    let reached: Vec<_> = members.filter(|other| policy::can_kick(me, channel, other).is_ok()).collect();
    let events = reached.iter().flat_map(|other| kick::events(cx, me, channel, other, None)).collect();
    Ok((events, reached.len()))
}

fn accounts(cx: &Context<'_>, channel: &Channel) -> Result<Cleared, Refusal> {
    policy::can_dispose(cx, channel)?;
    let act = Act::new(cx, "clear-access", channel.name.as_str());
    let act = (!policy::is_founder(cx, channel)).then(|| act.change(names(channel), "").event());
    let removed: Vec<_> = channel.access.keys().filter_map(|key| access::removed(channel, key)).collect();
    let count = removed.len();
    let removed = if count == 0 { Vec::new() } else { act.into_iter().chain(removed).collect() };
    Ok((removed, count))
}

/// Who has access, for the audit trail.
fn names(channel: &Channel) -> String {
    let entry = |it: &crate::registered::Access| format!("{}: {}", it.account, it.status.word());
    channel.access.values().map(entry).collect::<Vec<_>>().join(", ")
}
