//! The request with which a browser comes, and what it is answered.
//! Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-4.2>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::{Messages, Origins};

/// Longest request that is read.
pub(crate) const REQUEST_BYTES_MAX: usize = 8 << 10;
/// Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-1.3>
const MAGIC: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// What is spoken on it, by name. Spec: <https://ircv3.net/specs/extensions/websocket>
const PROTOCOLS: [(&str, Messages); 2] =
    [("text.ircv3.net", Messages::Text), ("binary.ircv3.net", Messages::Binary)];

/// What the first bytes of a connection are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Opening<'a> {
    /// A request of so many bytes.
    Whole(usize, Request<'a>),
    /// The beginning of one.
    Partial,
    Wrong(Status),
}

/// The headers of a request, as far as they matter. There is one of each, or what there are several of is a list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Request<'a> {
    is_get: bool,
    host: &'a str,
    upgrade: Vec<&'a str>,
    connection: Vec<&'a str>,
    version: &'a str,
    key: &'a str,
    protocols: Vec<&'a str>,
    origin: Option<&'a str>,
    /// For whom a web server connects, by hand of each that did: the last one is what the last of them saw.
    pub forwarded_for: Vec<&'a str>,
    pub forwarded_proto: Option<&'a str>,
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    BadRequest,
    /// The page may not connect, or whoever it is may not.
    Forbidden,
    NotGet,
    /// It is a request, and none for a WebSocket.
    UpgradeRequired,
    TooLarge,
}

impl Status {
    /// The answer, whole.
    pub fn response(self) -> String {
        let (status, header, words) = match self {
            Self::BadRequest => ("400 Bad Request", "", "This is not a request that can be read."),
            Self::Forbidden => ("403 Forbidden", "", "Pages of this origin may not connect here."),
            Self::NotGet => ("405 Method Not Allowed", "Allow: GET\r\n", "A WebSocket begins with GET."),
            Self::UpgradeRequired => (
                "426 Upgrade Required",
                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                "This is a chat server's WebSocket (version 13); it has no pages.",
            ),
            Self::TooLarge => ("431 Request Header Fields Too Large", "", "The request is too long."),
        };
        format!(
            "HTTP/1.1 {status}\r\n{header}Connection: close\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{words}\n",
            words.len() + 1
        )
    }
}

/// Reads a request as far as it has come.
pub(crate) fn opening(start: &[u8]) -> Opening<'_> {
    let first_end = start.iter().position(|byte| *byte == b'\n');
    if first_end.is_some_and(|end| !is_http(&start[..end])) || (first_end.is_none() && start.contains(&0)) {
        return Opening::Wrong(Status::BadRequest);
    }
    let Some(end) = start.windows(4).position(|four| four == b"\r\n\r\n") else {
        let is_full = start.len() >= REQUEST_BYTES_MAX;
        return if is_full { Opening::Wrong(Status::TooLarge) } else { Opening::Partial };
    };
    match std::str::from_utf8(&start[..end]).ok().and_then(request) {
        Some(request) => Opening::Whole(end + 4, request),
        None => Opening::Wrong(Status::BadRequest),
    }
}

fn is_http(line: &[u8]) -> bool {
    line.strip_suffix(b"\r").is_some_and(|line| line.ends_with(b" HTTP/1.1"))
}

fn request(head: &str) -> Option<Request<'_>> {
    let mut lines = head.split("\r\n");
    let words: Vec<&str> = lines.next()?.split(' ').collect();
    let [method, _, _] = words[..] else { return None };
    let mut request = Request { is_get: method == "GET", ..Request::default() };
    for line in lines {
        let (name, value) = line.split_once(':')?;
        // A space before the colon, or a line that goes on with the next, is what requests are smuggled with.
        if name.is_empty() || name.contains([' ', '\t']) {
            return None;
        }
        let value = value.trim_matches([' ', '\t']);
        let list = || value.split(',').map(str::trim).filter(|word| !word.is_empty());
        match name.to_ascii_lowercase().as_str() {
            "host" => once(&mut request.host, value)?,
            "sec-websocket-version" => once(&mut request.version, value)?,
            "sec-websocket-key" => once(&mut request.key, value)?,
            "origin" if request.origin.is_none() => request.origin = Some(value),
            "origin" => return None,
            "upgrade" => request.upgrade.extend(list()),
            "connection" => request.connection.extend(list()),
            "sec-websocket-protocol" => request.protocols.extend(list()),
            "x-forwarded-for" => request.forwarded_for.extend(list()),
            // What comes behind the request would be its body to who forwards it, and frames to us.
            "content-length" if value != "0" => return None,
            "transfer-encoding" => return None,
            "x-forwarded-proto" => request.forwarded_proto = Some(value),
            _ => {}
        }
    }
    Some(request)
}

