//! Networks of addresses: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::fmt;

use minicbor::{CborLen, Decode, Encode};

/// All addresses that begin with the same bits. A single address is a net of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Net {
    address: IpAddr,
    bits: u8,
}

impl Net {
    /// The net of `bits` bits that an address is in; of one address, for more bits than it has. An IPv4 address
    /// in IPv6 clothes is an IPv4 address.
    pub fn of(address: IpAddr, bits: u8) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let bits = bits.min(32);
                let mask = u32::MAX.checked_shl(u32::from(32 - bits)).unwrap_or(0);
                Self { address: Ipv4Addr::from_bits(address.to_bits() & mask).into(), bits }
            }
            IpAddr::V6(address) => {
                let bits = bits.min(128);
                let mask = u128::MAX.checked_shl(u32::from(128 - bits)).unwrap_or(0);
                Self { address: Ipv6Addr::from_bits(address.to_bits() & mask).into(), bits }
            }
        }
    }

    /// Reads `address/bits`, or an address alone.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address.parse().ok()?, bits.parse().ok()?),
            None => (text.parse::<IpAddr>().ok()?, u8::MAX),
        };
        let max = if matches!(address, IpAddr::V4(_)) { 32 } else { 128 };
        (bits == u8::MAX || bits <= max).then(|| Self::of(address, bits))
    }

    pub fn contains(self, address: IpAddr) -> bool {
        Self::of(address, self.bits) == self
    }

    /// Its first address.
    pub fn first(self) -> IpAddr {
        self.address
    }

    /// How many bits its addresses share.
    pub fn bits(self) -> u8 {
        self.bits
    }

    /// The nets that an address is in, the smallest first: itself and 32 or 128 around it.
    pub fn around(address: IpAddr) -> impl Iterator<Item = Self> {
        let all = Self::of(address, u8::MAX);
        (0..=all.bits).rev().map(move |bits| Self::of(all.address, bits))
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.address, self.bits) {
            (IpAddr::V4(_), 32) | (IpAddr::V6(_), 128) => self.address.fmt(f),
            (address, bits) => write!(f, "{address}/{bits}"),
        }
    }
}

impl<C> Encode<C> for Net {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.to_string())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Net {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::parse(d.str()?).ok_or_else(|| minicbor::decode::Error::message("not a net"))
    }
}

impl<C> CborLen<C> for Net {
    fn cbor_len(&self, ctx: &mut C) -> usize {
        self.to_string().as_str().cbor_len(ctx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nets_are_read_and_written() {
        for (text, expected) in [
            ("10.1.2.3/8", Some("10.0.0.0/8")),
            ("10.1.2.3", Some("10.1.2.3")),
            ("10.1.2.3/32", Some("10.1.2.3")),
            ("0.0.0.0/0", Some("0.0.0.0/0")),
            ("2001:db8:1::7/32", Some("2001:db8::/32")),
            ("::1", Some("::1")),
            ("::ffff:10.0.0.1", Some("10.0.0.1")),
            ("10.0.0.0/33", None),
            ("10.0.0/8", None),
            ("::/129", None),
            ("example.org", None),
            ("", None),
        ] {
            assert_eq!(Net::parse(text).map(|net| net.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_net_has_its_addresses_and_no_others() {
        let net = Net::parse("10.0.0.0/9").expect("a net");
        for (address, is_in) in
            [("10.1.2.3", true), ("10.128.0.0", false), ("::ffff:10.1.2.3", true), ("::", false)]
        {
            assert_eq!(net.contains(address.parse().expect("an address")), is_in, "{address}");
        }
        assert_eq!(Net::around("10.0.0.1".parse().expect("an address")).count(), 33);
        assert_eq!(Net::around("::1".parse().expect("an address")).count(), 129);
    }
}
