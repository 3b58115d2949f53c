//! How a presence begins and ends; commands and the engine share it.

use std::collections::BTreeSet;

use compact_str::CompactString;

use super::{away, chghost, client, leave, mark_read, metadata, nick, oper};
use crate::command::{CloseReason, Context, Outcome};
use crate::event::{Event, Source, Staying, Who};
use crate::ids::{Millis, UserId};
use crate::local::{LocalChange, Registration, Session};
use crate::names::{AccountName, ChannelName};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Question;
use crate::server_bans::BanKind;
use crate::state::User;
use crate::text::Text;

/// Begins the presence of a session whose registration is `registration`, if that is complete; else
/// nothing happens yet.
///
/// # Errors
/// When the nick cannot be used any more.
pub fn begin(cx: &Context<'_>, session: &Session, registration: &Registration) -> Result<Outcome, Refusal> {
    let (Some(nick), Some(user)) = (&registration.nick, &registration.user) else {
        return Ok(Outcome::nothing());
    };
    if registration.held {
        return Ok(Outcome::nothing());
    }
    // Spec: <https://modern.ircdocs.horse/#errpasswdmismatch-464>
    if !policy::is_admitted(cx, &session.info, registration) {
        return Ok(Outcome::nothing().close(CloseReason::PasswordNeeded));
    }
    let account = registration.account.as_ref();
    policy::may_come(cx, account)?;
    account.map_or(Ok(()), |account| policy::may_connect_to(cx, account))?;
    if let Some(own) = policy::own(cx, nick, account) {
        return attach(cx, session, own, registration.away.as_ref());
    }
    let skeleton = policy::may_use_nick(cx.state, cx.settings, nick, None, account)?;
    let by = Source::from(Who {
        id: UserId(cx.state.next_id(0)),
        nick: nick.clone(),
        user: user.clone(),
        host: host(cx, session, account),
        account: account.cloned(),
        bot: false,
    });
    let realname = registration.realname.clone().unwrap_or_else(|| nick.as_str().into());
    if let Some(ban) = policy::server_ban(cx, &by, &realname, &session.info) {
        // They go on from where they are once they have logged in.
        if ban.kind == Some(BanKind::Login) {
            return Err(Refusal::AccountRequired);
        }
        return Ok(Outcome::nothing().close(CloseReason::Banned(ban.reason.clone())));
    }
    let id = by.id;
    let away = registration.away.clone();
    let gone = away.map(|message| Event::AwayChanged { by: by.clone(), message: Some(message) });
    let lent = nick::borrowed(cx, &skeleton, account);
    let flags = cx.settings.accounts.user_modes.iter();
    let modes: Vec<_> =
        flags.map(|flag| Event::UserModeChanged { by: by.clone(), on: true, flag: *flag }).collect();
    let operates = oper::automatic(cx, session, &by);
    let (_, client) = client::came(cx, cx.session()?.0, account);
    let (said, forgotten) = metadata::early(cx, &by)?;
    let begun = Outcome::nothing()
        .event(Event::Connected { by, skeleton, realname })
        .events(gone)
        .events(said)
        .events(client);
    let bound = forgotten.into_iter().fold(begun.local(LocalChange::Bind(id)), Outcome::local);
    Ok(bound.ask(Question::Welcome).events(modes).and(operates).and(lent))
}

/// One more session of somebody who is here: it is greeted as any other, and told where they are. They are not
/// away any more, unless the session says so as well, and then in its words. An operator by certificate is one again.
fn attach(cx: &Context<'_>, session: &Session, own: &User, away: Option<&Text>) -> Result<Outcome, Refusal> {
    policy::may_attach(cx, own, session.info.link)?;
    if let Some(ban) = policy::server_ban(cx, &own.source, &own.realname, &session.info) {
        return Ok(Outcome::nothing().close(CloseReason::Banned(ban.reason.clone())));
    }
    let returned = is_absent(cx, own).then(|| Event::Returned { by: own.source.clone() });
    let back = back(cx, own, away).map(|message| Event::AwayChanged { by: own.source.clone(), message });
    let current = LocalChange::Current(own.last_joined(None));
    let attached = Outcome::nothing().local(LocalChange::Bind(own.source.id)).local(current);
    let (seen, client) = client::came(cx, cx.session()?.0, own.source.account.as_ref());
    let attached = attached.events(returned).events(client).events(back);
    let modes = (!own.flags.is_empty()).then_some(Question::UserModes);
    let channels = own.channels.keys().flat_map(|id| {
        [
            Question::StillOn(*id),
            Question::TopicIfAny(*id),
            Question::MarkerOnJoin(*id),
            Question::NamesOnJoin(*id),
            Question::MetadataOnJoin(*id),
        ]
    });
    let questions = [Question::Welcome].into_iter().chain(modes).chain(channels);
    let greeted = questions.fold(attached, Outcome::ask).and(oper::automatic_again(cx, session, own));
    Ok(seen.and_then(|seen| client::missed(cx, own, seen)).into_iter().fold(greeted, Outcome::and))
}

