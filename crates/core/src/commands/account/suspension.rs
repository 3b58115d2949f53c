//! Closing an account and opening it again, for operators with the right.

use super::{answered, named};
use crate::accounts::Suspension;
use crate::audit::Act;
use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome, Step};
use crate::commands::server_ban::terms;
use crate::event::Event;
use crate::names::AccountName;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::span;
use crate::text::Text;

crate::args! {
    /// Closes an account: nobody is logged in to it any more. The terms may begin with a time (`2h`); the rest is the
    /// reason, which its owner is told.
    Suspend { account: AccountName, terms: Option<Text> }
}

impl Command for Suspend {
    const NAME: &'static str = "ACCOUNT-SUSPEND";
    const SLASH: &'static [&'static str] = &["account-suspend"];
    const SUMMARY: &'static str = "Closes an account, and the connections that are logged in to it.";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, &self.account)?;
        policy::can_administer(cx, account)?;
        let (span_s, reason) = terms(self.terms);
        let reason = reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        let suspension = Suspension {
            by: cx.me_if_any().map_or("*", |me| me.source.nick.as_str()).into(),
            at: cx.now,
            until: span_s.map(|seconds| cx.now.plus_s(seconds)),
            reason: reason.clone(),
        };
        let name = account.name.clone();
        let act = Act::new(cx, "account-suspend", name.as_str()).why(reason.as_ref());
        let before = account.suspended.as_ref().map(lasts).unwrap_or_default();
        let act = act.change(before, lasts(&suspension)).event();
        let closed = policy::sessions_of_account(cx, &name);
        let answer = AccountAnswer::Suspended { account: name.clone(), until: suspension.until };
        let event = Event::AccountSuspended { account: name, suspension: Some(suspension) };
        let outcome = answered(Outcome::nothing().event(act).event(event), answer);
        let close = CloseReason::Suspended(reason);
        let absent = cx.state.absences.of(&account.name);
        let ended = absent.map(|absence| Step::CloseUser(absence.user, close.clone()));
        let outcome = outcome.step(Step::CloseSessions(closed, close));
        Ok(ended.into_iter().fold(outcome, Outcome::step))
    }
}

/// How long a suspension lasts, for the audit trail.
fn lasts(suspension: &Suspension) -> String {
    suspension.until.map_or("for good".to_owned(), |until| {
        format!("for {}", span::words(until.0.saturating_sub(suspension.at.0) / 1_000))
    })
}

crate::args! {
    /// Opens an account that was closed.
    Unsuspend { account: AccountName }
}

impl Command for Unsuspend {
    const NAME: &'static str = "ACCOUNT-UNSUSPEND";
    const SLASH: &'static [&'static str] = &["account-unsuspend"];
    const SUMMARY: &'static str = "Opens an account that was closed.";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, &self.account)?;
        policy::can_administer(cx, account)?;
        let name = account.name.clone();
        let before = account.suspended.as_ref().ok_or_else(|| Refusal::NotSuspended(name.clone()))?;
        let act = Act::new(cx, "account-unsuspend", name.as_str()).why(before.reason.as_ref());
        let act = act.change(format!("{} by {}", lasts(before), before.by), "").event();
        let event = Event::AccountSuspended { account: name.clone(), suspension: None };
        Ok(answered(Outcome::nothing().event(act).event(event), AccountAnswer::Unsuspended(name)))
    }
}
