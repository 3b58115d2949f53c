//! Bans, for people: the masks behind them are those of MODE `+b`.

use super::{kick, mode, server_ban};
use crate::audit::Act;
use crate::command::{Command, Context, Here, LogClass, Outcome, Somebody, Word};
use crate::event::Event;
use crate::extban::{self, Extban};
use crate::mask::Mask;
use crate::modes::{ListMode, ModeChange};
use crate::names::Nick;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::span;
use crate::state::{Channel, User};
use crate::text::Text;

crate::args! {
    /// Keeps a nick, or a `nick!user@host` mask, out of a channel, and removes the member of that nick. The reason may begin with a
    /// time (`2h`).
    Ban { channel: Here, nick: Word, reason: Option<Text> }
}

impl Command for Ban {
    const NAME: &'static str = "BAN";
    const SLASH: &'static [&'static str] = &["ban"];
    const SUMMARY: &'static str = "Keeps somebody out of a channel: a nick, or a nick!user@host mask; for a time (2h, 1d12h) if the reason begins with one.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let channel = cx.here(&self.channel)?;
        policy::can_keep_order(me, channel)?;
        let raw = self.nick.0;
        let (span_s, reason) = server_ban::terms(self.reason);
        let minutes = span_s.map(|seconds| extban::minutes_of(seconds).ok_or(seconds)).transpose();
        let minutes =
            minutes.map_err(|seconds| Refusal::InvalidParam("time", span::words(seconds).into()))?;
        let timed = minutes.map(|minutes| format!("t:{minutes}:")).unwrap_or_default();
        let mask = extban::canonical(&format!("{timed}{raw}"), cx.rules());
        let mask = mask.ok_or_else(|| Refusal::InvalidParam("mask", raw.clone()))?;
        let key = Nick::new(&raw, cx.rules()).ok().map(|nick| nick.key());
        let other = cx.somebody(&Somebody { raw, key }).ok();
        let member = other.filter(|other| channel.members.contains_key(&other.source.id));
        if let Some(other) = member {
            policy::can_kick(me, channel, other)?;
        }
        let mut outcome = Outcome::nothing();
        if !mode::is_listed(channel, ListMode::Ban, &mask) {
            mode::list_has_room(cx, channel, ListMode::Ban, 0)?;
            // Why somebody is kicked the trail has from the kick.
            let why = reason.clone().filter(|_| member.is_none());
            let why = why.map(|why| why.cut(cx.settings.limits.kick_bytes));
            outcome = outcome.events(why.map(|why| act(cx, me, channel, (&mask, &why))));
            outcome = outcome.event(Event::ModesChanged {
                by: me.source.clone(),
                channel: channel.id,
                name: channel.name.clone(),
                changes: vec![ModeChange::List { on: true, list: ListMode::Ban, mask }],
            });
        }
        match member {
            Some(other) => Ok(outcome.events(kick::events(cx, me, channel, other, reason))),
            None => Ok(outcome.reply(Reply::Done)),
        }
    }
}

/// The line of the audit trail for a ban with a reason.
fn act(cx: &Context<'_>, me: &User, channel: &Channel, (mask, why): (&Mask, &Text)) -> Event {
    let status = channel.status(me.source.id).unwrap_or_default();
    let act = Act::there(cx, "channel-mode", channel.name.as_str(), (channel, status)).why(Some(why));
    act.change(format!("-b {}", mask.as_str()), format!("+b {}", mask.as_str())).event()
}

crate::args! {
    /// Lets somebody in again: takes back the ban of that nick or mask, and whatever else keeps out who has that nick now.
    Unban { channel: Here, nick: Word }
}

impl Command for Unban {
    const NAME: &'static str = "UNBAN";
    const SLASH: &'static [&'static str] = &["unban"];
    const SUMMARY: &'static str = "Takes a ban back: that of a mask, or all that keep out who has a nick.";
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let channel = cx.here(&self.channel)?;
        policy::can_keep_order(me, channel)?;
        let raw = self.nick.0;
        let mask =
            extban::canonical(&raw, cx.rules()).ok_or_else(|| Refusal::InvalidParam("mask", raw.clone()))?;
        let name = channel.name.clone();
        // For however long it was meant.
        let meant = Extban { minutes: None, ..Extban::read(&mask) };
        let is_meant =
            |entry: &Mask| *entry == mask || Extban { minutes: None, ..Extban::read(entry) } == meant;
        let key = Nick::new(&raw, cx.rules()).ok().map(|nick| nick.key());
        let other = cx.somebody(&Somebody { raw: raw.clone(), key }).ok();
        let covers = |entry: &Mask| other.is_some_and(|other| policy::is_kept_out_by(cx, other, entry));
        let entries = channel.list(ListMode::Ban).map(|(entry, _)| entry);
        let entries = entries.filter(|entry| is_meant(entry) || covers(entry));
        let lift = |mask: &Mask| ModeChange::List { on: false, list: ListMode::Ban, mask: mask.clone() };
        let changes: Vec<_> = entries.map(lift).collect();
        if changes.is_empty() {
            return Err(Refusal::NotListed(name, raw));
        }
        let lifted = mode::changed_in_parts(me, channel, &changes);
        Ok(Outcome::nothing().many(lifted).reply(Reply::Unbanned { channel: name, mask }))
    }
}
