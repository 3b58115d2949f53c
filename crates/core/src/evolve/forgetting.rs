//! What goes with an account that is deleted. Nobody can have its name again, so that what names it means nobody.

use std::collections::BTreeSet;

use super::modes::unlist;
use crate::extban::{Extban, Who};
use crate::ids::ChannelId;
use crate::mask::Mask;
use crate::modes::ListMode;
use crate::names::{AccountKey, AccountName, Nick, Skeleton};
use crate::read_marker::Buffer;
use crate::state::{Channel, State};

/// What channels gave it has ended in events before this one. Where it is to be `anonymous`, what it did to others tells not any
/// more who did it.
pub(super) fn delete(state: &mut State, account: &AccountName, skeleton: &Skeleton, anonymous: bool) {
    let key = account.key();
    if let Some(account) = state.accounts.remove(&key) {
        for fingerprint in &account.certificates {
            state.accounts_by_certificate.remove(fingerprint);
        }
        for identity in &account.identities {
            state.accounts_by_identity.remove(identity);
        }
    }
    state.accounts_by_skeleton.remove(skeleton);
    for former in state.former_accounts.values_mut().filter(|former| former.as_ref() == Some(&key)) {
        *former = None;
    }
    state.former_accounts.insert(skeleton.clone(), None);
    let with_it = Buffer::with_account(account);
    for account in state.accounts.values_mut() {
        account.read_markers.remove(&with_it);
    }
    let named: Vec<_> = state.channels.values().flat_map(|channel| entries(channel, &key)).collect();
    for (channel, list, mask) in named {
        unlist(state, channel, list, &mask);
    }
    for channel in state.channels.values_mut() {
        channel.statuses_by_account.remove(&key);
        if let Some(registered) = &mut channel.registered {
            registered.offered.take_if(|offered| offered.key() == key);
        }
    }
    for user in state.users.values_mut().filter(|user| !user.silenced.is_empty()) {
        let heard: BTreeSet<_> = user.silenced.iter().filter(|mask| !is_of(mask, &key)).cloned().collect();
        user.silenced = heard.into();
    }
    state.server_bans.forget(account);
    if anonymous {
        disown(state, account);
    }
}

/// Whether an entry of a list means the account, or who has its name, and nobody else.
fn is_of(mask: &Mask, key: &AccountKey) -> bool {
    match Extban::read(mask).who {
        Who::Account(account) => account == key.as_str(),
        Who::Mask(mask) => mask.split_once('!').is_some_and(|(nick, _)| nick == key.as_str()),
        Who::Nobody | Who::Realname(_) | Who::Secure(_) => false,
    }
}

/// The entries of a channel's lists that do.
fn entries(channel: &Channel, key: &AccountKey) -> Vec<(ChannelId, ListMode, Mask)> {
    let all = channel.lists.iter().flat_map(|(list, masks)| masks.keys().map(|mask| (*list, mask)));
    let named = all.filter(|(_, mask)| is_of(mask, key));
    named.map(|(list, mask)| (channel.id, list, mask.clone())).collect()
}

/// Topics, entries, bans and suspensions stay, and are nobody's.
fn disown(state: &mut State, account: &AccountName) {
    let is_theirs = |nick: &Nick| nick.folded() == account.folded();
    for channel in state.channels.values_mut() {
        if let Some(topic) = channel.topic.as_mut().filter(|topic| is_theirs(&topic.by)) {
            topic.by = Nick::of_nobody();
        }
        for entry in channel.lists.values_mut().flat_map(|masks| masks.values_mut()) {
            entry.by.take_if(|by| is_theirs(by));
        }
    }
    let suspended = state.accounts.values_mut().filter_map(|other| other.suspended.as_mut());
    for suspension in suspended.filter(|it| account.is_written(&it.by)) {
        suspension.by = crate::names::NOBODY.into();
    }
    state.server_bans.disown(account);
}