/// Takes a header's value that there is one of.
fn once<'a>(place: &mut &'a str, value: &'a str) -> Option<()> {
    let is_first = place.is_empty() && !value.is_empty();
    is_first.then(|| *place = value)
}

impl Request<'_> {
    /// Whether a connection comes of it: what is spoken, and the answer.
    ///
    /// # Errors
    /// Why none does.
    pub fn accept(&self, origins: &Origins) -> Result<(Messages, String), Status> {
        let has = |list: &[&str], word: &str| list.iter().any(|one| one.eq_ignore_ascii_case(word));
        if !self.is_get {
            return Err(Status::NotGet);
        }
        if !has(&self.upgrade, "websocket") || !has(&self.connection, "upgrade") || self.version != "13" {
            return Err(Status::UpgradeRequired);
        }
        if self.host.is_empty() || STANDARD.decode(self.key).map(|key| key.len()) != Ok(16) {
            return Err(Status::BadRequest);
        }
        if !self.is_of(origins) {
            return Err(Status::Forbidden);
        }
        // In the client's order. Spec: <https://ircv3.net/specs/extensions/websocket#websocket-features-and-encoding>
        let known = |name: &&str| PROTOCOLS.iter().find(|(known, _)| known == name);
        let agreed = self.protocols.iter().find_map(known);
        let protocol = agreed.map(|(name, _)| format!("Sec-WebSocket-Protocol: {name}\r\n"));
        let response = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\n{}\r\n",
            self.proof(),
            protocol.unwrap_or_default()
        );
        Ok((agreed.map_or(Messages::Text, |(_, messages)| *messages), response))
    }

    /// Shows that the request was read by who speaks WebSocket.
    fn proof(&self) -> String {
        let both = [self.key, MAGIC].concat();
        STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, both.as_bytes()))
    }

    /// Whether the page may connect that asks for it. A browser always says which it is, and any other program may say
    /// what it likes. Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-10.2>
    fn is_of(&self, origins: &Origins) -> bool {
        let Some(origin) = self.origin else { return true };
        let is_same = || {
            let of = origin.split_once("://").map(|(_, rest)| host_name(rest));
            of.is_some_and(|of| of.eq_ignore_ascii_case(host_name(self.host)))
        };
        match origins {
            Origins::Any => true,
            Origins::SameHost => is_same(),
            Origins::Also(known) => is_same() || known.iter().any(|one| one.eq_ignore_ascii_case(origin)),
        }
    }
}

