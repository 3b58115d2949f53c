//! KILL. Spec: <https://modern.ircdocs.horse/#kill-message>

use super::presence;
use crate::audit::Act;
use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome, Somebody, Step};
use crate::event::Event;
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::text::Text;

crate::args! {
    /// Ends somebody's presence.
    Kill { nick: Somebody, reason: Option<Text> }
}

impl Command for Kill {
    const NAME: &'static str = "KILL";
    const SLASH: &'static [&'static str] = &["kill"];
    const SUMMARY: &'static str = "Closes somebody's connections.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#kill-message";
    const NEEDS: Needs = Needs::Right(Right::Kill);
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let other = cx.somebody(&self.nick)?;
        let reason = self.reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        let (by, target) = (me.source.clone(), other.source.clone());
        let close = CloseReason::Killed(Box::new(by.nick.clone()), reason.clone());
        let act = Act::new(cx, "kill", target.mask()).why(reason.as_ref()).event();
        let killed = Outcome::nothing().event(act).event(Event::Killed { by, target, reason });
        let ended = killed.many(presence::end(cx, other, close.as_quit_reason()));
        Ok(ended.step(Step::CloseUser(other.source.id, close)))
    }
}
