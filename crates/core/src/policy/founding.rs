//! Registered channels: whose they are, and what that lets people do.

use super::{can, can_moderate, member_status};
use crate::command::Context;
use crate::modes::{Key, ModeChange, Status};
use crate::names::{AccountKey, AccountName};
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::registered::{ChannelSetting, Registered};
use crate::state::{Channel, User};

/// What an account is in a registered channel: its founder is the owner, others are what the access list says.
pub fn standing(account: Option<&AccountName>, channel: &Channel) -> Status {
    let (Some(account), Some(registered)) = (account, &channel.registered) else { return Status::NONE };
    if registered.founder.is(account) {
        return Status::OWNER;
    }
    channel.access.get(account.folded()).map_or(Status::NONE, |access| access.status)
}

/// The registration of a channel that has one.
///
/// # Errors
/// [`Refusal::ChannelNotRegistered`].
pub fn registered(channel: &Channel) -> Result<&Registered, Refusal> {
    channel.registered.as_ref().ok_or_else(|| Refusal::ChannelNotRegistered(channel.name.clone()))
}

/// Whether somebody may register a channel for themselves: logged in, running it, and with room for one more.
///
/// # Errors
/// [`Refusal::NotLoggedIn`], [`Refusal::ChannelIsRegistered`], [`Refusal::TooManyRegistered`], and those of
/// [`can_moderate`].
pub fn can_register<'a>(
    cx: &Context<'_>,
    user: &'a User,
    channel: &Channel,
) -> Result<&'a AccountName, Refusal> {
    let account = user.source.account.as_ref().ok_or(Refusal::NotLoggedIn)?;
    if channel.registered.is_some() {
        return Err(Refusal::ChannelIsRegistered(channel.name.clone()));
    }
    member_status(user, channel)?;
    can_moderate(user, channel)?;
    may_found_another(cx, &account.key())?;
    Ok(account)
}

/// Whether an account may have one more channel.
///
/// # Errors
/// [`Refusal::TooManyRegistered`].
pub fn may_found_another(cx: &Context<'_>, account: &AccountKey) -> Result<(), Refusal> {
    let max = cx.settings.limits.channels_per_founder;
    let has = cx.state.channels_by_founder.get(account).map_or(0, std::collections::BTreeSet::len);
    if has >= max { Err(Refusal::TooManyRegistered(max)) } else { Ok(()) }
}

/// Whether somebody disposes of a registered channel: its founder, and operators of the server with the right.
///
/// # Errors
/// [`Refusal::ChannelNotRegistered`], [`Refusal::NotFounder`].
pub fn can_dispose(cx: &Context<'_>, channel: &Channel) -> Result<(), Refusal> {
    registered(channel)?;
    let may = is_founder(cx, channel) || can(cx, Right::Channels).is_ok();
    may.then_some(()).ok_or_else(|| Refusal::NotFounder(channel.name.clone()))
}

/// Whether somebody decides how a registered channel is, beside its modes: its founder, its owners and administrators by
/// the access list, and operators of the server with the right.
///
/// # Errors
/// [`Refusal::ChannelNotRegistered`], [`Refusal::NotFounder`].
pub fn can_set(cx: &Context<'_>, channel: &Channel) -> Result<(), Refusal> {
    if own_standing(cx, channel).at_least(Status::ADMIN) { Ok(()) } else { can_dispose(cx, channel) }
}

/// As what who may do that does it: by the access of their account, or by none, as an operator of the server.
pub fn sets_as(cx: &Context<'_>, channel: &Channel) -> Status {
    let own = own_standing(cx, channel);
    if own.at_least(Status::ADMIN) { own } else { Status::NONE }
}

/// Whether somebody reads what was done in a channel by those who look after it: who decides how it is.
///
/// # Errors
/// As [`can_set`].
pub fn can_read_trail(cx: &Context<'_>, channel: &Channel) -> Result<(), Refusal> {
    can_set(cx, channel)
}

