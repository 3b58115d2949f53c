//! Saying something, somewhere: what `/msg`, `/me`, `/whisper`, PRIVMSG and NOTICE have in common.

use super::accept;
use super::knock::BETWEEN_CALLS_MS;
use crate::command::{Context, Outcome, Somebody, Spot, Step};
use crate::event::{Event, Kind, Tag, Target};
use crate::local::LocalChange;
use crate::modes::Status;
use crate::policy;
use crate::refusal::{Refusal, Told};
use crate::reply::Reply;
use crate::state::{Channel, User};
use crate::text::Text;

/// Says `text` in a channel.
///
/// # Errors
/// When there is no such channel, the person may not speak there, or the text does not fit.
pub fn in_channel(
    cx: &Context<'_>,
    spot: &Spot,
    kind: Kind,
    text: Text,
    tags: Vec<Tag>,
) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    let channel = cx.here(&spot.here)?;
    policy::can_speak(cx.settings, me, channel)?;
    let to = target(channel, spot.least);
    policy::text_fits(&me.source, &to.address(), &text)?;
    Ok(Outcome::nothing().event(Event::Said { by: me.source.clone(), to, kind, text, tags }))
}

/// A channel as a target: all of it, or members with a status.
pub fn target(channel: &Channel, least: Option<Status>) -> Target {
    let (id, name) = (channel.id, channel.name.clone());
    match least {
        Some(least) => Target::Statuses { id, name, least },
        None => Target::Channel { id, name },
    }
}

/// Says `text` to one person.
///
/// # Errors
/// When nobody is called that, or the text does not fit.
pub fn in_private(
    cx: &Context<'_>,
    nick: &Somebody,
    kind: Kind,
    text: Text,
    tags: Vec<Tag>,
) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    let other = cx.somebody(nick)?;
    if let Err(refusal) = policy::can_write_to(me, other, told_of_call(cx)) {
        return Ok(kept_out(cx, me, other, refusal));
    }
    policy::text_fits(&me.source, other.source.nick.as_str(), &text)?;
    let to = Target::User {
        id: other.source.id,
        nick: other.source.nick.clone(),
        account: other.source.account.clone(),
    };
    let said = Outcome::nothing().events(accept::by_writing(cx, me, other)).event(Event::Said {
        by: me.source.clone(),
        to,
        kind,
        text,
        tags,
    });
    if kind == Kind::Notice {
        return Ok(said);
    }
    let nick = other.source.nick.clone();
    let told = said.reply(Reply::Delivered { nick: nick.clone() });
    Ok(match &other.away {
        Some(message) => told.reply(Reply::Away { nick, message: message.clone() }),
        None => told,
    })
}

/// Whether somebody whom the asker calls now is told of it: one call a minute is.
fn told_of_call(cx: &Context<'_>) -> Told {
    let last = cx.session().ok().and_then(|(_, session)| session.called);
    match last {
        Some(last) if cx.now.0 < last.0 + BETWEEN_CALLS_MS => Told::No,
        _ => Told::Yes,
    }
}

/// Words that are not let in. Who keeps strangers out is told who called.
fn kept_out(cx: &Context<'_>, me: &User, other: &User, refusal: Refusal) -> Outcome {
    let outcome = match refusal {
        Refusal::CallerNotAccepted(_, Told::Yes) => {
            let called = Event::Called { by: me.source.clone(), target: other.source.clone() };
            Outcome::nothing().local(LocalChange::Called(cx.now)).step(Step::Ephemeral(called))
        }
        _ => Outcome::nothing(),
    };
    outcome.refuse(refusal)
}
