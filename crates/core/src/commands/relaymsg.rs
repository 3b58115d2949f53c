//! RELAYMSG: a program says in a channel what somebody said elsewhere, under their name there.
//! Spec: <https://github.com/ircv3/ircv3-specifications/pull/417>

use crate::command::{ChannelRef, Command, Context, LogClass, Outcome, Word};
use crate::event::{Event, Kind, Tag};
use crate::modes::Status;
use crate::names::Nick;
use crate::policy;
use crate::refusal::Refusal;
use crate::text::Text;

/// The tag that says who relayed it.
pub const RELAYED_BY: &str = "draft/relaymsg";

crate::args! {
    /// Says in a channel what somebody said elsewhere.
    Relaymsg { channel: ChannelRef, nick: Word, tags: Vec<Tag>, text: Text }
}

impl Command for Relaymsg {
    const NAME: &'static str = "RELAYMSG";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Says in a channel what somebody said elsewhere, under a name with a /.";
    const SPEC: &'static str = "https://github.com/ircv3/ircv3-specifications/pull/417";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (me, channel) = (cx.me()?, cx.channel(&self.channel)?);
        policy::can_relay(cx, me, channel)?;
        if self.text.as_str().trim().is_empty() {
            return Err(Refusal::NoTextToSend);
        }
        let nick = Nick::relayed(&self.nick.0, cx.rules());
        let nick = nick.ok_or_else(|| Refusal::BadRelayedNick(self.nick.0.clone()))?;
        let to = policy::target(cx, me, channel, None::<Status>)?;
        policy::fits_channel(channel, Kind::Message, self.text.as_str())?;
        // Whose words they are is told by the name; the rest is the relay's own, and no account is theirs.
        let by = me.source.but(|who| {
            who.nick = nick.clone();
            who.account = None;
        });
        if policy::is_relay_banned(cx, &by, channel) {
            return Err(Refusal::RelayedNickBanned(nick));
        }
        policy::text_fits(&by, &to.address(), Kind::Message, self.text.as_str())?;
        let relayed = Tag { name: RELAYED_BY.into(), value: me.source.nick.as_str().into() };
        // A reply elsewhere is one here, too; what only servers say stays ahead of what clients say.
        let given = cx.settings.denied_tags.passing(self.tags);
        let tags = [relayed].into_iter().chain(given).collect();
        let (kind, lines) = (Kind::Message, None);
        Ok(Outcome::nothing().event(Event::Said { by, to, kind, text: self.text, tags, lines }))
    }
}
