//! Rights: one function each, asked on every path. Commands say what happens, these say who may.

mod accounts;
mod connecting;
mod defcon;
mod entry;
mod founding;
mod letters;
mod metadata;
mod opers;
mod presence;
mod ranks;
mod reach;
mod redaction;
mod renaming;
mod server_bans;
mod speech;

use crate::event::{Kind, Source};
use crate::modes::{Flag, Status};
use crate::names::{AccountName, ChannelKey, Nick, Skeleton};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::state::{Channel, State, User};

pub use accounts::{
    can_administer, can_end_sessions, can_free, is_others, may_connect_to, may_log_in, may_register_account,
    may_show_token, may_try, owner_of, sessions_of_account,
};
pub use connecting::{gateway, is_admitted, may_enter};
pub use defcon::{DEFCON_USUAL, defcon, may_come, may_make, may_whisper};
pub use entry::{
    can_join, can_knock, can_read, forward, is_banned, is_invited, is_kept_out_by, is_relay_banned,
    is_secure, kept_status, shown_of, status_on_join, subject,
};
pub use founding::{
    can_change_access, can_change_locked, can_dispose, can_read_trail, can_register, can_see_access, can_set,
    changes_access_as, disposes_as, is_founder, may_found_another, own_standing, registered, sets_as,
    shown_settings, standing,
};
pub use letters::{may_be_sent, may_cause_letter, may_get_letter, takes_address};
pub use metadata::{can_change_metadata, can_read_metadata, is_told_of_metadata};
pub use opers::{
    automatic_oper, can, can_see_address, can_see_links, has_shown, oper_class, reads_addresses,
    reads_notices, rights,
};
pub use presence::{consent, has, may_attach, may_set, own, shared, stays};
pub use ranks::{
    can_forward_to, can_give, can_keep_order, can_kick, can_moderate, can_set_flag, can_set_flag_anywhere,
    can_take, is_for_opers,
};
pub use reach::{can_write_to, fits_reader, is_silenced, keeps_strangers_out, may_add_words_for};
pub use redaction::{Deletion, can_delete};
pub use renaming::{can_relay, can_rename, new_name};
pub use server_bans::{absent_of_ban, may_be, may_be_heard, may_connect, server_ban, sessions_of_ban};
pub use speech::{can_speak, fits_channel, may_add_words, may_change_nick, pace, target};

/// The modes of a new channel: only members speak in it, only its operators change the topic.
pub const INITIAL_FLAGS: &[Flag] = &[Flag::NoExternal, Flag::ProtectedTopic];

/// Whether a channel's existence may be shown to somebody.
pub fn can_see(who: Option<&User>, channel: &Channel) -> bool {
    !channel.has(Flag::Secret) || who.is_some_and(|user| is_member(user, channel) || is_theirs(user, channel))
}

/// Whether somebody knows of a registered channel because it is theirs, or may become theirs.
fn is_theirs(user: &User, channel: &Channel) -> bool {
    let Some(account) = &user.source.account else { return false };
    let offered = channel.registered.as_ref().and_then(|it| it.offered.as_ref());
    standing(Some(account), channel) != Status::NONE || offered.is_some_and(|to| to.is(account))
}

/// Whether an auditorium shows one of its members to somebody: it shows those with a status to all, and all to them.
pub fn can_see_in_auditorium(who: Option<&User>, channel: &Channel, member: &User) -> bool {
    let has_status = |user: &User| channel.status(user.source.id).is_some_and(|it| it != Status::NONE);
    !channel.has(Flag::Auditorium) || has_status(member) || who.is_some_and(has_status)
}

