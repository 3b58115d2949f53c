//! How people come, go, and stay without a connection.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use crate::absence::Absence;
use crate::event::{Source, Staying};
use crate::ids::{Millis, UserId};
use crate::modes::{Status, UserFlag};
use crate::names::{AccountName, Skeleton};
use crate::state::{Census, Channel, Kept, State, User};

pub fn connected(state: &mut State, by: &Source, skeleton: &Skeleton, realname: &CompactString, at: Millis) {
    state.last_id = state.last_id.max(by.id.0);
    let user = User {
        source: by.clone(),
        skeleton: skeleton.clone(),
        realname: realname.clone(),
        away: None,
        flags: Default::default(),
        since: at,
        channels: Default::default(),
        accepted: Default::default(),
        metadata: Default::default(),
        silenced: Default::default(),
        oper: None,
    };
    state.users_by_nick.insert(by.nick.key(), by.id);
    state.users_by_skeleton.insert(skeleton.clone(), by.id);
    state.census.came(&user);
    state.users.insert(by.id, Box::new(user));
    state.users_max = state.users_max.max(state.users.len() as u64);
}

/// Somebody is logged in to an account, or to none any more.
pub fn logged_in(state: &mut State, id: UserId, account: Option<&AccountName>) {
    let Some(user) = state.users.get_mut(&id) else { return };
    state.census.account(id, user.source.account.as_ref(), false);
    state.census.account(id, account, true);
    user.source.change(|who| who.account = account.cloned());
}

/// Sets a mode of somebody's, and what follows from it.
pub fn set(state: &mut State, id: UserId, flag: UserFlag, on: bool) {
    let Some(user) = state.users.get_mut(&id) else { return };
    if user.flags.contains(&flag) != on {
        state.census.user(flag, on);
    }
    user.set(flag, on);
}

pub fn quit(state: &mut State, by: &Source) {
    let Some(user) = state.users.remove(&by.id) else { return };
    state.census.went(&user);
    returned(state, by);
    state.users_by_nick.remove(&user.source.nick.key());
    state.users_by_skeleton.remove(&user.skeleton);
    for channel in user.channels.into_keys() {
        if let Some(channel) = state.channels.get_mut(&channel) {
            channel.members.remove(&by.id);
        }
    }
}

/// Their last session has ended, and they stay. Who they act for as operators has to be said again.
pub fn became_absent(state: &mut State, by: &Source, until: Option<Millis>, at: Millis) {
    set(state, by.id, UserFlag::Oper, false);
    if !state.users.contains_key(&by.id) {
        return;
    }
    if let Some(account) = &by.account {
        state.absences.insert(account, Absence { user: by.id, since: at, until });
    }
}

/// They have a session again, or are gone for good.
pub fn returned(state: &mut State, by: &Source) {
    let Some(account) = &by.account else { return };
    if state.absences.of(account).is_some_and(|absence| absence.user == by.id) {
        state.absences.remove(account);
    }
}

/// Everybody of the process before is gone, without having left; but for those who stay without a session.
pub fn started(state: &mut State, keep_until: Millis, staying: Option<&Staying>, at: Millis) {
    let stays: BTreeSet<UserId> = staying.iter().flat_map(|it| &it.users).copied().collect();
    let accounts_by_user: BTreeMap<UserId, _> = state
        .users
        .values()
        .filter_map(|user| user.source.account.as_ref().map(|account| (user.source.id, account.key())))
        .collect();
    // Who was last there may have left in the last entry that was kept, and the channel's end was in the next.
    let is_left_over = |channel: &Channel| channel.kept == Kept::No && !channel.stays();
    let ends = |channel: &&mut Channel| !channel.members.is_empty() || is_left_over(channel);
    for channel in state.channels.values_mut().filter(ends) {
        let is_registered = channel.registered.is_some();
        let (left, gone) =
            std::mem::take(&mut channel.members).into_iter().partition(|(user, _)| stays.contains(user));
        channel.members = left;
        for (user, status) in gone {
            // In a registered channel the access list says who gets what.
            let account = accounts_by_user.get(&user).filter(|_| status != Status::NONE && !is_registered);
            if let Some(account) = account {
                channel.statuses_by_account.insert(account.clone(), status);
            }
        }
        if !channel.stays() {
            if let Kept::Until(before) = channel.kept {
                state.deadlines.remove(&(before, channel.id));
            }
            channel.kept = Kept::Until(keep_until);
            state.deadlines.insert((keep_until, channel.id));
        }
    }
    for channel in state.channels.values_mut() {
        channel.invites.clear();
        channel.invited_past_bans.clear();
    }
    state.users.retain(|id, _| stays.contains(id));
    state.census = Census::of(state);
    state.users_by_nick.retain(|_, id| stays.contains(id));
    state.users_by_skeleton.retain(|_, id| stays.contains(id));
    stay(state, staying, at);
    for seen in state.accounts.values_mut().flat_map(|account| account.clients.values_mut()) {
        if std::mem::take(&mut seen.is_here) {
            (seen.position, seen.at) = (state.position, at);
        }
    }
}

/// Who stays is absent: since the start, if they were not before.
fn stay(state: &mut State, staying: Option<&Staying>, at: Millis) {
    let before = std::mem::take(&mut state.absences);
    let Some(staying) = staying else { return };
    for id in &staying.users {
        let Some(user) = state.users.get_mut(id) else { continue };
        let Some(account) = user.source.account.clone() else { continue };
        user.away.get_or_insert_with(|| Box::new(staying.away.clone()));
        set(state, *id, UserFlag::Oper, false);
        let known = before.of(&account).filter(|absence| absence.user == *id).cloned();
        let absence = known.unwrap_or(Absence { user: *id, since: at, until: staying.until });
        state.absences.insert(&account, absence);
    }
}
