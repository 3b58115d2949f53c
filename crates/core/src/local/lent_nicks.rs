//! Who bears a nick of an account's without being logged in to it, and until when.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{Millis, UserId};

/// One time for each, the first: who takes one such nick after the other gains nothing. Times of people who have gone
/// end by themselves.
#[derive(Debug, Default)]
pub struct LentNicks {
    by_user: BTreeMap<UserId, Millis>,
    by_end: BTreeSet<(Millis, UserId)>,
}

impl LentNicks {
    pub fn lend(&mut self, user: UserId, until: Millis) {
        if let std::collections::btree_map::Entry::Vacant(free) = self.by_user.entry(user) {
            free.insert(until);
            self.by_end.insert((until, user));
        }
    }

    /// When somebody's time is over.
    pub fn end_of(&self, user: UserId) -> Option<Millis> {
        self.by_user.get(&user).copied()
    }

    /// When the first time is over.
    pub fn next_end(&self) -> Option<Millis> {
        self.by_end.first().map(|(at, _)| *at)
    }

    /// Somebody whose time is over, each once.
    pub fn take_due(&mut self, now: Millis) -> Option<UserId> {
        let (_, user) = self.by_end.first().copied().filter(|(at, _)| *at <= now)?;
        self.by_end.pop_first();
        self.by_user.remove(&user);
        Some(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_time_counts() {
        let mut lent = LentNicks::default();
        lent.lend(UserId(1), Millis(10));
        lent.lend(UserId(1), Millis(20));
        lent.lend(UserId(2), Millis(15));
        assert_eq!(lent.next_end(), Some(Millis(10)));
        assert_eq!([lent.take_due(Millis(9)), lent.take_due(Millis(10))], [None, Some(UserId(1))]);
        assert_eq!([lent.take_due(Millis(30)), lent.take_due(Millis(30))], [Some(UserId(2)), None]);
    }
}
