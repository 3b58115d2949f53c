//! KNOCK: asking to be let in.

use crate::command::{ChannelRef, Command, Context, LogClass, Outcome, Step};
use crate::event::Event;
use crate::local::LocalChange;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;

/// Between two times that one connection calls at somebody's door, in milliseconds.
pub const BETWEEN_CALLS_MS: u64 = 60_000;

crate::args! {
    /// Asks those who run a channel for an invitation. A channel that shows itself to its members only is
    /// none that one can knock at.
    Knock { channel: ChannelRef }
}

impl Command for Knock {
    const NAME: &'static str = "KNOCK";
    const SLASH: &'static [&'static str] = &["knock"];
    const SUMMARY: &'static str = "Asks for an invitation to a channel.";
    const CLASS: LogClass = LogClass::Ephemeral;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let channel = cx.channel(&self.channel)?;
        policy::can_knock(cx, me, channel)?;
        let (_, session) = cx.session()?;
        let last = session.done.called.unwrap_or_default();
        if session.done.called.is_some() && cx.now.0 < last.0 + BETWEEN_CALLS_MS {
            return Err(Refusal::TooManyKnocks(channel.name.clone()));
        }
        let knocked =
            Event::Knocked { by: me.source.clone(), channel: channel.id, name: channel.name.clone() };
        Ok(Outcome::nothing()
            .local(LocalChange::Called(cx.now))
            .step(Step::Ephemeral(knocked))
            .reply(Reply::Knocked(channel.name.clone())))
    }
}
