//! MARKREAD: up to where one has read a conversation.
//! Spec: <https://ircv3.net/specs/extensions/read-marker>

use compact_str::CompactString;

use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::conversation::Side;
use crate::event::Event;
use crate::history_point::Point;
use crate::ids::{ChannelId, Millis, Position};
use crate::local::LocalChange;
use crate::names::{ChannelName, Nick};
use crate::policy;
use crate::read_marker::{Buffer, Marked, Moved, ReadMarker};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::User;

crate::args! {
    /// Says up to when one has read a conversation, or asks for it.
    MarkRead { target: Word, time: Option<Word> }
}

impl Command for MarkRead {
    const NAME: &'static str = "MARKREAD";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str =
        "Says up to when you have read a conversation, to all your clients; or asks for it.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/read-marker#markread-command";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 3;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let Named { of, name } = named(cx, me, &self.target.0)?;
        let known = of.as_ref().and_then(|of| marker(cx, me, of));
        let Some(Word(time)) = self.time else {
            return Ok(Outcome::nothing().reply(told(name, known)));
        };
        let Ok(Point::Time(time)) = Point::parse(&time) else {
            return Err(Refusal::InvalidParam("time", time));
        };
        let of = of.ok_or_else(|| Refusal::InvalidParam("target", self.target.0))?;
        let known = known.unwrap_or_default();
        // Spec: <https://ircv3.net/specs/extensions/read-marker#implementation-considerations> (nobody has read what is not said yet)
        let time = time.min(cx.now);
        if time <= known.until() {
            return Ok(Outcome::nothing().reply(told(name, Some(known))));
        }
        let marker = ReadMarker { told: Some(time), ..known };
        Ok(match moved(cx, me, (of.clone(), name.clone()), marker) {
            // All of their sessions are shown that, this one, too.
            Some(moved) => Outcome::nothing().event(moved),
            None => {
                let max = cx.settings.limits.read_markers;
                let change = LocalChange::MarkedRead { of, marker, max };
                Outcome::nothing().local(change).reply(told(name, Some(marker)))
            }
        })
    }
}

/// A conversation that a marker is asked for.
struct Named {
    /// Nothing: there is nobody of that name.
    of: Option<Buffer>,
    name: CompactString,
}

/// Spec: <https://ircv3.net/specs/extensions/read-marker#markread-command> (a channel need not be there: the answer is of the
/// asker's own markers alone, and tells nothing of channels that are hidden)
fn named(cx: &Context<'_>, me: &User, raw: &str) -> Result<Named, Refusal> {
    if raw.starts_with('#') {
        let name =
            ChannelName::new(raw, cx.rules()).map_err(|_| Refusal::InvalidParam("target", raw.into()))?;
        let seen = cx.state.channel_by_key(&name.key()).filter(|it| policy::can_see(Some(me), it));
        let shown = seen.map_or(raw, |channel| channel.name.as_str());
        return Ok(Named { of: Some(Buffer::Channel(name.key())), name: shown.into() });
    }
    let nick = Nick::new(raw, cx.rules()).map_err(|_| Refusal::InvalidParam("target", raw.into()))?;
    if let Some(user) = cx.state.user_by_nick(&nick.key()) {
        let of = Buffer::With(Side::of(&user.source));
        return Ok(Named { of: Some(of), name: user.source.nick.as_str().into() });
    }
    let account = nick.as_account();
    let is_there = cx.state.accounts.contains_key(&account.key());
    Ok(Named { of: is_there.then(|| Buffer::with_account(&account)), name: raw.into() })
}

/// Up to where somebody has read.
fn marker(cx: &Context<'_>, who: &User, of: &Buffer) -> Option<ReadMarker> {
    match cx.state.account_of(&who.source) {
        Some(account) => account.read_markers.get(of).copied(),
        None => cx.local.read_marker(cx.session().ok()?.0, of),
    }
}

fn told(target: CompactString, marker: Option<ReadMarker>) -> Reply {
    Reply::Marked(marked(target, marker))
}

fn marked(target: CompactString, marker: Option<ReadMarker>) -> Marked {
    Marked { target, until: marker.map(|marker| marker.until()).filter(|until| *until > Millis(0)) }
}

/// That the marker of somebody's account is further. Guests have none to keep: theirs are their session's.
pub(super) fn moved(
    cx: &Context<'_>,
    who: &User,
    (of, name): (Buffer, CompactString),
    to: ReadMarker,
) -> Option<Event> {
    let account = who.source.account.clone()?;
    let max = u32::try_from(cx.settings.limits.read_markers).unwrap_or(u32::MAX);
    let ReadMarker { position, time, told } = to;
    let by = who.source.id;
    // Spec: <https://ircv3.net/specs/extensions/read-marker#markread-server-command> (all clients of the account are told)
    let others: Vec<_> =
        cx.state.census.people_of(&account).iter().filter(|id| **id != by).copied().collect();
    let others = Some(others).filter(|others| !others.is_empty());
    let moved = Some(Box::new(Moved { by, name, time, told, max, others }));
    Some(Event::ReadMarkerMoved { account, of, position, moved })
}

/// Remembers, for an account, that it has read a channel up to now because its person goes: not if a client tells by itself
/// what was read there.
pub(super) fn left(cx: &Context<'_>, who: &User, id: ChannelId) -> Option<Event> {
    let account = cx.state.account_of(&who.source)?;
    let name = &cx.state.channel(id)?.name;
    let of = Buffer::Channel(name.key());
    if account.read_markers.get(&of).is_some_and(|marker| marker.told.is_some()) {
        return None;
    }
    let to = ReadMarker { position: cx.state.position, time: cx.now, told: None };
    moved(cx, who, (of, name.as_str().into()), to)
}

/// Up to where the asker has read a channel that they are in now.
pub fn on_join(cx: &Context<'_>, id: ChannelId) -> Option<Marked> {
    let (me, channel) = (cx.me().ok()?, cx.state.channel(id)?);
    let marker = marker(cx, me, &Buffer::Channel(channel.name.key()));
    Some(marked(channel.name.as_str().into(), marker))
}

/// The place in a conversation after which somebody has not read it.
pub(super) fn unread(cx: &Context<'_>, who: &User, of: &Buffer) -> (Position, Option<Millis>) {
    let marker = cx.state.account_of(&who.source).and_then(|account| account.read_markers.get(of));
    marker.map_or((Position(0), None), |marker| (marker.position, marker.told))
}
