//! The bytes of entries, as released versions wrote them: they must be read for ever, and mean the same.
//!
//! A new event gets a sample here. `COLVERT_REWRITE=1` adds its bytes to the newest file; a line that is there already
//! must never change.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use colvert_core::account_settings::{Setting, SettingTold};
use colvert_core::accounts::{NewAddress, ResetCode, Suspension};
use colvert_core::audit::{Act, Place};
use colvert_core::clients::ClientName;
use colvert_core::conversation::Side;
use colvert_core::event::{Entry, Event, Kind, Source, Staying, Tag, Target, Who};
use colvert_core::identity::Identity;
use colvert_core::ids::{ChannelId, Millis, Position, UserId};
use colvert_core::lines::{Line, Lines};
use colvert_core::mail::Address;
use colvert_core::mask::Mask;
use colvert_core::metadata::{MetadataKey, MetadataValue};
use colvert_core::modes::{Flag, Key, ListMode, ModeChange, Pace, Rate, Role, Status, UserFlag};
use colvert_core::names::{AccountName, ChannelName, NameRules, Nick, Skeleton};
use colvert_core::opers::OperName;
use colvert_core::pending::Pending;
use colvert_core::read_marker::{Buffer, Moved};
use colvert_core::registered::ChannelSetting;
use colvert_core::scram::Verifier;
use colvert_core::server_bans::{BanKind, BanTarget, ServerBan};
use colvert_core::text::Text;

const RULES: NameRules = NameRules::Precis;
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/0.1.txt");

fn nick(raw: &str) -> Nick {
    Nick::new(raw, RULES).expect("a nick")
}

fn account() -> AccountName {
    AccountName::new("Éloïse", RULES).expect("an account name")
}

fn address() -> Address {
    Address::parse("eloise@example.org").expect("an address")
}

fn code() -> ResetCode {
    ResetCode { digest: vec![1; 32], expires: Millis(5) }
}

fn name() -> ChannelName {
    ChannelName::new("#Général", RULES).expect("a channel name")
}

fn skeleton() -> Skeleton {
    nick("Éloïse").skeleton(RULES)
}

fn text(raw: &str) -> Text {
    Text::new(raw).expect("words")
}

fn source(raw: &str, account: Option<AccountName>) -> Source {
    Source::from(Who {
        id: UserId(7),
        nick: nick(raw),
        user: "~e".into(),
        host: "127.0.0.1".into(),
        account,
        bot: false,
    })
}

fn mode_changes() -> Vec<ModeChange> {
    let mask = Mask::new("*!*@10.0.0.1", RULES).expect("a mask");
    vec![
        ModeChange::Flag { on: true, flag: Flag::Secret },
        ModeChange::Key { key: Key::new("sesame") },
        ModeChange::Key { key: None },
        ModeChange::Limit { members: Some(50) },
        ModeChange::Status { on: false, status: Status::OP, user: UserId(7), nick: nick("roger") },
        ModeChange::List { on: true, list: ListMode::InviteException, mask },
    ]
}

fn client(raw: &str) -> ClientName {
    ClientName::parse(raw).expect("a client")
}

fn act() -> Act {
    Act {
        by: Some(source("Éloïse", Some(account()))),
        oper: Some(OperName::new("root")),
        what: "kill".into(),
        target: "roger!r@10.0.0.1".into(),
        reason: Some(text("au revoir")),
        before: "a".into(),
        after: "b".into(),
        place: None,
    }
}

fn moderation() -> Act {
    let place = Place { id: ChannelId(7), name: name(), status: Some(Status::OP) };
    Act { oper: None, place: Some(Box::new(place)), ..act() }
}

fn read(of: Buffer, moved: Option<Box<Moved>>) -> Event {
    Event::ReadMarkerMoved { account: account(), of, position: Position(12), moved }
}

fn moved() -> Moved {
    let told = Some(Millis(1_795_530_878_000));
    Moved { by: UserId(3), name: "roger".into(), time: Millis(0), told, max: 1_000, others: None }
}

fn server_ban() -> ServerBan {
    let target = BanTarget::parse("10.0.0.0/8", RULES).expect("a net");
    ServerBan {
        target,
        reason: Some(text("spam")),
        by: "bea".into(),
        at: Millis(5),
        until: Some(Millis(9)),
        kind: None,
    }
}

