//! SESSIONS: the connections that are logged in to an account, shown to its owner and ended by them.

use super::{answered, named};
use crate::audit::Act;
use crate::command::{Actor, CloseReason, Command, Context, LogClass, Outcome, Step, Word};
use crate::commands::login;
use crate::ids::SessionId;
use crate::local::{Login, LoginBy, Session};
use crate::names::{AccountName, Nick};
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{AccountAnswer, SessionRow};
use crate::state::Account;

crate::args! {
    /// Lists sessions (`list [account]`), or ends them: one, or all but the one that asks (`end s-2f`, `end all`; of another account
    /// with its name at the end).
    Sessions { action: Option<Word>, session: Option<Word>, account: Option<Word> }
}

impl Command for Sessions {
    const NAME: &'static str = "SESSIONS";
    const SLASH: &'static [&'static str] = &["sessions"];
    const SUMMARY: &'static str = "Lists the connections that are logged in to your account, or ends them: end ID, end all (the others).";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let action = self.action.map_or_else(|| "list".to_owned(), |word| word.0.to_lowercase().into());
        match action.as_str() {
            "list" => {
                let account = theirs(cx, self.session)?;
                Ok(answered(Outcome::nothing(), AccountAnswer::Sessions(rows(cx, account))))
            }
            "end" => {
                let session = self.session.ok_or(Refusal::NeedMoreParams("session"))?;
                end(cx, theirs(cx, self.account)?, session)
            }
            _ => Err(Refusal::InvalidParam("action", action.into())),
        }
    }
}

/// The account that is meant, if the asker may: their own, or the one of that name or of who is here by that nick.
fn theirs<'a>(cx: &Context<'a>, named_as: Option<Word>) -> Result<&'a Account, Refusal> {
    let own = login::account(cx);
    let account = match named_as {
        None => named(cx, own.ok_or(Refusal::NotLoggedIn)?)?,
        Some(Word(raw)) => {
            let found = of_name(cx, &raw);
            // Who may not ask learns nothing of which accounts there are.
            let is_own = found.zip(own).is_some_and(|(account, own)| account.name.is(own));
            if !is_own {
                policy::can(cx, Right::Accounts)?;
            }
            found.ok_or(Refusal::NoSuchAccount(raw))?
        }
    };
    policy::can_end_sessions(cx, own, account)?;
    Ok(account)
}

fn of_name<'a>(cx: &Context<'a>, raw: &str) -> Option<&'a Account> {
    let account = AccountName::new(raw, cx.rules()).ok().and_then(|name| cx.state.accounts.get(&name.key()));
    account.or_else(|| {
        let nick = Nick::new(raw, cx.rules()).ok()?;
        cx.state.account_of(&cx.state.user_by_nick(&nick.key())?.source)
    })
}

/// The sessions of an account: the asker's first, then by the names of their clients and their nicks.
fn rows(cx: &Context<'_>, account: &Account) -> Vec<SessionRow> {
    let asker = cx.session().ok().map(|(id, _)| id);
    let is_own = login::account(cx).is_some_and(|own| own.is(&account.name));
    let shows_address = is_own || policy::can(cx, Right::SeeHosts).is_ok();
    let ids = policy::sessions_of_account(cx, &account.name).into_iter();
    let mut rows: Vec<_> = ids
        .filter_map(|id| {
            let session = cx.local.get(id)?;
            let user = session.user.and_then(|user| cx.state.user(user));
            let login = login_to(cx, session, &account.name);
            Some(SessionRow {
                id,
                is_own: Some(id) == asker,
                nick: user.map(|user| user.source.nick.clone()),
                client: cx.local.client(id).cloned(),
                door: session.info.door,
                is_web: session.info.is_web,
                link: session.info.link,
                address: shows_address.then(|| session.way()),
                login: login.map(|login| (login.by.clone(), login.at)),
            })
        })
        .collect();
    rows.sort_by_cached_key(|row| {
        let nick = row.nick.as_ref().map(ToString::to_string);
        (!row.is_own, row.client.clone(), nick, row.id)
    });
    rows
}

/// Ends one of the sessions, or all but the one that asks.
fn end(cx: &Context<'_>, account: &Account, session: Word) -> Result<Outcome, Refusal> {
    let asker = cx.session().ok().map(|(id, _)| id);
    let mut ended = policy::sessions_of_account(cx, &account.name);
    if session.0.eq_ignore_ascii_case("all") {
        ended.retain(|id| Some(*id) != asker);
    } else {
        let wanted = SessionId::parse(&session.0);
        ended.retain(|id| Some(*id) == wanted);
        if ended.is_empty() {
            return Err(Refusal::NoSuchCredential(session.0));
        }
    }
    let is_own = login::account(cx).is_some_and(|own| own.is(&account.name));
    let act = Act::new(cx, "sessions-end", account.name.as_str()).change("", ended.len().to_string());
    let outcome = Outcome::nothing().events((!is_own).then(|| act.event()));
    let outcome = answered(outcome, AccountAnswer::SessionsEnded(ended.len()));
    Ok(outcome.step(Step::CloseSessions(ended, CloseReason::Ended)))
}

/// How a session of an account logged in to it, also if the account had another name then, which none has now.
fn login_to<'a>(cx: &Context<'_>, session: &'a Session, account: &AccountName) -> Option<&'a Login> {
    let login = session.done.login.as_deref()?;
    let is_theirs = login.account == account.key() || !cx.state.accounts.contains_key(&login.account);
    is_theirs.then_some(login)
}

/// The sessions of an account that logged in to it like that, but for the one that asks.
pub(super) fn others_logged_in(
    cx: &Context<'_>,
    account: &AccountName,
    like: impl Fn(&LoginBy, &Session) -> bool,
) -> Vec<SessionId> {
    let mut sessions = logged_in(cx, account, like);
    sessions.retain(|id| cx.actor != Actor::Session(*id));
    sessions
}

/// The same with the one that asks.
pub(super) fn logged_in(
    cx: &Context<'_>,
    account: &AccountName,
    like: impl Fn(&LoginBy, &Session) -> bool,
) -> Vec<SessionId> {
    let mut sessions = policy::sessions_of_account(cx, account);
    sessions.retain(|id| {
        let Some(session) = cx.local.get(*id) else { return false };
        login_to(cx, session, account).is_some_and(|login| like(&login.by, session))
    });
    sessions
}
