//! Logins that failed within the last hour, by where they came from and by what was tried: guessing is slow work.

use core::net::IpAddr;
use std::collections::BTreeMap;

use crate::ids::Millis;
use crate::names::AccountKey;

/// How long a count lasts, in milliseconds.
const WINDOW_MS: u64 = 3_600_000;

/// Since when, and how many.
type Counts<K> = BTreeMap<K, (Millis, u32)>;

/// The counts.
#[derive(Debug, Default)]
pub struct Failures {
    by_address: Counts<IpAddr>,
    by_account: Counts<AccountKey>,
}

impl Failures {
    /// A login failed. At most `max` addresses and `max` accounts are remembered; the oldest give way.
    pub fn note(&mut self, address: Option<IpAddr>, account: Option<AccountKey>, now: Millis, max: usize) {
        if let Some(address) = address {
            count(&mut self.by_address, super::block(address), now, max);
        }
        if let Some(account) = account {
            count(&mut self.by_account, account, now, max);
        }
    }

    pub fn of_address(&self, address: Option<IpAddr>, now: Millis) -> u32 {
        address.map_or(0, |address| counted(&self.by_address, &super::block(address), now))
    }

    pub fn of_account(&self, account: &AccountKey, now: Millis) -> u32 {
        counted(&self.by_account, account, now)
    }
}

fn is_over(since: Millis, now: Millis) -> bool {
    now.0 >= since.0 + WINDOW_MS
}

fn counted<K: Ord>(counts: &Counts<K>, key: &K, now: Millis) -> u32 {
    counts.get(key).filter(|(since, _)| !is_over(*since, now)).map_or(0, |(_, count)| *count)
}

fn count<K: Ord + Clone>(counts: &mut Counts<K>, key: K, now: Millis, max: usize) {
    counts.retain(|_, (since, _)| !is_over(*since, now));
    if !counts.contains_key(&key) && counts.len() >= max {
        let oldest = counts.iter().min_by_key(|(_, (since, _))| *since).map(|(key, _)| key.clone());
        counts.remove(&oldest.unwrap_or_else(|| key.clone()));
    }
    let (_, count) = counts.entry(key).or_insert((now, 0));
    *count = count.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{AccountName, NameRules};

    fn key(name: &str) -> AccountKey {
        AccountName::new(name, NameRules::Precis).expect("an account name").key()
    }

    #[test]
    fn failures_are_counted_for_an_hour_and_by_subscriber() {
        let mut failures = Failures::default();
        let address = |raw: &str| Some(raw.parse().expect("an address"));
        failures.note(address("2001:db8::1"), Some(key("ada")), Millis(0), 10);
        failures.note(address("2001:db8::2"), None, Millis(5), 10);
        let of = |raw, now| failures.of_address(address(raw), Millis(now));
        assert_eq!([of("2001:db8::3", 9), of("2001:db8:0:1::3", 9), of("192.0.2.1", 9)], [2, 0, 0]);
        assert_eq!(of("2001:db8::3", WINDOW_MS), 0);
        assert_eq!(failures.of_account(&key("ada"), Millis(9)), 1);
    }

    #[test]
    fn so_many_are_remembered_and_the_oldest_give_way() {
        let mut failures = Failures::default();
        for (now, name) in [(0, "ada"), (1, "bea"), (2, "cid"), (3, "cid")] {
            failures.note(None, Some(key(name)), Millis(now), 2);
        }
        let of = |name| failures.of_account(&key(name), Millis(9));
        assert_eq!([of("ada"), of("bea"), of("cid")], [0, 1, 2]);
    }
}
