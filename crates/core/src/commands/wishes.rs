//! What a session wants of itself, as the capabilities that its client has say: each door asks for it in the client's place.

use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::local::{LocalChange, MetadataChange};
use crate::refusal::Refusal;

crate::args! {
    /// Asks to be told of no metadata any more.
    ForgetKeys {}
}

impl Command for ForgetKeys {
    const NAME: &'static str = "FORGET-KEYS";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Asks to be told of no metadata any more.";
    const SPEC: &'static str = "https://github.com/ircv3/ircv3-specifications/pull/613";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::NodeLocal;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        cx.session()?;
        Ok(Outcome::nothing().local(LocalChange::Metadata(MetadataChange::Forget)))
    }
}

crate::args! {
    /// Wants the names with each join (`on`), or only when it asks for them (`off`): then nobody looks for them.
    ImplicitNames { state: Word }
}

impl Command for ImplicitNames {
    const NAME: &'static str = "IMPLICIT-NAMES";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Chooses whether a join is answered with who is there.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/no-implicit-names";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::NodeLocal;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        cx.session()?;
        Ok(Outcome::nothing().local(LocalChange::ImplicitNames(self.state.0 == "on")))
    }
}

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
