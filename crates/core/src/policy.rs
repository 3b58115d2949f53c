//! Rights: one function each, asked on every path. Commands say what happens, these say who may.

mod opers;
mod ranks;
mod reach;
mod server_bans;

use crate::event::Source;
use crate::modes::{Flag, ListMode, Status};
use crate::names::{AccountName, ChannelKey, Nick, Skeleton};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::state::{Channel, State, User};
use crate::text::Text;

pub use opers::{can, can_see_address, oper_class, rights};
pub use ranks::{can_give, can_keep_order, can_kick, can_moderate, can_take};
pub use reach::{can_write_to, keeps_strangers_out};
pub use server_bans::{may_be, may_connect, may_log_in, server_ban, sessions_of_ban};

/// The modes of a new channel: only members speak in it, only its operators change the topic.
pub const INITIAL_FLAGS: &[Flag] = &[Flag::NoExternal, Flag::ProtectedTopic];

/// Whether a channel's existence may be shown to somebody.
pub fn can_see(who: Option<&User>, channel: &Channel) -> bool {
    !channel.has(Flag::Secret) || who.is_some_and(|user| is_member(user, channel))
}

/// Whether a member of a channel may be shown to somebody who looks at the channel.
pub fn can_see_member(who: Option<&User>, channel: &Channel, member: &User) -> bool {
    use crate::modes::UserFlag;
    let both_there = who.is_some_and(|user| is_member(user, channel));
    both_there || (can_see(who, channel) && !member.flags.contains(&UserFlag::Invisible))
}

fn is_member(user: &User, channel: &Channel) -> bool {
    channel.members.contains_key(&user.source.id)
}

/// Whether somebody may take a nick: free, not like another's, and not another's account.
///
/// # Errors
/// [`Refusal::ErroneousNickname`], [`Refusal::NicknameInUse`], [`Refusal::NicknameReserved`].
pub fn may_use_nick(
    state: &State,
    settings: &Settings,
    nick: &Nick,
    me: Option<&User>,
    account: Option<&AccountName>,
) -> Result<Skeleton, Refusal> {
    if crate::names::is_reserved(&nick.key()) {
        return Err(Refusal::ErroneousNickname(nick.as_str().into()));
    }
    let skeleton = nick.skeleton(settings.names);
    let holders = [state.users_by_nick.get(&nick.key()), state.users_by_skeleton.get(&skeleton)];
    let mine = me.map(|user| user.source.id);
    if holders.into_iter().flatten().any(|id| Some(*id) != mine) {
        return Err(Refusal::NicknameInUse(nick.clone()));
    }
    let key = nick.as_account().key();
    let owner = state.accounts.contains_key(&key).then_some(&key);
    let owner = owner.or_else(|| state.accounts_by_skeleton.get(&skeleton));
    match owner {
        Some(owner) if account.map(AccountName::key).as_ref() != Some(owner) => {
            Err(Refusal::NicknameReserved(nick.clone()))
        }
        _ => Ok(skeleton),
    }
}

/// Whether somebody may join, given the key they offer.
/// Spec: <https://modern.ircdocs.horse/#join-message>
///
/// # Errors
/// The first reason against it, in the order ban, invitation, key, limit.
pub fn can_join(
    settings: &Settings,
    user: &User,
    channel: &Channel,
    key: Option<&str>,
) -> Result<(), Refusal> {
    let name = || channel.name.clone();
    if user.channels.len() >= settings.limits.channels_per_user {
        return Err(Refusal::TooManyChannels(name()));
    }
    can_enter(settings, user, channel, key)?;
    match channel.limit {
        Some(limit) if channel.members.len() >= limit as usize && !is_invited(user, channel) => {
            Err(Refusal::ChannelIsFull(name()))
        }
        _ => Ok(()),
    }
}

