//! Who may delete what was said.

use super::{can, can_keep_order, can_kick};
use crate::command::Context;
use crate::conversation::Side;
use crate::event::Source;
use crate::ids::Millis;
use crate::modes::Status;
use crate::opers::Right;
use crate::refusal::Unredacted;
use crate::state::{Channel, User};

/// As what somebody deletes a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// It is their own.
    Own,
    /// They keep order where it was said, by that status, or with none have the right everywhere. It is written down.
    OfAnother(Status),
}

/// Whether somebody may delete a message: their own for as long as the configuration says, that of another if they keep order
/// in the channel and could remove its author, and any as an operator with the right. Private words are their author's.
///
/// # Errors
/// [`Unredacted::Forbidden`], [`Unredacted::Expired`].
pub fn can_delete(
    cx: &Context<'_>,
    me: &User,
    channel: Option<&Channel>,
    message: (&Source, Millis),
) -> Result<Deletion, Unredacted> {
    let (author, said) = message;
    let is_own = Side::of(author) == Side::of(&me.source) || author.id == me.source.id;
    let window_s = cx.settings.history.own_deletion_s;
    if is_own && (window_s == 0 || cx.now <= said.plus_s(window_s)) {
        return Ok(Deletion::Own);
    }
    let keeps_order = channel.is_some_and(|channel| match cx.state.user(author.id) {
        Some(other) if channel.members.contains_key(&other.source.id) => can_kick(me, channel, other).is_ok(),
        _ => can_keep_order(me, channel).is_ok(),
    });
    if keeps_order || can(cx, Right::Redact).is_ok() {
        let status = channel.filter(|_| keeps_order).and_then(|channel| channel.status(me.source.id));
        return Ok(if is_own { Deletion::Own } else { Deletion::OfAnother(status.unwrap_or_default()) });
    }
    Err(if is_own { Unredacted::Expired(window_s) } else { Unredacted::Forbidden })
}
