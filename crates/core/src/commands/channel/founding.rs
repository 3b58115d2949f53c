//! Whose a channel is: registering, giving up, offering and taking.

use super::access::{self, statuses};
use crate::audit::Act;
use crate::command::{Context, Outcome};
use crate::event::Event;
use crate::ids::UserId;
use crate::modes::Status;
use crate::names::{AccountKey, AccountName};
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{ChannelAnswer, ChannelInfo, Reply};
use crate::state::Channel;

/// Tells what a channel is to whom.
pub fn info(cx: &Context<'_>, channel: &Channel) -> Result<Outcome, Refusal> {
    let founder = channel.registered.as_ref().map(|it| (it.founder.clone(), it.since));
    let account = cx.me_if_any().and_then(|me| me.source.account.as_ref());
    let info = ChannelInfo {
        channel: channel.name.clone(),
        created: channel.created,
        founder,
        standing: policy::standing(account, channel),
        settings: policy::shown_settings(cx, channel),
    };
    Ok(answered(Outcome::nothing(), ChannelAnswer::Info(info)))
}

/// Lists the channels in which the asker's account is something.
pub fn mine(cx: &Context<'_>) -> Result<Outcome, Refusal> {
    let account = cx.me()?.source.account.as_ref().ok_or(Refusal::NotLoggedIn)?;
    let key = account.key();
    let founded = cx.state.channels_by_founder.get(&key).into_iter().flatten();
    let others = cx.state.channels_by_access.get(&key).into_iter().flatten();
    let channels = founded.chain(others).filter_map(|id| cx.state.channel(*id));
    let standing = |channel: &Channel| policy::standing(Some(account), channel);
    let mut own: Vec<_> = channels.map(|channel| (channel.name.clone(), standing(channel))).collect();
    own.sort_by_cached_key(|(name, _)| name.key());
    // Who was given a channel may still be on its list.
    own.dedup_by(|a, b| a.0 == b.0);
    Ok(answered(Outcome::nothing(), ChannelAnswer::Mine(own)))
}

pub(super) fn answered(outcome: Outcome, answer: ChannelAnswer) -> Outcome {
    outcome.reply(Reply::Channel(Box::new(answer)))
}

/// An account by name.
pub(super) fn account_named(cx: &Context<'_>, name: &str) -> Result<AccountName, Refusal> {
    let unknown = || Refusal::NoSuchAccount(name.into());
    let key = AccountName::new(name, cx.rules()).map_err(|_| unknown())?.key();
    cx.state.accounts.get(&key).map(|account| account.name.clone()).ok_or_else(unknown)
}

/// Makes a channel the asker's, or, for operators of the server, somebody's.
pub fn register(cx: &Context<'_>, channel: &Channel, account: Option<&str>) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    let (founder, status) = match account {
        None => (policy::can_register(cx, me, channel)?.clone(), Status::OWNER),
        Some(account) => {
            policy::can(cx, Right::Channels)?;
            let founder = account_named(cx, account)?;
            if channel.registered.is_some() {
                return Err(Refusal::ChannelIsRegistered(channel.name.clone()));
            }
            policy::may_found_another(cx, &founder.key())?;
            (founder, Status::NONE)
        }
    };
    let act = Act::there(cx, "register-channel", channel.name.as_str(), (channel, status));
    let act = act.change("", founder.as_str()).event();
    let (id, name) = (channel.id, channel.name.clone());
    let made = Event::ChannelRegistered { channel: id, name: name.clone(), founder: founder.clone() };
    let outcome = Outcome::nothing().event(act).event(made).events(statuses(cx, channel, &founder, true));
    Ok(answered(outcome, ChannelAnswer::Registered { channel: name, founder }))
}

/// Makes a channel one like any other.
pub fn unregister(cx: &Context<'_>, channel: &Channel) -> Result<Outcome, Refusal> {
    policy::can_dispose(cx, channel)?;
    let registered = policy::registered(channel)?;
    let there = (channel, policy::disposes_as(cx, channel));
    let act = Act::there(cx, "drop-channel", channel.name.as_str(), there);
    let act = act.change(registered.founder.as_str(), "").event();
    let outcome = Outcome::nothing().event(act).events(ended(channel, None));
    Ok(answered(outcome, ChannelAnswer::Unregistered(channel.name.clone())))
}

