//! What is wrong with a configuration: one line that names the key and what would be right.

use std::fmt;
use std::path::PathBuf;

use super::table::{Key, TableKey};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    File(PathBuf),
    Environment,
    /// With the flag's name.
    Flag(&'static str),
}

/// Why there is no configuration, or why it cannot be used here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("{}: cannot be read: {reason}", file.display())]
    Unreadable { file: PathBuf, reason: String },
    #[error("{}:{line}: not TOML: {reason}", file.display())]
    Syntax { file: PathBuf, line: usize, reason: String },
    #[error("{origin}{name} is not a section{}", Hint(nearest))]
    UnknownSection { origin: Origin, name: String, nearest: Nearest },
    #[error("{origin}{name} is not a key{}", Hint(nearest))]
    UnknownKey { origin: Origin, name: String, nearest: Nearest },
    #[error("{origin}[{section}] must be a section with keys, not {value}")]
    NotASection { origin: Origin, section: String, value: Shown },
    #[error("{origin}{key} = {value} must be {expected}")]
    Wrong { origin: Origin, key: String, value: Shown, expected: String },
    #[error(
        "{origin}[{table}.{name}] must be called by a name of at most 32 of the characters a-z, 0-9, _ and -"
    )]
    BadName { origin: Origin, table: &'static str, name: Shown },
    /// Right by itself, and not to be had on this machine.
    #[error("{key} = {value}: {reason}")]
    Unusable { key: String, value: String, reason: String },
}

/// What somebody may have meant, else all that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nearest {
    One(String),
    Any(Vec<String>),
}

/// A wrong value as it is shown: on one line, and not too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown(String);

impl Problem {
    /// A value of a section that the file names, which does not fit the others.
    pub fn unfit(table: &str, name: &str, key: &str, value: &str, reason: impl Into<String>) -> Self {
        let value = toml::Value::from(value).to_string();
        Self::Unusable { key: format!("[{table}.{name}] {key}"), value, reason: reason.into() }
    }

    /// A value that cannot be used here, with what would help.
    pub fn unusable(key: &Key, config: &super::Config, reason: impl Into<String>) -> Self {
        Self::Unusable { key: key.to_string(), value: (key.write)(config), reason: reason.into() }
    }
}

impl Shown {
    pub fn new(text: &str) -> Self {
        const CHARS_MAX: usize = 80;
        let mut shown: String =
            text.chars().take(CHARS_MAX).map(|c| if c.is_control() { '·' } else { c }).collect();
        if text.chars().nth(CHARS_MAX).is_some() {
            shown.push('…');
        }
        Self(shown)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{}: ", file.display()),
            Self::Environment => f.write_str("environment: "),
            Self::Flag(_) => f.write_str("command line: "),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.section, self.name)
    }
}

impl fmt::Display for TableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}.NAME] {}", self.table, self.name)
    }
}

struct Hint<'a>(&'a Nearest);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Nearest::One(name) => write!(f, "; did you mean {name}?"),
            Nearest::Any(names) => write!(f, "; there are {}", names.join(", ")),
        }
    }
}

impl Nearest {
    /// The name that `typed` is a slip of, if there is one.
    pub fn to(typed: &str, names: impl IntoIterator<Item = String>) -> Self {
        /// Letters that a slip changes, adds or leaves out, at most.
        const SLIPS_MAX: usize = 3;
        let names: Vec<String> = names.into_iter().collect();
        let typed = typed.to_lowercase();
        let nearest = names.iter().map(|name| (distance(&typed, &name.to_lowercase()), name)).min();
        match nearest {
            Some((slips, name)) if slips <= SLIPS_MAX && slips < name.chars().count() => {
                Self::One(name.clone())
            }
            _ => Self::Any(names),
        }
    }
}

/// How many letters must be changed, added or left out to make `b` of `a` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_slips() {
        for (a, b, slips) in
            [("", "", 0), ("line", "lien", 2), ("irc", "ircs", 1), ("motd", "", 4), ("a", "b", 1)]
        {
            assert_eq!(distance(a, b), slips, "{a} {b}");
        }
    }

    #[test]
    fn what_is_shown_is_one_short_line() {
        assert_eq!(Shown::new("a\nb").to_string(), "a·b");
        assert_eq!(Shown::new(&"x".repeat(200)).to_string().chars().count(), 81);
    }
}
