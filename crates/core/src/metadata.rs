//! What people and channels say of themselves, by key.
//! Spec: <https://ircv3.net/specs/extensions/metadata>

use std::collections::BTreeMap;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

/// Longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 64;

/// What a value is about: `display-name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MetadataKey(CompactString);

impl MetadataKey {
    /// Nothing for what no key can be. Spec: <https://ircv3.net/specs/extensions/metadata#keys-and-values>
    pub fn new(raw: &str) -> Option<Self> {
        let is_key =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'/' | b'-');
        let fits = (1..=KEY_BYTES_MAX).contains(&raw.len()) && raw.bytes().all(is_key);
        fits.then(|| Self(raw.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

crate::names::cbor_string!(MetadataKey);

/// What is said. It may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataValue(CompactString);

impl MetadataValue {
    /// Nothing for what is longer than so many bytes, or has characters that no line carries.
    pub fn new(raw: &str, bytes_max: usize) -> Option<Self> {
        let fits = raw.len() <= bytes_max && !raw.bytes().any(|b| matches!(b, 0 | b'\r' | b'\n'));
        fits.then(|| Self(raw.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

crate::names::cbor_string!(MetadataValue);

/// All that one says.
pub type Metadata = BTreeMap<MetadataKey, MetadataValue>;

/// One thing of it: a key, and its value if it has one.
pub type Entry = (MetadataKey, Option<MetadataValue>);

/// Why a question or a change is refused.
/// Spec: <https://ircv3.net/specs/extensions/metadata#standard-replies>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadMetadata {
    InvalidTarget,
    KeyInvalid,
    /// One of several keys is none; the others are taken.
    KeyPassedOver,
    SubcommandInvalid,
    KeyNoPermission,
    KeyNotSet,
    LimitReached,
    RateLimited,
    TooManySubs,
    ValueInvalid,
}

/// An answer. Targets are called as whoever asks finds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataAnswer {
    /// The values of some keys, or of all.
    Values {
        target: CompactString,
        entries: Vec<Looked>,
    },
    /// What a change came to.
    Changed {
        target: CompactString,
        entry: Entry,
    },
    /// What is asked for, of a target and those that are there: target, key, value.
    Synced {
        target: CompactString,
        entries: Vec<(CompactString, MetadataKey, MetadataValue)>,
    },
    /// Of this target there is more than is told at once; it is to be asked for.
    Later(CompactString),
    /// What there is of keys that are asked for from now on, wherever one is told of them.
    Known(Known),
    /// What there is of all keys that one asked for, wherever one is told of them.
    SyncedAll(Known),
    Subscribed(Vec<MetadataKey>),
    Unsubscribed(Vec<MetadataKey>),
    Subscriptions(Vec<MetadataKey>),
}

/// Values wherever one is told of them: of channels and who is there, of oneself, of those whom one monitors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Target, key, value.
    pub entries: Vec<(CompactString, MetadataKey, MetadataValue)>,
    /// Channels of which there is more than is told at once; they are to be asked for.
    pub later: Vec<CompactString>,
}

/// A key that was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    Found(MetadataKey, Option<MetadataValue>),
    /// It can be no key.
    Invalid(CompactString),
}

/// Sets a value, or takes it away.
pub fn set(metadata: &mut Metadata, key: &MetadataKey, value: Option<&MetadataValue>) {
    match value {
        Some(value) => metadata.insert(key.clone(), value.clone()),
        None => metadata.remove(key),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for good in ["a", "display-name", "im.xmpp", "vendor/x_1", "9"] {
            assert!(MetadataKey::new(good).is_some(), "{good}");
        }
        for bad in ["", "A", "a b", "$url", "é", "a:b", &"a".repeat(65)] {
            assert!(MetadataKey::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn values() {
        assert!(MetadataValue::new("", 3).is_some() && MetadataValue::new("é1", 3).is_some());
        assert!(MetadataValue::new("éé", 3).is_none() && MetadataValue::new("a\n", 3).is_none());
    }
}
