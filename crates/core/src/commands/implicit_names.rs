//! Whether who joins a channel is told who is there. Spec: <https://ircv3.net/specs/extensions/no-implicit-names>

use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::local::LocalChange;
use crate::refusal::Refusal;

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
