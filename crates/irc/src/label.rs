//! Answers gathered under the client's name for its request.
//! Spec: <https://ircv3.net/specs/extensions/labeled-response>

use std::io::Write;

use compact_str::CompactString;
use memchr::memchr_iter;

use crate::message::escape;
use crate::writing::line::Line;

/// Bytes of an answer that are gathered. Of a longer one each part is sent as it is made, so that it waits for its reader as any long
/// answer does, and takes no more memory.
const GATHERED_BYTES: usize = 32 << 10;

/// The answer to one request, as far as it is known.
#[derive(Debug)]
pub struct Gathering {
    label: CompactString,
    lines: Vec<u8>,
    /// The batch that a part of it was sent in.
    opened: Option<u32>,
}

impl Gathering {
    pub fn new(label: &str) -> Self {
        Self { label: label.into(), lines: Vec::new(), opened: None }
    }

    /// Whether there is more of it than is kept.
    pub fn is_long(&self) -> bool {
        self.lines.len() > GATHERED_BYTES
    }

    /// Sends what there is of it, in a batch that stays open. `reference` names it, if there is none yet.
    pub fn send_part(&mut self, server: &str, reference: u32, out: &mut Vec<u8>) {
        let reference = match self.opened {
            Some(reference) => reference,
            None => {
                self.tag(&[], out);
                let opened = Line::from_server(out, server, "BATCH");
                opened.word(&format!("+{reference}")).word("labeled-response").end();
                *self.opened.insert(reference)
            }
        };
        for line in self.lines.split_inclusive(|byte| *byte == b'\n') {
            put_into(reference, line, out);
        }
        self.lines = Vec::new();
    }

    /// Where lines of the answer are written.
    pub fn lines(&mut self) -> &mut Vec<u8> {
        &mut self.lines
    }

    /// Writes the answer as one thing: an `ACK` for nothing, the line itself, or a batch of lines.
    /// `reference` names the batch; no other of that name is open on this connection.
    pub fn finish(mut self, server: &str, reference: u32, out: &mut Vec<u8>) {
        match memchr_iter(b'\n', &self.lines).count() {
            _ if self.opened.is_some() => self.close(server, reference, out),
            0 => {
                self.tag(&[], out);
                Line::from_server(out, server, "ACK").end();
            }
            1 => self.tag(&self.lines, out),
            // Spec: <https://ircv3.net/specs/extensions/labeled-response#tags> (an existing type applicable to the entire response)
            _ if is_one_batch(&self.lines) => self.tag(&self.lines, out),
            _ => self.close(server, reference, out),
        }
    }

    fn close(&mut self, server: &str, reference: u32, out: &mut Vec<u8>) {
        self.send_part(server, reference, out);
        let reference = self.opened.unwrap_or(reference);
        Line::from_server(out, server, "BATCH").word(&format!("-{reference}")).end();
    }

    /// Writes the label before a line.
    fn tag(&self, line: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(b"@label=");
        escape(&self.label, out);
        join_tags(line, out);
    }
}

/// Whether an answer is one batch, and nothing else.
fn is_one_batch(lines: &[u8]) -> bool {
    let mut lines = lines.split_inclusive(|byte| *byte == b'\n');
    let (Some(first), Some(last)) = (lines.next(), lines.next_back()) else { return false };
    let mut words = first.split(|byte| *byte == b' ');
    if !words.any(|word| word == b"BATCH") {
        return false;
    }
    let Some([b'+', reference @ ..]) = words.next() else { return false };
    // What is in a batch within it is in it.
    let is_inside = |line: &[u8]| line.starts_with(b"@batch=");
    let closing = [&b" BATCH -"[..], reference.trim_ascii_end()].concat();
    let closes = last.strip_suffix(b"\r\n").is_some_and(|last| last.ends_with(&closing));
    closes && !is_inside(last) && lines.all(is_inside)
}

/// Writes a line as a part of a batch. What is in another one already stays there: that one is in this one.
/// Spec: <https://ircv3.net/specs/extensions/batch#nested-batches>
pub fn put_into(reference: u32, line: &[u8], out: &mut Vec<u8>) {
    if line.starts_with(b"@batch=") {
        return out.extend_from_slice(line);
    }
    write!(out, "@batch={reference}").expect("writing to memory does not fail");
    join_tags(line, out);
}

/// Writes a line after a tag that is there already.
fn join_tags(line: &[u8], out: &mut Vec<u8>) {
    match line.strip_prefix(b"@") {
        Some(tagged) => {
            out.push(b';');
            out.extend_from_slice(tagged);
        }
        None => {
            out.push(b' ');
            out.extend_from_slice(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &str, expected: &str) {
        let mut gathering = Gathering::new("a b");
        gathering.lines().extend_from_slice(lines.as_bytes());
        let mut out = Vec::new();
        gathering.finish("s", 7, &mut out);
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }

    #[test]
    fn a_long_answer_is_sent_in_parts_and_is_one_batch() {
        let (mut gathering, mut out) = (Gathering::new("x"), Vec::new());
        gathering.lines().extend_from_slice(b":s 1\r\n");
        assert!(!gathering.is_long());
        gathering.lines().extend(b":s 2\r\n".repeat(GATHERED_BYTES / 6));
        assert!(gathering.is_long());
        gathering.send_part("s", 7, &mut out);
        assert!(
            !gathering.is_long()
                && out.starts_with(b"@label=x :s BATCH +7 labeled-response\r\n@batch=7 :s 1\r\n")
        );
        for (last, end) in [
            (&b":s 3\r\n"[..], &b":s 2\r\n@batch=7 :s 3\r\n:s BATCH -7\r\n"[..]),
            (b"", b":s 2\r\n:s BATCH -7\r\n"),
        ] {
            let (mut gathering, mut out) =
                (Gathering { label: "x".into(), lines: Vec::new(), opened: Some(7) }, out.clone());
            gathering.lines().extend_from_slice(last);
            gathering.finish("s", 9, &mut out);
            assert!(out.ends_with(end), "{}", String::from_utf8_lossy(&out[out.len() - 60..]));
        }
    }

    #[test]
    fn nothing_one_line_and_more() {
        check("", "@label=a\\sb :s ACK\r\n");
        check(":s 1\r\n", "@label=a\\sb :s 1\r\n");
        check("@time=x :s 1\r\n", "@label=a\\sb;time=x :s 1\r\n");
        check(
            ":s 1\r\n@batch=3 :s in\r\n",
            "@label=a\\sb :s BATCH +7 labeled-response\r\n@batch=7 :s 1\r\n@batch=3 :s in\r\n:s BATCH -7\r\n",
        );
        check(
            ":s BATCH +1 a\r\n@batch=1 :s in\r\n:s BATCH -1\r\n",
            "@label=a\\sb :s BATCH +1 a\r\n@batch=1 :s in\r\n:s BATCH -1\r\n",
        );
        check(
            ":s BATCH +1 a\r\n:s BATCH -1\r\n:s BATCH +2 a\r\n:s BATCH -2\r\n",
            "@label=a\\sb :s BATCH +7 labeled-response\r\n@batch=7 :s BATCH +1 a\r\n@batch=7 :s BATCH -1\r\n\
             @batch=7 :s BATCH +2 a\r\n@batch=7 :s BATCH -2\r\n:s BATCH -7\r\n",
        );
        check(
            ":s 1\r\n@t=x :s 2\r\n",
            "@label=a\\sb :s BATCH +7 labeled-response\r\n@batch=7 :s 1\r\n@batch=7;t=x :s 2\r\n:s BATCH -7\r\n",
        );
    }
}
