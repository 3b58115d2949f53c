//! A channel is called something else: what names it, names it so.

use crate::extban::Extban;
use crate::ids::{ChannelId, Millis};
use crate::mask::{MASK_BYTES_MAX, Mask};
use crate::modes::{ListMode, ModeChange};
use crate::names::{ChannelKey, ChannelName, Skeleton};
use crate::read_marker::{self, Buffer};
use crate::state::{Channel, State};

pub(super) fn rename(
    state: &mut State,
    (id, at): (ChannelId, Millis),
    before: &ChannelKey,
    name: &ChannelName,
    skeleton: &Skeleton,
) {
    let Some(channel) = state.channels.get_mut(&id) else { return };
    state.channels_by_key.remove(before);
    state.channels_by_skeleton.remove(&channel.skeleton);
    channel.name = name.clone();
    channel.skeleton = skeleton.clone();
    channel.renamed = Some(at);
    state.channels_by_key.insert(name.key(), id);
    state.channels_by_skeleton.insert(skeleton.clone(), id);
    // Who was sent there is sent there, and to no other channel that takes the name.
    state.channels.values_mut().for_each(|channel| forward(channel, before, name));
    let sent: Vec<_> = state.channels.values().flat_map(|channel| senders(channel, before)).collect();
    for (channel, list, mask) in sent {
        send_elsewhere(state, (channel, list, mask), before, &name.key());
    }
    // What was read there was read.
    let (from, to) = (Buffer::Channel(before.clone()), Buffer::Channel(name.key()));
    for account in state.accounts.values_mut() {
        read_marker::rename(&mut account.read_markers, &from, &to);
    }
}

fn forward(channel: &mut Channel, before: &ChannelKey, name: &ChannelName) {
    let lock = channel.registered.iter_mut().flat_map(|registered| registered.settings.lock.iter_mut());
    let locked = lock.filter_map(|change| match change {
        ModeChange::Forward { to } => to.as_mut(),
        _ => None,
    });
    for to in channel.forward.iter_mut().chain(locked).filter(|to| to.key() == *before) {
        *to = name.clone();
    }
}

/// An entry of a list.
type Listed = (ChannelId, ListMode, Mask);

/// The entries of a channel that send those whom they mean to another.
fn senders(channel: &Channel, to: &ChannelKey) -> Vec<Listed> {
    let entries = channel.lists.iter().flat_map(|(list, masks)| masks.keys().map(move |mask| (*list, mask)));
    let sending = entries.filter(|(_, mask)| Extban::read(mask).forward == Some(to.as_str()));
    sending.map(|(list, mask)| (channel.id, list, mask.clone())).collect()
}

/// The same entry, for as long as it lasts; where the new name makes it too long, it sends nobody anywhere.
fn send_elsewhere(state: &mut State, (id, list, mask): Listed, before: &ChannelKey, to: &ChannelKey) {
    let spelt = |name: &ChannelKey| format!("f:{}:", name.as_str());
    let renamed = mask.as_str().replacen(&spelt(before), &spelt(to), 1);
    let renamed = match renamed.len() <= MASK_BYTES_MAX {
        true => Mask::of_folded(&renamed),
        false => Mask::of_folded(&mask.as_str().replacen(&spelt(before), "", 1)),
    };
    let masks = state.channels.get_mut(&id).and_then(|channel| channel.lists.get_mut(&list));
    let Some((masks, entry)) = masks.and_then(|masks| masks.remove(&mask).map(|entry| (masks, entry))) else {
        return;
    };
    if let Some(until) = entry.until {
        state.list_deadlines.remove(&(until, id, list, mask));
        state.list_deadlines.insert((until, id, list, renamed.clone()));
    }
    if let Some(other) = masks.insert(renamed.clone(), entry.clone())
        && other.until != entry.until
        && let Some(until) = other.until
    {
        state.list_deadlines.remove(&(until, id, list, renamed));
    }
}
