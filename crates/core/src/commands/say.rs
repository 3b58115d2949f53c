//! Saying something, somewhere: what `/msg`, `/me`, `/whisper`, PRIVMSG and NOTICE have in common.

use super::knock::BETWEEN_CALLS_MS;
use super::{accept, mode};
use crate::command::{Context, Outcome, Somebody, Spot, Step};
use crate::event::{Event, Kind, Tag, Target};
use crate::extban;
use crate::lines::{BadBatch, Words};
use crate::local::LocalChange;
use crate::modes::{ListMode, ModeChange, Pace, Penalty};
use crate::policy;
use crate::refusal::{Refusal, Told};
use crate::reply::Reply;
use crate::state::{Channel, User};

/// Says something in a channel.
///
/// # Errors
/// When there is no such channel, the person may not speak there, or the text does not fit.
pub fn in_channel(
    cx: &Context<'_>,
    spot: &Spot,
    kind: Kind,
    words: Words,
    tags: Vec<Tag>,
) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    let channel = cx.here(&spot.here)?;
    let to = policy::target(cx, me, channel, spot.least)?;
    words.each().try_for_each(|line| policy::fits_channel(channel, kind, line))?;
    fits(me, &to.address(), kind, &words)?;
    let paced = match policy::pace(cx, me, channel, words.each().count()) {
        Ok(None) => Outcome::nothing(),
        Ok(Some(until)) => {
            Outcome::nothing().local(LocalChange::Spoke { channel: channel.id, until, now: cx.now })
        }
        Err((pace, wait)) => return Ok(too_fast(cx, me, channel, (pace, wait))),
    };
    let tags = cx.settings.denied_tags.passing(tags);
    let Words { text, lines } = words;
    Ok(paced.event(Event::Said { by: me.source.clone(), to, kind, text, tags, lines }))
}

/// Whether each line fits where it goes.
fn fits(me: &User, target: &str, kind: Kind, words: &Words) -> Result<(), Refusal> {
    let mut lines = words.each();
    match lines.try_for_each(|line| policy::text_fits(&me.source, target, kind, line)) {
        // Spec: <https://ircv3.net/specs/extensions/multiline#errors> (any other error)
        Err(Refusal::TextTooLong(_)) if words.lines.is_some() => Err(BadBatch::Invalid.into()),
        other => other,
    }
}

/// Minutes that who speaks too fast is muted, where that is the penalty.
const MUTED_MINUTES: u32 = 10;

/// The refusal of words that come too fast, and what goes with it.
fn too_fast(cx: &Context<'_>, me: &User, channel: &Channel, (pace, wait): (Pace, u64)) -> Outcome {
    let refusal = Refusal::TooFast(channel.name.clone(), wait.div_ceil(1_000));
    let who = match &me.source.account {
        Some(account) => format!("a:{account}"),
        None => format!("*!*@{}", me.source.host),
    };
    let mask = extban::canonical(&format!("t:{MUTED_MINUTES}:m:{who}"), cx.rules());
    let mask = mask.filter(|mask| {
        let list = ListMode::Ban;
        pace.penalty == Penalty::Mute
            && !mode::is_listed(channel, list, mask)
            && mode::list_has_room(cx, channel, list, 0).is_ok()
    });
    let muted = mask.map(|mask| Event::ModesSet {
        server: cx.settings.server.clone(),
        channel: channel.id,
        name: channel.name.clone(),
        changes: vec![ModeChange::List { on: true, list: ListMode::Ban, mask }],
    });
    Outcome::nothing().events(muted).refuse(refusal)
}

/// Says something to one person.
///
/// # Errors
/// When nobody is called that, or the text does not fit.
pub fn in_private(
    cx: &Context<'_>,
    nick: &Somebody,
    kind: Kind,
    words: Words,
    tags: Vec<Tag>,
) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    policy::may_whisper(cx.state, me)?;
    let other = cx.somebody(nick)?;
    let tags = cx.settings.denied_tags.passing(tags);
    let answerable = || Outcome::nothing().events(accept::by_writing(cx, me, other));
    if policy::is_silenced(cx.settings, me, other) {
        fits(me, other.source.nick.as_str(), kind, &words)?;
        return Ok(answerable().and(unheard(me, other, kind, words, tags)));
    }
    if let Err(refusal) = policy::can_write_to(me, other, || told_of_call(cx)) {
        return Ok(kept_out(cx, me, other, refusal));
    }
    words.each().try_for_each(|line| policy::fits_reader(other, kind, line))?;
    fits(me, other.source.nick.as_str(), kind, &words)?;
    let to = Target::person(&other.source);
    let Words { text, lines } = words;
    let said = answerable().event(Event::Said { by: me.source.clone(), to, kind, text, tags, lines });
    Ok(away(other, kind).into_iter().fold(said, Outcome::reply))
}

/// Words that somebody does not want to hear. Nobody is told that they are not heard: they are shown what they said, but without an
/// id, because nobody could find it.
/// Spec: <https://ircv3.net/specs/extensions/echo-message> (a faked message)
fn unheard(me: &User, other: &User, kind: Kind, Words { text, lines }: Words, tags: Vec<Tag>) -> Outcome {
    let to = Target::unheard(&other.source);
    let said = Event::Said { by: me.source.clone(), to, kind, text, tags, lines };
    away(other, kind).into_iter().fold(Outcome::nothing().step(Step::Ephemeral(said)), Outcome::reply)
}

/// What who writes to somebody is told if they are away.
fn away(other: &User, kind: Kind) -> Option<Reply> {
    let message = other.away.as_ref().filter(|_| kind != Kind::Notice)?;
    Some(Reply::Away { nick: other.source.nick.clone(), message: message.as_ref().clone() })
}

/// Whether somebody whom the asker calls now is told of it: one call a minute is.
fn told_of_call(cx: &Context<'_>) -> Told {
    let last = cx.session().ok().and_then(|(_, session)| session.done.called);
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
