//! Ranks: what a member's status lets them do to other members.
//!
//! One is above another whose highest status is lower. Nobody reaches up: who is higher is neither kicked nor
//! stripped by who is lower. Spec: <https://modern.ircdocs.horse/#channel-membership-prefixes>

use super::{can, member_status};
use crate::command::Context;
use crate::modes::{Flag, Status};
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::state::{Channel, User};

/// Whether somebody runs a channel: sets its modes, gives statuses.
///
/// # Errors
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`].
pub fn can_moderate(user: &User, channel: &Channel) -> Result<(), Refusal> {
    has_status(user, channel, Status::OP)
}

/// Whether somebody sets a flag of a channel: who runs it, and of what keeps it for ever, or for operators of
/// the server, one of those.
///
/// # Errors
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`], [`Refusal::NoPrivileges`].
pub fn can_set_flag(cx: &Context<'_>, user: &User, channel: &Channel, flag: Flag) -> Result<(), Refusal> {
    if is_for_opers(flag) {
        member_status(user, channel)?;
        return can_set_flag_anywhere(cx, flag);
    }
    can_moderate(user, channel)
}

/// Whether somebody sets a flag of any channel, who may what its owner may: of what is for operators of the server, one of those.
///
/// # Errors
/// [`Refusal::NoPrivileges`].
pub fn can_set_flag_anywhere(cx: &Context<'_>, flag: Flag) -> Result<(), Refusal> {
    if is_for_opers(flag) { can(cx, Right::Channels) } else { Ok(()) }
}

/// Whether a flag is for operators of the server to set.
pub fn is_for_opers(flag: Flag) -> bool {
    matches!(flag, Flag::Permanent | Flag::OpersOnly)
}

/// Whether somebody sends others to a channel: who runs it.
///
/// # Errors
/// [`Refusal::ChanOpPrivsNeeded`], of that channel.
pub fn can_forward_to(user: &User, channel: &Channel) -> Result<(), Refusal> {
    can_moderate(user, channel).map_err(|_| Refusal::ChanOpPrivsNeeded(channel.name.clone()))
}

/// Whether somebody keeps order in a channel: bans, and looks after topic and invitations.
///
/// # Errors
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`].
pub fn can_keep_order(user: &User, channel: &Channel) -> Result<(), Refusal> {
    has_status(user, channel, Status::HALFOP)
}

fn has_status(user: &User, channel: &Channel, least: Status) -> Result<(), Refusal> {
    let may = member_status(user, channel)?.at_least(least);
    may.then_some(()).ok_or_else(|| Refusal::ChanOpPrivsNeeded(channel.name.clone()))
}

/// Whether somebody may remove a member: operators whoever is not above them, half-operators whoever is below.
/// Everybody may remove themselves who may remove anybody.
///
/// # Errors
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`], [`Refusal::RankTooLow`].
pub fn can_kick(user: &User, channel: &Channel, other: &User) -> Result<(), Refusal> {
    can_keep_order(user, channel)?;
    let (mine, theirs) = (member_status(user, channel)?.highest(), member_status(other, channel)?.highest());
    let reaches = if mine.at_least(Status::OP) { mine >= theirs } else { mine > theirs };
    let may = reaches || user.source.id == other.source.id;
    may.then_some(()).ok_or_else(|| Refusal::RankTooLow(channel.name.clone()))
}

/// Whether somebody may give a status to a member: half-operators voice, operators what is not above them, the
/// owner all.
///
/// # Errors
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`], [`Refusal::RankTooLow`].
pub fn can_give(user: &User, channel: &Channel, status: Status) -> Result<(), Refusal> {
    can_keep_order(user, channel)?;
    let needed = match status {
        Status::VOICE => Status::HALFOP,
        Status::HALFOP | Status::OP => Status::OP,
        _ => Status::OWNER,
    };
    let may = member_status(user, channel)?.at_least(needed);
    may.then_some(()).ok_or_else(|| Refusal::RankTooLow(channel.name.clone()))
}

/// Whether somebody may take a status from a member: what they may give, and not from who is above them. One's
/// own everybody may give up.
///
/// # Errors
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`], [`Refusal::RankTooLow`].
pub fn can_take(user: &User, channel: &Channel, status: Status, other: &User) -> Result<(), Refusal> {
    let mine = member_status(user, channel)?;
    if user.source.id == other.source.id && mine.contains(status) {
        return Ok(());
    }
    can_give(user, channel, status)?;
    let may = mine.highest() >= member_status(other, channel)?.highest();
    may.then_some(()).ok_or_else(|| Refusal::RankTooLow(channel.name.clone()))
}
