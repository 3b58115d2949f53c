//! Who may say what in a channel, how fast, and who hears it.

use crate::command::Context;
use crate::event::{Kind, Target, Why};
use crate::extban::Act;
use crate::ids::Millis;
use crate::modes::{Flag, Pace, Status};
use crate::refusal::Refusal;
use crate::state::{Channel, User};

use super::is_banned;

/// Whether somebody may speak in a channel.
/// Spec: <https://modern.ircdocs.horse/#privmsg-message>
///
/// # Errors
/// [`Refusal::CannotSendToChan`], [`Refusal::NeedsLoginToSpeak`], [`Refusal::Moderated`].
pub fn can_speak(cx: &Context<'_>, user: &User, channel: &Channel) -> Result<(), Refusal> {
    let name = || channel.name.clone();
    match channel.status(user.source.id) {
        Some(status) if status.at_least(Status::VOICE) => Ok(()),
        None if channel.has(Flag::NoExternal) => Err(Refusal::CannotSendToChan(name())),
        _ if is_banned(cx, user, channel, Act::Speak) => Err(Refusal::CannotSendToChan(name())),
        _ if channel.has(Flag::RegisteredSpeech) && user.source.account.is_none() => {
            Err(Refusal::NeedsLoginToSpeak(name()))
        }
        _ if channel.has(Flag::Moderated) || channel.has(Flag::OpModerated) => {
            Err(Refusal::Moderated(name()))
        }
        _ => Ok(()),
    }
}

/// Where words go that somebody says to those with a status, or to all: under `U`, who keeps order hears what is kept
/// from the others.
///
/// # Errors
/// As [`can_speak`].
pub fn target(
    cx: &Context<'_>,
    user: &User,
    channel: &Channel,
    least: Option<Status>,
) -> Result<Target, Refusal> {
    let (id, name) = (channel.id, channel.name.clone());
    match (can_speak(cx, user, channel), least) {
        (Ok(()), None) => Ok(Target::Channel { id, name }),
        (Ok(()), Some(least)) => Ok(Target::Statuses { id, name, least, why: None }),
        (Err(Refusal::Moderated(_)), _) if channel.has(Flag::OpModerated) => {
            let least = least.unwrap_or_default().max(Status::HALFOP);
            Ok(Target::Statuses { id, name, least, why: Some(Why::Moderated) })
        }
        (Err(refusal), _) => Err(refusal),
    }
}

/// Whether words are of a kind that the channel takes, from whomever.
///
/// # Errors
/// [`Refusal::NoNotices`], [`Refusal::NoCtcp`], [`Refusal::NoColours`].
pub fn fits_channel(channel: &Channel, kind: Kind, text: &str) -> Result<(), Refusal> {
    /// Bold, colours, reset, monospace, reverse, italics, strike-through, underline.
    /// Spec: <https://modern.ircdocs.horse/formatting>
    const FORMATTING: &[char] =
        &['\u{2}', '\u{3}', '\u{4}', '\u{f}', '\u{11}', '\u{16}', '\u{1d}', '\u{1e}', '\u{1f}'];
    if channel.has(Flag::NoNotices) && kind == Kind::Notice {
        return Err(Refusal::NoNotices(channel.name.clone()));
    }
    if channel.has(Flag::NoCtcp) && is_ctcp(kind, text) {
        return Err(Refusal::NoCtcp(channel.name.clone()));
    }
    // Departs from servers that take them out: words are refused here, never changed.
    if channel.has(Flag::NoColours) && text.contains(FORMATTING) {
        return Err(Refusal::NoColours(channel.name.clone()));
    }
    Ok(())
}

/// Whether words beside what somebody does, such as why they leave, are shown in a channel: who may not speak there does not do it
/// in that way.
pub fn may_add_words(cx: &Context<'_>, user: &User, channel: &Channel, words: &str) -> bool {
    can_speak(cx, user, channel).is_ok() && fits_channel(channel, Kind::Message, words).is_ok()
}

/// Whether words are a program's question or answer. An action is what a person does.
/// Spec: <https://modern.ircdocs.horse/ctcp>
pub(super) fn is_ctcp(kind: Kind, text: &str) -> bool {
    kind != Kind::Action && text.starts_with('\u{1}')
}

/// Whether the channels that somebody is in let them change their nick: not where members keep theirs, unless they
/// keep order there, and not where they are banned or mute, which another nick would lift.
///
/// # Errors
/// [`Refusal::NoNickChange`], [`Refusal::BannedNickChange`].
pub fn may_change_nick(cx: &Context<'_>, user: &User) -> Result<(), Refusal> {
    for channel in user.channels.keys().filter_map(|id| cx.state.channel(*id)) {
        let status = channel.status(user.source.id).unwrap_or_default();
        if channel.has(Flag::NoNickChange) && !status.at_least(Status::HALFOP) {
            return Err(Refusal::NoNickChange(channel.name.clone()));
        }
        if !status.at_least(Status::VOICE) && is_banned(cx, user, channel, Act::Speak) {
            return Err(Refusal::BannedNickChange(channel.name.clone()));
        }
    }
    Ok(())
}

/// What to remember of somebody who says so many lines now where the pace is limited; who keeps order is not limited.
///
/// # Errors
/// The pace, and the milliseconds until they may speak.
pub fn pace(
    cx: &Context<'_>,
    user: &User,
    channel: &Channel,
    lines: usize,
) -> Result<Option<Millis>, (Pace, u64)> {
    let is_free = channel.status(user.source.id).is_some_and(|status| status.at_least(Status::HALFOP));
    let Some(pace) = channel.pace.filter(|_| !is_free) else { return Ok(None) };
    let until = cx.local.spoke_until(user.source.id, channel.id);
    let paid = (0..lines).try_fold(until, |until, _| pace.rate.take(until, cx.now));
    paid.map(Some).map_err(|wait| (pace, wait))
}
