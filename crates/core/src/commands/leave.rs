//! What follows when somebody leaves a channel, whichever way.

use crate::command::Context;
use crate::event::Event;
use crate::ids::ChannelId;
use crate::state::Kept;

/// The end of a channel whose last member is leaving and that nobody keeps.
pub fn drop_if_last(cx: &Context<'_>, id: ChannelId) -> Option<Event> {
    let channel = cx.state.channel(id)?;
    let ends = channel.members.len() == 1 && channel.kept == Kept::No && !channel.stays();
    ends.then(|| Event::ChannelDropped { id, name: channel.name.clone(), sealed: channel.is_restricted() })
}