/// One of each.
fn samples() -> Vec<(&'static str, Event)> {
    let by = source("Éloïse", Some(account()));
    let target = source("roger", None);
    let (channel, name) = (ChannelId(9), name());
    let to_channel = Target::Channel { id: channel, name: name.clone() };
    let to_user = Target::User { id: UserId(8), nick: nick("roger"), account: None };
    let tags = vec![Tag { name: "+draft/reply".into(), value: "1-a".into() }];
    let reason = Some(text("au revoir"));
    vec![
        ("started", Event::Started { keep_until: Millis(1_700_000_000_000), staying: None }),
        ("connected", Event::Connected { by: by.clone(), skeleton: skeleton(), realname: "E.".into() }),
        ("quit_of_bot", Event::Quit { by: by.but(|who| who.bot = true), reason: None, channels: None }),
        (
            "quit_of_channels",
            Event::Quit { by: by.clone(), reason: None, channels: Some(vec![name.clone()]) },
        ),
        ("quit", Event::Quit { by: by.clone(), reason: reason.clone(), channels: None }),
        (
            "nick",
            Event::NickChanged { by: by.clone(), nick: nick("elo"), skeleton: skeleton(), channels: None },
        ),
        (
            "nick_in_channels",
            Event::NickChanged {
                by: by.clone(),
                nick: nick("elo"),
                skeleton: skeleton(),
                channels: Some(vec![name.clone()]),
            },
        ),
        ("away", Event::AwayChanged { by: by.clone(), message: reason.clone() }),
        ("back", Event::AwayChanged { by: by.clone(), message: None }),
        ("realname", Event::RealnameChanged { by: by.clone(), realname: "E. D.".into() }),
        ("host", Event::HostChanged { by: by.clone(), user: "e".into(), host: "example.org".into() }),
        ("user_mode", Event::UserModeChanged { by: by.clone(), on: true, flag: UserFlag::Oper }),
        ("logged_in", Event::LoggedIn { by: target.clone(), account: account() }),
        (
            "account",
            Event::AccountRegistered { account: account(), skeleton: skeleton(), hash: "$argon2id$".into() },
        ),
        ("started_with_some", {
            let users = vec![UserId(7), UserId(9)];
            let staying = Staying { users, until: Some(Millis(9)), away: text("Not connected") };
            Event::Started { keep_until: Millis(5), staying: Some(Box::new(staying)) }
        }),
        ("client_came", {
            let (client, forgotten) = (client("phone"), Some(client("desk")));
            Event::ClientCame { account: account(), client, forgotten }
        }),
        ("client_left", Event::ClientLeft { account: account(), client: client("phone") }),
        ("became_absent", Event::BecameAbsent { by: by.clone(), until: Some(Millis(9)) }),
        ("returned", Event::Returned { by: by.clone() }),
        ("set", {
            let setting = Setting::SeveralSessions;
            Event::AccountSet { account: account(), setting, choice: Some(false), told: None }
        }),
        ("set_back", {
            let setting = Setting::SeveralSessions;
            Event::AccountSet { account: account(), setting, choice: None, told: None }
        }),
        ("set_and_told", {
            let told = SettingTold { to: vec![UserId(3), UserId(4)], is_on: true };
            let (setting, told) = (Setting::AlwaysOn, Some(Box::new(told)));
            Event::AccountSet { account: account(), setting, choice: Some(true), told }
        }),
        ("read_marker_of_two", {
            let moved = Moved { others: Some(vec![UserId(4)]), ..moved() };
            let (of, moved) = (Buffer::with_account(&account()), Some(Box::new(moved)));
            Event::ReadMarkerMoved { account: account(), of, position: Position(12), moved }
        }),
        ("logged_out", Event::LoggedOut { by: by.clone() }),
        ("password", Event::PasswordChanged { account: account(), hash: "$argon2id$".into() }),
        ("suspended", {
            let (by, at, until) = ("bea".into(), Millis(5), Some(Millis(9)));
            let suspension = Some(Suspension { by, at, until, reason: Some(text("spam")) });
            Event::AccountSuspended { account: account(), suspension }
        }),
        ("renamed", {
            let (account, to) = (account(), nick("elo").as_account());
            Event::AccountRenamed { account, skeleton: skeleton(), to, to_skeleton: skeleton() }
        }),
        ("deleted", Event::AccountDeleted { account: account(), skeleton: skeleton(), anonymous: true }),
        ("identity", {
            let identity = Identity::new("https://id.example", "ada-7").expect("a subject");
            Event::IdentityChanged { account: account(), identity, on: true }
        }),
        (
            "certificate",
            Event::CertificateChanged { account: account(), fingerprint: "ab".repeat(32), on: true },
        ),
        (
            "device",
            Event::DeviceChanged { account: account(), device: "phone".into(), digest: Some(vec![1; 32]) },
        ),
        ("anew", Event::PasswordHashedAnew { account: account(), hash: "$argon2id$".into() }),
        ("scram", {
            let (salt, stored_key, server_key) = (vec![1; 16], vec![2; 32], vec![3; 32]);
            let verifier = Verifier { salt, iterations: 4_096, stored_key, server_key };
            Event::ScramVerifierMade { account: account(), verifier }
        }),
        ("reset_code", Event::ResetCodeMade { account: account(), digest: vec![1; 32], expires: Millis(5) }),
        ("registration_begun", {
            let (name, address, code) = (account(), address(), code());
            let (skeleton, hash, scram) = (skeleton(), "$argon2id$".into(), None);
            Event::RegistrationBegun(Box::new(Pending { name, skeleton, hash, scram, address, code }))
        }),
        ("registration_dropped", Event::RegistrationDropped { account: account() }),
        ("address_given", {
            let new = NewAddress { address: address(), code: code() };
            Event::AddressGiven { account: account(), new }
        }),
        ("address_changed", Event::AddressChanged { account: account(), address: Some(address()) }),
        ("address_gone", Event::AddressChanged { account: account(), address: None }),
        ("reset_asked", Event::ResetAsked { account: account(), code: Some(code()) }),
        ("reset_asked_in_vain", Event::ResetAsked { account: account(), code: None }),
        ("role", Event::RoleChanged { by: None, account: account(), role: Role::Moderator }),
        ("code", Event::ClaimCodeMade { digest: vec![1; 32], expires: Millis(5) }),
        ("claimed", Event::Claimed { by: by.clone(), account: account(), digest: vec![1; 32] }),
        (
            "created",
            Event::ChannelCreated { id: channel, name: name.clone(), skeleton: skeleton(), kept: true },
        ),
        ("dropped", Event::ChannelDropped { id: channel, name: name.clone(), sealed: true }),
        (
            "joined",
            Event::Joined {
                by: by.clone(),
                channel,
                name: name.clone(),
                status: Status::OP.with(Status::VOICE),
                realname: "E.".into(),
                away: None,
            },
        ),
        ("parted", Event::Parted { by: by.clone(), channel, name: name.clone(), reason: reason.clone() }),
        (
            "kicked",
            Event::Kicked {
                by: by.clone(),
                channel,
                name: name.clone(),
                target: target.clone(),
                reason: reason.clone(),
            },
        ),
        (
            "invited_past_bans",
            Event::Invited {
                by: by.clone(),
                channel,
                name: name.clone(),
                target: target.clone(),
                past_bans: Some(Status::OP),
            },
        ),
        (
            "invited",
            Event::Invited {
                by: by.clone(),
                channel,
                name: name.clone(),
                target: target.clone(),
                past_bans: None,
            },
        ),
        ("topic", Event::TopicChanged { by: by.clone(), channel, name: name.clone(), topic: reason.clone() }),
        (
            "modes",
            Event::ModesChanged { by: by.clone(), channel, name: name.clone(), changes: mode_changes() },
        ),
        (
            "said",
            Event::Said {
                by: by.clone(),
                to: to_channel.clone(),
                kind: Kind::Action,
                text: text("Salut"),
                tags: tags.clone(),
                lines: None,
            },
        ),
        (
            "whispered",
            Event::Said {
                by: by.clone(),
                to: to_user.clone(),
                kind: Kind::Message,
                text: text("psst"),
                tags: vec![],
                lines: None,
            },
        ),
        ("tagged", Event::Tagged { by: by.clone(), to: to_channel.clone(), tags }),
        (
            "redacted",
            Event::Redacted {
                by: by.clone(),
                to: to_user.clone(),
                message: Position(12),
                generation: 3,
                author: nick("roger"),
                said: Millis(5),
                reason: reason.clone(),
            },
        ),
        (
            "said_in_lines",
            Event::Said {
                by: by.clone(),
                to: to_channel.clone(),
                kind: Kind::Message,
                text: text("Salut"),
                tags: vec![],
                lines: Lines::new(vec![
                    Line { continues: false, text: "Salut".into() },
                    Line { continues: true, text: ", toi".into() },
                    Line { continues: false, text: "".into() },
                ])
                .map(Box::new),
            },
        ),
        (
            "metadata",
            Event::MetadataChanged {
                by: by.clone(),
                to: to_channel.clone(),
                key: MetadataKey::new("display-name").expect("a key"),
                value: MetadataValue::new("Général", 100),
            },
        ),
        (
            "channel_renamed",
            Event::ChannelRenamed {
                by: by.clone(),
                channel,
                name: name.clone(),
                to: name.clone(),
                skeleton: skeleton(),
                reason: reason.clone(),
            },
        ),
        (
            "silenced",
            Event::Silenced {
                by: by.clone(),
                mask: Mask::new("*!*@10.0.0.1", RULES).expect("a mask"),
                on: true,
            },
        ),
        ("accepted", Event::Accepted { by: by.clone(), target: target.id, on: true }),
        ("called", Event::Called { by: by.clone(), target: target.clone() }),
        ("knocked", Event::Knocked { by: by.clone(), channel, name: name.clone() }),
        ("opers_told", Event::OpersTold { by: by.clone(), to: vec![target.id], text: text("attention") }),
        ("alerted", Event::Alerted { by: by.clone(), text: text("attention") }),
        ("killed", Event::Killed { by, target, reason }),
        ("read", read(Buffer::Channel(name.key()), None)),
        ("read_told", read(Buffer::With(Side::Guest(UserId(7))), Some(Box::new(moved())))),
        (
            "said_to_operators",
            Event::Said {
                by: source("roger", None),
                to: Target::Statuses { id: channel, name: name.clone(), least: Status::OP, why: None },
                kind: Kind::Message,
                text: text("Salut"),
                tags: vec![],
                lines: None,
            },
        ),
        ("statuses", {
            let (by, name) = (source("roger", None), name.clone());
            let statuses = [Status::OWNER, Status::ADMIN, Status::HALFOP];
            let given =
                |status| ModeChange::Status { on: true, status, user: UserId(7), nick: nick("roger") };
            Event::ModesChanged { by, channel, name, changes: statuses.map(given).to_vec() }
        }),
        (
            "modes_with_parameters",
            Event::ModesChanged {
                by: source("roger", None),
                channel,
                name: name.clone(),
                changes: vec![
                    ModeChange::Flag { on: true, flag: Flag::NoColours },
                    ModeChange::Forward { to: Some(name.clone()) },
                    ModeChange::Pace { pace: Pace::parse("5:10:mute") },
                    ModeChange::JoinRate { rate: Rate::parse("5:10") },
                ],
            },
        ),
        (
            "modes_set",
            Event::ModesSet {
                server: "colvert.local".into(),
                channel,
                name: name.clone(),
                changes: mode_changes(),
            },
        ),
        ("channel_registered", Event::ChannelRegistered { channel, name: name.clone(), founder: account() }),
        ("channel_unregistered", Event::ChannelUnregistered { channel, name: name.clone() }),
        (
            "channel_offered",
            Event::ChannelOffered {
                by: source("roger", None),
                channel,
                name: name.clone(),
                to: Some(account()),
                told: Some(source("elo", Some(account()))),
            },
        ),
        (
            "channel_transferred",
            Event::ChannelTransferred { channel, name: name.clone(), founder: account() },
        ),
        (
            "access",
            Event::AccessChanged { channel, name: name.clone(), account: account(), status: Status::HALFOP },
        ),
        (
            "channel_set",
            Event::ChannelSet {
                by: source("roger", None),
                channel,
                name: name.clone(),
                setting: ChannelSetting::Lock(mode_changes()),
            },
        ),
        (
            "channel_purged",
            Event::ChannelPurged { name: name.clone(), reason: Some(text("spam")), skeleton: None },
        ),
        ("channel_unpurged", Event::ChannelUnpurged { name: name.clone() }),
        ("keep_ended", Event::KeepEnded { channel }),
        ("opered", Event::Opered { by: source("roger", None), oper: OperName::new("root") }),
        ("server_banned", Event::ServerBanned(Box::new(server_ban()))),
        (
            "server_silenced",
            Event::ServerBanned(Box::new(ServerBan { kind: Some(BanKind::Silence), ..server_ban() })),
        ),
        ("server_unbanned", Event::ServerUnbanned(server_ban().target)),
        ("defcon", Event::DefconChanged { level: Some(2) }),
        ("acted", Event::Acted(Box::new(act()))),
        ("acted_in_a_channel", Event::Acted(Box::new(moderation()))),
    ]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a string takes everything");
        out
    })
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).expect("hexadecimal")).collect()
}

#[test]
fn released_bytes_are_read_for_ever() {
    let written: BTreeMap<&str, Entry> = samples()
        .into_iter()
        .map(|(name, event)| {
            (name, Entry { time: Millis(1_795_530_878_106), generation: 3, events: vec![event] })
        })
        .collect();
    if std::env::var_os("COLVERT_REWRITE").is_some() {
        let lines = written.iter().map(|(name, entry)| format!("{name} {}\n", hex(&entry.to_bytes())));
        std::fs::write(FILE, lines.collect::<String>()).expect("the file can be written");
    }
    let golden = std::fs::read_to_string(FILE).expect("the file is in the tree");
    let golden: BTreeMap<&str, &str> = golden.lines().filter_map(|line| line.split_once(' ')).collect();
    assert_eq!(
        golden.keys().collect::<Vec<_>>(),
        written.keys().collect::<Vec<_>>(),
        "one line for each sample"
    );
    for (name, bytes) in golden {
        let entry = Entry::from_bytes(&unhex(bytes)).expect("released bytes are read");
        assert_eq!(entry, written[name], "{name} means what it meant");
        assert_eq!(hex(&entry.to_bytes()), bytes, "{name} is written as it was");
    }
}
