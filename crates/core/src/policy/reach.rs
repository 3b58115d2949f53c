//! Who may write to whom in private.

use crate::event::Kind;
use crate::modes::UserFlag;
use crate::policy::speech::is_ctcp;
use crate::refusal::{Refusal, Told};
use crate::settings::Settings;
use crate::state::User;

/// Whether somebody's modes keep out people whom they do not know.
pub fn keeps_strangers_out(user: &User) -> bool {
    user.flags.contains(&UserFlag::CallerId) || user.flags.contains(&UserFlag::RegisteredOnly)
}

/// Whether somebody wants to hear nothing of somebody, who is not told. Operators of the server are heard.
pub fn is_silenced(settings: &Settings, me: &User, other: &User) -> bool {
    if other.silenced.is_empty() || me.source.id == other.source.id || me.is_oper() {
        return false;
    }
    let subject = super::subject(settings, &me.source);
    other.silenced.iter().any(|mask| mask.matches(&subject))
}

/// Whether somebody may write to somebody; `told`: whether those who are not let in are announced. Operators of the server
/// may, so that they can help.
///
/// # Errors
/// [`Refusal::NeedsLoginToWrite`], [`Refusal::CallerNotAccepted`].
pub fn can_write_to(me: &User, other: &User, told: impl FnOnce() -> Told) -> Result<(), Refusal> {
    let has = |flag: UserFlag| other.flags.contains(&flag);
    let known = me.source.id == other.source.id || other.accepted.contains(&me.source.id);
    if known || me.is_oper() || !keeps_strangers_out(other) {
        return Ok(());
    }
    let nick = other.source.nick.clone();
    match me.source.account {
        None if has(UserFlag::RegisteredOnly) => Err(Refusal::NeedsLoginToWrite(nick)),
        _ if has(UserFlag::CallerId) => Err(Refusal::CallerNotAccepted(nick, told())),
        _ => Ok(()),
    }
}

/// Whether words are of a kind that somebody takes, from whomever.
///
/// # Errors
/// [`Refusal::NoCtcpToThem`].
pub fn fits_reader(other: &User, kind: Kind, text: &str) -> Result<(), Refusal> {
    if other.flags.contains(&UserFlag::NoCtcp) && is_ctcp(kind, text) {
        return Err(Refusal::NoCtcpToThem(other.source.nick.clone()));
    }
    Ok(())
}

/// Whether words beside what somebody does, such as why they delete what they said, are shown to another: who is not heard is not
/// heard in that way.
pub fn may_add_words_for(settings: &Settings, me: &User, other: &User) -> bool {
    !is_silenced(settings, me, other) && can_write_to(me, other, || Told::No).is_ok()
}
