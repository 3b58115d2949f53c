//! From bytes to lines, in bounded memory.

use std::ops::Range;

/// First bytes of a connection that tell every protocol from ours, however they come in pieces.
pub(crate) const START_BYTES: usize = 16;

/// What of a connection has been read and not used yet.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// The start of a line, or lines that wait because the session is paused. Without buffer when empty.
    rest: Vec<u8>,
    /// The line is too long: nothing of it is kept, up to its end.
    discarding: bool,
}

/// One line, or what is left of one that was too long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Where it is, see [`Lines::bytes`].
    Whole(Range<usize>),
    Overlong,
}

impl Lines {
    pub fn push(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
    }

    /// The next line without its end (LF or CR LF). Nothing: more must be read.
    pub fn next(&mut self, used: &mut usize, max: usize) -> Option<Line> {
        let waiting = &self.rest[*used..];
        match waiting.iter().position(|&byte| byte == b'\n') {
            Some(end) => {
                let line = waiting[..end].strip_suffix(b"\r").unwrap_or(&waiting[..end]);
                let overlong = std::mem::take(&mut self.discarding) || line.len() > max;
                let line = if overlong { Line::Overlong } else { Line::Whole(*used..*used + line.len()) };
                *used += end + 1;
                Some(line)
            }
            None => {
                // One byte more than fits may still be the CR of the line's end.
                if waiting.len() > max + 1 {
                    self.discarding = true;
                }
                if self.discarding {
                    *used = self.rest.len();
                }
                None
            }
        }
    }

    /// A line's bytes, until the next [`Lines::compact`].
    pub fn bytes(&self, line: Range<usize>) -> &[u8] {
        &self.rest[line]
    }

    /// Forgets what was used, and the buffer with it when nothing is left.
    pub fn compact(&mut self, used: usize) {
        if used >= self.rest.len() {
            self.rest = Vec::new();
        } else if used > 0 {
            self.rest.drain(..used);
        }
    }

    /// Whether a whole line waits.
    pub fn has_whole(&self) -> bool {
        self.has_whole_after(0)
    }

    /// Whether a whole line waits after the bytes that were used.
    pub fn has_whole_after(&self, used: usize) -> bool {
        self.rest[used..].contains(&b'\n')
    }

    /// The first bytes, for telling protocols apart.
    pub fn start(&self) -> &[u8] {
        &self.rest[..self.rest.len().min(START_BYTES)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as text; nothing for one that was too long.
    fn all(chunks: &[&[u8]], max: usize) -> Vec<Option<String>> {
        let mut lines = Lines::default();
        let mut out = Vec::new();
        for chunk in chunks {
            lines.push(chunk);
            let mut used = 0;
            while let Some(line) = lines.next(&mut used, max) {
                out.push(match line {
                    Line::Whole(at) => Some(String::from_utf8_lossy(lines.bytes(at)).into_owned()),
                    Line::Overlong => None,
                });
            }
            lines.compact(used);
            assert!(lines.rest.len() <= max + 1, "bounded");
        }
        out
    }

    fn whole(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn both_line_ends_split_anywhere() {
        let text = b"NICK a\r\nUSER b\n\r\nlast\n";
        for split in 0..text.len() {
            let lines = all(&[&text[..split], &text[split..]], 100);
            assert_eq!(
                lines,
                [whole("NICK a"), whole("USER b"), whole(""), whole("last")],
                "split at {split}"
            );
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_one_answer_and_no_memory() {
        let long = vec![b'x'; 1_000];
        let mut chunks: Vec<&[u8]> = vec![&long; 50];
        chunks.push(b"\r\nnext\r\n");
        assert_eq!(all(&chunks, 10), [None, whole("next")]);
    }

    #[test]
    fn exactly_the_longest_line_fits() {
        assert_eq!(all(&[b"0123456789\r\n"], 10), [whole("0123456789")]);
        assert_eq!(all(&[b"0123456789", b"\r\n"], 10), [whole("0123456789")]);
        assert_eq!(all(&[b"0123456789a\r\n"], 10), [None]);
    }
}
