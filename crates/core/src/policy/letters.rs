//! Who has the server write letters, to whom, and how many: strangers can make it write to people who never heard of it.

use super::may_log_in;
use crate::command::Context;
use crate::mail::Address;
use crate::names::AccountKey;
use crate::refusal::Refusal;
use crate::settings::Email;
use crate::state::Account;

/// The address that an account is made with, if it is made with one.
///
/// # Errors
/// [`Refusal::UnacceptableEmail`], [`Refusal::EmailNeeded`], [`Refusal::InvalidEmail`].
pub fn takes_address(cx: &Context<'_>, given: Option<&str>) -> Result<Option<Address>, Refusal> {
    match (cx.settings.accounts.email, given) {
        (Email::Off, Some(_)) => Err(Refusal::UnacceptableEmail),
        (Email::Required, None) => Err(Refusal::EmailNeeded),
        (_, None) => Ok(None),
        (_, Some(raw)) => Address::parse(raw).map(Some).ok_or(Refusal::InvalidEmail),
    }
}

/// Whether who asks may have one more letter written. What it goes by is known to them, so that it tells nothing of others.
///
/// # Errors
/// [`Refusal::NoMail`], [`Refusal::TryAgain`].
pub fn may_cause_letter(cx: &Context<'_>) -> Result<(), Refusal> {
    if cx.settings.accounts.email == Email::Off {
        return Err(Refusal::NoMail);
    }
    let address = cx.session().ok().and_then(|(_, session)| session.info.address);
    let (letters, limits) = (&cx.local.letters, &cx.settings.limits);
    let are_few = is_below(letters.of_net(address, cx.now), limits.letters_per_address)
        && letters.of_all(cx.now) < limits.letters_per_hour;
    if are_few { Ok(()) } else { Err(Refusal::TryAgain) }
}

/// Whether one more letter about an account may go to a mailbox. Who asks is not told: it would say what others did.
pub fn may_get_letter(cx: &Context<'_>, account: &AccountKey, to: &Address) -> bool {
    let (letters, limits) = (&cx.local.letters, &cx.settings.limits);
    is_below(letters.of_account(account, cx.now), limits.letters_per_account)
        && is_below(letters.of_mailbox(to, cx.now), limits.letters_per_mailbox)
}

/// Whether a limit lets one more be; 0 is none.
fn is_below(count: u32, limit: u32) -> bool {
    limit == 0 || count < limit
}

/// Where a code for a new password is sent: nowhere if nobody may log in to the account.
pub fn may_be_sent<'a>(cx: &Context<'_>, account: &'a Account) -> Option<&'a Address> {
    may_log_in(cx, account).ok()?;
    account.address.as_ref()
}
