//! Who may connect, and for whom.

use crate::command::Context;
use crate::connecting::Gateway;
use crate::local::{ConnectionInfo, Registration};
use crate::refusal::Refusal;

/// Whether somebody who connects has shown what it takes: the server's password, unless there is none or they are exempt.
pub fn is_admitted(cx: &Context<'_>, info: &ConnectionInfo, registration: &Registration) -> bool {
    let rules = &cx.settings.connecting;
    let is_exempt =
        || info.address.is_some_and(|address| rules.exempt.iter().any(|net| net.contains(address)));
    rules.password.is_none() || registration.admitted || is_exempt()
}

/// Whether who asks has come in, or could: nobody makes an account without the password that the server asks for.
///
/// # Errors
/// [`Refusal::ConnectFirst`].
pub fn may_enter(cx: &Context<'_>) -> Result<(), Refusal> {
    let Ok((_, session)) = cx.session() else { return Ok(()) };
    let is_in = session.user.is_some() || is_admitted(cx, &session.info, session.registration());
    if is_in { Ok(()) } else { Err(Refusal::ConnectFirst) }
}

/// The gateway of the configuration that a connection is of, before it has given its password. Nothing: it is none's.
pub fn gateway<'a>(cx: &Context<'a>, info: &ConnectionInfo) -> Option<&'a Gateway> {
    let is_it = |gateway: &&Gateway| {
        let is_there = gateway.nets.is_empty()
            || info.address.is_some_and(|address| gateway.nets.iter().any(|net| net.contains(address)));
        let has_shown = gateway.certfp.is_none() || gateway.certfp == info.more.certfp;
        let is_known = !gateway.nets.is_empty() || gateway.certfp.is_some();
        is_known && is_there && has_shown
    };
    cx.settings.connecting.gateways.values().find(is_it)
}
