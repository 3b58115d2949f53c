//! Who may have a channel called something else, and who may speak for people elsewhere.

use super::{can, can_moderate, looks_purged, may_create_channel, member_status};
use crate::command::Context;
use crate::names::{AccountName, ChannelName, Skeleton};
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::state::{Channel, User};

/// Whether somebody may rename a channel: who runs it, its founder if it has one, and operators of the server. Says
/// which right they need for it, if it is one.
///
/// # Errors
/// [`Refusal::NotOnChannel`], [`Refusal::ChanOpPrivsNeeded`], [`Refusal::NotFounder`], [`Refusal::CannotRename`] within the
/// time between two renamings.
pub fn can_rename(
    cx: &Context<'_>,
    me: &User,
    channel: &Channel,
    to: &ChannelName,
) -> Result<Option<Right>, Refusal> {
    let rests = channel.renamed.is_some_and(|at| cx.now < at.plus_s(cx.settings.rename_interval_s));
    let refusal = match is_theirs_to_rename(me, channel) {
        Ok(()) if !rests => return Ok(None),
        Ok(()) => Refusal::CannotRename(channel.name.clone(), to.clone()),
        Err(refusal) => refusal,
    };
    can(cx, Right::Channels).map(|()| Some(Right::Channels)).map_err(|_| refusal)
}

fn is_theirs_to_rename(me: &User, channel: &Channel) -> Result<(), Refusal> {
    member_status(me, channel)?;
    let is_founder = |founder: &AccountName| me.source.account.as_ref().is_some_and(|own| founder.is(own));
    match &channel.registered {
        Some(it) if is_founder(&it.founder) => Ok(()),
        Some(_) => Err(Refusal::NotFounder(channel.name.clone())),
        None => can_moderate(me, channel),
    }
}

/// Whether a channel may have that name, and how it looks.
///
/// # Errors
/// [`Refusal::ChannelNameInUse`], [`Refusal::CannotRename`].
pub fn new_name(cx: &Context<'_>, channel: &Channel, to: &ChannelName) -> Result<Skeleton, Refusal> {
    match cx.state.channel_by_key(&to.key()) {
        // Only its letters are another size.
        Some(other) if other.id == channel.id => return Ok(channel.skeleton.clone()),
        Some(_) => return Err(Refusal::ChannelNameInUse(channel.name.clone(), to.clone())),
        None => {}
    }
    let skeleton = to.skeleton(cx.rules());
    let looks_like_itself = skeleton == channel.skeleton && !looks_purged(cx.state, &skeleton);
    match may_create_channel(cx.state, cx.settings, to) {
        Ok(skeleton) => Ok(skeleton),
        Err(Refusal::ConfusableChannel(_)) if looks_like_itself => Ok(skeleton),
        Err(_) => Err(Refusal::CannotRename(channel.name.clone(), to.clone())),
    }
}

/// Whether somebody may say in a channel what others said elsewhere: who runs it, where the configuration lets them.
///
/// # Errors
/// [`Refusal::NoRelays`], [`Refusal::RelayForbidden`].
pub fn can_relay(cx: &Context<'_>, me: &User, channel: &Channel) -> Result<(), Refusal> {
    if !cx.settings.relays {
        return Err(Refusal::NoRelays);
    }
    can_moderate(me, channel).map_err(|_| Refusal::RelayForbidden)
}
