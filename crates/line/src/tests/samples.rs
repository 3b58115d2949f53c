//! One of everything that can be worded. What is missing here leaves a wording unsaid, which a test notices.

mod refusals;
mod replies;

use std::sync::Arc;

use colvert_core::account_settings::Setting;
use colvert_core::accounts::{NewAddress, ResetCode, Suspension};
use colvert_core::audit::Act;
use colvert_core::clients::{ClientName, Seen};
use colvert_core::command::CloseReason;
use colvert_core::event::{Event, Kind, Record, Source, Target, Who};
use colvert_core::extban;
use colvert_core::identity::{BadToken, Identity};
use colvert_core::ids::{ChannelId, Millis, Position, SessionId, UserId};
use colvert_core::local::{DoorName, Language, Link, LoginBy};
use colvert_core::mail::Address;
use colvert_core::mask::Mask;
use colvert_core::modes::{Flag, ListMode, ModeChange, Pace, Rate, Role, Status, UserFlag};
use colvert_core::names::{AccountName, ChannelName, NameRules, Nick};
use colvert_core::notices::Notices;
use colvert_core::opers::OperName;
use colvert_core::pending::Pending;
use colvert_core::read_marker::Buffer;
use colvert_core::refusal::{Refusal, Told, Unredacted};
use colvert_core::registered::ChannelSetting;
use colvert_core::reply::{
    AccountAnswer, AccountInfo, ChannelAnswer, ChannelInfo, ChannelModes, HistoryAsked, Listed, Lusers,
    Names, OperReply, Reply, SessionRow, Stats, UserhostRow, Welcome, WhoRow, Whois,
};
use colvert_core::scram::Verifier;
use colvert_core::secret::Secret;
use colvert_core::server_bans::{BanTarget, ServerBan};
use colvert_core::state::Topic;
use colvert_core::text::Text;
use colvert_core::work::{Audited, LoggedEvent, Reloaded};

/// 2026-11-24 14:03 UTC.
const NOW: Millis = Millis(1_795_529_039_000);

/// Everything about somebody of one nick.
pub struct Samples {
    source: Source,
    other: Source,
    channel: ChannelName,
}

impl Samples {
    pub fn of(nick: &str) -> Self {
        Self { source: source(1, nick), other: source(2, "roger"), channel: channel("#general") }
    }

    fn nick(&self) -> Nick {
        self.source.nick.clone()
    }

