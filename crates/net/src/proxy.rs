//! The PROXY protocol: a proxy says, before anything else, for whom it connects.
//! Spec: <https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt>

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest header that is read; version 2 can carry more, which nobody needs.
pub const HEADER_BYTES_MAX: usize = 1_024;
/// What a header of version 2 begins with.
pub(crate) const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
/// Longest header of version 1, with its CR LF.
const LINE_BYTES_MAX: usize = 107;
/// Signature, version and command, family, length.
const FIXED_BYTES: usize = 16;

/// What the first bytes of a connection are.
#[derive(Debug, PartialEq, Eq)]
pub enum Header {
    /// A header of so many bytes. For whom: nothing if the proxy connects for itself, or does not know.
    Whole { bytes: usize, source: Option<IpAddr> },
    /// The beginning of one.
    Partial,
    /// None.
    Wrong,
}

/// Reads a header of either version.
pub fn header(start: &[u8]) -> Header {
    if start.starts_with(SIGNATURE) {
        version_2(start)
    } else if SIGNATURE.starts_with(start) || b"PROXY ".starts_with(start) {
        Header::Partial
    } else if start.starts_with(b"PROXY ") {
        version_1(start)
    } else {
        Header::Wrong
    }
}

/// `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443`
fn version_1(start: &[u8]) -> Header {
    let Some(end) = start.windows(2).take(LINE_BYTES_MAX - 1).position(|two| two == b"\r\n") else {
        return if start.len() < LINE_BYTES_MAX { Header::Partial } else { Header::Wrong };
    };
    let Ok(line) = std::str::from_utf8(&start[..end]) else { return Header::Wrong };
    let mut words = line.split(' ').skip(1);
    let source = match words.next() {
        Some("UNKNOWN") => return Header::Whole { bytes: end + 2, source: None },
        Some("TCP4") => words.next().and_then(|word| word.parse::<Ipv4Addr>().ok()).map(IpAddr::from),
        Some("TCP6") => words.next().and_then(|word| word.parse::<Ipv6Addr>().ok()).map(IpAddr::from),
        _ => None,
    };
    let is_address = |word: &str| {
        word.parse().is_ok_and(|to: IpAddr| source.is_some_and(|of| of.is_ipv4() == to.is_ipv4()))
    };
    let is_port = |word: &str| word.bytes().all(|b| b.is_ascii_digit()) && word.parse::<u16>().is_ok();
    let rest: Vec<_> = words.collect();
    match (source, &rest[..]) {
        (Some(_), &[to, from_port, port]) if is_address(to) && is_port(from_port) && is_port(port) => {
            Header::Whole { bytes: end + 2, source }
        }
        _ => Header::Wrong,
    }
}

