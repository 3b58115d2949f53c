//! One of something, and now and then several.

/// One in most cases, without memory of its own then: a person's sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Few<T> {
    One(T),
    /// In a box: it is to be as small as one of them.
    Several(Box<Vec<T>>),
}

impl<T: Copy + PartialEq> Few<T> {
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(all) => all,
        }
    }

    /// Puts one more before the one at `place`.
    pub fn insert(&mut self, place: usize, value: T) {
        let mut all = self.as_slice().to_vec();
        all.insert(place, value);
        *self = Self::Several(Box::new(all));
    }

    /// Takes one away. False: then there is none, and what holds them is to go.
    #[must_use]
    pub fn remove(&mut self, value: &T) -> bool {
        match self {
            Self::One(one) => one != value,
            Self::Several(all) => {
                all.retain(|other| other != value);
                if let [one] = all[..] {
                    *self = Self::One(one);
                }
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_and_go() {
        let mut few = Few::One(2);
        few.insert(0, 1);
        few.insert(2, 3);
        assert_eq!(few.as_slice(), [1, 2, 3]);
        assert!(few.remove(&2) && few.remove(&7) && few.remove(&1));
        assert_eq!(few, Few::One(3));
        assert!(few.remove(&1), "it is still there");
        assert!(!few.remove(&3), "it was the last");
        assert_eq!(size_of::<Few<u64>>(), 16);
    }
}
