//! Reading: bytes to lines, lines to requests, no more than the session's credit and rate allow.

use std::io::{ErrorKind, Read};
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};

use colvert_core::command::CloseReason;
use colvert_core::session::{Input, Item, Request};

use super::Gateway;
use crate::connection::{Connection, Life, MESSAGE, Pause};
use crate::counters::Counters;
use crate::index::Slot;
use crate::lines::{Line, START_BYTES, has_whole};
use crate::proxy::SIGNATURE;
use crate::timers::Due;

/// What one connection may bring in one turn, in bytes: the others are waiting.
const TURN_BYTES: usize = 32 << 10;

/// What one turn asks of the engine, about: few enough that answers leave while others still speak.
const TURN_INPUTS: usize = 256;

/// How the reading of a socket ended.
enum Reading {
    /// There is nothing more for now.
    Empty,
    /// The turn is over, or the session is paused; there may be more.
    Later,
    Ended,
    Broken,
}

impl Gateway {
    /// Reads those who have something to say, up to what one turn asks of the engine. The others come first in the next one.
    pub(super) fn read_ready(&mut self) {
        let ready = std::mem::take(&mut self.ready);
        let mut others = ready.iter();
        while self.inputs.len() < TURN_INPUTS
            && let Some(slot) = others.next()
        {
            self.read(*slot);
        }
        let again = std::mem::replace(&mut self.ready, others.as_slice().to_vec());
        self.ready.extend(again);
    }

    /// Reads those who have hung up to their end, before anything is shown to anybody: when a netful goes at once, nobody who is
    /// gone is shown that the others are.
    pub(super) fn part_with_gone(&mut self) {
        let has_hung_up = |slot: &Slot| self.connections.get(*slot).is_some_and(|it| it.hung_up);
        if !self.ready.iter().any(has_hung_up) {
            return;
        }
        let (gone, others) = std::mem::take(&mut self.ready).into_iter().partition(has_hung_up);
        self.ready = others;
        let gone: Vec<Slot> = gone;
        gone.iter().for_each(|slot| self.read(*slot));
        // Whoever sees that a connection is closed knows by it that the engine has been told.
        self.inbox.push(&mut self.inputs);
        gone.iter().for_each(|slot| self.flush(*slot));
    }

    fn read(&mut self, slot: Slot) {
        let Some(connection) = self.connections.get(slot) else { return };
        match connection.life {
            Life::Open => self.read_open(slot),
            Life::HalfClosed => {}
            Life::Closing | Life::Lingering => self.discard(slot),
        }
    }

    fn read_open(&mut self, slot: Slot) {
        let mut bytes = 0;
        if self.connections.get(slot).is_some_and(|connection| connection.recognised) {
            self.use_lines(slot, &[]);
        }
        loop {
            let Some(connection) = self.connections.get_mut(slot) else { return };
            if connection.life != Life::Open || connection.recognised && connection.lines.has_whole() {
                return;
            }
            if connection.ended {
                return self.half_close(slot);
            }
            if !connection.readable {
                return;
            }
            if bytes >= TURN_BYTES {
                return self.ready.push(slot);
            }
            match fill(connection, &mut self.incoming) {
                Ok((0, _)) => connection.ended = true,
                Ok((n, reading)) => {
                    bytes += n;
                    // A short read means that the socket is empty, unless the end of the stream was announced.
                    connection.readable = connection.hung_up || matches!(reading, Reading::Later);
                    let incoming = std::mem::take(&mut self.incoming);
                    self.take_in(slot, &incoming[..n]);
                    self.incoming = incoming;
                }
                Err(Reading::Empty) => {
                    connection.readable = false;
                    return;
                }
                Err(_) => return self.forget(slot, CloseReason::ConnectionLost),
            }
        }
    }

    /// Does what the bytes that have just come ask for.
    fn take_in(&mut self, slot: Slot, fresh: &[u8]) {
        let now = self.now_ms();
        let Some(connection) = self.connections.get_mut(slot) else { return };
        connection.heard_ms = now;
        connection.pinged = false;
        Counters::add(&self.counters.bytes_in, fresh.len());
        let (is_known, has_unsent) = (connection.recognised, connection.stream.has_unsent());
        if has_unsent {
            self.mark(slot);
        }
        if is_known {
            return self.use_lines(slot, fresh);
        }
        let connection = &mut self.connections[slot];
        let mut start = connection.lines.take();
        start.extend_from_slice(fresh);
        connection.lines.keep(start);
        if self.is_foreign(slot) {
            return self.close(slot, CloseReason::WrongProtocol);
        }
        // What is not recognised yet has no lines but those that a proxy's octets begin with.
        if self.connections[slot].recognised {
            self.use_lines(slot, &[]);
        }
    }

    /// Looks at the first bytes of a connection, once.
    fn is_foreign(&mut self, slot: Slot) -> bool {
        let connection = &mut self.connections[slot];
        let start = connection.lines.start();
        // A proxy's octets begin as empty lines do.
        let has_whole = connection.lines.has_whole() && !SIGNATURE.starts_with(start);
        connection.recognised = start.len() >= START_BYTES || has_whole;
        connection.session.is_foreign(start)
    }

    /// The peer has said all it will say. What it asked is answered, then the connection goes.
    fn half_close(&mut self, slot: Slot) {
        let connection = &mut self.connections[slot];
        connection.life = Life::HalfClosed;
        connection.readable = false;
        let id = connection.id;
        self.inputs.push(Input::Close { session: id, reason: CloseReason::ConnectionLost });
        self.linger(id, self.now_ms());
        self.mark(slot);
    }

