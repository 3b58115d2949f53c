//! Finding what has a name, in any case of its letters.

use std::cmp::Ordering;

/// A table of what never changes, sorted once by name: a stranger's word is compared with a few, not with all.
pub struct Directory<T: 'static>(Vec<(&'static str, &'static T)>);

impl<T> Directory<T> {
    /// Of names without doubles.
    pub fn new(named: impl IntoIterator<Item = (&'static str, &'static T)>) -> Self {
        let mut sorted: Vec<_> = named.into_iter().collect();
        sorted.sort_by(|(a, _), (b, _)| order(a, b));
        Self(sorted)
    }

    /// What has this name.
    pub fn get(&self, name: &str) -> Option<&'static T> {
        let place = self.0.binary_search_by(|(known, _)| order(known, name)).ok()?;
        Some(self.0[place].1)
    }
}

/// By length first, which mostly decides.
fn order(a: &str, b: &str) -> Ordering {
    fn upper(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().map(|byte| byte.to_ascii_uppercase())
    }
    a.len().cmp(&b.len()).then_with(|| upper(a).cmp(upper(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_any_case_and_nothing_like_it() {
        static NUMBERS: [u8; 4] = [0, 1, 2, 3];
        let directory = Directory::new(["WHO", "WHOIS", "JOIN", "NICK"].into_iter().zip(&NUMBERS));
        for (name, number) in [("who", 0), ("WhoIs", 1), ("JOIN", 2), ("nick", 3)] {
            assert_eq!(directory.get(name), Some(&number), "{name}");
        }
        for name in ["", "WH", "WHOI", "WHOISX", "JOIM", "\u{17f}ICK"] {
            assert_eq!(directory.get(name), None, "{name}");
        }
    }
}
