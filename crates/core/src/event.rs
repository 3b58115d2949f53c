//! Facts. An event is in the past tense and resolved: whoever reads it needs no rules.
//!
//! A field or a variant keeps its number for ever; new ones get new numbers (`tests/golden.rs` holds the
//! bytes of every released version).

mod message;
mod source;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::account_settings::{Setting, SettingTold};
use crate::accounts::{NewAddress, ResetCode, Suspension};
use crate::audit::Act;
use crate::clients::ClientName;
use crate::identity::Identity;
use crate::ids::{ChannelId, Millis, Position, UserId};
use crate::lines::Lines;
use crate::mail::Address;
use crate::mask::Mask;
use crate::metadata::{MetadataKey, MetadataValue};
use crate::modes::{ModeChange, Role, Status, UserFlag};
use crate::names::{AccountName, ChannelName, Nick, Skeleton};
use crate::opers::OperName;
use crate::pending::Pending;
use crate::read_marker::{Buffer, Moved};
use crate::registered::ChannelSetting;
use crate::scram::Verifier;
use crate::server_bans::{BanTarget, ServerBan};
use crate::text::Text;

pub use message::{Kind, Tag, Target, Why};
pub use source::{Source, Who};

pub use crate::record::{Entry, Record};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub enum Event {
    /// The process started. Presences of the process before it are over; that is nobody's departure.
    /// Channels that had members stay until `keep_until`.
    #[n(0)]
    Started {
        #[n(0)]
        keep_until: Millis,
        /// Who stays all the same.
        #[n(1)]
        staying: Option<Box<Staying>>,
    },
    /// A person's presence began.
    #[n(1)]
    Connected {
        #[n(0)]
        by: Source,
        #[n(1)]
        skeleton: Skeleton,
        #[cbor(n(2), with = "crate::names::compact")]
        realname: CompactString,
    },
    /// A person's presence ended.
    #[n(2)]
    Quit {
        #[n(0)]
        by: Source,
        #[n(1)]
        reason: Option<Text>,
        /// The channels that they were in.
        #[n(2)]
        channels: Option<Vec<ChannelName>>,
    },
    #[n(3)]
    NickChanged {
        /// As they were before.
        #[n(0)]
        by: Source,
        #[n(1)]
        nick: Nick,
        #[n(2)]
        skeleton: Skeleton,
        /// The channels that they are in.
        #[n(3)]
        channels: Option<Vec<ChannelName>>,
    },
    #[n(4)]
    AwayChanged {
        #[n(0)]
        by: Source,
        /// Nothing: they are back.
        #[n(1)]
        message: Option<Text>,
    },
    #[n(5)]
    RealnameChanged {
        #[n(0)]
        by: Source,
        #[cbor(n(1), with = "crate::names::compact")]
        realname: CompactString,
    },
    #[n(6)]
    HostChanged {
        /// As they were before.
        #[n(0)]
        by: Source,
        #[cbor(n(1), with = "crate::names::compact")]
        user: CompactString,
        #[cbor(n(2), with = "crate::names::compact")]
        host: CompactString,
    },
    #[n(7)]
    UserModeChanged {
        #[n(0)]
        by: Source,
        #[n(1)]
        on: bool,
        #[n(2)]
        flag: UserFlag,
    },
    #[n(8)]
    LoggedIn {
        /// As they were before.
        #[n(0)]
        by: Source,
        #[n(1)]
        account: AccountName,
    },
    #[n(9)]
    AccountRegistered {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        skeleton: Skeleton,
        /// The PHC string of an argon2id hash. Never the password.
        #[n(2)]
        hash: String,
    },
    #[n(10)]
    RoleChanged {
        /// Nothing: the server's own command line.
        #[n(0)]
        by: Option<Source>,
        #[n(1)]
        account: AccountName,
        #[n(2)]
        role: Role,
    },
    /// A code that makes its first user an administrator. Only its SHA-256 is kept.
    #[n(11)]
    ClaimCodeMade {
        #[cbor(n(0), with = "minicbor::bytes")]
        digest: Vec<u8>,
        #[n(1)]
        expires: Millis,
    },
    /// A claim code was used, and is used up.
    #[n(12)]
    Claimed {
        #[n(0)]
        by: Source,
        #[n(1)]
        account: AccountName,
        #[cbor(n(2), with = "minicbor::bytes")]
        digest: Vec<u8>,
    },
    #[n(13)]
    ChannelCreated {
        #[n(0)]
        id: ChannelId,
        #[n(1)]
        name: ChannelName,
        #[n(2)]
        skeleton: Skeleton,
        /// Stays when people leave it empty.
        #[n(3)]
        kept: bool,
    },
    /// A channel without members left the state. Its history stays.
    #[n(14)]
    ChannelDropped {
        #[n(0)]
        id: ChannelId,
        #[n(1)]
        name: ChannelName,
        /// Entry was restricted at the end (invitation, key or secret): who makes a channel of that name
        /// later does not read what was said here.
        #[n(2)]
        sealed: bool,
    },
    #[n(15)]
    Joined {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
        #[n(3)]
        status: Status,
        #[cbor(n(4), with = "crate::names::compact")]
        realname: CompactString,
        #[n(5)]
        away: Option<Text>,
    },
    #[n(16)]
    Parted {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
        #[n(3)]
        reason: Option<Text>,
    },
    #[n(17)]
    Kicked {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
        #[n(3)]
        target: Source,
        #[n(4)]
        reason: Option<Text>,
    },
    #[n(18)]
    Invited {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
        #[n(3)]
        target: Source,
        /// The status by which whoever invites could lift a ban: the channel is open then also to who is banned there.
        #[n(4)]
        past_bans: Option<Status>,
    },
    #[n(19)]
    TopicChanged {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
        /// Nothing: the topic was cleared.
        #[n(3)]
        topic: Option<Text>,
    },
    #[n(20)]
    ModesChanged {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
        #[n(3)]
        changes: Vec<ModeChange>,
    },
    #[n(21)]
    Said {
        #[n(0)]
        by: Source,
        #[n(1)]
        to: Target,
        #[n(2)]
        kind: Kind,
        #[n(3)]
        text: Text,
        #[n(4)]
        tags: Vec<Tag>,
        /// All its lines, if there are several; `text` is the first that is not blank.
        #[n(5)]
        lines: Option<Box<Lines>>,
    },
    /// Client-only tags without words. Those that say only that somebody is typing are never stored.
    #[n(22)]
    Tagged {
        #[n(0)]
        by: Source,
        #[n(1)]
        to: Target,
        #[n(2)]
        tags: Vec<Tag>,
    },
    /// Words to everybody on the server.
    #[n(23)]
    Alerted {
        #[n(0)]
        by: Source,
        #[n(1)]
        text: Text,
    },
    /// A moderator ended somebody's presence; their `Quit` follows in the same entry.
    #[n(24)]
    Killed {
        #[n(0)]
        by: Source,
        #[n(1)]
        target: Source,
        #[n(2)]
        reason: Option<Text>,
    },
    #[n(25)]
    ReadMarkerMoved {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        of: Buffer,
        #[n(2)]
        position: Position,
        /// Nothing in what was written before clients could say what was read.
        #[n(3)]
        moved: Option<Box<Moved>>,
    },
    /// The server itself changed a channel's modes: a time was up, or somebody spoke too fast.
    #[n(30)]
    ModesSet {
        /// The server's name.
        #[cbor(n(0), with = "crate::names::compact")]
        server: CompactString,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
        #[n(3)]
        changes: Vec<ModeChange>,
    },
    /// A channel is an account's from now on.
    #[n(31)]
    ChannelRegistered {
        #[n(0)]
        channel: ChannelId,
        #[n(1)]
        name: ChannelName,
        #[n(2)]
        founder: AccountName,
    },
    /// A channel is nobody's any more; its access list is gone.
    #[n(32)]
    ChannelUnregistered {
        #[n(0)]
        channel: ChannelId,
        #[n(1)]
        name: ChannelName,
    },
    /// Its founder offers a channel to another account.
    #[n(33)]
    ChannelOffered {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
        /// Nothing: the offer is taken back.
        #[n(3)]
        to: Option<AccountName>,
        /// Somebody who is logged in to it.
        #[n(4)]
        told: Option<Source>,
    },
    /// A channel has another founder.
    #[n(34)]
    ChannelTransferred {
        #[n(0)]
        channel: ChannelId,
        #[n(1)]
        name: ChannelName,
        #[n(2)]
        founder: AccountName,
    },
    /// What an account gets on joining a channel was changed.
    #[n(35)]
    AccessChanged {
        #[n(0)]
        channel: ChannelId,
        #[n(1)]
        name: ChannelName,
        #[n(2)]
        account: AccountName,
        /// None: it is on the list no more.
        #[n(3)]
        status: Status,
    },
    /// Something was decided for a registered channel.
    #[n(100)]
    ChannelSet {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
        #[n(3)]
        setting: ChannelSetting,
    },
    /// Operators closed a channel for good.
    #[n(36)]
    ChannelPurged {
        #[n(0)]
        name: ChannelName,
        #[n(1)]
        reason: Option<Text>,
        /// How the name looks: no other that looks like it is given, either.
        #[n(2)]
        skeleton: Option<Skeleton>,
    },
    /// And opened it again.
    #[n(37)]
    ChannelUnpurged {
        #[n(0)]
        name: ChannelName,
    },
    /// A channel that outlived a restart has its people back, and is like any other again.
    #[n(26)]
    KeepEnded {
        #[n(0)]
        channel: ChannelId,
    },
    /// An account decided something for itself.
    #[n(55)]
    AccountSet {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        setting: Setting,
        /// Nothing: what the configuration says.
        #[n(2)]
        choice: Option<bool>,
        /// Who is told; nothing for what no client keeps track of.
        #[n(3)]
        told: Option<Box<SettingTold>>,
    },
    /// Somebody is logged in to no account any more.
    #[n(45)]
    LoggedOut {
        /// As they were before.
        #[n(0)]
        by: Source,
    },
    #[n(46)]
    PasswordChanged {
        #[n(0)]
        account: AccountName,
        /// The PHC string of an argon2id hash. Never the password.
        #[n(1)]
        hash: String,
    },
    /// Operators closed an account, or opened it again.
    #[n(47)]
    AccountSuspended {
        #[n(0)]
        account: AccountName,
        /// Nothing: it is open.
        #[n(1)]
        suspension: Option<Suspension>,
    },
    /// An account has another name, everywhere where it is named.
    #[n(48)]
    AccountRenamed {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        skeleton: Skeleton,
        #[n(2)]
        to: AccountName,
        #[n(3)]
        to_skeleton: Skeleton,
    },
    /// An account is gone. Its name is nobody's for good.
    #[n(49)]
    AccountDeleted {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        skeleton: Skeleton,
        /// What it said stays, and nothing tells any more who said it.
        #[n(2)]
        anonymous: bool,
    },
    /// A code that sets a new password of an account. Only its SHA-256 is kept.
    #[n(50)]
    ResetCodeMade {
        #[n(0)]
        account: AccountName,
        #[cbor(n(1), with = "minicbor::bytes")]
        digest: Vec<u8>,
        #[n(2)]
        expires: Millis,
    },
    /// Somebody has asked for an account, and has to show the code that their address is sent.
    #[n(38)]
    RegistrationBegun(#[n(0)] Box<Pending>),
    /// It was not shown in time, or could not be sent.
    #[n(39)]
    RegistrationDropped {
        #[n(0)]
        account: AccountName,
    },
    /// An account's owner wants another address for it.
    #[n(40)]
    AddressGiven {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        new: NewAddress,
    },
    /// An account has an address, or has none any more.
    #[n(41)]
    AddressChanged {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        address: Option<Address>,
    },
    /// Somebody has asked for a letter with which a new password is set. Nothing: there is no such account, or it is sent
    /// none; this is kept all the same, so that nobody can tell from the work.
    #[n(42)]
    ResetAsked {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        code: Option<ResetCode>,
    },
    /// The last session of somebody has ended, and they stay.
    #[n(56)]
    BecameAbsent {
        #[n(0)]
        by: Source,
        /// When their presence ends, if nobody comes.
        #[n(1)]
        until: Option<Millis>,
    },
    /// Somebody who was here without a session has one again.
    #[n(57)]
    Returned {
        #[n(0)]
        by: Source,
    },
    /// A certificate logs in to an account from now on, or does not any more.
    #[n(51)]
    CertificateChanged {
        #[n(0)]
        account: AccountName,
        /// The SHA-256 fingerprint, in lower-case hexadecimal.
        #[n(1)]
        fingerprint: String,
        #[n(2)]
        on: bool,
    },
    /// Who somebody is elsewhere logs in to an account from now on, or does not any more.
    #[n(27)]
    IdentityChanged {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        identity: Identity,
        #[n(2)]
        on: bool,
    },
    /// A device has a password of its own, or has none any more.
    #[n(52)]
    DeviceChanged {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        device: String,
        /// The SHA-256 of the token. Never the token.
        #[cbor(n(2), with = "minicbor::bytes")]
        digest: Option<Vec<u8>>,
    },
    /// What SCRAM needs of an account's password, which is in the same entry.
    #[n(53)]
    ScramVerifierMade {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        verifier: Verifier,
    },
    /// A session of an account has said which client it is.
    #[n(58)]
    ClientCame {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        client: ClientName,
        /// The client that gave way to it.
        #[n(2)]
        forgotten: Option<ClientName>,
    },
    /// It has read up to here, and is gone.
    #[n(59)]
    ClientLeft {
        #[n(0)]
        account: AccountName,
        #[n(1)]
        client: ClientName,
    },
    /// The same password was hashed at another cost.
    #[n(110)]
    PasswordHashedAnew {
        #[n(0)]
        account: AccountName,
        /// The PHC string of an argon2id hash. Never the password.
        #[n(1)]
        hash: String,
    },
    /// Somebody used a right; what it changed is in the same entry.
    #[n(95)]
    Acted(#[n(0)] Box<Act>),
    /// Somebody logged in as an operator of the configuration.
    #[n(96)]
    Opered {
        #[n(0)]
        by: Source,
        #[n(1)]
        oper: OperName,
    },
    /// An address, a net, a mask or an account is kept out of the server.
    #[n(97)]
    ServerBanned(#[n(0)] Box<ServerBan>),
    /// A ban of the server is over: lifted, or at its end.
    #[n(98)]
    ServerUnbanned(#[n(0)] BanTarget),
    /// The server defends itself more, or less.
    #[n(99)]
    DefconChanged {
        /// Nothing: the usual level.
        #[n(0)]
        level: Option<u8>,
    },
    /// Somebody may write to somebody whose modes would keep them out, or may not any more.
    #[n(75)]
    Accepted {
        #[n(0)]
        by: Source,
        #[n(1)]
        target: UserId,
        #[n(2)]
        on: bool,
    },
    /// Somebody wrote to somebody whose modes keep them out. Never stored.
    #[n(76)]
    Called {
        #[n(0)]
        by: Source,
        #[n(1)]
        target: Source,
    },
    /// Somebody asked for an invitation. Never stored.
    #[n(77)]
    Knocked {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        #[n(2)]
        name: ChannelName,
    },
    /// Words were deleted: nobody reads them again, here or in what was said.
    #[n(65)]
    Redacted {
        #[n(0)]
        by: Source,
        /// Where the words were said; in private, to the other of the two.
        #[n(1)]
        to: Target,
        /// Where they stood; with `generation` their message id.
        #[n(2)]
        message: Position,
        #[n(3)]
        generation: u32,
        /// Who had said them, and when.
        #[n(4)]
        author: Nick,
        #[n(5)]
        said: Millis,
        #[n(6)]
        reason: Option<Text>,
    },
    /// Somebody, or a channel, says something else of itself.
    #[n(67)]
    MetadataChanged {
        #[n(0)]
        by: Source,
        /// Of whom, or of what.
        #[n(1)]
        to: Target,
        #[n(2)]
        key: MetadataKey,
        /// Nothing: it says nothing of that any more.
        #[n(3)]
        value: Option<MetadataValue>,
    },
    /// A channel is called something else. All else of it stays.
    #[n(68)]
    ChannelRenamed {
        #[n(0)]
        by: Source,
        #[n(1)]
        channel: ChannelId,
        /// As it was called before.
        #[n(2)]
        name: ChannelName,
        #[n(3)]
        to: ChannelName,
        #[n(4)]
        skeleton: Skeleton,
        #[n(5)]
        reason: Option<Text>,
    },
    /// Somebody does not want to hear from who has such a mask, or does again.
    #[n(69)]
    Silenced {
        #[n(0)]
        by: Source,
        #[n(1)]
        mask: Mask,
        #[n(2)]
        on: bool,
    },
    /// An operator's words to all who want to read such. Never stored.
    #[n(78)]
    OpersTold {
        #[n(0)]
        by: Source,
        #[n(1)]
        to: Vec<UserId>,
        #[n(2)]
        text: Text,
    },
}

/// Those who stay when a process ends.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Staying {
    #[n(0)]
    pub users: Vec<UserId>,
    /// When the presence of those ends who had a session until now, if nobody comes.
    #[n(1)]
    pub until: Option<Millis>,
    /// What they say of being away, unless they said something themselves.
    #[n(2)]
    pub away: Text,
}

impl Event {
    /// Whose doing it is, if a person's.
    pub fn by(&self) -> Option<&Source> {
        match self {
            Self::Connected { by, .. }
            | Self::BecameAbsent { by, .. }
            | Self::Returned { by }
            | Self::Quit { by, .. }
            | Self::NickChanged { by, .. }
            | Self::AwayChanged { by, .. }
            | Self::RealnameChanged { by, .. }
            | Self::HostChanged { by, .. }
            | Self::UserModeChanged { by, .. }
            | Self::LoggedIn { by, .. }
            | Self::LoggedOut { by }
            | Self::Claimed { by, .. }
            | Self::Joined { by, .. }
            | Self::Parted { by, .. }
            | Self::Kicked { by, .. }
            | Self::Invited { by, .. }
            | Self::ChannelOffered { by, .. }
            | Self::ChannelSet { by, .. }
            | Self::TopicChanged { by, .. }
            | Self::ModesChanged { by, .. }
            | Self::Said { by, .. }
            | Self::Tagged { by, .. }
            | Self::Redacted { by, .. }
            | Self::MetadataChanged { by, .. }
            | Self::Silenced { by, .. }
            | Self::ChannelRenamed { by, .. }
            | Self::Alerted { by, .. }
            | Self::Opered { by, .. }
            | Self::Killed { by, .. }
            | Self::Accepted { by, .. }
            | Self::Called { by, .. }
            | Self::Knocked { by, .. }
            | Self::OpersTold { by, .. } => Some(by),
            Self::RoleChanged { by, .. } => by.as_ref(),
            Self::Acted(act) => act.by.as_ref(),
            Self::Started { .. }
            | Self::AccountRegistered { .. }
            | Self::AccountSet { .. }
            | Self::ClientCame { .. }
            | Self::ClientLeft { .. }
            | Self::ClaimCodeMade { .. }
            | Self::PasswordChanged { .. }
            | Self::PasswordHashedAnew { .. }
            | Self::AccountSuspended { .. }
            | Self::AccountRenamed { .. }
            | Self::AccountDeleted { .. }
            | Self::ResetCodeMade { .. }
            | Self::RegistrationBegun(_)
            | Self::RegistrationDropped { .. }
            | Self::AddressGiven { .. }
            | Self::AddressChanged { .. }
            | Self::ResetAsked { .. }
            | Self::CertificateChanged { .. }
            | Self::IdentityChanged { .. }
            | Self::DeviceChanged { .. }
            | Self::ScramVerifierMade { .. }
            | Self::ChannelCreated { .. }
            | Self::ChannelDropped { .. }
            | Self::ModesSet { .. }
            | Self::ChannelRegistered { .. }
            | Self::ChannelUnregistered { .. }
            | Self::ChannelTransferred { .. }
            | Self::AccessChanged { .. }
            | Self::ChannelPurged { .. }
            | Self::ChannelUnpurged { .. }
            | Self::ReadMarkerMoved { .. }
            | Self::KeepEnded { .. }
            | Self::ServerBanned(_)
            | Self::ServerUnbanned(_)
            | Self::DefconChanged { .. } => None,
        }
    }

    /// Who it happens to: the kicked, the invited; else whose doing it is.
    pub fn subject(&self) -> Option<UserId> {
        match self {
            Self::Kicked { target, .. }
            | Self::Invited { target, .. }
            | Self::Killed { target, .. }
            | Self::Called { target, .. } => Some(target.id),
            other => other.by().map(|by| by.id),
        }
    }
}
