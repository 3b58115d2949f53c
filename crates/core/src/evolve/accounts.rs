//! How accounts change, and how they end.

use crate::identity::Identity;
use crate::names::{AccountKey, AccountName, Skeleton};
use crate::read_marker::{self, Buffer};
use crate::state::{Account, Channel, State};

pub(super) fn with(state: &mut State, account: &AccountName, change: impl FnOnce(&mut Account)) {
    if let Some(account) = state.accounts.get_mut(&account.key()) {
        change(account);
    }
}

/// What was compared with the old password is void.
pub(super) fn change_password(state: &mut State, account: &AccountName, hash: &str) {
    with(state, account, |it| {
        hash.clone_into(&mut it.hash);
        it.credential_version += 1;
        it.reset_code = None;
        it.mailed_code = None;
        it.new_address = None;
        it.scram = None;
    });
}

pub(super) fn change_certificate(state: &mut State, account: &AccountName, fingerprint: &str, on: bool) {
    let key = account.key();
    let Some(account) = state.accounts.get_mut(&key) else { return };
    if on {
        account.certificates.insert(fingerprint.to_owned());
        state.accounts_by_certificate.insert(fingerprint.to_owned(), key);
    } else {
        account.certificates.remove(fingerprint);
        state.accounts_by_certificate.remove(fingerprint);
    }
}

pub(super) fn change_identity(state: &mut State, account: &AccountName, identity: &Identity, on: bool) {
    let key = account.key();
    let Some(account) = state.accounts.get_mut(&key) else { return };
    if on {
        account.identities.insert(identity.clone());
        state.accounts_by_identity.insert(identity.clone(), key);
    } else {
        account.identities.remove(identity);
        state.accounts_by_identity.remove(identity);
    }
}

pub(super) fn rename(
    state: &mut State,
    (from, skeleton): (&AccountName, &Skeleton),
    (to, to_skeleton): (&AccountName, &Skeleton),
) {
    let (old, new) = (from.key(), to.key());
    let Some(mut account) = state.accounts.remove(&old) else { return };
    account.name = to.clone();
    account.credential_version += 1;
    state.accounts.insert(new.clone(), account);
    state.accounts_by_skeleton.remove(skeleton);
    state.accounts_by_skeleton.insert(to_skeleton.clone(), new.clone());
    for former in state.former_accounts.values_mut().filter(|former| former.as_ref() == Some(&old)) {
        *former = Some(new.clone());
    }
    state.former_accounts.remove(to_skeleton);
    if skeleton != to_skeleton {
        state.former_accounts.insert(skeleton.clone(), Some(new.clone()));
    }
    state.absences.rename(from, to);
    let identities = state.accounts_by_identity.values_mut();
    for owner in state.accounts_by_certificate.values_mut().chain(identities).filter(|owner| **owner == old) {
        *owner = new.clone();
    }
    if let Some(founded) = state.channels_by_founder.remove(&old) {
        state.channels_by_founder.insert(new.clone(), founded);
    }
    if let Some(channels) = state.channels_by_access.remove(&old) {
        state.channels_by_access.insert(new.clone(), channels);
    }
    state.channels.values_mut().for_each(|channel| rename_in(channel, &old, to));
    let (from, to) = (Buffer::with_account(from), Buffer::with_account(to));
    for account in state.accounts.values_mut() {
        read_marker::rename(&mut account.read_markers, &from, &to);
    }
}

/// Everywhere where a channel names the account.
fn rename_in(channel: &mut Channel, old: &AccountKey, to: &AccountName) {
    if let Some(registered) = &mut channel.registered {
        if registered.founder.key() == *old {
            registered.founder = to.clone();
        }
        if registered.offered.as_ref().is_some_and(|offered| offered.key() == *old) {
            registered.offered = Some(to.clone());
        }
    }
    if let Some(mut access) = channel.access.remove(old) {
        access.account = to.clone();
        channel.access.insert(to.key(), access);
    }
    if let Some(status) = channel.statuses_by_account.remove(old) {
        channel.statuses_by_account.insert(to.key(), status);
    }
}
