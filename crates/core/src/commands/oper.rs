//! OPER. Spec: <https://modern.ircdocs.horse/#oper-message>

use super::login;
use crate::command::{Command, Context, LogClass, Outcome};
use crate::event::Event;
use crate::modes::{Role, UserFlag};
use crate::names::AccountName;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::secret::Secret;

crate::args! {
    /// Logs in to a moderator's or administrator's account, and shows it.
    Oper { account: AccountName, password: Secret }
}

impl Command for Oper {
    const NAME: &'static str = "OPER";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Logs in as a moderator or administrator, and shows it.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 10;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        if let Some(other) = login::account(cx).filter(|account| account.key() != self.account.key()) {
            return Err(Refusal::AlreadyLoggedIn(other.clone()));
        }
        Ok(login::verified(cx, self.account, self.password, |cx, account| {
            let me = cx.me()?;
            if account.role < Role::Moderator {
                return Err(Refusal::NoPrivileges);
            }
            let outcome = match login::account(cx) {
                Some(other) if other.key() != account.name.key() => {
                    return Err(Refusal::AlreadyLoggedIn(other.clone()));
                }
                Some(_) => Outcome::nothing(),
                None => login::logged_in(cx, Outcome::nothing(), account.name.clone()),
            };
            let by = me.source.clone();
            let shown =
                (!me.is_oper()).then_some(Event::UserModeChanged { by, on: true, flag: UserFlag::Oper });
            Ok(outcome.reply(Reply::NowOper).events(shown))
        }))
    }
}
