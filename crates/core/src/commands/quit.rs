//! QUIT. Spec: <https://modern.ircdocs.horse/#quit-message>

use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome};
use crate::refusal::Refusal;
use crate::text::Text;

crate::args! {
    /// Leaves. The presence ends with the session, if it was the person's last.
    Quit { reason: Option<Text> }
}

impl Command for Quit {
    const NAME: &'static str = "QUIT";
    const SLASH: &'static [&'static str] = &["quit"];
    const SUMMARY: &'static str = "Leaves the server.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#quit-message";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let reason = self.reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        Ok(Outcome::nothing().close(CloseReason::Quit(reason)))
    }
}
