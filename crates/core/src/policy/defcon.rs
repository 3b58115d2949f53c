//! What the server refuses while it defends itself: each level refuses what the ones above it do.
//!
//! | level | refused |
//! |---|---|
//! | 5 | nothing: the usual one |
//! | 4 | new accounts and new channels |
//! | 3 | private words of guests |
//! | 2 | who comes without having logged in |
//! | 1 | everybody who comes and has no right of an operator |

use crate::command::Context;
use crate::names::AccountName;
use crate::opers::Rights;
use crate::refusal::Refusal;
use crate::state::{State, User};

/// The usual level.
pub const DEFCON_USUAL: u8 = 5;

/// The level of the moment.
pub fn defcon(state: &State) -> u8 {
    state.defcon.unwrap_or(DEFCON_USUAL)
}

/// Whether accounts and channels may be made.
///
/// # Errors
/// [`Refusal::Restricted`].
pub fn may_make(state: &State) -> Result<(), Refusal> {
    allowed(state, defcon(state) > 4)
}

/// Whether somebody may write to one person.
///
/// # Errors
/// [`Refusal::Restricted`].
pub fn may_whisper(state: &State, me: &User) -> Result<(), Refusal> {
    allowed(state, defcon(state) > 3 || me.source.account.is_some() || me.is_oper())
}

/// Whether somebody may come.
///
/// # Errors
/// [`Refusal::AccountRequired`], [`Refusal::Restricted`].
pub fn may_come(cx: &Context<'_>, account: Option<&AccountName>) -> Result<(), Refusal> {
    if account.is_none() && cx.settings.accounts.login_required {
        return Err(Refusal::AccountRequired);
    }
    let rights = || {
        let account = account.and_then(|name| cx.state.accounts.get(&name.key()));
        account.map_or(Rights::NONE, |account| cx.settings.opers.rights(account.role.as_str()))
    };
    match defcon(cx.state) {
        0 | 1 => allowed(cx.state, !rights().is_empty()),
        2 => allowed(cx.state, account.is_some()),
        _ => Ok(()),
    }
}

fn allowed(state: &State, is_allowed: bool) -> Result<(), Refusal> {
    if is_allowed { Ok(()) } else { Err(Refusal::Restricted(defcon(state))) }
}
