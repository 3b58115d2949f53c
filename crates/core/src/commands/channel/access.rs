//! Access lists: which account gets which status on joining.

use compact_str::format_compact;

use super::founding::{account_named, answered};
use crate::audit::Act;
use crate::command::{Context, Outcome};
use crate::event::Event;
use crate::modes::{ModeChange, Status};
use crate::names::{AccountKey, AccountName};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::ChannelAnswer;
use crate::state::{Channel, User};
use crate::text::Text;

/// Shows who has access, or gives and takes it.
pub fn access(
    cx: &Context<'_>,
    channel: &Channel,
    account: Option<&str>,
    value: Option<&Text>,
) -> Result<Outcome, Refusal> {
    let Some(account) = account else { return listed(cx, channel) };
    let account = account_named(cx, account)?;
    let Some(word) = value else { return Err(Refusal::NeedMoreParams("value")) };
    let word = word.as_str().trim();
    let status = Status::of_word(word).ok_or_else(|| Refusal::InvalidParam("value", word.into()))?;
    let before = channel.access.get(&account.key()).map_or(Status::NONE, |access| access.status);
    policy::can_change_access(cx, channel, before, status)?;
    if status != Status::NONE && policy::registered(channel)?.founder.is(&account) {
        return Err(Refusal::IsFounder(account, channel.name.clone()));
    }
    let is_new = before == Status::NONE && status != Status::NONE;
    if is_new && channel.access.len() >= cx.settings.limits.list_entries {
        return Err(Refusal::AccessListFull(channel.name.clone()));
    }
    let (id, name) = (channel.id, channel.name.clone());
    let answer = ChannelAnswer::AccessChanged { channel: name.clone(), account: account.clone(), status };
    if before == status {
        return Ok(answered(Outcome::nothing(), answer));
    }
    let there = (channel, policy::changes_access_as(cx, channel, (before, status)));
    let act = Act::there(cx, "channel-access", format_compact!("{name} {account}"), there);
    let act = act.change(before.word(), status.word()).event();
    let changed = Event::AccessChanged { channel: id, name, account: account.clone(), status };
    let shown = changes_of(cx, channel, &account, (before, status));
    Ok(answered(Outcome::nothing().event(act).event(changed).events(shown), answer))
}

fn listed(cx: &Context<'_>, channel: &Channel) -> Result<Outcome, Refusal> {
    policy::can_see_access(cx, channel)?;
    let founder = policy::registered(channel)?.founder.clone();
    let others = channel
        .access
        .values()
        .filter(|access| !founder.is(&access.account))
        .map(|access| (access.account.clone(), access.status));
    let entries = std::iter::once((founder.clone(), Status::OWNER)).chain(others).collect();
    Ok(answered(Outcome::nothing(), ChannelAnswer::AccessList { channel: channel.name.clone(), entries }))
}

/// Gives the asker what they are entitled to.
pub fn up(cx: &Context<'_>, channel: &Channel) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    let has = policy::member_status(me, channel)?;
    policy::registered(channel)?;
    let standing = policy::standing(me.source.account.as_ref(), channel);
    if standing == Status::NONE {
        return Err(Refusal::NoAccess(channel.name.clone()));
    }
    if has.contains(standing) {
        return Ok(Outcome::nothing().reply(crate::reply::Reply::Done));
    }
    Ok(given(cx, channel, me, standing))
}

/// Gives the asker a status that they are entitled to.
pub fn given(cx: &Context<'_>, channel: &Channel, me: &User, status: Status) -> Outcome {
    let set = set(cx, channel, vec![change(me, true, status)]);
    Outcome::nothing().event(set).reply(crate::reply::Reply::Done)
}

/// What somebody gets who logs in where they are already.
pub fn granted(cx: &Context<'_>, me: &User, account: &AccountName) -> Vec<Event> {
    let places = me.channels.keys().filter_map(|id| cx.state.channel(*id));
    let grant = |channel: &Channel| {
        let standing = policy::standing(Some(account), channel);
        let has = channel.status(me.source.id).unwrap_or_default();
        let is_new = standing != Status::NONE && !has.contains(standing);
        is_new.then(|| set(cx, channel, vec![change(me, true, standing)]))
    };
    places.filter_map(grant).collect()
}

/// The end of an account's access, if it has any.
pub(super) fn removed(channel: &Channel, account: &AccountKey) -> Option<Event> {
    let access = channel.access.get(account)?;
    let (channel, name, account) = (channel.id, channel.name.clone(), access.account.clone());
    Some(Event::AccessChanged { channel, name, account, status: Status::NONE })
}

/// What members who are logged in to an account are shown as, when it becomes the founder's or is it no more.
pub(super) fn statuses(
    cx: &Context<'_>,
    channel: &Channel,
    account: &AccountName,
    owns: bool,
) -> Option<Event> {
    let statuses = if owns { (Status::NONE, Status::OWNER) } else { (Status::OWNER, Status::NONE) };
    changes_of(cx, channel, account, statuses)
}

/// The change of status of members who are logged in to an account.
fn changes_of(
    cx: &Context<'_>,
    channel: &Channel,
    account: &AccountName,
    (before, after): (Status, Status),
) -> Option<Event> {
    let mut changes = Vec::new();
    for user in cx.state.people_of(account) {
        let Some(has) = channel.status(user.source.id) else { continue };
        if before != Status::NONE && has.contains(before) {
            changes.push(change(user, false, before));
        }
        if after != Status::NONE && !has.contains(after) {
            changes.push(change(user, true, after));
        }
    }
    (!changes.is_empty()).then(|| set(cx, channel, changes))
}

fn change(user: &User, on: bool, status: Status) -> ModeChange {
    ModeChange::Status { on, status, user: user.source.id, nick: user.source.nick.clone() }
}

fn set(cx: &Context<'_>, channel: &Channel, changes: Vec<ModeChange>) -> Event {
    let server = cx.settings.server.clone();
    Event::ModesSet { server, channel: channel.id, name: channel.name.clone(), changes }
}
