//! OPER. Spec: <https://modern.ircdocs.horse/#oper-message>

use super::login;
use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::event::Event;
use crate::modes::{Role, UserFlag};
use crate::names::AccountName;
use crate::opers::OperName;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::secret::Secret;
use crate::state::{Account, User};

crate::args! {
    /// Logs in as an operator of the configuration, or to an account with a role, and shows it.
    Oper { name: Word, password: Secret }
}

impl Command for Oper {
    const NAME: &'static str = "OPER";
    const SLASH: &'static [&'static str] = &["oper"];
    const SUMMARY: &'static str = "Logs in as an operator, and shows it.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#oper-message";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 10;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let name = OperName::new(&self.name.0);
        match cx.settings.opers.opers.get(&name) {
            Some(oper) => by_password(cx, name, oper.hash.clone(), self.password),
            None => by_account(cx, &self.name, self.password),
        }
    }
}

/// The configuration's operator of that name.
fn by_password(
    cx: &Context<'_>,
    name: OperName,
    hash: Option<String>,
    password: Secret,
) -> Result<Outcome, Refusal> {
    login::compared(cx, None, (password, hash.clone()), move |cx| {
        // The configuration may have been read again since.
        let oper = cx.settings.opers.opers.get(&name).filter(|oper| oper.hash.is_some() && oper.hash == hash);
        let oper = oper.ok_or(Refusal::WrongCredentials)?;
        let me = cx.me()?;
        let by = me.source.clone();
        let host = oper.vhost.clone().filter(|host| *host != by.host);
        let vhost = host.map(|host| Event::HostChanged { user: by.user.clone(), by: by.clone(), host });
        let opered = Event::Opered { by, oper: name.clone() };
        let outcome = Outcome::nothing().reply(Reply::NowOper).event(opered);
        Ok(outcome.events(shown(cx, me, name.as_str(), &oper.class)).events(vhost))
    })
}

/// The account of that name, if its role has rights.
fn by_account(cx: &Context<'_>, name: &Word, password: Secret) -> Result<Outcome, Refusal> {
    let account = AccountName::new(&name.0, cx.rules()).map_err(|_| Refusal::WrongCredentials)?;
    is_theirs(cx, &account)?;
    login::verified(cx, account, password, |cx, account: &Account| {
        let me = cx.me()?;
        if account.role < Role::Moderator {
            return Err(Refusal::NoPrivileges);
        }
        is_theirs(cx, &account.name)?;
        let outcome = match login::account(cx) {
            Some(_) => Outcome::nothing(),
            None => login::logged_in(cx, Outcome::nothing(), account.name.clone()),
        };
        Ok(outcome.reply(Reply::NowOper).events(shown(cx, me, account.name.as_str(), account.role.as_str())))
    })
}

/// Whether somebody is logged in to no other account.
fn is_theirs(cx: &Context<'_>, account: &AccountName) -> Result<(), Refusal> {
    match login::account(cx).filter(|own| own.key() != account.key()) {
        Some(other) => Err(Refusal::AlreadyLoggedIn(other.clone())),
        None => Ok(()),
    }
}

/// That somebody shows what they are now, and that it is written down.
fn shown(cx: &Context<'_>, me: &User, name: &str, class: &str) -> Vec<Event> {
    let act = Act::new(cx, "oper", name).change("", class).event();
    let by = me.source.clone();
    let flag = (!me.is_oper()).then_some(Event::UserModeChanged { by, on: true, flag: UserFlag::Oper });
    [act].into_iter().chain(flag).collect()
}
