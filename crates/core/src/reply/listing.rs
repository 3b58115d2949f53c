//! Who is in a channel, in slices: one looks at a bounded number of people, so that nobody waits for an answer to somebody else,
//! and the next one comes when the reader has taken it. Who comes and goes meanwhile is shown as always.

use std::ops::Bound;

use super::{Names, Question};
use crate::command::Context;
use crate::ids::{ChannelId, UserId};
use crate::modes::Flag;
use crate::names::ChannelName;
use crate::policy;
use crate::state::Channel;

/// What is still to be listed of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesAsked {
    pub channel: ChannelId,
    /// What it was called when it was asked for: its end is told under that name.
    pub name: ChannelName,
    /// The last that was looked at.
    pub after: Option<UserId>,
    pub on_join: bool,
}

impl NamesAsked {
    /// All of a channel.
    pub fn all(channel: &Channel) -> Self {
        Self { channel: channel.id, name: channel.name.clone(), after: None, on_join: false }
    }
}

/// What comes after what was looked at last.
pub(crate) fn beyond<K>(after: Option<K>) -> (Bound<K>, Bound<K>) {
    (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded)
}

/// The next `max` members of a channel, as far as the asker may see them, in the order in which they came; and what is left.
pub(super) fn names(cx: &Context<'_>, asked: &NamesAsked, max: usize) -> (Names, Option<Question>) {
    let me = cx.me_if_any();
    let end = Names {
        channel: asked.name.clone(),
        secret: false,
        count: 0,
        members: Vec::new(),
        on_join: asked.on_join,
        is_first: asked.after.is_none(),
        is_last: true,
    };
    // It may have gone since the last slice, or be one that the asker may not see any more.
    let channel = cx.state.channel(asked.channel).filter(|channel| policy::can_see(me, channel));
    let Some(channel) = channel else { return (end, None) };
    let mut waiting = channel.members.range(beyond(asked.after));
    let (mut members, mut last) = (Vec::new(), None);
    for (id, status) in waiting.by_ref().take(max) {
        last = Some(*id);
        let Some(user) = cx.state.user(*id) else { continue };
        // An auditorium lists who has a status, and so not even oneself.
        if policy::can_see_member(me, channel, user) && policy::can_see_in_auditorium(me, channel, user) {
            members.push((*status, user.source.clone()));
        }
    }
    let is_last = waiting.next().is_none();
    let rest = (!is_last).then(|| Question::Names(Box::new(NamesAsked { after: last, ..asked.clone() })));
    let count = if is_last && end.is_first { members.len() } else { channel.members.len() };
    (Names { secret: channel.has(Flag::Secret), count, members, is_last, ..end }, rest)
}
