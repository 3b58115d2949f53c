//! A line as clients send it, taken apart without copying.
//! Spec: <https://modern.ircdocs.horse/#message-format>
//!
//! What belongs here: where a line's parts begin and end, and how tag values are escaped. What any of it
//! means does not.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Deref;

use colvert_core::event::Tag;
use memchr::{memchr, memchr3};

/// Longest line without its tags, in bytes, CR LF included.
pub const BODY_BYTES_MAX: usize = 512;
/// Longest line without its tags and without CR LF.
pub const BODY_BARE_BYTES_MAX: usize = BODY_BYTES_MAX - 2;
/// Most tag data that a client may send, in bytes, without the `@` and the space after it.
/// Spec: <https://ircv3.net/specs/extensions/message-tags#size-limit>
pub const TAG_BYTES_MAX: usize = 4094;
/// Longest line that can be one, in bytes, without CR LF: tags with their `@` and space, and the rest.
pub const LINE_BYTES_MAX: usize = TAG_BYTES_MAX + 2 + BODY_BARE_BYTES_MAX;

/// Most parameters of a line. The last one takes what is left, with or without its colon.
pub const PARAMS_MAX: usize = 15;

/// The parts of a line. A source that a client gives is skipped: who speaks is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Tag data, still escaped; empty if there is none.
    pub tags: &'a str,
    /// The command, as it was typed.
    pub verb: &'a str,
    pub params: Params<'a>,
}

/// A line's parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Params<'a> {
    list: [&'a str; PARAMS_MAX],
    len: usize,
}

/// The line, or its tags, are longer than they may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl<'a> Message<'a> {
    /// Takes a line apart. Its verb is empty if there is no command in it.
    ///
    /// # Errors
    /// When the tags or the rest are longer than they may be.
    #[inline]
    pub fn parse(line: &'a str) -> Result<Self, TooLong> {
        let (tags, body) = match line.strip_prefix('@') {
            Some(tagged) => split_word(tagged),
            None => ("", line),
        };
        if tags.len() > TAG_BYTES_MAX || body.len() > BODY_BARE_BYTES_MAX {
            return Err(TooLong);
        }
        let body = body.trim_start_matches(' ');
        let body = if body.starts_with(':') { split_word(body).1.trim_start_matches(' ') } else { body };
        let (verb, rest) = split_word(body);
        Ok(Self { tags, verb, params: Params::parse(rest) })
    }

    /// The unescaped value of a tag; of several with that name the last.
    pub fn tag(&self, name: &str) -> Option<Cow<'a, str>> {
        split_tags(self.tags).rfind(|(key, _)| *key == name).map(|(_, value)| unescape(value))
    }

    /// The client-only tags, in the order in which they were sent, of several with one name the last.
    pub fn client_tags(&self) -> Vec<Tag> {
        let mut seen = BTreeSet::new();
        let mut tags: Vec<Tag> = split_tags(self.tags)
            .rev()
            .filter(|(key, _)| key.len() > 1 && key.starts_with('+') && seen.insert(*key))
            .map(|(key, value)| Tag { name: key.into(), value: unescape(value).into() })
            .collect();
        tags.reverse();
        tags
    }
}

impl<'a> Params<'a> {
    #[inline]
    fn parse(rest: &'a str) -> Self {
        let mut params = Self::default();
        let mut rest = rest.trim_start_matches(' ');
        while !rest.is_empty() {
            if let Some(trailing) = rest.strip_prefix(':') {
                params.push(trailing);
                break;
            }
            if params.len == PARAMS_MAX - 1 {
                params.push(rest);
                break;
            }
            let (word, after) = split_word(rest);
            params.push(word);
            rest = after.trim_start_matches(' ');
        }
        params
    }

    fn push(&mut self, param: &'a str) {
        self.list[self.len] = param;
        self.len += 1;
    }

    /// The parameter at `index`, from 0, if it is there and not empty.
    pub fn given(&self, index: usize) -> Option<&'a str> {
        self.list[..self.len].get(index).copied().filter(|param| !param.is_empty())
    }
}

