//! Answers about accounts.

use compact_str::CompactString;

use crate::accounts::Suspension;
use crate::clients::ClientName;
use crate::event::Source;
use crate::identity::Identity;
use crate::ids::{Millis, Position, SessionId};
use crate::local::{DoorName, Link, LoginBy};
use crate::mail::Address;
use crate::modes::Role;
use crate::names::{AccountName, ChannelName, Nick};
use crate::secret::Secret;

/// What commands about accounts answer.
#[derive(Clone, Debug, PartialEq)]
pub enum AccountAnswer {
    LoggedOut {
        /// As they are from then on; nothing before there is a presence.
        source: Option<Source>,
    },
    PasswordChanged(AccountName),
    /// Made for somebody else.
    Created(AccountName),
    Suspended {
        account: AccountName,
        /// Nothing: until somebody opens it.
        until: Option<Millis>,
    },
    Unsuspended(AccountName),
    Renamed {
        from: AccountName,
        to: AccountName,
    },
    Deleted(AccountName),
    /// A letter with a code goes to the address.
    CodeSent {
        account: AccountName,
        address: Address,
    },
    /// If the account has an address, a letter goes there.
    ResetSent(AccountName),
    /// Nothing: it has none any more.
    AddressChanged {
        account: AccountName,
        address: Option<Address>,
    },
    /// What its owner is to be given.
    ResetCode {
        account: AccountName,
        code: Secret,
        expires: Millis,
    },
    /// Fingerprints.
    Certificates(Vec<String>),
    CertificateAdded(String),
    CertificateRemoved(String),
    Identities(Vec<Identity>),
    /// The subject.
    IdentityAdded(String),
    IdentityRemoved(String),
    /// Names, and since when.
    Devices(Vec<(String, Millis)>),
    /// Shown this once.
    DeviceAdded {
        device: String,
        token: Secret,
    },
    DeviceRemoved(String),
    /// Who is logged in to the account. The asker's own comes first.
    Sessions(Vec<SessionRow>),
    /// So many were.
    SessionsEnded(usize),
    /// The nick that they bear is an account's; they have it for so long.
    NickLent {
        seconds: u64,
    },
    /// What a SASL exchange goes on with, which only programs read.
    SaslChallenge(String),
    /// Lines of JSON, the same in all languages, and where the next page begins, if there is one.
    Export {
        lines: Vec<String>,
        next: Option<Position>,
    },
    /// A nick is free again, or the asker's.
    Freed(Nick),
    /// The nick is the asker's, and nobody else had it.
    Called(Nick),
    Info(Box<AccountInfo>),
    /// There may be more than are told.
    List {
        accounts: Vec<AccountName>,
        more: bool,
    },
}

/// A session that is logged in to an account.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    pub id: SessionId,
    /// It asks.
    pub is_own: bool,
    /// Nothing before there is a presence.
    pub nick: Option<Nick>,
    /// Which client it says it is.
    pub client: Option<ClientName>,
    /// Through which door, whether in a WebSocket, and how.
    pub door: DoorName,
    pub is_web: bool,
    pub link: Link,
    /// Where it is connected from, and through which gateway. Nothing: that is not for the asker.
    pub address: Option<CompactString>,
    /// How and when it logged in, if it did so by itself.
    pub login: Option<(LoginBy, Millis)>,
}

/// What an account is.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountInfo {
    pub account: AccountName,
    pub registered: Millis,
    pub role: Role,
    /// Those that it founded.
    pub channels: Vec<ChannelName>,
    /// How many are logged in to it.
    pub connections: usize,
    pub suspended: Option<Suspension>,
    pub address: Option<Address>,
}
