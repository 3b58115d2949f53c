//! Mutes, for people: the entries behind them are those of MODE `+b m:…`.

use super::mode;
use crate::command::{Command, Context, Here, LogClass, Outcome, Somebody, Word};
use crate::event::Event;
use crate::extban::{self, Extban, Who};
use crate::mask::Mask;
use crate::modes::{ListMode, ModeChange};
use crate::policy;
use crate::refusal::Refusal;
use crate::state::{Channel, User};

crate::args! {
    /// Keeps somebody from speaking in a channel, for some time or until it is taken back.
    Mute { channel: Here, nick: Somebody, time: Option<Word> }
}

impl Command for Mute {
    const NAME: &'static str = "MUTE";
    const SLASH: &'static [&'static str] = &["mute"];
    const SUMMARY: &'static str = "Keeps somebody from speaking, for a time (10, 2h, 3d) if you say so.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (me, channel) = (cx.me()?, cx.here(&self.channel)?);
        policy::can_keep_order(me, channel)?;
        let other = cx.somebody(&self.nick)?;
        if channel.members.contains_key(&other.source.id) {
            policy::can_kick(me, channel, other)?;
        }
        let time = match self.time {
            None => String::new(),
            Some(word) => {
                let minutes = extban::minutes(&word.0).ok_or(Refusal::InvalidParam("time", word.0))?;
                format!("t:{minutes}:")
            }
        };
        let who = match &other.source.account {
            Some(account) => format!("a:{account}"),
            None => format!("{}!*@*", other.source.nick),
        };
        let mask = extban::canonical(&format!("{time}m:{who}"), cx.rules());
        let mask = mask.ok_or_else(|| Refusal::InvalidParam("nick", self.nick.raw.clone()))?;
        if mode::is_listed(channel, ListMode::Ban, &mask) {
            return Ok(Outcome::nothing().reply(crate::reply::Reply::Done));
        }
        mode::list_has_room(cx, channel, ListMode::Ban, 0)?;
        let changes = vec![ModeChange::List { on: true, list: ListMode::Ban, mask }];
        Ok(changed(me, channel, changes))
    }
}

crate::args! {
    /// Lets somebody speak again.
    Unmute { channel: Here, nick: Somebody }
}

impl Command for Unmute {
    const NAME: &'static str = "UNMUTE";
    const SLASH: &'static [&'static str] = &["unmute"];
    const SUMMARY: &'static str = "Lets somebody speak again.";
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (me, channel) = (cx.me()?, cx.here(&self.channel)?);
        policy::can_keep_order(me, channel)?;
        let account = cx.somebody(&self.nick).ok().and_then(|other| other.source.account.as_ref());
        let account = account.map(|account| account.key());
        let nick = self.nick.key.as_ref().map(|key| format!("{}!*@*", key.as_str()));
        let is_theirs = |mask: &&Mask| {
            let entry = Extban::read(mask);
            let whose = match entry.who {
                Who::Account(whose) => account.as_ref().is_some_and(|key| key.as_str() == whose),
                Who::Mask(pattern) => nick.as_deref() == Some(pattern),
                Who::Realname(_) | Who::Secure(_) | Who::Nobody => false,
            };
            entry.mutes && whose
        };
        let theirs = channel.list(ListMode::Ban).map(|(mask, _)| mask).filter(is_theirs);
        let lift = |mask: &Mask| ModeChange::List { on: false, list: ListMode::Ban, mask: mask.clone() };
        let changes: Vec<_> = theirs.map(lift).collect();
        if changes.is_empty() {
            return Err(Refusal::NotListed(channel.name.clone(), self.nick.raw));
        }
        Ok(Outcome::nothing().many(mode::changed_in_parts(me, channel, &changes)))
    }
}

fn changed(me: &User, channel: &Channel, changes: Vec<ModeChange>) -> Outcome {
    let (by, name) = (me.source.clone(), channel.name.clone());
    Outcome::nothing().event(Event::ModesChanged { by, channel: channel.id, name, changes })
}
