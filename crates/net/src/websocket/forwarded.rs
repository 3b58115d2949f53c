//! For whom a web server in front of this one connects, as `X-Forwarded-For` has it.

use std::net::{IpAddr, SocketAddr};

use colvert_core::net::Net;

/// The nearest of the hands that is none of ours. Whoever is further away may have written whatever they liked.
/// Nothing: none was named. An error: what stands there is no address.
pub(crate) fn source(hands: &[&str], ours: &[Net]) -> Result<Option<IpAddr>, ()> {
    let mut nearest = None;
    for hand in hands.iter().rev() {
        let address = address(hand).ok_or(())?.to_canonical();
        nearest = Some(address);
        if !ours.iter().any(|net| net.contains(address)) {
            break;
        }
    }
    Ok(nearest)
}

/// An address, which may have a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_believed_beyond_the_first_who_is_not_trusted() {
        let ours = [Net::parse("10.0.0.0/8").expect("a net")];
        type Expected = Result<Option<&'static str>, ()>;
        let cases: [(&[&str], Expected); 7] = [
            (&[], Ok(None)),
            (&["192.0.2.1"], Ok(Some("192.0.2.1"))),
            (&["192.0.2.66", "192.0.2.1", "10.0.0.2"], Ok(Some("192.0.2.1"))),
            (&["nonsense", "192.0.2.1"], Ok(Some("192.0.2.1"))),
            (&["[2001:db8::1]:5", "10.0.0.1:80"], Ok(Some("2001:db8::1"))),
            (&["192.0.2.1", "nonsense"], Err(())),
            (&["10.0.0.3", "10.0.0.2"], Ok(Some("10.0.0.3"))),
        ];
        for (hands, expected) in cases {
            let expected = expected.map(|text| text.map(|text| text.parse().expect("an address")));
            assert_eq!(source(hands, &ours), expected, "{hands:?}");
        }
    }
}
