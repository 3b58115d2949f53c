//! The event loop of a gateway: what arrives, what is read, what is delivered, what is written, what is due.

mod channels;
mod deadlines;
mod deliver;
mod endings;
mod read;

use std::io::ErrorKind;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use colvert_core::command::CloseReason;
use colvert_core::ids::SessionId;
use colvert_core::session::{Inbox, Input, Session};
use mio::event::Event;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

use crate::connection::{Connection, Life, Rate, SLICE};
use crate::counters::Counters;
use crate::entrance::{Entrance, Full};
use crate::index::{Index, Slot};
use crate::limits::NetLimits;
use crate::lines::Lines;
use crate::mailbox::{Arrival, Mailbox};
use crate::runs::Runs;
use crate::send_queue::SendQueue;
use crate::timers::{Due, Timers};

/// Connections of one gateway, at most: a slot has this many bits in a session's id.
const SLOT_BITS: u32 = 20;
/// What may still wait for a reader who is told the next slice of a long answer, in bytes.
const FEW_BYTES: usize = 16 << 10;
/// Sockets that are heard of at once, at most.
const EVENTS_MAX: usize = 4_096;
/// What is read at once, in bytes.
const READ_BYTES: usize = 16 << 10;
/// What is gathered for a write at once, in bytes.
const SCRATCH_BYTES: usize = 64 << 10;

pub(crate) struct Gateway {
    number: u16,
    poll: Poll,
    mailbox: Arc<Mailbox>,
    inbox: Arc<dyn Inbox>,
    limits: NetLimits,
    counters: Arc<Counters>,
    /// Counts connections anew that turn out to be somebody else's.
    entrance: Arc<Entrance>,
    connections: Slab<Connection>,
    index: Index,
    timers: Timers,
    /// Distinguishes connections that had the same slot.
    epoch: u64,
    began: Instant,
    /// Inputs of this turn.
    inputs: Vec<Input>,
    /// Connections with something left to read without a new event.
    ready: Vec<Slot>,
    dirty: Vec<Slot>,
    scratch: Vec<u8>,
    /// What was read last.
    incoming: Box<[u8]>,
    /// What a session says, on its way into its queue.
    words: Vec<u8>,
    audience: Vec<Slot>,
    /// What this turn shows to channels.
    runs: Runs,
    stopping: bool,
}

impl Gateway {
    pub fn new(
        number: u16,
        poll: Poll,
        mailbox: Arc<Mailbox>,
        inbox: Arc<dyn Inbox>,
        limits: NetLimits,
        entrance: Arc<Entrance>,
    ) -> Self {
        Self {
            number,
            poll,
            mailbox,
            inbox,
            limits,
            counters: entrance.counters.clone(),
            entrance,
            connections: Slab::new(),
            index: Index::default(),
            timers: Timers::default(),
            epoch: 0,
            began: Instant::now(),
            inputs: Vec::new(),
            ready: Vec::new(),
            dirty: Vec::new(),
            scratch: Vec::with_capacity(SCRATCH_BYTES),
            incoming: vec![0; READ_BYTES].into(),
            words: Vec::new(),
            audience: Vec::new(),
            runs: Runs::default(),
            stopping: false,
        }
    }

