//! EMAIL: where an account's owner gets letters. A new address counts when the code that it was sent has come back.

use super::{answered, named};
use crate::accounts::NewAddress;
use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::commands::{letter, login};
use crate::event::Event;
use crate::mail::{Address, Letter, Purpose};
use crate::names::AccountName;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::secret::Secret;
use crate::settings;
use crate::state;
use crate::work::{Work, WorkResult};

crate::args! {
    /// Gives the asker's account an address, or none (`off`). Who has not just logged in adds the password: an address sets new
    /// passwords.
    Email { email: Word, password: Option<Secret> }
}

impl Command for Email {
    const NAME: &'static str = "EMAIL";
    const SLASH: &'static [&'static str] = &["email"];
    const SUMMARY: &'static str = "Changes the address of your account, or takes it away (off); add your password unless you have just logged in.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = login::account(cx).cloned().ok_or(Refusal::NotLoggedIn)?;
        let address = match given(&self.email) {
            None if cx.settings.accounts.email == settings::Email::Required => {
                return Err(Refusal::EmailNeeded);
            }
            None => None,
            Some(email) => {
                policy::may_cause_letter(cx)?;
                Some(Address::parse(email).ok_or(Refusal::InvalidEmail)?)
            }
        };
        match self.password {
            Some(password) => {
                login::verified(cx, account, password, |cx, account| changed(cx, account, address))
            }
            None if super::password::has_just_proved(cx)? => changed(cx, named(cx, &account)?, address),
            None => Err(Refusal::PasswordNeeded),
        }
    }
}

/// The address that is meant, if it is not `off`.
fn given(email: &Word) -> Option<&str> {
    Some(email.0.as_str()).filter(|email| !email.eq_ignore_ascii_case("off"))
}

fn changed(cx: &Context<'_>, account: &state::Account, address: Option<Address>) -> Result<Outcome, Refusal> {
    match address {
        Some(address) => Ok(to_be_verified(cx, account, address)),
        None => Ok(now(cx, account, None, None)),
    }
}

crate::args! {
    /// Gives somebody's account an address, or none (`off`), without a code: whoever does it knows whose it is.
    AccountEmail { account: AccountName, email: Word }
}

impl Command for AccountEmail {
    const NAME: &'static str = "ACCOUNT-EMAIL";
    const SLASH: &'static [&'static str] = &["account-email"];
    const SUMMARY: &'static str = "Gives somebody's account an address, or takes it away (off).";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, &self.account)?;
        policy::can_administer(cx, account)?;
        let address = policy::takes_address(cx, given(&self.email))?;
        // The trail stays when the account is deleted, so that it has no addresses.
        let in_words = |address: Option<&Address>| address.map_or("no address", |_| "an address");
        let (before, after) = (in_words(account.address.as_ref()), in_words(address.as_ref()));
        let act = Act::new(cx, "account-email", account.name.as_str()).change(before, after).event();
        Ok(now(cx, account, address, Some(act)))
    }
}

/// Sends a code to the address. It counts if the password is then still the one of now.
fn to_be_verified(cx: &Context<'_>, account: &state::Account, address: Address) -> Outcome {
    let (name, version) = (account.name.clone(), account.credential_version);
    letter::with_code(cx, name.clone(), Some(address.clone()), move |cx, code| {
        if named(cx, &name)?.credential_version != version {
            return Err(Refusal::TryAgain);
        }
        let new = NewAddress { address: address.clone(), code: code.kept };
        let first = Outcome::nothing().event(Event::AddressGiven { account: name.clone(), new });
        let purpose = Purpose::NewAddress { code: code.code, seconds: code.seconds };
        let answer = AccountAnswer::CodeSent { account: name, address };
        Ok(letter::Sending { first, purpose, answer, undone: None })
    })
}

/// The code has come back: the address is the account's.
pub fn address_verified(cx: &Context<'_>, account: &AccountName, digest: &[u8]) -> Result<Outcome, Refusal> {
    let account = named(cx, account)?;
    match &account.new_address {
        None => Err(Refusal::AlreadyLoggedIn(account.name.clone())),
        Some(new) if new.code.is(digest, cx.now) => Ok(now(cx, account, Some(new.address.clone()), None)),
        Some(_) => Ok(letter::guessed(cx, account.name.key(), Refusal::WrongCode(account.name.clone()))),
    }
}

/// The account has that address from now on. Whoever reads the old mailbox is told, so that a thief cannot change it unseen;
/// `act` is the line of the audit trail, where an operator does it.
fn now(cx: &Context<'_>, account: &state::Account, address: Option<Address>, act: Option<Event>) -> Outcome {
    let name = account.name.clone();
    let changed = Event::AddressChanged { account: name.clone(), address: address.clone() };
    let changed = Outcome::nothing().events(act).event(changed);
    let answer = AccountAnswer::AddressChanged { account: name.clone(), address: address.clone() };
    let sends = cx.settings.accounts.email != settings::Email::Off;
    let Some(old) = account.address.clone().filter(|old| sends && Some(old) != address.as_ref()) else {
        return answered(changed, answer);
    };
    let letter = Letter {
        to: Some(old),
        account: name,
        purpose: Purpose::AddressGone,
        language: letter::language(cx),
    };
    // It has happened, whether or not there was room for the letter.
    let post = Outcome::wait(Work::Post(Box::new(letter)), move |_, _: WorkResult| {
        Ok(answered(Outcome::nothing(), answer))
    });
    changed.and(post)
}
