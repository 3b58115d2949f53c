//! How often something happened within the last hour, by what it is counted by.

use std::collections::BTreeMap;

use crate::ids::Millis;

/// How long a count lasts, in milliseconds.
pub(super) const WINDOW_MS: u64 = 3_600_000;

/// The counts: since when, and how many.
#[derive(Debug)]
pub struct Counts<K>(BTreeMap<K, (Millis, u32)>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord + Clone> Counts<K> {
    /// How often it happened.
    pub fn of(&self, key: &K, now: Millis) -> u32 {
        self.0.get(key).filter(|(since, _)| !is_over(*since, now)).map_or(0, |(_, count)| *count)
    }

    /// It happened once more. At most `max` are remembered; the oldest give way.
    pub fn note(&mut self, key: K, now: Millis, max: usize) {
        self.0.retain(|_, (since, _)| !is_over(*since, now));
        if !self.0.contains_key(&key) && self.0.len() >= max {
            let oldest = self.0.iter().min_by_key(|(_, (since, _))| *since).map(|(key, _)| key.clone());
            self.0.remove(&oldest.unwrap_or_else(|| key.clone()));
        }
        let (_, count) = self.0.entry(key).or_insert((now, 0));
        *count = count.saturating_add(1);
    }
}

fn is_over(since: Millis, now: Millis) -> bool {
    now.0 >= since.0 + WINDOW_MS
}
