//! Answers about people.

use compact_str::CompactString;

use crate::event::Source;
use crate::ids::Millis;
use crate::metadata::{MetadataKey, MetadataValue};
use crate::modes::Status;
use crate::names::ChannelName;
use crate::text::Text;

#[derive(Clone, Debug, PartialEq)]
pub struct Whois {
    pub source: Source,
    pub realname: CompactString,
    pub away: Option<Text>,
    /// The class of an operator who shows it.
    pub oper: Option<CompactString>,
    pub since: Millis,
    /// Where they are connected from, if the asker may know and it is not what everybody sees.
    pub address: Option<CompactString>,
    /// Nobody on the way reads or changes what they say and hear.
    pub secure: bool,
    /// The fingerprint of the certificate that they have shown, if the asker may know.
    pub certfp: Option<CompactString>,
    /// What they say of themselves.
    pub metadata: Vec<(MetadataKey, MetadataValue)>,
    /// For how long they have said nothing; nothing where that is not known.
    pub idle_s: Option<u64>,
    /// Those that the asker may see.
    pub channels: Vec<(Status, ChannelName)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WhoRow {
    /// The channel that was asked for, or one that both are on.
    pub channel: Option<ChannelName>,
    pub status: Status,
    pub source: Source,
    pub realname: CompactString,
    pub away: bool,
    pub oper: bool,
    /// Where they are connected from, if the asker may know.
    pub address: Option<CompactString>,
    /// For how long they have said nothing; nothing where that is not known.
    pub idle_s: Option<u64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct UserhostRow {
    pub source: Source,
    pub away: bool,
    pub oper: bool,
}
