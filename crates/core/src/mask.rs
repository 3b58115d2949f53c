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
        // Signs that fold to what divides a mask do so before its parts are looked at.
        let mut folded = with_stars(names.fold_loosely(&whole));
        while folded.contains("**") {
            folded = folded.replace("**", "*");
        }
        // Signs that fold to a space, or to what begins the rest of a line, are in nobody's name, and would break the lines of lists.
        let is_one_word = !folded.contains(' ') && !folded.starts_with(':');
        (is_one_word && folded.len() <= MASK_BYTES_MAX).then(|| Self(folded.into()))
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

/// A whole mask whose empty parts are whatever there is: `bob!@host` is `bob!*@host`.
fn with_stars(mut whole: String) -> String {
    if whole.starts_with('!') {
        whole.insert(0, '*');
    }
    if whole.ends_with('@') {
        whole.push('*');
    }
    whole.replace("!@", "!*@")
}

crate::names::cbor_string!(Mask);

/// How long what is between two stars is at most to be tried at each place.
const FEW_BYTES: usize = 16;

/// Matches `*` and `?` without ever going back: what is between two stars is looked for where what came before it ended, since the first place
/// is as good as any other. A byte of the subject is looked at once, or where there is a `?` at most 16 times; a mask has at most 200 bytes.
pub fn matches_glob(pattern: &str, subject: &str) -> bool {
    // Most masks begin with another letter.
    let first = pattern.as_bytes().first().filter(|first| !b"*?".contains(first));
    if first.is_some() && first != subject.as_bytes().first() {
        return false;
    }
    let Some((first, others)) = pattern.split_once('*') else {
        return without_first(subject, pattern).is_some_and(str::is_empty);
    };
    let Some(rest) = without_first(subject, first) else { return false };
    let (between, last) = others.rsplit_once('*').unwrap_or(("", others));
    let Some(rest) = without_last(rest, last) else { return false };
    let mut pieces = between.split('*').filter(|piece| !piece.is_empty());
    pieces.try_fold(rest, after).is_some()
}

/// What is left of a text that begins as a pattern without stars says.
fn without_first<'a>(text: &'a str, piece: &str) -> Option<&'a str> {
    looked_at(piece.len());
    if !piece.contains('?') {
        return text.strip_prefix(piece);
    }
    let mut left = text.chars();
    let fits = piece.chars().all(|wanted| left.next().is_some_and(|c| wanted == '?' || wanted == c));
    fits.then_some(left.as_str())
}

/// What is left of a text that ends as a pattern without stars says.
fn without_last<'a>(text: &'a str, piece: &str) -> Option<&'a str> {
    looked_at(piece.len());
    if !piece.contains('?') {
        return text.strip_suffix(piece);
    }
    let mut left = text.chars();
    let fits =
        piece.chars().rev().all(|wanted| left.next_back().is_some_and(|c| wanted == '?' || wanted == c));
    fits.then_some(left.as_str())
}

/// What comes after the first place in a text that is as a pattern without stars says.
fn after<'a>(text: &'a str, piece: &str) -> Option<&'a str> {
    if !piece.contains('?') {
        // The standard library looks for words in linear time.
        let end = text.find(piece).map(|at| at + piece.len());
        looked_at(piece.len() + end.unwrap_or(text.len()));
        return end.map(|end| &text[end..]);
    }
    // For a few bytes no table is worth making: a mask can have many such pieces.
    if piece.len() <= FEW_BYTES {
        return text.char_indices().find_map(|(at, _)| without_first(&text[at..], piece));
    }
    if piece.len() > text.len() {
        return None;
    }
    let end = match piece.len().div_ceil(64) {
        1 => end_in_parallel(text, piece, &mut [0; 256], &mut [0]),
        words => end_in_parallel(text, piece, &mut vec![0; 256 * words], &mut vec![0; words]),
    };
    end.map(|end| &text[end..])
}

/// Where the first place ends: all places are tried at once, a bit for each byte of the pattern that fits so far.
/// `table` has zeros, as many words for each byte as `state` has. This is Shift-And.
fn end_in_parallel(text: &str, piece: &str, table: &mut [u64], state: &mut [u64]) -> Option<usize> {
    let words = state.len();
    let mut any = vec![0; words];
    for (at, byte) in piece.bytes().enumerate() {
        let word =
            if byte == b'?' { &mut any[at / 64] } else { &mut table[usize::from(byte) * words + at / 64] };
        *word |= 1 << (at % 64);
    }
    let last = 1 << ((piece.len() - 1) % 64);
    looked_at(table.len() + piece.len());
    for (at, byte) in text.bytes().enumerate() {
        looked_at(words);
        let fits = &table[usize::from(byte) * words..][..words];
        let mut carry = 1;
        for ((bits, fits), any) in state.iter_mut().zip(fits).zip(&any) {
            let next = *bits << 1 | carry;
            carry = *bits >> 63;
            // A mark takes the first byte of a character, and is there until the last.
            *bits = next & fits | any & if goes_on(byte) { *bits } else { next };
        }
        if state[words - 1] & last != 0 && text.is_char_boundary(at + 1) {
            return Some(at + 1);
        }
    }
    None
}

