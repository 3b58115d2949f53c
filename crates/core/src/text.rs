//! What people say.

use compact_str::CompactString;
use memchr::memchr3;
use minicbor::{CborLen, Decode, Encode};

use crate::refusal::Refusal;

/// One line of words: valid UTF-8, not empty, no NUL, CR or LF. Its length is bounded by who says it
/// and where, see [`crate::policy::text_bytes_max`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(CompactString);

impl Text {
    /// Makes a text of what somebody typed.
    ///
    /// # Errors
    /// [`Refusal::NoTextToSend`] for nothing or only white space, [`Refusal::BadText`] for a NUL, CR or LF.
    pub fn new(raw: &str) -> Result<Self, Refusal> {
        if raw.trim().is_empty() {
            return Err(Refusal::NoTextToSend);
        }
        if memchr3(0, b'\r', b'\n', raw.as_bytes()).is_some() {
            return Err(Refusal::BadText);
        }
        Ok(Self(CompactString::from(raw)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Bytes of UTF-8.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never true: a text is not empty. Here for symmetry with `len`.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, cut to at most `bytes` at a character's border.
    #[must_use]
    pub fn cut(self, bytes: usize) -> Self {
        if self.0.len() <= bytes {
            return self;
        }
        let end = (0..=bytes).rev().find(|&i| self.0.is_char_boundary(i)).unwrap_or(0);
        Self(CompactString::from(&self.0[..end]))
    }
}

crate::names::cbor_string!(Text);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_line_ends_are_refused() {
        assert_eq!(Text::new(""), Err(Refusal::NoTextToSend));
        assert_eq!(Text::new("  \t "), Err(Refusal::NoTextToSend));
        assert_eq!(Text::new("a\r\nQUIT"), Err(Refusal::BadText));
        assert_eq!(Text::new("salut").expect("plain words").as_str(), "salut");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(Text::new("éé").expect("words").cut(3).as_str(), "é");
    }
}
