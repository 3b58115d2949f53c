//! Numbers with a role. Each is its own type, so that no two can be taken for each other.

use std::fmt;

use minicbor::{CborLen, Decode, Encode};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, CborLen)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A place in the one order, counted in events from 1. An entry of n events that starts at p
    /// covers p to p + n - 1. Position 0 is before everything.
    Position
);
id!(
    /// A person's presence: an account's, or a guest's. Never used twice in one log.
    UserId
);
id!(
    /// One life of a channel, from its creation until it is dropped. Never used twice in one log.
    ChannelId
);
id!(
    /// One connection to this process. The top 16 bits say which gateway holds it.
    SessionId
);
id!(
    /// Milliseconds since the Unix epoch, UTC.
    Millis
);

impl UserId {
    /// Nobody's: ids begin with 1.
    pub const NOBODY: Self = Self(0);
}

impl SessionId {
    const GATEWAY_SHIFT: u32 = 48;

    /// The session number `serial` (below 2^48) of gateway `gateway`.
    pub fn new(gateway: u16, serial: u64) -> Self {
        Self((u64::from(gateway) << Self::GATEWAY_SHIFT) | (serial & ((1 << Self::GATEWAY_SHIFT) - 1)))
    }

    /// Reads what [`Self::shown`] has made.
    pub fn parse(word: &str) -> Option<Self> {
        let digits = word.strip_prefix("s-").filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u64::from_str_radix(digits, 16).ok().map(Self)
    }

    /// How people name it, as long as it is there: `s-2f`.
    pub fn shown(self) -> String {
        format!("s-{:x}", self.0)
    }

    /// The gateway that owns the connection.
    pub fn gateway(self) -> u16 {
        (self.0 >> Self::GATEWAY_SHIFT) as u16
    }
}

impl Position {
    /// The position `n` events later.
    pub fn plus(self, n: u64) -> Self {
        Self(self.0 + n)
    }
}

impl Millis {
    /// The time `seconds` later.
    pub fn plus_s(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds since the Unix epoch, as IRC numerics give times.
    pub fn unix_s(self) -> u64 {
        self.0 / 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_remembers_its_gateway() {
        let id = SessionId::new(3, 77);
        assert_eq!(id.gateway(), 3);
        assert_ne!(id, SessionId::new(2, 77));
    }
}