    pub fn events(&self) -> Vec<Event> {
        let (by, target, name) = (&self.source, &self.other, &self.channel);
        let id = ChannelId(1);
        let skeleton = by.nick.skeleton(NameRules::Precis);
        let mut events = vec![
            Event::Started { keep_until: NOW, staying: None },
            Event::ClientCame { account: account(), client: client(), forgotten: None },
            Event::ClientLeft { account: account(), client: client() },
            Event::BecameAbsent { by: by.clone(), until: None },
            Event::Returned { by: by.clone() },
            Event::Connected { by: by.clone(), skeleton: skeleton.clone(), realname: "G".into() },
            Event::NickChanged {
                by: by.clone(),
                nick: nick("gigi"),
                skeleton: skeleton.clone(),
                channels: None,
            },
            Event::RealnameChanged { by: by.clone(), realname: "G".into() },
            Event::HostChanged { by: by.clone(), user: "g".into(), host: "h".into() },
            Event::UserModeChanged { by: by.clone(), on: true, flag: UserFlag::Oper },
            Event::LoggedIn { by: by.clone(), account: account() },
            Event::AccountRegistered { account: account(), skeleton: skeleton.clone(), hash: String::new() },
            Event::AccountSet {
                account: account(),
                setting: Setting::SeveralSessions,
                choice: None,
                told: None,
            },
            Event::RoleChanged { by: Some(by.clone()), account: account(), role: Role::Moderator },
            Event::LoggedOut { by: by.clone() },
            Event::PasswordChanged { account: account(), hash: String::new() },
            Event::PasswordHashedAnew { account: account(), hash: String::new() },
            Event::AccountSuspended { account: account(), suspension: None },
            Event::AccountDeleted { account: account(), skeleton: skeleton.clone(), anonymous: true },
            Event::IdentityChanged {
                account: account(),
                identity: Identity::new("https://id.example", "ada").expect("a subject"),
                on: true,
            },
            Event::CertificateChanged { account: account(), fingerprint: String::new(), on: true },
            Event::ScramVerifierMade {
                account: account(),
                verifier: Verifier { salt: vec![], iterations: 1, stored_key: vec![], server_key: vec![] },
            },
            Event::DeviceChanged { account: account(), device: "phone".into(), digest: None },
            Event::ResetCodeMade { account: account(), digest: vec![], expires: NOW },
            Event::RegistrationBegun(Box::new(Pending {
                name: account(),
                skeleton: skeleton.clone(),
                hash: String::new(),
                scram: None,
                address: address(),
                code: code(),
            })),
            Event::RegistrationDropped { account: account() },
            Event::AddressGiven { account: account(), new: NewAddress { address: address(), code: code() } },
            Event::AddressChanged { account: account(), address: None },
            Event::ResetAsked { account: account(), code: None },
            Event::ClaimCodeMade { digest: vec![], expires: NOW },
            Event::Claimed { by: by.clone(), account: account(), digest: vec![] },
            Event::ChannelCreated { id, name: name.clone(), skeleton, kept: false },
            Event::ChannelDropped { id, name: name.clone(), sealed: false },
            Event::Joined {
                by: by.clone(),
                channel: id,
                name: name.clone(),
                status: Status::OP,
                realname: "G".into(),
                away: None,
            },
            Event::Invited {
                by: by.clone(),
                channel: id,
                name: name.clone(),
                target: target.clone(),
                past_bans: None,
            },
            Event::ModesChanged { by: by.clone(), channel: id, name: name.clone(), changes: self.changes() },
            Event::ChannelOffered {
                by: by.clone(),
                channel: id,
                name: name.clone(),
                to: None,
                told: Some(target.clone()),
            },
            Event::Tagged { by: by.clone(), to: self.here(), tags: vec![] },
            Event::Alerted { by: by.clone(), text: text("feu") },
            Event::Accepted { by: by.clone(), target: target.id, on: true },
            Event::Silenced {
                by: by.clone(),
                mask: Mask::new("bob", NameRules::Precis).expect("a mask"),
                on: true,
            },
            Event::Silenced {
                by: by.clone(),
                mask: Mask::new("bob", NameRules::Precis).expect("a mask"),
                on: false,
            },
            Event::Called { by: by.clone(), target: target.clone() },
            Event::Knocked { by: by.clone(), channel: ChannelId(9), name: channel("#général") },
            Event::OpersTold { by: by.clone(), to: vec![target.id], text: text("feu") },
            Event::Killed { by: by.clone(), target: target.clone(), reason: None },
            Event::ReadMarkerMoved {
                account: account(),
                of: Buffer::Channel(name.key()),
                position: Position(1),
                moved: None,
            },
            Event::KeepEnded { channel: id },
            Event::Opered { by: by.clone(), oper: OperName::new("root") },
            Event::Acted(Box::new(act())),
            Event::ServerBanned(Box::new(server_ban(None))),
            Event::ServerUnbanned(server_ban(None).target),
            Event::DefconChanged { level: Some(2) },
        ];
        let private = Target::User { id: target.id, nick: target.nick.clone(), account: None };
        for why in [None, Some(text("parce que"))] {
            events.push(Event::ChannelRenamed {
                by: by.clone(),
                channel: id,
                name: name.clone(),
                to: channel("#général"),
                skeleton: by.nick.skeleton(NameRules::Precis),
                reason: why.clone(),
            });
            events.extend([self.here(), private.clone()].map(|to| Event::Redacted {
                by: by.clone(),
                to,
                message: Position(1),
                generation: 1,
                author: self.nick(),
                said: NOW,
                reason: why.clone(),
            }));
            events.push(Event::AwayChanged { by: by.clone(), message: why.clone() });
            events.push(Event::Parted {
                by: by.clone(),
                channel: id,
                name: name.clone(),
                reason: why.clone(),
            });
            events.push(Event::Kicked {
                by: by.clone(),
                channel: id,
                name: name.clone(),
                target: target.clone(),
                reason: why.clone(),
            });
            events.push(Event::TopicChanged { by: by.clone(), channel: id, name: name.clone(), topic: why });
        }
        events.extend(self.said());
        let reasons = self.close_reasons().into_iter().map(|reason| reason.as_quit_reason());
        let foreign = [None, Some(text("gone fishing"))];
        events.extend(reasons.chain(foreign).map(|reason| Event::Quit {
            by: by.clone(),
            reason,
            channels: None,
        }));
        events
    }

