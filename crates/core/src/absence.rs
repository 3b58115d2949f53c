//! People who are here without a connection: always-on accounts, between two sessions.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{CborLen, Decode, Encode};

use crate::ids::{Millis, UserId};
use crate::names::{AccountKey, AccountName};

/// Somebody whose sessions have all ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Absence {
    #[n(0)]
    pub user: UserId,
    #[n(1)]
    pub since: Millis,
    /// When their presence ends, if nobody comes.
    #[n(2)]
    pub until: Option<Millis>,
}

/// All of them: at most one of each account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Absences {
    #[cbor(n(0), default)]
    by_account: BTreeMap<AccountKey, Absence>,
    #[cbor(n(1), default)]
    ends: BTreeSet<(Millis, AccountKey)>,
}

impl Absences {
    pub fn of(&self, account: &AccountName) -> Option<&Absence> {
        self.by_account.get(&account.key())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Absence> {
        self.by_account.values()
    }

    pub fn len(&self) -> usize {
        self.by_account.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_account.is_empty()
    }

    pub fn insert(&mut self, account: &AccountName, absence: Absence) {
        self.remove(account);
        self.ends.extend(absence.until.map(|until| (until, account.key())));
        self.by_account.insert(account.key(), absence);
    }

    pub fn remove(&mut self, account: &AccountName) {
        if let Some(Absence { until: Some(until), .. }) = self.by_account.remove(&account.key()) {
            self.ends.remove(&(until, account.key()));
        }
    }

    /// An account has another name.
    pub fn rename(&mut self, from: &AccountName, to: &AccountName) {
        if let Some(absence) = self.of(from).cloned() {
            self.remove(from);
            self.insert(to, absence);
        }
    }

    /// Whose presence ends next, and when.
    pub fn next_end(&self) -> Option<(Millis, UserId)> {
        let (at, account) = self.ends.first()?;
        self.by_account.get(account).map(|absence| (*at, absence.user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::NameRules;

    #[test]
    fn an_absence_ends_once_however_often_it_began() {
        let account = AccountName::new("Ada", NameRules::Precis).expect("a name");
        let absence = |user, until: Option<u64>| Absence {
            user: UserId(user),
            since: Millis(0),
            until: until.map(Millis),
        };
        let mut absences = Absences::default();
        absences.insert(&account, absence(1, Some(5)));
        absences.insert(&account, absence(2, Some(9)));
        assert_eq!(absences.next_end(), Some((Millis(9), UserId(2))));
        absences.insert(&account, absence(2, None));
        assert_eq!(absences.next_end(), None);
        absences.remove(&account);
        assert_eq!(absences, Absences::default());
    }
}
