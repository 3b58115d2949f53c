//! What the server's event log says of an event. Never what people said to each other, never a key.

use std::borrow::Cow;

use colvert_core::event::{Event, Source, Target};
use colvert_core::modes::ModeChange;
use colvert_core::names::{AccountName, ChannelName, Nick};
use colvert_core::record;
use colvert_core::text::Text;

/// A line of the event log, without its place and time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EventLine<'a> {
    pub(crate) kind: &'static str,
    pub(crate) actor: Option<&'a str>,
    pub(crate) account: Option<&'a str>,
    pub(crate) channel: Option<&'a str>,
    pub(crate) target: Option<&'a str>,
    pub(crate) detail: Option<Cow<'a, str>>,
}

impl<'a> EventLine<'a> {
    /// Nothing for what is no business of the event log: words, and what is too small.
    pub(crate) fn of(event: &'a Event) -> Option<Self> {
        let kind = kind(event)?;
        let by = event.by();
        let actor = by.map(|by| by.nick.as_str());
        let account = by.and_then(|by| by.account.as_ref()).map(AccountName::as_str);
        let about = About::of(event);
        Some(Self {
            kind,
            actor,
            account,
            channel: about.channel,
            target: about.target,
            detail: about.detail,
        })
    }
}

/// What the event did, in the past tense.
fn kind(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Started { .. } => "started",
        Event::Connected { .. } => "connected",
        Event::Quit { .. } => "quit",
        Event::NickChanged { .. } => "nick_changed",
        Event::RealnameChanged { .. } => "realname_changed",
        Event::HostChanged { .. } => "host_changed",
        Event::UserModeChanged { .. } => "user_mode_changed",
        Event::LoggedIn { .. } => "logged_in",
        Event::AccountRegistered { .. } => "account_registered",
        Event::AccountSet { .. } => "account_set",
        Event::LoggedOut { .. } => "logged_out",
        Event::PasswordChanged { .. } => "password_changed",
        Event::AccountSuspended { suspension: Some(_), .. } => "account_suspended",
        Event::AccountSuspended { suspension: None, .. } => "account_unsuspended",
        Event::AccountRenamed { .. } => "account_renamed",
        Event::AccountDeleted { .. } => "account_deleted",
        Event::ResetCodeMade { .. } => "reset_code_made",
        Event::RegistrationBegun(_) => "registration_begun",
        Event::RegistrationDropped { .. } => "registration_dropped",
        Event::AddressChanged { .. } => "address_changed",
        Event::ResetAsked { .. } => "reset_asked",
        Event::BecameAbsent { .. } => "became_absent",
        Event::Returned { .. } => "returned",
        Event::CertificateChanged { .. } => "certificate_changed",
        Event::IdentityChanged { .. } => "identity_changed",
        Event::DeviceChanged { .. } => "device_changed",
        Event::RoleChanged { .. } => "role_changed",
        Event::ClaimCodeMade { .. } => "claim_code_made",
        Event::Claimed { .. } => "claimed",
        Event::ChannelCreated { .. } => "channel_created",
        Event::ChannelDropped { .. } => "channel_dropped",
        Event::Joined { .. } => "joined",
        Event::Parted { .. } => "parted",
        Event::Kicked { .. } => "kicked",
        Event::Invited { .. } => "invited",
        Event::ChannelRegistered { .. } => "channel_registered",
        Event::ChannelUnregistered { .. } => "channel_unregistered",
        Event::ChannelOffered { .. } => "channel_offered",
        Event::ChannelTransferred { .. } => "channel_transferred",
        Event::AccessChanged { .. } => "access_changed",
        Event::ChannelSet { .. } => "channel_set",
        Event::ChannelPurged { .. } => "channel_purged",
        Event::ChannelUnpurged { .. } => "channel_unpurged",
        Event::ChannelRenamed { .. } => "channel_renamed",
        Event::TopicChanged { .. } => "topic_changed",
        Event::ModesChanged { .. } | Event::ModesSet { .. } => "modes_changed",
        Event::Alerted { .. } => "alerted",
        Event::Killed { .. } => "killed",
        Event::Opered { .. } => "opered",
        Event::ServerBanned(_) => "server_banned",
        Event::ServerUnbanned(_) => "server_unbanned",
        Event::DefconChanged { .. } => "defcon_changed",
        // What is private is no business of the event log.
        Event::Redacted { to: Target::Channel { .. }, .. } => "redacted",
        Event::Redacted { .. }
        | Event::Said { .. }
        | Event::Tagged { .. }
        | Event::AwayChanged { .. }
        | Event::ReadMarkerMoved { .. }
        | Event::ClientCame { .. }
        | Event::ClientLeft { .. }
        // The audit trail has it.
        | Event::Acted(_)
        | Event::KeepEnded { .. }
        | Event::AddressGiven { .. }
        | Event::ScramVerifierMade { .. }
        | Event::PasswordHashedAnew { .. }
        | Event::MetadataChanged { .. }
        | Event::Silenced { .. }
        | Event::Accepted { .. }
        | Event::Called { .. }
        | Event::Knocked { .. }
        | Event::OpersTold { .. } => return None,
    })
}

