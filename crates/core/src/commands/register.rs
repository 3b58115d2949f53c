//! REGISTER: making an account.

use super::{letter, login};
use crate::command::{Command, Context, LogClass, Needs, Outcome, Whose, Word};
use crate::event::Event;
use crate::ids::UserId;
use crate::local::{LocalChange, LoginBy};
use crate::mail::{Address, Purpose};
use crate::names::{self, AccountName, Skeleton};
use crate::pending::Pending;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{AccountAnswer, Reply};
use crate::scram::Verifier;
use crate::secret::Secret;
use crate::work::{Work, WorkResult};

/// Longest password, in bytes.
pub const PASSWORD_BYTES_MAX: usize = 300;

crate::args! {
    /// Makes an account and logs in to it; with an address, when the code that is sent there has come back.
    Register { account: Whose, password: Secret, email: Option<Word> }
}

impl Command for Register {
    const NAME: &'static str = "REGISTER";
    const SLASH: &'static [&'static str] = &["register"];
    const SUMMARY: &'static str = "Makes an account, and logs you in to it; with an address, when the code that it is sent has come back.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        policy::may_enter(cx)?;
        login::not_yet(cx)?;
        policy::may_register_account(cx)?;
        let address = policy::takes_address(cx, self.email.as_ref().map(|word| word.0.as_str()))?;
        let account = self.account.named(cx)?;
        has_made_few(cx)?;
        may_register(cx, &account)?;
        password_fits(cx, &self.password)?;
        if let (Some(address), Some(pending)) = (&address, cx.state.pending.get(&account.key())) {
            policy::may_cause_letter(cx)?;
            return asked_again(cx, pending, address.clone(), self.password);
        }
        may_ask(cx, &account)?;
        if let Some(address) = address {
            policy::may_cause_letter(cx)?;
            return Ok(hashing(self.password, move |cx, kept| to_be_verified(cx, account, address, kept)));
        }
        Ok(hashing(self.password, move |cx, kept| {
            has_made_few(cx)?;
            login::not_yet(cx)?;
            let skeleton = may_ask(cx, &account)?;
            let hash = kept.hash.clone();
            let made = Event::AccountRegistered { account: account.clone(), skeleton, hash };
            let outcome = Outcome::nothing()
                .event(made)
                .events(kept.scram(&account))
                .local(LocalChange::AccountMade(cx.now))
                .local(login::shown_first(cx, &account, LoginBy::Secret));
            let outcome = outcome.reply(Reply::AccountRegistered(account.clone()));
            login::logged_in(cx, outcome, account)
        }))
    }
}

/// Sends a code to the address, and remembers what the account will be when it comes back.
/// Spec: <https://ircv3.net/specs/extensions/account-registration#responses> (VERIFICATION_REQUIRED)
fn to_be_verified(
    cx: &Context<'_>,
    account: AccountName,
    address: Address,
    kept: Kept,
) -> Result<Outcome, Refusal> {
    has_made_few(cx)?;
    let (hash, scram) = (kept.hash, kept.scram);
    Ok(letter::with_code(cx, account.clone(), Some(address.clone()), move |cx, code| {
        has_made_few(cx)?;
        login::not_yet(cx)?;
        let skeleton = may_ask(cx, &account)?;
        if cx.state.pending.len() >= cx.settings.limits.accounts_pending {
            return Err(Refusal::TryAgain);
        }
        let dropped = Event::RegistrationDropped { account: account.clone() };
        let answer = AccountAnswer::CodeSent { account: account.clone(), address: address.clone() };
        let pending = Pending { name: account, skeleton, hash, scram, address, code: code.kept };
        let first = Outcome::nothing()
            .event(Event::RegistrationBegun(Box::new(pending)))
            .local(LocalChange::AccountMade(cx.now));
        let purpose = Purpose::Registration { code: code.code, seconds: code.seconds };
        Ok(letter::Sending { first, purpose, answer, undone: Some(dropped) })
    }))
}