fn version_2(start: &[u8]) -> Header {
    let Some(fixed) = start.get(SIGNATURE.len()..FIXED_BYTES) else { return Header::Partial };
    let [command, family, high, low] = *fixed else { return Header::Wrong };
    let bytes = FIXED_BYTES + usize::from(u16::from_be_bytes([high, low]));
    if command >> 4 != 2 || bytes > HEADER_BYTES_MAX {
        return Header::Wrong;
    }
    let Some(addresses) = start.get(FIXED_BYTES..bytes) else { return Header::Partial };
    let source = match (command & 0xf, family) {
        // LOCAL: the proxy looks whether we are alive.
        (0, _) => None,
        (1, 0x11) if addresses.len() >= 12 => {
            addresses.first_chunk::<4>().map(|octets| IpAddr::from(*octets))
        }
        (1, 0x21) if addresses.len() >= 36 => {
            addresses.first_chunk::<16>().map(|octets| IpAddr::from(*octets))
        }
        // Families that are none of the internet's.
        (1, 0x00 | 0x12 | 0x22 | 0x31 | 0x32) => None,
        _ => return Header::Wrong,
    };
    Header::Whole { bytes, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: usize, source: &str) -> Header {
        Header::Whole { bytes, source: source.parse().ok() }
    }

    /// A header of version 2 for `192.0.2.1`.
    fn binary(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
        let length = u16::try_from(addresses.len()).expect("it is short").to_be_bytes();
        [SIGNATURE, &[command, family], &length, addresses].concat()
    }

    #[test]
    fn a_line_says_for_whom() {
        let line = b"PROXY TCP4 192.0.2.1 192.0.2.2 56324 6667\r\n";
        assert_eq!(header(line), whole(line.len(), "192.0.2.1"));
        assert_eq!(header(&[line, &b"NICK a\r\n"[..]].concat()), whole(line.len(), "192.0.2.1"));
        assert_eq!(header(b"PROXY TCP6 2001:db8::1 ::1 1 2\r\n"), whole(32, "2001:db8::1"));
        assert_eq!(header(b"PROXY UNKNOWN\r\n"), whole(15, ""));
        for end in 0..line.len() {
            assert_eq!(header(&line[..end]), Header::Partial, "{end} bytes");
        }
    }

    #[test]
    fn octets_say_for_whom() {
        let four = [192, 0, 2, 1, 192, 0, 2, 2, 0, 1, 0, 2];
        let bytes = binary(0x21, 0x11, &four);
        assert_eq!(header(&bytes), whole(28, "192.0.2.1"));
        for end in 0..bytes.len() {
            assert_eq!(header(&bytes[..end]), Header::Partial, "{end} bytes");
        }
        let six = [&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1][..], &[0; 20]].concat();
        assert_eq!(header(&binary(0x21, 0x21, &six)), whole(52, "2001:db8::1"));
        assert_eq!(header(&binary(0x20, 0, b"")), whole(16, ""));
        // With an address that is as IPv6 has it: `Lobby` takes it for what it is.
        let mapped = [&[0; 10][..], &[0xff, 0xff, 192, 0, 2, 1], &[0; 20]].concat();
        assert_eq!(header(&binary(0x21, 0x21, &mapped)), whole(52, "::ffff:192.0.2.1"));
        // What a proxy tells besides (a TLS library's name, a checksum) is skipped, also where it is broken.
        for more in [&b"\x02\x00\x04chat"[..], b"\x04\xff\xff", b"\x04"] {
            let bytes = [&four[..], more].concat();
            assert_eq!(header(&binary(0x21, 0x11, &bytes)), whole(28 + more.len(), "192.0.2.1"));
        }
        // Through a socket file, or of a kind that is none: nobody is named.
        assert_eq!(header(&binary(0x21, 0x31, &[b'/'; 216])), whole(232, ""));
        assert_eq!(header(&binary(0x21, 0, b"")), whole(16, ""));
    }

    #[test]
    fn what_is_none_is_refused() {
        let long = [&b"PROXY TCP4 "[..], &[b'1'; 200]].concat();
        let wrong: &[&[u8]] = &[
            b"NICK a\r\n",
            b"PROXY TCP4 192.0.2.1\r\n",
            b"PROXY TCP4 host 192.0.2.2 1 2\r\n",
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1 99999\r\n",
            b"PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n",
            b"PROXY TCP4 ::1 ::2 1 2\r\n",
            b"PROXY TCP4 192.0.2.1 ::2 1 2\r\n",
            b"PROXY TCP6 2001:db8::1 192.0.2.2 1 2\r\n",
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
            b"PROXY TCP4 192.0.2.1  192.0.2.2 1 2\r\n",
            b"PROXY TCP4 192.000.002.001 192.0.2.2 1 2\r\n",
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n\r\n",
            b"proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
            b"PROXY \xff\r\n",
            &long,
            &binary(0x11, 0x11, &[0; 12]),
            &binary(0x21, 0x11, &[0; 4]),
            &binary(0x2f, 0x11, &[0; 12]),
            &binary(0x21, 0x11, &[0; HEADER_BYTES_MAX]),
        ];
        for start in wrong {
            assert_eq!(header(start), Header::Wrong, "{start:?}");
        }
    }
}
