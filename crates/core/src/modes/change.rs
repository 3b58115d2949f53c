//! Changes of a channel's modes.

use minicbor::{CborLen, Decode, Encode};

use super::{Flag, Key, ListMode, Pace, Rate, Status};
use crate::ids::UserId;
use crate::mask::Mask;
use crate::names::{ChannelName, Nick};

/// One change of a channel's modes, resolved: what it names exists, and it changes something.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub enum ModeChange {
    #[n(0)]
    Flag {
        #[n(0)]
        on: bool,
        #[n(1)]
        flag: Flag,
    },
    #[n(1)]
    Key {
        #[n(0)]
        key: Option<Key>,
    },
    #[n(2)]
    Limit {
        #[n(0)]
        members: Option<u32>,
    },
    #[n(3)]
    Status {
        #[n(0)]
        on: bool,
        #[n(1)]
        status: Status,
        #[n(2)]
        user: UserId,
        #[n(3)]
        nick: Nick,
    },
    #[n(4)]
    List {
        #[n(0)]
        on: bool,
        #[n(1)]
        list: ListMode,
        #[n(2)]
        mask: Mask,
    },
    #[n(5)]
    Forward {
        #[n(0)]
        to: Option<ChannelName>,
    },
    #[n(6)]
    Pace {
        #[n(0)]
        pace: Option<Pace>,
    },
    #[n(7)]
    JoinRate {
        #[n(0)]
        rate: Option<Rate>,
    },
}

/// Letters of modes with a parameter that only setting them takes, in order. ISUPPORT `CHANMODES`, type C.
pub const LETTERS_WITH_PARAMETER: &str = "Ffjl";

/// Whether a letter is of a mode with a parameter, of whatever type.
/// Spec: <https://modern.ircdocs.horse/#modes-parameter> (a "variable" mode)
pub fn is_variable(letter: char) -> bool {
    letter == 'k'
        || LETTERS_WITH_PARAMETER.contains(letter)
        || ListMode::of_letter(letter).is_some()
        || Status::of_letter(letter).is_some()
}

impl ModeChange {
    /// Whether of two changes the later one replaces the earlier.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        use ModeChange::{Flag, List, Status};
        match (self, other) {
            (Flag { flag: a, .. }, Flag { flag: b, .. }) => a == b,
            (Status { status: a, user: x, .. }, Status { status: b, user: y, .. }) => (a, x) == (b, y),
            (List { list: a, mask: x, .. }, List { list: b, mask: y, .. }) => (a, x) == (b, y),
            // There is one of each of the others.
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Its letter, and whether it sets the mode.
    pub fn letter(&self) -> (bool, char) {
        match self {
            Self::Flag { on, flag } => (*on, flag.letter()),
            Self::Key { key } => (key.is_some(), 'k'),
            Self::Limit { members } => (members.is_some(), 'l'),
            Self::Status { on, status, .. } => (*on, status.letter()),
            Self::List { on, list, .. } => (*on, list.letter()),
            Self::Forward { to } => (to.is_some(), 'f'),
            Self::Pace { pace } => (pace.is_some(), 'F'),
            Self::JoinRate { rate } => (rate.is_some(), 'j'),
        }
    }
}
