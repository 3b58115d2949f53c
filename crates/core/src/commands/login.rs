//! Logging in: LOGIN, and SASL's AUTHENTICATE, which is the same with other words.
//! Spec: <https://ircv3.net/specs/extensions/sasl-3.1>

use super::channel;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Whose};
use crate::event::Event;
use crate::local::LocalChange;
use crate::names::{AccountKey, AccountName};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::secret::Secret;
use crate::state::Account;
use crate::work::{Work, WorkResult};

crate::args! {
    /// Logs in to an account.
    Login { account: Whose, password: Secret }
}

impl Command for Login {
    const NAME: &'static str = "LOGIN";
    const SLASH: &'static [&'static str] = &["login"];
    const SUMMARY: &'static str = "Logs in to your account.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 10;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        log_in(cx, self.account.named(cx)?, self.password)
    }
}

crate::args! {
    /// Logs in to an account in a SASL exchange.
    Authenticate { account: AccountName, password: Secret }
}

impl Command for Authenticate {
    const NAME: &'static str = "AUTHENTICATE";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Logs in to your account while connecting.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/sasl-3.1";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 10;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        log_in(cx, self.account, self.password)
    }
}

fn log_in(cx: &Context<'_>, account: AccountName, password: Secret) -> Result<Outcome, Refusal> {
    not_yet(cx)?;
    Ok(verified(cx, account, password, |cx, account| {
        not_yet(cx)?;
        Ok(logged_in(cx, Outcome::nothing(), account.name.clone()))
    }))
}

/// Compares a password, and goes on if it is the account's and still is when the comparison is done.
pub fn verified<F>(cx: &Context<'_>, account: AccountName, password: Secret, then: F) -> Outcome
where
    F: FnOnce(&Context<'_>, &Account) -> Result<Outcome, Refusal> + Send + 'static,
{
    let key: AccountKey = account.key();
    let known = cx.state.accounts.get(&key);
    let version = known.map(|account| account.credential_version);
    compared(password, known.map(|account| account.hash.clone()), move |cx| {
        let account = cx.state.accounts.get(&key);
        let same = account.filter(|account| Some(account.credential_version) == version);
        let account = same.ok_or(Refusal::WrongCredentials)?;
        policy::may_log_in(cx, account)?;
        then(cx, account)
    })
}

/// Compares a password with a hash, or with a decoy that takes as long, and goes on if it is the right one.
pub fn compared<F>(password: Secret, hash: Option<String>, then: F) -> Outcome
where
    F: FnOnce(&Context<'_>) -> Result<Outcome, Refusal> + Send + 'static,
{
    Outcome::wait(Work::VerifyPassword { password, hash }, move |cx, result| match result {
        WorkResult::Verified(true) => then(cx),
        WorkResult::Verified(false) => Err(Refusal::WrongCredentials),
        WorkResult::Busy => Err(Refusal::TryAgain),
        _ => Err(Refusal::Internal),
    })
}

/// The account that the session is logged in to.
pub fn account<'a>(cx: &Context<'a>) -> Option<&'a AccountName> {
    match cx.me_if_any() {
        Some(me) => me.source.account.as_ref(),
        None => cx.session().ok()?.1.registration().account.as_ref(),
    }
}

/// Whether the session is not logged in yet.
///
/// # Errors
/// [`Refusal::AlreadyLoggedIn`].
pub fn not_yet(cx: &Context<'_>) -> Result<(), Refusal> {
    match account(cx) {
        Some(account) => Err(Refusal::AlreadyLoggedIn(account.clone())),
        None => Ok(()),
    }
}

/// Adds to an outcome that the session is logged in, whether or not it has a presence.
pub fn logged_in(cx: &Context<'_>, outcome: Outcome, account: AccountName) -> Outcome {
    let outcome = outcome.local(LocalChange::Proved(cx.now));
    match cx.me_if_any() {
        Some(me) => {
            let by = me.source.clone();
            let source = Some(by.but(|who| who.account = Some(account.clone())));
            outcome
                .event(Event::LoggedIn { by, account: account.clone() })
                .events(channel::granted(cx, me, &account))
                .reply(Reply::LoggedIn { account, source })
        }
        None => outcome
            .local(LocalChange::Account(Some(account.clone())))
            .reply(Reply::LoggedIn { account, source: None }),
    }
}
