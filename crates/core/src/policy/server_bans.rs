//! Who is let into the server.

use core::net::IpAddr;

use crate::command::Context;
use crate::event::Source;
use crate::ids::SessionId;
use crate::local::ConnectionInfo;
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::server_bans::{BanTarget, ServerBan, Suspect};
use crate::state::{State, User};

/// Whether an address may connect.
///
/// # Errors
/// [`Refusal::BannedFromServer`]. Who could log in is let in until they have not.
pub fn may_connect(state: &State, address: Option<IpAddr>) -> Result<(), Refusal> {
    refused(address.and_then(|address| state.server_bans.of_address(address, true)))
}

/// Whether somebody may be here as `source`, with that real name.
///
/// # Errors
/// [`Refusal::BannedFromServer`].
pub fn may_be(cx: &Context<'_>, source: &Source, realname: &str) -> Result<(), Refusal> {
    let (_, session) = cx.session()?;
    refused(server_ban(cx, source, realname, &session.info))
}

pub(super) fn refused(ban: Option<&ServerBan>) -> Result<(), Refusal> {
    ban.map_or(Ok(()), |ban| Err(Refusal::BannedFromServer(ban.reason.clone())))
}

/// The ban that keeps somebody out. Who may ban is kept out by a ban of their account alone, so that nobody
/// bans themselves by a slip.
pub fn server_ban<'a>(
    cx: &Context<'a>,
    source: &Source,
    realname: &str,
    info: &ConnectionInfo,
) -> Option<&'a ServerBan> {
    if cx.state.server_bans.is_empty() {
        return None;
    }
    let subjects = subjects(cx, source, info);
    let realname = cx.rules().fold_loosely(realname);
    let account = source.account.as_ref();
    let who = Suspect { address: info.address, subjects: &subjects, realname: Some(&realname), account };
    let ban = cx.state.server_bans.against(&who)?;
    let is_account = matches!(ban.target, BanTarget::Account(_));
    (is_account || !may_ban(cx, source)).then_some(ban)
}

/// Whether somebody may do what others see.
///
/// # Errors
/// [`Refusal::Silenced`].
pub fn may_be_heard(cx: &Context<'_>) -> Result<(), Refusal> {
    if !cx.state.server_bans.silence_any() {
        return Ok(());
    }
    let (Ok((_, session)), Ok(me)) = (cx.session(), cx.me()) else { return Ok(()) };
    let (bans, account) = (&cx.state.server_bans, me.source.account.as_ref());
    let exactly = bans.silencing_exactly(session.info.address, account);
    match exactly.or_else(|| silencing_by_pattern(cx, me, &session.info)) {
        Some(ban) if !may_ban(cx, &me.source) => Err(Refusal::Silenced(ban.reason.clone())),
        _ => Ok(()),
    }
}

/// Everybody who speaks is asked about: where no pattern silences, nobody is written down for it.
fn silencing_by_pattern<'a>(cx: &Context<'a>, me: &User, info: &ConnectionInfo) -> Option<&'a ServerBan> {
    let bans = &cx.state.server_bans;
    bans.silent_patterns().next()?;
    let subjects = subjects(cx, &me.source, info);
    let realname = cx.rules().fold_loosely(&me.realname);
    let who = Suspect { subjects: &subjects, realname: Some(&realname), ..Suspect::default() };
    bans.silent_patterns().find(|target| target.covers(&who)).and_then(|target| bans.get(target))
}

/// The sessions that a ban closes.
pub fn sessions_of_ban(cx: &Context<'_>, ban: &ServerBan) -> Vec<SessionId> {
    let target = &ban.target;
    let is_account = matches!(target, BanTarget::Account(_));
    let covered =
        cx.local.sessions().filter(|(_, session)| match session.user.and_then(|id| cx.state.user(id)) {
            Some(user) => {
                ban.keeps_out(user.source.account.is_some())
                    && covers(cx, target, user, &session.info)
                    && (is_account || !may_ban(cx, &user.source))
            }
            // Who has not come yet may still log in.
            None if ban.kind.is_some() => false,
            None => {
                let (address, account) = (session.info.address, session.registration().account.as_ref());
                target.covers(&Suspect { address, account, ..Suspect::default() })
            }
        });
    covered.map(|(id, _)| id).collect()
}

/// Those without a session whose presence a ban ends.
pub fn absent_of_ban<'a>(cx: &Context<'a>, ban: &ServerBan) -> Vec<&'a User> {
    let target = &ban.target;
    if !ban.keeps_out(true) {
        return Vec::new();
    }
    let is_account = matches!(target, BanTarget::Account(_));
    let nowhere = ConnectionInfo::default();
    let absent = cx.state.absences.iter().filter_map(|absence| cx.state.user(absence.user));
    let shown = |user: &User| ConnectionInfo { host: user.source.host.clone(), ..nowhere.clone() };
    let covered = absent.filter(|user| covers(cx, target, user, &shown(user)));
    covered.filter(|user| is_account || !may_ban(cx, &user.source)).collect()
}

fn covers(cx: &Context<'_>, target: &BanTarget, user: &User, info: &ConnectionInfo) -> bool {
    let subjects = subjects(cx, &user.source, info);
    let realname = cx.rules().fold_loosely(&user.realname);
    let account = user.source.account.as_ref();
    target.covers(&Suspect { address: info.address, subjects: &subjects, realname: Some(&realname), account })
}

/// Somebody as others see them, and as they are.
fn subjects(cx: &Context<'_>, source: &Source, info: &ConnectionInfo) -> Vec<String> {
    let shown = super::subject(cx.settings, source);
    let real = super::subject(cx.settings, &source.but(|who| who.host = info.host.clone()));
    if real == shown { vec![shown] } else { vec![shown, real] }
}

fn may_ban(cx: &Context<'_>, source: &Source) -> bool {
    let of_user = cx.state.user(source.id).map(|user| super::rights(cx.state, cx.settings, user));
    let of_account = || {
        let role = cx.state.account_of(source).map(|account| account.role).unwrap_or_default();
        cx.settings.opers.rights(role.as_str())
    };
    of_user.unwrap_or_else(of_account).contains(Right::Ban)
}
