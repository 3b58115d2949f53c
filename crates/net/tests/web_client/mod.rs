//! A client of WebSocket that is just enough for tests, over any stream.

use std::io::{Read, Write};

const MASK: [u8; 4] = [1, 2, 3, 4];
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// A browser, or what passes for one.
pub struct WebClient<S> {
    pub stream: S,
    /// What was answered to the request, up to the empty line.
    pub response: String,
}

/// A request for a WebSocket, with these headers besides; each ends with CR LF.
pub fn request(headers: &str) -> String {
    format!(
        "GET /chat HTTP/1.1\r\nHost: chat.example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"
    )
}

/// A frame with its mask, and `first` as it is.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match u16::try_from(payload.len()).expect("tests are brief") {
        short @ 0..=125 => bytes.push(0x80 | short.to_be_bytes()[1]),
        long => {
            bytes.push(0x80 | 126);
            bytes.extend(long.to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

impl<S: Read + Write> WebClient<S> {
    /// Asks, and reads the answer.
    pub fn open(mut stream: S, headers: &str) -> Self {
        // Who is not let in may be cut off while they ask.
        let _ = stream.write_all(request(headers).as_bytes());
        let mut response = Vec::new();
        let mut byte = [0];
        while !response.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
            response.push(byte[0]);
        }
        Self { stream, response: String::from_utf8(response).expect("an answer is text") }
    }

    pub fn status(&self) -> &str {
        self.response.split(' ').nth(1).unwrap_or_default()
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("it takes bytes");
    }

    /// Says a line in a message of its own.
    pub fn say(&mut self, line: &str) {
        self.send(&frame(0x80 | TEXT, line.as_bytes()));
    }

    /// The next frame: its opcode and what it carries. Nothing: there are no more.
    pub fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let [first, length] = self.take::<2>()?;
        assert_eq!(first & 0xf0, 0x80, "whole, and nothing reserved");
        assert_eq!(length & 0x80, 0, "a server does not mask");
        let length = match length {
            126 => usize::from(u16::from_be_bytes(self.take()?)),
            127 => usize::try_from(u64::from_be_bytes(self.take()?)).expect("it fits"),
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload).expect("the rest of a frame");
        Some((first & 0xf, payload))
    }

    /// The next message, which is text.
    pub fn read(&mut self) -> String {
        let (opcode, payload) = self.next().expect("something is said");
        assert_eq!(opcode, TEXT);
        let line = String::from_utf8(payload).expect("text is UTF-8");
        assert!(!line.contains(['\r', '\n']), "a line without its end: {line:?}");
        line
    }

    /// Reads up to a line with these words in it.
    pub fn hear(&mut self, words: &str) -> String {
        loop {
            let line = self.read();
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Reads up to the end: the code with which it was closed, if one was said.
    pub fn closed(&mut self) -> Option<u16> {
        while let Some((opcode, payload)) = self.next() {
            if let (CLOSE, [high, low, ..]) = (opcode, &payload[..]) {
                return Some(u16::from_be_bytes([*high, *low]));
            }
        }
        None
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes).ok().map(|()| bytes)
    }
}
