//! What an account decides for itself, where the configuration lets it.

use minicbor::{CborLen, Decode, Encode};

use crate::ids::UserId;

/// Something that can be on or off for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum Setting {
    /// Who logs in to it and takes the nick of its person becomes that person: telephone and desk are one.
    #[n(0)]
    SeveralSessions,
    /// Who is logged in to it stays when their last session ends.
    #[n(1)]
    AlwaysOn,
}

impl Setting {
    /// All with their names.
    pub const ALL: &[(Self, &str)] =
        &[(Self::SeveralSessions, "several-sessions"), (Self::AlwaysOn, "always-on")];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(setting, _)| *setting == self).map_or("", |(_, name)| name)
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(word)).map(|(setting, _)| *setting)
    }
}

/// What the configuration lets accounts decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nobody has it.
    Off,
    /// Who asks for it has it.
    OptIn,
    /// Who does not decline it has it.
    OptOut,
    /// Everybody has it.
    Mandatory,
}

impl Consent {
    /// Whether an account has it that chose so, or did not choose.
    pub fn given(self, choice: Option<bool>) -> bool {
        match self {
            Self::Off => false,
            Self::OptIn => choice == Some(true),
            Self::OptOut => choice != Some(false),
            Self::Mandatory => true,
        }
    }

    /// Whether accounts decide at all.
    pub fn is_choice(self) -> bool {
        matches!(self, Self::OptIn | Self::OptOut)
    }
}

/// Whether the person of an account stays without a session.
/// Spec: <https://github.com/ircv3/ircv3-specifications/pull/503> (`PERSISTENCE STATUS`)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persistence {
    /// What the account has chosen. Nothing: it has not.
    pub choice: Option<bool>,
    /// What comes of it.
    pub is_on: bool,
}

/// Who is told what an account decided, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct SettingTold {
    /// Who is logged in to it.
    #[n(0)]
    pub to: Vec<UserId>,
    #[n(1)]
    pub is_on: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_what() {
        let choices = [None, Some(false), Some(true)];
        for (consent, expected) in [
            (Consent::Off, [false, false, false]),
            (Consent::OptIn, [false, false, true]),
            (Consent::OptOut, [true, false, true]),
            (Consent::Mandatory, [true, true, true]),
        ] {
            assert_eq!(choices.map(|choice| consent.given(choice)), expected, "{consent:?}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for (setting, name) in Setting::ALL {
            assert_eq!(Setting::parse(&name.to_uppercase()), Some(*setting));
            assert_eq!(setting.name(), *name);
        }
    }
}
