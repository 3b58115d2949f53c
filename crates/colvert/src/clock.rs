//! What time it is: the only place that asks.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use colvert_core::ids::Millis;
use colvert_engine::Clock;

/// The clock of this machine.
pub struct SystemClock {
    began: Instant,
}

impl SystemClock {
    pub fn new() -> Self {
        Self { began: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        now()
    }

    fn monotonic_ns(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Wall time. A clock before 1970 is not set, and counts as 1970.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