/// Whoever asked before, and gives the same password, asks again: the address was not theirs, or no letter came. The code is
/// another one, and the one before counts no more.
fn asked_again(
    cx: &Context<'_>,
    pending: &Pending,
    address: Address,
    password: Secret,
) -> Result<Outcome, Refusal> {
    let (name, hash) = (pending.name.clone(), pending.hash.clone());
    policy::may_try(cx, Some(&name.key()))?;
    Ok(Outcome::wait(Work::VerifyPassword { password, hash: Some(hash.clone()) }, move |cx, result| {
        policy::may_try(cx, Some(&name.key()))?;
        match result {
            WorkResult::Verified(true) => Ok(sent_again(cx, name, address, hash)),
            WorkResult::Verified(false) => {
                Ok(letter::guessed(cx, name.key(), Refusal::AccountExists(name.clone())))
            }
            WorkResult::Busy => Err(Refusal::TryAgain),
            _ => Err(Refusal::Internal),
        }
    }))
}

fn sent_again(cx: &Context<'_>, name: AccountName, address: Address, hash: String) -> Outcome {
    let key = name.key();
    letter::with_code(cx, name, Some(address.clone()), move |cx, code| {
        login::not_yet(cx)?;
        // It may be an account by now, or somebody else's.
        let pending = cx.state.pending.get(&key).filter(|pending| pending.hash == hash);
        let pending = pending.ok_or(Refusal::TryAgain)?.clone();
        let account = pending.name.clone();
        let dropped = Event::RegistrationDropped { account: account.clone() };
        let answer = AccountAnswer::CodeSent { account, address: address.clone() };
        let pending = Pending { address, code: code.kept, ..pending };
        let first = Outcome::nothing().event(Event::RegistrationBegun(Box::new(pending)));
        let purpose = Purpose::Registration { code: code.code, seconds: code.seconds };
        Ok(letter::Sending { first, purpose, answer, undone: Some(dropped) })
    })
}

/// Makes the account that was asked for: the code has come back.
pub(super) fn verified(cx: &Context<'_>, pending: &Pending) -> Result<Outcome, Refusal> {
    let account = pending.name.clone();
    let skeleton = may_register(cx, &account)?;
    let made = Event::AccountRegistered { account: account.clone(), skeleton, hash: pending.hash.clone() };
    let scram = pending.scram.clone();
    let scram = scram.map(|verifier| Event::ScramVerifierMade { account: account.clone(), verifier });
    let address = Some(pending.address.clone());
    let outcome = Outcome::nothing()
        .event(made)
        .events(scram)
        .event(Event::AddressChanged { account: account.clone(), address })
        .reply(Reply::AccountRegistered(account.clone()));
    login::logged_in(cx, outcome, account)
}

pub(super) fn password_fits(cx: &Context<'_>, password: &Secret) -> Result<(), Refusal> {
    let (min, max) = (cx.settings.accounts.password_bytes_min, PASSWORD_BYTES_MAX);
    let fits = (min..=max).contains(&password.expose().len());
    if fits { Ok(()) } else { Err(Refusal::BadPassword(min, max)) }
}

/// What is kept of a password.
pub(super) struct Kept {
    pub hash: String,
    scram: Option<Verifier>,
}

impl Kept {
    /// The fact that SCRAM needs, after the one that has the hash.
    pub fn scram(self, account: &AccountName) -> Option<Event> {
        self.scram.map(|verifier| Event::ScramVerifierMade { account: account.clone(), verifier })
    }
}

