//! Answers about registered channels.

use crate::ids::Millis;
use crate::modes::Status;
use crate::names::{AccountName, ChannelName};
use crate::registered::ChannelSetting;
use crate::text::Text;

/// What CHANNEL answers.
#[derive(Clone, Debug, PartialEq)]
pub enum ChannelAnswer {
    Info(ChannelInfo),
    Registered {
        channel: ChannelName,
        founder: AccountName,
    },
    Unregistered(ChannelName),
    /// The account may take it; nothing: the offer is taken back.
    Offered {
        channel: ChannelName,
        to: Option<AccountName>,
    },
    Transferred {
        channel: ChannelName,
        founder: AccountName,
    },
    AccessChanged {
        channel: ChannelName,
        account: AccountName,
        status: Status,
    },
    Set {
        channel: ChannelName,
        setting: ChannelSetting,
    },
    /// The founder first.
    AccessList {
        channel: ChannelName,
        entries: Vec<(AccountName, Status)>,
    },
    /// Where the asker's account is something.
    Mine(Vec<(ChannelName, Status)>),
    /// So many bans, people or accounts are there no more.
    Cleared {
        channel: ChannelName,
        what: String,
        count: usize,
    },
    Purged(ChannelName),
    Unpurged(ChannelName),
    PurgeList(Vec<(ChannelName, Millis, Option<Text>)>),
}

/// Whose a channel is.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelInfo {
    pub channel: ChannelName,
    pub created: Millis,
    /// The account that registered it, and when.
    pub founder: Option<(AccountName, Millis)>,
    /// What the asker's account is there.
    pub standing: Status,
    /// What was decided for it, as the asker may know it.
    pub settings: Vec<ChannelSetting>,
}
