//! Lists of masks: what is on them, whether they have room, how any number of entries changes.

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
