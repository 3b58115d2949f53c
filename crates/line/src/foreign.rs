//! Other protocols that come to this door by mistake.

/// Whether the first bytes of a connection, 14 or more, are those of TLS, HTTP, SSH or the PROXY protocol. Lines that somebody
/// might type are not: nobody's first words are `GET /`.
pub fn is_foreign(first: &[u8]) -> bool {
    const OPENINGS: &[&[u8]] = &[
        // A TLS handshake record. Spec: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
        b"\x16\x03",
        // HTTP requests. Spec: <https://www.rfc-editor.org/rfc/rfc9112#section-3>
        b"GET /",
        b"GET http",
        b"HEAD /",
        b"POST /",
        b"PUT /",
        b"DELETE /",
        b"PATCH /",
        b"TRACE /",
        b"OPTIONS /",
        b"OPTIONS * HTTP",
        b"CONNECT ",
        b"PRI * HTTP/2",
        // What a proxy says that is not trusted to. Spec: <https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt>
        b"PROXY TCP",
        b"PROXY UNKNOWN",
        b"\r\n\r\n\0\r\nQUIT\n",
        // Spec: <https://www.rfc-editor.org/rfc/rfc4253#section-4.2>
        b"SSH-",
    ];
    OPENINGS.iter().any(|opening| first.starts_with(opening))
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn strangers_and_people() {
        for first in [
            b"\x16\x03\x01\x02\x00".as_slice(),
            b"GET / HTTP/1.1\r\n",
            b"CONNECT a:25 HTTP/1.1\r\n",
            b"SSH-2.0-x",
            b"PROXY TCP4 1.2.3.4 ",
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11",
        ] {
            assert!(is_foreign(first), "{first:?}");
        }
        for first in [b"/nick ginette\n".as_slice(), b"GET well soon\n", b"", b"NICK bob\r\n"] {
            assert!(!is_foreign(first), "{first:?}");
        }
    }
}
