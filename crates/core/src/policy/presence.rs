//! Who becomes one with whom: several sessions of an account are one person.

use crate::account_settings::{Consent, Setting};
use crate::command::Context;
use crate::names::{AccountName, Nick};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::state::{Account, User};

/// What the configuration says of something that accounts may decide.
pub fn consent(settings: &Settings, setting: Setting) -> Consent {
    match setting {
        Setting::SeveralSessions => settings.presence.several_sessions,
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

/// Who is here by that nick and can be there from several sessions.
pub fn shared<'a>(cx: &Context<'a>, nick: &Nick) -> Option<&'a User> {
    let user = cx.state.user_by_nick(&nick.key())?;
    let account = cx.state.account_of(&user.source)?;
    has(cx.settings, account, Setting::SeveralSessions).then_some(user)
}

/// The person that who is logged in to `account` is already, if they take that nick.
pub fn own<'a>(cx: &Context<'a>, nick: &Nick, account: Option<&AccountName>) -> Option<&'a User> {
    let account = account?;
    shared(cx, nick).filter(|user| user.source.account.as_ref().is_some_and(|own| own.is(account)))
}

/// Whether one more session may be somebody's.
///
/// # Errors
/// [`Refusal::TooManySessions`].
pub fn may_attach(cx: &Context<'_>, user: &User) -> Result<(), Refusal> {
    let max = cx.settings.limits.sessions_per_user;
    let has_room = cx.local.sessions_of(user.source.id).count() < max;
    if has_room { Ok(()) } else { Err(Refusal::TooManySessions(max)) }
}
