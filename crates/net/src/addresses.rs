//! How many connections each net has, and how many it has made lately. A net is an address, or what one
//! subscriber has: a /64 of IPv6.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use colvert_core::net::Net;

use crate::limits::NetLimits;

/// The counts.
#[derive(Debug)]
pub(crate) struct Addresses {
    nets: Mutex<Nets>,
    began: Instant,
}

impl Default for Addresses {
    fn default() -> Self {
        Self { nets: Mutex::default(), began: Instant::now() }
    }
}

#[derive(Debug, Default)]
struct Nets {
    counts: HashMap<Net, Count>,
    /// How many there are when it is looked again which can be forgotten.
    purge_at: usize,
}

/// What is known of one net.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    connections: usize,
    /// Connections made since the window began, the refused ones included.
    made: u32,
    window_began_s: u64,
}

/// One connection's part of the count; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    net: Net,
    addresses: Arc<Addresses>,
}

impl Addresses {
    /// Counts one more connection of an address, if its net may have one more.
    pub fn enter(self: &Arc<Self>, address: IpAddr, limits: &NetLimits) -> Option<Place> {
        self.enter_at(address, limits, self.began.elapsed().as_secs())
    }

    fn enter_at(self: &Arc<Self>, address: IpAddr, limits: &NetLimits, now_s: u64) -> Option<Place> {
        let bits = if address.is_ipv4() { limits.net_bits_v4 } else { limits.net_bits_v6 };
        let net = Net::of(address, bits);
        let is_exempt = limits.exempt.iter().any(|net| net.contains(address));
        let mut nets = self.lock();
        nets.make_room(limits, now_s);
        let count = nets.counts.entry(net).or_default();
        count.begin_window(limits, now_s);
        count.made = count.made.saturating_add(1);
        let is_too_fast = limits.connects_per_net > 0 && count.made > limits.connects_per_net;
        let max = limits.connections_per_address;
        if !is_exempt && (is_too_fast || (max > 0 && count.connections >= max)) {
            return None;
        }
        count.connections += 1;
        Some(Place { net, addresses: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, Nets> {
        self.nets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Nets {
    /// Forgets nets that have no connection. Those whose window is open go only when there are too many: then
    /// somebody who has more nets than are remembered is not held back by this limit, and by all others.
    fn make_room(&mut self, limits: &NetLimits, now_s: u64) {
        if self.counts.len() < self.purge_at.max(limits.nets_remembered) {
            return;
        }
        self.counts.retain(|_, count| count.connections > 0 || count.is_open(limits, now_s));
        if self.counts.len() >= limits.nets_remembered {
            self.counts.retain(|_, count| count.connections > 0);
        }
        // What is left are connections, which have limits of their own.
        self.purge_at = 2 * self.counts.len();
    }
}

impl Count {
    fn is_open(&self, limits: &NetLimits, now_s: u64) -> bool {
        self.made > 0 && now_s < self.window_began_s + limits.connects_window_s
    }

    fn begin_window(&mut self, limits: &NetLimits, now_s: u64) {
        if !self.is_open(limits, now_s) {
            (self.made, self.window_began_s) = (0, now_s);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(count) = self.addresses.lock().counts.get_mut(&self.net) {
            count.connections = count.connections.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> NetLimits {
        NetLimits { connections_per_address: 2, connects_per_net: 0, ..NetLimits::default() }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn without_a_limit_an_address_has_any_number() {
        let limits = NetLimits { connections_per_address: 0, ..limits() };
        let addresses = Arc::new(Addresses::default());
        let enter = || addresses.enter(address("127.0.0.1"), &limits).expect("there is no limit");
        let _places = [enter(), enter(), enter()];
    }

    #[test]
    fn a_place_is_free_again_when_its_connection_is_gone() {
        let (addresses, limits) = (Arc::new(Addresses::default()), limits());
        let enter = || addresses.enter(address("127.0.0.1"), &limits);
        let (first, _second) = (enter().expect("the first"), enter().expect("the second"));
        assert!(enter().is_none());
        drop(first);
        assert!(enter().is_some());
    }

    #[test]
    fn a_storm_of_one_subscriber_s_net_counts_as_one() {
        let (addresses, limits) = (Arc::new(Addresses::default()), limits());
        let places: Vec<_> = (0..10_000_u128)
            .filter_map(|n| {
                let address = IpAddr::from((0x2001_0db8_u128 << 96 | n).to_be_bytes());
                addresses.enter(address, &limits)
            })
            .collect();
        assert_eq!(places.len(), 2);
        assert!(
            addresses.enter(address("2001:db8:0:1::1"), &limits).is_some(),
            "the neighbour is another one"
        );
    }

    #[test]
    fn who_comes_back_too_often_waits() {
        let addresses = Arc::new(Addresses::default());
        let limits = NetLimits { connects_per_net: 3, connects_window_s: 10, ..limits() };
        let at = |now_s| addresses.enter_at(address("10.0.0.1"), &limits, now_s).is_some();
        let taken = (0..10_000).filter(|n| at(n / 1_000)).count();
        assert_eq!(taken, 3, "ten thousand reconnects in ten seconds");
        assert!(at(10), "and then the window is over");
        assert!(addresses.enter_at(address("10.0.0.2"), &limits, 0).is_some(), "others never wait");
    }

    #[test]
    fn a_subscriber_who_comes_back_from_many_addresses_waits_as_one() {
        let addresses = Arc::new(Addresses::default());
        let limits = NetLimits { connects_per_net: 3, connects_window_s: 10, ..limits() };
        let of_net = |net: u128, host: u128| {
            let address = IpAddr::from((0x2001_0db8_u128 << 96 | net << 64 | host).to_be_bytes());
            addresses.enter_at(address, &limits, 0).is_some()
        };
        assert_eq!((0..1_000).filter(|host| of_net(1, *host)).count(), 3, "a /64 is one subscriber's");
        assert!(of_net(2, 0), "the next one's is not");
    }

    #[test]
    fn who_is_exempt_is_never_refused() {
        let addresses = Arc::new(Addresses::default());
        let exempt = vec![Net::parse("10.0.0.0/8").expect("a net")];
        let limits = NetLimits { connects_per_net: 1, exempt, ..limits() };
        let places: Vec<_> = (0..100).map(|_| addresses.enter(address("10.1.2.3"), &limits)).collect();
        assert!(places.iter().all(Option::is_some));
    }

    #[test]
    fn a_storm_of_many_nets_is_remembered_in_bounded_memory() {
        let addresses = Arc::new(Addresses::default());
        let limits = NetLimits { connects_per_net: 9, nets_remembered: 1_000, ..limits() };
        for n in 0..100_000_u128 {
            let address = IpAddr::from((0x2001_0db8_u128 << 96 | n << 64).to_be_bytes());
            drop(addresses.enter_at(address, &limits, 0));
        }
        assert!(addresses.lock().counts.len() <= 1_000);
    }

    #[test]
    fn how_much_of_an_address_is_one_is_the_configurations_to_say() {
        let addresses = Arc::new(Addresses::default());
        let limits = NetLimits { connections_per_address: 1, net_bits_v4: 24, net_bits_v6: 48, ..limits() };
        let table = [
            ("192.0.2.1", "192.0.2.200", "192.0.3.1"),
            ("2001:db8:1::1", "2001:db8:1:ff::1", "2001:db8:2::1"),
        ];
        for (first, same, other) in table {
            let _stays = addresses.enter(address(first), &limits).expect("the first");
            assert!(addresses.enter(address(same), &limits).is_none(), "{same}");
            assert!(addresses.enter(address(other), &limits).is_some(), "{other}");
        }
    }
}
