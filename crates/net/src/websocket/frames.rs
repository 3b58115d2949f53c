//! Frames: taken apart as they come, in whatever pieces, and made.
//! Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-5>

use super::Messages;

/// Longest message that is taken, in bytes, with the heads of its frames: room for the longest line with tags. What is longer
/// than the line's own bound, and not than this, is answered as any long line.
const MESSAGE_BYTES_MAX: usize = 16 << 10;
/// Most that a frame of control carries. Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-5.5>
const CONTROL_BYTES_MAX: usize = 125;
/// Longest head: two bytes, the length, the mask.
const HEAD_BYTES_MAX: usize = 14;

const CONTINUED: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// Why a connection ends. Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The peer has closed it, with this code if it gave one.
    Closed(Option<u16>),
    /// The peer does not keep to the protocol.
    Protocol,
    /// Text that is not UTF-8.
    NotUtf8,
    TooBig,
}

impl End {
    /// The code that the peer is told.
    pub fn code(self) -> Option<u16> {
        match self {
            Self::Closed(code) => code,
            Self::Protocol => Some(1002),
            Self::NotUtf8 => Some(1007),
            Self::TooBig => Some(1009),
        }
    }
}

/// Takes the peer's frames apart. Either kind of message is a line, whatever was agreed on: that is about what the peer reads.
/// Spec: <https://ircv3.net/specs/extensions/websocket#other-implementation-considerations>
#[derive(Debug, Default)]
pub struct Decoder {
    head: [u8; HEAD_BYTES_MAX],
    head_bytes: usize,
    frame: Option<Frame>,
    /// The message that is under way: whether it is text, and its bytes so far with its heads.
    message: Option<(bool, usize)>,
    text: Utf8,
    /// What a frame of control carries.
    control: Vec<u8>,
}

/// A frame whose head is known.
#[derive(Clone, Copy, Debug)]
struct Frame {
    opcode: u8,
    is_last: bool,
    mask: [u8; 4],
    /// Bytes that have come, and all of them.
    done: usize,
    bytes: usize,
}

impl Decoder {
    /// Takes bytes in. Messages are appended to `lines`, each with an end of line. So is an empty line for each frame of
    /// control that comes between messages, which costs its sender what a line does. `pong` is set to what the last ping
    /// asks back; who sends many before it is answered gets one answer.
    /// Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-5.5.3>
    ///
    /// # Errors
    /// The end of the connection; nothing more is to be taken in then.
    pub fn decode(
        &mut self,
        mut input: &[u8],
        lines: &mut Vec<u8>,
        pong: &mut Option<Vec<u8>>,
    ) -> Result<(), End> {
        loop {
            let Some(mut frame) = self.frame else {
                let Some((byte, rest)) = input.split_first() else { return Ok(()) };
                input = rest;
                self.head[self.head_bytes] = *byte;
                self.head_bytes += 1;
                if let Some(frame) = head(&self.head[..self.head_bytes])? {
                    self.begin(frame)?;
                }
                continue;
            };
            let (payload, rest) = input.split_at(input.len().min(frame.bytes - frame.done));
            input = rest;
            let unmasked =
                (frame.done..).zip(payload).map(|(at, byte)| byte ^ frame.mask[at % frame.mask.len()]);
            if is_control(frame.opcode) {
                self.control.extend(unmasked);
            } else {
                let from = lines.len();
                lines.extend(unmasked);
                if self.message.is_some_and(|(is_text, _)| is_text) && !self.text.take(&lines[from..]) {
                    return Err(End::NotUtf8);
                }
            }
            frame.done += payload.len();
            self.frame = Some(frame);
            if frame.done < frame.bytes {
                return Ok(());
            }
            self.frame = None;
            self.end(frame, lines, pong)?;
        }
    }

    /// A frame's head has come.
    fn begin(&mut self, frame: Frame) -> Result<(), End> {
        let head_bytes = std::mem::take(&mut self.head_bytes);
        let is_control = is_control(frame.opcode);
        match (frame.opcode, self.message) {
            (CLOSE | PING | PONG, _) if frame.is_last && frame.bytes <= CONTROL_BYTES_MAX => {}
            (TEXT | BINARY, None) => self.message = Some((frame.opcode == TEXT, 0)),
            (CONTINUED, Some(_)) => {}
            _ => return Err(End::Protocol),
        }
        if let Some((_, bytes)) = &mut self.message {
            // What comes within a message is a part of what it costs, or there would be no end to it.
            *bytes = bytes.saturating_add(head_bytes).saturating_add(frame.bytes);
            if *bytes > MESSAGE_BYTES_MAX {
                return Err(End::TooBig);
            }
        }
        if is_control {
            self.control.clear();
        }
        self.frame = Some(frame);
        Ok(())
    }