/// Hashes a new password, and goes on with what is to be kept of it.
pub(super) fn hashing<F>(password: Secret, then: F) -> Outcome
where
    F: FnOnce(&Context<'_>, Kept) -> Result<Outcome, Refusal> + Send + 'static,
{
    let same = password.clone();
    Outcome::wait(Work::HashPassword(password), move |cx, result| {
        let hash = match result {
            WorkResult::Hashed(hash) => hash,
            WorkResult::Busy => return Err(Refusal::TryAgain),
            _ => return Err(Refusal::Internal),
        };
        let Some(iterations) = cx.settings.accounts.scram_iterations else {
            return then(cx, Kept { hash, scram: None });
        };
        Ok(Outcome::wait(Work::DeriveScram { password: same, iterations }, move |cx, result| match result {
            WorkResult::Derived(verifier) => then(cx, Kept { hash, scram: Some(verifier) }),
            WorkResult::Busy => Err(Refusal::TryAgain),
            _ => Err(Refusal::Internal),
        }))
    })
}

/// Whether few accounts were made where the session comes from: accounts stay, and strangers make them.
pub(super) fn has_made_few(cx: &Context<'_>) -> Result<(), Refusal> {
    let (_, session) = cx.session()?;
    let made = session.info.address.map_or(0, |address| cx.local.accounts_made(address, cx.now));
    let max = cx.settings.limits.accounts_per_address;
    if max == 0 || made < max { Ok(()) } else { Err(Refusal::TryAgain) }
}

/// The same for who asks themselves: nobody else has asked for it and has yet to show a code.
pub(super) fn may_ask(cx: &Context<'_>, account: &AccountName) -> Result<Skeleton, Refusal> {
    let skeleton = may_register(cx, account)?;
    if cx.state.pending.looks_like(&skeleton) {
        return Err(Refusal::AccountExists(account.clone()));
    }
    Ok(skeleton)
}

/// Whether an account may have that name: no other has it or looks like it, and nobody else is called so.
pub(super) fn may_register(cx: &Context<'_>, account: &AccountName) -> Result<Skeleton, Refusal> {
    let mine = cx.me_if_any().map(|user| user.source.id);
    may_be_had(cx, account, |id| Some(id) == mine)
}

/// The same of an account that is somebody's: nobody bears its name as a nick but who is said to.
pub(super) fn may_be_had(
    cx: &Context<'_>,
    account: &AccountName,
    may_bear: impl Fn(UserId) -> bool,
) -> Result<Skeleton, Refusal> {
    policy::may_make(cx.state)?;
    let nick = account.as_nick();
    let skeleton = account.skeleton(cx.rules());
    if names::is_reserved(&skeleton) {
        return Err(Refusal::BadAccountName(account.as_str().into()));
    }
    let exists = cx.state.accounts.contains_key(&account.key());
    let was = cx.state.former_accounts.contains_key(&skeleton);
    if exists || was || cx.state.accounts_by_skeleton.contains_key(&skeleton) {
        return Err(Refusal::AccountExists(account.clone()));
    }
    let holders = [cx.state.users_by_nick.get(&nick.key()), cx.state.users_by_skeleton.get(&skeleton)];
    if holders.into_iter().flatten().any(|id| !may_bear(*id)) {
        return Err(Refusal::NicknameInUse(nick));
    }
    Ok(skeleton)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Actor;
    use crate::ids::{Millis, SessionId};
    use crate::local::{ConnectionInfo, Local};
    use crate::settings::Settings;
    use crate::state::State;

    #[test]
    fn an_address_makes_so_many_accounts_in_an_hour() {
        let (state, mut local, mut settings) = (State::default(), Local::default(), Settings::default());
        settings.limits.accounts_per_address = 2;
        let addresses = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "192.0.2.1"];
        for (id, address) in (1..).zip(addresses) {
            let address = Some(address.parse().expect("an address"));
            local.open(SessionId(id), ConnectionInfo { address, ..ConnectionInfo::default() });
        }
        for id in [1, 2] {
            local.change(SessionId(id), LocalChange::AccountMade(Millis(1_000)));
        }
        let check = |id, now| {
            let (actor, now) = (Actor::Session(SessionId(id)), Millis(now));
            has_made_few(&Context { state: &state, local: &local, settings: &settings, actor, now })
        };
        assert_eq!(check(1, 2_000), Err(Refusal::TryAgain), "both addresses are of one /64");
        assert_eq!([check(3, 2_000), check(4, 2_000), check(1, 3_601_000)], [Ok(()), Ok(()), Ok(())]);
        let mut settings = settings.clone();
        settings.limits.accounts_per_address = 0;
        let (actor, now) = (Actor::Session(SessionId(1)), Millis(2_000));
        let without = Context { state: &state, local: &local, settings: &settings, actor, now };
        assert_eq!(has_made_few(&without), Ok(()), "0 is no limit");
    }
}
