//! Who somebody is elsewhere: an issuer of tokens vouches for them, and an account can be theirs.

use minicbor::{CborLen, Decode, Encode};

/// Somebody, as an issuer knows them. Only both together name a person: a name that the issuer shows can become somebody
/// else's, and another issuer has subjects of its own.
/// Spec: <https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
pub struct Identity {
    #[n(0)]
    pub issuer: String,
    #[n(1)]
    pub subject: String,
}

impl Identity {
    /// Longest name of a subject, in bytes.
    /// Spec: <https://openid.net/specs/openid-connect-core-1_0.html#IDToken> (`sub`)
    pub const SUBJECT_BYTES_MAX: usize = 255;

    /// Nothing for a subject that nobody can be.
    pub fn new(issuer: &str, subject: &str) -> Option<Self> {
        let is_one =
            (1..=Self::SUBJECT_BYTES_MAX).contains(&subject.len()) && !subject.chars().any(char::is_control);
        is_one.then(|| Self { issuer: issuer.to_owned(), subject: subject.to_owned() })
    }
}

/// What a good token says, as far as it can be said on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub identity: Identity,
    /// What the issuer calls them; an account that is made for them is called so.
    pub name: Option<String>,
}

impl Shown {
    /// Longest name that is looked at, in bytes. No account has a longer one.
    const NAME_BYTES_MAX: usize = 128;

    /// People choose their names with the issuer: one that no line carries is none.
    pub fn new(identity: Identity, name: Option<&str>) -> Self {
        let fits = |name: &&str| name.len() <= Self::NAME_BYTES_MAX && !name.chars().any(char::is_control);
        Self { identity, name: name.filter(fits).map(str::to_owned) }
    }
}

/// Why a token shows nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadToken {
    /// It is none.
    Malformed,
    /// The issuer has not made it, or not for this server, or it does not count yet.
    Invalid,
    /// It counts no more.
    Expired,
    /// It could not be checked: the issuer's keys were not to be had.
    Unchecked,
}

impl BadToken {
    /// As programs read it.
    /// Spec: <https://www.rfc-editor.org/rfc/rfc6750#section-3.1>
    pub fn status(self) -> &'static str {
        match self {
            Self::Malformed => "invalid_request",
            Self::Invalid | Self::Expired | Self::Unchecked => "invalid_token",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_short_text() {
        let is_one = |subject: &str| Identity::new("https://id.example", subject).is_some();
        assert!(is_one("ada") && is_one(&"a".repeat(255)) && is_one("é|7"));
        assert!(!is_one("") && !is_one(&"a".repeat(256)) && !is_one("a\nb"));
    }
    #[test]
    fn a_name_that_no_line_carries_is_none() {
        let shown = |name: &str| {
            let identity = Identity::new("https://id.example", "ada-7").expect("a subject");
            Shown::new(identity, Some(name)).name
        };
        assert_eq!(shown("Éloïse").as_deref(), Some("Éloïse"));
        assert_eq!([shown("a\r\nQUIT"), shown("a\0"), shown(&"a".repeat(129))], [None, None, None]);
    }
}
