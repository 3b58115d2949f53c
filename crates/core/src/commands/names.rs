//! NAMES. Spec: <https://modern.ircdocs.horse/#names-message>

use crate::command::{Command, Context, Here, LogClass, Outcome};
use crate::refusal::Refusal;
use crate::reply::{NamesAsked, Question};

crate::args! {
    /// Lists who is in a channel.
    Names { channel: Here }
}

impl Command for Names {
    const NAME: &'static str = "NAMES";
    const SLASH: &'static [&'static str] = &["users", "who"];
    const SUMMARY: &'static str = "Lists who is in a channel.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#names-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 3;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let channel = cx.here(&self.channel)?;
        Ok(Outcome::nothing().ask(Question::Names(Box::new(NamesAsked::all(channel)))))
    }
}
