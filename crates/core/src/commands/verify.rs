//! VERIFY: the code that an address was sent has come back. It makes an account that was asked for, or gives an account its
//! address.

use super::{account, letter, login, register};
use crate::command::{Command, Context, LogClass, Needs, Outcome, Whose};
use crate::commands::claim;
use crate::names::AccountName;
use crate::policy;
use crate::refusal::Refusal;
use crate::secret::Secret;

crate::args! {
    /// Shows the code.
    Verify { account: Whose, code: Secret }
}

impl Command for Verify {
    const NAME: &'static str = "VERIFY";
    const SLASH: &'static [&'static str] = &["verify"];
    const SUMMARY: &'static str = "Shows the code that your address was sent.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/account-registration#commands";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        policy::may_enter(cx)?;
        let account = self.account.named(cx)?;
        policy::may_try(cx, Some(&account.key()))?;
        let digest = claim::digest(self.code.expose());
        match login::account(cx) {
            Some(own) if own.is(&account) => account::address_verified(cx, &account, &digest),
            Some(own) => Err(Refusal::AlreadyLoggedIn(own.clone())),
            None => registration(cx, account, &digest),
        }
    }
}

fn registration(cx: &Context<'_>, account: AccountName, digest: &[u8]) -> Result<Outcome, Refusal> {
    policy::may_register_account(cx)?;
    match cx.state.pending.get(&account.key()).filter(|pending| pending.code.is(digest, cx.now)) {
        Some(pending) => register::verified(cx, pending),
        None => Ok(letter::guessed(cx, account.key(), Refusal::WrongCode(account))),
    }
}
