//! What is due, and what follows when it was not done: registering, reading, answering a ping, going away.

use colvert_core::command::CloseReason;
use colvert_core::session::Input;

use super::Gateway;
use crate::connection::Life;
use crate::counters::Counters;
use crate::index::Slot;
use crate::timers::Due;

impl Gateway {
    pub(super) fn do_due(&mut self) {
        let now = self.now_ms();
        while let Some((session, due)) = self.timers.pop(now) {
            if let Some(slot) = self.slot_of(session) {
                self.due(slot, due, now);
            }
        }
    }

    fn due(&mut self, slot: Slot, due: Due, now: u64) {
        let Some(connection) = self.connections.get(slot) else { return };
        match due {
            Due::Resume => self.ready.push(slot),
            Due::Registration if connection.user.is_none() => {
                Counters::add(&self.counters.closed_timeout, 1);
                self.close(slot, CloseReason::RegistrationTimeout);
            }
            Due::Registration if connection.is_listened_for => {}
            Due::Registration => self.check_silence(slot, now),
            Due::Batch if connection.unfinished_ms.is_some_and(|at| at.get() <= now) => self.expire(slot),
            Due::Batch => {}
            Due::SendQueue => self.check_reader(slot, now),
            Due::Silence => self.check_silence(slot, now),
            Due::Linger if connection.life == Life::Open => {}
            // The turn took so long that the last words have not been tried yet, or what was asked last has not been handed on. Both
            // leave when it ends.
            Due::Linger if connection.life != Life::Lingering && connection.dirty => {
                self.linger(connection.id, now)
            }
            Due::Linger => self.drop_connection(slot),
        }
    }

    /// What was begun and not finished is given up, and its memory is free again.
    fn expire(&mut self, slot: Slot) {
        let connection = &mut self.connections[slot];
        connection.unfinished_ms = None;
        if let Some(request) = connection.session.expire() {
            connection.in_flight += 1;
            self.inputs.push(Input::Request { session: connection.id, request });
        }
    }

    fn check_reader(&mut self, slot: Slot, now: u64) {
        let connection = &self.connections[slot];
        if !connection.blocked {
            return;
        }
        let deadline = connection.moved_ms + self.limits.send_queue_deadline_ms;
        if now >= deadline {
            Counters::add(&self.counters.closed_slow, 1);
            self.forget(slot, CloseReason::SendQueueExceeded);
        } else {
            self.timers.set(deadline, connection.id, Due::SendQueue);
        }
    }

    /// Asks a silent peer for a sign of life, and closes it if none comes. Protocols that cannot ask are left alone.
    fn check_silence(&mut self, slot: Slot, now: u64) {
        let connection = &mut self.connections[slot];
        connection.is_listened_for = true;
        let id = connection.id;
        let quiet_since = connection.heard_ms;
        let interval = self.limits.ping_interval_ms;
        // While the server itself owes an answer, or leaves unread what comes, silence says nothing.
        let is_owed = connection.in_flight > 0 || connection.has_much_unread(&self.limits);
        if is_owed || now < quiet_since + interval {
            connection.pinged = false;
            let at = (quiet_since + interval).max(now + 1_000);
            return self.timers.set(at, id, Due::Silence);
        }
        if connection.pinged {
            Counters::add(&self.counters.closed_timeout, 1);
            return self.close(slot, CloseReason::PingTimeout);
        }
        connection.pinged = true;
        let mut can_ask = false;
        self.with_session(slot, |session, out| can_ask = session.ping(out));
        if can_ask {
            self.timers.set(now + interval, id, Due::Silence);
        }
    }
}
