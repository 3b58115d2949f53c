//! The level of defence, for those with the right: what is refused at which level is in [`crate::policy`].

use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::event::Event;
use crate::opers::Right;
use crate::policy::{DEFCON_USUAL, defcon};
use crate::refusal::Refusal;
use crate::reply::{OperReply, Reply};
use crate::text::Text;

crate::args! {
    /// Shows the level of defence, or changes it: 5 is the usual one, 1 lets nobody in.
    Defcon { level: Option<Word>, reason: Option<Text> }
}

impl Command for Defcon {
    const NAME: &'static str = "DEFCON";
    const SLASH: &'static [&'static str] = &["defcon"];
    const SUMMARY: &'static str =
        "Shows or changes the level of defence: 5, the usual one, to 1, nobody comes in.";
    const NEEDS: Needs = Needs::Right(Right::Defcon);
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let before = defcon(cx.state);
        let Some(Word(raw)) = self.level else {
            return Ok(Outcome::nothing().reply(Reply::Oper(OperReply::Defcon(before))));
        };
        let level = raw.parse().ok().filter(|level| (1..=DEFCON_USUAL).contains(level));
        let level: u8 = level.ok_or_else(|| Refusal::InvalidParam("level", raw))?;
        let told = Outcome::nothing().reply(Reply::Oper(OperReply::Defcon(level)));
        if level == before {
            return Ok(told);
        }
        let act = Act::new(cx, "defcon", "").why(self.reason.as_ref());
        let act = act.change(before.to_string(), level.to_string()).event();
        let level = (level != DEFCON_USUAL).then_some(level);
        Ok(told.event(act).event(Event::DefconChanged { level }))
    }
}
