//! How changes of modes change a channel.

use crate::extban::Extban;
use crate::ids::{ChannelId, Millis, Position};
use crate::mask::Mask;
use crate::modes::{Flag, ListMode, ModeChange};
use crate::names::Nick;
use crate::state::{Census, Channel, ListEntry, State};

/// Applies changes, in order; `who` made them, and when. Nobody: the server itself.
pub(super) fn change(state: &mut State, id: ChannelId, changes: &[ModeChange], who: (Option<&Nick>, Millis)) {
    for change in changes {
        match change {
            ModeChange::List { on: true, list, mask } => list_entry(state, id, (*list, mask), who),
            ModeChange::List { on: false, list, mask } => unlist(state, id, *list, mask),
            other => {
                if let Some(channel) = state.channels.get_mut(&id) {
                    if matches!(other, ModeChange::Flag { on: false, flag: Flag::Auditorium })
                        && channel.has(Flag::Auditorium)
                    {
                        // The change itself is for all to see.
                        channel.auditorium_until = Some(Position(state.position.0.saturating_sub(1)));
                    }
                    simple(channel, &mut state.census, other);
                }
            }
        }
    }
}

fn simple(channel: &mut Channel, census: &mut Census, change: &ModeChange) {
    match change {
        ModeChange::Flag { on, flag } => {
            let changed = if *on { channel.flags.insert(*flag) } else { channel.flags.remove(flag) };
            if changed {
                census.channel(*flag, *on);
            }
        }
        ModeChange::Key { key } => channel.key.clone_from(key),
        ModeChange::Limit { members } => channel.limit = *members,
        ModeChange::Status { on, status, user, .. } => {
            if let Some(has) = channel.members.get_mut(user) {
                *has = if *on { has.with(*status) } else { has.without(*status) };
            }
        }
        ModeChange::Forward { to } => channel.forward.clone_from(to),
        ModeChange::Pace { pace } => channel.pace = *pace,
        ModeChange::JoinRate { rate } => {
            channel.join_rate = *rate;
            channel.joins_until = Millis(0);
        }
        ModeChange::List { .. } => {}
    }
}

fn list_entry(
    state: &mut State,
    id: ChannelId,
    (list, mask): (ListMode, &Mask),
    (by, at): (Option<&Nick>, Millis),
) {
    let Some(channel) = state.channels.get_mut(&id) else { return };
    let minutes = Extban::read(mask).minutes;
    let until = minutes.map(|minutes| Millis(at.0 + u64::from(minutes) * 60_000));
    let entry = ListEntry { by: by.cloned(), at, until };
    let before = channel.lists.entry(list).or_default().insert(mask.clone(), entry);
    if let Some(until) = before.and_then(|entry| entry.until) {
        state.list_deadlines.remove(&(until, id, list, mask.clone()));
    }
    state.list_deadlines.extend(until.map(|until| (until, id, list, mask.clone())));
}

pub(super) fn unlist(state: &mut State, id: ChannelId, list: ListMode, mask: &Mask) {
    let masks = state.channels.get_mut(&id).and_then(|channel| channel.lists.get_mut(&list));
    let entry = masks.and_then(|masks| masks.remove(mask));
    if let Some(until) = entry.and_then(|entry| entry.until) {
        state.list_deadlines.remove(&(until, id, list, mask.clone()));
    }
}

/// Nothing of a channel that is gone comes to an end any more.
pub(super) fn forget_deadlines(state: &mut State, channel: &Channel) {
    for (list, masks) in &channel.lists {
        for (mask, entry) in masks {
            if let Some(until) = entry.until {
                state.list_deadlines.remove(&(until, channel.id, *list, mask.clone()));
            }
        }
    }
}
