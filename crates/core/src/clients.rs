//! Clients: what an account is used from. Each is known by a name that it gives itself, and by how far it has read.

use std::collections::BTreeMap;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::ids::{Millis, Position};

/// The name of a client, in lower case: `phone`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(transparent)]
pub struct ClientName(#[cbor(n(0), with = "crate::names::compact")] CompactString);

impl ClientName {
    /// Longest, in bytes.
    pub const BYTES_MAX: usize = 32;

    /// Reads a name: letters, digits, `-`, `_` and `.`.
    pub fn parse(raw: &str) -> Option<Self> {
        let is_fine = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let fits = (1..=Self::BYTES_MAX).contains(&raw.len()) && raw.chars().all(is_fine);
        fits.then(|| Self(raw.to_ascii_lowercase().into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How far a client has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Seen {
    /// Up to here, if it is not here.
    #[n(0)]
    pub position: Position,
    #[n(1)]
    pub at: Millis,
    /// It is connected, and reads.
    #[n(2)]
    pub is_here: bool,
}

/// The clients of an account.
pub type Clients = BTreeMap<ClientName, Seen>;

/// The client that gives way to another one: the one that has not been here for longest.
pub fn oldest(clients: &Clients) -> Option<&ClientName> {
    let (name, _) = clients.iter().min_by_key(|(_, seen)| (seen.is_here, seen.position))?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(ClientName::parse("Phone-2.b_").as_ref().map(ClientName::as_str), Some("phone-2.b_"));
        for raw in ["", "a b", "é", "a@b", &"x".repeat(33)] {
            assert_eq!(ClientName::parse(raw), None, "{raw}");
        }
    }

    #[test]
    fn who_is_here_gives_way_last() {
        let seen = |position, is_here| Seen { position: Position(position), at: Millis(0), is_here };
        let name = |raw| ClientName::parse(raw).expect("a name");
        let mut clients: Clients = [("a", seen(1, true)), ("b", seen(9, false)), ("c", seen(5, false))]
            .map(|(n, s)| (name(n), s))
            .into();
        assert_eq!(oldest(&clients), Some(&name("c")));
        clients.retain(|_, seen| seen.is_here);
        assert_eq!(oldest(&clients), Some(&name("a")));
    }
}