/// What the event is about.
#[derive(Default)]
struct About<'a> {
    channel: Option<&'a str>,
    target: Option<&'a str>,
    detail: Option<Cow<'a, str>>,
}

impl<'a> About<'a> {
    fn of(event: &'a Event) -> Self {
        match event {
            Event::Connected { by, .. } => Self::default().says(address(by)),
            Event::Quit { reason, .. } => Self::default().reason(reason.as_ref()),
            Event::NickChanged { nick, .. } => Self::person(nick),
            Event::RealnameChanged { realname, .. } => Self::default().says(realname.as_str()),
            Event::HostChanged { user, host, .. } => Self::default().says(format!("{user}@{host}")),
            Event::UserModeChanged { on, flag, .. } => Self::default().says(letter(*on, flag.letter())),
            Event::LoggedIn { account, .. }
            | Event::AccountRegistered { account, .. }
            | Event::PasswordChanged { account, .. }
            | Event::ResetCodeMade { account, .. }
            | Event::RegistrationDropped { account }
            | Event::AddressGiven { account, .. }
            | Event::AddressChanged { account, .. }
            | Event::ResetAsked { account, .. }
            | Event::AccountSuspended { account, suspension: None }
            | Event::Claimed { account, .. } => Self::account(account),
            Event::RegistrationBegun(pending) => Self::account(&pending.name),
            Event::AccountSet { account, setting, choice, .. } => {
                let choice = match choice {
                    Some(true) => "on",
                    Some(false) => "off",
                    None => "default",
                };
                Self::account(account).says(format!("{} {choice}", setting.name()))
            }
            Event::AccountSuspended { account, suspension: Some(suspension) } => {
                Self::account(account).reason(suspension.reason.as_ref())
            }
            Event::CertificateChanged { account, fingerprint, on, .. } => {
                Self::account(account).says(format!("{}{fingerprint}", if *on { '+' } else { '-' }))
            }
            // Who they are elsewhere is theirs to tell.
            Event::IdentityChanged { account, on, .. } => {
                Self::account(account).says(if *on { "+" } else { "-" })
            }
            Event::DeviceChanged { account, device, digest } => {
                Self::account(account).says(format!("{}{device}", if digest.is_some() { '+' } else { '-' }))
            }
            Event::AccountRenamed { account, to, .. } => Self::account(account).says(to.as_str()),
            // Its name goes with it.
            Event::AccountDeleted { .. } | Event::LoggedOut { .. } => Self::default(),
            Event::RoleChanged { account, role, .. } => Self::account(account).says(role.as_str()),
            Event::ChannelCreated { name, .. } => Self::channel(name),
            Event::ChannelDropped { name, sealed: true, .. } => Self::channel(name).says("sealed"),
            Event::ChannelDropped { name, sealed: false, .. } => Self::channel(name),
            Event::Joined { name, .. } => Self::channel(name),
            Event::Parted { name, reason, .. } => Self::channel(name).reason(reason.as_ref()),
            Event::Kicked { name, target, reason, .. } => {
                Self { target: Some(target.nick.as_str()), ..Self::channel(name) }.reason(reason.as_ref())
            }
            Event::Invited { name, target, .. } => {
                Self { target: Some(target.nick.as_str()), ..Self::channel(name) }
            }
            Event::ChannelRegistered { name, founder, .. }
            | Event::ChannelTransferred { name, founder, .. } => {
                Self { target: Some(founder.as_str()), ..Self::channel(name) }
            }
            Event::ChannelOffered { name, to, .. } => {
                Self { target: to.as_ref().map(AccountName::as_str), ..Self::channel(name) }
            }
            Event::AccessChanged { name, account, status, .. } => {
                let letters: String = status.letters().collect();
                Self { target: Some(account.as_str()), ..Self::channel(name) }.says(letters)
            }
            Event::ChannelSet { name, setting, .. } => Self::channel(name).says(setting.to_string()),
            Event::ChannelUnregistered { name, .. } | Event::ChannelUnpurged { name } => Self::channel(name),
            Event::ChannelPurged { name, reason, .. } => Self::channel(name).reason(reason.as_ref()),
            Event::ChannelRenamed { name, to, reason, .. } => {
                Self { target: Some(to.as_str()), ..Self::channel(name) }.reason(reason.as_ref())
            }
            Event::TopicChanged { name, topic, .. } => Self::channel(name).reason(topic.as_ref()),
            Event::ModesChanged { name, changes, .. } | Event::ModesSet { name, changes, .. } => {
                Self::channel(name).says(modes(changes))
            }
            Event::Alerted { text, .. } => Self::default().says(text.as_str()),
            Event::Redacted { to: Target::Channel { name, .. }, message, generation, author, .. } => {
                Self { target: Some(author.as_str()), ..Self::channel(name) }
                    .says(record::msgid(*generation, *message).to_string())
            }
            Event::Killed { target, reason, .. } => Self::person(&target.nick).reason(reason.as_ref()),
            Event::Opered { oper, .. } => Self::default().says(oper.as_str()),
            Event::ServerBanned(ban) => Self::default().says(ban.target.to_string()),
            Event::DefconChanged { level } => {
                Self::default().says(level.map_or_else(|| "5".to_owned(), |level| level.to_string()))
            }
            Event::ServerUnbanned(target) => Self::default().says(target.to_string()),
            Event::Started { .. }
            | Event::BecameAbsent { .. }
            | Event::Returned { .. }
            | Event::ClaimCodeMade { .. }
            | Event::Redacted { .. }
            | Event::Said { .. }
            | Event::Tagged { .. }
            | Event::AwayChanged { .. }
            | Event::ReadMarkerMoved { .. }
            | Event::MetadataChanged { .. }
            | Event::Silenced { .. }
            | Event::ScramVerifierMade { .. }
            | Event::PasswordHashedAnew { .. }
            | Event::ClientCame { .. }
            | Event::ClientLeft { .. }
            | Event::KeepEnded { .. }
            | Event::Acted(_)
            | Event::Accepted { .. }
            | Event::Called { .. }
            | Event::Knocked { .. }
            | Event::OpersTold { .. } => Self::default(),
        }
    }

