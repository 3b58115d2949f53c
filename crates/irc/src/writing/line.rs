//! Builds one line that is sent. The only place that knows spaces, colons and the longest line.

use std::fmt::Display;
use std::io::Write;

use colvert_core::event::Source;

use crate::message::BODY_BARE_BYTES_MAX;

/// A line under way, at the end of a buffer.
pub struct Line<'a> {
    out: &'a mut Vec<u8>,
    /// Where the line begins without its tags.
    body: usize,
}

impl<'a> Line<'a> {
    /// A line from nobody in particular. Tags, if there are any, are in `out` already.
    pub fn bare(out: &'a mut Vec<u8>, verb: &str) -> Self {
        let body = out.len();
        out.extend_from_slice(verb.as_bytes());
        Self { out, body }
    }

    /// A line from the server.
    pub fn from_server(out: &'a mut Vec<u8>, server: &str, verb: impl Display) -> Self {
        let body = out.len();
        write!(out, ":{server} {verb}").expect("writing to memory does not fail");
        Self { out, body }
    }

    /// A line from a person.
    pub fn from_source(out: &'a mut Vec<u8>, source: &Source, verb: &str) -> Self {
        let body = out.len();
        out.push(b':');
        for part in [source.nick.as_str(), "!", &source.user, "@", &source.host, " ", verb] {
            out.extend_from_slice(part.as_bytes());
        }
        Self { out, body }
    }

    /// A parameter that is one word. What is none becomes `*`.
    #[must_use]
    pub fn word(self, word: &str) -> Self {
        let is_word = !word.is_empty()
            && !word.starts_with(':')
            && !word.bytes().any(|b| matches!(b, b' ' | b'\r' | b'\n' | 0));
        self.out.push(b' ');
        self.out.extend_from_slice(if is_word { word.as_bytes() } else { b"*" });
        self
    }

    /// The last parameter, always with its colon.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.out.extend_from_slice(b" :");
        self.out.extend_from_slice(text.as_bytes());
        self
    }

    /// Appends to the last parameter.
    #[must_use]
    pub fn more(self, text: &str) -> Self {
        self.out.extend_from_slice(text.as_bytes());
        self
    }

    /// How many bytes the line still takes.
    pub fn room(&self) -> usize {
        BODY_BARE_BYTES_MAX.saturating_sub(self.out.len() - self.body)
    }

    /// Ends the line, cut at a character's border if it is too long. What people say never is: it was
    /// refused before.
    /// Spec: <https://modern.ircdocs.horse/#message-format> (512 bytes, CR LF included)
    pub fn end(self) {
        let longest = self.body + BODY_BARE_BYTES_MAX;
        if self.out.len() > longest {
            let is_border = |at: &usize| self.out[*at] & 0b1100_0000 != 0b1000_0000;
            let cut = (self.body..=longest).rev().find(is_border).unwrap_or(self.body);
            self.out.truncate(cut);
        }
        self.out.extend_from_slice(b"\r\n");
    }
}

/// The pieces of a text, each at most `bytes` long, divided at spaces where there are any.
pub fn wrap(text: &str, bytes: usize) -> impl Iterator<Item = &str> {
    // Every character fits.
    let bytes = bytes.max(4);
    let mut rest = text;
    let mut first = true;
    std::iter::from_fn(move || {
        if rest.is_empty() && !first {
            return None;
        }
        first = false;
        if rest.len() <= bytes {
            return Some(std::mem::take(&mut rest));
        }
        let border = (0..=bytes).rev().find(|&at| rest.is_char_boundary(at)).unwrap_or(0);
        let at = rest[..border].rfind(' ').filter(|&at| at > 0).unwrap_or(border);
        let (piece, after) = rest.split_at(at);
        rest = after.strip_prefix(' ').unwrap_or(after);
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(build: impl FnOnce(Line<'_>) -> Line<'_>) -> String {
        let mut out = Vec::new();
        build(Line::from_server(&mut out, "s", "X")).end();
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn what_is_no_word_does_not_break_the_line() {
        for bad in ["", "a b", ":a", "a\r\nQUIT", "\0"] {
            assert_eq!(line(|l| l.word(bad).text("t")), ":s X * :t\r\n", "{bad:?}");
        }
    }

    #[test]
    fn a_line_is_512_bytes_at_most_and_whole_characters() {
        let long = line(|l| l.text(&"é".repeat(400)));
        assert_eq!(long.len(), 512);
        let odd = line(|l| l.text(&format!("a{}", "é".repeat(400))));
        assert_eq!(odd.len(), 511);
        assert!(odd.ends_with("é\r\n"));
    }

    #[test]
    fn texts_wrap_at_spaces() {
        let pieces = |text, bytes| wrap(text, bytes).collect::<Vec<_>>();
        assert_eq!(pieces("one two three", 8), ["one two", "three"]);
        assert_eq!(pieces("abcdefgh", 4), ["abcd", "efgh"]);
        assert_eq!(pieces("", 4), [""]);
        assert_eq!(pieces("ééé", 5), ["éé", "é"]);
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_but_spaces(text in "\\PC{0,60}", bytes in 4_usize..20) {
            let pieces: Vec<_> = wrap(&text, bytes).collect();
            prop_assert!(pieces.iter().all(|piece| piece.len() <= bytes));
            let bare = |text: &str| text.replace(' ', "");
            prop_assert_eq!(bare(&pieces.concat()), bare(&text));
        }
    }
}
