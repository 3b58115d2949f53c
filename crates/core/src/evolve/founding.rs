//! How registered channels come and go.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{ChannelId, Millis};
use crate::modes::Status;
use crate::names::{AccountKey, AccountName, ChannelName};
use crate::registered::{Access, ChannelSettings, Purged, Registered};
use crate::state::{Channel, State};

pub(super) fn register(state: &mut State, id: ChannelId, founder: &AccountName, since: Millis) {
    let Some(channel) = state.channels.get_mut(&id) else { return };
    let settings = ChannelSettings::default();
    channel.registered = Some(Registered { founder: founder.clone(), since, offered: None, settings });
    let had_access = channel.access.remove(&founder.key()).is_some();
    state.channels_by_founder.entry(founder.key()).or_default().insert(id);
    if had_access {
        drop_from(&mut state.channels_by_access, &founder.key(), id);
    }
}

pub(super) fn unregister(state: &mut State, id: ChannelId) {
    let Some(channel) = state.channels.get_mut(&id) else { return };
    let access = std::mem::take(&mut channel.access);
    let registered = channel.registered.take();
    access.keys().for_each(|account| drop_from(&mut state.channels_by_access, account, id));
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

pub(super) fn access(state: &mut State, id: ChannelId, account: &AccountName, status: Status) {
    let (key, Some(channel)) = (account.key(), state.channels.get_mut(&id)) else { return };
    if status == Status::NONE {
        channel.access.remove(&key);
        drop_from(&mut state.channels_by_access, &key, id);
    } else {
        channel.access.insert(key.clone(), Access { account: account.clone(), status });
        state.channels_by_access.entry(key).or_default().insert(id);
    }
}

/// Nothing of a channel that is gone is anybody's.
pub(super) fn forget(state: &mut State, channel: &Channel) {
    unfound(state, channel.id, channel.registered.as_ref());
    channel.access.keys().for_each(|account| drop_from(&mut state.channels_by_access, account, channel.id));
}

fn unfound(state: &mut State, id: ChannelId, registered: Option<&Registered>) {
    let Some(registered) = registered else { return };
    drop_from(&mut state.channels_by_founder, &registered.founder.key(), id);
}

/// Takes a channel from those of an account.
fn drop_from(index: &mut BTreeMap<AccountKey, BTreeSet<ChannelId>>, account: &AccountKey, id: ChannelId) {
    let Some(channels) = index.get_mut(account) else { return };
    channels.remove(&id);
    if channels.is_empty() {
        index.remove(account);
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
