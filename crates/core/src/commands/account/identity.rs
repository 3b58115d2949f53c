//! IDENTITY: who an account's owner is elsewhere, whose tokens log in to it. Owners show a token; operators name the subject.

use super::{answered, named, sessions};
use crate::audit::Act;
use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome, Step, Word};
use crate::commands::{bearer, login};
use crate::event::Event;
use crate::identity;
use crate::local::LoginBy;
use crate::names::AccountName;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::secret::Secret;
use crate::state;

crate::args! {
    /// Lists whose tokens log in to the account, or changes that: `add TOKEN`, `del SUBJECT`.
    Identity { action: Option<Word>, what: Option<Secret> }
}

impl Command for Identity {
    const NAME: &'static str = "IDENTITY";
    const SLASH: &'static [&'static str] = &["identity"];
    const SUMMARY: &'static str = "Lists who you are elsewhere, whose tokens log in to your account, or changes that: add TOKEN, del SUBJECT.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, login::account(cx).ok_or(Refusal::NotLoggedIn)?)?;
        let action = self.action.map_or_else(|| "list".to_owned(), |word| word.0.to_lowercase().into());
        let what = |name| self.what.ok_or(Refusal::NeedMoreParams(name));
        match action.as_str() {
            "list" => {
                let all = account.identities.iter().cloned().collect();
                Ok(answered(Outcome::nothing(), AccountAnswer::Identities(all)))
            }
            "add" => {
                let name = account.name.clone();
                bearer::inspected(cx, what("token")?, move |cx, shown| {
                    bearer::linked(cx, named(cx, &name)?, shown.identity)
                })
            }
            "del" => removed(cx, account, what("subject")?.expose()),
            _ => Err(Refusal::InvalidParam("action", action.into())),
        }
    }
}

/// Whoever has that subject, with whichever issuer, does not log in any more, and goes who did.
fn removed(cx: &Context<'_>, account: &state::Account, subject: &str) -> Result<Outcome, Refusal> {
    let all: Vec<_> = account.identities.iter().filter(|it| it.subject == subject).cloned().collect();
    if all.is_empty() {
        return Err(Refusal::NoSuchCredential(subject.into()));
    }
    let gone = |identity| Event::IdentityChanged { account: account.name.clone(), identity, on: false };
    let there = sessions::others_logged_in(
        cx,
        &account.name,
        |by, _| matches!(by, LoginBy::Token(identity) if identity.subject == subject),
    );
    let outcome = Outcome::nothing().events(all.into_iter().map(gone));
    let removed = answered(outcome, AccountAnswer::IdentityRemoved(subject.to_owned()));
    Ok(removed.step(Step::CloseSessions(there, CloseReason::Ended)))
}

crate::args! {
    /// Says for somebody else who they are elsewhere: `add`, `del`, and the subject as the issuer names it.
    AccountIdentity { account: AccountName, action: Word, subject: Word }
}

impl Command for AccountIdentity {
    const NAME: &'static str = "ACCOUNT-IDENTITY";
    const SLASH: &'static [&'static str] = &["account-identity"];
    const SUMMARY: &'static str =
        "Says whose tokens log in to an account: ACCOUNT add SUBJECT, ACCOUNT del SUBJECT.";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, &self.account)?;
        policy::can_administer(cx, account)?;
        let subject = self.subject.0;
        let act = Act::new(cx, "account-identity", account.name.as_str());
        let (act, outcome) = match self.action.0.to_lowercase().as_str() {
            "add" => {
                let issuer = cx.settings.issuer.as_ref().ok_or(Refusal::NoTokens)?;
                let identity = identity::Identity::new(&issuer.name, &subject);
                let identity = identity.ok_or_else(|| Refusal::InvalidParam("subject", subject.clone()))?;
                (act.change("", subject), bearer::linked(cx, account, identity)?)
            }
            "del" => (act.change(subject.clone(), ""), removed(cx, account, &subject)?),
            _ => return Err(Refusal::InvalidParam("action", self.action.0)),
        };
        Ok(Outcome::nothing().event(act.event()).and(outcome))
    }
}
