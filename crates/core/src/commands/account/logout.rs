//! LOGOUT.

use super::answered;
use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::commands::{client, login, nick, presence};
use crate::event::{Event, Source};
use crate::local::LocalChange;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::state::User;

crate::args! {
    /// Logs out of the account. Who bears a nick of the account gets another.
    Logout {}
}

impl Command for Logout {
    const NAME: &'static str = "LOGOUT";
    const SLASH: &'static [&'static str] = &["logout"];
    const SUMMARY: &'static str = "Logs you out of your account.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        login::account(cx).ok_or(Refusal::NotLoggedIn)?;
        Ok(match cx.me_if_any() {
            Some(me) => {
                let events = logged_out(cx, me);
                let source = Some(events.iter().fold(me.source.clone(), afterwards));
                answered(Outcome::nothing().events(events), AccountAnswer::LoggedOut { source })
            }
            None => {
                let out = Outcome::nothing().local(LocalChange::Account(None));
                answered(out, AccountAnswer::LoggedOut { source: None })
            }
        })
    }
}

/// Who somebody is after an event.
fn afterwards(source: Source, event: &Event) -> Source {
    match event {
        Event::HostChanged { host, .. } => source.but(|who| who.host = host.clone()),
        Event::NickChanged { nick, .. } => source.but(|who| who.nick = nick.clone()),
        _ => source,
    }
}

/// That somebody is logged in no more: they show no role, and bear no nick and no host that is the account's.
pub(super) fn logged_out(cx: &Context<'_>, user: &User) -> Vec<Event> {
    let by = user.source.clone();
    let mut out = by.but(|who| who.account = None);
    let mut events = Vec::new();
    if user.is_oper() && user.oper.is_none() {
        let flag = crate::modes::UserFlag::Oper;
        events.push(Event::UserModeChanged { by: by.clone(), on: false, flag });
    }
    events.extend(client::moved(cx, user, None));
    events.push(Event::LoggedOut { by });
    if let Some(Event::HostChanged { by, user, host }) = presence::rehosted(cx, user, None) {
        out = out.but(|who| who.host = host.clone());
        events.push(Event::HostChanged { by, user, host });
    }
    if crate::policy::owner_of(cx.state, &user.skeleton).is_some() {
        events.push(nick::as_guest(cx, out));
    }
    events
}
