//! Who is where, as far as a gateway needs to know to expand an audience. Only what the engine sends changes it, in
//! the order in which it is sent.

use std::collections::hash_map::Entry;

use colvert_core::audience::{Audience, Movement};
use colvert_core::few::Few;
use colvert_core::ids::{ChannelId, UserId};
use colvert_core::modes::Status;
use rustc_hash::{FxHashMap, FxHashSet};

/// A connection's place in the slab.
pub(crate) type Slot = usize;

/// The index. Memberships are known of everybody, also of people of other gateways: whoever shares a channel with
/// them may be here. Of channels only local members are listed.
#[derive(Default)]
pub(crate) struct Index {
    slots_by_user: FxHashMap<UserId, Few<Slot>>,
    channels_by_user: FxHashMap<UserId, Vec<(ChannelId, Status)>>,
    members_by_channel: FxHashMap<ChannelId, Members>,
    /// Channels whose members without a status are shown only to those who have one.
    auditoriums: FxHashSet<ChannelId>,
    /// When a slot was last put into the audience being expanded, so that each is in it once.
    stamps: Vec<u32>,
    stamp: u32,
}

/// Local sessions in a channel.
#[derive(Default)]
struct Members {
    slots: Vec<(Slot, Status)>,
    places: FxHashMap<Slot, usize>,
}

impl Members {
    fn insert(&mut self, slot: Slot, status: Status) {
        match self.places.get(&slot) {
            Some(&place) => self.slots[place].1 = status,
            None => {
                self.places.insert(slot, self.slots.len());
                self.slots.push((slot, status));
            }
        }
    }

    fn remove(&mut self, slot: Slot) {
        let Some(place) = self.places.remove(&slot) else { return };
        self.slots.swap_remove(place);
        if let Some((moved, _)) = self.slots.get(place) {
            self.places.insert(*moved, place);
        }
    }

    fn change(&mut self, slot: Slot, change: impl FnOnce(Status) -> Status) {
        if let Some(&place) = self.places.get(&slot) {
            self.slots[place].1 = change(self.slots[place].1);
        }
    }
}

impl Index {
    /// The session in `slot` is the user's from now on. A user binds before joining anything.
    pub fn bind(&mut self, slot: Slot, user: UserId) {
        match self.slots_by_user.entry(user) {
            Entry::Vacant(entry) => drop(entry.insert(Few::One(slot))),
            Entry::Occupied(mut theirs) => {
                let last = theirs.get().as_slice().len();
                theirs.get_mut().insert(last, slot);
            }
        }
        for &(channel, status) in self.channels_by_user.get(&user).into_iter().flatten() {
            self.members_by_channel.entry(channel).or_default().insert(slot, status);
        }
    }

    /// The session in `slot` is gone.
    pub fn unbind(&mut self, slot: Slot, user: UserId) {
        if self.slots_by_user.get_mut(&user).is_some_and(|slots| !slots.remove(&slot)) {
            self.slots_by_user.remove(&user);
        }
        for (channel, _) in self.channels_by_user.get(&user).into_iter().flatten() {
            remove_member(&mut self.members_by_channel, *channel, slot);
        }
    }

    pub fn slots_of(&self, user: UserId) -> &[Slot] {
        self.slots_by_user.get(&user).map_or(&[], Few::as_slice)
    }

    /// Applies a movement.
    pub fn move_user(&mut self, movement: Movement) {
        match movement {
            Movement::Join { user, channel, status } => {
                self.channels_by_user.entry(user).or_default().push((channel, status));
                for slot in self.slots_by_user.get(&user).into_iter().flat_map(Few::as_slice) {
                    self.members_by_channel.entry(channel).or_default().insert(*slot, status);
                }
            }
            Movement::Leave { user, channel } => {
                if let Some(channels) = self.channels_by_user.get_mut(&user) {
                    channels.retain(|(other, _)| *other != channel);
                    if channels.is_empty() {
                        self.channels_by_user.remove(&user);
                    }
                }
                self.leave(user, channel);
            }
            Movement::LeaveAll { user } => {
                for (channel, _) in self.channels_by_user.remove(&user).unwrap_or_default() {
                    self.leave(user, channel);
                }
            }
            Movement::Auditorium { channel, on: true } => {
                self.auditoriums.insert(channel);
            }
            Movement::Auditorium { channel, on: false } => {
                self.auditoriums.remove(&channel);
            }
            Movement::Status { user, channel, on, status } => {
                let changed = |has: Status| if on { has.with(status) } else { has.without(status) };
                let channels = self.channels_by_user.get_mut(&user).into_iter().flatten();
                for (_, has) in channels.filter(|(other, _)| *other == channel) {
                    *has = changed(*has);
                }
                let Some(members) = self.members_by_channel.get_mut(&channel) else { return };
                for slot in self.slots_by_user.get(&user).into_iter().flat_map(Few::as_slice) {
                    members.change(*slot, changed);
                }
            }
        }
    }

