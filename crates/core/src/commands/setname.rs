//! SETNAME. Spec: <https://ircv3.net/specs/extensions/setname>

use crate::command::{Command, Context, LogClass, Outcome};
use crate::event::Event;
use crate::policy;
use crate::refusal::Refusal;
use crate::text::Text;

crate::args! {
    /// Changes one's realname.
    Setname { realname: Text }
}

impl Command for Setname {
    const NAME: &'static str = "SETNAME";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Changes your realname.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/setname";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        if self.realname.len() > cx.settings.limits.realname_bytes {
            return Err(Refusal::InvalidParam("realname", self.realname.as_str().into()));
        }
        policy::may_be(cx, &me.source, self.realname.as_str())?;
        let (by, realname) = (me.source.clone(), self.realname.as_str().into());
        Ok(Outcome::nothing().event(Event::RealnameChanged { by, realname }))
    }
}