    fn channel(name: &'a ChannelName) -> Self {
        Self { channel: Some(name.as_str()), ..Self::default() }
    }

    fn person(nick: &'a Nick) -> Self {
        Self { target: Some(nick.as_str()), ..Self::default() }
    }

    fn account(account: &'a AccountName) -> Self {
        Self { target: Some(account.as_str()), ..Self::default() }
    }

    fn says(self, detail: impl Into<Cow<'a, str>>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    fn reason(self, reason: Option<&'a Text>) -> Self {
        Self { detail: reason.map(|text| text.as_str().into()), ..self }
    }
}

fn address(source: &Source) -> String {
    format!("{}@{}", source.user, source.host)
}

fn letter(on: bool, letter: char) -> String {
    format!("{}{letter}", if on { '+' } else { '-' })
}

/// `+t, +o ginette, -b *!*@example.org`. A channel's key is between its people: `+k *`.
fn modes(changes: &[ModeChange]) -> String {
    let words: Vec<String> = changes
        .iter()
        .map(|change| match change {
            ModeChange::Flag { on, flag } => letter(*on, flag.letter()),
            ModeChange::Key { key: Some(_) } => "+k *".to_owned(),
            ModeChange::Key { key: None } => "-k".to_owned(),
            ModeChange::Limit { members: Some(members) } => format!("+l {members}"),
            ModeChange::Limit { members: None } => "-l".to_owned(),
            ModeChange::Forward { to: Some(to) } => format!("+f {to}"),
            ModeChange::Forward { to: None } => "-f".to_owned(),
            ModeChange::Pace { pace: Some(pace) } => format!("+F {pace}"),
            ModeChange::Pace { pace: None } => "-F".to_owned(),
            ModeChange::JoinRate { rate: Some(rate) } => format!("+j {rate}"),
            ModeChange::JoinRate { rate: None } => "-j".to_owned(),
            ModeChange::Status { on, status, nick, .. } => {
                format!("{} {nick}", letter(*on, status.letter()))
            }
            ModeChange::List { on, list, mask } => {
                format!("{} {}", letter(*on, list.letter()), mask.as_str())
            }
        })
        .collect();
    words.join(", ")
}
