//! Operators: what a right is, which rights a class has, and who may become one.
//!
//! Rights come from two places: the role of an account (its class has the role's name), and the operator that
//! somebody logged in as with OPER. [`crate::policy::can`] asks for both; nothing else does.

use std::collections::BTreeMap;
use std::fmt;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

/// Declares the rights: each with its name in the configuration, and what it is for.
macro_rules! rights {
    ($($(#[doc = $doc:literal])* $Right:ident $name:literal;)*) => {
        /// One thing that an operator may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Right {
            $($(#[doc = $doc])* $Right,)*
        }

        impl Right {
            /// All rights, their names, and what they are for.
            pub const ALL: &'static [(Self, &'static str, &'static str)] =
                &[$((Self::$Right, $name, concat!($($doc),*)),)*];
        }
    };
}

rights! {
    /// Makes, changes and closes accounts of others.
    Accounts "accounts";
    /// Speaks to everybody on the server.
    Alert "alert";
    /// Reads the event log and the audit trail.
    Audit "audit";
    /// Keeps addresses, nets, masks and accounts out of the server, and lets them in again.
    Ban "ban";
    /// Registers, transfers and purges channels of others.
    Channels "channels";
    /// Changes the level of defence.
    Defcon "defcon";
    /// Sees real addresses.
    SeeHosts "see-hosts";
    /// Changes the hosts that others see.
    Hosts "hosts";
    /// Ends presences.
    Kill "kill";
    /// Reads the server's notices.
    Notices "notices";
    /// Makes others join, leave and change their nicks, and channels their modes.
    Override "override";
    /// Deletes messages of others.
    Redact "redact";
    /// Has the configuration read again.
    Reload "reload";
    /// Stops the server.
    Stop "stop";
}

impl Right {
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(right, ..)| *right == self).map_or("", |(_, name, _)| name)
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == word).map(|(right, ..)| *right)
    }
}

/// A set of rights.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Rights(u32);

impl Rights {
    pub const NONE: Self = Self(0);

    pub fn all() -> Self {
        Right::ALL.iter().map(|(right, ..)| *right).collect()
    }

    pub fn contains(self, right: Right) -> bool {
        self.0 & (1 << right as u32) != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// In the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.iter().map(|(right, ..)| *right).filter(move |right| self.contains(*right))
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        Self(rights.into_iter().fold(0, |set, right| set | (1 << right as u32)))
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Right::as_str)).finish()
    }
}

/// What an operator of the configuration is called: the name that OPER takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperName(CompactString);

impl OperName {
    /// In lower case, since that is how the configuration has it.
    pub fn new(raw: &str) -> Self {
        Self(raw.to_ascii_lowercase().into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

crate::names::cbor_string!(OperName);

/// Classes by their names, and operators by theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opers {
    pub classes: BTreeMap<CompactString, Rights>,
    pub opers: BTreeMap<OperName, Oper>,
}

/// Somebody whom the configuration makes an operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oper {
    pub class: CompactString,
    /// The PHC string of an argon2id hash. Nothing: no password makes one this operator.
    pub hash: Option<String>,
    /// The fingerprint of the certificate that they have to show, if one is named.
    pub certfp: Option<CompactString>,
    /// Who comes in with that certificate is this operator at once.
    pub automatic: bool,
    /// The host that others see of them.
    pub vhost: Option<CompactString>,
}

/// What moderators may do if the configuration says nothing else.
const MODERATOR: &[Right] = &[
    Right::Alert,
    Right::Audit,
    Right::Ban,
    Right::Hosts,
    Right::Kill,
    Right::Notices,
    Right::Redact,
    Right::SeeHosts,
];

impl Default for Opers {
    fn default() -> Self {
        use crate::modes::Role;
        let moderator = MODERATOR.iter().copied().collect();
        let classes = [(Role::Moderator, moderator), (Role::Administrator, Rights::all())];
        Self {
            classes: classes.map(|(role, rights)| (role.as_str().into(), rights)).into(),
            opers: BTreeMap::new(),
        }
    }
}

impl Opers {
    /// The rights of a class; none of one that does not exist.
    pub fn rights(&self, class: &str) -> Rights {
        self.classes.get(class).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_a_name_of_its_own() {
        for (right, name, about) in Right::ALL {
            assert_eq!(Right::parse(name), Some(*right));
            assert_eq!(right.as_str(), *name);
            assert!(about.trim().ends_with('.'));
        }
        assert_eq!(Rights::all().iter().count(), Right::ALL.len());
    }

    #[test]
    fn a_set_has_what_was_put_in() {
        let set: Rights = [Right::Kill, Right::Ban].into_iter().collect();
        assert!(set.contains(Right::Ban) && !set.contains(Right::Stop));
        assert_eq!(set.with(Rights::NONE), set);
        assert_eq!(format!("{set:?}"), r#"{"ban", "kill"}"#);
    }
}
