//! Saying something, somewhere: what `/msg`, `/me`, `/whisper`, PRIVMSG and NOTICE have in common.

use crate::command::{Context, Outcome, Somebody, Spot};
use crate::event::{Event, Kind, Tag, Target};
use crate::modes::Status;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::Channel;
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
    policy::text_fits(&me.source, other.source.nick.as_str(), &text)?;
    let to = Target::User {
        id: other.source.id,
        nick: other.source.nick.clone(),
        account: other.source.account.clone(),
    };
    let said = Outcome::nothing().event(Event::Said { by: me.source.clone(), to, kind, text, tags });
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
