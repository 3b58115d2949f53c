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
    /// Lists whose tokens log in to the account, or changes that: `add TOKEN`, `del SUBJECT [ISSUER]`.
    Identity { action: Option<Word>, what: Option<Secret>, issuer: Option<Word> }
}

impl Command for Identity {
    const NAME: &'static str = "IDENTITY";
    const SLASH: &'static [&'static str] = &["identity"];
    const SUMMARY: &'static str = "Lists who you are elsewhere, whose tokens log in to your account, or changes that: add TOKEN, del SUBJECT [ISSUER].";
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
            "del" => {
                let identity = linked(account, what("subject")?.expose(), self.issuer.as_ref())?;
                Ok(removed(cx, account, identity))
            }
            _ => Err(Refusal::InvalidParam("action", action.into())),
        }
    }
}

/// Who logs in to an account and has that subject, with the issuer that is named; it has to be where several have such a one.
fn linked<'a>(
    account: &'a state::Account,
    subject: &str,
    issuer: Option<&Word>,
) -> Result<&'a identity::Identity, Refusal> {
    let is_meant = |it: &&identity::Identity| {
        it.subject == subject && issuer.is_none_or(|issuer| issuer.0 == it.issuer.as_str())
    };
    let mut all = account.identities.iter().filter(is_meant);
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Refusal::NoSuchCredential(subject.into())),
        (Some(_), Some(_)) => Err(Refusal::NeedMoreParams("issuer")),
    }
}

/// They do not log in any more, and goes who did.
fn removed(cx: &Context<'_>, account: &state::Account, identity: &identity::Identity) -> Outcome {
    let there = sessions::others_logged_in(
        cx,
        &account.name,
        |by, _| matches!(by, LoginBy::Token(shown) if **shown == *identity),
    );
    let answer = AccountAnswer::IdentityRemoved(identity.subject.clone());
    let (account, identity) = (account.name.clone(), identity.clone());
    let gone = Event::IdentityChanged { account, identity, on: false };
    let closed = Step::CloseSessions(there, CloseReason::Ended);
    answered(Outcome::nothing().event(gone), answer).step(closed)
}

crate::args! {
    /// Says for somebody else who they are elsewhere: `add`, `del`, the subject as the issuer names it, and the issuer, which has to be
    /// named where there are several.
    AccountIdentity { account: AccountName, action: Word, subject: Word, issuer: Option<Word> }
}

impl Command for AccountIdentity {
    const NAME: &'static str = "ACCOUNT-IDENTITY";
    const SLASH: &'static [&'static str] = &["account-identity"];
    const SUMMARY: &'static str =
        "Says whose tokens log in to an account: ACCOUNT add SUBJECT [ISSUER], ACCOUNT del SUBJECT [ISSUER].";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, &self.account)?;
        policy::can_administer(cx, account)?;
        let (subject, issuer) = (self.subject.0, self.issuer.as_ref());
        let act = Act::new(cx, "account-identity", account.name.as_str());
        let (act, outcome) = match self.action.0.to_lowercase().as_str() {
            "add" => {
                let identity = identity::Identity::new(vouching(cx, issuer)?, &subject);
                let identity = identity.ok_or(Refusal::InvalidParam("subject", subject))?;
                (act.change("", named_in_full(&identity)), bearer::linked(cx, account, identity)?)
            }
            "del" => {
                let identity = linked(account, &subject, issuer)?;
                (act.change(named_in_full(identity), ""), removed(cx, account, identity))
            }
            _ => return Err(Refusal::InvalidParam("action", self.action.0)),
        };
        Ok(Outcome::nothing().event(act.event()).and(outcome))
    }
}

/// The issuer that is meant: the one that is named, or the only one.
fn vouching<'a>(cx: &Context<'a>, named: Option<&Word>) -> Result<&'a str, Refusal> {
    let tokens = &cx.settings.tokens;
    match (named, tokens.issuers.as_slice()) {
        (_, []) => Err(Refusal::NoTokens),
        (None, [only]) => Ok(&only.name),
        (None, _) => Err(Refusal::NeedMoreParams("issuer")),
        (Some(name), _) => {
            let issuer = tokens.issuer(&name.0);
            Ok(&issuer.ok_or_else(|| Refusal::InvalidParam("issuer", name.0.clone()))?.name)
        }
    }
}

/// As the audit trail has somebody.
fn named_in_full(identity: &identity::Identity) -> String {
    format!("{} ({})", identity.subject, identity.issuer)
}
