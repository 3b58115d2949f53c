//! Answers to questions, as data. Doors word them.

mod account;
mod channel;
mod listing;
mod lusers;
mod people;
mod questions;
mod renamed;

use std::sync::Arc;

use compact_str::CompactString;

use crate::account_settings::{Persistence, Setting};
use crate::clients::{ClientName, Seen};
use crate::command::Context;
use crate::event::{Record, Source};
use crate::ids::Millis;
use crate::local::Language;
use crate::mask::Mask;
use crate::metadata::{MetadataAnswer, MetadataKey, MetadataValue};
use crate::modes::{Flag, ListMode, ModeChange, Role, Status, UserFlag};
use crate::names::{AccountName, ChannelName, Nick};
use crate::notices::Notices;
use crate::read_marker::Marked;
use crate::server_bans::{BanTarget, ServerBan};
use crate::state::{Topic, User};
use crate::text::Text;
pub use account::{AccountAnswer, AccountInfo, SessionRow};
pub use channel::{ChannelAnswer, ChannelInfo};
pub use listing::NamesAsked;
pub(crate) use listing::beyond;
pub use lusers::{Lusers, lusers};
pub use people::{UserhostRow, WhoRow, Whois};
pub use questions::{Question, answer, names, slice};
pub use renamed::{Members, RenamedChannel};

use crate::work::{Audited, LoggedEvent, Reloaded};

/// An answer to who asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Connection registration is complete.
    Welcome(Box<Welcome>),
    Pong(CompactString),
    /// Words without a channel go there now. They were there before.
    CurrentChannel(ChannelName),
    /// A channel that their person is in since before this session: the joining, told again.
    StillOn(Arc<Record>),
    /// The channel's topic; nothing if it has none.
    Topic {
        channel: ChannelName,
        topic: Option<Topic>,
    },
    /// What a channel's founder wants told to who joins.
    EntryMessage {
        channel: ChannelName,
        message: Text,
    },
    Names(Names),
    /// Channels that the asker may see; there may be more than are told.
    List {
        channels: Vec<Listed>,
        more: bool,
    },
    /// The channel's modes. The key is there for members only.
    Modes {
        channel: ChannelName,
        created: Millis,
        modes: ChannelModes,
    },
    /// A list mode's entries.
    MaskList {
        channel: ChannelName,
        list: ListMode,
        entries: Vec<(Mask, Option<Nick>, Millis)>,
    },
    /// Somebody's own modes, and whether their connection reads the server's notices, which is a mode to IRC.
    UserModes {
        flags: Vec<UserFlag>,
        reads_notices: bool,
    },
    /// The invitation is on its way.
    Inviting {
        nick: Nick,
        channel: ChannelName,
    },
    /// The person is away: told to who writes to them or invites them.
    Away {
        nick: Nick,
        message: Text,
    },
    NowAway,
    NoLongerAway,
    Whois(Box<Whois>),
    /// One line for each time somebody of that nick was here, newest first.
    Whowas {
        nick: CompactString,
        was: Vec<(Source, CompactString, Millis)>,
    },
    Who {
        mask: CompactString,
        rows: Vec<WhoRow>,
        /// Nothing comes after it.
        is_last: bool,
    },
    Userhost(Vec<UserhostRow>),
    Info,
    /// Who looks after the server, up to three lines.
    Admin(Vec<String>),
    /// The servers that match a mask: this one, or none.
    Links {
        mask: CompactString,
        shown: bool,
    },
    Stats {
        query: CompactString,
        told: Stats,
    },
    /// From whom the asker wants to hear nothing.
    Silences(Vec<Mask>),
    /// Who may write to the asker whatever their modes are.
    Accepted(Vec<Nick>),
    /// Those who run the channel are asked for an invitation.
    Knocked(ChannelName),
    /// Channels that the asker is invited to.
    Invitations(Vec<ChannelName>),
    Ison(Vec<Nick>),
    /// Monitored nicks that are here / are not.
    Monitoring {
        online: Vec<Source>,
        offline: Vec<CompactString>,
    },
    MonitorList(Vec<CompactString>),
    Lusers(Lusers),
    Motd(Vec<String>),
    Version,
    Time(Millis),
    /// What was said, oldest first.
    History {
        channel: ChannelName,
        asked: HistoryAsked,
        messages: Vec<Arc<Record>>,
    },
    /// A piece of a conversation, named as it was asked for; oldest first.
    Excerpt {
        target: CompactString,
        messages: Vec<Arc<Record>>,
    },
    /// The same, as a bouncer plays it.
    Played {
        target: CompactString,
        messages: Vec<Arc<Record>>,
    },
    /// A conversation that can be played, and when something was first and last said in it.
    Playable {
        target: CompactString,
        from: Millis,
        to: Millis,
    },
    Metadata(MetadataAnswer),
    /// For those who do not know that channels can be renamed.
    Renamed {
        left: Arc<Record>,
        joined: Arc<Record>,
        about: Arc<RenamedChannel>,
        read: Option<Marked>,
    },
    /// Up to where a conversation was read.
    Marked(Marked),
    /// Where something was said, as the asker names it, and when that was.
    Conversations(Vec<(CompactString, Millis)>),
    EventLog(Vec<LoggedEvent>),
    AuditTrail(Vec<Audited>),
    /// To those who look after the server.
    Oper(OperReply),
    AccountRegistered(AccountName),
    LoggedIn {
        account: AccountName,
        source: Option<Source>,
    },
    /// What a client missed in a conversation, named as the asker finds it; oldest first.
    Missed {
        target: CompactString,
        messages: Vec<Arc<Record>>,
    },
    /// What the account is used from.
    Clients(Vec<(ClientName, Seen)>),
    /// What the account has chosen, or the configuration for it.
    AccountSettings(Vec<(Setting, bool)>),
    /// Whether the asker stays without a session.
    Persistence(Persistence),
    /// The same to who has not asked: it is another than before.
    PersistenceNow(Persistence),
    Claimed,
    /// A new claim code's expiry.
    CodeMade {
        expires: Millis,
    },
    RoleChanged {
        account: AccountName,
        role: Role,
    },
    NowOper,
    AlertSent,
    /// Which of the server's notices the session reads.
    Notices(Notices),
    /// A notice of the server, in words that are the same in all languages.
    ServerNotice(Box<str>),
    LanguageChanged(Language),
    /// The command that help is wanted for; nothing for all of them.
    Help(Option<CompactString>),
    Unbanned {
        channel: ChannelName,
        mask: Mask,
    },
    Imported {
        channels: usize,
    },
    /// About accounts.
    Account(Box<AccountAnswer>),
    /// About registered channels.
    Channel(Box<ChannelAnswer>),
    /// The end of something that has no other answer.
    Done,
}

