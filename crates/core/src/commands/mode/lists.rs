//! Lists of masks: what is on them, whether they have room, how any number of entries changes; and what is so already.

use super::CHANGES_MAX;
use crate::command::Context;
use crate::event::Event;
use crate::mask::Mask;
use crate::modes::{ListMode, ModeChange};
use crate::refusal::Refusal;
use crate::state::{Channel, User};

/// Changes of a channel, of which there may be as many as its lists have entries: in parts, of which each is a small event.
pub fn changed_in_parts(me: &User, channel: &Channel, changes: &[ModeChange]) -> Vec<Event> {
    let part = |changes: &[ModeChange]| Event::ModesChanged {
        by: me.source.clone(),
        channel: channel.id,
        name: channel.name.clone(),
        changes: changes.to_vec(),
    };
    changes.chunks(CHANGES_MAX).map(part).collect()
}

/// Whether a channel is already as a change would have it.
pub fn is_so(channel: &Channel, change: &ModeChange) -> bool {
    match change {
        ModeChange::Flag { on, flag } => channel.has(*flag) == *on,
        ModeChange::Key { key } => channel.key == *key,
        ModeChange::Limit { members } => channel.limit == *members,
        ModeChange::Forward { to } => channel.forward == *to,
        ModeChange::Pace { pace } => channel.pace == *pace,
        ModeChange::JoinRate { rate } => channel.join_rate == *rate,
        ModeChange::Status { on, status, user, .. } => {
            channel.status(*user).is_none_or(|has| has.contains(*status) == *on)
        }
        ModeChange::List { on, list, mask } => is_listed(channel, *list, mask) == *on,
    }
}

/// Whether a mask is on a list, to the letter.
pub fn is_listed(channel: &Channel, list: ListMode, mask: &Mask) -> bool {
    channel.lists.get(&list).is_some_and(|masks| masks.contains_key(mask))
}

/// Whether a list takes one more mask, when `growth` entries are on their way.
///
/// # Errors
/// [`Refusal::BanListFull`].
pub fn list_has_room(
    cx: &Context<'_>,
    channel: &Channel,
    list: ListMode,
    growth: isize,
) -> Result<(), Refusal> {
    let entries = channel.list(list).count().saturating_add_signed(growth);
    let full = entries >= cx.settings.limits.list_entries;
    if full { Err(Refusal::BanListFull(channel.name.clone(), list.letter())) } else { Ok(()) }
}
