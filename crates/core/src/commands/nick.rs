//! NICK. Spec: <https://modern.ircdocs.horse/#nick-message>

use super::presence;
use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::event::{Event, Source};
use crate::local::{LocalChange, Session};
use crate::names::{self, AccountName, Skeleton};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{AccountAnswer, Reply};
use crate::state::User;

crate::args! {
    /// Takes a nick: the first begins the presence, a later one changes it.
    Nick { nick: names::Nick }
}

impl Command for Nick {
    const NAME: &'static str = "NICK";
    const SLASH: &'static [&'static str] = &["nick"];
    const SUMMARY: &'static str = "Takes a nick, or changes yours.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#nick-message";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (_, session) = cx.session()?;
        match cx.me_if_any() {
            Some(me) => {
                if me.source.nick == self.nick {
                    return Ok(Outcome::nothing());
                }
                changed(cx, me, self.nick)
            }
            None => {
                let account = session.registration().account.as_ref();
                match policy::may_use_nick(cx.state, cx.settings, &self.nick, None, account) {
                    // Its owner may be about to log in; it is looked at again when registration goes on.
                    Err(Refusal::NicknameReserved(_)) if session.registration().held => {}
                    // So may be whose it is already, from another session.
                    Err(Refusal::NicknameInUse(_)) if is_own(cx, &self.nick, session) => {}
                    other => drop(other?),
                }
                let mut registration = session.registration().clone();
                registration.nick = Some(self.nick.clone());
                let named = LocalChange::Nick(Some(self.nick));
                Ok(presence::begin(cx, session, &registration)?.local_first(named))
            }
        }
    }
}

/// That somebody who is here is called something else by their own wish.
///
/// # Errors
/// Those of [`policy::may_use_nick`], [`policy::may_change_nick`], [`policy::may_be`].
pub(super) fn changed(cx: &Context<'_>, me: &User, nick: names::Nick) -> Result<Outcome, Refusal> {
    let account = me.source.account.as_ref();
    let skeleton = policy::may_use_nick(cx.state, cx.settings, &nick, Some(me), account)?;
    policy::may_change_nick(cx, me)?;
    let by = me.source.clone();
    policy::may_be(cx, &by.but(|who| who.nick = nick.clone()), &me.realname)?;
    let borrowed = borrowed(cx, &skeleton, account);
    let channels = presence::places(cx, by.id);
    Ok(Outcome::nothing().event(Event::NickChanged { by, nick, skeleton, channels }).and(borrowed))
}

/// Whether somebody who connects can be who is here by that nick: they are logged in to the same account, or may still do it.
fn is_own(cx: &Context<'_>, nick: &names::Nick, session: &Session) -> bool {
    let registration = session.registration();
    match &registration.account {
        None => registration.held && policy::shared(cx, nick).is_some(),
        account => policy::own(cx, nick, account.as_ref()).is_some(),
    }
}

/// What follows for who bears a nick of an account's that they are not logged in to: they are told, and lose it in a while.
pub(super) fn borrowed(cx: &Context<'_>, skeleton: &Skeleton, account: Option<&AccountName>) -> Outcome {
    let seconds =
        cx.settings.accounts.nick_grace_s.filter(|_| policy::is_others(cx.state, skeleton, account));
    let Some(seconds) = seconds else { return Outcome::nothing() };
    let begun = cx.me_if_any().and_then(|me| cx.local.lent_nicks.end_of(me.source.id));
    let until = begun.unwrap_or_else(|| cx.now.plus_s(seconds));
    let seconds = until.0.saturating_sub(cx.now.0) / 1_000;
    let lent = Outcome::nothing().local(LocalChange::NickLent { until });
    lent.reply(Reply::Account(Box::new(AccountAnswer::NickLent { seconds })))
}

/// Somebody's time with a nick of another's account is over: what they are called then, if it is still such a nick.
pub fn returned(cx: &Context<'_>, user: &User) -> Option<Event> {
    let is_others = policy::is_others(cx.state, &user.skeleton, user.source.account.as_ref());
    is_others.then(|| as_guest(cx, user.source.clone()))
}

/// That somebody is called a guest from now on: `Guest` and their number.
pub(super) fn as_guest(cx: &Context<'_>, by: Source) -> Event {
    let base = format!("Guest{}", by.id);
    let suffixes = std::iter::once(String::new()).chain((1..).map(|n: u64| format!("-{n}")));
    let named = suffixes.filter_map(|suffix| names::Nick::new(&format!("{base}{suffix}"), cx.rules()).ok());
    // Nobody has an account: what is an account's is not a guest's.
    let mut free = named.filter_map(|nick| {
        let skeleton = policy::may_use_nick(cx.state, cx.settings, &nick, None, None).ok()?;
        policy::owner_of(cx.state, &skeleton).is_none().then_some((nick, skeleton))
    });
    let (nick, skeleton) = free.next().expect("there are more names than people and accounts");
    let channels = presence::places(cx, by.id);
    Event::NickChanged { by, nick, skeleton, channels }
}