/// Answers to those who look after the server.
#[derive(Clone, Debug, PartialEq)]
pub enum OperReply {
    /// The ban, and how many connections it closed.
    ServerBanned {
        ban: ServerBan,
        closed: usize,
    },
    ServerUnbanned(BanTarget),
    ServerBans(Vec<ServerBan>),
    Reloaded(Reloaded),
    /// The level of defence; 5 is the usual one.
    Defcon(u8),
}

/// Figures of the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Stats {
    /// What time it is: the door knows when it was started.
    Uptime(Millis),
    /// Operators who show themselves, and their classes.
    Opers(Vec<(Nick, CompactString)>),
    /// The bans of the server.
    Bans(Vec<ServerBan>),
    /// The question means nothing.
    Nothing,
}

/// Why history is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryAsked {
    /// The last that was said.
    Latest,
    /// What was missed since the last time.
    Missed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Welcome {
    pub source: Source,
    pub motd: Vec<String>,
    pub lusers: Lusers,
    /// What they say of themselves.
    pub metadata: Vec<(MetadataKey, MetadataValue)>,
    /// Whether they stay without a session; nothing of who is not logged in.
    pub persistence: Option<Persistence>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    pub channel: ChannelName,
    pub secret: bool,
    /// Of the whole list, as far as that is known when it begins.
    pub count: usize,
    pub members: Vec<(Status, Source)>,
    /// It comes with a join, nobody asked for it.
    pub on_join: bool,
    /// A long list comes in slices: this is the first one.
    pub is_first: bool,
    /// Nothing comes after it.
    pub is_last: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub channel: ChannelName,
    pub members: usize,
    pub topic: Option<Text>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelModes {
    pub flags: Vec<Flag>,
    /// Others that have a parameter, as changes that would set them.
    pub others: Vec<ModeChange>,
    /// Nothing: no key. An empty one: there is a key, and it is not for the asker.
    pub key: Option<CompactString>,
    pub limit: Option<u32>,
}

impl Reply {
    /// The modes of the asker.
    pub(crate) fn user_modes(cx: &Context<'_>, me: &User) -> Self {
        let reads_notices = cx.session().is_ok_and(|(id, _)| !cx.local.notices(id).is_empty());
        Self::UserModes { flags: me.flags.iter().copied().collect(), reads_notices }
    }
}
