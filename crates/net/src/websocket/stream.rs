//! A stream of lines over a stream of frames.

use std::io::{self, ErrorKind, Read, Write};

use super::Messages;
use super::frames::{self, Decoder, End};
use crate::stream::Stream;

/// Bytes of frames that one connection keeps at most for a socket that is full, beside the last line.
const UNSENT_BYTES: usize = 16 << 10;
/// What is read of the socket at once.
const READ_BYTES: usize = 4 << 10;
/// How much of what nobody reads any more is taken from the socket, so that it does not take the last words away.
const DISCARDED_BYTES: usize = 64 << 10;
/// Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1>
const NORMAL: u16 = 1000;

pub(crate) struct WebSocketStream {
    under: Stream,
    decoder: Decoder,
    messages: Messages,
    /// What came with the handshake, and after it.
    early: Vec<u8>,
    /// The beginning of a line that is being written.
    begun: Vec<u8>,
    unsent: Vec<u8>,
    /// What the last ping asks back.
    pong: Option<Vec<u8>>,
    /// It was said that nothing more is.
    is_closed: bool,
    /// The peer has said that nothing more comes, or nothing more is taken in.
    has_ended: bool,
}

impl WebSocketStream {
    /// `response` is sent first; `early` are the bytes that came after the request.
    pub fn new(under: Stream, messages: Messages, response: String, early: Vec<u8>) -> Self {
        Self {
            under,
            decoder: Decoder::default(),
            messages,
            early,
            begun: Vec::new(),
            unsent: response.into_bytes(),
            pong: None,
            is_closed: false,
            has_ended: false,
        }
    }

    pub fn under(&self) -> &Stream {
        &self.under
    }

    pub fn under_mut(&mut self) -> &mut Stream {
        &mut self.under
    }

    pub fn has_unsent(&self) -> bool {
        !self.unsent.is_empty() || self.pong.is_some() || self.under.has_unsent()
    }

    /// Says that nothing more comes.
    pub fn finish(&mut self) {
        self.close(Some(NORMAL));
        // A full socket takes no farewell; the peer sees the end all the same.
        let _ = self.flush();
        self.under.finish();
    }

    fn close(&mut self, code: Option<u16>) {
        if !std::mem::replace(&mut self.is_closed, true) {
            frames::close(code, &mut self.unsent);
        }
    }

    /// Takes bytes in. The end of the connection is answered at once.
    fn take(&mut self, bytes: &[u8], lines: &mut Vec<u8>) {
        let before = lines.len();
        if let Err(end) = self.decoder.decode(bytes, lines, &mut self.pong) {
            if !matches!(end, End::Closed(_)) {
                // Half of a message is none.
                let whole = lines[before..].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                lines.truncate(before + whole);
            }
            self.has_ended = true;
            self.close(end.code());
            // What cannot be sent now need not be.
            let _ = self.flush();
            self.discard();
        } else if self.pong.is_some() {
            // It is tried again with whatever is written next.
            let _ = self.flush();
        }
    }

    /// Reads what is not listened to any more.
    fn discard(&mut self) {
        let mut sink = [0; READ_BYTES];
        for _ in 0..DISCARDED_BYTES / READ_BYTES {
            match self.under.read(&mut sink) {
                Ok(n) if n > 0 => {}
                _ => return,
            }
        }
    }

    /// Makes frames of all lines that are whole.
    fn say(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let Some(end) = piece.strip_suffix(b"\n") else {
                self.begun.extend_from_slice(piece);
                return;
            };
            let mut begun = std::mem::take(&mut self.begun);
            let whole = if begun.is_empty() {
                end
            } else {
                begun.extend_from_slice(end);
                &begun
            };
            // Spec: <https://ircv3.net/specs/extensions/websocket#websocket-features-and-encoding>
            let line = whole.strip_suffix(b"\r").unwrap_or(whole);
            if !line.is_empty() && !self.is_closed {
                frames::line(self.messages, line, &mut self.unsent);
            }
        }
    }
}

impl Read for WebSocketStream {
    /// Lines, as messages bring them. One message becomes no more bytes than its frames had.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let room = bytes.len().min(READ_BYTES).saturating_sub(1);
        let mut raw = [0; READ_BYTES];
        loop {
            if self.has_ended || room == 0 {
                return Ok(0);
            }
            let n = if self.early.is_empty() {
                self.under.read(&mut raw[..room])?
            } else {
                let n = self.early.len().min(room);
                raw[..n].copy_from_slice(&self.early[..n]);
                self.early.drain(..n);
                n
            };
            if n == 0 {
                return Ok(0);
            }
            let mut lines = Vec::with_capacity(n + 1);
            self.take(&raw[..n], &mut lines);
            if !lines.is_empty() {
                bytes[..lines.len()].copy_from_slice(&lines);
                return Ok(lines.len());
            }
        }
    }
}

impl Write for WebSocketStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        while taken < bytes.len() {
            match self.flush() {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock && taken > 0 => return Ok(taken),
                Err(error) => return Err(error),
            }
            let piece = &bytes[taken..bytes.len().min(taken + UNSENT_BYTES)];
            self.say(piece);
            taken += piece.len();
        }
        match self.flush() {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
            // What is left leaves with the next flush.
            _ => Ok(taken),
        }
    }

    /// Sends the frames that wait.
    fn flush(&mut self) -> io::Result<()> {
        if self.unsent.len() < UNSENT_BYTES
            && let Some(payload) = self.pong.take()
            && !self.is_closed
        {
            frames::pong(&payload, &mut self.unsent);
        }
        while !self.unsent.is_empty() {
            match self.under.write(&self.unsent) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) if n == self.unsent.len() => self.unsent = Vec::new(),
                Ok(n) => drop(self.unsent.drain(..n)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.under.flush()
    }
}
