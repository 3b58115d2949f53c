//! Giving and taking statuses, for people: `/op bob` is MODE `+o bob`. Several people at once are for MODE. `*` is who asks, who
//! also gets what the access list has for them.

use super::channel;
use crate::command::{Command, Context, Here, LogClass, Outcome, Somebody};
use crate::event::Event;
use crate::modes::{ModeChange, Status};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::{Channel, User};

macro_rules! status_commands {
    ($($(#[$doc:meta])* $command:ident $name:literal [$($slash:literal)?] $summary:literal => $decide:ident $status:ident;)*) => {$(
        crate::args! {
            $(#[$doc])*
            $command { channel: Here, nick: Somebody }
        }

        impl Command for $command {
            const NAME: &'static str = $name;
            const SLASH: &'static [&'static str] = &[$($slash)?];
            const SUMMARY: &'static str = $summary;
            const CLASS: LogClass = LogClass::Logged;
            const COST: u32 = 20;

            fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
                $decide(cx, &self.channel, &self.nick, Status::$status)
            }
        }
    )*};
}

status_commands! {
    /// Makes a member an operator of a channel.
    Op "OP" ["op"] "Makes a member an operator of the channel." => give OP;
    /// Makes an operator of a channel a member like others.
    Deop "DEOP" ["deop"] "Takes a member's operator status." => take OP;
    /// Makes a member a half-operator of a channel.
    Halfop "HALFOP" ["halfop"] "Makes a member a half-operator, who keeps order." => give HALFOP;
    /// Takes a member's half-operator status.
    Dehalfop "DEHALFOP" ["dehalfop"] "Takes a member's half-operator status." => take HALFOP;
    /// Lets a member speak where not everybody may.
    Voice "VOICE" ["voice"] "Lets a member speak where not everybody may." => give VOICE;
    /// Takes that back.
    Devoice "DEVOICE" ["devoice"] "Takes a member's voice." => take VOICE;
    /// Makes a member an owner of a channel, for as long as they are there.
    Owner "OWNER" [] "Makes a member an owner of the channel, for as long as they are there." => give OWNER;
    /// Takes that back.
    Deowner "DEOWNER" [] "Takes a member's owner status." => take OWNER;
    /// Makes a member an administrator of a channel, for as long as they are there.
    Protect "PROTECT" [] "Makes a member an administrator of the channel, for as long as they are there." => give ADMIN;
    /// Takes that back.
    Deprotect "DEPROTECT" [] "Takes a member's administrator status." => take ADMIN;
}

fn give(cx: &Context<'_>, channel: &Here, nick: &Somebody, status: Status) -> Result<Outcome, Refusal> {
    let (me, channel) = (cx.me()?, cx.here(channel)?);
    if is_asker(nick) && policy::member_status(me, channel)?.contains(status) {
        return Ok(Outcome::nothing().reply(Reply::Done));
    }
    if let Err(refusal) = policy::can_give(me, channel, status) {
        let standing = policy::standing(me.source.account.as_ref(), channel);
        return match is_asker(nick) {
            true if standing.at_least(status) => Ok(channel::given(cx, channel, me, status)),
            true if standing != Status::NONE => Err(Refusal::RankTooLow(channel.name.clone())),
            true if channel.registered.is_some() => Err(Refusal::NoAccess(channel.name.clone())),
            _ => Err(refusal),
        };
    }
    changed(me, channel, member(cx, channel, nick)?, (true, status))
}

fn take(cx: &Context<'_>, channel: &Here, nick: &Somebody, status: Status) -> Result<Outcome, Refusal> {
    let (me, channel) = (cx.me()?, cx.here(channel)?);
    policy::member_status(me, channel)?;
    let other = member(cx, channel, nick)?;
    if !is_asker(nick) || policy::member_status(me, channel)?.contains(status) {
        policy::can_take(me, channel, status, other)?;
    }
    changed(me, channel, other, (false, status))
}

fn is_asker(nick: &Somebody) -> bool {
    nick.raw == "*"
}

fn member<'a>(cx: &Context<'a>, channel: &Channel, nick: &Somebody) -> Result<&'a User, Refusal> {
    if is_asker(nick) { cx.me() } else { cx.member(channel, nick) }
}

/// The change, if it is one.
fn changed(
    me: &User,
    channel: &Channel,
    other: &User,
    (on, status): (bool, Status),
) -> Result<Outcome, Refusal> {
    if policy::member_status(other, channel)?.contains(status) == on {
        return Ok(Outcome::nothing().reply(Reply::Done));
    }
    let (user, nick) = (other.source.id, other.source.nick.clone());
    let changes = vec![ModeChange::Status { on, status, user, nick }];
    let (by, name) = (me.source.clone(), channel.name.clone());
    Ok(Outcome::nothing().event(Event::ModesChanged { by, channel: channel.id, name, changes }))
}
