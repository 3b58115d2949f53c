//! Who reads and who changes what people and channels say of themselves, and who is told of changes.

use super::{can, can_moderate, can_read, can_see_in_auditorium};
use crate::command::Context;
use crate::event::Target;
use crate::names::NickKey;
use crate::opers::Right;
use crate::state::{Channel, State, User};

/// Whether somebody reads the metadata of a channel: who may read what is said there.
pub fn can_read_metadata(cx: &Context<'_>, me: &User, channel: &Channel) -> bool {
    can_read(cx, me, channel).is_ok()
}

/// Whether somebody changes metadata: their own, and that of channels that they run or look after.
pub fn can_change_metadata(cx: &Context<'_>, me: &User, of: &Target) -> bool {
    match of {
        Target::User { id, .. } => *id == me.source.id,
        Target::Channel { id, .. } | Target::Statuses { id, .. } => cx
            .state
            .channel(*id)
            .is_some_and(|channel| can_moderate(me, channel).is_ok() || can(cx, Right::Channels).is_ok()),
    }
}

/// Whether somebody who asked for a key is told of a change: of channels that they are in, of themselves, of those whom
/// they meet and of those whom they monitor.
/// Spec: <https://ircv3.net/specs/extensions/metadata#notifications>
pub fn is_told_of_metadata(
    state: &State,
    who: &User,
    monitors: impl FnOnce(&NickKey) -> bool,
    of: &Target,
) -> bool {
    match of {
        Target::Channel { id, .. } | Target::Statuses { id, .. } => who.channels.contains_key(id),
        Target::User { id, .. } if *id == who.source.id => true,
        Target::User { id, nick, .. } => {
            let meets = state.user(*id).is_some_and(|other| {
                let here = who.channels.keys().filter(|id| other.channels.contains_key(id));
                let mut here = here.filter_map(|id| state.channel(*id));
                here.any(|channel| can_see_in_auditorium(Some(who), channel, other))
            });
            meets || monitors(&nick.key())
        }
    }
}
