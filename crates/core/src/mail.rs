//! Addresses of e-mail, and the letters that the server sends: what they are about. How they are worded and carried is
//! outside.

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::local::Language;
use crate::names::{AccountName, cbor_string};
use crate::secret::Secret;

/// An address that letters can be sent to. It has no character that could end a line, a header or a command.
/// Spec: <https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2>
/// Departs: no quoted names, no addresses of machines and nothing but ASCII, because that is what all servers take; a domain
/// in another script has its form in ASCII (`xn--…`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(CompactString);

cbor_string!(Address);

impl Address {
    /// Spec: <https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1> (64 bytes before the @, 254 in all)
    pub fn parse(raw: &str) -> Option<Self> {
        const BYTES_MAX: usize = 254;
        const LOCAL_BYTES_MAX: usize = 64;
        let (local, domain) = raw.rsplit_once('@')?;
        let fits = raw.len() <= BYTES_MAX && local.len() <= LOCAL_BYTES_MAX;
        let is_local = local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext));
        let is_domain = domain.contains('.') && domain.split('.').all(is_label);
        (fits && is_local && is_domain).then(|| Self(raw.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The mailbox that it leads to, for counting: nearly nobody tells capitals apart.
    pub fn mailbox(&self) -> String {
        self.0.as_str().to_ascii_lowercase()
    }
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_label(label: &str) -> bool {
    let fits = (1..=63).contains(&label.len());
    let is_made_of = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits && is_made_of && !label.starts_with('-') && !label.ends_with('-')
}

/// A letter: to whom, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Nothing: it is written and thrown away, so that nobody can tell from the work who has an address.
    pub to: Option<Address>,
    pub account: AccountName,
    pub purpose: Purpose,
    pub language: Language,
}

/// What a letter is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An account is to be made, with this code, within so many seconds.
    Registration { code: Secret, seconds: u64 },
    /// The address is to be an account's.
    NewAddress { code: Secret, seconds: u64 },
    /// A new password is to be set.
    NewPassword { code: Secret, seconds: u64 },
    /// The account has another address from now on, or none.
    AddressGone,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for raw in
            ["a@b.example", "Ada.Lovelace+irc@mail.example.org", "a_b@xn--bcher-kva.example", "o'k@a.bc"]
        {
            assert!(Address::parse(raw).is_some(), "{raw}");
        }
        let long = format!("{}@b.example", "a".repeat(65));
        let longer = format!("a@{}.example", "b.".repeat(130));
        for raw in [
            "",
            "a",
            "@",
            "a@",
            "@b.c",
            "a@b",
            "a@b.",
            "a@.b",
            "a@-b.c",
            "a@b-.c",
            ".a@b.c",
            "a.@b.c",
            "a..b@c.d",
            "a@b@c.d",
            "\"a b\"@c.d",
            "a@[127.0.0.1]",
            "a b@c.d",
            "a@b.c ",
            "a@b.c\r\nBcc: d@e.f",
            "a\n@b.c",
            "a\0@b.c",
            "é@b.c",
            "a@bücher.example",
            "a@b\u{2028}.c",
            "<a@b.c>",
            "a@b.c>",
            "a,d@b.c",
            "a;d@b.c",
            "a:d@b.c",
            &long,
            &longer,
        ] {
            assert!(Address::parse(raw).is_none(), "{raw:?}");
        }
    }

    #[test]
    fn one_mailbox_in_capitals_and_without() {
        let mailbox = |raw| Address::parse(raw).map(|address| address.mailbox());
        assert_eq!(mailbox("Ada@Example.org"), mailbox("ada@example.ORG"));
    }
}
