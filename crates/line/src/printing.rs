//! The only way out: whole lines, each ended by one LF, that are harmless on a terminal.
//!
//! What people say may carry anything that UTF-8 can, escape sequences and IRC formatting included. Readers
//! of this door sit at a terminal, so no control character but tab leaves here, and nothing that turns the
//! direction of what follows.

use std::iter::Peekable;
use std::str::Chars;

/// Writes one line.
pub fn line(out: &mut Vec<u8>, text: &str) {
    print(out, text);
    end(out);
}

/// Writes a part of a line.
pub fn print(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(is_plain) {
        out.extend_from_slice(text.as_bytes());
    } else {
        print_scrubbed(out, text);
    }
}

/// Ends a line.
pub fn end(out: &mut Vec<u8>) {
    out.push(b'\n');
}

/// Bytes that no character to be removed has. `C2` begins the C1 controls, `E2` the turns of direction and
/// the Unicode line ends, `EF` the byte order mark; most text has none of them.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..) && !matches!(byte, 0xC2 | 0xE2 | 0xEF)
}

fn print_scrubbed(out: &mut Vec<u8>, text: &str) {
    let mut buffer = [0; 4];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let shown = match c {
            '\t' => c,
            // Bold, reset, monospace, reverse, italics, strikethrough, underline.
            // Spec: <https://modern.ircdocs.horse/formatting>
            '\u{2}' | '\u{f}' | '\u{11}' | '\u{16}' | '\u{1d}' | '\u{1e}' | '\u{1f}' => continue,
            '\u{3}' => {
                skip_colour(&mut chars, 2, |c| c.is_ascii_digit());
                continue;
            }
            '\u{4}' => {
                skip_colour(&mut chars, 6, |c| c.is_ascii_hexdigit());
                continue;
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => continue,
            '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        };
        out.extend_from_slice(shown.encode_utf8(&mut buffer).as_bytes());
    }
}

/// Passes over a colour, `foreground[,background]`, of at most `digits_max` digits each.
fn skip_colour(chars: &mut Peekable<Chars<'_>>, digits_max: usize, is_digit: fn(char) -> bool) {
    if skip_digits(chars, digits_max, is_digit) == 0 {
        return;
    }
    let mut ahead = chars.clone();
    if ahead.next() == Some(',') && skip_digits(&mut ahead, digits_max, is_digit) > 0 {
        *chars = ahead;
    }
}

fn skip_digits(chars: &mut Peekable<Chars<'_>>, max: usize, is_digit: fn(char) -> bool) -> usize {
    (0..max).take_while(|_| chars.next_if(|c| is_digit(*c)).is_some()).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &str) {
        let mut out = Vec::new();
        print(&mut out, text);
        assert_eq!(String::from_utf8(out).expect("UTF-8 stays UTF-8"), expect);
    }

    #[test]
    fn words_stay_as_they_are() {
        check("Éloïse a dit « 日本語 » — 👩‍👩‍👧\tvoilà", "Éloïse a dit « 日本語 » — 👩‍👩‍👧\tvoilà");
    }

    #[test]
    fn escape_sequences_lose_their_escape() {
        check("\u{1b}[2J\u{7}\u{9b}31m\u{7f}\u{0}", "\u{fffd}[2J\u{fffd}\u{fffd}31m\u{fffd}\u{fffd}");
        check("a\r\nb", "a\u{fffd}\u{fffd}b");
    }

    #[test]
    fn irc_formatting_is_taken_out() {
        check("\u{2}gras\u{2} \u{1d}penché\u{f}", "gras penché");
        check("\u{3}4,12rouge\u{3} \u{3}123", "rouge 3");
        check("\u{3}4,x \u{3},5", ",x ,5");
        check("\u{4}ff0000,00FF00vert\u{4}", "vert");
    }

    #[test]
    fn nothing_turns_the_direction() {
        check("a\u{202e}cba\u{2066}x\u{feff}", "acbax");
        check("un\u{2028}deux", "un deux");
        check("\u{200f}שלום", "\u{200f}שלום");
    }

    proptest! {
        #[test]
        fn no_control_character_leaves(text in any::<String>()) {
            let mut out = Vec::new();
            line(&mut out, &text);
            let out = String::from_utf8(out).expect("UTF-8 stays UTF-8");
            let body = out.strip_suffix('\n').expect("a line ends");
            prop_assert!(body.chars().all(|c| c == '\t' || !c.is_control()));
        }
    }
}
