//! Who becomes one with whom: several sessions of an account are one person.

use crate::account_settings::{Consent, Setting};
use crate::command::Context;
use crate::local::Link;
use crate::modes::Flag;
use crate::names::{AccountName, Nick};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::state::{Account, State, User};

/// What the configuration says of something that accounts may decide.
pub fn consent(settings: &Settings, setting: Setting) -> Consent {
    match setting {
        Setting::SeveralSessions => settings.presence.several_sessions,
        Setting::AlwaysOn => settings.presence.always_on,
    }
}

/// Whether something is on for an account.
pub fn has(settings: &Settings, account: &Account, setting: Setting) -> bool {
    consent(settings, setting).given(account.settings.get(&setting).copied())
}

/// Whether an account may decide about something.
///
/// # Errors
/// [`Refusal::SettingIsFixed`].
pub fn may_set(settings: &Settings, setting: Setting) -> Result<(), Refusal> {
    let is_choice = consent(settings, setting).is_choice();
    if is_choice { Ok(()) } else { Err(Refusal::SettingIsFixed(setting)) }
}

/// Who is here by that nick and can have one more session.
pub fn shared<'a>(cx: &Context<'a>, nick: &Nick) -> Option<&'a User> {
    let user = cx.state.user_by_nick(&nick.key())?;
    let account = cx.state.account_of(&user.source)?;
    let is_absent = cx.state.absences.of(&account.name).is_some_and(|it| it.user == user.source.id);
    (is_absent || has(cx.settings, account, Setting::SeveralSessions)).then_some(user)
}

/// The person that who is logged in to `account` is already: by that nick, or, if their person is here without a session,
/// by whatever nick.
pub fn own<'a>(cx: &Context<'a>, nick: &Nick, account: Option<&AccountName>) -> Option<&'a User> {
    let account = account?;
    let named = shared(cx, nick);
    named.filter(|user| user.source.account.as_ref().is_some_and(|own| own.is(account))).or_else(|| {
        let absence = cx.state.absences.of(account)?;
        cx.state.user(absence.user)
    })
}

/// Whether somebody stays when their last session ends. One person of each account does, and so many in all.
pub fn stays(state: &State, settings: &Settings, user: &User) -> bool {
    let account = state.account_of(&user.source).filter(|it| has(settings, it, Setting::AlwaysOn));
    account.is_some_and(|account| match state.absences.of(&account.name) {
        Some(absence) => absence.user == user.source.id,
        None => state.absences.len() < settings.limits.absent_users,
    })
}

/// Whether one more session, connected in that way, may be somebody's.
///
/// # Errors
/// [`Refusal::TooManySessions`], [`Refusal::SecureOnlyChan`].
pub fn may_attach(cx: &Context<'_>, user: &User, link: Link) -> Result<(), Refusal> {
    let mut channels = user.channels.keys().filter_map(|id| cx.state.channel(*id));
    if let Some(channel) = channels.find(|it| link != Link::Secure && it.has(Flag::SecureOnly)) {
        return Err(Refusal::SecureOnlyChan(channel.name.clone()));
    }
    let max = cx.settings.limits.sessions_per_user;
    let has_room = cx.local.sessions_of(user.source.id).count() < max;
    if has_room { Ok(()) } else { Err(Refusal::TooManySessions(max)) }
}
