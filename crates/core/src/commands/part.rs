//! PART. Spec: <https://modern.ircdocs.horse/#part-message>

use super::{leave, mark_read};
use crate::command::{Command, Context, Here, LogClass, Outcome};
use crate::event::Event;
use crate::local::LocalChange;
use crate::names::ChannelName;
use crate::policy;
use crate::refusal::Refusal;
use crate::state::{Channel, User};
use crate::text::Text;

crate::args! {
    /// Leaves a channel.
    Part { channel: Here, reason: Option<Text> }
}

impl Command for Part {
    const NAME: &'static str = "PART";
    const SLASH: &'static [&'static str] = &["part"];
    const SUMMARY: &'static str = "Leaves a channel.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#part-message";
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let (_, session) = cx.session()?;
        let (channel, reason) = match self.meant(cx, me) {
            Some(channel) => (channel, None),
            None => (cx.here(&self.channel)?, self.reason),
        };
        policy::member_status(me, channel)?;
        let reason = reason.filter(|reason| policy::may_add_words(cx, me, channel, reason.as_str()));
        let reason = reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        let mut left = Outcome::nothing().events(mark_read::left(cx, me, channel.id)).event(Event::Parted {
            by: me.source.clone(),
            channel: channel.id,
            name: channel.name.clone(),
            reason,
        });
        if session.current == Some(channel.id) {
            let next = me.last_joined(Some(channel.id));
            left = left.local(LocalChange::Current(next));
        }
        Ok(left.events(leave::drop_if_last(cx, channel.id)))
    }
}

impl Part {
    /// The channel that a reason alone names, if they are there: who types `/join tea` types `/part tea`, and would
    /// leave another one.
    fn meant<'a>(&self, cx: &Context<'a>, me: &User) -> Option<&'a Channel> {
        let reason = self.reason.as_ref().filter(|_| self.channel.0.is_none())?;
        let named = ChannelName::new(&format!("#{}", reason.as_str()), cx.rules()).ok()?;
        let channel = cx.state.channel_by_key(&named.key())?;
        me.channels.contains_key(&channel.id).then_some(channel)
    }
}
