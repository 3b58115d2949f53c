//! Letters that people caused within the last hour: strangers have the server write to whom they like.

use core::net::IpAddr;

use super::counts::Counts;
use crate::ids::Millis;
use crate::mail::Address;
use crate::names::AccountKey;

/// The counts. A letter that was not sent because there is nobody to send it to counts as one that was, but for a mailbox.
#[derive(Debug, Default)]
pub struct Letters {
    by_net: Counts<IpAddr>,
    by_account: Counts<AccountKey>,
    by_mailbox: Counts<String>,
    all: Counts<()>,
}

impl Letters {
    /// A letter was caused from an address, about an account, to a mailbox. So many are remembered of each; with a limit for all
    /// letters that is no more than that.
    pub fn note(
        &mut self,
        from: Option<IpAddr>,
        about: (AccountKey, Option<&Address>),
        now: Millis,
        max: usize,
    ) {
        let (account, to) = about;
        if let Some(address) = from {
            self.by_net.note(super::block(address), now, max);
        }
        if let Some(address) = to {
            self.by_mailbox.note(address.mailbox(), now, max);
        }
        self.by_account.note(account, now, max);
        self.all.note((), now, max);
    }

    pub fn of_net(&self, address: Option<IpAddr>, now: Millis) -> u32 {
        address.map_or(0, |address| self.by_net.of(&super::block(address), now))
    }

    pub fn of_account(&self, account: &AccountKey, now: Millis) -> u32 {
        self.by_account.of(account, now)
    }

    pub fn of_mailbox(&self, address: &Address, now: Millis) -> u32 {
        self.by_mailbox.of(&address.mailbox(), now)
    }

    pub fn of_all(&self, now: Millis) -> u32 {
        self.all.of(&(), now)
    }
}
