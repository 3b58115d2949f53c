//! AWAY. Spec: <https://modern.ircdocs.horse/#away-message>

use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::event::Event;
use crate::ids::{SessionId, UserId};
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
    const COST: u32 = 20;

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
    const COST: u32 = 20;

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
    let (session, _) = cx.session()?;
    let shown = match &message {
        Some(_) => of_sessions(cx, me.source.id, Some((session, &message))),
        None => None,
    };
    let outcome = Outcome::nothing().local(LocalChange::Away(message));
    if me.away.as_deref() == shown.as_ref() {
        return Ok(outcome.reply(reply));
    }
    Ok(outcome.event(Event::AwayChanged { by: me.source.clone(), message: shown }).reply(reply))
}

/// What others see of somebody's being away, which they are when all of their sessions are; `said` is what one of
/// them says now. Words count before the `*` of a session that nobody looks at.
/// Spec: <https://ircv3.net/specs/extensions/pre-away>
pub fn of_sessions(cx: &Context<'_>, user: UserId, said: Option<(SessionId, &Option<Text>)>) -> Option<Text> {
    let mut shown = None;
    for id in cx.local.sessions_of(user) {
        let now = said.filter(|(session, _)| *session == id).map(|(_, message)| message.as_ref());
        let message = now.unwrap_or_else(|| cx.local.away(id))?;
        let is_better = now.is_some() || shown.is_none_or(is_unattended);
        if shown.is_none() || (is_better && !is_unattended(message)) {
            shown = Some(message);
        }
    }
    shown.cloned()
}

pub(super) fn is_unattended(message: &Text) -> bool {
    message.as_str() == "*"
}

fn reply(message: Option<&Text>) -> Reply {
    if message.is_some() { Reply::NowAway } else { Reply::NoLongerAway }
}
