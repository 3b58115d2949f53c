//! SCRAM-SHA-256 in a SASL exchange. Where it is, is known of the session: the first message, the proof, the end.
//! Spec: <https://www.rfc-editor.org/rfc/rfc5802#section-5>

use super::login;
use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::local::{LocalChange, LoginBy};
use crate::names::AccountName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{AccountAnswer, Reply};
use crate::scram::{Begun, Exchange, First};
use crate::secret::Secret;
use crate::state::Account;
use crate::work::{Draw, Work, WorkResult};

crate::args! {
    /// One message of the client; nothing at the end.
    Scram { message: Option<Secret> }
}

impl Command for Scram {
    const NAME: &'static str = "AUTHENTICATE-SCRAM";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Logs in to your account without saying the password.";
    const SPEC: &'static str = "https://www.rfc-editor.org/rfc/rfc7677";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 40;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (_, session) = cx.session()?;
        match (session.done.scram.as_deref(), self.message) {
            (None, Some(first)) => begin(cx, &first),
            (Some(Exchange::Begun(begun)), Some(last)) => prove(cx, begun, &last),
            (Some(Exchange::Shown { account, credential_version }), None) => {
                let account = cx.state.accounts.get(account);
                let account = account.filter(|it| it.credential_version == *credential_version);
                let account = account.ok_or(Refusal::WrongCredentials)?;
                policy::may_log_in(cx, account)?;
                let over = Outcome::nothing().local(LocalChange::Scram(None));
                let over = over.local(login::shown(cx, account, LoginBy::Secret));
                login::logged_in(cx, over, account.name.clone())
            }
            _ => Ok(failed(cx, None)),
        }
    }
}

/// The account that a first message names, if it can be logged in to in this way.
fn wanted<'a>(cx: &Context<'a>, first: &First<'_>) -> Option<&'a Account> {
    let named = |raw: &str| AccountName::new(raw, cx.rules()).ok();
    let user = named(&first.user)?;
    let is_own = first.authzid.is_empty() || named(&first.authzid).is_some_and(|other| other.is(&user));
    cx.state.accounts.get(&user.key()).filter(|account| is_own && account.scram.is_some())
}

fn begin(cx: &Context<'_>, first: &Secret) -> Result<Outcome, Refusal> {
    let parsed = First::parse(first.expose()).ok_or(Refusal::WrongCredentials)?;
    let account = wanted(cx, &parsed).ok_or(Refusal::WrongCredentials)?;
    policy::may_try(cx, Some(&account.name.key()))?;
    let first = first.clone();
    Ok(Outcome::wait(Work::Draw(Draw::Token), move |cx, result| {
        let drawn = match result {
            WorkResult::Drawn(drawn) => drawn,
            WorkResult::Busy => return Err(Refusal::TryAgain),
            _ => return Err(Refusal::Internal),
        };
        let parsed = First::parse(first.expose()).ok_or(Refusal::WrongCredentials)?;
        let account = wanted(cx, &parsed).ok_or(Refusal::WrongCredentials)?;
        let verifier = account.scram.as_ref().ok_or(Refusal::WrongCredentials)?;
        let begun = parsed.challenge((account.name.key(), account.credential_version), verifier, &drawn);
        let challenge = AccountAnswer::SaslChallenge(begun.message().to_owned());
        let begun = Outcome::nothing().local(LocalChange::Scram(Some(Exchange::Begun(Box::new(begun)))));
        Ok(begun.reply(Reply::Account(Box::new(challenge))))
    }))
}

fn prove(cx: &Context<'_>, begun: &Begun, last: &Secret) -> Result<Outcome, Refusal> {
    policy::may_try(cx, Some(&begun.account))?;
    let account = cx.state.accounts.get(&begun.account);
    let verifier = account.filter(|it| it.credential_version == begun.credential_version);
    let verifier = verifier.and_then(|account| account.scram.as_ref());
    let Some(told) = verifier.and_then(|verifier| begun.prove(verifier, last.expose())) else {
        return Ok(failed(cx, Some(begun)));
    };
    let (account, credential_version) = (begun.account.clone(), begun.credential_version);
    let shown = Exchange::Shown { account, credential_version };
    let shown = Outcome::nothing().local(LocalChange::Scram(Some(shown)));
    Ok(shown.reply(Reply::Account(Box::new(AccountAnswer::SaslChallenge(told)))))
}

/// A wrong proof is a guess; the exchange is over.
fn failed(cx: &Context<'_>, begun: Option<&Begun>) -> Outcome {
    let (account, now) = (begun.map(|begun| begun.account.clone()), cx.now);
    let remembered = cx.settings.limits.failed_logins_remembered;
    let failed = LocalChange::LoginFailed { account, now, remembered };
    Outcome::nothing().local(LocalChange::Scram(None)).local(failed).refuse(Refusal::WrongCredentials)
}

crate::args! {
    /// Forgets an exchange that another begins after, or that was broken off.
    ScramOver {}
}

impl Command for ScramOver {
    const NAME: &'static str = "AUTHENTICATE-OVER";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Breaks an exchange off.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::NodeLocal;

    fn decide(self, _: &Context<'_>) -> Result<Outcome, Refusal> {
        Ok(Outcome::nothing().local(LocalChange::Scram(None)))
    }
}
