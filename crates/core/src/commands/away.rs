//! AWAY. Spec: <https://modern.ircdocs.horse/#away-message>

use crate::command::{Command, Context, LogClass, Outcome};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::text::Text;

crate::args! {
    /// Says that one is away, or without a message, back.
    Away { message: Option<Text> }
}

impl Command for Away {
    const NAME: &'static str = "AWAY";
    const SLASH: &'static [&'static str] = &["away"];
    const SUMMARY: &'static str = "Says that you are away; without a message, that you are back.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#away-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 2;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let message = self.message.map(|message| message.cut(cx.settings.limits.away_bytes));
        let reply = if message.is_some() { Reply::NowAway } else { Reply::NoLongerAway };
        if me.away == message {
            return Ok(Outcome::nothing().reply(reply));
        }
        Ok(Outcome::nothing().event(Event::AwayChanged { by: me.source.clone(), message }).reply(reply))
    }
}
