//! How registered channels come and go.

use crate::ids::{ChannelId, Millis};
use crate::modes::Status;
use crate::names::{AccountName, ChannelName};
use crate::registered::{Access, ChannelSettings, Purged, Registered};
use crate::state::{Channel, State};

pub(super) fn register(state: &mut State, id: ChannelId, founder: &AccountName, since: Millis) {
    let Some(channel) = state.channels.get_mut(&id) else { return };
    let settings = ChannelSettings::default();
    channel.registered = Some(Registered { founder: founder.clone(), since, offered: None, settings });
    channel.access.remove(&founder.key());
    state.channels_by_founder.entry(founder.key()).or_default().insert(id);
}

pub(super) fn unregister(state: &mut State, id: ChannelId) {
    let Some(channel) = state.channels.get_mut(&id) else { return };
    channel.access.clear();
    let registered = channel.registered.take();
    unfound(state, id, registered.as_ref());
}

/// The new founder is on the access list no more; the old one has nothing there. What was decided stays.
pub(super) fn transfer(state: &mut State, id: ChannelId, founder: &AccountName) {
    let Some(channel) = state.channels.get_mut(&id) else { return };
    let before = channel.registered.take();
    let since = before.as_ref().map_or(Millis(0), |it| it.since);
    unfound(state, id, before.as_ref());
    register(state, id, founder, since);
    let registered = state.channels.get_mut(&id).and_then(|channel| channel.registered.as_mut());
    if let (Some(registered), Some(before)) = (registered, before) {
        registered.settings = before.settings;
    }
}

pub(super) fn access(channel: &mut Channel, account: &AccountName, status: Status) {
    if status == Status::NONE {
        channel.access.remove(&account.key());
    } else {
        channel.access.insert(account.key(), Access { account: account.clone(), status });
    }
}

/// Nothing of a channel that is gone is anybody's.
pub(super) fn forget(state: &mut State, channel: &Channel) {
    unfound(state, channel.id, channel.registered.as_ref());
}

fn unfound(state: &mut State, id: ChannelId, registered: Option<&Registered>) {
    let Some(registered) = registered else { return };
    let key = registered.founder.key();
    if let Some(founded) = state.channels_by_founder.get_mut(&key) {
        founded.remove(&id);
        if founded.is_empty() {
            state.channels_by_founder.remove(&key);
        }
    }
}

/// Nobody makes the channel again, nor one that looks like it.
pub(super) fn purge(state: &mut State, purged: Purged) {
    let key = purged.name.key();
    if let Some(skeleton) = &purged.skeleton {
        state.purged_by_skeleton.entry(skeleton.clone()).or_default().insert(key.clone());
    }
    state.purged.insert(key, purged);
}

pub(super) fn unpurge(state: &mut State, name: &ChannelName) {
    let key = name.key();
    let Some(Purged { skeleton: Some(skeleton), .. }) = state.purged.remove(&key) else { return };
    if let Some(alike) = state.purged_by_skeleton.get_mut(&skeleton) {
        alike.remove(&key);
        if alike.is_empty() {
            state.purged_by_skeleton.remove(&skeleton);
        }
    }
}