/// What somebody says of being away when one more session of theirs comes, which says `away`; nothing if that stays as it is. The `*`
/// of a session that nobody looks at takes the place of no words.
fn back(cx: &Context<'_>, own: &User, away: Option<&Text>) -> Option<Option<Text>> {
    match away {
        None => own.away.is_some().then_some(None),
        Some(said) if is_absent(cx, own) && !away::is_unattended(said) => Some(Some(said.clone())),
        Some(_) => None,
    }
}

/// Whether somebody is here without a session.
pub fn is_absent(cx: &Context<'_>, user: &User) -> bool {
    let absence = user.source.account.as_ref().and_then(|account| cx.state.absences.of(account));
    absence.is_some_and(|absence| absence.user == user.source.id)
}

/// For how long somebody has said nothing, in seconds: at least since their last session ended.
pub fn idle_s(cx: &Context<'_>, user: &User) -> Option<u64> {
    let absence = || {
        let absence = cx.state.absences.of(user.source.account.as_ref()?)?;
        (absence.user == user.source.id).then(|| cx.now.0.saturating_sub(absence.since.0) / 1_000)
    };
    cx.local.idle_s(user, cx.now).or_else(absence)
}

/// What those say of being away who are here without a session.
pub fn absent_words() -> Text {
    Text::new("Not connected").expect("it is a text")
}

/// When a presence without a session that begins now ends, if nobody comes.
pub fn absent_until(cx: &Context<'_>) -> Option<Millis> {
    let seconds = cx.settings.presence.always_on_s;
    (seconds > 0).then(|| cx.now.plus_s(seconds))
}

/// The events of somebody's last session ending: their presence ends with it, unless they stay.
pub fn last_session_ended(cx: &Context<'_>, user: &User, reason: &CloseReason) -> Vec<Event> {
    let is_put_out =
        matches!(reason, CloseReason::Banned(_) | CloseReason::Killed(..) | CloseReason::Suspended(_));
    if is_put_out || !policy::stays(cx.state, cx.settings, user) {
        return end(cx, user, reason.as_quit_reason());
    }
    let markers = user.channels.keys().filter_map(|id| mark_read::left(cx, user, *id));
    let mut events: Vec<_> = markers.collect();
    let by = || user.source.clone();
    events.push(Event::BecameAbsent { by: by(), until: absent_until(cx) });
    if user.away.is_none() {
        events.push(Event::AwayChanged { by: by(), message: Some(absent_words()) });
    }
    events
}

/// The first event of a process: who stays without a session, and who is gone.
pub fn started(cx: &Context<'_>) -> Event {
    let keep_until = cx.now.plus_s(cx.settings.keep_after_restart_s);
    let mut accounts = BTreeSet::new();
    let stays = cx.state.everybody().filter(|user| policy::stays(cx.state, cx.settings, user));
    let one_each = stays.filter(|user| accounts.insert(user.source.account.as_ref().map(AccountName::key)));
    let users: Vec<_> = one_each.map(|user| user.source.id).take(cx.settings.limits.absent_users).collect();
    let staying = (!users.is_empty())
        .then(|| Box::new(Staying { users, until: absent_until(cx), away: absent_words() }));
    Event::Started { keep_until, staying }
}

/// What follows for a person who goes on with fewer sessions: they are away if all that are left are.
pub fn thinned(cx: &Context<'_>, user: &User) -> Option<Event> {
    let message = away::of_sessions(cx, user.source.id, None)?;
    user.away.is_none().then(|| Event::AwayChanged { by: user.source.clone(), message: Some(message) })
}

