//! Modes of channels, members and users.
//! Spec: <https://modern.ircdocs.horse/#modes>

mod change;
mod meanings;
mod rates;

use std::fmt;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

pub use change::{LETTERS_WITH_PARAMETER, ModeChange, is_variable};
pub use meanings::{CHANNEL_MODES, Meaning, NOTICES, STATUSES, USER_MODES};
pub use rates::{Pace, Penalty, Rate};

/// What a member may do in a channel, as a set; higher includes the rights of lower. [`STATUSES`] says what each is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(transparent)]
pub struct Status(#[n(0)] u8);

impl Status {
    pub const NONE: Self = Self(0);
    pub const VOICE: Self = Self(1);
    pub const HALFOP: Self = Self(1 << 1);
    pub const OP: Self = Self(1 << 2);
    pub const ADMIN: Self = Self(1 << 3);
    pub const OWNER: Self = Self(1 << 4);

    /// All statuses with their mode letter and prefix, highest first. ISUPPORT `PREFIX`.
    pub const ALL: &'static [(Self, char, char)] = &[
        (Self::OWNER, 'q', '~'),
        (Self::ADMIN, 'a', '&'),
        (Self::OP, 'o', '@'),
        (Self::HALFOP, 'h', '%'),
        (Self::VOICE, 'v', '+'),
    ];

    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether its highest status is `least` or above.
    pub fn at_least(self, least: Self) -> bool {
        self.0 >= least.0
    }

    /// The highest of its statuses alone.
    #[must_use]
    pub fn highest(self) -> Self {
        Self::ALL.iter().find(|(s, ..)| self.contains(*s)).map_or(Self::NONE, |&(s, ..)| s)
    }

    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Prefixes, highest first: `@+`.
    pub fn prefixes(self) -> impl Iterator<Item = char> {
        Self::ALL.iter().filter(move |(s, ..)| self.contains(*s)).map(|&(.., prefix)| prefix)
    }

    /// Mode letters, highest first: `ov`.
    pub fn letters(self) -> impl Iterator<Item = char> {
        Self::ALL.iter().filter(move |(s, ..)| self.contains(*s)).map(|&(_, letter, _)| letter)
    }

    /// The status of a prefix, such as `@`.
    pub fn of_prefix(prefix: char) -> Option<Self> {
        Self::ALL.iter().find(|&&(.., p)| p == prefix).map(|&(s, ..)| s)
    }

    /// The prefixes that a word begins with, and what they are before: `@+#rust`.
    pub fn prefixed(word: &str) -> (&str, &str) {
        let bare = word.trim_start_matches(|c| Self::of_prefix(c).is_some());
        word.split_at(word.len() - bare.len())
    }

    /// The status of a mode letter, such as `o`.
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.iter().find(|&&(_, l, _)| l == letter).map(|&(s, ..)| s)
    }

    /// What a single status is called in commands: `halfop`.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, s)| *s == self).map_or("none", |(word, _)| word)
    }

    /// The status of a word, `none` among them.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|&(_, s)| s)
    }

    const WORDS: &[(&str, Self)] = &[
        ("owner", Self::OWNER),
        ("admin", Self::ADMIN),
        ("op", Self::OP),
        ("halfop", Self::HALFOP),
        ("voice", Self::VOICE),
        ("none", Self::NONE),
    ];

    /// The letter of a single status.
    pub fn letter(self) -> char {
        Self::ALL.iter().find(|&&(s, ..)| s == self).map_or('?', |&(_, l, _)| l)
    }
}

