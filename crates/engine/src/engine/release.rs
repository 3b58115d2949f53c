//! Handing over what is durable, and the end when nothing can be made durable any more.

use colvert_core::command::CloseReason;
use colvert_core::ids::Position;
use colvert_core::session::Output;
use colvert_core::work::WorkResult;
use colvert_log::Failure;

use super::{Engine, Stopped, Ticket};
use crate::counters::Counters;
use crate::held::Parcel;

impl Engine {
    /// The turn has ended: the log may write what was ordered in it.
    pub fn flush(&mut self, now_ns: u64) {
        let ordered = self.state.position;
        if self.ordered_at.back().is_none_or(|(position, _)| *position < ordered) {
            self.ordered_at.push_back((ordered, now_ns));
        }
        self.log.flush();
    }

    /// Hands over everything whose position is durable. Says when the engine has stopped.
    pub fn release(&mut self, now_ns: u64) -> Option<Stopped> {
        if let Some(failure) = self.failure.take().or_else(|| self.log.failed()) {
            return Some(self.fail(failure));
        }
        let released = self.log.released();
        while let Some(parcel) = self.held.pop(released) {
            if let Some(busy) = self.post(parcel) {
                self.worked(busy, WorkResult::Busy, self.time);
            }
        }
        for (outbox, outlet) in self.outboxes.iter_mut().zip(&self.outlets) {
            if !outbox.is_empty() {
                outlet.push(outbox);
            }
        }
        self.measure(released, now_ns);
        // Also what nobody is shown is kept before the end.
        let is_kept = self.held.len() == 0 && released >= self.state.position;
        (self.stopping && is_kept).then_some(Stopped::Asked)
    }

    /// Hands a parcel over. Gives back the ticket of work that the pool has no room for.
    fn post(&mut self, parcel: Parcel) -> Option<Ticket> {
        match parcel {
            Parcel::All(delivery) => {
                for outbox in &mut self.outboxes {
                    outbox.push(Output::Deliver(delivery.clone()));
                }
            }
            Parcel::Gateway(gateway, output) => {
                if let Some(outbox) = self.outboxes.get_mut(usize::from(gateway)) {
                    outbox.push(output);
                }
            }
            // Who asked may have gone.
            Parcel::Control(answer) => drop(answer.0.send(answer.1)),
            Parcel::Work(ticket, work) => return (!self.workers.start(ticket, *work)).then_some(ticket),
        }
        None
    }

    /// Nothing more can be promised: what is held is dropped, and everybody is told why.
    fn fail(&mut self, failure: Failure) -> Stopped {
        self.held.clear();
        let sessions: Vec<_> = self.local.sessions().map(|(id, _)| id).collect();
        for session in sessions {
            let output = Output::Close { session, reason: CloseReason::StorageFailed };
            self.post(Parcel::Gateway(session.gateway(), output));
        }
        for (outbox, outlet) in self.outboxes.iter_mut().zip(&self.outlets) {
            outlet.push(outbox);
        }
        Stopped::LogFailed(failure)
    }

    fn measure(&mut self, released: Position, now_ns: u64) {
        let counters = &self.counters;
        while let Some((position, at)) = self.ordered_at.front().copied()
            && position <= released
        {
            let lag = now_ns.saturating_sub(at);
            Counters::set(&counters.durable_lag_ns, lag);
            Counters::max(&counters.durable_lag_ns_max, lag);
            self.ordered_at.pop_front();
        }
        Counters::set(&counters.held, self.held.len() as u64);
        Counters::set(&counters.held_bytes, self.held.bytes() as u64);
        Counters::set(&counters.parked, self.parked.len() as u64);
        Counters::set(&counters.sessions, self.local.count() as u64);
        Counters::set(&counters.users, self.state.users.len() as u64);
        Counters::set(&counters.position_ordered, self.state.position.0);
        Counters::set(&counters.position_released, released.0);
    }
}
