//! AWAY. Spec: <https://modern.ircdocs.horse/#away-message>

use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::event::Event;
use crate::local::LocalChange;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::User;
use crate::text::Text;

crate::args! {
    /// Says that one is away, or without a message, back.
    Away { message: Option<Text> }
}

impl Command for Away {
    const NAME: &'static str = "AWAY";
    const SLASH: &'static [&'static str] = &["away"];
    const SUMMARY: &'static str = "Says that you are away; without a message, that you are back.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#away-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 2;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        changed(cx, cx.me()?, self.message)
    }
}

crate::args! {
    /// Says it before there is a presence; afterwards the same as `Away`.
    PreAway { message: Option<Text> }
}

/// Spec: <https://ircv3.net/specs/extensions/pre-away>
impl Command for PreAway {
    const NAME: &'static str = "PRE-AWAY";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Says that you are away, also before you have a nick.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/pre-away";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 2;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        match cx.me_if_any() {
            Some(me) => changed(cx, me, self.message),
            None => {
                let message = self.message.map(|message| message.cut(cx.settings.limits.away_bytes));
                let reply = reply(message.as_ref());
                Ok(Outcome::nothing().local(LocalChange::Away(message)).reply(reply))
            }
        }
    }
}

fn changed(cx: &Context<'_>, me: &User, message: Option<Text>) -> Result<Outcome, Refusal> {
    let message = message.map(|message| message.cut(cx.settings.limits.away_bytes));
    let reply = reply(message.as_ref());
    if me.away == message {
        return Ok(Outcome::nothing().reply(reply));
    }
    Ok(Outcome::nothing().event(Event::AwayChanged { by: me.source.clone(), message }).reply(reply))
}

fn reply(message: Option<&Text>) -> Reply {
    if message.is_some() { Reply::NowAway } else { Reply::NoLongerAway }
}