impl<'a> Deref for Params<'a> {
    type Target = [&'a str];

    fn deref(&self) -> &[&'a str] {
        &self.list[..self.len]
    }
}

/// The command of a line that cannot be read whole, for naming it in a refusal: `*` if it has none.
pub fn verb_of_broken(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    let body = line.strip_prefix('@').map_or(&*line, |tagged| split_word(tagged).1);
    let mut words = body.split(' ').filter(|word| !word.is_empty() && !word.starts_with(':'));
    let verb =
        words.next().filter(|verb| verb.len() <= 32 && verb.bytes().all(|b| b.is_ascii_alphanumeric()));
    verb.map_or_else(|| "*".to_owned(), str::to_ascii_uppercase)
}

/// What is before and after the first space.
fn split_word(text: &str) -> (&str, &str) {
    match memchr(b' ', text.as_bytes()) {
        Some(space) => (&text[..space], &text[space + 1..]),
        None => (text, ""),
    }
}

/// Names and escaped values. A missing value is an empty one.
fn split_tags(tags: &str) -> impl DoubleEndedIterator<Item = (&str, &str)> {
    tags.split(';').filter(|tag| !tag.is_empty()).map(|tag| tag.split_once('=').unwrap_or((tag, "")))
}

/// Spec: <https://ircv3.net/specs/extensions/message-tags#escaping-values> (a backslash that escapes nothing
/// is dropped)
pub fn unescape(value: &str) -> Cow<'_, str> {
    if memchr(b'\\', value.as_bytes()).is_none() {
        return Cow::Borrowed(value);
    }
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' { chars.next().map(unescaped) } else { Some(c) };
        plain.extend(c);
    }
    Cow::Owned(plain)
}

fn unescaped(c: char) -> char {
    match c {
        ':' => ';',
        's' => ' ',
        'r' => '\r',
        'n' => '\n',
        other => other,
    }
}