    fn leave(&mut self, user: UserId, channel: ChannelId) {
        for slot in self.slots_by_user.get(&user).into_iter().flat_map(Few::as_slice) {
            remove_member(&mut self.members_by_channel, channel, *slot);
        }
    }

    /// Puts the slots of an audience into `into`, each once. `all` is every bound slot.
    pub fn expand(&mut self, audience: &Audience, all: impl Iterator<Item = Slot>, into: &mut Vec<Slot>) {
        into.clear();
        match audience {
            Audience::Nobody => {}
            Audience::Channel(channel) => into.extend(self.members(*channel).map(|(slot, _)| slot)),
            Audience::Seeing(channel, user) => {
                let status = self.status(*user, *channel);
                into.extend(self.seeing(*channel, status));
                into.extend(self.slots_of(*user));
                self.once(into);
            }
            Audience::ChannelAtLeast(channel, least) => {
                let members = self.members(*channel).filter(|(_, status)| status.at_least(*least));
                into.extend(members.map(|(slot, _)| slot));
            }
            Audience::ChannelAtLeastAnd(channel, least, user) => {
                let members = self.members(*channel).filter(|(_, status)| status.at_least(*least));
                into.extend(members.map(|(slot, _)| slot));
                into.extend(self.slots_of(*user));
                self.once(into);
            }
            Audience::SeeingAnd(channel, user, other) => {
                let status = self.status(*user, *channel);
                into.extend(self.seeing(*channel, status));
                into.extend(self.slots_of(*user));
                into.extend(self.slots_of(*other));
                self.once(into);
            }
            Audience::User(user) => into.extend(self.slots_of(*user)),
            Audience::Pair(one, other) => {
                into.extend(self.slots_of(*one));
                into.extend(self.slots_of(*other));
            }
            Audience::Users(users) => {
                into.extend(users.iter().flat_map(|user| self.slots_of(*user)));
                self.once(into);
            }
            Audience::Peers(user) | Audience::PeersAndSelf(user) => {
                for (channel, status) in self.channels_by_user.get(user).into_iter().flatten() {
                    into.extend(self.seeing(*channel, *status));
                }
                into.extend(self.slots_of(*user));
                self.once(into);
                if matches!(audience, Audience::Peers(_)) {
                    let own = self.slots_of(*user);
                    into.retain(|slot| !own.contains(slot));
                }
            }
            Audience::Everybody => into.extend(all),
        }
    }

    /// Members who may see one of this status.
    fn seeing(&self, channel: ChannelId, status: Status) -> impl Iterator<Item = Slot> {
        let hides = status == Status::NONE && self.auditoriums.contains(&channel);
        let members = self.members(channel).filter(move |(_, status)| !hides || *status != Status::NONE);
        members.map(|(slot, _)| slot)
    }

    fn status(&self, user: UserId, channel: ChannelId) -> Status {
        let mut channels = self.channels_by_user.get(&user).into_iter().flatten();
        channels.find(|(other, _)| *other == channel).map_or(Status::NONE, |(_, status)| *status)
    }

    fn members(&self, channel: ChannelId) -> impl Iterator<Item = (Slot, Status)> {
        self.members_by_channel.get(&channel).into_iter().flat_map(|members| members.slots.iter().copied())
    }

    /// Keeps the first of each slot.
    fn once(&mut self, slots: &mut Vec<Slot>) {
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.stamps.fill(0);
            self.stamp = 1;
        }
        slots.retain(|&slot| {
            if slot >= self.stamps.len() {
                self.stamps.resize(slot + 1, 0);
            }
            std::mem::replace(&mut self.stamps[slot], self.stamp) != self.stamp
        });
    }
}

