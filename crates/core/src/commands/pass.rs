//! PASS. Spec: <https://modern.ircdocs.horse/#pass-message>

use super::claim::digest;
use super::login;
use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::connecting::SharedPassword;
use crate::local::LocalChange;
use crate::names::AccountName;
use crate::policy;
use crate::refusal::Refusal;
use crate::secret::Secret;

crate::args! {
    /// Gives the server's password; where there is none, every one is right.
    Pass { password: Secret }
}

impl Command for Pass {
    const NAME: &'static str = "PASS";
    const SLASH: &'static [&'static str] = &["pass"];
    const SUMMARY: &'static str = "Gives the server's password, where it has one, before you take a nick.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#pass-message";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::NodeLocal;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (_, session) = cx.session()?;
        if session.user.is_some() {
            return Err(Refusal::AlreadyRegistered);
        }
        let admitted = Outcome::nothing().local(LocalChange::Admitted);
        match &cx.settings.connecting.password {
            None => Ok(Outcome::nothing()),
            Some(SharedPassword::Plain(right)) => {
                policy::may_try(cx, None)?;
                let is_right = same(&self.password, right);
                if is_right { Ok(admitted) } else { Err(Refusal::WrongCredentials) }
            }
            Some(SharedPassword::Hash(hash)) => {
                login::compared(cx, None, (self.password, Some(hash.clone())), move |_| Ok(admitted))
            }
        }
    }
}

crate::args! {
    /// Logs in with what was given for the server's password, which it has none of.
    PassLogin { account: AccountName, password: Secret }
}

impl Command for PassLogin {
    const NAME: &'static str = "PASS-LOGIN";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Logs in to your account before you take a nick.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#pass-message";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        if cx.session()?.1.user.is_some() {
            return Err(Refusal::AlreadyRegistered);
        }
        login::anew(cx, self.account, self.password)
    }
}

/// Compares two secrets. By their digests, so that how long it takes tells nothing of where they differ.
pub(super) fn same(one: &Secret, other: &Secret) -> bool {
    digest(one.expose()) == digest(other.expose())
}
