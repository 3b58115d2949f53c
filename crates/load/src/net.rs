//! The client side of all connections: one thread, one epoll, one read buffer.
//!
//! Edge-triggered, and a short read ends the reading of a socket. A connection keeps bytes only while a line is
//! cut in two or a write is held up, so that the generator costs as little as it can of the machine it shares
//! with the server. No line allocates.

use std::io::{self, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use memchr::memchr_iter;
use mio::net::TcpStream;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use crate::dial::{Alarm, Dial};
use crate::error::{Doing, Error, Result};
use crate::tls::Session;
use crate::wire::{Message, Names};

const READ_BYTES: usize = 256 * 1024;
/// A line with all tags is at most 8,191 + 512 bytes.
const LINE_BYTES_MAX: usize = 16 * 1024;
const ALARM: Token = Token(usize::MAX);

/// What a scenario makes of the lines.
pub trait Lines {
    /// The fast path: true when the line (without its ending) was dealt with.
    fn fast(&mut self, _conn: usize, _line: &[u8], _now: Instant) -> bool {
        false
    }

    /// A line that the fast path did not take. PING is answered before.
    fn message(&mut self, conn: usize, message: &Message, now: Instant) -> Result<()>;

    /// The server said no.
    fn refused(&mut self, nick: String, line: String) -> Result<()> {
        Err(Error::Refused { nick, line })
    }

    /// The server hung up.
    fn closed(&mut self, _conn: usize, error: Error) -> Result<()> {
        Err(error)
    }
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Life {
    Open,
    /// Open, and never read.
    Deaf,
    Closed,
}

struct Conn {
    stream: TcpStream,
    tls: Option<Box<Session>>,
    life: Life,
    /// The beginning of a line whose end has not come.
    cut: Vec<u8>,
    out: Vec<u8>,
    written: usize,
}

impl Conn {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.tls {
            None => self.stream.read(buffer),
            Some(tls) => tls.read(&mut self.stream, buffer),
        }
    }

    /// Writes some of what is to be sent.
    fn write(&mut self) -> io::Result<usize> {
        let rest = &self.out[self.written..];
        match &mut self.tls {
            None => self.stream.write(rest),
            Some(tls) => tls.write(&mut self.stream, rest),
        }
    }
}

pub struct Net {
    poll: Poll,
    events: Events,
    conns: Vec<Conn>,
    buffer: Vec<u8>,
    alarm: Alarm,
    dial: Dial,
    pub names: Names,
    /// The moment that all stamps count from.
    pub epoch: Instant,
    nap: Duration,
    last_refusal: String,
}

impl Net {
    pub fn new(dial: Dial, names: Names, nap: Duration) -> Result<Self> {
        let poll = Poll::new().doing(|| "epoll".into())?;
        let alarm = Alarm::new()?;
        poll.registry()
            .register(&mut SourceFd(&alarm.descriptor()), ALARM, Interest::READABLE)
            .doing(|| "timer".into())?;
        Ok(Net {
            poll,
            events: Events::with_capacity(4096),
            conns: Vec::new(),
            buffer: vec![0; READ_BYTES],
            alarm,
            dial,
            names,
            epoch: Instant::now(),
            nap,
            last_refusal: String::new(),
        })
    }

    pub fn len(&self) -> usize {
        self.conns.len()
    }

    /// Connections that the server has not closed.
    pub fn held(&self) -> usize {
        self.conns.iter().filter(|conn| conn.life != Life::Closed).count()
    }

    /// Begins a connection; its number is the count of those before it.
    pub fn open(&mut self) -> Result<usize> {
        let number = self.conns.len();
        let mut stream = TcpStream::from_std(self.dial.start(number)?);
        self.poll
            .registry()
            .register(&mut stream, Token(number), Interest::READABLE | Interest::WRITABLE)
            .doing(|| "epoll".into())?;
        let tls = self.dial.tls.as_ref().map(|tls| tls.session().map(Box::new)).transpose()?;
        self.conns.push(Conn { stream, tls, life: Life::Open, cut: Vec::new(), out: Vec::new(), written: 0 });
        Ok(number)
    }

    /// From now on, new connections have a receive buffer of this size.
    pub fn shrink_receive_buffers(&mut self, bytes: usize) {
        self.dial.receive_bytes = Some(bytes);
    }

    /// Stops reading a connection for good, or until `hear`.
    pub fn deafen(&mut self, conn: usize) {
        self.conns[conn].life = Life::Deaf;
    }

    /// Reads all that a deaf connection still holds.
    pub fn hear(&mut self, conn: usize, lines: &mut impl Lines) -> Result<()> {
        if self.conns[conn].life == Life::Deaf {
            self.conns[conn].life = Life::Open;
            self.read(conn, true, lines)?;
        }
        Ok(())
    }

    pub fn is_closed(&self, conn: usize) -> bool {
        self.conns[conn].life == Life::Closed
    }

    /// Where to write what is to be sent; `flush` sends it.
    pub fn out(&mut self, conn: usize) -> &mut Vec<u8> {
        &mut self.conns[conn].out
    }

    pub fn send(&mut self, conn: usize, bytes: &[u8]) -> Result<()> {
        self.out(conn).extend_from_slice(bytes);
        self.flush(conn)
    }

    /// Writes what there is, as far as the socket takes it; the rest goes when it can.
    pub fn flush(&mut self, number: usize) -> Result<()> {
        let conn = &mut self.conns[number];
        while conn.written < conn.out.len() && conn.life != Life::Closed {
            match conn.write() {
                Ok(count) => conn.written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Broken connections are noticed by reading, which also finds the server's last word.
                Err(_) => return Ok(()),
            }
        }
        conn.out.clear();
        conn.written = 0;
        if let Some(tls) = &mut conn.tls {
            // What the socket does not take goes when it is writable.
            let _ = tls.flush(&mut conn.stream);
        }
        Ok(())
    }

    /// Wakes `turn` at that moment, to the microsecond (epoll alone knows milliseconds).
    pub fn wake_at(&mut self, moment: Instant) -> Result<()> {
        self.alarm.set(moment.saturating_duration_since(Instant::now()))
    }

    /// Waits for something to happen, and deals with all that has.
    pub fn turn(&mut self, wait: Duration, lines: &mut impl Lines) -> Result<()> {
        if !self.nap.is_zero() {
            std::thread::sleep(self.nap);
        }
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            other => other.doing(|| "epoll".into())?,
        }
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        let mut result = Ok(());
        for event in &events {
            if event.token() == ALARM {
                self.alarm.clear();
                continue;
            }
            let Token(number) = event.token();
            result = self.happen(number, event, lines);
            if result.is_err() {
                break;
            }
        }
        self.events = events;
        result
    }

    fn happen(&mut self, number: usize, event: &mio::event::Event, lines: &mut impl Lines) -> Result<()> {
        // Reading first: it finds the server's last word and the error, which a write would swallow.
        if event.is_readable() || event.is_read_closed() || event.is_error() {
            self.read(number, event.is_read_closed() || event.is_error(), lines)?;
        }
        // TLS may have something to say of its own at any time.
        let conn = &self.conns[number];
        if conn.tls.is_some() || (event.is_writable() && !conn.out.is_empty()) {
            self.flush(number)?;
        }
        Ok(())
    }

    /// Reads until a read is short, or with `to_the_end`, and with TLS, whose reads end with each record, until there is no
    /// more.
    fn read(&mut self, number: usize, to_the_end: bool, lines: &mut impl Lines) -> Result<()> {
        while self.conns[number].life == Life::Open {
            let conn = &mut self.conns[number];
            let kept = conn.cut.len();
            self.buffer[..kept].copy_from_slice(&conn.cut);
            let to_the_end = to_the_end || conn.tls.is_some();
            let end = match conn.read(&mut self.buffer[kept..]) {
                Ok(0) => return self.hung_up(number, "(nothing)", lines),
                Ok(count) => kept + count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return self.hung_up(number, &error.to_string(), lines),
            };
            self.cut_lines(number, kept, end, lines)?;
            self.flush(number)?;
            if end < self.buffer.len() && !to_the_end {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Hands out the whole lines of `buffer[..end]` and keeps the rest; the first `kept` bytes hold no line ending.
    fn cut_lines(&mut self, number: usize, kept: usize, end: usize, lines: &mut impl Lines) -> Result<()> {
        let now = Instant::now();
        let Net { conns, buffer, names, last_refusal, .. } = self;
        let Conn { cut, out, .. } = &mut conns[number];
        let mut from = 0;
        for newline in memchr_iter(b'\n', &buffer[kept..end]) {
            let line = &buffer[from..kept + newline];
            from = kept + newline + 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if lines.fast(number, line, now) {
                continue;
            }
            let Some(message) = Message::parse(line) else { continue };
            if message.command == b"PING" {
                out.extend_from_slice(b"PONG :");
                out.extend_from_slice(message.last());
                out.extend_from_slice(b"\r\n");
            } else if message.is_refusal() {
                *last_refusal = String::from_utf8_lossy(line).into_owned();
                lines.refused(names.text(number), last_refusal.clone())?;
            } else {
                lines.message(number, &message, now)?;
            }
        }
        cut.clear();
        cut.extend_from_slice(&buffer[from..end]);
        if cut.len() > LINE_BYTES_MAX {
            return Err(Error::Unusable(format!("a line of more than {LINE_BYTES_MAX} bytes is no IRC")));
        }
        Ok(())
    }

    fn hung_up(&mut self, number: usize, reason: &str, lines: &mut impl Lines) -> Result<()> {
        self.conns[number].life = Life::Closed;
        let line = if self.last_refusal.is_empty() { reason.to_owned() } else { self.last_refusal.clone() };
        lines.closed(number, Error::Closed { nick: self.names.text(number), line })
    }
}
