//! WALLOPS. Spec: <https://modern.ircdocs.horse/#wallops-message>

use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Step};
use crate::event::{Event, Kind};
use crate::modes::UserFlag;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
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
    const COST: u32 = 5;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        policy::text_fits(&me.source, "", Kind::Notice, self.text.as_str())?;
        let readers = cx.state.everybody().filter(|user| user.flags.contains(&UserFlag::Wallops));
        let to = readers.map(|user| user.source.id).collect();
        let act = Act::new(cx, "wallops", "*").why(Some(&self.text)).event();
        let said = Event::OpersTold { by: me.source.clone(), to, text: self.text };
        Ok(Outcome::nothing().event(act).step(Step::Ephemeral(said)))
    }
}
