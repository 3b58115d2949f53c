//! Letters with codes: drawn, kept as a digest, and sent when that is durable. What a stranger can tell of it, words and work, is
//! the same whether or not there is somebody to write to.

use super::account::drawn;
use super::claim;
use crate::accounts::ResetCode;
use crate::command::{Context, Outcome};
use crate::event::Event;
use crate::local::LocalChange;
use crate::mail::{Address, Letter, Purpose};
use crate::names::{AccountKey, AccountName};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{AccountAnswer, Reply};
use crate::secret::Secret;
use crate::work::{Draw, Work, WorkResult};

/// A code for a letter.
pub(super) struct Code {
    pub code: Secret,
    /// What is kept of it.
    pub kept: ResetCode,
    /// Whether a letter carries it to anybody.
    pub is_sent: bool,
    /// How long it counts.
    pub seconds: u64,
}

/// What happens with it.
pub(super) struct Sending {
    /// What is kept before the letter goes.
    pub first: Outcome,
    pub purpose: Purpose,
    pub answer: AccountAnswer,
    /// What takes it back if the letter cannot go.
    pub undone: Option<Event>,
}

/// Draws a code, and sends it about an account to an address, where there is one and its mailbox is not full of such letters.
pub(super) fn with_code<F>(cx: &Context<'_>, account: AccountName, to: Option<Address>, then: F) -> Outcome
where
    F: FnOnce(&Context<'_>, Code) -> Result<Sending, Refusal> + Send + 'static,
{
    let to = to.filter(|address| policy::may_get_letter(cx, &account.key(), address));
    Outcome::wait(Work::Draw(Draw::Code), move |cx, result| {
        let code = drawn(result)?;
        // Others may have asked at the same time.
        policy::may_cause_letter(cx)?;
        let seconds = cx.settings.accounts.mailed_code_s;
        let kept = ResetCode { digest: claim::digest(code.expose()), expires: cx.now.plus_s(seconds) };
        let Sending { first, purpose, answer, undone } =
            then(cx, Code { code, kept, is_sent: to.is_some(), seconds })?;
        let letter = Letter { to: to.clone(), account, purpose, language: language(cx) };
        let caused = LocalChange::LetterCaused {
            account: letter.account.key(),
            to,
            now: cx.now,
            remembered: cx.settings.limits.letters_per_hour as usize,
        };
        let post = Outcome::wait(Work::Post(Box::new(letter)), move |_, result| match result {
            WorkResult::Posted => Ok(Outcome::nothing().reply(Reply::Account(Box::new(answer)))),
            WorkResult::Busy => Ok(Outcome::nothing().events(undone).refuse(Refusal::TryAgain)),
            _ => Ok(Outcome::nothing().events(undone).refuse(Refusal::Internal)),
        });
        Ok(first.local(caused).and(post))
    })
}

/// A code was wrong: that counts against where it came from, and against the account.
pub(super) fn guessed(cx: &Context<'_>, account: AccountKey, refusal: Refusal) -> Outcome {
    let remembered = cx.settings.limits.failed_logins_remembered;
    let failed = LocalChange::LoginFailed { account: Some(account), now: cx.now, remembered };
    Outcome::nothing().local(failed).refuse(refusal)
}

/// The language of who asks.
pub(super) fn language(cx: &Context<'_>) -> crate::local::Language {
    cx.session().map(|(_, session)| session.info.language).unwrap_or_default()
}
