//! Words of several lines that are one message.
//! Spec: <https://ircv3.net/specs/extensions/multiline>

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::refusal::Refusal;
use crate::text::Text;

/// A line as its author sent it. It may be blank.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct Line {
    /// It goes on where the line before it ends.
    #[n(0)]
    pub continues: bool,
    #[cbor(n(1), with = "crate::names::compact")]
    pub text: CompactString,
}

/// Several lines, of which at least one is not blank.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(transparent)]
pub struct Lines(#[n(0)] Vec<Line>);

impl Lines {
    /// Nothing for what is all blank, for a blank line that goes on, and for what no line carries.
    pub fn new(lines: Vec<Line>) -> Option<Self> {
        let is_line = |line: &Line| {
            let fits = !line.text.bytes().any(|b| matches!(b, 0 | b'\r' | b'\n'));
            fits && !(line.continues && line.text.is_empty())
        };
        let is_seen = lines.iter().any(|line| !line.text.trim().is_empty());
        (is_seen && lines.iter().all(is_line)).then_some(Self(lines))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Line> {
        self.0.iter()
    }

    /// The lines that are not blank, for who is shown each as a message.
    /// Spec: <https://ircv3.net/specs/extensions/multiline#fallback>
    pub fn seen(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|line| line.text.as_str()).filter(|text| !text.trim().is_empty())
    }

    /// The first of them.
    pub fn first(&self) -> Text {
        let first = self.seen().next().and_then(|text| Text::new(text).ok());
        first.expect("one of the lines is not blank")
    }

    /// All of it, with line feeds between what does not go on.
    pub fn combined(&self) -> String {
        let mut combined = String::new();
        for (n, line) in self.0.iter().enumerate() {
            if n > 0 && !line.continues {
                combined.push('\n');
            }
            combined.push_str(&line.text);
        }
        combined
    }
}

/// What somebody says: a line, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The line, or the first of several that is not blank.
    pub text: Text,
    pub lines: Option<Box<Lines>>,
}

impl Words {
    /// Each line, also what is blank.
    pub fn each(&self) -> impl Iterator<Item = &str> {
        let one = self.lines.is_none().then(|| self.text.as_str());
        let several = self.lines.iter().flat_map(|lines| lines.iter()).map(|line| line.text.as_str());
        one.into_iter().chain(several)
    }
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Self { text, lines: None }
    }
}

impl From<Lines> for Words {
    fn from(lines: Lines) -> Self {
        let text = lines.first();
        // A single line is a message like any other.
        let lines = (lines.0.len() > 1).then(|| Box::new(lines));
        Self { text, lines }
    }
}

/// Why a batch of lines is not taken.
/// Spec: <https://ircv3.net/specs/extensions/multiline#errors>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadBatch {
    /// It has a name that no batch has.
    Reference(CompactString),
    /// It was open for too long.
    TimedOut(CompactString),
    /// Name and kind: there is no such kind.
    Kind(CompactString, CompactString),
    /// More bytes than fit, and how many do.
    Bytes(usize),
    Lines(usize),
    /// Where it goes, and where one of its lines would go.
    Target(CompactString, CompactString),
    Invalid,
}

impl From<BadBatch> for Refusal {
    fn from(bad: BadBatch) -> Self {
        Self::BadBatch(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(list: &[(bool, &str)]) -> Option<Lines> {
        Lines::new(
            list.iter()
                .map(|(continues, text)| Line { continues: *continues, text: (*text).into() })
                .collect(),
        )
    }

    #[test]
    fn lines_are_joined_as_they_say() {
        let lines =
            lines(&[(false, "hello"), (false, ""), (false, "how is "), (true, "everyone?")]).expect("lines");
        assert_eq!(lines.combined(), "hello\n\nhow is everyone?");
        assert_eq!(lines.seen().collect::<Vec<_>>(), ["hello", "how is ", "everyone?"]);
        assert_eq!(lines.first().as_str(), "hello");
    }

    #[test]
    fn what_is_no_message() {
        for bad in [&[][..], &[(false, ""), (false, " ")], &[(false, "a"), (true, "")], &[(false, "a\nb")]] {
            assert_eq!(lines(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn one_line_is_a_line() {
        let words = Words::from(lines(&[(false, "hello")]).expect("lines"));
        assert_eq!(words, Words::from(Text::new("hello").expect("words")));
    }
}
