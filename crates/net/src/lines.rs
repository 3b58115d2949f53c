//! From bytes to lines, in bounded memory.

use std::ops::Range;

use memchr::memchr;

/// First bytes of a connection that tell every protocol from ours, however they come in pieces.
pub(crate) const START_BYTES: usize = 16;

/// What of a connection has been read and not used yet.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// The start of a line, or lines that wait because the session is paused. An idle connection has none.
    rest: Option<Box<Rest>>,
    /// The line is too long: nothing of it is kept, up to its end.
    discarding: bool,
}

type Rest = Vec<u8>;

/// One line, or what is left of one that was too long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Where it is in what waits.
    Whole(Range<usize>),
    Overlong,
}

impl Lines {
    /// Takes out what waits, for it to be looked through.
    pub fn take(&mut self) -> Vec<u8> {
        self.rest.take().map(|rest| *rest).unwrap_or_default()
    }

    /// Keeps what was not used.
    pub fn keep(&mut self, rest: Vec<u8>) {
        self.rest = (!rest.is_empty()).then(|| Box::new(rest));
    }

    /// The next line of what waits, without its end (LF or CR LF), after the bytes that were used. Nothing: more must be read.
    pub fn next(&mut self, waiting: &[u8], used: &mut usize, max: usize) -> Option<Line> {
        let rest = &waiting[*used..];
        match memchr(b'\n', rest) {
            Some(end) => {
                let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
                let overlong = std::mem::take(&mut self.discarding) || line.len() > max;
                let line = if overlong { Line::Overlong } else { Line::Whole(*used..*used + line.len()) };
                *used += end + 1;
                Some(line)
            }
            None => {
                // One byte more than fits may still be the CR of the line's end.
                if rest.len() > max + 1 {
                    self.discarding = true;
                }
                if self.discarding {
                    *used = waiting.len();
                }
                None
            }
        }
    }

    /// Whether a whole line waits.
    pub fn has_whole(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| has_whole(rest))
    }

    /// The first bytes, for telling protocols apart.
    pub fn start(&self) -> &[u8] {
        self.rest.as_ref().map_or(&[], |rest| &rest[..rest.len().min(START_BYTES)])
    }
}

/// Whether there is the end of a line in it.
pub(crate) fn has_whole(waiting: &[u8]) -> bool {
    memchr(b'\n', waiting).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as text; nothing for one that was too long.
    fn all(chunks: &[&[u8]], max: usize) -> Vec<Option<String>> {
        let mut lines = Lines::default();
        let mut out = Vec::new();
        for chunk in chunks {
            let mut waiting = lines.take();
            waiting.extend_from_slice(chunk);
            let mut used = 0;
            while let Some(line) = lines.next(&waiting, &mut used, max) {
                out.push(match line {
                    Line::Whole(at) => Some(String::from_utf8_lossy(&waiting[at]).into_owned()),
                    Line::Overlong => None,
                });
            }
            lines.keep(waiting.split_off(used));
            assert!(lines.rest.as_ref().is_none_or(|rest| rest.len() <= max + 1), "bounded");
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
