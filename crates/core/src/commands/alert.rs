//! Words to everybody, for those who look after the server.

use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::event::{Event, Kind};
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::text::Text;

crate::args! {
    /// Says something to everybody on the server.
    Alert { text: Text }
}

impl Command for Alert {
    const NAME: &'static str = "ALERT";
    const SLASH: &'static [&'static str] = &["alert"];
    const SUMMARY: &'static str =
        "Says something to everybody on the server, for moderators and administrators.";
    const NEEDS: Needs = Needs::Right(Right::Alert);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        policy::text_fits(&me.source, "", Kind::Notice, self.text.as_str())?;
        let act = Act::new(cx, "alert", "$*").why(Some(&self.text)).event();
        let alerted = Event::Alerted { by: me.source.clone(), text: self.text };
        Ok(Outcome::nothing().event(act).event(alerted).reply(Reply::AlertSent))
    }
}
