//! Whether somebody is told of metadata at all.

use crate::command::{Command, Context, LogClass, Needs, Outcome};
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
