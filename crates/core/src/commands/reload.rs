//! The server itself, for those with the right: reading its configuration again, and stopping it.

use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Step};
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::reply::{OperReply, Reply};
use crate::text::Text;
use crate::work::{Work, WorkResult};

crate::args! {
    /// Has the configuration read again. A broken one changes nothing.
    /// Spec: <https://modern.ircdocs.horse/#rehash-message>
    Rehash {}
}

impl Command for Rehash {
    const NAME: &'static str = "REHASH";
    const SLASH: &'static [&'static str] = &["reload"];
    const SUMMARY: &'static str = "Has the server read its configuration again.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#rehash-message";
    const NEEDS: Needs = Needs::Right(Right::Reload);
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 100;

    fn decide(self, _: &Context<'_>) -> Result<Outcome, Refusal> {
        Ok(Outcome::wait(Work::Reload, |cx, result| match result {
            WorkResult::Reloaded(Ok(reloaded)) => {
                let act = Act::new(cx, "reload", reloaded.taken.join(", ")).event();
                Ok(Outcome::nothing().event(act).reply(Reply::Oper(OperReply::Reloaded(reloaded))))
            }
            WorkResult::Reloaded(Err(problem)) => Err(Refusal::ReloadFailed(problem)),
            WorkResult::Busy => Err(Refusal::TryAgain),
            _ => Err(Refusal::Internal),
        }))
    }
}

crate::args! {
    /// Stops the server.
    Die { reason: Option<Text> }
}

impl Command for Die {
    const NAME: &'static str = "DIE";
    const SLASH: &'static [&'static str] = &["stop-server"];
    const SUMMARY: &'static str = "Stops the server.";
    const SPEC: &'static str = "https://www.rfc-editor.org/rfc/rfc2812#section-4.3";
    const NEEDS: Needs = Needs::Right(Right::Stop);
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let act = Act::new(cx, "stop", "").why(self.reason.as_ref()).event();
        Ok(Outcome::nothing().event(act).step(Step::StopServer))
    }
}