/// Appends a tag value, escaped.
pub fn escape(value: &str, out: &mut Vec<u8>) {
    if memchr3(b';', b' ', b'\\', value.as_bytes()).is_none() && !value.contains(['\r', '\n', '\0']) {
        return out.extend_from_slice(value.as_bytes());
    }
    for byte in value.bytes() {
        match byte {
            b';' => out.extend_from_slice(b"\\:"),
            b' ' => out.extend_from_slice(b"\\s"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\n' => out.extend_from_slice(b"\\n"),
            // No line carries it, escaped or not.
            0 => {}
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(line: &str, verb: &str, params: &[&str]) {
        let message = Message::parse(line).expect("short");
        assert_eq!((message.verb, &*message.params), (verb, params), "{line:?}");
    }

    #[test]
    fn words_and_a_trailing_text() {
        check("PRIVMSG #c :hello there", "PRIVMSG", &["#c", "hello there"]);
        check("PRIVMSG #c hello", "PRIVMSG", &["#c", "hello"]);
        check("PRIVMSG #c ::-)", "PRIVMSG", &["#c", ":-)"]);
        check("TOPIC #c :", "TOPIC", &["#c", ""]);
        check("  NICK   alice  ", "NICK", &["alice"]);
        check("CAP * LS :a b", "CAP", &["*", "LS", "a b"]);
    }

    #[test]
    fn a_source_is_skipped() {
        check(":alice!a@b NICK bob", "NICK", &["bob"]);
        check("@a=b :x  NICK bob", "NICK", &["bob"]);
    }

    #[test]
    fn lines_without_a_command_ask_nothing() {
        for line in ["", "   ", "@a=b", "@a=b ", ":x", "@", ":", "@ : "] {
            assert_eq!(Message::parse(line).map(|message| message.verb), Ok(""), "{line:?}");
        }
    }

    #[test]
    fn the_fifteenth_parameter_takes_the_rest() {
        let line = "X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17";
        let message = Message::parse(line).expect("short");
        assert_eq!(message.params.len(), PARAMS_MAX);
        assert_eq!(message.params[14], "15 16 17");
        let line = "X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 :15 16";
        assert_eq!(Message::parse(line).expect("short").params[14], "15 16");
    }

    #[test]
    fn tags_and_the_rest_have_limits_of_their_own() {
        let line = |tags: usize, body: usize| format!("@{} PING {}", "a".repeat(tags), "b".repeat(body - 5));
        assert!(Message::parse(&line(4094, 510)).is_ok());
        assert_eq!(line(4094, 510).len(), LINE_BYTES_MAX);
        assert_eq!(Message::parse(&line(4095, 510)), Err(TooLong));
        assert_eq!(Message::parse(&line(4094, 511)), Err(TooLong));
        assert_eq!(Message::parse(&line(8191, 510)), Err(TooLong));
    }

    #[test]
    fn of_a_tag_given_twice_the_last_one_counts() {
        let message = Message::parse("@+a=1;label=x;+b;+a=2;label=y PING").expect("short");
        assert_eq!(message.tag("label").as_deref(), Some("y"));
        let tag = |name: &str, value: &str| Tag { name: name.into(), value: value.into() };
        assert_eq!(message.client_tags(), [tag("+b", ""), tag("+a", "2")]);
    }

    #[test]
    fn tags_that_are_none() {
        let message = Message::parse("@;;=x;+;+=;a PING").expect("short");
        assert!(message.client_tags().is_empty());
        assert_eq!(message.tag("a").as_deref(), Some(""));
        assert_eq!(message.tag("b"), None);
    }

    #[test]
    fn escapes() {
        for (escaped, plain) in [
            (r"raw+:=,escaped\:\s\\", r"raw+:=,escaped; \"),
            (r"test\", "test"),
            (r"\b", "b"),
            (r"\r\n", "\r\n"),
            ("é", "é"),
        ] {
            assert_eq!(unescape(escaped), plain);
        }
    }

    #[test]
    fn a_broken_line_still_has_a_verb() {
        assert_eq!(verb_of_broken(b"PRIVMSG #c :\xff"), "PRIVMSG");
        assert_eq!(verb_of_broken(b"@a=\xff :x notice #c"), "NOTICE");
        assert_eq!(verb_of_broken(b"\xff\xfe"), "*");
        assert_eq!(verb_of_broken(b""), "*");
    }

    proptest! {
        #[test]
        fn escaping_and_back(value in "[^\0]*") {
            let mut escaped = Vec::new();
            escape(&value, &mut escaped);
            let escaped = String::from_utf8(escaped).expect("UTF-8 stays UTF-8");
            prop_assert!(!escaped.contains([' ', ';', '\r', '\n']));
            prop_assert_eq!(unescape(&escaped), value);
        }

        #[test]
        fn escaping_again_never_grows(escaped in "[^\0\r\n; ]*") {
            let mut again = Vec::new();
            escape(&unescape(&escaped), &mut again);
            prop_assert!(again.len() <= escaped.len());
        }

        #[test]
        fn a_message_and_back(
            verb in "[A-Z]{1,10}",
            words in proptest::collection::vec("[^ :\0\r\n][^ \0\r\n]{0,9}", 0..14),
            trailing in "[^\0\r\n]{0,40}",
        ) {
            let middle: String = words.iter().map(|word| format!(" {word}")).collect();
            let line = format!("{verb}{middle} :{trailing}");
            let message = Message::parse(&line).expect("short");
            prop_assert_eq!(message.verb, verb);
            let expected: Vec<_> = words.iter().map(String::as_str).chain([trailing.as_str()]).collect();
            prop_assert_eq!(&*message.params, &expected[..]);
        }

        #[test]
        fn no_line_panics(line in "\\PC*|[@:;=\\\\ +a-z#]*") {
            if let Ok(message) = Message::parse(&line) {
                message.client_tags();
                message.tag("label");
            }
            verb_of_broken(line.as_bytes());
        }
    }
}
