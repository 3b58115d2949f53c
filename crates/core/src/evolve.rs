//! How each fact changes the state. Nothing here refuses, and nothing here decides.

mod accounts;
mod forgetting;
mod founding;
mod modes;
mod presence;
mod renaming;

use crate::accounts::{Device, ResetCode};
use crate::clients::Seen;
use crate::event::{Event, Record, Target};
use crate::ids::{ChannelId, Millis, UserId};
use crate::metadata::{self, MetadataKey, MetadataValue};
use crate::modes::Role;
use crate::read_marker::{self, ReadMarker};
use crate::registered::Purged;
use crate::state::{Account, Channel, Kept, State, Topic, User};

/// Read markers that one account kept before the configuration said how many.
const READ_MARKERS_MAX: usize = 1_000;
/// Invitations that one channel keeps open; the oldest give way.
const INVITES_MAX: usize = 200;

/// Applies one fact. The same facts in the same order give the same state.
pub fn evolve(state: &mut State, record: &Record) {
    state.position = record.position;
    state.time = state.time.max(record.time);
    let at = record.time;
    match &record.event {
        Event::Started { keep_until, staying } => {
            presence::started(state, *keep_until, staying.as_deref(), at);
        }
        Event::Connected { by, skeleton, realname } => {
            presence::connected(state, by, skeleton, realname, at);
        }
        Event::Quit { by, .. } => presence::quit(state, by),
        Event::BecameAbsent { by, until } => presence::became_absent(state, by, *until, at),
        Event::Returned { by } => presence::returned(state, by),
        Event::NickChanged { by, nick, skeleton, .. } => {
            let Some(user) = state.users.get_mut(&by.id) else { return };
            state.users_by_nick.remove(&user.source.nick.key());
            state.users_by_skeleton.remove(&user.skeleton);
            user.source.change(|who| who.nick = nick.clone());
            user.skeleton = skeleton.clone();
            state.users_by_nick.insert(nick.key(), by.id);
            state.users_by_skeleton.insert(skeleton.clone(), by.id);
        }
        Event::AwayChanged { by, message } => {
            with_user(state, by.id, |user| user.away = message.clone().map(Box::new))
        }
        Event::RealnameChanged { by, realname } => {
            with_user(state, by.id, |user| user.realname = realname.clone());
        }
        Event::HostChanged { by, user, host } => with_user(state, by.id, |it| {
            it.source.change(|who| {
                who.user = user.clone();
                who.host = host.clone();
            });
        }),
        Event::UserModeChanged { by, on, flag } => presence::set(state, by.id, *flag, *on),
        Event::ServerBanned(ban) => state.server_bans.insert(ban.as_ref().clone()),
        Event::ServerUnbanned(target) => state.server_bans.remove(target),
        Event::DefconChanged { level } => state.defcon = *level,
        Event::Opered { by, oper } => {
            with_user(state, by.id, |user| user.oper = Some(Box::new(oper.clone())))
        }
        Event::LoggedIn { by, account } => presence::logged_in(state, by.id, Some(account)),
        Event::AccountRegistered { account, skeleton, hash } => {
            state.pending.remove(&account.key());
            state.accounts_by_skeleton.insert(skeleton.clone(), account.key());
            state.accounts.insert(account.key(), Account::new(account.clone(), hash.clone(), at));
        }
        Event::LoggedOut { by } => presence::logged_in(state, by.id, None),
        Event::PasswordChanged { account, hash } => accounts::change_password(state, account, hash),
        Event::PasswordHashedAnew { account, hash } => {
            accounts::with(state, account, |it| hash.clone_into(&mut it.hash));
        }
        Event::AccountSuspended { account, suspension } => {
            accounts::with(state, account, |it| it.suspended.clone_from(suspension));
        }
        Event::AccountRenamed { account, skeleton, to, to_skeleton } => {
            accounts::rename(state, (account, skeleton), (to, to_skeleton));
        }
        Event::AccountDeleted { account, skeleton, anonymous } => {
            forgetting::delete(state, account, skeleton, *anonymous);
        }
        Event::ScramVerifierMade { account, verifier } => {
            accounts::with(state, account, |it| it.scram = Some(verifier.clone()));
        }
        Event::CertificateChanged { account, fingerprint, on } => {
            accounts::change_certificate(state, account, fingerprint, *on);
        }
        Event::IdentityChanged { account, identity, on } => {
            accounts::change_identity(state, account, identity, *on);
        }
        Event::DeviceChanged { account, device, digest } => accounts::with(state, account, |it| {
            match digest.clone() {
                Some(digest) => it.devices.insert(device.clone(), Device { digest, made: at }),
                None => it.devices.remove(device),
            };
        }),
        Event::ResetCodeMade { account, digest, expires } => {
            let code = ResetCode { digest: digest.clone(), expires: *expires };
            accounts::with(state, account, |it| it.reset_code = Some(code));
        }
        Event::RegistrationBegun(pending) => state.pending.insert(pending.as_ref().clone()),
        Event::RegistrationDropped { account } => state.pending.remove(&account.key()),
        Event::AddressGiven { account, new } => {
            accounts::with(state, account, |it| it.new_address = Some(Box::new(new.clone())));
        }
        Event::AddressChanged { account, address } => accounts::with(state, account, |it| {
            it.address.clone_from(address);
            it.new_address = None;
            // What was sent to another mailbox opens nothing any more.
            it.mailed_code = None;
        }),
        Event::ResetAsked { code: None, .. } => {}
        Event::ResetAsked { account, code } => {
            accounts::with(state, account, |it| it.mailed_code.clone_from(code));
        }
        Event::AccountSet { account, setting, choice, .. } => {
            if let Some(account) = state.accounts.get_mut(&account.key()) {
                match choice {
                    Some(choice) => account.settings.insert(*setting, *choice),
                    None => account.settings.remove(setting),
                };
            }
        }
        Event::ClientCame { account, client, forgotten } => accounts::with(state, account, |it| {
            forgotten.iter().for_each(|oldest| {
                it.clients.remove(oldest);
            });
            let seen = Seen { position: record.position, at, is_here: true };
            it.clients.insert(client.clone(), seen);
        }),
        Event::ClientLeft { account, client } => accounts::with(state, account, |it| {
            let seen = Seen { position: record.position, at, is_here: false };
            it.clients.insert(client.clone(), seen);
        }),
        Event::RoleChanged { account, role, .. } => set_role(state, account, *role),
        Event::ClaimCodeMade { digest, expires } => {
            state.claim_codes.retain(|_, expiry| *expiry > at);
            state.claim_codes.insert(digest.clone().into(), *expires);
        }
        Event::Claimed { account, digest, .. } => {
            state.claim_codes.remove(&minicbor::bytes::ByteVec::from(digest.clone()));
            state.claimed = true;
            set_role(state, account, Role::Administrator);
        }
        Event::ChannelCreated { id, name, skeleton, kept } => {
            state.last_id = state.last_id.max(id.0);
            state.channels_by_key.insert(name.key(), *id);
            state.channels_by_skeleton.insert(skeleton.clone(), *id);
            let kept = if *kept { Kept::Always } else { Kept::No };
            let channel = Channel::new(*id, name.clone(), skeleton.clone(), at, kept);
            channel.flags.iter().for_each(|flag| state.census.channel(*flag, true));
            state.channels.insert(*id, channel);
        }
        Event::ChannelDropped { id, .. } => drop_channel(state, *id),
        Event::KeepEnded { channel } => {
            let Some(it) = state.channels.get_mut(channel) else { return };
            if let Kept::Until(until) = std::mem::take(&mut it.kept) {
                state.deadlines.remove(&(until, *channel));
            }
            it.statuses_by_account.clear();
        }
        Event::Joined { by, channel, status, .. } => {
            with_user(state, by.id, |user| {
                user.channels.insert(*channel, record.position);
            });
            with_channel(state, *channel, |it| {
                it.members.insert(by.id, *status);
                it.uninvite(by.id);
                // Also the joins that the rate would not have let in count.
                let paid = it.join_rate.and_then(|rate| rate.take(it.joins_until, at).ok());
                it.joins_until = paid.unwrap_or(it.joins_until);
                // Given back once: what is taken away after that stays away.
                if let Some(account) = &by.account {
                    it.statuses_by_account.remove(&account.key());
                }
            });
        }
        Event::Parted { by, channel, .. } => leave(state, by.id, *channel),
        Event::Kicked { target, channel, .. } => leave(state, target.id, *channel),
        Event::Invited { channel, target, past_bans, .. } => {
            let Some(it) = state.channels.get_mut(channel) else { return };
            // Ids are never used twice, so an invitation of somebody who has gone means nobody.
            it.invites.retain(|id, _| state.users.contains_key(id));
            it.invited_past_bans.retain(|id| state.users.contains_key(id));
            it.invites.insert(target.id, at);
            if past_bans.is_some() {
                it.invited_past_bans.insert(target.id);
            }
            while it.invites.len() > INVITES_MAX {
                let oldest = it.invites.iter().min_by_key(|(_, at)| **at).map(|(id, _)| *id);
                it.uninvite(oldest.expect("the map is not empty"));
            }
        }
        Event::TopicChanged { by, channel, topic, .. } => with_channel(state, *channel, |it| {
            it.topic = topic.clone().map(|text| Topic { text, by: by.nick.clone(), at });
        }),
        Event::ModesChanged { by, channel, changes, .. } => {
            modes::change(state, *channel, changes, (Some(&by.nick), at));
        }
        Event::ChannelRegistered { channel, founder, .. } => founding::register(state, *channel, founder, at),
        Event::ChannelUnregistered { channel, .. } => founding::unregister(state, *channel),
        Event::ChannelOffered { channel, to, .. } => with_channel(state, *channel, |it| {
            if let Some(registered) = &mut it.registered {
                registered.offered.clone_from(to);
            }
        }),
        Event::ChannelTransferred { channel, founder, .. } => founding::transfer(state, *channel, founder),
        Event::AccessChanged { channel, account, status, .. } => {
            founding::access(state, *channel, account, *status);
        }
        Event::ChannelSet { channel, setting, .. } => with_channel(state, *channel, |it| {
            if let Some(registered) = &mut it.registered {
                registered.settings.set(setting);
            }
        }),
        Event::ChannelPurged { name, reason, skeleton } => {
            let (reason, skeleton) = (reason.clone(), skeleton.clone());
            founding::purge(state, Purged { name: name.clone(), at, reason, skeleton });
        }
        Event::ChannelUnpurged { name } => founding::unpurge(state, name),
        Event::ModesSet { channel, changes, .. } => modes::change(state, *channel, changes, (None, at)),
        Event::ReadMarkerMoved { account, of, position, moved } => {
            let moved = moved.as_deref();
            let (time, told) = moved.map_or((at, None), |moved| (moved.time, moved.told));
            let max = moved.map_or(READ_MARKERS_MAX, |moved| moved.max as usize);
            let to = ReadMarker { position: *position, time, told };
            accounts::with(state, account, |it| read_marker::advance(&mut it.read_markers, of, to, max));
        }
        Event::ChannelRenamed { channel, name, to, skeleton, .. } => {
            renaming::rename(state, (*channel, at), &name.key(), to, skeleton);
        }
        Event::MetadataChanged { to, key, value, .. } => describe(state, to, key, value.as_ref()),
        Event::Silenced { by, mask, on: true } => with_user(state, by.id, |it| {
            it.silenced.insert(mask.clone());
        }),
        Event::Silenced { by, mask, on: false } => with_user(state, by.id, |it| {
            it.silenced.remove(mask);
        }),
        Event::Accepted { by, target, on } => accept(state, by.id, *target, *on),
        Event::Said { .. }
        | Event::Tagged { .. }
        | Event::Redacted { .. }
        | Event::Alerted { .. }
        | Event::Killed { .. }
        | Event::Acted(_)
        | Event::Called { .. }
        | Event::Knocked { .. }
        | Event::OpersTold { .. } => {}
    }
}

