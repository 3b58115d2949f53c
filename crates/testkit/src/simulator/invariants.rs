//! What is true of every state that people can bring about.

use std::collections::{BTreeMap, BTreeSet};

use colvert_core::local::Local;
use colvert_core::settings::Settings;
use colvert_core::state::{Census, Channel, Kept, State, User};

/// Open invitations of a channel and read markers of an account, at most; `core` has no setting for them.
const INVITES_MAX: usize = 200;

/// Checks all of it.
///
/// # Panics
/// When something is not as it should be.
pub fn check(state: &State, local: &Local, settings: &Settings) {
    membership_is_the_same_from_both_sides(state);
    names_find_who_has_them(state, settings);
    deadlines_are_those_of_kept_channels(state);
    registered_channels_are_somebodys(state, settings);
    nobody_is_a_ghost(state, local, settings);
    lists_are_bounded(state, local, settings);
    assert_eq!(state.census, Census::of(state), "what is counted as it comes and goes");
    let bound = local.sessions().filter(|(_, session)| session.user.is_some()).count();
    assert_eq!(local.bound(), bound, "connections that have a person");
    for (id, session) in local.sessions() {
        let account = session.registration().account.as_ref();
        let is_found = account.is_some_and(|it| local.sessions_without_presence(it).any(|found| found == id));
        assert_eq!(is_found, account.is_some(), "who is logged in and has no presence yet");
    }
    for channel in state.channels.values() {
        let is_kept = channel.kept != Kept::No || channel.stays();
        assert!(!channel.members.is_empty() || is_kept, "{} is empty", channel.name);
    }
}

fn membership_is_the_same_from_both_sides(state: &State) {
    let by_channel: BTreeSet<_> =
        state.channels.values().flat_map(|it| it.members.keys().map(move |user| (*user, it.id))).collect();
    let by_user: BTreeSet<_> = state
        .users
        .values()
        .flat_map(|it| it.channels.keys().map(move |channel| (it.source.id, *channel)))
        .collect();
    assert_eq!(by_channel, by_user, "membership by channel and by user");
    for (id, user) in &state.users {
        assert_eq!(*id, user.source.id);
        assert!(id.0 <= state.last_id);
        assert!(user.channels.values().all(|since| *since <= state.position));
    }
    for (id, channel) in &state.channels {
        assert_eq!(*id, channel.id);
        assert!(id.0 <= state.last_id);
    }
}

fn names_find_who_has_them(state: &State, settings: &Settings) {
    let rules = settings.names;
    let users = || state.everybody();
    assert_eq!(state.users_by_nick, users().map(|it| (it.source.nick.key(), it.source.id)).collect());
    assert_eq!(state.users_by_skeleton, users().map(|it| (it.skeleton.clone(), it.source.id)).collect());
    assert_eq!(state.users_by_nick.len(), state.users.len(), "two people have one nick");
    assert_eq!(state.users_by_skeleton.len(), state.users.len(), "two nicks look the same");
    assert!(users().all(|it| it.skeleton == it.source.nick.skeleton(rules)));

    let channels = || state.channels.values();
    assert_eq!(state.channels_by_key, channels().map(|it| (it.name.key(), it.id)).collect());
    assert_eq!(state.channels_by_skeleton, channels().map(|it| (it.skeleton.clone(), it.id)).collect());
    assert_eq!(state.channels_by_key.len(), state.channels.len(), "two channels have one name");
    assert_eq!(state.channels_by_skeleton.len(), state.channels.len(), "two channels look the same");

    let accounts = state.accounts.iter();
    let by_skeleton: BTreeMap<_, _> =
        accounts.map(|(key, it)| (it.name.skeleton(rules), key.clone())).collect();
    assert_eq!(state.accounts_by_skeleton, by_skeleton);
    assert!(state.accounts.iter().all(|(key, it)| it.name.key() == *key));
    // For a while anybody may bear it.
    let is_lent = settings.accounts.nick_grace_s.is_some();
    for user in users() {
        let owner = state.accounts.get(&user.source.nick.as_account().key());
        let account = user.source.account.as_ref();
        assert!(
            is_lent || owner.is_none_or(|owner| account.is_some_and(|account| account.is(&owner.name))),
            "{} has the nick of somebody's account",
            user.source.nick
        );
    }
}

fn deadlines_are_those_of_kept_channels(state: &State) {
    let kept = state.channels.values().filter_map(|it| match it.kept {
        Kept::Until(at) => Some((at, it.id)),
        Kept::No | Kept::Always => None,
    });
    assert_eq!(state.deadlines, kept.collect());
    let mut timed = BTreeSet::new();
    for channel in state.channels.values() {
        for (list, masks) in &channel.lists {
            let ends = masks.iter().filter_map(|(mask, entry)| entry.until.map(|until| (until, mask)));
            timed.extend(ends.map(|(until, mask)| (until, channel.id, *list, mask.clone())));
        }
    }
    assert_eq!(state.list_deadlines, timed, "entries that end by themselves");
}

