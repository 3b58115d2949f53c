//! What an account has besides its name and its password.

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::ids::Millis;
use crate::mail::Address;
use crate::text::Text;

/// Operators closed an account, for a time or until they open it again.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Suspension {
    /// Who did it; `*` for the server's own command line.
    #[cbor(n(0), with = "crate::names::compact")]
    pub by: CompactString,
    #[n(1)]
    pub at: Millis,
    /// Nothing: until somebody opens it.
    #[n(2)]
    pub until: Option<Millis>,
    #[n(3)]
    pub reason: Option<Text>,
}

/// A code that does something once, such as setting a new password. Only its SHA-256 is kept.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct ResetCode {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub digest: Vec<u8>,
    #[n(1)]
    pub expires: Millis,
}

impl ResetCode {
    /// Whether that is it, and still counts.
    pub fn is(&self, digest: &[u8], now: Millis) -> bool {
        self.digest == digest && self.expires > now
    }
}

/// An address that an account is to have, when its owner has shown that letters to it reach them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct NewAddress {
    #[n(0)]
    pub address: Address,
    #[n(1)]
    pub code: ResetCode,
}

/// A device's own password: a random token, of which only the SHA-256 is kept. Nobody guesses 256 bits, so that it is
/// checked without the cost of a password.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Device {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub digest: Vec<u8>,
    #[n(1)]
    pub made: Millis,
}

/// The SHA-256 fingerprint of a certificate as people write it (colons, capitals), as it is kept; nothing for what is none.
pub fn fingerprint(raw: &str) -> Option<String> {
    let hex: String = raw.chars().filter(|c| *c != ':').map(|c| c.to_ascii_lowercase()).collect();
    let is_one = hex.len() == 64 && hex.chars().all(|c| c.is_ascii_hexdigit());
    is_one.then_some(hex)
}
