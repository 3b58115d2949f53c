//! How many connections each address has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The counts. Only addresses that have a connection are in it, so connections bound it.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    counts: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection's part of the count; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    address: IpAddr,
    addresses: Arc<Addresses>,
}

impl Addresses {
    /// Counts one more connection of an address, if it has fewer than `max`.
    pub fn enter(self: &Arc<Self>, address: IpAddr, max: usize) -> Option<Place> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(Place { address, addresses: self.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.addresses.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_connection_is_gone() {
        let addresses = Arc::new(Addresses::default());
        let address = IpAddr::from([127, 0, 0, 1]);
        let first = addresses.enter(address, 1).expect("the first");
        assert!(addresses.enter(address, 1).is_none());
        drop(first);
        assert!(addresses.enter(address, 1).is_some());
    }
}
