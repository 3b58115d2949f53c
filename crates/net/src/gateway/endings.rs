//! How connections end: with last words where there is somebody to hear them.

use colvert_core::command::CloseReason;
use colvert_core::ids::SessionId;
use colvert_core::session::Input;

use super::Gateway;
use crate::connection::Life;
use crate::counters::Counters;
use crate::index::Slot;
use crate::timers::Due;

impl Gateway {
    /// Says the last words, takes nothing more in, and closes once they are out.
    pub(super) fn goodbye(&mut self, slot: Slot, reason: &CloseReason) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        if matches!(connection.life, Life::Closing | Life::Lingering) {
            return;
        }
        self.with_session(slot, |session, out| session.goodbye(reason, out));
        let Some(connection) = self.connections.get_mut(slot) else { return };
        connection.life = Life::Closing;
        let id = connection.id;
        self.linger(id, self.now_ms());
        self.mark(slot);
    }

    /// The connection may stay so long, and not longer.
    pub(super) fn linger(&mut self, session: SessionId, now: u64) {
        // Later than now: what is due in this turn is looked for until there is nothing more.
        self.timers.set(now + self.limits.linger_ms.max(1), session, Due::Linger);
    }

    /// Closes a connection from this side: the engine and the peer are told why.
    pub(super) fn close(&mut self, slot: Slot, reason: CloseReason) {
        let Some(connection) = self.connections.get(slot) else { return };
        if connection.life == Life::Open || connection.life == Life::HalfClosed {
            let session = connection.id;
            self.goodbye(slot, &reason);
            self.inputs.push(Input::Close { session, reason });
        }
    }

    /// Goes on with the end of a connection whose queue is empty.
    pub(super) fn end_if_done(&mut self, slot: Slot) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        if !connection.queue.is_empty() || connection.blocked {
            return;
        }
        match connection.life {
            Life::Closing => {
                // The peer may still send; a reset would take the last words from it.
                connection.stream.finish();
                connection.life = Life::Lingering;
                connection.readable = true;
                self.ready.push(slot);
            }
            Life::HalfClosed if connection.in_flight == 0 => self.drop_connection(slot),
            Life::Open | Life::HalfClosed | Life::Lingering => {}
        }
    }

    /// A connection that cannot be used any more: the engine is told, if it does not know.
    pub(super) fn forget(&mut self, slot: Slot, reason: CloseReason) {
        let Some(connection) = self.connections.get(slot) else { return };
        if connection.life == Life::Open {
            self.inputs.push(Input::Close { session: connection.id, reason });
        }
        self.drop_connection(slot);
    }

    /// Frees the socket, the memory and the address's place, together.
    pub(super) fn drop_connection(&mut self, slot: Slot) {
        let mut connection = self.connections.remove(slot);
        if let Some(user) = connection.user {
            self.index.unbind(slot, user);
        }
        let _ = self.poll.registry().deregister(&mut connection.stream);
        Counters::sub(&self.counters.queued_bytes, connection.counted as usize);
        // The place first: who sees the count go down may come in.
        drop(connection);
        Counters::sub(&self.counters.connections, 1);
        Counters::add(&self.counters.closed, 1);
    }
}
