//! Who is shown what, by the gateway's rule book and nothing else: no cache, no class, no shortcut.
//!
//! It learns from deliveries alone, as gateways do, so what it knows can be compared with the state.

use std::collections::{BTreeMap, BTreeSet};

use colvert_core::audience::{Audience, Movement, audience, movements};
use colvert_core::event::Event;
use colvert_core::ids::{ChannelId, SessionId, UserId};
use colvert_core::modes::Status;

/// Who is where, as far as one gateway was told.
#[derive(Default)]
pub struct Index {
    users_by_session: BTreeMap<SessionId, UserId>,
    members: BTreeMap<ChannelId, BTreeMap<UserId, Status>>,
    auditoriums: BTreeSet<ChannelId>,
}

impl Index {
    /// From here on the session is the user's.
    pub fn bind(&mut self, session: SessionId, user: UserId) {
        self.users_by_session.insert(session, user);
    }

    /// Learns who is where when the process starts.
    pub fn seed(&mut self, movements: &[Movement]) {
        movements.iter().for_each(|movement| self.apply(*movement));
    }

    /// The session is gone.
    pub fn close(&mut self, session: SessionId) {
        self.users_by_session.remove(&session);
    }

    pub fn user_of(&self, session: SessionId) -> Option<UserId> {
        self.users_by_session.get(&session).copied()
    }

    /// Learns what an event means for who is where, and says which sessions are shown it, each once. A
    /// joining counts before, all else after.
    pub fn deliver(&mut self, event: &Event) -> BTreeSet<SessionId> {
        let is_join = |movement: &Movement| matches!(movement, Movement::Join { .. });
        let (joins, others): (Vec<_>, Vec<_>) = movements(event).into_iter().partition(is_join);
        joins.into_iter().for_each(|movement| self.apply(movement));
        let shown = self.expand(&audience(event));
        others.into_iter().for_each(|movement| self.apply(movement));
        shown
    }

    /// Members of each channel that has any.
    pub fn members(&self) -> &BTreeMap<ChannelId, BTreeMap<UserId, Status>> {
        &self.members
    }

    fn apply(&mut self, movement: Movement) {
        match movement {
            Movement::Join { user, channel, status } => {
                self.members.entry(channel).or_default().insert(user, status);
            }
            Movement::Leave { user, channel } => {
                self.members.entry(channel).or_default().remove(&user);
            }
            Movement::LeaveAll { user } => {
                for members in self.members.values_mut() {
                    members.remove(&user);
                }
            }
            Movement::Auditorium { channel, on: true } => {
                self.auditoriums.insert(channel);
            }
            Movement::Auditorium { channel, on: false } => {
                self.auditoriums.remove(&channel);
            }
            Movement::Status { user, channel, on, status } => {
                if let Some(has) = self.members.get_mut(&channel).and_then(|it| it.get_mut(&user)) {
                    *has = if on { has.with(status) } else { has.without(status) };
                }
            }
        }
        self.members.retain(|_, members| !members.is_empty());
    }

    fn expand(&self, audience: &Audience) -> BTreeSet<SessionId> {
        let users: BTreeSet<UserId> = match audience {
            Audience::Nobody => BTreeSet::new(),
            Audience::Channel(channel) => self.members_of(*channel).map(|(user, _)| user).collect(),
            Audience::Seeing(channel, user) => self.seeing(*channel, *user).chain([*user]).collect(),
            Audience::ChannelAtLeast(channel, least) => {
                let has_it = self.members_of(*channel).filter(|(_, status)| status.at_least(*least));
                has_it.map(|(user, _)| user).collect()
            }
            Audience::ChannelAtLeastAnd(channel, least, user) => {
                let has_it = self.members_of(*channel).filter(|(_, status)| status.at_least(*least));
                has_it.map(|(user, _)| user).chain([*user]).collect()
            }
            Audience::PeersAndSelf(user) => self.peers(*user).chain([*user]).collect(),
            Audience::Peers(user) => self.peers(*user).filter(|peer| peer != user).collect(),
            Audience::User(user) => [*user].into(),
            Audience::Pair(one, other) => [*one, *other].into(),
            Audience::Users(users) => users.iter().copied().collect(),
            Audience::SeeingAnd(channel, user, other) => {
                self.seeing(*channel, *user).chain([*user, *other]).collect()
            }
            Audience::Everybody => self.users_by_session.values().copied().collect(),
        };
        let sessions = self.users_by_session.iter().filter(|(_, user)| users.contains(user));
        sessions.map(|(session, _)| *session).collect()
    }

    fn members_of(&self, channel: ChannelId) -> impl Iterator<Item = (UserId, Status)> {
        self.members.get(&channel).into_iter().flatten().map(|(user, status)| (*user, *status))
    }

    /// Members of a channel who may see one of them.
    fn seeing(&self, channel: ChannelId, user: UserId) -> impl Iterator<Item = UserId> {
        let has_status = self.members_of(channel).any(|(id, status)| id == user && status != Status::NONE);
        let hides = !has_status && self.auditoriums.contains(&channel);
        let members = self.members_of(channel).filter(move |(_, status)| !hides || *status != Status::NONE);
        members.map(|(id, _)| id)
    }

    fn peers(&self, user: UserId) -> impl Iterator<Item = UserId> {
        let shared = self.members.iter().filter(move |(_, members)| members.contains_key(&user));
        shared.flat_map(move |(channel, _)| self.seeing(*channel, user))
    }
}