fn remove_member(channels: &mut FxHashMap<ChannelId, Members>, channel: ChannelId, slot: Slot) {
    if let Some(members) = channels.get_mut(&channel) {
        members.remove(slot);
        if members.slots.is_empty() {
            channels.remove(&channel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GINETTE: UserId = UserId(1);
    const ROGER: UserId = UserId(2);
    const FAR: UserId = UserId(3);
    const GENERAL: ChannelId = ChannelId(10);
    const DUCKS: ChannelId = ChannelId(11);

    fn expand(index: &mut Index, audience: &Audience) -> Vec<Slot> {
        let mut slots = Vec::new();
        index.expand(audience, 0..2, &mut slots);
        slots.sort_unstable();
        slots
    }

    fn two_friends() -> Index {
        let mut index = Index::default();
        index.bind(0, GINETTE);
        index.bind(1, ROGER);
        for channel in [GENERAL, DUCKS] {
            for (user, status) in [(GINETTE, Status::OP), (ROGER, Status::NONE), (FAR, Status::NONE)] {
                index.move_user(Movement::Join { user, channel, status });
            }
        }
        index
    }

    #[test]
    fn peers_are_each_there_once_also_those_of_somebody_far_away() {
        let mut index = two_friends();
        assert_eq!(expand(&mut index, &Audience::Peers(GINETTE)), [1]);
        assert_eq!(expand(&mut index, &Audience::PeersAndSelf(GINETTE)), [0, 1]);
        assert_eq!(expand(&mut index, &Audience::Peers(FAR)), [0, 1]);
        index.move_user(Movement::LeaveAll { user: FAR });
        assert_eq!(expand(&mut index, &Audience::Peers(FAR)), []);
    }

    #[test]
    fn statuses_choose() {
        let mut index = two_friends();
        assert_eq!(expand(&mut index, &Audience::ChannelAtLeast(GENERAL, Status::OP)), [0]);
        index.move_user(Movement::Status { user: ROGER, channel: GENERAL, on: true, status: Status::OP });
        assert_eq!(expand(&mut index, &Audience::ChannelAtLeast(GENERAL, Status::OP)), [0, 1]);
    }

    #[test]
    fn a_second_session_has_the_status_of_the_first() {
        let mut index = two_friends();
        index.bind(2, GINETTE);
        assert_eq!(expand(&mut index, &Audience::ChannelAtLeast(GENERAL, Status::OP)), [0, 2]);
    }

    #[test]
    fn an_auditorium_hides_who_has_no_status_from_who_has_none() {
        let mut index = two_friends();
        index.bind(2, FAR);
        assert_eq!(expand(&mut index, &Audience::Seeing(GENERAL, ROGER)), [0, 1, 2]);
        for channel in [GENERAL, DUCKS] {
            index.move_user(Movement::Auditorium { channel, on: true });
        }
        assert_eq!(expand(&mut index, &Audience::Seeing(GENERAL, ROGER)), [0, 1]);
        assert_eq!(expand(&mut index, &Audience::Peers(ROGER)), [0]);
        assert_eq!(expand(&mut index, &Audience::Peers(GINETTE)), [1, 2]);
        index.move_user(Movement::Status { user: ROGER, channel: DUCKS, on: true, status: Status::VOICE });
        assert_eq!(expand(&mut index, &Audience::Peers(ROGER)), [0, 2]);
        index.move_user(Movement::Auditorium { channel: GENERAL, on: false });
        assert_eq!(expand(&mut index, &Audience::Seeing(GENERAL, ROGER)), [0, 1, 2]);
    }

    #[test]
    fn nothing_is_left_of_people_who_have_gone() {
        let mut index = two_friends();
        index.move_user(Movement::Leave { user: ROGER, channel: DUCKS });
        assert_eq!(expand(&mut index, &Audience::Channel(DUCKS)), [0]);
        for (slot, user) in [(0, GINETTE), (1, ROGER)] {
            index.move_user(Movement::LeaveAll { user });
            index.unbind(slot, user);
        }
        index.move_user(Movement::LeaveAll { user: FAR });
        assert!(index.members_by_channel.is_empty());
        assert!(index.channels_by_user.is_empty());
        assert!(index.slots_by_user.is_empty());
    }
}
