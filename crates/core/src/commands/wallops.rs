//! WALLOPS and OPERWALL. Spec: <https://modern.ircdocs.horse/#wallops-message>

use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Step};
use crate::event::{Event, Kind};
use crate::modes::UserFlag;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::state::User;
use crate::text::Text;

crate::args! {
    /// Says something to everybody who wants to read what operators have to say (`+w`).
    Wallops { text: Text }
}

impl Command for Wallops {
    const NAME: &'static str = "WALLOPS";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Says something to everybody who reads what operators say.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#wallops-message";
    const NEEDS: Needs = Needs::Right(Right::Alert);
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        told(cx, "wallops", self.text, |user| user.flags.contains(&UserFlag::Wallops))
    }
}

crate::args! {
    /// Says something to the operators of the server, and to nobody else.
    Operwall { text: Text }
}

impl Command for Operwall {
    const NAME: &'static str = "OPERWALL";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Says something to the operators of the server, and to nobody else.";
    const NEEDS: Needs = Needs::Right(Right::Alert);
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        told(cx, "operwall", self.text, |user| !policy::rights(cx.state, cx.settings, user).is_empty())
    }
}

/// Tells it to those people, and writes down that it was told.
fn told(
    cx: &Context<'_>,
    what: &str,
    text: Text,
    is_told: impl Fn(&User) -> bool,
) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    policy::text_fits(&me.source, "", Kind::Notice, text.as_str())?;
    let to = cx.state.everybody().filter(|user| is_told(user)).map(|user| user.source.id).collect();
    let act = Act::new(cx, what, "*").why(Some(&text)).event();
    let said = Event::OpersTold { by: me.source.clone(), to, text };
    Ok(Outcome::nothing().event(act).step(Step::Ephemeral(said)))
}
