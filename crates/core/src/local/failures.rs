//! Logins that failed within the last hour, by where they came from and by what was tried: guessing is slow work.

use core::net::IpAddr;

use super::counts::Counts;
use crate::ids::Millis;
use crate::names::AccountKey;

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
            self.by_address.note(super::block(address), now, max);
        }
        if let Some(account) = account {
            self.by_account.note(account, now, max);
        }
    }

    pub fn of_address(&self, address: Option<IpAddr>, now: Millis) -> u32 {
        address.map_or(0, |address| self.by_address.of(&super::block(address), now))
    }

    pub fn of_account(&self, account: &AccountKey, now: Millis) -> u32 {
        self.by_account.of(account, now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::counts::WINDOW_MS;
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
