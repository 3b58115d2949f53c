//! Roles, from the server's command line.

use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::event::Event;
use crate::modes::{self, UserFlag};
use crate::names::AccountName;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::User;

crate::args! {
    /// Gives an account a role: `administrator`, `moderator` or `member`.
    Role { account: AccountName, role: Word }
}

impl Command for Role {
    const NAME: &'static str = "ROLE";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Gives an account a role.";
    const NEEDS: Needs = Needs::Control;
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let role = modes::Role::parse(&self.role.0).ok_or(Refusal::InvalidParam("role", self.role.0))?;
        let known = cx.state.accounts.get(&self.account.key());
        let known = known.ok_or_else(|| Refusal::NoSuchAccount(self.account.as_str().into()))?;
        let account = known.name.clone();
        let act = Act::new(cx, "role", account.as_str()).change(known.role.as_str(), role.as_str());
        let by = cx.me_if_any().map(|me| me.source.clone());
        let changed = Event::RoleChanged { by, account: account.clone(), role };
        let outcome =
            Outcome::nothing().event(act.event()).event(changed).events(stripped(cx, &account, role));
        Ok(outcome.reply(Reply::RoleChanged { account, role }))
    }
}

/// Who shows a role that their account has no longer shows it no more.
fn stripped(cx: &Context<'_>, account: &AccountName, role: modes::Role) -> Vec<Event> {
    // Who also is an operator of the configuration goes on showing that.
    let is_by_role = |user: &&User| user.is_oper() && user.oper.is_none();
    let shown = cx.state.people_of(account).filter(|user| role < modes::Role::Moderator && is_by_role(user));
    let hide =
        |user: &User| Event::UserModeChanged { by: user.source.clone(), on: false, flag: UserFlag::Oper };
    shown.map(hide).collect()
}
