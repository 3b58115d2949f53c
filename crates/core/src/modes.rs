//! Modes of channels, members and users.
//! Spec: <https://modern.ircdocs.horse/#modes>

mod change;
mod rates;

use std::fmt;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

pub use change::{LETTERS_WITH_PARAMETER, ModeChange};
pub use rates::{Pace, Penalty, Rate};

/// What a member may do in a channel, as a set; higher includes the rights of lower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(transparent)]
pub struct Status(#[n(0)] u8);

impl Status {
    pub const NONE: Self = Self(0);
    /// `+`: may speak where speech is moderated.
    /// Spec: <https://modern.ircdocs.horse/#voice-prefix>
    pub const VOICE: Self = Self(1);
    /// `%`: keeps order: kicks who has no higher status, bans, gives voice, changes the topic.
    /// Spec: <https://modern.ircdocs.horse/#halfop-prefix>
    pub const HALFOP: Self = Self(1 << 1);
    /// `@`: runs the channel.
    /// Spec: <https://modern.ircdocs.horse/#operator-prefix>
    pub const OP: Self = Self(1 << 2);
    /// `&`: runs the channel, and is out of its operators' reach.
    /// Spec: <https://modern.ircdocs.horse/#protected-prefix>
    pub const ADMIN: Self = Self(1 << 3);
    /// `~`: whose channel it is.
    /// Spec: <https://modern.ircdocs.horse/#founder-prefix>
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

/// A mode that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum Flag {
    /// `n`: only members may send to the channel.
    /// Spec: <https://modern.ircdocs.horse/#no-external-messages-mode>
    #[n(0)]
    NoExternal,
    /// `t`: only operators, and half-operators, may change the topic.
    /// Spec: <https://modern.ircdocs.horse/#protected-topic-mode>
    #[n(1)]
    ProtectedTopic,
    /// `i`: one must be invited to join.
    /// Spec: <https://modern.ircdocs.horse/#invite-only-channel-mode>
    #[n(2)]
    InviteOnly,
    /// `m`: only members with a status may speak.
    /// Spec: <https://modern.ircdocs.horse/#moderated-channel-mode>
    #[n(3)]
    Moderated,
    /// `s`: the channel is shown to its members only.
    /// Spec: <https://modern.ircdocs.horse/#secret-channel-mode>
    #[n(4)]
    Secret,
    /// `C`: no CTCP but `/me`.
    #[n(10)]
    NoCtcp,
    /// `M`: only who is logged in, or has a status, may speak.
    #[n(11)]
    RegisteredSpeech,
    /// `N`: members keep their nicks.
    #[n(12)]
    NoNickChange,
    /// `P`: stays without members. Operators of the server set it.
    #[n(13)]
    Permanent,
    /// `R`: only who is logged in may join.
    #[n(14)]
    RegisteredOnly,
    /// `U`: as `m`, and what it keeps from the others is shown to half-operators and above.
    #[n(15)]
    OpModerated,
    /// `c`: no colours and no other formatting.
    #[n(16)]
    NoColours,
    /// `z`: only who is connected by TLS may join.
    #[n(17)]
    SecureOnly,
    /// `K`: nobody asks for an invitation.
    #[n(115)]
    NoKnock,
    /// `T`: no notices.
    #[n(116)]
    NoNotices,
    /// `O`: only operators of the server may join. They set it.
    #[n(117)]
    OpersOnly,
    /// `u`: an auditorium: who has no status sees only those who have one.
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
    /// `b`: may neither join nor speak.
    /// Spec: <https://modern.ircdocs.horse/#ban-channel-mode>
    #[n(0)]
    Ban,
    /// `e`: a ban does not hold for them.
    /// Spec: <https://modern.ircdocs.horse/#exception-channel-mode>
    #[n(1)]
    Exception,
    /// `I`: need no invitation.
    /// Spec: <https://modern.ircdocs.horse/#invite-exception-channel-mode>
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

/// What a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum UserFlag {
    /// `i`: shown in WHO only to those who share a channel.
    /// Spec: <https://modern.ircdocs.horse/#invisible-user-mode>
    #[n(0)]
    Invisible,
    /// `o`: acts as a moderator or administrator.
    /// Spec: <https://modern.ircdocs.horse/#oper-user-mode>
    #[n(1)]
    Oper,
    /// `B`: a program writes what they write. Spec: <https://ircv3.net/specs/extensions/bot-mode>
    #[n(20)]
    Bot,
    /// `g`: only who was accepted may write to them.
    #[n(21)]
    CallerId,
    /// `R`: only who is logged in, or was accepted, may write to them.
    #[n(22)]
    RegisteredOnly,
    /// `T`: programs may not ask theirs anything; actions are words.
    #[n(90)]
    NoCtcp,
    /// `w`: reads what operators say to all who want to.
    /// Spec: <https://modern.ircdocs.horse/#wallops-user-mode>
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
