//! QUIT. Spec: <https://modern.ircdocs.horse/#quit-message>

use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome};
use crate::policy;
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
        // It is read in all of their channels.
        let is_heard = |words: &str| {
            let channels =
                cx.me_if_any().into_iter().flat_map(|me| me.channels.keys().map(move |id| (me, id)));
            let mut channels = channels.filter_map(|(me, id)| Some((me, cx.state.channel(*id)?)));
            channels.all(|(me, channel)| policy::may_add_words(cx, me, channel, words))
        };
        let reason = self.reason.filter(|reason| is_heard(reason.as_str()));
        let reason = reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        Ok(Outcome::nothing().close(CloseReason::Quit(reason)))
    }
}