/// The end of a registration, and of a channel that nobody is in and nothing else keeps; `gone`: who has left in the same entry.
fn ended(channel: &Channel, gone: Option<UserId>) -> Vec<Event> {
    let (id, name) = (channel.id, channel.name.clone());
    let mut events = vec![unregistered(channel)];
    let gone = gone.filter(|user| channel.members.contains_key(user));
    if channel.members.len() == usize::from(gone.is_some()) && !channel.stays_unregistered() {
        events.push(Event::ChannelDropped { id, name, sealed: channel.is_restricted() });
    }
    events
}

pub(super) fn unregistered(channel: &Channel) -> Event {
    Event::ChannelUnregistered { channel: channel.id, name: channel.name.clone() }
}

/// Offers a channel to another account; without one, takes the offer back. What operators of the server give is
/// given at once.
pub fn transfer(cx: &Context<'_>, channel: &Channel, account: Option<&str>) -> Result<Outcome, Refusal> {
    policy::can_dispose(cx, channel)?;
    let registered = policy::registered(channel)?;
    let me = cx.me()?;
    let (id, name) = (channel.id, channel.name.clone());
    let there = (channel, policy::disposes_as(cx, channel));
    let act = |cx| Act::there(cx, "transfer-channel", channel.name.as_str(), there);
    let Some(account) = account else {
        let back = Event::ChannelOffered {
            by: me.source.clone(),
            channel: id,
            name: name.clone(),
            to: None,
            told: None,
        };
        let act = act(cx).change(offered_to(channel), "").event();
        return Ok(answered(
            Outcome::nothing().event(act).event(back),
            ChannelAnswer::Offered { channel: name, to: None },
        ));
    };
    let to = account_named(cx, account)?;
    if registered.founder.is(&to) {
        return Err(Refusal::IsFounder(to, name));
    }
    if !policy::is_founder(cx, channel) {
        policy::may_found_another(cx, &to.key())?;
        let act = act(cx).change(registered.founder.as_str(), to.as_str()).event();
        return Ok(given(cx, Outcome::nothing().event(act), channel, to));
    }
    let told = cx.state.people_of(&to).next().map(|user| user.source.clone());
    let by = me.source.clone();
    let offered = Event::ChannelOffered { by, channel: id, name: name.clone(), to: Some(to.clone()), told };
    let act = act(cx).change(offered_to(channel), format!("offered to {to}")).event();
    let outcome = Outcome::nothing().event(act).event(offered);
    Ok(answered(outcome, ChannelAnswer::Offered { channel: name, to: Some(to) }))
}

/// To whom a channel is offered, for the audit trail.
fn offered_to(channel: &Channel) -> String {
    let offered = channel.registered.as_ref().and_then(|it| it.offered.as_ref());
    offered.map(|account| format!("offered to {account}")).unwrap_or_default()
}

/// Takes a channel that was offered.
pub fn take(cx: &Context<'_>, channel: &Channel) -> Result<Outcome, Refusal> {
    let account = cx.me()?.source.account.as_ref().ok_or(Refusal::NotLoggedIn)?;
    let offered = channel.registered.as_ref().and_then(|it| it.offered.as_ref());
    if !offered.is_some_and(|to| to.is(account)) {
        return Err(Refusal::NotOffered(channel.name.clone()));
    }
    policy::may_found_another(cx, &account.key())?;
    let before = channel.registered.as_ref().map_or("", |it| it.founder.as_str());
    let act = Act::there(cx, "transfer-channel", channel.name.as_str(), (channel, Status::OWNER));
    let act = act.change(before, account.as_str()).event();
    Ok(given(cx, Outcome::nothing().event(act), channel, account.clone()))
}

fn given(cx: &Context<'_>, outcome: Outcome, channel: &Channel, founder: AccountName) -> Outcome {
    let name = channel.name.clone();
    let before = channel.registered.as_ref().map(|it| it.founder.clone());
    let given =
        Event::ChannelTransferred { channel: channel.id, name: name.clone(), founder: founder.clone() };
    let outcome = outcome.event(given);
    let outcome = match &before {
        Some(before) => outcome.events(statuses(cx, channel, before, false)),
        None => outcome,
    };
    let outcome = outcome.events(statuses(cx, channel, &founder, true));
    answered(outcome, ChannelAnswer::Transferred { channel: name, founder })
}

