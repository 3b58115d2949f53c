//! Logging in: LOGIN, and SASL's AUTHENTICATE, which is the same with other words.
//! Spec: <https://ircv3.net/specs/extensions/sasl-3.1>

use super::{channel, claim, client, nick, presence};
use crate::command::{Command, Context, LogClass, Needs, Outcome, Step, Whose};
use crate::event::Event;
use crate::local::{self, LocalChange, LoginBy, Registration};
use crate::modes::UserFlag;
use crate::names::{AccountKey, AccountName};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Question, Reply};
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
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        anew(cx, self.account.named(cx)?, self.password)
    }
}

/// Logs in who is not logged in yet.
pub(super) fn anew(cx: &Context<'_>, account: AccountName, password: Secret) -> Result<Outcome, Refusal> {
    not_yet(cx)?;
    log_in(cx, account, password)
}

crate::args! {
    /// Logs in to an account in a SASL exchange, also who is logged in to another.
    /// Spec: <https://ircv3.net/specs/extensions/sasl-3.2#sasl-reauthentication>
    Authenticate { account: AccountName, password: Secret }
}

impl Command for Authenticate {
    const NAME: &'static str = "AUTHENTICATE";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Logs in to your account while connecting.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/sasl-3.1";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        log_in(cx, self.account, self.password)
    }
}

crate::args! {
    /// Logs in to the account of the certificate that the connection has shown.
    External { account: Option<AccountName> }
}

impl Command for External {
    const NAME: &'static str = "AUTHENTICATE-EXTERNAL";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Logs in to the account of your certificate.";
    const SPEC: &'static str = "https://www.rfc-editor.org/rfc/rfc4422#appendix-A";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (_, session) = cx.session()?;
        let fingerprint = session.info.more.certfp.as_ref().ok_or(Refusal::NoCertificate)?;
        let key =
            cx.state.accounts_by_certificate.get(fingerprint.as_str()).ok_or(Refusal::WrongCredentials)?;
        let account = cx.state.accounts.get(key).ok_or(Refusal::WrongCredentials)?;
        if self.account.is_some_and(|wanted| wanted.key() != *key) {
            return Err(Refusal::WrongCredentials);
        }
        policy::may_log_in(cx, account)?;
        let outcome = Outcome::nothing().local(shown(cx, account, LoginBy::Certificate));
        logged_in(cx, outcome, account.name.clone())
    }
}

/// What the session remembers of a login.
pub fn shown(cx: &Context<'_>, account: &Account, by: LoginBy) -> LocalChange {
    remembered(cx, (&account.name, account.credential_version), by)
}

/// The same of an account that is made only now.
pub fn shown_first(cx: &Context<'_>, account: &AccountName, by: LoginBy) -> LocalChange {
    remembered(cx, (account, Account::CREDENTIAL_VERSION_FIRST), by)
}

fn remembered(
    cx: &Context<'_>,
    (account, credential_version): (&AccountName, u32),
    by: LoginBy,
) -> LocalChange {
    LocalChange::LoggedIn(Box::new(local::Login {
        account: account.key(),
        credential_version,
        by,
        at: cx.now,
    }))
}

/// Logs in with the account's password, or with a device's.
fn log_in(cx: &Context<'_>, account: AccountName, password: Secret) -> Result<Outcome, Refusal> {
    if let Some((account, device)) = of_device(cx, &account, &password) {
        policy::may_log_in(cx, account)?;
        let outcome = Outcome::nothing().local(shown(cx, account, LoginBy::Device(device.to_owned())));
        return logged_in(cx, outcome, account.name.clone());
    }
    verified(cx, account, password, |cx, account| {
        let outcome = Outcome::nothing().local(shown(cx, account, LoginBy::Secret));
        logged_in(cx, outcome, account.name.clone())
    })
}

/// The account and the name of its device, if the password is one of its devices'.
fn of_device<'a>(
    cx: &Context<'a>,
    account: &AccountName,
    password: &Secret,
) -> Option<(&'a Account, &'a str)> {
    let account = cx.state.accounts.get(&account.key()).filter(|account| !account.devices.is_empty())?;
    let digest = claim::digest(password.expose());
    let device = account.devices.iter().find(|(_, device)| device.digest == digest);
    device.map(|(name, _)| (account, name.as_str()))
}