/// Whether a member of a channel may be shown to somebody who looks at the channel.
pub fn can_see_member(who: Option<&User>, channel: &Channel, member: &User) -> bool {
    use crate::modes::UserFlag;
    let is_self = who.is_some_and(|user| user.source.id == member.source.id);
    if !is_self && !can_see_in_auditorium(who, channel, member) {
        return false;
    }
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
    let skeleton = nick.skeleton(settings.names);
    if crate::names::is_reserved(&skeleton) {
        return Err(Refusal::ErroneousNickname(nick.as_str().into()));
    }
    let holders = [state.users_by_nick.get(&nick.key()), state.users_by_skeleton.get(&skeleton)];
    let mine = me.map(|user| user.source.id);
    if holders.into_iter().flatten().any(|id| Some(*id) != mine) {
        return Err(Refusal::NicknameInUse(nick.clone()));
    }
    if is_others(state, &skeleton, account) && settings.accounts.nick_grace_s.is_none() {
        return Err(Refusal::NicknameReserved(nick.clone()));
    }
    Ok(skeleton)
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
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`], [`Refusal::TopicLocked`], and those of [`can_speak`].
pub fn can_change_topic(
    cx: &crate::command::Context<'_>,
    user: &User,
    channel: &Channel,
) -> Result<(), Refusal> {
    let is_locked = channel.registered.as_ref().is_some_and(|registered| registered.settings.topic_lock);
    if is_locked && !standing(user.source.account.as_ref(), channel).at_least(Status::HALFOP) {
        member_status(user, channel)?;
        return Err(Refusal::TopicLocked(channel.name.clone()));
    }
    if channel.has(Flag::ProtectedTopic) {
        return can_keep_order(user, channel);
    }
    member_status(user, channel)?;
    // A topic is words to everybody there.
    can_speak(cx, user, channel)
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

/// Whether a new channel's name may be taken: no other looks the same, and none that was closed for good.
///
/// # Errors
/// [`Refusal::ConfusableChannel`], [`Refusal::ChannelPurged`].
pub fn may_create_channel(
    state: &State,
    settings: &Settings,
    name: &crate::names::ChannelName,
) -> Result<Skeleton, Refusal> {
    may_make(state)?;
    let key = name.key();
    if is_closed(state, &key) {
        return Err(Refusal::ChannelPurged(name.clone()));
    }
    let skeleton = name.skeleton(settings.names);
    if looks_purged(state, &skeleton) {
        return Err(Refusal::ConfusableChannel(name.clone()));
    }
    match state.channels_by_skeleton.get(&skeleton).and_then(|id| state.channel(*id)) {
        Some(other) if other.name.key() != key => Err(Refusal::ConfusableChannel(name.clone())),
        _ => Ok(skeleton),
    }
}

/// Whether the channel of that name was closed for good: nobody comes in, and nobody reads what was said there.
pub fn is_closed(state: &State, key: &ChannelKey) -> bool {
    state.purged.contains_key(key)
}

/// Whether a name looks like that of a channel which was closed for good: its people would only move next door.
fn looks_purged(state: &State, skeleton: &Skeleton) -> bool {
    state.purged_by_skeleton.contains_key(skeleton)
}

/// Longest text in bytes that one IRC line carries from somebody to somewhere: 512 bytes, less
/// `:nick!user@host PRIVMSG target :` and CR LF, and for what somebody does the ten bytes of a CTCP ACTION.
/// Every door holds to it, so that nobody's words are cut on another.
/// Spec: <https://modern.ircdocs.horse/#message-format>
pub fn text_bytes_max(from: &Source, target: &str, kind: Kind) -> usize {
    let verb = if kind == Kind::Notice { "NOTICE" } else { "PRIVMSG" };
    let action = if kind == Kind::Action { "\u{1}ACTION \u{1}".len() } else { 0 };
    let around = ":!@   :\r\n".len() + verb.len() + action;
    let names = from.nick.as_str().len() + from.user.len() + from.host.len() + target.len();
    512_usize.saturating_sub(around + names)
}

/// A text that fits there.
///
/// # Errors
/// [`Refusal::TextTooLong`]: it is never cut.
pub fn text_fits(from: &Source, target: &str, kind: Kind, text: &str) -> Result<(), Refusal> {
    let max = text_bytes_max(from, target, kind);
    if text.len() > max { Err(Refusal::TextTooLong(max)) } else { Ok(()) }
}
