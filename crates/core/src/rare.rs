//! What most people and connections have none of.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::{Deref, DerefMut};

use minicbor::encode::Write;
use minicbor::{CborLen, Decode, Decoder, Encode, Encoder};

/// A value that is mostly as it began: then it is a pointer to nothing. It reads, writes and is stored as the value itself.
#[derive(Clone)]
pub struct Rare<T>(Option<Box<T>>);

/// What begins as nothing.
pub trait Nothing: Default + PartialEq + 'static {
    const NOTHING: &'static Self;
}

impl<K: Ord + 'static> Nothing for BTreeSet<K> {
    const NOTHING: &'static Self = &Self::new();
}

impl<K: Ord + 'static, V: PartialEq + 'static> Nothing for BTreeMap<K, V> {
    const NOTHING: &'static Self = &Self::new();
}

impl<T: Nothing> Rare<T> {
    /// Takes the value out, and leaves nothing.
    pub fn take(&mut self) -> T {
        self.0.take().map(|value| *value).unwrap_or_default()
    }
}

impl<T: Nothing> From<T> for Rare<T> {
    fn from(value: T) -> Self {
        Self((value != T::default()).then(|| Box::new(value)))
    }
}

impl<T> Default for Rare<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Nothing> Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or(T::NOTHING)
    }
}

impl<T: Nothing> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

impl<T: Nothing> PartialEq for Rare<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Nothing + Eq> Eq for Rare<T> {}

impl<T: Nothing + fmt::Debug> fmt::Debug for Rare<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<C, T: Nothing + Encode<C>> Encode<C> for Rare<T> {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        cx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        (**self).encode(e, cx)
    }
}

impl<'b, C, T: Nothing + Decode<'b, C>> Decode<'b, C> for Rare<T> {
    fn decode(d: &mut Decoder<'b>, cx: &mut C) -> Result<Self, minicbor::decode::Error> {
        T::decode(d, cx).map(Self::from)
    }
}

impl<C, T: Nothing + CborLen<C>> CborLen<C> for Rare<T> {
    fn cbor_len(&self, cx: &mut C) -> usize {
        (**self).cbor_len(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_takes_no_memory_and_is_stored_as_nothing() {
        let mut few: Rare<BTreeSet<u8>> = Rare::default();
        assert_eq!(size_of::<Rare<BTreeSet<u8>>>(), size_of::<usize>());
        assert!(few.is_empty());
        let bytes = minicbor::to_vec(&few).expect("memory takes everything");
        assert_eq!(bytes, minicbor::to_vec(BTreeSet::<u8>::new()).expect("memory takes everything"));
        let again: Rare<BTreeSet<u8>> = minicbor::decode(&bytes).expect("a set");
        assert!(again.0.is_none());
        few.insert(7);
        let bytes = minicbor::to_vec(&few).expect("memory takes everything");
        assert_eq!(minicbor::decode::<Rare<BTreeSet<u8>>>(&bytes).expect("a set"), few);
        few.remove(&7);
        assert_eq!(few, Rare::default(), "empty again, in whatever way");
        assert_eq!(few.take(), BTreeSet::new());
    }
}
