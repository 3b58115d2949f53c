//! OPER. Spec: <https://modern.ircdocs.horse/#oper-message>

use super::login;
use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::event::{Event, Source};
use crate::local::Session;
use crate::modes::{Role, UserFlag};
use crate::names::AccountName;
use crate::opers::{Oper as Configured, OperName};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::secret::Secret;
use crate::state::{Account, User};

crate::args! {
    /// Logs in as an operator of the configuration, or to an account with a role, and shows it.
    Oper { name: Word, password: Option<Secret> }
}

impl Command for Oper {
    const NAME: &'static str = "OPER";
    const SLASH: &'static [&'static str] = &["oper"];
    const SUMMARY: &'static str = "Logs in as an operator, and shows it.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#oper-message";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let name = OperName::new(&self.name.0);
        let missing = Refusal::NeedMoreParams("password");
        match (cx.settings.opers.opers.get(&name), self.password) {
            (Some(oper), password) => configured(cx, name, oper, password),
            (None, Some(password)) => by_account(cx, &self.name, password),
            (None, None) => Err(missing),
        }
    }
}

/// The configuration's operator of that name, who shows a certificate, gives a password, or does both.
fn configured(
    cx: &Context<'_>,
    name: OperName,
    oper: &Configured,
    password: Option<Secret>,
) -> Result<Outcome, Refusal> {
    // A guess at the password is none where the certificate is another one.
    policy::has_shown(cx, oper)?;
    match (&oper.hash, password) {
        (Some(hash), Some(password)) => by_password(cx, name, hash.clone(), password),
        (Some(_), None) => Err(Refusal::NeedMoreParams("password")),
        (None, _) => becomes(cx, &name, oper),
    }
}

fn by_password(cx: &Context<'_>, name: OperName, hash: String, password: Secret) -> Result<Outcome, Refusal> {
    login::compared(cx, None, (password, Some(hash.clone())), move |cx| {
        // The configuration may have been read again since.
        let oper = cx.settings.opers.opers.get(&name).filter(|oper| oper.hash.as_ref() == Some(&hash));
        let oper = oper.ok_or(Refusal::WrongCredentials)?;
        policy::has_shown(cx, oper)?;
        becomes(cx, &name, oper)
    })
}

fn becomes(cx: &Context<'_>, name: &OperName, oper: &Configured) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    let by = me.source.clone();
    let vhost = vhost(oper, &by);
    let opered = Event::Opered { by, oper: name.clone() };
    let outcome = Outcome::nothing().reply(Reply::NowOper).event(opered);
    Ok(outcome.events(shown(cx, me, name.as_str(), &oper.class)).events(vhost))
}

/// What follows for who comes in with the certificate of an operator who is one at once.
pub(super) fn automatic(cx: &Context<'_>, session: &Session, by: &Source) -> Outcome {
    let Some((name, oper)) = policy::automatic_oper(cx, &session.info) else { return Outcome::nothing() };
    let act = Act { by: Some(by.clone()), ..Act::new(cx, "oper", name.as_str()) };
    let act = act.change("", oper.class.as_str()).event();
    let opered = Event::Opered { by: by.clone(), oper: name.clone() };
    let shows = Event::UserModeChanged { by: by.clone(), on: true, flag: UserFlag::Oper };
    Outcome::nothing().reply(Reply::NowOper).event(opered).event(act).event(shows)
}

/// The same for who comes back to their presence: they are that operator already, or are it again.
pub(super) fn automatic_again(cx: &Context<'_>, session: &Session, own: &User) -> Outcome {
    let found = policy::automatic_oper(cx, &session.info);
    match found.filter(|(name, _)| own.oper.as_deref() != Some(name)) {
        Some((_, oper)) => automatic(cx, session, &own.source).events(vhost(oper, &own.source)),
        None => Outcome::nothing(),
    }
}

/// The host of an operator, if they do not have it yet.
fn vhost(oper: &Configured, by: &Source) -> Option<Event> {
    let host = oper.vhost.clone().filter(|host| *host != by.host)?;
    Some(Event::HostChanged { by: by.clone(), user: by.user.clone(), host })
}

/// The account of that name, if its role has rights.
fn by_account(cx: &Context<'_>, name: &Word, password: Secret) -> Result<Outcome, Refusal> {
    let account = AccountName::new(&name.0, cx.rules()).map_err(|_| Refusal::WrongCredentials)?;
    // Who is logged in to another account is told so when the password is right: a guess is wrong, whoever makes it.
    login::verified(cx, account, password, |cx, account: &Account| {
        let me = cx.me()?;
        if account.role < Role::Moderator {
            return Err(Refusal::NoPrivileges);
        }
        is_theirs(cx, &account.name)?;
        let outcome = match login::account(cx) {
            Some(_) => Outcome::nothing(),
            None => login::logged_in(cx, Outcome::nothing(), account.name.clone())?,
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
