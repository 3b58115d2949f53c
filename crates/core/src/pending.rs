//! Accounts that are asked for and do not exist yet: who asked has to show that letters to their address reach them.
//! Nobody is logged in to one, and each is gone after its time.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{CborLen, Decode, Encode};

use crate::accounts::ResetCode;
use crate::ids::Millis;
use crate::mail::Address;
use crate::names::{AccountKey, AccountName, Skeleton};
use crate::scram::Verifier;

/// What the account will have.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Pending {
    #[n(0)]
    pub name: AccountName,
    #[n(1)]
    pub skeleton: Skeleton,
    /// The PHC string of an argon2id hash.
    #[n(2)]
    pub hash: String,
    #[n(3)]
    pub scram: Option<Verifier>,
    #[n(4)]
    pub address: Address,
    /// What makes it an account.
    #[n(5)]
    pub code: ResetCode,
}

/// All of them, by the names that they will have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct PendingAccounts {
    #[cbor(n(0), default)]
    by_key: BTreeMap<AccountKey, Box<Pending>>,
    #[cbor(n(1), default)]
    ends: BTreeSet<(Millis, AccountKey)>,
}

impl PendingAccounts {
    pub fn get(&self, key: &AccountKey) -> Option<&Pending> {
        self.by_key.get(key).map(Box::as_ref)
    }

    /// Whether one is called so, or looks like it.
    pub fn looks_like(&self, skeleton: &Skeleton) -> bool {
        self.by_key.values().any(|pending| pending.skeleton == *skeleton)
    }

    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    pub fn insert(&mut self, pending: Pending) {
        let key = pending.name.key();
        self.remove(&key);
        self.ends.insert((pending.code.expires, key.clone()));
        self.by_key.insert(key, Box::new(pending));
    }

    pub fn remove(&mut self, key: &AccountKey) {
        if let Some(pending) = self.by_key.remove(key) {
            self.ends.remove(&(pending.code.expires, key.clone()));
        }
    }

    /// Which is gone next, and when.
    pub fn next_end(&self) -> Option<(Millis, &Pending)> {
        let (at, key) = self.ends.first()?;
        self.get(key).map(|pending| (*at, pending))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::NameRules;

    #[test]
    fn the_first_to_end_is_next_and_none_ends_twice() {
        let pending = |name: &str, expires| {
            let name = AccountName::new(name, NameRules::Precis).expect("a name");
            let address = Address::parse("a@b.example").expect("an address");
            let code = ResetCode { digest: vec![1; 32], expires: Millis(expires) };
            Pending {
                skeleton: name.skeleton(NameRules::Precis),
                name,
                hash: String::new(),
                scram: None,
                address,
                code,
            }
        };
        let mut all = PendingAccounts::default();
        all.insert(pending("ada", 9));
        all.insert(pending("bea", 5));
        all.insert(pending("ada", 7));
        let next = |all: &PendingAccounts| all.next_end().map(|(at, it)| (at.0, it.name.as_str().to_owned()));
        assert_eq!((all.len(), next(&all)), (2, Some((5, "bea".to_owned()))));
        let bea = pending("bea", 5);
        assert!(all.looks_like(&bea.skeleton));
        all.remove(&bea.name.key());
        assert_eq!(next(&all), Some((7, "ada".to_owned())));
    }
}