    /// Takes the lines that are there, as far as the session may go on: what waits from before, and what has just come.
    fn use_lines(&mut self, slot: Slot, fresh: &[u8]) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        let mut rest = connection.lines.take();
        if rest.is_empty() {
            // Mostly lines come whole, and are read where they are.
            let Some(used) = self.take_lines(slot, fresh) else { return };
            if used < fresh.len() {
                self.connections[slot].lines.keep(fresh[used..].to_vec());
            }
            return;
        }
        rest.extend_from_slice(fresh);
        let Some(used) = self.take_lines(slot, &rest) else { return };
        rest.drain(..used);
        self.connections[slot].lines.keep(rest);
    }

    /// Takes lines out of what waits. Says how many bytes they were; nothing: the connection is gone.
    fn take_lines(&mut self, slot: Slot, waiting: &[u8]) -> Option<usize> {
        let now = self.now_ms();
        let connection = self.connections.get_mut(slot)?;
        let max = connection.session.line_bytes_max();
        let (mut used, mut lines) = (0, 0);
        while connection.life == Life::Open {
            match connection.pause(now, &self.limits) {
                Some(Pause::Credit) if has_whole(&waiting[used..]) => {
                    Counters::add(&self.counters.paused_credit, 1);
                    break;
                }
                // Writing goes on with it.
                Some(Pause::Unread) if has_whole(&waiting[used..]) => {
                    Counters::add(&self.counters.paused_unread, 1);
                    break;
                }
                Some(Pause::Rate(until)) if has_whole(&waiting[used..]) => {
                    Counters::add(&self.counters.paused_rate, 1);
                    self.timers.set(until, connection.id, Due::Resume);
                    break;
                }
                _ => {}
            }
            let Some(line) = connection.lines.next(waiting, &mut used, max) else { break };
            lines += 1;
            let session = connection.session.as_mut();
            let taken = catch_unwind(AssertUnwindSafe(|| match line {
                Line::Whole(at) => session.receive(&waiting[at]),
                Line::Overlong => Some(session.overlong()),
            }));
            let Ok(request) = taken else {
                self.panicked(slot);
                return None;
            };
            connection.rate.take(request.as_ref().map_or(MESSAGE, cost), now, &self.limits);
            if !connection.session.is_unfinished() {
                connection.unfinished_ms = None;
            } else if connection.unfinished_ms.is_none() {
                let at = now + self.limits.batch_deadline_ms;
                connection.unfinished_ms = NonZeroU64::new(at);
                self.timers.set(at, connection.id, Due::Batch);
            }
            if let Some(request) = request {
                connection.in_flight += 1;
                self.inputs.push(Input::Request { session: connection.id, request });
            }
        }
        Counters::add(&self.counters.lines, lines);
        Some(used)
    }

    /// Reads what a closed connection still sends, until it ends.
    fn discard(&mut self, slot: Slot) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        let mut sink = [0; 4096];
        for _ in 0..16 {
            match connection.stream.read(&mut sink) {
                Ok(0) if connection.life == Life::Lingering => return self.drop_connection(slot),
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // At the end of the process nobody is waited for: nothing unread means no reset.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if self.stopping && connection.life == Life::Lingering {
                        self.drop_connection(slot);
                    }
                    return;
                }
                Err(_) => return self.drop_connection(slot),
            }
        }
        self.ready.push(slot);
    }

    /// The settings have changed, for sessions too. Whoever was paused by the limits before may go on by those that hold now.
    pub(super) fn configured(&mut self) {
        for (slot, connection) in self.connections.iter_mut().filter(|(_, it)| it.life == Life::Open) {
            if connection.lines.has_whole() {
                self.ready.push(slot);
            }
            if let Some(request) = connection.session.configured() {
                connection.in_flight += 1;
                self.inputs.push(Input::Request { session: connection.id, request });
            }
        }
    }

    /// An answer has gone out: one more request may come.
    pub(super) fn credit(&mut self, slot: Slot) {
        let connection = &mut self.connections[slot];
        let was_paused = connection.in_flight >= self.limits.inputs_in_flight;
        connection.in_flight = connection.in_flight.saturating_sub(1);
        if was_paused {
            self.ready.push(slot);
        }
        if connection.life == Life::HalfClosed {
            self.mark(slot);
        }
    }
}

/// Reads once. Says how much came, and whether there may be more.
fn fill(connection: &mut Connection, incoming: &mut [u8]) -> Result<(usize, Reading), Reading> {
    loop {
        match connection.stream.read(incoming) {
            Ok(0) => return Ok((0, Reading::Ended)),
            Ok(n) => {
                let may_have_more = n == incoming.len() || connection.stream.is_layered();
                let more = if may_have_more { Reading::Later } else { Reading::Empty };
                return Ok((n, more));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Err(Reading::Empty),
            Err(_) => return Err(Reading::Broken),
        }
    }
}

/// What a request takes from the rate, in tenths of what a message takes.
fn cost(request: &Request) -> u32 {
    let costs = request.items.iter().map(|item| match item {
        Item::Command { act, .. } => act.cost(),
        Item::Refuse { .. } => MESSAGE,
        // Beside a command it says how the answer is to look.
        Item::Wire(_) => 0,
    });
    match costs.sum() {
        0 => MESSAGE,
        cost => cost,
    }
}
