//! RENAME: a channel is called something else.
//! Spec: <https://ircv3.net/specs/extensions/channel-rename>

use std::sync::Arc;

use crate::audit::Act;
use crate::command::{Command, Context, Here, LogClass, Outcome, Step};
use crate::event::Event;
use crate::modes::{Flag, Status};
use crate::names::ChannelName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{self, Members, Question, RenamedChannel};
use crate::state::Channel;
use crate::text::Text;

crate::args! {
    /// Calls a channel something else. Its members, modes, lists and history stay.
    Rename { channel: Here, new: ChannelName, reason: Option<Text> }
}

impl Command for Rename {
    const NAME: &'static str = "RENAME";
    const SLASH: &'static [&'static str] = &["rename"];
    const SUMMARY: &'static str = "Calls a channel something else: /rename NEW.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/channel-rename";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (me, channel) = (cx.me()?, cx.here(&self.channel)?);
        let right = policy::can_rename(cx, me, channel, &self.new)?;
        let skeleton = policy::new_name(cx, channel, &self.new)?;
        let is_other_name = self.new.key() != channel.name.key();
        let reason = self.reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        let renamed = Event::ChannelRenamed {
            by: me.source.clone(),
            channel: channel.id,
            name: channel.name.clone(),
            to: self.new.clone(),
            skeleton,
            reason: reason.clone(),
        };
        let status =
            if right.is_some() { Status::NONE } else { channel.status(me.source.id).unwrap_or_default() };
        let act = Act::there(cx, "rename-channel", channel.name.as_str(), (channel, status));
        let act = act.why(reason.as_ref()).change(channel.name.as_str(), self.new.as_str());
        let outcome = Outcome::nothing().event(renamed).event(act.event());
        if !is_other_name {
            return Ok(outcome);
        }
        // Spec: <https://ircv3.net/specs/extensions/channel-rename#fallback> (for who does not know that channels are renamed)
        let about = Arc::new(RenamedChannel {
            id: channel.id,
            before: channel.name.clone(),
            to: self.new.clone(),
            reason,
            topic: channel.topic.clone(),
            members: members(cx, channel, self.new),
        });
        let tell =
            |outcome: Outcome, user| outcome.step(Step::AskUser(user, Question::Renamed(about.clone())));
        Ok(channel.members.keys().copied().fold(outcome, tell))
    }
}

/// Who is said to be in a channel, which is called `to` now.
///
/// Spec: <https://ircv3.net/specs/extensions/channel-rename#fallback>
/// Departs: in a channel of more than 500 people nobody is named, because each of all of them would be told of all of them at once.
fn members(cx: &Context<'_>, channel: &Channel, to: ChannelName) -> Members {
    if channel.members.len() > cx.settings.limits.slice_people {
        return Members::Untold;
    }
    if channel.has(Flag::Auditorium) {
        return Members::Each;
    }
    Members::Same(reply::Names { channel: to, on_join: true, ..reply::names(cx, channel) })
}
