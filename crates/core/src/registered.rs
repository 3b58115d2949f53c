//! What makes a channel somebody's: its founder, and what other accounts may do there.

use minicbor::{CborLen, Decode, Encode};

use crate::ids::Millis;
use crate::modes::Status;
use crate::names::{AccountName, ChannelName, Skeleton};
use crate::text::Text;

/// A channel that belongs to an account. It stays without members, with its topic, modes and lists, and nobody
/// becomes its operator by being the first to join.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Registered {
    /// Whose it is.
    #[n(0)]
    pub founder: AccountName,
    #[n(1)]
    pub since: Millis,
    /// To whom the founder offered it.
    #[n(2)]
    pub offered: Option<AccountName>,
}

/// What an account gets on joining.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Access {
    #[n(0)]
    pub account: AccountName,
    #[n(1)]
    pub status: Status,
}

/// A channel that operators of the server closed for good.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Purged {
    #[n(0)]
    pub name: ChannelName,
    #[n(1)]
    pub at: Millis,
    #[n(2)]
    pub reason: Option<Text>,
    #[n(3)]
    pub skeleton: Option<Skeleton>,
}