    fn changes(&self) -> Vec<ModeChange> {
        let mask = Mask::new("bob", NameRules::Precis).expect("a mask");
        let mute = extban::canonical("m:bob", NameRules::Precis).expect("a mute");
        vec![
            ModeChange::Flag { on: true, flag: Flag::Moderated },
            ModeChange::Key { key: None },
            ModeChange::Limit { members: Some(3) },
            ModeChange::Limit { members: None },
            ModeChange::Status { on: false, status: Status::OP, user: self.source.id, nick: self.nick() },
            ModeChange::List { on: true, list: ListMode::Ban, mask: mask.clone() },
            ModeChange::List { on: false, list: ListMode::Ban, mask: mask.clone() },
            ModeChange::List { on: true, list: ListMode::Exception, mask },
            ModeChange::List { on: true, list: ListMode::Ban, mask: mute.clone() },
            ModeChange::List { on: false, list: ListMode::Ban, mask: mute },
            ModeChange::Forward { to: Some(self.channel.clone()) },
            ModeChange::Forward { to: None },
            ModeChange::Pace { pace: Pace::parse("3:10:mute") },
            ModeChange::JoinRate { rate: Rate::parse("3:10") },
        ]
    }

    fn here(&self) -> Target {
        Target::Channel { id: ChannelId(1), name: self.channel.clone() }
    }

    fn said(&self) -> Vec<Event> {
        let private = Target::User { id: self.other.id, nick: self.other.nick.clone(), account: None };
        let kinds = [Kind::Message, Kind::Action, Kind::Notice];
        let (id, name) = (ChannelId(1), self.channel.clone());
        let places = [self.here(), private, Target::Statuses { id, name, least: Status::OP, why: None }];
        let each = places.iter().flat_map(|to| kinds.map(|kind| (to.clone(), kind)));
        each.map(|(to, kind)| Event::Said {
            by: self.source.clone(),
            to,
            kind,
            text: text("Salut"),
            tags: vec![],
            lines: None,
        })
        .collect()
    }

