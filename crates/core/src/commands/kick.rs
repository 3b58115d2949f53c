//! KICK. Spec: <https://modern.ircdocs.horse/#kick-message>

use super::{leave, mark_read};
use crate::command::{Command, Context, Here, LogClass, Outcome, Somebody};
use crate::event::Event;
use crate::policy;
use crate::refusal::Refusal;
use crate::state::{Channel, User};
use crate::text::Text;

crate::args! {
    /// Removes a member from a channel.
    Kick { channel: Here, nick: Somebody, reason: Option<Text> }
}

impl Command for Kick {
    const NAME: &'static str = "KICK";
    const SLASH: &'static [&'static str] = &["kick"];
    const SUMMARY: &'static str = "Removes a member from a channel.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#kick-message";
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let channel = cx.here(&self.channel)?;
        policy::can_keep_order(me, channel)?;
        let other = cx.member(channel, &self.nick)?;
        policy::can_kick(me, channel, other)?;
        Ok(Outcome::nothing().events(events(cx, me, channel, other, self.reason)))
    }
}

/// The events of a member's removal.
pub fn events(
    cx: &Context<'_>,
    me: &User,
    channel: &Channel,
    other: &User,
    reason: Option<Text>,
) -> Vec<Event> {
    let mut events: Vec<_> = mark_read::left(cx, other, channel.id).into_iter().collect();
    events.push(kicked(cx, me, channel, other, reason));
    events.extend(leave::drop_if_last(cx, channel.id));
    events
}

/// The removal alone, whatever it leaves behind.
pub fn kicked(cx: &Context<'_>, me: &User, channel: &Channel, other: &User, reason: Option<Text>) -> Event {
    Event::Kicked {
        by: me.source.clone(),
        channel: channel.id,
        name: channel.name.clone(),
        target: other.source.clone(),
        reason: reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes)),
    }
}
