//! PASSWD and RESETPASS: a new password, by who knows the old one, has just logged in, or has an operator's code.

use super::{answered, certificate, named};
use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome, Step};
use crate::commands::{claim, login, register};
use crate::event::Event;
use crate::names::AccountName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::secret::Secret;
use crate::state::Account;

/// For how long after logging in the old password is not asked for, in milliseconds.
const JUST_MS: u64 = 5 * 60 * 1_000;

crate::args! {
    /// Changes the password: the old one and the new, or the new one alone right after logging in.
    Passwd { password: Secret, replacement: Option<Secret> }
}

impl Command for Passwd {
    const NAME: &'static str = "PASSWD";
    const SLASH: &'static [&'static str] = &["passwd"];
    const SUMMARY: &'static str =
        "Changes your password: the old one and the new; right after logging in, the new one alone.";
    const NEEDS: Needs = Needs::Presence;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 10;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = login::account(cx).cloned().ok_or(Refusal::NotLoggedIn)?;
        match self.replacement {
            Some(new) => {
                register::password_fits(&new)?;
                login::verified(cx, account, self.password, |_, account| Ok(changed(account, new)))
            }
            None => {
                let (_, session) = cx.session()?;
                let is_just = session.done.proved.is_some_and(|at| cx.now.0 < at.0 + JUST_MS);
                if !is_just {
                    return Err(Refusal::OldPasswordNeeded);
                }
                register::password_fits(&self.password)?;
                Ok(changed(named(cx, &account)?, self.password))
            }
        }
    }
}

/// Hashes a new password. It counts if the account's is then still the one that was there before.
fn changed(account: &Account, password: Secret) -> Outcome {
    let (name, version) = (account.name.clone(), account.credential_version);
    register::hashing(password, move |cx, kept| {
        let account = named(cx, &name)?;
        if account.credential_version != version {
            return Err(Refusal::TryAgain);
        }
        let account = account.name.clone();
        let changed = Outcome::nothing()
            .event(Event::PasswordChanged { account: account.clone(), hash: kept.hash.clone() });
        let changed = changed.events(kept.scram(&account));
        Ok(answered(changed, AccountAnswer::PasswordChanged(account)))
    })
}

crate::args! {
    /// Sets a new password with the code that an operator gave, and closes what is logged in to the account.
    ResetPassword { account: AccountName, code: Secret, password: Secret }
}

impl Command for ResetPassword {
    const NAME: &'static str = "RESETPASS";
    const SLASH: &'static [&'static str] = &["resetpass"];
    const SUMMARY: &'static str = "Sets a new password, with the code that an operator gave you.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 10;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (account, digest) = (self.account, claim::digest(self.code.expose()));
        is_code(cx, &account, &digest)?;
        register::password_fits(&self.password)?;
        Ok(register::hashing(self.password, move |cx, kept| {
            is_code(cx, &account, &digest)?;
            let asker = cx.session().ok().map(|(id, _)| id);
            let mut theirs = policy::sessions_of_account(cx, &account);
            theirs.retain(|id| Some(*id) != asker);
            let revoked = certificate::revoked(named(cx, &account)?);
            let changed = Outcome::nothing()
                .event(Event::PasswordChanged { account: account.clone(), hash: kept.hash.clone() });
            let changed = changed.events(kept.scram(&account)).events(revoked);
            let changed = answered(changed, AccountAnswer::PasswordChanged(account));
            Ok(changed.step(Step::CloseSessions(theirs, CloseReason::LoggedOut)))
        }))
    }
}

/// Whether that is the account's code of the moment.
fn is_code(cx: &Context<'_>, account: &AccountName, digest: &[u8]) -> Result<(), Refusal> {
    let code = cx.state.accounts.get(&account.key()).and_then(|account| account.reset_code.as_ref());
    let is_it = code.is_some_and(|code| code.digest == digest && code.expires > cx.now);
    if is_it { Ok(()) } else { Err(Refusal::BadClaimCode) }
}
