//! Whether who comes back is shown what happened with what was said.
//! Spec: <https://ircv3.net/specs/extensions/chathistory#event-playback>

use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::local::LocalChange;
use crate::refusal::Refusal;

crate::args! {
    /// Reads who came and went, topics and modes as well (`on`), or words alone (`off`).
    EventPlayback { state: Word }
}

impl Command for EventPlayback {
    const NAME: &'static str = "EVENT-PLAYBACK";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Chooses whether what happened is shown with what was missed.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/chathistory#event-playback";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::NodeLocal;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        cx.session()?;
        Ok(Outcome::nothing().local(LocalChange::EventPlayback(self.state.0 == "on")))
    }
}
