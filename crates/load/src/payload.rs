//! The text of a load message: who sent it, its number, and when it was due.
//!
//! `~rr ssssss.nnnnnnnn.tttttttttttt xxx…`: run, sender, sequence number and nanoseconds since the run's epoch, the
//! numbers in hexadecimal, then filling up to the chosen length. Fixed places, so that reading costs some
//! nanoseconds; a space, so that every server writes the colon before it; filling that is compared, so that a
//! damaged or cut text is seen.

/// Bytes before the filling.
pub const HEAD_BYTES: usize = 34;
/// A line is 512 bytes with source, target and line ending.
pub const TEXT_BYTES_MAX: usize = 400;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    pub sender: u32,
    pub seq: u32,
    /// When it was due, in nanoseconds since the run's epoch.
    pub due_ns: u64,
}

/// Writes and reads texts of one run.
pub struct Payload {
    run: [u8; 2],
    filling: Vec<u8>,
}

impl Payload {
    /// `text_bytes` is at least `HEAD_BYTES`.
    pub fn new(run: [u8; 2], text_bytes: usize) -> Self {
        Payload { run, filling: vec![b'x'; text_bytes.saturating_sub(HEAD_BYTES)] }
    }

    pub fn bytes(&self) -> usize {
        HEAD_BYTES + self.filling.len()
    }

    pub fn write(&self, out: &mut Vec<u8>, stamp: Stamp) {
        let mut head = *b"~rr ssssss.nnnnnnnn.tttttttttttt x";
        head[1..3].copy_from_slice(&self.run);
        put_hex(&mut head[4..10], u64::from(stamp.sender));
        put_hex(&mut head[11..19], u64::from(stamp.seq));
        put_hex(&mut head[20..32], stamp.due_ns);
        out.extend_from_slice(&head);
        out.extend_from_slice(&self.filling);
    }

    /// Splits a line into what stands before the text and the text's stamp. `None`: not (or not undamaged) ours.
    pub fn read<'a>(&self, line: &'a [u8]) -> Option<(&'a [u8], Stamp)> {
        let (before, text) = line.split_at_checked(line.len().checked_sub(self.bytes())?)?;
        let (head, filling) = text.split_first_chunk::<HEAD_BYTES>()?;
        let fixed = head[0] == b'~'
            && head[1..3] == self.run
            && head[3] == b' '
            && head[10] == b'.'
            && head[19] == b'.'
            && head[32..] == *b" x";
        if !fixed || filling != self.filling {
            return None;
        }
        let stamp = Stamp {
            sender: get_hex(&head[4..10])? as u32,
            seq: get_hex(&head[11..19])? as u32,
            due_ns: get_hex(&head[20..32])?,
        };
        Some((before, stamp))
    }
}

pub fn put_hex(out: &mut [u8], mut value: u64) {
    for place in out.iter_mut().rev() {
        *place = b"0123456789abcdef"[(value & 15) as usize];
        value >>= 4;
    }
}

pub fn get_hex(text: &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    let mut bad = 0_u8;
    for &byte in text {
        let digit = HEX[usize::from(byte)];
        bad |= digit;
        value = value << 4 | u64::from(digit & 15);
    }
    (bad < 16).then_some(value)
}

/// The value of each hexadecimal digit in lower case; 255 for every other byte.
const HEX: [u8; 256] = {
    let mut table = [255; 256];
    let mut digit = 0;
    while digit < 16 {
        table[b"0123456789abcdef"[digit] as usize] = digit as u8;
        digit += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp { sender: 0x12, seq: 0xdead_beef, due_ns: 0x1234_5678_9abc };

    fn line() -> Vec<u8> {
        let mut line = b":n!u@h PRIVMSG #c :".to_vec();
        Payload::new(*b"ab", 64).write(&mut line, STAMP);
        line
    }

    #[test]
    fn what_was_written_is_read() {
        let payload = Payload::new(*b"ab", 64);
        let line = line();
        assert_eq!(line.len(), b":n!u@h PRIVMSG #c :".len() + 64);
        assert_eq!(payload.read(&line), Some((&b":n!u@h PRIVMSG #c :"[..], STAMP)));
    }

    #[test]
    fn damage_anywhere_in_the_text_is_seen() {
        let payload = Payload::new(*b"ab", 64);
        let whole = line();
        for place in 19..whole.len() {
            let mut line = whole.clone();
            line[place] = b'?';
            assert_eq!(payload.read(&line), None, "at {place}");
        }
        assert_eq!(payload.read(&whole[..whole.len() - 1]), None, "cut");
        assert_eq!(Payload::new(*b"ac", 64).read(&whole), None, "another run");
        assert_eq!(payload.read(b"short"), None);
    }
}
