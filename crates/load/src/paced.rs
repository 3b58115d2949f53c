//! Open loop: messages leave on a timetable, whatever the server does.
//!
//! Latency counts from the timetable, not from the write: when the server (or the generator) stands still, the
//! messages that should have left meanwhile count their wait too. Otherwise a stall would hide itself
//! ("coordinated omission").

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::arrival::Deadline;
use crate::cast::{Cast, Heard};
use crate::cli::Common;
use crate::error::{Error, Result};
use crate::net::{Lines, Net};
use crate::progress::Progress;
use crate::report::{Pace, latencies};
use crate::wire::Message;

/// When each message is due.
#[derive(Clone, Copy)]
pub struct Timetable {
    start_ns: u64,
    per_second: u64,
    count: u64,
}

impl Timetable {
    pub fn new(start_ns: u64, per_second: u64, seconds: u64) -> Self {
        Timetable { start_ns, per_second, count: per_second * seconds }
    }

    /// The moment of a message; `None` past the last.
    pub fn due_ns(&self, message: u64) -> Option<u64> {
        let after = u128::from(message) * 1_000_000_000 / u128::from(self.per_second);
        (message < self.count).then_some(self.start_ns + after as u64)
    }
}

/// Watches what else happens while messages flow.
pub trait Watch {
    fn message(&mut self, _message: &Message, _now: Instant) {}
    fn closed(&mut self, _conn: usize, error: Error) -> Result<()> {
        Err(error)
    }
    /// Whether the run may end before its time.
    fn satisfied(&self) -> bool {
        false
    }
}

pub struct Nothing;
impl Watch for Nothing {}

pub struct Paced<W> {
    pub cast: Cast,
    pub watch: W,
    epoch: Instant,
    /// From the moment a message was due to each of its deliveries.
    pub latency_ns: Histogram<u64>,
    /// How late the generator itself was in writing.
    pub lag_ns: Histogram<u64>,
}

impl<W: Watch> Paced<W> {
    pub fn new(cast: Cast, watch: W, epoch: Instant) -> Self {
        Paced { cast, watch, epoch, latency_ns: latencies(), lag_ns: latencies() }
    }

    fn now_ns(&self) -> u64 {
        self.epoch.elapsed().as_nanos() as u64
    }

    /// Sends by timetable, then waits until everything has arrived, or nothing more does.
    pub fn run(&mut self, net: &mut Net, common: &Common, per_second: u64, seconds: u64) -> Result<Pace> {
        let timetable = Timetable::new(self.now_ns() + 50_000_000, per_second, seconds);
        let mut progress = Progress::new(common, "sending");
        let mut pace = Pace::start(common)?;
        let mut message = 0;
        while let Some(due_ns) = timetable.due_ns(message)
            && !self.watch.satisfied()
        {
            if due_ns <= self.now_ns() {
                self.send(net, message, due_ns)?;
                message += 1;
                continue;
            }
            net.wake_at(self.epoch + Duration::from_nanos(due_ns))?;
            net.turn(Duration::from_millis(100), self)?;
            pace.tick(self.cast.ledger.delivered);
            let share = message as f64 / timetable.count as f64;
            progress.show(share, || format!("{} deliveries", self.cast.ledger.delivered));
        }
        self.drain(net, common, &mut pace)?;
        pace.stop(common)?;
        let end = Instant::now() + Duration::from_millis(100);
        while Instant::now() < end {
            net.turn(Duration::from_millis(20), self)?;
        }
        self.cast.close();
        Ok(pace)
    }

    /// One message to each room in turn, its speakers taking turns too.
    fn send(&mut self, net: &mut Net, message: u64, due_ns: u64) -> Result<()> {
        let rooms = self.cast.rooms.len();
        let speakers = self.cast.senders.len() / rooms;
        let room = message as usize % rooms;
        let sender = room * speakers + message as usize / rooms % speakers;
        let conn = self.cast.senders[sender].conn;
        self.lag_ns.saturating_record(self.now_ns() - due_ns);
        self.cast.speak(sender, due_ns, net.out(conn));
        net.flush(conn)
    }

    fn drain(&mut self, net: &mut Net, common: &Common, pace: &mut Pace) -> Result<()> {
        let expected = self.cast.expected();
        let mut quiet = Deadline::new(common.drain_seconds);
        while self.cast.ledger.delivered < expected && !quiet.passed() {
            let before = self.cast.ledger.delivered;
            net.turn(Duration::from_millis(20), self)?;
            if self.cast.ledger.delivered > before {
                quiet = Deadline::new(common.drain_seconds);
                pace.tick(self.cast.ledger.delivered);
            }
        }
        Ok(())
    }
}

impl<W: Watch> Lines for Paced<W> {
    fn fast(&mut self, conn: usize, line: &[u8], now: Instant) -> bool {
        match self.cast.hear(conn, line) {
            Heard::Other => return false,
            Heard::Delivery(stamp) => {
                let now_ns = (now - self.epoch).as_nanos() as u64;
                self.latency_ns.saturating_record(now_ns.saturating_sub(stamp.due_ns));
            }
            Heard::Own(_) | Heard::Wrong => {}
        }
        true
    }

    fn message(&mut self, conn: usize, message: &Message, now: Instant) -> Result<()> {
        self.watch.message(message, now);
        self.cast.message(conn, message, now)
    }

    fn closed(&mut self, conn: usize, error: Error) -> Result<()> {
        self.watch.closed(conn, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn the_timetable_is_even_and_ends() {
        let timetable = Timetable::new(5, 1_000, 2);
        assert_eq!(timetable.due_ns(0), Some(5));
        assert_eq!(timetable.due_ns(1), Some(5 + MS));
        assert_eq!(timetable.due_ns(1_999), Some(5 + 1_999 * MS));
        assert_eq!(timetable.due_ns(2_000), None);
        assert_eq!(Timetable::new(0, 3, 1).due_ns(2), Some(666_666_666), "no drift by rounding");
    }

    /// A server that answers at once, but stands still for the second second of ten, and a generator that waits
    /// with it: measured from the write, almost nothing would show.
    #[test]
    fn a_stall_counts_for_every_message_that_was_due_in_it() {
        let timetable = Timetable::new(0, 1_000, 10);
        let stall = 1_000 * MS..2_000 * MS;
        let (mut corrected, mut naive) = (latencies(), latencies());
        let mut free_ns = 0;
        for message in 0.. {
            let Some(due_ns) = timetable.due_ns(message) else { break };
            let written_ns = due_ns.max(free_ns);
            let arrived_ns = if stall.contains(&written_ns) { stall.end } else { written_ns };
            free_ns = arrived_ns;
            naive.saturating_record(arrived_ns - written_ns);
            corrected.saturating_record(arrived_ns - due_ns);
        }
        assert_eq!(naive.value_at_quantile(0.99), 0, "the trap");
        let p95 = corrected.value_at_quantile(0.95);
        assert!((490 * MS..510 * MS).contains(&p95), "a twentieth waited for half a second or more: {p95}");
        assert!(corrected.max() >= 999 * MS);
        assert_eq!(corrected.value_at_quantile(0.89), 0);
    }
}