/// Whether a mode may be changed as far as the channel's lock goes: what is locked is only set to what it is locked to.
///
/// # Errors
/// [`Refusal::ModeLocked`].
pub fn can_change_locked(channel: &Channel, change: &ModeChange) -> Result<(), Refusal> {
    let lock = channel.registered.as_ref().map_or(&[][..], |registered| &registered.settings.lock);
    match lock.iter().find(|locked| locked.is_about_the_same(change)) {
        Some(locked) if locked != change => {
            Err(Refusal::ModeLocked(channel.name.clone(), Box::new(locked.clone())))
        }
        _ => Ok(()),
    }
}

/// What is decided for a registered channel, as somebody may know it: a key, and where people are sent, is for those who
/// are there or have access.
pub fn shown_settings(cx: &Context<'_>, channel: &Channel) -> Vec<ChannelSetting> {
    let Some(registered) = &channel.registered else { return Vec::new() };
    let mut settings = registered.settings.clone();
    let is_there = cx.me_if_any().is_some_and(|me| channel.members.contains_key(&me.source.id));
    if !is_there && own_standing(cx, channel) == Status::NONE {
        settings.lock.retain(|change| !matches!(change, ModeChange::Forward { to: Some(_) }));
        for change in &mut settings.lock {
            if let ModeChange::Key { key: key @ Some(_) } = change {
                *key = Key::new("*");
            }
        }
    }
    settings.told()
}

/// As what who may dispose of a channel does it: as its founder, or by a right.
pub fn disposes_as(cx: &Context<'_>, channel: &Channel) -> Status {
    if is_founder(cx, channel) { Status::OWNER } else { Status::NONE }
}

/// Whether a channel is the asker's own.
pub fn is_founder(cx: &Context<'_>, channel: &Channel) -> bool {
    let account = cx.me_if_any().and_then(|me| me.source.account.as_ref());
    channel
        .registered
        .as_ref()
        .zip(account)
        .is_some_and(|(registered, account)| registered.founder.is(account))
}

/// Whether somebody may see who has which access: who has some themselves, and who may dispose of the channel.
///
/// # Errors
/// [`Refusal::ChannelNotRegistered`], [`Refusal::NotFounder`].
pub fn can_see_access(cx: &Context<'_>, channel: &Channel) -> Result<(), Refusal> {
    registered(channel)?;
    let account = cx.me_if_any().and_then(|me| me.source.account.as_ref());
    if standing(account, channel).at_least(Status::VOICE) { Ok(()) } else { can_dispose(cx, channel) }
}

/// Whether somebody may change an account's access from one status to another: the founder any, administrators
/// what is below their own.
///
/// # Errors
/// [`Refusal::ChannelNotRegistered`], [`Refusal::NotFounder`], [`Refusal::RankTooLow`].
pub fn can_change_access(
    cx: &Context<'_>,
    channel: &Channel,
    from: Status,
    to: Status,
) -> Result<(), Refusal> {
    let Err(refusal) = can_dispose(cx, channel) else { return Ok(()) };
    registered(channel)?;
    let own = own_standing(cx, channel);
    if !own.at_least(Status::ADMIN) {
        return Err(refusal);
    }
    let may = outranks(own, from, to);
    may.then_some(()).ok_or_else(|| Refusal::RankTooLow(channel.name.clone()))
}

/// As what who may change an account's access does it: by the access of their own, or by none, as an operator of the server.
pub fn changes_access_as(cx: &Context<'_>, channel: &Channel, (from, to): (Status, Status)) -> Status {
    let own = own_standing(cx, channel);
    let may_anyhow = is_founder(cx, channel) || own.at_least(Status::ADMIN) && outranks(own, from, to);
    if may_anyhow { own } else { Status::NONE }
}

/// What the asker's account is in a registered channel.
pub fn own_standing(cx: &Context<'_>, channel: &Channel) -> Status {
    standing(cx.me_if_any().and_then(|me| me.source.account.as_ref()), channel)
}

fn outranks(own: Status, from: Status, to: Status) -> bool {
    own.highest() > from.highest() && own.highest() > to.highest()
}