/// Whether a channel is open to somebody, whether or not there is room.
fn can_enter(settings: &Settings, user: &User, channel: &Channel, key: Option<&str>) -> Result<(), Refusal> {
    let name = || channel.name.clone();
    if is_banned(settings, user, channel) {
        return Err(Refusal::BannedFromChan(name()));
    }
    let returns = kept_status(user, channel).at_least(Status::VOICE);
    let subject = subject(settings, &user.source);
    let invited = is_invited(user, channel) || returns;
    if channel.has(Flag::InviteOnly) && !invited && !channel.listed(ListMode::InviteException, &subject) {
        return Err(Refusal::InviteOnlyChan(name()));
    }
    match &channel.key {
        Some(wanted) if key != Some(wanted.as_str()) && !invited => Err(Refusal::BadChannelKey(name())),
        _ => Ok(()),
    }
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

/// The status of somebody who joins: what their account had before a restart; the first in a channel that
/// nobody runs gets to run it.
pub fn status_on_join(user: &User, channel: Option<&Channel>) -> Status {
    let Some(channel) = channel else { return Status::OP };
    let kept = kept_status(user, channel);
    let is_orphan = channel.members.is_empty()
        && !channel.statuses_by_account.values().any(|status| status.at_least(Status::OP));
    if is_orphan { Status::OP } else { kept }
}

/// Whether a ban holds for somebody.
pub fn is_banned(settings: &Settings, user: &User, channel: &Channel) -> bool {
    let subject = subject(settings, &user.source);
    channel.listed(ListMode::Ban, &subject) && !channel.listed(ListMode::Exception, &subject)
}

/// What masks are matched against.
pub fn subject(settings: &Settings, source: &Source) -> String {
    settings.names.fold_loosely(&source.mask())
}

/// Whether somebody may speak in a channel.
/// Spec: <https://modern.ircdocs.horse/#privmsg-message>
///
/// # Errors
/// [`Refusal::CannotSendToChan`].
pub fn can_speak(settings: &Settings, user: &User, channel: &Channel) -> Result<(), Refusal> {
    let status = channel.status(user.source.id);
    let refused = Err(Refusal::CannotSendToChan(channel.name.clone()));
    match status {
        Some(status) if status.at_least(Status::VOICE) => Ok(()),
        None if channel.has(Flag::NoExternal) => refused,
        _ if channel.has(Flag::Moderated) => refused,
        _ if is_banned(settings, user, channel) => refused,
        _ => Ok(()),
    }
}

/// Whether somebody may ask for an invitation.
///
/// # Errors
/// [`Refusal::KnockOnChannel`], [`Refusal::ChannelIsOpen`], [`Refusal::CannotKnock`].
pub fn can_knock(settings: &Settings, user: &User, channel: &Channel) -> Result<(), Refusal> {
    let name = || channel.name.clone();
    match can_enter(settings, user, channel, None) {
        _ if is_member(user, channel) => Err(Refusal::KnockOnChannel(name())),
        Ok(()) => Err(Refusal::ChannelIsOpen(name())),
        Err(Refusal::InviteOnlyChan(_) | Refusal::BadChannelKey(_)) => Ok(()),
        Err(_) => Err(Refusal::CannotKnock(name())),
    }
}

/// Whether somebody may read what was said in a channel: members, and who may join.
///
/// # Errors
/// The reason why they could not join.
pub fn can_read(settings: &Settings, user: &User, channel: &Channel) -> Result<(), Refusal> {
    if channel.members.contains_key(&user.source.id) {
        return Ok(());
    }
    if !can_see(Some(user), channel) {
        return Err(Refusal::NoSuchChannel(channel.name.as_str().into()));
    }
    can_enter(settings, user, channel, None)
}

/// The status of a member.
///
/// # Errors
/// [`Refusal::NotOnChannel`].
pub fn member_status(user: &User, channel: &Channel) -> Result<Status, Refusal> {
    channel.status(user.source.id).ok_or_else(|| Refusal::NotOnChannel(channel.name.clone()))
}

/// Whether somebody may change the topic. Spec: <https://modern.ircdocs.horse/#topic-message>
///
/// # Errors
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`].
pub fn can_change_topic(user: &User, channel: &Channel) -> Result<(), Refusal> {
    if channel.has(Flag::ProtectedTopic) {
        can_keep_order(user, channel)
    } else {
        member_status(user, channel).map(|_| ())
    }
}

/// Whether somebody may invite others. Spec: <https://modern.ircdocs.horse/#invite-message>
///
/// # Errors
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`].
pub fn can_invite(user: &User, channel: &Channel) -> Result<(), Refusal> {
    if channel.has(Flag::InviteOnly) {
        can_keep_order(user, channel)
    } else {
        member_status(user, channel).map(|_| ())
    }
}

/// Whether a new channel's name may be taken: no other looks the same.
///
/// # Errors
/// [`Refusal::ConfusableChannel`].
pub fn may_create_channel(
    state: &State,
    settings: &Settings,
    name: &crate::names::ChannelName,
) -> Result<Skeleton, Refusal> {
    let skeleton = name.skeleton(settings.names);
    let key: ChannelKey = name.key();
    match state.channels_by_skeleton.get(&skeleton).and_then(|id| state.channel(*id)) {
        Some(other) if other.name.key() != key => Err(Refusal::ConfusableChannel(name.clone())),
        _ => Ok(skeleton),
    }
}

/// Longest text in bytes that one IRC line carries from somebody to somewhere: 512 bytes, less
/// `:nick!user@host PRIVMSG target :` and CR LF, and less the ten bytes of a CTCP ACTION.
/// Every door holds to it, so that nobody's words are cut on another.
/// Spec: <https://modern.ircdocs.horse/#message-format>
pub fn text_bytes_max(from: &Source, target: &str) -> usize {
    let around = ":! @ PRIVMSG  :\r\n".len() + "\u{1}ACTION \u{1}".len();
    let names = from.nick.as_str().len() + from.user.len() + from.host.len() + target.len();
    512_usize.saturating_sub(around + names)
}

/// A text that fits there.
///
/// # Errors
/// [`Refusal::TextTooLong`]: it is never cut.
pub fn text_fits(from: &Source, target: &str, text: &Text) -> Result<(), Refusal> {
    let max = text_bytes_max(from, target);
    if text.len() > max { Err(Refusal::TextTooLong(max)) } else { Ok(()) }
}