/// What becomes of channels when an account is deleted, in the same entry as its end: those that it founded are
/// registered no more, and it is on no access list. `gone`: whose presence has ended with it.
pub fn forget_account(cx: &Context<'_>, account: &AccountKey, gone: Option<UserId>) -> Vec<Event> {
    let founded = cx.state.channels_by_founder.get(account).into_iter().flatten();
    let founded = founded.filter_map(|id| cx.state.channel(*id));
    let mut events: Vec<_> = founded.flat_map(|channel| ended(channel, gone)).collect();
    let accessible = cx.state.channels_by_access.get(account).into_iter().flatten();
    let accessible = accessible.filter_map(|id| cx.state.channel(*id));
    events.extend(accessible.filter_map(|channel| access::removed(channel, account)));
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Actor;
    use crate::event::{Entry, Source, Who};
    use crate::evolve::evolve;
    use crate::ids::{ChannelId, Millis, Position, UserId};
    use crate::local::Local;
    use crate::names::{ChannelName, NameRules, Nick};
    use crate::settings::Settings;
    use crate::state::State;

    const RULES: NameRules = NameRules::Precis;

    fn account(name: &str) -> AccountName {
        AccountName::new(name, RULES).expect("an account name")
    }

    fn channel(name: &str) -> ChannelName {
        ChannelName::new(name, RULES).expect("a channel name")
    }

    fn happen(state: &mut State, events: Vec<Event>) {
        let entry = Entry { time: Millis(1), generation: 1, events };
        for record in entry.records(state.position.plus(1)) {
            evolve(state, &record);
        }
    }

    #[test]
    fn nothing_is_left_of_an_account_that_is_deleted() {
        let mut state = State::default();
        let mut events = Vec::new();
        for (n, (name, founder, other)) in
            [("#empty", "alice", "bob"), ("#other", "bob", "alice"), ("#full", "alice", "bob")]
                .into_iter()
                .enumerate()
        {
            let (id, name) = (ChannelId(n as u64 + 1), channel(name));
            let skeleton = name.skeleton(RULES);
            events.push(Event::ChannelCreated { id, name: name.clone(), skeleton, kept: false });
            events.push(Event::ChannelRegistered {
                channel: id,
                name: name.clone(),
                founder: account(founder),
            });
            let account = account(other);
            events.push(Event::AccessChanged { channel: id, name, account, status: Status::OP });
        }
        let nick = Nick::new("carol", RULES).expect("a nick");
        let by = Source::from(Who {
            id: UserId(9),
            user: "c".into(),
            host: "h".into(),
            account: None,
            bot: false,
            nick: nick.clone(),
        });
        events.push(Event::Connected {
            by: by.clone(),
            skeleton: nick.skeleton(RULES),
            realname: "c".into(),
        });
        let (realname, status) = ("c".into(), Status::NONE);
        events.push(Event::Joined {
            by,
            channel: ChannelId(3),
            name: channel("#full"),
            status,
            realname,
            away: None,
        });
        happen(&mut state, events);
        let mut oldest = state.clone();
        oldest.channels_by_access.clear();
        let read = State::from_bytes(&oldest.to_bytes()).expect("it is a state");
        assert!(!state.channels_by_access.is_empty());
        assert_eq!(read.channels_by_access, state.channels_by_access, "the oldest snapshots do not have it");

        let (local, settings) = (Local::default(), Settings::default());
        let cx = Context {
            state: &state,
            local: &local,
            settings: &settings,
            actor: Actor::Control,
            now: Millis(2),
        };
        let ends = forget_account(&cx, &account("alice").key(), None);
        happen(&mut state, ends);
        let names: Vec<_> = state.channels.values().map(|channel| channel.name.as_str()).collect();
        assert_eq!(names, ["#other", "#full"], "what nobody is in is gone");
        assert_eq!(state.channels_by_founder.len(), 1);
        let full = state.channel_by_key(&channel("#full").key()).expect("carol is there");
        assert!(full.registered.is_none() && full.access.is_empty());
        let other = state.channel_by_key(&channel("#other").key()).expect("it is bob's");
        assert!(other.registered.is_some() && other.access.is_empty());
        assert_ne!(state.position, Position(0));
    }
}
