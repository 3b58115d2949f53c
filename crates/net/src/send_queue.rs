//! What waits for one reader.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};

use bytes::Bytes;

/// What is gathered before the first write, in bytes: room for the lines of a turn.
const TAIL_BYTES: usize = 1 << 10;

/// Bytes in order: pieces that are shared with other readers, and this reader's own. It has no memory of its own while it is
/// empty.
#[derive(Debug, Default)]
pub(crate) struct SendQueue(Option<Box<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    pieces: VecDeque<Bytes>,
    /// Of all pieces.
    bytes: usize,
    /// This reader's own, after all pieces.
    tail: Vec<u8>,
}

/// How far a flush came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flushed {
    pub bytes: usize,
    pub writes: usize,
    /// The socket takes nothing more for now.
    pub blocked: bool,
}

impl SendQueue {
    /// Queues what other readers get too, without a copy.
    pub fn push(&mut self, piece: Bytes) {
        if !piece.is_empty() {
            let waiting = self.0.get_or_insert_default();
            waiting.seal();
            waiting.push(piece);
        }
    }

    /// Queues what this reader alone gets.
    pub fn extend(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            let tail = &mut self.0.get_or_insert_default().tail;
            if tail.capacity() == 0 {
                tail.reserve(TAIL_BYTES.max(bytes.len()));
            }
            tail.extend_from_slice(bytes);
        }
    }

    pub fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |waiting| waiting.bytes + waiting.tail.len())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Writes what waits, as much as fits into `scratch` with each call.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn flush(&mut self, to: &mut impl Write, scratch: &mut Vec<u8>) -> io::Result<Flushed> {
        let mut flushed = Flushed { bytes: 0, writes: 0, blocked: false };
        while let Some(waiting) = &mut self.0 {
            let gathered = waiting.gather(scratch);
            match to.write(gathered) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) => {
                    let whole = n == gathered.len();
                    flushed.bytes += n;
                    flushed.writes += 1;
                    if waiting.advance(n) {
                        self.0 = None;
                    }
                    if !whole {
                        flushed.blocked = true;
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    flushed.blocked = true;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(flushed)
    }
}

impl Waiting {
    fn push(&mut self, piece: Bytes) {
        self.bytes += piece.len();
        self.pieces.push_back(piece);
    }

    /// Makes the reader's own bytes a piece, so that others can follow them.
    fn seal(&mut self) {
        if !self.tail.is_empty() {
            let tail = std::mem::take(&mut self.tail);
            self.push(tail.into());
        }
    }

    /// The front of the queue as one slice.
    fn gather<'a>(&'a mut self, scratch: &'a mut Vec<u8>) -> &'a [u8] {
        if self.pieces.is_empty() {
            return &self.tail;
        }
        self.seal();
        if self.pieces.len() == 1 {
            return &self.pieces[0];
        }
        scratch.clear();
        for piece in &self.pieces {
            if !scratch.is_empty() && scratch.len() + piece.len() > scratch.capacity() {
                break;
            }
            scratch.extend_from_slice(piece);
        }
        scratch
    }

    /// Forgets what was written. True: nothing is left.
    fn advance(&mut self, mut n: usize) -> bool {
        if self.pieces.is_empty() && n == self.tail.len() {
            return true;
        }
        self.seal();
        self.bytes -= n;
        while n > 0 {
            let front = self.pieces.front_mut().expect("no more was written than there was");
            if front.len() > n {
                let _ = front.split_to(n);
                return false;
            }
            n -= front.len();
            self.pieces.pop_front();
        }
        self.pieces.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A socket that takes a few bytes at a time, and then none.
    struct Narrow {
        taken: Vec<u8>,
        each: usize,
        room: usize,
    }

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let n = bytes.len().min(self.each).min(self.room);
            if n == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.taken.extend_from_slice(&bytes[..n]);
            self.room -= n;
            Ok(n)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_byte_leaves_once_and_in_order() {
        let (mut queue, mut scratch) = (SendQueue::default(), Vec::with_capacity(16));
        for (shared, own) in [("one ", "two "), ("three ", "four "), ("five ", "")] {
            queue.push(Bytes::copy_from_slice(shared.as_bytes()));
            queue.extend(own.as_bytes());
        }
        let mut socket = Narrow { taken: Vec::new(), each: 5, room: 1_000 };
        while !queue.is_empty() {
            queue.flush(&mut socket, &mut scratch).expect("it never breaks");
        }
        assert_eq!(socket.taken, b"one two three four five ");
        assert_eq!(queue.bytes(), 0);
    }

    #[test]
    fn a_full_socket_keeps_the_rest_waiting() {
        let (mut queue, mut scratch) = (SendQueue::default(), Vec::with_capacity(16));
        queue.extend(b"0123456789");
        let mut socket = Narrow { taken: Vec::new(), each: 100, room: 4 };
        let flushed = queue.flush(&mut socket, &mut scratch).expect("it never breaks");
        assert!(flushed.blocked);
        assert_eq!((flushed.bytes, queue.bytes()), (4, 6));
    }
}
