//! One connection: its socket, its session, and what waits in either direction.

use std::io::{self, ErrorKind, Write};
use std::num::NonZeroU64;

use colvert_core::ids::{SessionId, UserId};
use colvert_core::session::Session;

use crate::addresses::Place;
use crate::limits::NetLimits;
use crate::lines::Lines;
use crate::runs::Part;
use crate::send_queue::{Flushed, SendQueue};
use crate::stream::Stream;

pub(crate) struct Connection {
    pub id: SessionId,
    pub stream: Stream,
    /// The name of its door, whose classes are not those of another.
    pub door: &'static str,
    pub session: Box<dyn Session>,
    pub user: Option<UserId>,
    pub lines: Lines,
    pub queue: SendQueue,
    /// What it is shown of this turn, after what waits.
    pub following: Option<Part>,
    pub life: Life,
    /// The first bytes have been looked at.
    pub recognised: bool,
    /// The socket may have something to read.
    pub readable: bool,
    /// The system has said that the peer sends no more; what it sent may still be unread.
    pub hung_up: bool,
    /// The peer sends no more, and all of it was read.
    pub ended: bool,
    /// The socket took no more at the last write.
    pub blocked: bool,
    /// In the list of connections to write to when the turn ends.
    pub dirty: bool,
    pub pinged: bool,
    /// A timer looks after its silence.
    pub is_listened_for: bool,
    /// The engine goes on with a long answer when the reader has taken what waits.
    pub has_more: bool,
    /// Requests that are not answered yet.
    pub in_flight: u32,
    /// Bytes of the queue that the counters know of.
    pub counted: u32,
    pub rate: Rate,
    /// When what takes several lines must be finished, if something is not.
    pub unfinished_ms: Option<NonZeroU64>,
    pub heard_ms: u64,
    /// When the reader last took something, or began to be waited for.
    pub moved_ms: u64,
    /// Gives the address's place back.
    pub place: Option<Place>,
}

/// How far a connection's life is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Open,
    /// The peer sends no more; what it asked is still answered.
    HalfClosed,
    /// The last words are queued; nothing more is taken in.
    Closing,
    /// The last words are out, and the peer knows that there are no more.
    Lingering,
}

impl Connection {
    /// Writes what waits for the reader, and what a layer under it keeps.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn send_waiting(&mut self, scratch: &mut Vec<u8>) -> io::Result<Flushed> {
        let mut flushed = self.queue.flush(&mut self.stream, scratch)?;
        match self.stream.flush() {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => flushed.blocked = true,
            Err(error) => return Err(error),
        }
        Ok(flushed)
    }

    /// Whether the reader has yet to take so much that nothing more should be told for the asking.
    pub fn has_much_unread(&self, limits: &NetLimits) -> bool {
        self.queue.bytes() > limits.unread_bytes()
    }

    /// Why the session's next line has to wait, if it has to.
    pub fn pause(&self, now_ms: u64, limits: &NetLimits) -> Option<Pause> {
        if self.in_flight >= limits.inputs_in_flight {
            return Some(Pause::Credit);
        }
        if self.has_much_unread(limits) {
            return Some(Pause::Unread);
        }
        if !limits.enabled {
            return None;
        }
        self.rate.wait_until_ms(now_ms, limits).map(Pause::Rate)
    }
}

/// Why a session is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// Its answers have to come first.
    Credit,
    /// What it was told has to be taken first.
    Unread,
    /// Until then, in milliseconds.
    Rate(u64),
}

/// A rate, as the time at which all that was sent would have been sent evenly (GCRA), in microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rate {
    paid_until_us: u64,
}

/// What a message takes of a rate: costs are tenths of it.
pub(crate) const MESSAGE: u32 = 10;

/// What each slice of a long answer takes after the first.
pub(crate) const SLICE: u32 = 3;

impl Rate {
    /// Takes what a request costs. Where there are no limits nothing is owed, nor will be when there are again.
    pub fn take(&mut self, cost: u32, now_ms: u64, limits: &NetLimits) {
        if limits.enabled {
            let cost_us = each_us(limits) * u64::from(cost) / u64::from(MESSAGE);
            self.paid_until_us = self.paid_until_us.max(now_ms * 1_000) + cost_us;
        }
    }

    /// When the next request may come; nothing: now.
    fn wait_until_ms(&self, now_ms: u64, limits: &NetLimits) -> Option<u64> {
        let each = each_us(limits);
        let burst = each * u64::from(limits.rate_burst);
        let allowed = self.paid_until_us.saturating_sub(burst);
        (allowed > now_ms * 1_000).then_some(allowed.div_ceil(1_000))
    }
}

/// What a message costs, in microseconds; nothing where there is no rate.
fn each_us(limits: &NetLimits) -> u64 {
    1_000_000_u64.checked_div(u64::from(limits.rate_per_s)).unwrap_or(0)
}

/// The text of a peer's address, as others see it: no IPv6 text that begins with a colon, and IPv4 in its own words.
pub(crate) fn host_text(address: std::net::IpAddr) -> compact_str::CompactString {
    let text = address.to_canonical().to_string();
    if text.starts_with(':') { format!("0{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_connection_is_small() {
        assert!(size_of::<Connection>() <= 200, "{} bytes", size_of::<Connection>());
    }

    #[test]
    fn a_burst_is_free_and_then_the_rate_holds() {
        let limits = NetLimits { rate_per_s: 10, rate_burst: 3, ..NetLimits::default() };
        let mut rate = Rate::default();
        for _ in 0..3 {
            assert_eq!(rate.wait_until_ms(1_000, &limits), None);
            rate.take(MESSAGE, 1_000, &limits);
        }
        rate.take(MESSAGE, 1_000, &limits);
        assert_eq!(rate.wait_until_ms(1_000, &limits), Some(1_100));
        assert_eq!(rate.wait_until_ms(1_100, &limits), None);
    }

    #[test]
    fn tenths_are_tenths() {
        let limits = NetLimits { rate_per_s: 10, rate_burst: 1, ..NetLimits::default() };
        let mut rate = Rate::default();
        for _ in 0..4 {
            assert_eq!(rate.wait_until_ms(1_000, &limits), None);
            rate.take(3, 1_000, &limits);
        }
        assert_eq!(rate.wait_until_ms(1_000, &limits), Some(1_020));
    }

    #[test]
    fn what_was_sent_without_limits_is_not_owed_later() {
        let limits = NetLimits { enabled: false, ..NetLimits::default() };
        let mut rate = Rate::default();
        rate.take(1_000_000, 1_000, &limits);
        assert_eq!(rate.wait_until_ms(1_000, &NetLimits::default()), None);
    }

    #[test]
    fn without_a_rate_everything_is_free() {
        let limits = NetLimits { rate_per_s: 0, rate_burst: 3, ..NetLimits::default() };
        let mut rate = Rate::default();
        rate.take(1_000, 1_000, &limits);
        assert_eq!(rate.wait_until_ms(1_000, &limits), None);
    }

    #[test]
    fn hosts_are_fit_for_a_source() {
        assert_eq!(host_text("::1".parse().expect("an address")), "0::1");
        assert_eq!(host_text("::ffff:127.0.0.1".parse().expect("an address")), "127.0.0.1");
    }
}
