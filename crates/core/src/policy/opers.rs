//! Rights of operators.

use crate::command::{Actor, Context};
use crate::local::ConnectionInfo;
use crate::modes::Role;
use crate::opers::{Oper, OperName, Right, Rights};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::state::{State, User};

/// Whether who asks has a right. The server's own command line has all of them.
///
/// # Errors
/// [`Refusal::NotRegistered`], [`Refusal::NoPrivileges`].
pub fn can(cx: &Context<'_>, right: Right) -> Result<(), Refusal> {
    let has = match cx.actor {
        Actor::Control => true,
        Actor::Session(_) => rights(cx.state, cx.settings, cx.me()?).contains(right),
    };
    if has { Ok(()) } else { Err(Refusal::NoPrivileges) }
}

/// All that somebody may do: by the role of their account, and as the operator that they logged in as.
pub fn rights(state: &State, settings: &Settings, user: &User) -> Rights {
    let of_role = settings.opers.rights(role(state, user).as_str());
    let of_oper = oper(settings, user).map(|oper| settings.opers.rights(&oper.class));
    of_role.with(of_oper.unwrap_or_default())
}

/// Whether somebody may read the server's notices.
pub fn reads_notices(state: &State, settings: &Settings, user: &User) -> bool {
    rights(state, settings, user).contains(Right::Notices)
}

/// Whether somebody who reads them may know from them where others are connected from.
pub fn reads_addresses(state: &State, settings: &Settings, user: &User) -> bool {
    rights(state, settings, user).contains(Right::SeeHosts)
}

/// What somebody is called who shows that they are an operator: their class.
pub fn oper_class<'a>(state: &State, settings: &'a Settings, user: &User) -> Option<&'a str> {
    let shown = user.is_oper();
    let class = || oper(settings, user).map_or(role(state, user).as_str(), |oper| oper.class.as_str());
    shown.then(class)
}

/// The operator of the configuration that somebody logged in as, if the configuration still has it.
fn oper<'a>(settings: &'a Settings, user: &User) -> Option<&'a Oper> {
    user.oper.as_deref().and_then(|name| settings.opers.opers.get(name))
}

/// Whether who asks has shown the certificate that an operator has to show, if one is named.
///
/// # Errors
/// [`Refusal::WrongCredentials`].
pub fn has_shown(cx: &Context<'_>, oper: &Oper) -> Result<(), Refusal> {
    let (_, session) = cx.session()?;
    let is_right = oper.certfp.is_none() || oper.certfp == session.info.more.certfp;
    if is_right { Ok(()) } else { Err(Refusal::WrongCredentials) }
}

/// The operator that somebody is at once who comes in with this certificate.
pub fn automatic_oper<'a>(cx: &Context<'a>, info: &ConnectionInfo) -> Option<(&'a OperName, &'a Oper)> {
    let is_theirs = |oper: &Oper| oper.automatic && oper.certfp.is_some() && oper.certfp == info.more.certfp;
    cx.settings.opers.opers.iter().find(|(_, oper)| is_theirs(oper))
}

/// Whether somebody is told of the servers of the network.
pub fn can_see_links(cx: &Context<'_>) -> bool {
    let is_operator = || cx.me().is_ok_and(|me| !rights(cx.state, cx.settings, me).is_empty());
    !cx.settings.about.links_hidden || is_operator()
}

fn role(state: &State, user: &User) -> Role {
    state.account_of(&user.source).map_or(Role::Member, |account| account.role)
}

/// Whether somebody may know where somebody else is connected from: of themselves they know, and operators
/// of the server need to.
pub fn can_see_address(cx: &Context<'_>, other: &User) -> bool {
    cx.me().is_ok_and(|me| me.source.id == other.source.id) || can(cx, Right::SeeHosts).is_ok()
}
