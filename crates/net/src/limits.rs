//! What one connection may take of a gateway.

use std::sync::{Arc, PoisonError, RwLock};

use colvert_core::net::Net;

/// Bounds of connections. Times in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetLimits {
    /// False: no rates and no limits per address, for tests and benchmarks. All bounds of memory stay.
    pub enabled: bool,
    /// Connections of one net at a time.
    pub connections_per_address: usize,
    /// Bits of an address that say whose it is, for the limits of nets.
    pub net_bits_v4: u8,
    pub net_bits_v6: u8,
    /// Connections that one net may make in a window; 0 for any number.
    pub connects_per_net: u32,
    /// How long a window is, in seconds.
    pub connects_window_s: u64,
    /// Nets that are remembered for it.
    pub nets_remembered: usize,
    /// The limits of nets do not hold for these.
    pub exempt: Vec<Net>,
    /// Connections whose TLS or proxy's header is not complete.
    pub handshakes: usize,
    /// They have to be complete by then.
    pub handshake_deadline_ms: u64,
    /// Messages a second that one connection may send for long; commands cost as their table says.
    pub rate_per_s: u32,
    /// Messages that it may send at once.
    pub rate_burst: u32,
    /// Requests of one session that are not answered yet; past it its socket is not read.
    pub inputs_in_flight: u32,
    /// Bytes that wait for one reader; past it the connection is closed.
    pub send_queue_bytes: usize,
    /// A reader that takes nothing for so long is closed.
    pub send_queue_deadline_ms: u64,
    /// Connection registration must be complete by then.
    pub registration_deadline_ms: u64,
    /// Silence after which a peer is asked whether it is there, in protocols that can ask.
    pub ping_interval_ms: u64,
    /// What takes several lines must be finished by then.
    pub batch_deadline_ms: u64,
    /// How long a closed connection may take to take its last words.
    pub linger_ms: u64,
}

/// Limits that another thread may change.
#[derive(Debug, Default)]
pub(crate) struct SharedLimits(RwLock<Arc<NetLimits>>);

impl SharedLimits {
    pub fn get(&self) -> Arc<NetLimits> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set(&self, limits: NetLimits) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(limits);
    }
}

impl NetLimits {
    /// Bytes that wait for one reader; past it, what they ask waits, too. Who asks for long answers and reads them slowly gets all
    /// of them, and is not closed for it: the rest of the queue has room for what others say and what was asked already.
    pub fn unread_bytes(&self) -> usize {
        self.send_queue_bytes / 4
    }
}

impl Default for NetLimits {
    fn default() -> Self {
        Self {
            enabled: true,
            connections_per_address: 64,
            net_bits_v4: 32,
            net_bits_v6: 64,
            connects_per_net: 240,
            connects_window_s: 60,
            nets_remembered: 100_000,
            exempt: Vec::new(),
            handshakes: 8_192,
            handshake_deadline_ms: 10_000,
            rate_per_s: 10,
            rate_burst: 40,
            inputs_in_flight: 64,
            send_queue_bytes: 2 << 20,
            send_queue_deadline_ms: 30_000,
            registration_deadline_ms: 30_000,
            ping_interval_ms: 90_000,
            batch_deadline_ms: 30_000,
            linger_ms: 2_000,
        }
    }
}
