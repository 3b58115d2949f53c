//! Cloaks: hosts that stand for addresses without telling them, and in which nets can still be recognised.
//!
//! ```text
//! 192.0.2.7     ─▶ h2kq9w3f.t5m0c8xz.9b4r7vjd.users     the address . its /24 . its /16 . the network's name
//! 2001:db8::42  ─▶ …                                     its /64     . its /48 . its /32 . the network's name
//! ```
//!
//! So a ban of `*!*@*.t5m0c8xz.9b4r7vjd.users` covers a /24. Of an IPv6 address the /64 counts: the rest is the
//! subscriber's own choice, and changes by itself.

use core::net::IpAddr;
use std::fmt;

use compact_str::CompactString;
use sha2::{Digest, Sha256};

use crate::net::Net;

/// Letters of a cloak, each five bits. None can be taken for another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Bits of each letter.
const LETTER_BITS: u8 = 5;
/// The nets that a cloak names, the smallest first.
const BITS_V4: [u8; 3] = [32, 24, 16];
const BITS_V6: [u8; 3] = [64, 48, 32];

/// How hosts are made of addresses. The same secret gives the same hosts.
#[derive(Clone, PartialEq, Eq)]
pub struct Cloak {
    pub secret: String,
    /// The last part of every cloak.
    pub netname: CompactString,
    /// Bits of the hash in each part.
    pub bits: u8,
    /// People who log in while they connect get a host that names their account.
    pub accounts: bool,
}

impl fmt::Debug for Cloak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloak").field("netname", &self.netname).finish_non_exhaustive()
    }
}

impl Cloak {
    /// The host that stands for an address.
    pub fn host(&self, address: IpAddr) -> CompactString {
        let bits = if address.to_canonical().is_ipv4() { BITS_V4 } else { BITS_V6 };
        let mut host = String::new();
        for bits in bits {
            self.push_part(&mut host, Net::of(address, bits));
            host.push('.');
        }
        host.push_str(&self.netname);
        host.into()
    }

    /// The beginning of a net's keyed hash.
    fn push_part(&self, host: &mut String, net: Net) {
        let digest = hmac_sha256(self.secret.as_bytes(), net.to_string().as_bytes());
        let number = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        for n in 1..=self.bits.div_ceil(LETTER_BITS) {
            let letter = number >> (128 - u32::from(n) * u32::from(LETTER_BITS)) & 31;
            host.push(char::from(LETTERS[letter as usize]));
        }
    }
}

/// A keyed hash. Spec: <https://www.rfc-editor.org/rfc/rfc2104#section-2>
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    const BLOCK: usize = 64;
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(address: &str) -> String {
        let cloak = Cloak { secret: "quack".into(), netname: "users".into(), bits: 40, accounts: false };
        cloak.host(address.parse().expect("an address")).into()
    }

    fn parts(address: &str) -> Vec<String> {
        host(address).split('.').map(str::to_owned).collect()
    }

    /// Spec: <https://www.rfc-editor.org/rfc/rfc4231#section-4.3>, and a key longer than a block (4.7)
    #[test]
    fn the_hash_is_hmac_sha_256() {
        let hex = |digest: [u8; 32]| digest.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(
            hex(hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(hmac_sha256(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn neighbours_share_what_their_nets_share() {
        let (one, two, far) = (parts("192.0.2.7"), parts("192.0.2.8"), parts("192.0.3.7"));
        assert_eq!(one.len(), 4);
        assert!(one[0] != two[0] && one[1..] == two[1..]);
        assert!(one[1] != far[1] && one[2..] == far[2..]);
        assert_eq!(parts("2001:db8::1"), parts("2001:db8::2"), "the /64 is the subscriber's");
        assert_ne!(parts("2001:db8::1")[0], parts("2001:db8:0:1::1")[0]);
        assert_eq!(parts("::ffff:192.0.2.7"), one);
    }

    #[test]
    fn a_cloak_is_a_host_and_depends_on_the_secret() {
        let cloak = |secret: &str| {
            Cloak { secret: secret.into(), netname: "n".repeat(24).into(), bits: 60, accounts: false }
                .host(IpAddr::from([10, 0, 0, 1]))
        };
        assert!(cloak("a").len() <= 63 && crate::commands::chghost::is_host(&cloak("a")));
        assert_ne!(cloak("a"), cloak("b"));
    }
}
