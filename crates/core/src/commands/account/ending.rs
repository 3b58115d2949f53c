//! The end of an account: by its owner, who shows the password, or by an operator with the right.

use super::{answered, logout, named};
use crate::audit::Act;
use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome, Step, Whose};
use crate::commands::{channel, login, presence};
use crate::event::Event;
use crate::names::AccountName;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::secret::Secret;
use crate::state;

crate::args! {
    /// Deletes the asker's account, with all that is kept for it.
    Unregister { account: Whose, password: Secret }
}

impl Command for Unregister {
    const NAME: &'static str = "UNREGISTER";
    const SLASH: &'static [&'static str] = &["unregister"];
    const SUMMARY: &'static str = "Deletes your account for good, with all that is kept for it.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = self.account.named(cx)?;
        login::verified(cx, account, self.password, |cx, account| Ok(deleted(cx, None, account)))
    }
}

crate::args! {
    /// Deletes an account, with all that is kept for it.
    Delete { account: AccountName }
}

impl Command for Delete {
    const NAME: &'static str = "ACCOUNT-DELETE";
    const SLASH: &'static [&'static str] = &["account-delete"];
    const SUMMARY: &'static str = "Deletes an account for good, with all that is kept for it.";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, &self.account)?;
        policy::can_administer(cx, account)?;
        let act = Act::new(cx, "account-delete", account.name.as_str()).event();
        Ok(deleted(cx, Some(act), account))
    }
}

/// Its channels are nobody's, its people are guests, its name is never given again.
fn deleted(cx: &Context<'_>, act: Option<Event>, account: &state::Account) -> Outcome {
    let name = account.name.clone();
    let (key, skeleton) = (name.key(), name.skeleton(cx.rules()));
    // Who is here because of the account alone goes with it.
    let guests = cx.state.people_of(&name).flat_map(|user| match presence::is_absent(cx, user) {
        true => presence::end(cx, user, CloseReason::LoggedOut.as_quit_reason()),
        false => logout::logged_out(cx, user),
    });
    let guests: Vec<_> = guests.collect();
    let gone = cx.state.absences.of(&name).map(|absence| absence.user);
    // They would begin a presence with an account that there is not.
    let early = cx.local.sessions_without_presence(&name).collect();
    let anonymous = cx.settings.accounts.anonymous_when_deleted;
    let deleted = Event::AccountDeleted { account: name.clone(), skeleton, anonymous };
    let channels = channel::forget_account(cx, &key, gone);
    let outcome = Outcome::nothing().events(act).many(guests.into_iter().chain(channels));
    let outcome = answered(outcome.event(deleted), AccountAnswer::Deleted(name));
    outcome.step(Step::CloseSessions(early, CloseReason::LoggedOut))
}
