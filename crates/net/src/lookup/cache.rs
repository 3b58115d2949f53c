//! Names that were looked up a while ago, also that there is none.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use compact_str::CompactString;

/// The oldest goes first.
pub(super) struct Cache {
    names: HashMap<IpAddr, (Instant, Option<CompactString>)>,
    order: VecDeque<(Instant, IpAddr)>,
    max: usize,
    age: Duration,
}

impl Cache {
    pub fn new(max: usize, age: Duration) -> Self {
        Self { names: HashMap::new(), order: VecDeque::new(), max, age }
    }

    /// The name of an address. Nothing: it is not known whether there is one.
    pub fn get(&self, address: IpAddr, now: Instant) -> Option<Option<CompactString>> {
        let (since, name) = self.names.get(&address)?;
        (now.saturating_duration_since(*since) < self.age).then(|| name.clone())
    }

    pub fn insert(&mut self, address: IpAddr, name: Option<CompactString>, now: Instant) {
        self.names.insert(address, (now, name));
        self.order.push_back((now, address));
        while self.order.len() > self.max
            && let Some((at, oldest)) = self.order.pop_front()
        {
            // It may have been looked up again since.
            if self.names.get(&oldest).is_some_and(|(since, _)| *since == at) {
                self.names.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u32) -> IpAddr {
        IpAddr::from(n.to_be_bytes())
    }

    #[test]
    fn what_is_known_ages_and_has_an_end() {
        let began = Instant::now();
        let mut cache = Cache::new(100, Duration::from_secs(60));
        let name = || Some(CompactString::from("a.example"));
        cache.insert(address(1), name(), began);
        cache.insert(address(2), None, began);
        assert_eq!(cache.get(address(1), began), Some(name()));
        assert_eq!(cache.get(address(2), began), Some(None), "that there is none is known, too");
        assert_eq!(cache.get(address(3), began), None);
        assert_eq!(cache.get(address(1), began + Duration::from_secs(60)), None);
        for n in 0..10_000 {
            cache.insert(address(n), None, began + Duration::from_secs(1));
        }
        assert!(cache.names.len() <= 100 && cache.order.len() <= 100);
        let mut again = Cache::new(0, Duration::from_secs(60));
        again.insert(address(1), name(), began);
        assert_eq!(again.get(address(1), began), None, "nothing is remembered where nothing may be");
    }
}
