//! Logging in with a token of an outside issuer, in a SASL exchange or by itself.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7628#section-3>

use super::{account, login, register};
use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::event::Event;
use crate::identity::{BadToken, Identity, Shown};
use crate::local::{LocalChange, LoginBy};
use crate::names::AccountName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{AccountAnswer, Reply};
use crate::secret::Secret;
use crate::state::Account;
use crate::work::{Work, WorkResult};

crate::args! {
    /// Logs in to the account of whom a token shows. Who is logged in already, and shows somebody who has no account,
    /// has their own account opened by such tokens from then on: they have shown both.
    Bearer { proof: Secret, account: Option<AccountName> }
}

impl Command for Bearer {
    const NAME: &'static str = "AUTHENTICATE-BEARER";
    const SLASH: &'static [&'static str] = &["bearer"];
    const SUMMARY: &'static str = "Logs in to your account with a token of an issuer that the server trusts.";
    const SPEC: &'static str = "https://www.rfc-editor.org/rfc/rfc7628";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        inspected(cx, self.proof, move |cx, shown| {
            let wanted = self.account.as_ref();
            if let Some(owner) = owner(cx, &shown.identity) {
                return if fits(wanted, &owner.name) {
                    opened(cx, owner, shown.identity.clone())
                } else {
                    Err(Refusal::WrongCredentials)
                };
            }
            match login::account(cx) {
                Some(own) if fits(wanted, own) => {
                    let linked = linked(cx, account::named(cx, own)?, shown.identity)?;
                    login::logged_in(cx, linked, own.clone())
                }
                Some(_) => Err(Refusal::WrongCredentials),
                None => made(cx, shown, wanted),
            }
        })
    }
}

/// Has a token checked, and goes on with whom it shows. A bad one counts against where it came from.
///
/// # Errors
/// [`Refusal::NoTokens`], [`Refusal::TooManyFailedLogins`].
pub(super) fn inspected<F>(cx: &Context<'_>, token: Secret, then: F) -> Result<Outcome, Refusal>
where
    F: FnOnce(&Context<'_>, Shown) -> Result<Outcome, Refusal> + Send + 'static,
{
    policy::may_show_token(cx)?;
    policy::may_try(cx, None)?;
    if token.expose().len() > cx.settings.tokens.bytes_max {
        return Ok(failed(cx, BadToken::Malformed));
    }
    Ok(Outcome::wait(Work::InspectToken(token), move |cx, result| {
        // Others may have guessed at the same time, and the configuration may name other issuers.
        policy::may_try(cx, None)?;
        policy::may_show_token(cx)?;
        let is_known = |shown: &Shown| cx.settings.tokens.issuer(&shown.identity.issuer).is_some();
        match result {
            WorkResult::Inspected(Ok(shown)) if is_known(&shown) => then(cx, *shown),
            WorkResult::Inspected(Ok(_)) => Err(Refusal::BadToken(BadToken::Invalid)),
            WorkResult::Inspected(Err(BadToken::Unchecked)) => Err(Refusal::BadToken(BadToken::Unchecked)),
            WorkResult::Inspected(Err(why)) => Ok(failed(cx, why)),
            WorkResult::Busy => Err(Refusal::TryAgain),
            _ => Err(Refusal::Internal),
        }
    }))
}

fn failed(cx: &Context<'_>, why: BadToken) -> Outcome {
    let remembered = cx.settings.limits.failed_logins_remembered;
    let failed = LocalChange::LoginFailed { account: None, now: cx.now, remembered };
    Outcome::nothing().local(failed).refuse(Refusal::BadToken(why))
}

/// Whether that is the account that was asked for, if one was.
fn fits(wanted: Option<&AccountName>, account: &AccountName) -> bool {
    wanted.is_none_or(|wanted| wanted.is(account))
}

/// Whose account that person's is.
pub(super) fn owner<'a>(cx: &Context<'a>, identity: &Identity) -> Option<&'a Account> {
    cx.state.accounts.get(cx.state.accounts_by_identity.get(identity)?)
}

fn opened(cx: &Context<'_>, account: &Account, identity: Identity) -> Result<Outcome, Refusal> {
    policy::may_log_in(cx, account)?;
    login::logged_in(cx, shown(cx, account, identity), account.name.clone())
}

/// Where there is no password a token is all that there is to show, so it is enough to set one. Where there is one, tokens do
/// less than it does: they are in more hands.
fn shown(cx: &Context<'_>, account: &Account, identity: Identity) -> Outcome {
    let by = if account.hash.is_empty() { LoginBy::Secret } else { LoginBy::Token(Box::new(identity)) };
    Outcome::nothing().local(login::shown(cx, account, by))
}

/// Somebody logs in to an account from now on who logs in to none yet.
///
/// # Errors
/// [`Refusal::IdentityInUse`], [`Refusal::TooManyCredentials`], those of [`policy::may_log_in`].
pub(super) fn linked(cx: &Context<'_>, account: &Account, identity: Identity) -> Result<Outcome, Refusal> {
    policy::may_log_in(cx, account)?;
    let max = cx.settings.limits.identities_per_account;
    let owner = owner(cx, &identity);
    if owner.is_some_and(|owner| !owner.name.is(&account.name)) {
        return Err(Refusal::IdentityInUse);
    }
    if owner.is_none() && account.identities.len() >= max {
        return Err(Refusal::TooManyCredentials(max));
    }
    let answer = Reply::Account(Box::new(AccountAnswer::IdentityAdded(identity.subject.clone())));
    let event = Event::IdentityChanged { account: account.name.clone(), identity, on: true };
    Ok(Outcome::nothing().events(owner.is_none().then_some(event)).reply(answer))
}

/// An account for somebody who has none, where the configuration wants that of the token's issuer. Its name is free, and no other's looks like it;
/// who has it already logs in and shows the token then.
fn made(cx: &Context<'_>, shown: Shown, wanted: Option<&AccountName>) -> Result<Outcome, Refusal> {
    let issuer = cx.settings.tokens.issuer(&shown.identity.issuer);
    let is_wanted = issuer.is_some_and(|issuer| issuer.makes_accounts);
    let name = shown.name.filter(|_| is_wanted).ok_or(Refusal::IdentityUnknown(None))?;
    let not_to_be_had = || Refusal::IdentityUnknown(Some(name.as_str().into()));
    policy::may_enter(cx)?;
    register::has_made_few(cx)?;
    let account = AccountName::new(&name, cx.rules()).map_err(|_| not_to_be_had())?;
    let skeleton = register::may_ask(cx, &account).map_err(|_| not_to_be_had())?;
    if !fits(wanted, &account) {
        return Err(not_to_be_had());
    }
    let outcome = Outcome::nothing()
        .event(Event::AccountRegistered { account: account.clone(), skeleton, hash: String::new() })
        .event(Event::IdentityChanged { account: account.clone(), identity: shown.identity, on: true })
        .local(LocalChange::AccountMade(cx.now))
        .local(login::shown_first(cx, &account, LoginBy::Secret));
    login::logged_in(cx, outcome.reply(Reply::AccountRegistered(account.clone())), account)
}
