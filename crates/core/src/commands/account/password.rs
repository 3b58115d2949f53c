//! PASSWD, SENDPASS and RESETPASS: a new password, by who knows the old one, has just logged in, or has a code, which an
//! operator or a letter gave them.

use super::{answered, certificate, named};
use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome, Step};
use crate::commands::{claim, letter, login, register};
use crate::event::Event;
use crate::local::{LocalChange, Login, LoginBy};
use crate::mail::Purpose;
use crate::names::{AccountKey, AccountName};
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
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = login::account(cx).cloned().ok_or(Refusal::NotLoggedIn)?;
        match self.replacement {
            Some(new) => {
                register::password_fits(cx, &new)?;
                login::verified(cx, account, self.password, |_, account| Ok(changed(account, new)))
            }
            None => {
                if !has_just_proved(cx)? {
                    return Err(Refusal::OldPasswordNeeded);
                }
                register::password_fits(cx, &self.password)?;
                Ok(changed(named(cx, &account)?, self.password))
            }
        }
    }
}

/// Whether who asks has shown the secret of the account that they are logged in to a moment ago, on this session.
pub(super) fn has_just_proved(cx: &Context<'_>) -> Result<bool, Refusal> {
    let (id, _) = cx.session()?;
    let account = named(cx, login::account(cx).ok_or(Refusal::NotLoggedIn)?)?;
    let login = cx.local.login(id, &account.name.key());
    let is_still = |it: &Login| it.credential_version == account.credential_version;
    Ok(login.is_some_and(|it| it.by == LoginBy::Secret && is_still(it) && cx.now.0 < it.at.0 + JUST_MS))
}

/// Hashes a new password. It counts if the account's is then still the one that was there before.
fn changed(account: &Account, password: Secret) -> Outcome {
    let (name, version) = (account.name.clone(), account.credential_version);
    register::hashing(password, move |cx, kept| {
        let account = named(cx, &name)?;
        if account.credential_version != version {
            return Err(Refusal::TryAgain);
        }
        let (account, still) = (account.name.clone(), still_shown(cx, account));
        let changed = Outcome::nothing()
            .event(Event::PasswordChanged { account: account.clone(), hash: kept.hash.clone() });
        let changed = still.into_iter().fold(changed.events(kept.scram(&account)), Outcome::local);
        Ok(answered(changed, AccountAnswer::PasswordChanged(account)))
    })
}

/// Who has shown the secret and gives a new one has shown that, too.
fn still_shown(cx: &Context<'_>, account: &Account) -> Option<LocalChange> {
    let login = cx.local.login(cx.session().ok()?.0, &account.name.key())?;
    let is_it = login.by == LoginBy::Secret && login.credential_version == account.credential_version;
    let next = Login { credential_version: login.credential_version + 1, ..login.clone() };
    is_it.then(|| LocalChange::LoggedIn(Box::new(next)))
}

crate::args! {
    /// Has a code for a new password sent to the account's address. The answer and the work are the same whether or not there is
    /// such an account, and whether or not it has an address.
    SendPassword { account: AccountName }
}

impl Command for SendPassword {
    const NAME: &'static str = "SENDPASS";
    const SLASH: &'static [&'static str] = &["sendpass"];
    const SUMMARY: &'static str = "Sends a code for a new password to the address of your account.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        policy::may_enter(cx)?;
        policy::may_cause_letter(cx)?;
        let account = self.account;
        let to = cx.state.accounts.get(&account.key()).and_then(|it| policy::may_be_sent(cx, it)).cloned();
        Ok(letter::with_code(cx, account.clone(), to.clone(), move |cx, code| {
            // As it was when the letter was addressed. A code that nobody gets does not take the place of one that somebody has.
            let is_theirs = cx.state.accounts.get(&account.key()).is_some_and(|it| it.address == to);
            let kept = Some(code.kept).filter(|_| code.is_sent && is_theirs);
            let asked = Event::ResetAsked { account: account.clone(), code: kept };
            let purpose = Purpose::NewPassword { code: code.code, seconds: code.seconds };
            let (first, answer) = (Outcome::nothing().event(asked), AccountAnswer::ResetSent(account));
            Ok(letter::Sending { first, purpose, answer, undone: None })
        }))
    }
}

crate::args! {
    /// Sets a new password with the code that an operator or a letter gave, and closes what is logged in to the account.
    ResetPassword { account: AccountName, code: Secret, password: Secret }
}

impl Command for ResetPassword {
    const NAME: &'static str = "RESETPASS";
    const SLASH: &'static [&'static str] = &["resetpass"];
    const SUMMARY: &'static str = "Sets a new password, with the code that an operator or a letter gave you.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (account, digest) = (self.account, claim::digest(self.code.expose()));
        policy::may_enter(cx)?;
        policy::may_try(cx, Some(&account.key()))?;
        if !is_code(cx, &account.key(), &digest) {
            return Ok(letter::guessed(cx, account.key(), Refusal::BadClaimCode));
        }
        register::password_fits(cx, &self.password)?;
        Ok(register::hashing(self.password, move |cx, kept| {
            if !is_code(cx, &account.key(), &digest) {
                return Err(Refusal::BadClaimCode);
            }
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

/// Whether that is one of the account's codes of the moment.
fn is_code(cx: &Context<'_>, account: &AccountKey, digest: &[u8]) -> bool {
    let Some(account) = cx.state.accounts.get(account) else { return false };
    [&account.reset_code, &account.mailed_code].into_iter().flatten().any(|code| code.is(digest, cx.now))
}