/// Whose a channel is, from both sides; who has it, and who has access to it, is somebody.
fn registered_channels_are_somebodys(state: &State, settings: &Settings) {
    let mut founded: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut accessed: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for channel in state.channels.values() {
        assert!(channel.access.is_empty() || channel.registered.is_some(), "{} is nobody's", channel.name);
        assert!(channel.access.len() <= settings.limits.list_entries);
        for account in channel.access.keys() {
            accessed.entry(account.clone()).or_default().insert(channel.id);
        }
        let Some(registered) = &channel.registered else { continue };
        founded.entry(registered.founder.key()).or_default().insert(channel.id);
        assert!(!channel.access.contains_key(&registered.founder.key()));
        let accounts = channel
            .access
            .keys()
            .chain(registered.offered.iter().map(|to| to.key()).collect::<Vec<_>>().iter())
            .cloned()
            .collect::<Vec<_>>();
        assert!(accounts.iter().all(|key| state.accounts.contains_key(key)));
    }
    assert_eq!(state.channels_by_founder, founded, "channels by whose they are");
    assert_eq!(state.channels_by_access, accessed, "channels by who has access");
    assert!(founded.keys().all(|key| state.accounts.contains_key(key)), "a channel's founder is gone");
    assert!(founded.values().all(|channels| channels.len() <= settings.limits.channels_per_founder));
    assert!(state.purged.len() <= settings.limits.purged_channels);
    assert!(state.purged.keys().all(|key| state.channel_by_key(key).is_none()), "a closed channel is open");
}

fn nobody_is_a_ghost(state: &State, local: &Local, settings: &Settings) {
    for (id, user) in &state.users {
        let sessions = local.sessions_of(*id).count();
        let absence = user.source.account.as_ref().and_then(|account| state.absences.of(account));
        let is_absent = absence.is_some_and(|absence| absence.user == *id);
        assert!(is_absent == (sessions == 0), "{} is a ghost", user.source.nick);
        assert!(!is_absent || user.away.is_some(), "{} is here without being here", user.source.nick);
        assert!(!is_absent || !user.is_oper(), "{} runs the server without being here", user.source.nick);
        assert!(sessions <= settings.limits.sessions_per_user, "{} is there too often", user.source.nick);
    }
    assert!(state.absences.len() <= settings.limits.absent_users);
    assert!(state.absences.iter().all(|it| state.user(it.user).is_some()), "nobody is absent");
    for (id, session) in local.sessions() {
        let Some(user) = session.user else {
            assert_eq!(session.current, None, "{id} is in a channel without being anybody");
            continue;
        };
        let user = state.user(user).unwrap_or_else(|| panic!("session {id} has nobody"));
        let current = session.current;
        assert!(current.is_none_or(|it| user.channels.contains_key(&it)), "{id} speaks where it is not");
    }
}

fn lists_are_bounded(state: &State, local: &Local, settings: &Settings) {
    let limits = &settings.limits;
    // An operator's SAJOIN knows no limit, and is not used often.
    let joined_max = 3 * limits.channels_per_user;
    let fits = |user: &User| {
        user.channels.len() <= joined_max
            && user.realname.len() <= limits.realname_bytes
            && user.accepted.len() <= limits.accept_entries
            && user.silenced.len() <= limits.silence_entries
            && user.metadata.len() <= limits.metadata_keys
            && user.away.as_ref().is_none_or(|away| away.len() <= limits.away_bytes)
    };
    let is_small = |channel: &Channel| {
        channel.lists.values().all(|list| list.len() <= limits.list_entries)
            && channel.invites.len() <= INVITES_MAX
            && channel.metadata.len() <= limits.metadata_keys
            && channel.invited_past_bans.iter().all(|id| channel.invites.contains_key(id))
            && channel.statuses_by_account.len() <= state.accounts.len()
            && channel.topic.as_ref().is_none_or(|topic| topic.text.len() <= limits.topic_bytes)
    };
    assert!(state.everybody().all(fits));
    assert!(state.channels.values().all(is_small));
    assert!(state.accounts.values().all(|it| it.read_markers.len() <= limits.read_markers));
    assert!(state.accounts.values().all(|it| it.clients.len() <= limits.clients_per_account));
    assert!(state.accounts.values().all(|it| it.metadata.len() <= limits.metadata_keys));
    assert!(state.accounts.values().all(|it| it.certificates.len() <= limits.certificates_per_account));
    assert!(state.accounts.values().all(|it| it.identities.len() <= limits.identities_per_account));
    assert!(state.accounts.values().all(|it| it.devices.len() <= limits.devices_per_account));
    assert!(state.pending.len() <= limits.accounts_pending);
    assert!(state.server_bans.len() <= limits.server_bans);
    assert!(local.whowas.len() <= limits.whowas_entries);
    for (_, session) in local.sessions() {
        assert!(session.done.monitored.len() <= limits.monitor_entries);
        assert!(session.done.failed_logins < limits.failed_logins, "enough was guessed");
    }
}