/// Compares a password, and goes on if it is the account's and still is when the comparison is done.
///
/// # Errors
/// [`Refusal::TooManyFailedLogins`].
pub fn verified<F>(
    cx: &Context<'_>,
    account: AccountName,
    password: Secret,
    then: F,
) -> Result<Outcome, Refusal>
where
    F: FnOnce(&Context<'_>, &Account) -> Result<Outcome, Refusal> + Send + 'static,
{
    let key: AccountKey = account.key();
    policy::may_try(cx, Some(&key))?;
    let known = cx.state.accounts.get(&key);
    let version = known.map(|account| account.credential_version);
    // Without a password none is right, and it takes as long.
    let hash = known.map(|account| account.hash.clone()).filter(|hash| !hash.is_empty());
    shown_right(cx, Some(key.clone()), Work::VerifyAccount { password, hash }, move |cx, anew| {
        let account = cx.state.accounts.get(&key);
        let same = account.filter(|account| Some(account.credential_version) == version);
        let account = same.ok_or(Refusal::WrongCredentials)?;
        policy::may_log_in(cx, account)?;
        let anew = anew.map(|hash| Event::PasswordHashedAnew { account: account.name.clone(), hash });
        Ok(Outcome::nothing().events(anew).and(then(cx, account)?))
    })
}

/// Compares a password with a hash, or with a decoy that takes as long, and goes on if it is the right one. A wrong
/// one counts against where it came from, and against the account.
///
/// # Errors
/// [`Refusal::TooManyFailedLogins`].
pub fn compared<F>(
    cx: &Context<'_>,
    account: Option<AccountKey>,
    (password, hash): (Secret, Option<String>),
    then: F,
) -> Result<Outcome, Refusal>
where
    F: FnOnce(&Context<'_>) -> Result<Outcome, Refusal> + Send + 'static,
{
    shown_right(cx, account, Work::VerifyPassword { password, hash }, move |cx, _| then(cx))
}

/// The same; who goes on is given the new hash, where there is one.
fn shown_right<F>(
    cx: &Context<'_>,
    account: Option<AccountKey>,
    work: Work,
    then: F,
) -> Result<Outcome, Refusal>
where
    F: FnOnce(&Context<'_>, Option<String>) -> Result<Outcome, Refusal> + Send + 'static,
{
    policy::may_try(cx, account.as_ref())?;
    Ok(Outcome::wait(work, move |cx, result| {
        // Others may have guessed at the same time.
        policy::may_try(cx, account.as_ref())?;
        match result {
            WorkResult::Verified(true) => then(cx, None),
            WorkResult::VerifiedAnew(hash) => then(cx, Some(hash)),
            WorkResult::Verified(false) => {
                let remembered = cx.settings.limits.failed_logins_remembered;
                let failed = LocalChange::LoginFailed { account, now: cx.now, remembered };
                Ok(Outcome::nothing().local(failed).refuse(Refusal::WrongCredentials))
            }
            WorkResult::Busy => Err(Refusal::TryAgain),
            _ => Err(Refusal::Internal),
        }
    }))
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

/// Adds to an outcome that the session is logged in, whether or not it has a presence. Who was logged in to another
/// account is that no more: they show no role of it, and bear no nick that is its own.
///
/// # Errors
/// [`Refusal::TooManyConnections`], however the secret was shown.
pub fn logged_in(cx: &Context<'_>, outcome: Outcome, account: AccountName) -> Result<Outcome, Refusal> {
    policy::may_connect_to(cx, &account)?;
    let Some(me) = cx.me_if_any() else { return Ok(outcome.and(logged_in_early(cx, account))) };
    let by = me.source.clone();
    let now = by.but(|who| who.account = Some(account.clone()));
    // Spec: <https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension> (before what follows from it)
    let outcome = outcome.reply(Reply::LoggedIn { account: account.clone(), source: Some(now.clone()) });
    if by.account.as_ref().is_some_and(|before| before.is(&account)) {
        return Ok(outcome);
    }
    let loses_role = by.account.is_some() && me.is_oper() && me.oper.is_none();
    let role = loses_role.then(|| Event::UserModeChanged { by: by.clone(), on: false, flag: UserFlag::Oper });
    let is_others = policy::owner_of(cx.state, &me.skeleton).is_some_and(|owner| *owner != account.key());
    let renamed = is_others.then(|| nick::as_guest(cx, now));
    let logged_in = Event::LoggedIn { by, account: account.clone() };
    let clients = client::moved(cx, me, Some(&account));
    let told = Step::AskUser(me.source.id, Question::Persistence);
    let outcome = outcome.events(role).event(logged_in).events(clients);
    let outcome = outcome.events(presence::rehosted(cx, me, Some(&account)));
    let outcome = outcome.many(channel::granted(cx, me, &account));
    // Spec: <https://github.com/ircv3/ircv3-specifications/pull/503> (its status is told when it changes)
    Ok(outcome.events(renamed).step(told))
}

/// Somebody is logged in who has no presence yet; if that was all that was missing, they have one now.
fn logged_in_early(cx: &Context<'_>, account: AccountName) -> Outcome {
    let told = Outcome::nothing().reply(Reply::LoggedIn { account: account.clone(), source: None });
    let learnt = LocalChange::Account(Some(account.clone()));
    let Ok((_, session)) = cx.session() else { return told };
    let registration = Registration { account: Some(account), ..session.registration().clone() };
    told.and(presence::go_on(cx, session, &registration, learnt))
}
