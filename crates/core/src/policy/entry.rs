//! Who may come in, and who may read: the doors of a channel.

use crate::command::Context;
use crate::conversation::Conversation;
use crate::event::Source;
use crate::extban::{Act, Extban, Subject};
use crate::ids::Position;
use crate::local::Link;
use crate::mask::Mask;
use crate::modes::{Flag, ListMode, Status};
use crate::names::AccountName;
use crate::policy::can_see;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::state::{Channel, User};
use crate::work::With;

/// Whether somebody may join now, given the key they offer.
/// Spec: <https://modern.ircdocs.horse/#join-message>
///
/// # Errors
/// The first reason against it, in the order ban, login, TLS, invitation, key, limit, rate.
pub fn can_join(cx: &Context<'_>, user: &User, channel: &Channel, key: Option<&str>) -> Result<(), Refusal> {
    let name = || channel.name.clone();
    if user.channels.len() >= cx.settings.limits.channels_per_user {
        return Err(Refusal::TooManyChannels(name()));
    }
    can_enter(cx, user, channel, key)?;
    let standing = super::standing(user.source.account.as_ref(), channel);
    if is_invited(user, channel) || standing.at_least(Status::OP) {
        return Ok(());
    }
    match channel.limit {
        Some(limit) if channel.members.len() >= limit as usize => return Err(Refusal::ChannelIsFull(name())),
        _ => {}
    }
    let rate =
        channel.join_rate.map_or(Ok(channel.joins_until), |rate| rate.take(channel.joins_until, cx.now));
    rate.map(|_| ()).map_err(|_| Refusal::JoinThrottled(name()))
}

/// Whether a channel is open to somebody, whether or not there is room.
pub(super) fn can_enter(
    cx: &Context<'_>,
    user: &User,
    channel: &Channel,
    key: Option<&str>,
) -> Result<(), Refusal> {
    let name = || channel.name.clone();
    if channel.has(Flag::OpersOnly) && super::rights(cx.state, cx.settings, user).is_empty() {
        return Err(Refusal::OpersOnlyChan(name()));
    }
    // Who runs a registered channel is not kept out of it.
    let standing = super::standing(user.source.account.as_ref(), channel);
    if standing.at_least(Status::OP) {
        return Ok(());
    }
    if is_banned(cx, user, channel, Act::Enter) && !channel.invited_past_bans.contains(&user.source.id) {
        return Err(Refusal::BannedFromChan(name()));
    }
    let known = standing.with(kept_status(user, channel)).at_least(Status::VOICE);
    let invited = is_invited(user, channel) || known;
    if channel.has(Flag::RegisteredOnly) && user.source.account.is_none() && !invited {
        return Err(Refusal::NeedReggedNick(name()));
    }
    if channel.has(Flag::SecureOnly) && !is_secure(cx, user) {
        return Err(Refusal::SecureOnlyChan(name()));
    }
    if channel.has(Flag::InviteOnly) && !invited && !is_expected(cx, user, channel) {
        return Err(Refusal::InviteOnlyChan(name()));
    }
    match &channel.key {
        Some(wanted) if key != Some(wanted.as_str()) && !invited => Err(Refusal::BadChannelKey(name())),
        _ => Ok(()),
    }
}

/// Whether somebody is connected by TLS, on each of their connections.
pub fn is_secure(cx: &Context<'_>, user: &User) -> bool {
    let mut sessions = cx.local.sessions_of(user.source.id).filter_map(|id| cx.local.get(id)).peekable();
    sessions.peek().is_some() && sessions.all(|session| session.info.link == Link::Secure)
}

/// Whether the list of who needs no invitation has somebody.
fn is_expected(cx: &Context<'_>, user: &User, channel: &Channel) -> bool {
    channel.entry_for(ListMode::InviteException, &person(cx, user), Act::Enter).is_some()
}

/// Whether an invitation is open.
pub fn is_invited(user: &User, channel: &Channel) -> bool {
    channel.invites.contains_key(&user.source.id)
}

/// The status that an account had when the process last stopped.
pub fn kept_status(user: &User, channel: &Channel) -> Status {
    let key = user.source.account.as_ref().map(AccountName::key);
    key.and_then(|key| channel.statuses_by_account.get(&key)).copied().unwrap_or_default()
}

/// The status of somebody who joins: in a registered channel what their account is there; else what it had before a
/// restart, and the first in a channel that nobody runs gets to run it.
pub fn status_on_join(user: &User, channel: Option<&Channel>) -> Status {
    let Some(channel) = channel else { return Status::OP };
    if channel.registered.is_some() {
        return super::standing(user.source.account.as_ref(), channel);
    }
    let kept = kept_status(user, channel);
    let is_orphan = channel.members.is_empty()
        && !channel.statuses_by_account.values().any(|status| status.at_least(Status::OP));
    if is_orphan { Status::OP } else { kept }
}

/// Whether a ban, or for speaking a mute, holds for somebody.
pub fn is_banned(cx: &Context<'_>, user: &User, channel: &Channel, act: Act) -> bool {
    if channel.list(ListMode::Ban).next().is_none() {
        return false;
    }
    is_listed(channel, &person(cx, user), act)
}