/// A host without its port.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request as a browser sends it, with these headers in the place of those of the same name.
    fn request(headers: &[&str]) -> String {
        let name = |header: &str| header.split(':').next().map(str::to_lowercase);
        let usual = [
            "Host: chat.example.org:8097",
            "Upgrade: websocket",
            "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
        ];
        let usual = usual.iter().filter(|one| !headers.iter().any(|other| name(one) == name(other)));
        let all: String = usual.chain(headers).map(|header| format!("{header}\r\n")).collect();
        format!("GET / HTTP/1.1\r\n{all}\r\n")
    }

    fn accept(headers: &[&str], origins: &Origins) -> Result<(Messages, String), Status> {
        let text = request(headers);
        match opening(text.as_bytes()) {
            Opening::Whole(bytes, request) => {
                assert_eq!(bytes, text.len());
                request.accept(origins)
            }
            Opening::Wrong(status) => Err(status),
            Opening::Partial => panic!("it is whole"),
        }
    }

    fn same(headers: &[&str]) -> Result<Messages, Status> {
        accept(headers, &Origins::SameHost).map(|(messages, _)| messages)
    }

    #[test]
    fn a_request_is_answered_with_its_proof_and_what_was_agreed_on() {
        let (messages, response) =
            accept(&["Sec-WebSocket-Protocol: chat, binary.ircv3.net, text.ircv3.net"], &Origins::SameHost)
                .expect("it is right");
        assert_eq!(messages, Messages::Binary, "the client's order");
        // The example of RFC 6455.
        assert_eq!(
            response,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: binary.ircv3.net\r\n\r\n"
        );
        assert_eq!(same(&["Sec-WebSocket-Protocol: text.ircv3.net"]), Ok(Messages::Text));
        let (messages, response) = accept(&[], &Origins::SameHost).expect("it is right");
        assert!(messages == Messages::Text && !response.contains("Protocol:"), "{response}");
    }

    #[test]
    fn a_page_of_another_host_may_not_connect_unless_it_is_named() {
        assert!(same(&["Origin: https://chat.example.org"]).is_ok());
        assert!(same(&["Origin: http://CHAT.example.org:8080"]).is_ok());
        for stranger in ["https://evil.example", "null", "https://chat.example.org.evil.example"] {
            let origin = format!("Origin: {stranger}");
            assert_eq!(same(&[&origin]), Err(Status::Forbidden), "{stranger}");
            assert!(accept(&[&origin], &Origins::Any).is_ok());
        }
        let also = Origins::Also(vec!["https://web.example.net".to_owned()]);
        assert!(accept(&["Origin: https://web.example.net"], &also).is_ok());
        assert!(accept(&["Origin: https://chat.example.org"], &also).is_ok());
        let refused = accept(&["Origin: http://web.example.net"], &also).map(|(messages, _)| messages);
        assert_eq!(refused, Err(Status::Forbidden), "an origin has its scheme");
    }

    #[test]
    fn what_asks_for_no_websocket_is_told_so() {
        assert_eq!(same(&["Upgrade: h2c"]), Err(Status::UpgradeRequired));
        assert_eq!(same(&["Connection: close"]), Err(Status::UpgradeRequired));
        assert_eq!(same(&["Sec-WebSocket-Version: 8"]), Err(Status::UpgradeRequired));
        assert_eq!(same(&["Sec-WebSocket-Key: short"]), Err(Status::BadRequest));
        let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        assert_eq!(same(&[key, key]), Err(Status::BadRequest), "two keys");
        assert_eq!(same(&["Host : chat.example.org"]), Err(Status::BadRequest), "a space before the colon");
        assert_eq!(same(&["Content-Length: 4"]), Err(Status::BadRequest), "a body");
        assert_eq!(same(&["Transfer-Encoding: chunked"]), Err(Status::BadRequest), "a body in pieces");
        assert!(same(&["Content-Length: 0"]).is_ok());
        let post = request(&[]).replacen("GET", "POST", 1);
        let Opening::Whole(_, request) = opening(post.as_bytes()) else { panic!("it is whole") };
        assert_eq!(request.accept(&Origins::Any).unwrap_err(), Status::NotGet);
    }

    #[test]
    fn a_request_comes_in_pieces_and_has_an_end() {
        let text = request(&[]);
        for end in 0..text.len() {
            assert_eq!(opening(&text.as_bytes()[..end]), Opening::Partial, "{end} bytes");
        }
        let long = format!("GET / HTTP/1.1\r\nCookie: {}", "x".repeat(REQUEST_BYTES_MAX));
        assert_eq!(opening(long.as_bytes()), Opening::Wrong(Status::TooLarge));
        for other in ["NICK alice\r\n", "GET / HTTP/1.0\r\n\r\n", "\x16\x03\x01\0", "\n"] {
            assert_eq!(opening(other.as_bytes()), Opening::Wrong(Status::BadRequest), "{other:?}");
        }
    }
}