/// Whether a byte is not the first of its character.
fn goes_on(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

#[cfg(test)]
thread_local! {
    /// What matching has cost, in bytes that were looked at.
    static COST: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// So many bytes are looked at. Tests count them.
#[cfg(test)]
fn looked_at(bytes: usize) {
    COST.set(COST.get() + bytes);
}

#[cfg(not(test))]
fn looked_at(_bytes: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    /// What it costs to match, and whether it does.
    fn cost(pattern: &str, subject: &str) -> (usize, bool) {
        COST.set(0);
        let matches = matches_glob(pattern, subject);
        (COST.get(), matches)
    }

    /// The most that matching may cost.
    fn linear(pattern: &str, subject: &str) -> usize {
        20 * (pattern.len() + subject.len())
    }

    #[test]
    fn what_it_costs_is_linear_in_mask_and_subject() {
        let long = [
            format!("*{}?", "a".repeat(15)),
            format!("*{}?", "a".repeat(16)),
            format!("*{}?b", "a".repeat(90)),
        ];
        let pieces = ["a", "*", "?", "*a", "*?", "?*", "a?", "*a?a", "*a*b", "*aab", "**", "*?a?b", "é?"];
        let pieces = pieces.iter().copied().chain(long.iter().map(String::as_str));
        let fill = |piece: &str| piece.repeat(MASK_BYTES_MAX / piece.len());
        let ends = ["", "b", "*b", "?", "*?b*"];
        let whole = pieces.flat_map(|piece| ends.map(|end| format!("{}{end}", fill(piece))));
        let masks: Vec<_> = whole.flat_map(|mask| [format!("*{mask}"), mask]).collect();
        let mut counted = 0;
        for bytes in [16, 105, 1_000, 10_000] {
            for unit in ["a", "aab", "é", "ab"] {
                let subject = unit.repeat(bytes / unit.len());
                for mask in &masks {
                    let (cost, _) = cost(mask, &subject);
                    let most = linear(mask, &subject);
                    assert!(cost <= most, "{mask} of {unit} × {bytes}: {cost} of {most}");
                    counted += cost;
                }
            }
        }
        assert!(counted > 100_000, "{counted} are counted at all");
    }

    #[test]
    fn a_hundred_hostile_bans_for_two_thousand_members_cost_what_each_costs() {
        let masks: Vec<_> = (0..100).map(|n| format!("{}?b{n}", "*a".repeat(90))).collect();
        let (mut sum, mut most) = (0, 0);
        for member in 0..2_000 {
            let subject = format!("{}!{}@{}{member}", "a".repeat(32), "a".repeat(10), "a".repeat(63));
            for mask in &masks {
                let (cost, matches) = cost(mask, &subject);
                assert!(!matches);
                sum += cost;
                most += linear(mask, &subject);
            }
        }
        assert!((1..=most).contains(&sum), "{sum} of {most}");
    }

    #[test]
    fn what_folds_to_a_space_or_begins_with_a_colon_is_no_mask() {
        for raw in ["\u{ffe3}@host", ":a!*@*", "\u{ff1a}a!*@*"] {
            assert_eq!(Mask::new(raw, NameRules::Precis), None, "{raw}");
        }
    }

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
            ("*a?b*", "xxaéb", true),
            ("*a?b*", "xxaéxb", false),
            ("*?é?*", "aé", false),
            ("*?é?*", "aéa", true),
            ("a*a", "a", false),
            ("a?*?a", "aaa", false),
            ("é*", "é", true),
            // Longer pieces are looked for in another way.
            ("*a?bcdefghijklmnopq*", "xxaaébcdefghijklmnopqx", true),
            ("*a?bcdefghijklmnopq*", "xxabbcdefghijklmnopx", false),
            ("*?bcdefghijklmnopqr?*", "ébcdefghijklmnopqré", true),
            ("*?bcdefghijklmnopqr?*", "bcdefghijklmnopqré", false),
        ] {
            assert_eq!(matches_glob(pattern, subject), expected, "{pattern} {subject}");
        }
    }

    #[test]
    fn a_partial_mask_is_completed() {
        let mask = |raw| Mask::new(raw, NameRules::Precis).map(|m| m.as_str().to_owned());
        assert_eq!(mask("Bob").as_deref(), Some("bob!*@*"));
        assert_eq!(mask("~b@10.0.0.1").as_deref(), Some("*!~b@10.0.0.1"));
        assert_eq!(mask("10.0.0.1").as_deref(), Some("*!*@10.0.0.1"));
        assert_eq!(mask("bob@").as_deref(), Some("*!bob@*"));
        assert_eq!(mask("@host").as_deref(), Some("*!*@host"));
        assert_eq!(mask("bob!").as_deref(), Some("bob!*@*"));
        assert_eq!(mask("!@").as_deref(), Some("*!*@*"));
        assert_eq!(mask("a!\u{ff20}").as_deref(), Some("a!*@@*"));
        assert_eq!(mask("a!*@@*").as_deref(), Some("a!*@@*"));
        assert_eq!(mask("a***!*@*").as_deref(), Some("a*!*@*"));
        assert_eq!(mask(""), None);
        assert_eq!(mask("a b"), None);
    }
}
