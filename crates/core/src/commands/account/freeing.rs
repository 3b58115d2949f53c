//! GHOST and REGAIN: a nick of the account's comes back to its owner.

use super::answered;
use crate::command::{CloseReason, Command, Context, LogClass, Outcome, Somebody, Step};
use crate::commands::{login, nick, presence};
use crate::event::Event;
use crate::names;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::state::User;

crate::args! {
    /// Closes the connections of who bears the account's nick, or is logged in to the account.
    Ghost { nick: Somebody }
}

impl Command for Ghost {
    const NAME: &'static str = "GHOST";
    const SLASH: &'static [&'static str] = &["ghost"];
    const SUMMARY: &'static str = "Closes old connections of yours that have your nick.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let Some(other) = bearer(cx, &self.nick)? else { return called(cx) };
        let (by, nick) = (cx.me()?.source.nick.clone(), other.source.nick.clone());
        let close = CloseReason::Killed(Box::new(by), None);
        let ended = Outcome::nothing().many(presence::end(cx, other, close.as_quit_reason()));
        Ok(answered(ended, AccountAnswer::Freed(nick)).step(Step::CloseUser(other.source.id, close)))
    }
}

crate::args! {
    /// Takes the account's nick: from who bears it, who gets another, or as it is if nobody does.
    Regain { nick: names::Nick }
}

impl Command for Regain {
    const NAME: &'static str = "REGAIN";
    const SLASH: &'static [&'static str] = &["regain"];
    const SUMMARY: &'static str = "Takes your nick, also from who has it.";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = login::account(cx).ok_or(Refusal::NotLoggedIn)?;
        let me = cx.me()?;
        let key = self.nick.key();
        if cx.state.user_by_nick(&key).is_none() {
            if !self.nick.as_account().is(account) {
                return Err(Refusal::NotYourNick(self.nick));
            }
            let answer = AccountAnswer::Called(self.nick.clone());
            return Ok(answered(nick::changed(cx, me, self.nick)?, answer));
        }
        let wanted = Somebody { raw: self.nick.as_str().into(), key: Some(key) };
        let Some(other) = bearer(cx, &wanted)? else { return called(cx) };
        policy::may_change_nick(cx, me)?;
        let freed = nick::as_guest(cx, other.source.clone());
        let by = me.source.clone();
        policy::may_be(cx, &by.but(|who| who.nick = self.nick.clone()), &me.realname)?;
        let skeleton = other.skeleton.clone();
        let nick = other.source.nick.clone();
        let channels = presence::places(cx, by.id);
        let taken = Event::NickChanged { by, nick: nick.clone(), skeleton, channels };
        Ok(answered(Outcome::nothing().event(freed).event(taken), AccountAnswer::Freed(nick)))
    }
}

/// Who has a nick that is the asker's. Nothing: they have it themselves.
fn bearer<'a>(cx: &Context<'a>, nick: &Somebody) -> Result<Option<&'a User>, Refusal> {
    let (me, other) = (cx.me()?, cx.somebody(nick)?);
    policy::can_free(cx, other)?;
    Ok((other.source.id != me.source.id).then_some(other))
}

/// There is nothing to do: they have what they ask for.
fn called(cx: &Context<'_>) -> Result<Outcome, Refusal> {
    Ok(answered(Outcome::nothing(), AccountAnswer::Called(cx.me()?.source.nick.clone())))
}