impl Channel {
    pub(crate) fn new(
        id: ChannelId,
        name: crate::names::ChannelName,
        skeleton: crate::names::Skeleton,
        created: Millis,
        kept: Kept,
    ) -> Self {
        Self {
            id,
            name,
            skeleton,
            created,
            topic: None,
            flags: crate::policy::INITIAL_FLAGS.iter().copied().collect(),
            key: None,
            limit: None,
            lists: Default::default(),
            members: Default::default(),
            invites: Default::default(),
            invited_past_bans: Default::default(),
            kept,
            statuses_by_account: Default::default(),
            forward: None,
            pace: None,
            join_rate: None,
            joins_until: Millis(0),
            registered: None,
            access: Default::default(),
            metadata: Default::default(),
            renamed: None,
            auditorium_until: None,
        }
    }
}

fn with_user(state: &mut State, id: UserId, change: impl FnOnce(&mut User)) {
    if let Some(user) = state.users.get_mut(&id) {
        change(user);
    }
}

fn with_channel(state: &mut State, id: ChannelId, change: impl FnOnce(&mut Channel)) {
    if let Some(channel) = state.channels.get_mut(&id) {
        change(channel);
    }
}

/// Ids are never used twice, so those of people who have gone can go.
fn accept(state: &mut State, who: UserId, target: UserId, on: bool) {
    let here: Vec<_> =
        state.users.get(&who).into_iter().flat_map(|user| user.accepted.iter()).copied().collect();
    let mut accepted: std::collections::BTreeSet<_> =
        here.into_iter().filter(|id| state.users.contains_key(id)).collect();
    if on {
        accepted.insert(target);
    } else {
        accepted.remove(&target);
    }
    with_user(state, who, |user| user.accepted = accepted.into());
}