    /// All of a frame has come.
    fn end(&mut self, frame: Frame, lines: &mut Vec<u8>, pong: &mut Option<Vec<u8>>) -> Result<(), End> {
        match frame.opcode {
            CLOSE => return Err(closed(&self.control)),
            PING => *pong = Some(std::mem::take(&mut self.control)),
            PONG => {}
            _ if frame.is_last => {
                if !self.text.is_whole() {
                    return Err(End::NotUtf8);
                }
                self.message = None;
            }
            _ => {}
        }
        if self.message.is_none() {
            lines.push(b'\n');
        }
        Ok(())
    }
}

fn is_control(opcode: u8) -> bool {
    opcode & 0x8 != 0
}

/// Reads a head. Nothing: more must come.
fn head(bytes: &[u8]) -> Result<Option<Frame>, End> {
    let [first, second, rest @ ..] = bytes else { return Ok(None) };
    let (reserved, opcode) = (first & 0x70, first & 0xf);
    let is_known = matches!(opcode, CONTINUED | TEXT | BINARY | CLOSE | PING | PONG);
    // A client's frames are masked. Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-5.1>
    if reserved != 0 || !is_known || second & 0x80 == 0 {
        return Err(End::Protocol);
    }
    let (length, rest, least) = match second & 0x7f {
        126 => match rest.split_first_chunk::<2>() {
            None => return Ok(None),
            Some((length, rest)) => (u64::from(u16::from_be_bytes(*length)), rest, 126),
        },
        127 => match rest.split_first_chunk::<8>() {
            None => return Ok(None),
            Some((length, rest)) => (u64::from_be_bytes(*length), rest, 1 << 16),
        },
        short => (u64::from(short), rest, 0),
    };
    let Some(mask) = rest.first_chunk::<4>() else { return Ok(None) };
    if length < least {
        return Err(End::Protocol);
    }
    let bytes = usize::try_from(length).map_err(|_| End::TooBig)?;
    Ok(Some(Frame { opcode, is_last: first & 0x80 != 0, mask: *mask, done: 0, bytes }))
}

/// What a frame says that closes. Spec: <https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1>
fn closed(payload: &[u8]) -> End {
    match payload {
        [] => End::Closed(None),
        [_] => End::Protocol,
        [high, low, reason @ ..] => match u16::from_be_bytes([*high, *low]) {
            code @ (1000..=1003 | 1007..=1014 | 3000..=4999) if std::str::from_utf8(reason).is_ok() => {
                End::Closed(Some(code))
            }
            1000..=1003 | 1007..=1014 | 3000..=4999 => End::NotUtf8,
            _ => End::Protocol,
        },
    }
}

/// Checks text that comes in pieces.
#[derive(Debug, Default)]
struct Utf8 {
    /// The beginning of a character.
    begun: [u8; 4],
    bytes: usize,
}

impl Utf8 {
    /// False: this is none.
    fn take(&mut self, mut piece: &[u8]) -> bool {
        while self.bytes > 0 {
            let Some((byte, rest)) = piece.split_first() else { return true };
            piece = rest;
            self.begun[self.bytes] = *byte;
            self.bytes += 1;
            match std::str::from_utf8(&self.begun[..self.bytes]) {
                Ok(_) => self.bytes = 0,
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return false,
            }
        }
        match std::str::from_utf8(piece) {
            Ok(_) => true,
            Err(error) if error.error_len().is_none() => {
                let begun = &piece[error.valid_up_to()..];
                self.begun[..begun.len()].copy_from_slice(begun);
                self.bytes = begun.len();
                true
            }
            Err(_) => false,
        }
    }

    fn is_whole(&self) -> bool {
        self.bytes == 0
    }
}

/// Makes a frame of a line.
pub(super) fn line(messages: Messages, line: &[u8], out: &mut Vec<u8>) {
    match messages {
        Messages::Binary => frame(BINARY, line, out),
        // Spec: <https://ircv3.net/specs/extensions/websocket#websocket-features-and-encoding>
        Messages::Text => frame(TEXT, String::from_utf8_lossy(line).as_bytes(), out),
    }
}

pub(super) fn pong(payload: &[u8], out: &mut Vec<u8>) {
    frame(PONG, payload, out);
}

pub(super) fn close(code: Option<u16>, out: &mut Vec<u8>) {
    match code {
        Some(code) => frame(CLOSE, &code.to_be_bytes(), out),
        None => frame(CLOSE, b"", out),
    }
}

/// A server's frames are not masked, and what it says is short: each is a message of its own.
fn frame(opcode: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(0x80 | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(bytes @ 0..=125), _) => out.push(bytes),
        (_, Ok(bytes)) => {
            out.push(126);
            out.extend(bytes.to_be_bytes());
        }
        _ => {
            out.push(127);
            out.extend((payload.len() as u64).to_be_bytes());
        }
    }
    out.extend(payload);
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