/// A mode that is on or off. [`CHANNEL_MODES`] says what each does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum Flag {
    #[n(0)]
    NoExternal,
    #[n(1)]
    ProtectedTopic,
    #[n(2)]
    InviteOnly,
    #[n(3)]
    Moderated,
    #[n(4)]
    Secret,
    #[n(10)]
    NoCtcp,
    #[n(11)]
    RegisteredSpeech,
    #[n(12)]
    NoNickChange,
    #[n(13)]
    Permanent,
    #[n(14)]
    RegisteredOnly,
    #[n(15)]
    OpModerated,
    #[n(16)]
    NoColours,
    #[n(17)]
    SecureOnly,
    #[n(115)]
    NoKnock,
    #[n(116)]
    NoNotices,
    #[n(117)]
    OpersOnly,
    #[n(18)]
    Auditorium,
}

impl Flag {
    pub const ALL: &'static [(Self, char)] = &[
        (Self::NoCtcp, 'C'),
        (Self::NoKnock, 'K'),
        (Self::RegisteredSpeech, 'M'),
        (Self::NoNickChange, 'N'),
        (Self::OpersOnly, 'O'),
        (Self::Permanent, 'P'),
        (Self::RegisteredOnly, 'R'),
        (Self::NoNotices, 'T'),
        (Self::OpModerated, 'U'),
        (Self::NoColours, 'c'),
        (Self::InviteOnly, 'i'),
        (Self::Moderated, 'm'),
        (Self::NoExternal, 'n'),
        (Self::Secret, 's'),
        (Self::ProtectedTopic, 't'),
        (Self::Auditorium, 'u'),
        (Self::SecureOnly, 'z'),
    ];

    pub fn letter(self) -> char {
        Self::ALL.iter().find(|(f, _)| *f == self).map_or('?', |&(_, l)| l)
    }

    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.iter().find(|&&(_, l)| l == letter).map(|&(f, _)| f)
    }
}

/// A list of masks that a channel keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum ListMode {
    #[n(0)]
    Ban,
    #[n(1)]
    Exception,
    #[n(2)]
    InviteException,
}

impl ListMode {
    pub const ALL: &'static [(Self, char)] =
        &[(Self::Ban, 'b'), (Self::Exception, 'e'), (Self::InviteException, 'I')];

    pub fn letter(self) -> char {
        Self::ALL.iter().find(|(m, _)| *m == self).map_or('?', |&(_, l)| l)
    }

    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.iter().find(|&&(_, l)| l == letter).map(|&(m, _)| m)
    }
}

/// A channel key (`+k`): 1 to 23 bytes without space, comma or control characters, not starting with `:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(CompactString);

impl Key {
    /// Nothing for a word that cannot be a key.
    pub fn new(raw: &str) -> Option<Self> {
        let fits = (1..=23).contains(&raw.len());
        let clean = !raw.starts_with(':') && !raw.chars().any(|c| c.is_control() || c == ' ' || c == ',');
        (fits && clean).then(|| Self(raw.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

crate::names::cbor_string!(Key);

/// What a user is. [`USER_MODES`] says it of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum UserFlag {
    #[n(0)]
    Invisible,
    #[n(1)]
    Oper,
    #[n(20)]
    Bot,
    #[n(21)]
    CallerId,
    #[n(22)]
    RegisteredOnly,
    #[n(90)]
    NoCtcp,
    #[n(23)]
    Wallops,
}

impl UserFlag {
    pub const ALL: &'static [(Self, char)] = &[
        (Self::Bot, 'B'),
        (Self::RegisteredOnly, 'R'),
        (Self::NoCtcp, 'T'),
        (Self::CallerId, 'g'),
        (Self::Invisible, 'i'),
        (Self::Oper, 'o'),
        (Self::Wallops, 'w'),
    ];

    pub fn letter(self) -> char {
        Self::ALL.iter().find(|(f, _)| *f == self).map_or('?', |&(_, l)| l)
    }

    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.iter().find(|&&(_, l)| l == letter).map(|&(f, _)| f)
    }
}

/// What an account may do on the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum Role {
    #[default]
    #[n(0)]
    Member,
    #[n(1)]
    Moderator,
    #[n(2)]
    Administrator,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Administrator => "administrator",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Member, Self::Moderator, Self::Administrator].into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
