//! Masks: patterns over `nick!user@host`, matched in linear time.
//! Spec: <https://modern.ircdocs.horse/#wildcard-expressions>

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::names::NameRules;

/// Longest mask, in bytes.
pub const MASK_BYTES_MAX: usize = 200;

/// A `nick!user@host` pattern: `*` stands for any characters, `?` for one. Folded when made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mask(CompactString);

impl Mask {
    /// Completes a partial mask: `nick` is `nick!*@*`, `user@host` is `*!user@host`.
    /// Nothing for an empty, too long or unprintable one.
    pub fn new(raw: &str, names: NameRules) -> Option<Self> {
        if raw.is_empty() || raw.len() > MASK_BYTES_MAX || raw.chars().any(|c| c.is_control() || c == ' ') {
            return None;
        }
        let whole = match (raw.find('!'), raw.find('@')) {
            (None, None) if raw.contains(['.', ':']) => format!("*!*@{raw}"),
            (None, None) => format!("{raw}!*@*"),
            (None, Some(_)) => format!("*!{raw}"),
            (Some(_), None) => format!("{raw}@*"),
            (Some(_), Some(_)) => raw.to_owned(),
        };
        let mut folded = names.fold_loosely(&whole);
        while folded.contains("**") {
            folded = folded.replace("**", "*");
        }
        (folded.len() <= MASK_BYTES_MAX).then(|| Self(folded.into()))
    }

    /// A pattern of something that is no `nick!user@host`. Nothing for an empty, too long or unprintable one.
    pub fn pattern(raw: &str, names: NameRules) -> Option<Self> {
        let is_fine = !raw.is_empty() && raw.len() <= MASK_BYTES_MAX && !raw.chars().any(char::is_control);
        is_fine.then(|| Self(names.fold_loosely(raw).into()))
    }

    /// An entry that was completed and folded already.
    pub(crate) fn of_folded(text: &str) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the mask covers `subject`, which the caller has folded with [`NameRules::fold_loosely`].
    pub fn matches(&self, subject: &str) -> bool {
        matches_glob(&self.0, subject)
    }
}

crate::names::cbor_string!(Mask);

/// Matches `*` and `?`. Work is at most pattern × subject, and linear for patterns with one star:
/// after a mismatch only the last star moves, earlier ones never do.
pub fn matches_glob(pattern: &str, subject: &str) -> bool {
    let (p, s): (&[u8], &[u8]) = (pattern.as_bytes(), subject.as_bytes());
    let (mut i, mut j) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while j < s.len() {
        match p.get(i) {
            Some(b'*') => {
                retry = Some((i, j));
                i += 1;
            }
            Some(b'?') => {
                i += 1;
                j += char_len(s[j]);
            }
            Some(&c) if c == s[j] => {
                i += 1;
                j += 1;
            }
            _ => match retry {
                Some((star, from)) => {
                    let from = from + char_len(s[from]);
                    retry = Some((star, from));
                    i = star + 1;
                    j = from;
                }
                None => return false,
            },
        }
    }
    p[i..].iter().all(|&c| c == b'*')
}

/// Bytes of the character whose first byte is `first`.
fn char_len(first: u8) -> usize {
    match first {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_marks() {
        for (pattern, subject, expected) in [
            ("*", "", true),
            ("a*b", "ab", true),
            ("a*b", "axxb", true),
            ("a*b", "axxc", false),
            ("?", "é", true),
            ("??", "é", false),
            ("*!*@10.*", "bob!b@10.0.0.1", true),
            ("a*a*a*b", "aaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(matches_glob(pattern, subject), expected, "{pattern} {subject}");
        }
    }

    /// A full list of the worst masks, for each member of a big channel: 200,000 of them, which a matcher that
    /// tries all ways would never end with.
    #[test]
    fn stars_do_not_multiply() {
        let subject = format!("{}!{}@{}", "a".repeat(32), "a".repeat(10), "a".repeat(63));
        let masks: Vec<_> = (0..100).map(|n| format!("{}b{n}", "*a".repeat(90))).collect();
        let member = || masks.iter().filter(|mask| matches_glob(mask, &subject)).count();
        assert_eq!((0..2_000).map(|_| member()).sum::<usize>(), 0);
    }

    #[test]
    fn a_partial_mask_is_completed() {
        let mask = |raw| Mask::new(raw, NameRules::Precis).map(|m| m.as_str().to_owned());
        assert_eq!(mask("Bob").as_deref(), Some("bob!*@*"));
        assert_eq!(mask("~b@10.0.0.1").as_deref(), Some("*!~b@10.0.0.1"));
        assert_eq!(mask("10.0.0.1").as_deref(), Some("*!*@10.0.0.1"));
        assert_eq!(mask("a***!*@*").as_deref(), Some("a*!*@*"));
        assert_eq!(mask(""), None);
        assert_eq!(mask("a b"), None);
    }
}
