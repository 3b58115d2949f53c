//! How many there are of a kind, counted as they come and go: who connects is told, and must not wait for everybody to be
//! looked at.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::few::Few;
use crate::ids::UserId;
use crate::modes::{Flag, UserFlag};
use crate::names::{AccountKey, AccountName};
use crate::state::{Channel, State, User};

/// The counts. They follow from the rest of the state, and are not stored with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    pub invisible: usize,
    pub opers: usize,
    pub secret_channels: usize,
    /// Who is logged in to an account: the people, of whom most have one. In the order of their ids.
    people_by_account: BTreeMap<AccountKey, Few<UserId>>,
}

impl Census {
    /// Counts everything.
    pub fn of(state: &State) -> Self {
        let mut census = Self::default();
        state.everybody().for_each(|user| census.came(user));
        let secret = state.channels.values().filter(|channel| channel.has(Flag::Secret));
        census.secret_channels = secret.count();
        census
    }

    pub(crate) fn came(&mut self, user: &User) {
        self.account(user.source.id, user.source.account.as_ref(), true);
        user.flags.iter().for_each(|flag| self.user(*flag, true));
    }

    pub(crate) fn went(&mut self, user: &User) {
        self.account(user.source.id, user.source.account.as_ref(), false);
        user.flags.iter().for_each(|flag| self.user(*flag, false));
    }

    /// The people who are logged in to an account.
    pub fn people_of(&self, account: &AccountName) -> &[UserId] {
        self.people_of_folded(account.folded())
    }

    /// The same by its folded name.
    pub fn people_of_folded(&self, account: &str) -> &[UserId] {
        self.people_by_account.get(account).map_or(&[], Few::as_slice)
    }

    /// Somebody is logged in to an account who was not, or the other way round.
    pub(crate) fn account(&mut self, user: UserId, account: Option<&AccountName>, on: bool) {
        let Some(account) = account else { return };
        match (self.people_by_account.entry(account.key()), on) {
            (Entry::Vacant(entry), true) => drop(entry.insert(Few::One(user))),
            (Entry::Vacant(_), false) => {}
            (Entry::Occupied(mut people), true) => {
                if let Err(place) = people.get().as_slice().binary_search(&user) {
                    people.get_mut().insert(place, user);
                }
            }
            (Entry::Occupied(mut people), false) => {
                if !people.get_mut().remove(&user) {
                    people.remove();
                }
            }
        }
    }

    /// Somebody has a mode who had it not, or the other way round.
    pub(crate) fn user(&mut self, flag: UserFlag, on: bool) {
        match flag {
            UserFlag::Invisible => count(&mut self.invisible, on),
            UserFlag::Oper => count(&mut self.opers, on),
            _ => {}
        }
    }

    /// A channel has a mode that it had not, or the other way round.
    pub(crate) fn channel(&mut self, flag: Flag, on: bool) {
        if flag == Flag::Secret {
            count(&mut self.secret_channels, on);
        }
    }

    pub(crate) fn dropped(&mut self, channel: &Channel) {
        channel.flags.iter().for_each(|flag| self.channel(*flag, false));
    }
}

fn count(number: &mut usize, up: bool) {
    *number = if up { *number + 1 } else { number.saturating_sub(1) };
}