    pub fn run(mut self) {
        let mut events = Events::with_capacity(EVENTS_MAX);
        while !(self.stopping && self.connections.is_empty()) {
            let wait = self.patience();
            if let Err(error) = self.poll.poll(&mut events, wait)
                && error.kind() != ErrorKind::Interrupted
            {
                tracing::error!(%error, gateway = self.number, "a gateway has ended");
                return;
            }
            for event in &events {
                self.happened(event);
            }
            self.part_with_gone();
            self.take_mail();
            // What is ready goes out before more is read: its readers are busy with it meanwhile.
            self.flush_dirty();
            self.read_ready();
            self.do_due();
            let has_asked = !self.inputs.is_empty();
            if has_asked {
                self.inbox.push(&mut self.inputs);
            }
            self.flush_dirty();
            // On one processor the answers to these lines are to be on their way before more is read: then the peers are busy
            // with them meanwhile.
            if has_asked {
                std::thread::yield_now();
            }
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn patience(&self) -> Option<Duration> {
        // Writing can end a connection, which is news for the engine.
        if !(self.ready.is_empty() && self.inputs.is_empty() && self.dirty.is_empty()) {
            return Some(Duration::ZERO);
        }
        self.timers.wait_ms(self.now_ms()).map(Duration::from_millis)
    }

    fn happened(&mut self, event: &Event) {
        let Token(slot) = event.token();
        let Some(connection) = self.connections.get_mut(slot) else { return };
        if event.is_readable() || event.is_read_closed() || event.is_error() {
            connection.readable = true;
            connection.hung_up |= event.is_read_closed() || event.is_error();
            self.ready.push(slot);
        }
        if event.is_writable() && connection.blocked {
            connection.blocked = false;
            self.mark(slot);
        }
    }

    fn take_mail(&mut self) {
        let mail = self.mailbox.take();
        if let Some(limits) = mail.limits {
            self.limits = limits;
            self.configured();
        }
        for arrival in mail.arrivals {
            self.arrive(arrival);
        }
        for output in mail.outputs {
            self.output(output);
        }
        if let Some(reason) = mail.stop {
            self.stopping = true;
            let slots: Vec<Slot> = self.connections.iter().map(|(slot, _)| slot).collect();
            for slot in slots {
                self.goodbye(slot, &reason);
            }
        }
    }

    // ------------------------------------------------------------ beginnings

    fn arrive(&mut self, arrival: Arrival) {
        let Arrival { mut stream, door, info, place } = arrival;
        if self.stopping || self.connections.len() >= 1 << SLOT_BITS {
            return;
        }
        let entry = self.connections.vacant_entry();
        let slot = entry.key();
        let interest = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = self.poll.registry().register(&mut stream, Token(slot), interest) {
            tracing::warn!(%error, "a connection cannot be watched");
            return;
        }
        self.epoch += 1;
        let id = SessionId::new(self.number, (self.epoch << SLOT_BITS) | slot as u64);
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        // What a layer has read already makes no news at the socket.
        let has_begun = stream.is_layered();
        entry.insert(Connection {
            id,
            stream,
            door: door.name(),
            session: door.session(&info),
            user: None,
            lines: Lines::default(),
            queue: SendQueue::default(),
            following: None,
            life: Life::Open,
            recognised: false,
            readable: has_begun,
            hung_up: false,
            ended: false,
            blocked: false,
            dirty: false,
            pinged: false,
            is_listened_for: false,
            has_more: false,
            in_flight: 0,
            counted: 0,
            rate: Rate::default(),
            unfinished_ms: None,
            heard_ms: now,
            moved_ms: now,
            place,
        });
        Counters::add(&self.counters.connections, 1);
        self.inputs.push(Input::Open { session: id, info });
        self.timers.set(now + self.limits.registration_deadline_ms, id, Due::Registration);
        self.with_session(slot, |session, out| session.greet(out));
        if has_begun {
            self.ready.push(slot);
        }
    }

    /// The slot of a session that is still here.
    fn slot_of(&self, session: SessionId) -> Option<Slot> {
        let slot = (session.0 & ((1 << SLOT_BITS) - 1)) as usize;
        self.connections.get(slot).filter(|connection| connection.id == session).map(|_| slot)
    }

    /// A connection is for somebody at this address, who may have as many as anybody.
    fn count_for(&mut self, session: SessionId, address: IpAddr) {
        let Some(slot) = self.slot_of(session) else { return };
        match self.entrance.place(address) {
            Ok(place) => self.connections[slot].place = place,
            Err(Full) => self.close(slot, CloseReason::TooManyConnections),
        }
    }

    /// Lets a session write. A panic in it ends that session and no other.
    fn with_session(&mut self, slot: Slot, write: impl FnOnce(&mut dyn Session, &mut Vec<u8>)) {
        self.step_out(slot);
        let Some(connection) = self.connections.get_mut(slot) else { return };
        if connection.life == Life::Lingering {
            return;
        }
        self.words.clear();
        let (session, words) = (connection.session.as_mut(), &mut self.words);
        if catch_unwind(AssertUnwindSafe(|| write(session, words))).is_err() {
            return self.panicked(slot);
        }
        if !self.words.is_empty() {
            connection.queue.extend(&self.words);
            self.mark(slot);
        }
        // A long answer is rare, and its memory is not kept for the next one.
        self.words.shrink_to(SCRATCH_BYTES);
    }

    fn panicked(&mut self, slot: Slot) {
        Counters::add(&self.counters.panics, 1);
        tracing::error!(gateway = self.number, "a session panicked; it is closed");
        self.forget(slot, CloseReason::Internal);
    }

    // ------------------------------------------------------------ writing

    /// Notes that a connection has something to write when the turn ends.
    fn mark(&mut self, slot: Slot) {
        if let Some(connection) = self.connections.get_mut(slot)
            && !connection.dirty
        {
            connection.dirty = true;
            self.dirty.push(slot);
        }
    }

    /// Writes each connection that has something new, once.
    fn flush_dirty(&mut self) {
        let mut dirty = std::mem::take(&mut self.dirty);
        for slot in dirty.drain(..) {
            self.flush(slot);
        }
        self.runs.clear();
        // What was marked meanwhile comes with the next turn, at once.
        if self.dirty.is_empty() {
            self.dirty = dirty;
        }
    }

    fn flush(&mut self, slot: Slot) {
        let now = self.now_ms();
        let Some(connection) = self.connections.get_mut(slot) else { return };
        connection.dirty = false;
        if let Some(part) = connection.following.take() {
            connection.queue.push(self.runs.whole(part));
        }
        if !connection.blocked {
            let waiting_before = connection.queue.bytes();
            let had_much_unread = connection.has_much_unread(&self.limits);
            match connection.send_waiting(&mut self.scratch) {
                Ok(flushed) => {
                    Counters::add(&self.counters.bytes_out, flushed.bytes);
                    Counters::add(&self.counters.writes, flushed.writes);
                    if flushed.bytes > 0 || waiting_before == 0 {
                        connection.moved_ms = now;
                    }
                    if had_much_unread && !connection.has_much_unread(&self.limits) {
                        self.ready.push(slot);
                    }
                    if flushed.blocked {
                        connection.blocked = true;
                        let at = now + self.limits.send_queue_deadline_ms;
                        self.timers.set(at, connection.id, Due::SendQueue);
                    }
                }
                Err(_) => return self.forget(slot, CloseReason::ConnectionLost),
            }
        }
        let waiting = u32::try_from(connection.queue.bytes()).unwrap_or(u32::MAX);
        let counted = std::mem::replace(&mut connection.counted, waiting);
        Counters::add(&self.counters.queued_bytes, waiting as usize);
        Counters::sub(&self.counters.queued_bytes, counted as usize);
        if connection.queue.bytes() > self.limits.send_queue_bytes {
            Counters::add(&self.counters.closed_slow, 1);
            return self.forget(slot, CloseReason::SendQueueExceeded);
        }
        if connection.has_more && connection.queue.bytes() <= FEW_BYTES {
            connection.has_more = false;
            connection.rate.take(SLICE, now, &self.limits);
            self.inputs.push(Input::More { session: connection.id });
        }
        self.end_if_done(slot);
    }
}
