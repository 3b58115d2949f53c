//! A channel that is called something else, told to those who do not know that channels can be renamed.
//! Spec: <https://ircv3.net/specs/extensions/channel-rename#fallback>

use std::sync::Arc;

use super::{Names, Reply, names};
use crate::command::Context;
use crate::commands::{join, mark_read};
use crate::event::{Event, Record};
use crate::ids::ChannelId;
use crate::names::ChannelName;
use crate::state::Topic;
use crate::text::Text;

/// A channel that is called something else now; the same for all who are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenamedChannel {
    pub id: ChannelId,
    pub before: ChannelName,
    pub to: ChannelName,
    pub reason: Option<Text>,
    pub topic: Option<Topic>,
    pub members: Members,
}

/// Who is said to be in a renamed channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// The same to everybody.
    Same(Names),
    /// What an auditorium shows each of them differs.
    Each,
    /// Nobody: there are too many to tell all of them of all of them. Who wants to know asks.
    Untold,
}

/// What somebody is told of a renamed channel: that they left the one and are in the other.
pub(super) fn renamed(cx: &Context<'_>, about: &Arc<RenamedChannel>) -> Option<Reply> {
    let (me, channel) = (cx.me().ok()?, cx.state.channel(about.id)?);
    let (position, time) = (cx.state.position, cx.now);
    let record = |event| Arc::new(Record { position, time, generation: 0, event });
    let (by, name, reason) = (me.source.clone(), about.before.clone(), about.reason.clone());
    let left = record(Event::Parted { by, channel: about.id, name, reason });
    let joined = record(join::event(me, (about.id, channel.name.clone()), Some(channel)));
    let about = match about.members {
        Members::Same(_) | Members::Untold => about.clone(),
        Members::Each => {
            let members = Members::Same(Names { on_join: true, ..names(cx, channel) });
            Arc::new(RenamedChannel { members, ..about.as_ref().clone() })
        }
    };
    Some(Reply::Renamed { left, joined, about, read: mark_read::on_join(cx, channel.id) })
}
