//! How a presence begins and ends; commands and the engine share it.

use crate::command::{Context, Outcome};
use crate::event::{Event, Source};
use crate::ids::UserId;
use crate::local::{LocalChange, Registration, Session};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Question;
use crate::state::User;
use crate::text::Text;

/// Begins the presence of a session whose registration is `registration`, if that is complete; else
/// nothing happens yet.
///
/// # Errors
/// When the nick cannot be used any more.
pub fn begin(cx: &Context<'_>, session: &Session, registration: &Registration) -> Result<Outcome, Refusal> {
    let (Some(nick), Some(user)) = (&registration.nick, &registration.user) else {
        return Ok(Outcome::nothing());
    };
    if registration.held {
        return Ok(Outcome::nothing());
    }
    let account = registration.account.as_ref();
    let skeleton = policy::may_use_nick(cx.state, cx.settings, nick, None, account)?;
    let by = Source {
        id: UserId(cx.state.next_id(0)),
        nick: nick.clone(),
        user: user.clone(),
        host: session.info.host.clone(),
        account: account.cloned(),
    };
    let realname = registration.realname.clone().unwrap_or_else(|| nick.as_str().into());
    let id = by.id;
    let begun = Outcome::nothing().event(Event::Connected { by, skeleton, realname });
    Ok(begun.local(LocalChange::Bind(id)).ask(Question::Welcome))
}

/// The events of somebody's end: the quit, and the channels that it leaves empty.
pub fn end(cx: &Context<'_>, user: &User, reason: Option<Text>) -> Vec<Event> {
    let markers = user.channels.keys().filter_map(|id| super::leave::mark_read(cx, user, *id));
    let mut events: Vec<_> = markers.collect();
    events.push(Event::Quit { by: user.source.clone(), reason });
    events.extend(user.channels.keys().filter_map(|id| super::leave::drop_if_last(cx, *id)));
    events
}