/// The host that others see of who connects.
fn host(cx: &Context<'_>, session: &Session, account: Option<&AccountName>) -> CompactString {
    // An operator is shown as one from the beginning.
    if let Some(host) = policy::automatic_oper(cx, &session.info).and_then(|(_, oper)| oper.vhost.clone()) {
        return host;
    }
    let real = || session.info.host.clone();
    let Some(cloak) = &cx.settings.cloak else { return real() };
    let named = account.and_then(|account| host_of_account(cx, account));
    named.or_else(|| session.info.address.map(|address| cloak.host(address))).unwrap_or_else(real)
}

/// The host that tells an account, where there are such.
fn host_of_account(cx: &Context<'_>, account: &AccountName) -> Option<CompactString> {
    let cloak = cx.settings.cloak.as_ref().filter(|cloak| cloak.accounts)?;
    let host = compact_str::format_compact!("{}.{}", account.key().as_str(), cloak.netname);
    chghost::is_host(&host).then_some(host)
}

/// What follows for the host of somebody who goes on under another account, or none: one that tells the account that they had
/// would name what is theirs no more.
pub fn rehosted(cx: &Context<'_>, user: &User, to: Option<&AccountName>) -> Option<Event> {
    let told = host_of_account(cx, user.source.account.as_ref()?)?;
    if user.source.host != told {
        return None;
    }
    let session = cx.local.sessions_of(user.source.id).find_map(|id| cx.local.get(id));
    let host = match session {
        Some(session) => host(cx, session, to),
        None => host_of_account(cx, to?)?,
    };
    let by = user.source.but(|who| who.account = to.cloned());
    Some(Event::HostChanged { by, user: user.source.user.clone(), host })
}

/// Goes on with a registration that has learnt something. What was learnt stays, also when the nick that was
/// free before is not any more: another nick is then all that is missing.
pub fn go_on(
    cx: &Context<'_>,
    session: &Session,
    registration: &Registration,
    learnt: LocalChange,
) -> Outcome {
    match begin(cx, session, registration) {
        Ok(outcome) => outcome.local_first(learnt),
        Err(refusal) => Outcome::nothing().local(learnt).refuse(refusal),
    }
}

/// The channels that somebody is in: what happens to them belongs to the history of each.
pub fn places(cx: &Context<'_>, user: UserId) -> Option<Vec<ChannelName>> {
    let channels = cx.state.user(user)?.channels.keys().filter_map(|id| cx.state.channel(*id));
    let names: Vec<_> = channels.map(|channel| channel.name.clone()).collect();
    (!names.is_empty()).then_some(names)
}

/// The events of somebody's end: the quit, and the channels that it leaves empty.
pub fn end(cx: &Context<'_>, user: &User, reason: Option<Text>) -> Vec<Event> {
    let markers = user.channels.keys().filter_map(|id| mark_read::left(cx, user, *id));
    let mut events: Vec<_> = markers.collect();
    events.push(Event::Quit { by: user.source.clone(), reason, channels: places(cx, user.source.id) });
    events.extend(user.channels.keys().filter_map(|id| leave::drop_if_last(cx, *id)));
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Actor, Step};
    use crate::ids::{Millis, SessionId};
    use crate::local::{ConnectionInfo, Local};
    use crate::names::{NameRules, Nick};
    use crate::settings::Settings;
    use crate::state::State;

    #[test]
    fn a_nick_lost_while_registering_loses_nothing_else() {
        let nick = Nick::new("alice", NameRules::Precis).expect("a nick");
        let mut state = State::default();
        state.users_by_nick.insert(nick.key(), UserId(1));
        let (mut local, settings, id) = (Local::default(), Settings::default(), SessionId(1));
        local.open(id, ConnectionInfo { host: "h".into(), ..ConnectionInfo::default() });
        let registration =
            Registration { nick: Some(nick.clone()), user: Some("a".into()), ..Default::default() };
        let actor = Actor::Session(id);
        let cx = Context { state: &state, local: &local, settings: &settings, actor, now: Millis(0) };
        let (_, session) = cx.session().expect("it is open");
        let Outcome::Done(steps) = go_on(&cx, session, &registration, LocalChange::Held(false)) else {
            panic!("nothing is waited for");
        };
        assert!(matches!(
            &steps[..],
            [Step::Local(LocalChange::Held(false)), Step::Refuse(Refusal::NicknameInUse(taken))] if *taken == nick
        ));
    }
}