    /// All that is answered about registered channels.
    pub fn channel_answers(&self) -> Vec<ChannelAnswer> {
        let (channel, account) = (self.channel.clone(), self.nick().as_account());
        let statuses =
            [Status::OWNER, Status::ADMIN, Status::OP, Status::HALFOP, Status::VOICE, Status::NONE];
        let info = |founder, standing| {
            ChannelAnswer::Info(ChannelInfo {
                channel: channel.clone(),
                created: NOW,
                founder,
                standing,
                settings: vec![ChannelSetting::TopicLock(true)],
            })
        };
        let mut answers = vec![
            info(None, Status::NONE),
            info(Some((account.clone(), NOW)), Status::OWNER),
            ChannelAnswer::Registered { channel: channel.clone(), founder: account.clone() },
            ChannelAnswer::Unregistered(channel.clone()),
            ChannelAnswer::Offered { channel: channel.clone(), to: Some(account.clone()) },
            ChannelAnswer::Offered { channel: channel.clone(), to: None },
            ChannelAnswer::Transferred { channel: channel.clone(), founder: account.clone() },
            ChannelAnswer::AccessList {
                channel: channel.clone(),
                entries: vec![(account.clone(), Status::OWNER)],
            },
            ChannelAnswer::Set { channel: channel.clone(), setting: ChannelSetting::Lock(vec![]) },
            ChannelAnswer::Set {
                channel: channel.clone(),
                setting: ChannelSetting::Lock(vec![ModeChange::Limit { members: Some(3) }]),
            },
            ChannelAnswer::Set { channel: channel.clone(), setting: ChannelSetting::EntryMessage(None) },
            ChannelAnswer::Set {
                channel: channel.clone(),
                setting: ChannelSetting::EntryMessage(Some(text("feu"))),
            },
            ChannelAnswer::Set { channel: channel.clone(), setting: ChannelSetting::TopicLock(true) },
            ChannelAnswer::Set { channel: channel.clone(), setting: ChannelSetting::TopicLock(false) },
            ChannelAnswer::Mine(vec![]),
            ChannelAnswer::Mine(vec![(channel.clone(), Status::OP)]),
            ChannelAnswer::Cleared { channel: channel.clone(), what: "bans".to_owned(), count: 3 },
            ChannelAnswer::Purged(channel.clone()),
            ChannelAnswer::Unpurged(channel.clone()),
            ChannelAnswer::PurgeList(vec![]),
            ChannelAnswer::PurgeList(vec![(channel.clone(), NOW, Some(text("spam")))]),
        ];
        answers.extend(statuses.map(|status| ChannelAnswer::AccessChanged {
            channel: channel.clone(),
            account: account.clone(),
            status,
        }));
        answers
    }

    pub fn close_reasons(&self) -> Vec<CloseReason> {
        vec![
            CloseReason::Quit(None),
            CloseReason::Quit(Some(text("dodo"))),
            CloseReason::Killed(self.nick().into(), None),
            CloseReason::Killed(self.nick().into(), Some(text("assez"))),
            CloseReason::Banned(None),
            CloseReason::Banned(Some(text("assez"))),
            CloseReason::Suspended(None),
            CloseReason::Suspended(Some(text("assez"))),
            CloseReason::LoggedOut,
            CloseReason::Ended,
            CloseReason::TooManyFailedLogins,
            CloseReason::PasswordNeeded,
            CloseReason::NoGateway,
            CloseReason::RegistrationTimeout,
            CloseReason::SendQueueExceeded,
            CloseReason::PingTimeout,
            CloseReason::ConnectionLost,
            CloseReason::WrongProtocol,
            CloseReason::TooManyConnections,
            CloseReason::ShuttingDown,
            CloseReason::StorageFailed,
            CloseReason::Internal,
        ]
    }
}

fn client() -> ClientName {
    ClientName::parse("phone").expect("a client")
}

fn seen(is_here: bool) -> Seen {
    Seen { position: Position(1), at: NOW, is_here }
}

fn record(event: Event) -> Arc<Record> {
    Arc::new(Record { position: Position(1), time: NOW, generation: 1, event })
}

fn source(id: u64, name: &str) -> Source {
    Source::from(Who {
        id: UserId(id),
        nick: nick(name),
        user: "line".into(),
        host: "127.0.0.1".into(),
        account: None,
        bot: false,
    })
}

fn nick(name: &str) -> Nick {
    Nick::new(name, NameRules::Precis).expect("a nick")
}

fn channel(name: &str) -> ChannelName {
    ChannelName::new(name, NameRules::Precis).expect("a channel")
}

fn account() -> AccountName {
    AccountName::new("gigi", NameRules::Precis).expect("an account")
}

fn address() -> Address {
    Address::parse("gigi@example.org").expect("an address")
}

fn code() -> ResetCode {
    ResetCode { digest: vec![], expires: NOW }
}

fn text(words: &str) -> Text {
    Text::new(words).expect("words")
}

fn act() -> Act {
    let (what, target) = ("kill".into(), "roger".into());
    let (before, after) = Default::default();
    Act { by: None, oper: None, what, target, reason: None, before, after, place: None }
}

fn server_ban(until: Option<Millis>) -> ServerBan {
    let target = BanTarget::parse("10.0.0.0/8", NameRules::Precis).expect("a net");
    ServerBan { target, reason: None, by: "gigi".into(), at: NOW, until, kind: None }
}