fn describe(state: &mut State, to: &Target, key: &MetadataKey, value: Option<&MetadataValue>) {
    match to {
        Target::Channel { id, .. } | Target::Statuses { id, .. } => {
            with_channel(state, *id, |it| metadata::set(&mut it.metadata, key, value));
        }
        Target::User { account: Some(account), .. } => {
            if let Some(account) = state.accounts.get_mut(&account.key()) {
                metadata::set(&mut account.metadata, key, value);
            }
        }
        Target::User { id, account: None, .. } => {
            with_user(state, *id, |it| metadata::set(&mut it.metadata, key, value));
        }
    }
}

fn set_role(state: &mut State, account: &crate::names::AccountName, role: Role) {
    if let Some(account) = state.accounts.get_mut(&account.key()) {
        account.role = role;
    }
}

fn leave(state: &mut State, user: UserId, channel: ChannelId) {
    with_user(state, user, |it| {
        it.channels.remove(&channel);
    });
    with_channel(state, channel, |it| {
        it.members.remove(&user);
    });
}

fn drop_channel(state: &mut State, id: ChannelId) {
    let Some(channel) = state.channels.remove(&id) else { return };
    state.channels_by_key.remove(&channel.name.key());
    state.channels_by_skeleton.remove(&channel.skeleton);
    if let Kept::Until(at) = channel.kept {
        state.deadlines.remove(&(at, id));
    }
    state.census.dropped(&channel);
    modes::forget_deadlines(state, &channel);
    founding::forget(state, &channel);
}
