//! Finding what has a name, in any case of its letters.

/// A table of what never changes, by the length of its name: a stranger's word is compared with a few, not with all.
pub struct Directory<T: 'static>(Vec<Vec<(&'static str, &'static T)>>);

impl<T> Directory<T> {
    /// Of names without doubles.
    pub fn new(named: impl IntoIterator<Item = (&'static str, &'static T)>) -> Self {
        let mut by_length = Vec::new();
        for (name, what) in named {
            if by_length.len() <= name.len() {
                by_length.resize_with(name.len() + 1, Vec::new);
            }
            by_length[name.len()].push((name, what));
        }
        Self(by_length)
    }

    /// What has this name.
    pub fn get(&self, name: &str) -> Option<&'static T> {
        let as_long = self.0.get(name.len())?;
        as_long.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, what)| *what)
    }
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
