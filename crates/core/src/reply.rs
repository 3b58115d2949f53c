//! Answers to questions, as data. Doors word them.

mod account;
mod channel;
mod listing;
mod lusers;
mod people;
mod renamed;

use std::sync::Arc;

use compact_str::CompactString;

use crate::account_settings::{Persistence, Setting};
use crate::clients::{ClientName, Seen};
use crate::command::Context;
use crate::commands::metadata::SyncAsked;
use crate::commands::who::{self, WhoAsked};
use crate::commands::{join, mark_read, metadata, persistence};
use crate::event::{Record, Source};
use crate::ids::{ChannelId, Millis};
use crate::local::Language;
use crate::mask::Mask;
use crate::metadata::{MetadataAnswer, MetadataKey, MetadataValue};
use crate::modes::{Flag, ListMode, ModeChange, Role, Status, UserFlag};
use crate::names::{AccountName, ChannelName, Nick};
use crate::notices::Notices;
use crate::read_marker::Marked;
use crate::server_bans::{BanTarget, ServerBan};
use crate::state::{Channel, Topic, User};
use crate::text::Text;
pub use account::{AccountAnswer, AccountInfo};
pub use channel::{ChannelAnswer, ChannelInfo};
pub use listing::NamesAsked;
pub(crate) use listing::beyond;
pub use lusers::{Lusers, lusers};
pub use people::{UserhostRow, WhoRow, Whois};
pub use renamed::RenamedChannel;

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

/// A question whose answer is made of the state after the decision that asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    Welcome,
    /// That the asker is in a channel.
    StillOn(ChannelId),
    /// Only if there is one.
    TopicIfAny(ChannelId),
    /// Up to where the asker has read it.
    MarkerOnJoin(ChannelId),
    NamesOnJoin(ChannelId),
    Names(Box<NamesAsked>),
    Who(Box<WhoAsked>),
    UserModes,
    /// That a channel that the asker is in is called something else.
    Renamed(Arc<RenamedChannel>),
    /// What the asker asked to be told of a channel and who is there, if there is any.
    MetadataOnJoin(ChannelId),
    /// The same, all of it.
    Metadata(Box<SyncAsked>),
}

/// Answers a question, whole.
pub fn answer(cx: &Context<'_>, question: &Question) -> Option<Reply> {
    slice(cx, question, usize::MAX).0
}

/// Answers a question, having looked at no more than `max` people where it is about many. What is left of it is asked next.
pub fn slice(cx: &Context<'_>, question: &Question, max: usize) -> (Option<Reply>, Option<Question>) {
    match question {
        Question::NamesOnJoin(id) => {
            if cx.session().is_ok_and(|(session, _)| !cx.local.is_given_names(session)) {
                return (None, None);
            }
            let Some(channel) = cx.state.channel(*id) else { return (None, None) };
            let (names, rest) =
                listing::names(cx, &NamesAsked { on_join: true, ..NamesAsked::all(channel) }, max);
            (Some(Reply::Names(names)), rest)
        }
        Question::Names(asked) => {
            let (names, rest) = listing::names(cx, asked, max);
            (Some(Reply::Names(names)), rest)
        }
        Question::Who(asked) => {
            let (reply, rest) = who::slice(cx, asked, max);
            (Some(reply), rest.map(|rest| Question::Who(Box::new(rest))))
        }
        Question::Metadata(asked) => {
            let (told, rest) = metadata::slice(cx, asked, max);
            (told.map(Reply::Metadata), rest.map(|rest| Question::Metadata(Box::new(rest))))
        }
        short => (at_once(cx, short), None),
    }
}

fn at_once(cx: &Context<'_>, question: &Question) -> Option<Reply> {
    match question {
        Question::Welcome => {
            let me = cx.me().ok()?;
            Some(Reply::Welcome(Box::new(Welcome {
                source: me.source.clone(),
                motd: cx.settings.motd.clone(),
                lusers: lusers(cx),
                metadata: cx.state.metadata_of(me).clone().into_iter().collect(),
                persistence: persistence::of(cx),
            })))
        }
        Question::StillOn(id) => {
            let (me, channel) = (cx.me().ok()?, cx.state.channel(*id)?);
            let event = join::event(me, (*id, channel.name.clone()), Some(channel));
            let (position, time) = (cx.state.position, cx.now);
            Some(Reply::StillOn(Arc::new(Record { position, time, generation: 0, event })))
        }
        Question::TopicIfAny(id) => {
            let channel = cx.state.channel(*id)?;
            let topic = channel.topic.clone()?;
            Some(Reply::Topic { channel: channel.name.clone(), topic: Some(topic) })
        }
        Question::MarkerOnJoin(id) => mark_read::on_join(cx, *id).map(Reply::Marked),
        Question::Renamed(about) => renamed::renamed(cx, about),
        Question::MetadataOnJoin(id) => {
            let answer = metadata::on_join(cx, cx.state.channel(*id)?)?;
            Some(Reply::Metadata(answer))
        }
        Question::NamesOnJoin(_) | Question::Names(_) | Question::Who(_) | Question::Metadata(_) => None,
        Question::UserModes => cx.me().ok().map(|me| Reply::user_modes(cx, me)),
    }
}

/// The members of a channel that the asker may see, all of them.
pub fn names(cx: &Context<'_>, channel: &Channel) -> Names {
    listing::names(cx, &NamesAsked::all(channel), usize::MAX).0
}
