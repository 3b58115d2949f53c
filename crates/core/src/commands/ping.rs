//! PING. Spec: <https://modern.ircdocs.horse/#ping-message>

use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::text::Text;

crate::args! {
    /// Asks for a sign of life. Its answer comes after everything that was asked before.
    Ping { token: Option<Text> }
}

impl Command for Ping {
    const NAME: &'static str = "PING";
    const SLASH: &'static [&'static str] = &["ping"];
    const SUMMARY: &'static str = "Asks the server for a sign of life.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#ping-message";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Nothing;

    fn decide(self, _: &Context<'_>) -> Result<Outcome, Refusal> {
        let token = self.token.map(|token| token.as_str().into()).unwrap_or_default();
        Ok(Outcome::nothing().reply(Reply::Pong(token)))
    }
}