/// Whether it is this entry that keeps somebody out; one that mutes does not.
pub fn is_kept_out_by(cx: &Context<'_>, user: &User, entry: &Mask) -> bool {
    let entry = Extban::read(entry);
    !entry.mutes && entry.who.covers(&person(cx, user))
}

/// The same as [`is_banned`] for somebody elsewhere, of whom nothing is known but the name that they are relayed under.
pub fn is_relay_banned(cx: &Context<'_>, by: &Source, channel: &Channel) -> bool {
    let mask = subject(cx.settings, by);
    let them = Subject { mask, account: None, secure: false, realname: String::new() };
    is_listed(channel, &them, Act::Speak)
}

fn is_listed(channel: &Channel, person: &Subject, act: Act) -> bool {
    channel.entry_for(ListMode::Ban, person, act).is_some()
        && channel.entry_for(ListMode::Exception, person, act).is_none()
}

/// What masks are compared with.
pub fn subject(settings: &Settings, source: &Source) -> String {
    settings.names.fold_loosely(&source.mask())
}

/// What entries of a channel's lists are compared with.
fn person(cx: &Context<'_>, user: &User) -> Subject {
    let account = user.source.account.as_ref();
    Subject {
        mask: subject(cx.settings, &user.source),
        account: account.map(|account| account.key().as_str().to_owned()),
        secure: is_secure(cx, user),
        realname: cx.rules().fold_loosely(&user.realname),
    }
}

/// The folded name of the channel that somebody who may not join is sent to. Who is banned is sent where their ban
/// says, and nowhere else.
pub fn forward(cx: &Context<'_>, user: &User, channel: &Channel, refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::BannedFromChan(_) => {
            let person = person(cx, user);
            let bans = channel.list(ListMode::Ban).map(|(mask, _)| crate::extban::Extban::read(mask));
            let own = bans.filter(|ban| !ban.mutes && ban.who.covers(&person));
            own.filter_map(|ban| ban.forward).next().map(str::to_owned)
        }
        Refusal::NeedReggedNick(_)
        | Refusal::OpersOnlyChan(_)
        | Refusal::SecureOnlyChan(_)
        | Refusal::InviteOnlyChan(_)
        | Refusal::BadChannelKey(_)
        | Refusal::ChannelIsFull(_)
        | Refusal::JoinThrottled(_) => channel.forward.as_ref().map(|name| name.key().as_str().to_owned()),
        _ => None,
    }
}

/// Whether somebody may ask for an invitation.
///
/// # Errors
/// [`Refusal::KnockOnChannel`], [`Refusal::ChannelIsOpen`], [`Refusal::CannotKnock`].
pub fn can_knock(cx: &Context<'_>, user: &User, channel: &Channel) -> Result<(), Refusal> {
    let name = || channel.name.clone();
    match can_enter(cx, user, channel, None) {
        _ if channel.members.contains_key(&user.source.id) => Err(Refusal::KnockOnChannel(name())),
        Ok(()) => Err(Refusal::ChannelIsOpen(name())),
        Err(_) if channel.has(Flag::NoKnock) => Err(Refusal::CannotKnock(name())),
        Err(Refusal::InviteOnlyChan(_) | Refusal::BadChannelKey(_)) => Ok(()),
        Err(_) => Err(Refusal::CannotKnock(name())),
    }
}

/// Whether somebody is shown who came to a channel and went, and what was changed there, with what was said: members who see all
/// others. Who may join may read as well, but does not see everybody who is there; nor does who has no status in an auditorium,
/// also of the time when it was one. Nothing: they are shown none; else those after that position.
fn happenings_after(user: &User, channel: &Channel) -> Option<Position> {
    match channel.status(user.source.id)? {
        Status::NONE if channel.has(Flag::Auditorium) => None,
        Status::NONE => Some(channel.auditorium_until.unwrap_or_default()),
        _ => Some(Position(0)),
    }
}

/// What who asks is shown of a conversation that is theirs to read, if they want to see so much of it: what happened there as
/// [`happenings_after`] says, and of what happened in private all.
pub fn shown_of(cx: &Context<'_>, of: &Conversation, wanted: With) -> With {
    let (With::Events, Conversation::Channel(key)) = (wanted, of) else { return wanted };
    let channel = cx.state.channel_by_key(key);
    match channel.zip(cx.me_if_any()).and_then(|(channel, me)| happenings_after(me, channel)) {
        None => With::Reactions,
        Some(Position(0)) => With::Events,
        Some(after) => With::EventsAfter(after),
    }
}

/// Whether somebody may read what was said in a channel: members, and who may join.
///
/// # Errors
/// The reason why they could not join.
pub fn can_read(cx: &Context<'_>, user: &User, channel: &Channel) -> Result<(), Refusal> {
    if channel.members.contains_key(&user.source.id) {
        return Ok(());
    }
    if !can_see(Some(user), channel) {
        return Err(Refusal::NoSuchChannel(channel.name.as_str().into()));
    }
    can_enter(cx, user, channel, None)
}
