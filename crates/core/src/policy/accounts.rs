//! Whose an account is, who may change it, and whose a nick is.

use super::{can, rights, server_bans};
use crate::accounts::Suspension;
use crate::command::{Actor, Context};
use crate::ids::SessionId;
use crate::names::{AccountKey, AccountName, Skeleton};
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::server_bans::Suspect;
use crate::settings::Registration;
use crate::state::{Account, State, User};

/// Whether somebody who has shown its secret may log in to an account.
///
/// # Errors
/// [`Refusal::BannedFromServer`], [`Refusal::AccountSuspended`].
pub fn may_log_in(cx: &Context<'_>, account: &Account) -> Result<(), Refusal> {
    let suspect = Suspect { account: Some(&account.name), ..Suspect::default() };
    server_bans::refused(cx.state.server_bans.against(&suspect))?;
    let is_now = |it: &&Suspension| it.until.is_none_or(|until| until > cx.now);
    match account.suspended.as_ref().filter(is_now) {
        Some(suspension) => Err(Refusal::AccountSuspended(suspension.reason.clone())),
        None => Ok(()),
    }
}

/// Whether one more connection may be logged in to an account: the asker's, if it is not already.
///
/// # Errors
/// [`Refusal::TooManyConnections`].
pub fn may_connect_to(cx: &Context<'_>, account: &AccountName) -> Result<(), Refusal> {
    let max = cx.settings.limits.connections_per_account;
    let own = cx.session().ok().map(|(id, _)| id);
    let people = cx.state.census.people_of(account);
    let theirs = people.iter().flat_map(|user| cx.local.sessions_of(*user)).filter(|id| Some(*id) != own);
    if max > 0 && theirs.take(max).count() == max { Err(Refusal::TooManyConnections(max)) } else { Ok(()) }
}

/// Whether another password may be tried: from there, and for that account.
///
/// # Errors
/// [`Refusal::TooManyFailedLogins`].
pub fn may_try(cx: &Context<'_>, account: Option<&AccountKey>) -> Result<(), Refusal> {
    let address = cx.session().ok().and_then(|(_, session)| session.info.address);
    let (failures, limits) = (&cx.local.failures, &cx.settings.limits);
    let of_account = account.map_or(0, |account| failures.of_account(account, cx.now));
    let is_much = |count: u32, max: u32| max > 0 && count >= max;
    if is_much(failures.of_address(address, cx.now), limits.failed_logins_per_address)
        || is_much(of_account, limits.failed_logins_per_account)
    {
        return Err(Refusal::TooManyFailedLogins);
    }
    Ok(())
}

/// Whether a token may be shown on that connection.
/// Spec: <https://www.rfc-editor.org/rfc/rfc7628#section-3> (over TLS alone)
///
/// # Errors
/// [`Refusal::NoTokens`].
pub fn may_show_token(cx: &Context<'_>) -> Result<(), Refusal> {
    let link = cx.session().map(|(_, session)| session.info.link).unwrap_or_default();
    if cx.settings.tokens.are_for(link) { Ok(()) } else { Err(Refusal::NoTokens) }
}

/// Whether who asks may change an account of somebody else: with the right, and with all rights that the account
/// has, since whoever changes its password has them.
///
/// # Errors
/// [`Refusal::NotRegistered`], [`Refusal::NoPrivileges`].
pub fn can_administer(cx: &Context<'_>, account: &Account) -> Result<(), Refusal> {
    can(cx, Right::Accounts)?;
    if cx.actor == Actor::Control {
        return Ok(());
    }
    let own = rights(cx.state, cx.settings, cx.me()?);
    let theirs = cx.settings.opers.rights(account.role.as_str());
    if theirs.iter().all(|right| own.contains(right)) { Ok(()) } else { Err(Refusal::NoPrivileges) }
}

/// Whether who asks may see who is logged in to an account, and end their sessions: it is theirs, or they may administer it.
///
/// # Errors
/// [`Refusal::NotRegistered`], [`Refusal::NoPrivileges`].
pub fn can_end_sessions(
    cx: &Context<'_>,
    own: Option<&AccountName>,
    account: &Account,
) -> Result<(), Refusal> {
    let is_own = own.is_some_and(|own| own.is(&account.name));
    if is_own { Ok(()) } else { can_administer(cx, account) }
}

/// The account whose a nick of that look is.
pub fn owner_of<'a>(state: &'a State, skeleton: &Skeleton) -> Option<&'a AccountKey> {
    state.accounts_by_skeleton.get(skeleton)
}

/// Whether a nick of that look is an account's that somebody is not logged in to.
pub fn is_others(state: &State, skeleton: &Skeleton, account: Option<&AccountName>) -> bool {
    owner_of(state, skeleton).is_some_and(|owner| account.map(AccountName::key).as_ref() != Some(owner))
}

/// Whether who asks may make an account for themselves.
///
/// # Errors
/// [`Refusal::RegistrationClosed`], [`Refusal::ConnectFirst`].
pub fn may_register_account(cx: &Context<'_>) -> Result<(), Refusal> {
    match cx.settings.accounts.registration {
        Registration::Open => Ok(()),
        Registration::Connected if cx.me_if_any().is_some() => Ok(()),
        Registration::Connected => Err(Refusal::ConnectFirst),
        Registration::Closed => Err(Refusal::RegistrationClosed),
    }
}

/// Whether somebody may have a nick freed of who bears it: it is their account's, or its bearer is logged in to their
/// account.
///
/// # Errors
/// [`Refusal::NotLoggedIn`], [`Refusal::NotYourNick`].
pub fn can_free(cx: &Context<'_>, bearer: &User) -> Result<(), Refusal> {
    let account = cx.me()?.source.account.as_ref().ok_or(Refusal::NotLoggedIn)?;
    let is_mine = owner_of(cx.state, &bearer.skeleton) == Some(&account.key());
    let is_me = bearer.source.account.as_ref().is_some_and(|theirs| theirs.is(account));
    if is_mine || is_me { Ok(()) } else { Err(Refusal::NotYourNick(bearer.source.nick.clone())) }
}

/// The sessions that are logged in to an account, with or without a presence.
pub fn sessions_of_account(cx: &Context<'_>, account: &AccountName) -> Vec<SessionId> {
    let people = cx.state.census.people_of(account).iter();
    let present = people.flat_map(|user| cx.local.sessions_of(*user));
    let mut theirs: Vec<_> = present.chain(cx.local.sessions_without_presence(account)).collect();
    theirs.sort_unstable();
    theirs
}
