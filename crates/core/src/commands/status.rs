//! Giving and taking statuses, for people: `/op bob` is MODE `+o bob`. Several people at once are for MODE.

use crate::command::{Command, Context, Here, LogClass, Outcome, Somebody};
use crate::event::Event;
use crate::modes::{ModeChange, Status};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::{Channel, User};

macro_rules! status_commands {
    ($($(#[$doc:meta])* $command:ident $name:literal $slash:literal $summary:literal => $decide:ident $status:ident;)*) => {$(
        crate::args! {
            $(#[$doc])*
            $command { channel: Here, nick: Somebody }
        }

        impl Command for $command {
            const NAME: &'static str = $name;
            const SLASH: &'static [&'static str] = &[$slash];
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
    Op "OP" "op" "Makes a member an operator of the channel." => give OP;
    /// Makes an operator of a channel a member like others.
    Deop "DEOP" "deop" "Takes a member's operator status." => take OP;
    /// Makes a member a half-operator of a channel.
    Halfop "HALFOP" "halfop" "Makes a member a half-operator, who keeps order." => give HALFOP;
    /// Takes a member's half-operator status.
    Dehalfop "DEHALFOP" "dehalfop" "Takes a member's half-operator status." => take HALFOP;
    /// Lets a member speak where not everybody may.
    Voice "VOICE" "voice" "Lets a member speak where not everybody may." => give VOICE;
    /// Takes that back.
    Devoice "DEVOICE" "devoice" "Takes a member's voice." => take VOICE;
}

fn give(cx: &Context<'_>, channel: &Here, nick: &Somebody, status: Status) -> Result<Outcome, Refusal> {
    let (me, channel) = (cx.me()?, cx.here(channel)?);
    policy::can_give(me, channel, status)?;
    let other = cx.member(channel, nick)?;
    changed(me, channel, other, (true, status))
}

fn take(cx: &Context<'_>, channel: &Here, nick: &Somebody, status: Status) -> Result<Outcome, Refusal> {
    let (me, channel) = (cx.me()?, cx.here(channel)?);
    policy::member_status(me, channel)?;
    let other = cx.member(channel, nick)?;
    policy::can_take(me, channel, status, other)?;
    changed(me, channel, other, (false, status))
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
