//! Codes that make their first user an administrator.

use argon2::password_hash::rand_core::{OsRng, RngCore};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use colvert_core::commands::claim::digest;
use colvert_core::ids::Millis;

use crate::control::Order;

/// How long a code can be used.
const VALID_S: u64 = 24 * 3_600;

/// A code. It is shown once; the server keeps its SHA-256.
pub struct Code(String);

impl Code {
    /// Makes a code of 80 random bits, in groups that can be read aloud.
    pub fn random() -> Self {
        /// 32 letters and digits; without `l` and `o`, which look like digits, `0` and `1`.
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        const CHARS: usize = 16;
        let mut bytes = [0; CHARS];
        OsRng.fill_bytes(&mut bytes);
        let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        Self(groups.join("-"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes it valid for a day.
    pub fn order(&self, now: Millis) -> Order {
        let hex: String = digest(&self.0).iter().map(|byte| format!("{byte:02x}")).collect();
        Order::new("CODE", [hex, now.plus_s(VALID_S).to_string()])
    }
}

/// A token of 256 random bits, in base64url, behind what tells programs that look for leaked secrets what it is.
pub fn token() -> String {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    format!("cvt_{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// 128 random bits, for the salt of a password.
pub fn salt() -> Vec<u8> {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    bytes.to_vec()
}

/// A random number that is never given twice.
pub fn random_u128() -> u128 {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    u128::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_readable_and_differ() {
        let (code, other) = (Code::random(), Code::random());
        assert_ne!(code.as_str(), other.as_str());
        assert_eq!(code.as_str().len(), 19);
        let is_fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(code.as_str().chars().all(is_fine), "{}", code.as_str());
    }
}
