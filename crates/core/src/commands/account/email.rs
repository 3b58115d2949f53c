//! EMAIL: where an account's owner gets letters. A new address counts when the code that it was sent has come back.

use super::{answered, named};
use crate::accounts::NewAddress;
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::commands::{letter, login};
use crate::event::Event;
use crate::mail::{Address, Letter, Purpose};
use crate::names::AccountName;
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
    const COST: u32 = 10;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = login::account(cx).cloned().ok_or(Refusal::NotLoggedIn)?;
        let address = match self.email.0.eq_ignore_ascii_case("off") {
            true if cx.settings.accounts.email == settings::Email::Required => {
                return Err(Refusal::EmailNeeded);
            }
            true => None,
            false => {
                policy::may_cause_letter(cx)?;
                Some(Address::parse(&self.email.0).ok_or(Refusal::InvalidEmail)?)
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

fn changed(cx: &Context<'_>, account: &state::Account, address: Option<Address>) -> Result<Outcome, Refusal> {
    match address {
        Some(address) => Ok(to_be_verified(cx, account, address)),
        None => Ok(now(cx, account, None)),
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
        Some(new) if new.code.is(digest, cx.now) => Ok(now(cx, account, Some(new.address.clone()))),
        Some(_) => Ok(letter::guessed(cx, account.name.key(), Refusal::WrongCode(account.name.clone()))),
    }
}

/// The account has that address from now on. Whoever reads the old mailbox is told, so that a thief cannot change it unseen.
fn now(cx: &Context<'_>, account: &state::Account, address: Option<Address>) -> Outcome {
    let name = account.name.clone();
    let changed = Event::AddressChanged { account: name.clone(), address: address.clone() };
    let changed = Outcome::nothing().event(changed);
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
