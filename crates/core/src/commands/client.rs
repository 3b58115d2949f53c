//! DEVICE: which client a session is, and what a client has missed when it comes back.

use std::collections::BTreeSet;

use super::conversations::{self, Showing};
use super::login;
use crate::clients::{self, ClientName, Seen};
use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::event::Event;
use crate::ids::{Millis, SessionId};
use crate::local::{Gone, LocalChange};
use crate::names::AccountName;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::User;
use crate::work::{Times, Work};

crate::args! {
    /// Says which of your clients this is, so that it is shown what it missed; without a name, lists them.
    Client { client: Option<Word> }
}

impl Command for Client {
    const NAME: &'static str = "CLIENT";
    const SLASH: &'static [&'static str] = &["client"];
    const SUMMARY: &'static str = "Says before you have a nick which client this is, to be shown what it missed; alone, lists your clients.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let Some(Word(raw)) = self.client else { return list(cx) };
        let name = ClientName::parse(&raw).ok_or_else(|| Refusal::InvalidParam("client", raw))?;
        if cx.session()?.1.user.is_some() {
            return Err(Refusal::AlreadyRegistered);
        }
        Ok(Outcome::nothing().local(LocalChange::Client(name)).reply(Reply::Done))
    }
}

fn list(cx: &Context<'_>) -> Result<Outcome, Refusal> {
    let name = login::account(cx).ok_or(Refusal::NotLoggedIn)?;
    let account = cx.state.accounts.get(&name.key()).ok_or(Refusal::NotLoggedIn)?;
    let clients = account.clients.iter().map(|(name, seen)| (name.clone(), *seen));
    Ok(Outcome::nothing().reply(Reply::Clients(clients.collect())))
}

/// How far the client of a session had read when it was last here, and that it is here again.
pub fn came(cx: &Context<'_>, id: SessionId, account: Option<&AccountName>) -> (Option<Seen>, Option<Event>) {
    let account = account.and_then(|name| cx.state.accounts.get(&name.key()));
    let (Some(account), Some(client)) = (account, cx.local.client(id)) else { return (None, None) };
    let seen = account.clients.get(client).copied();
    let is_full = seen.is_none() && account.clients.len() >= cx.settings.limits.clients_per_account;
    let forgotten = clients::oldest(&account.clients).filter(|_| is_full).cloned();
    let came = Event::ClientCame { account: account.name.clone(), client: client.clone(), forgotten };
    (seen.filter(|seen| !seen.is_here), Some(came))
}

/// That the client of a session that is gone is not here any more.
pub fn left(cx: &Context<'_>, user: &User, gone: &Gone) -> Option<Event> {
    let client = gone.client.as_ref()?;
    let mut others = cx.local.sessions_of(user.source.id).filter_map(|id| cx.local.client(id));
    if others.any(|other| other == client) {
        return None;
    }
    left_account(cx, user, client)
}

/// What follows for clients when their person, who is here, logs in to `to`, or to nothing: those that are here are not the old
/// account's any more. The one that asks is the new one's, unless its person is somebody else who is here, too: what they
/// read it has not.
pub(super) fn moved(cx: &Context<'_>, user: &User, to: Option<&AccountName>) -> Vec<Event> {
    let clients = cx.local.sessions_of(user.source.id).filter_map(|id| cx.local.client(id));
    let clients: BTreeSet<_> = clients.collect();
    let mut events: Vec<_> = clients.into_iter().filter_map(|it| left_account(cx, user, it)).collect();
    if let (Some(to), Ok((id, _))) = (to, cx.session())
        && cx.state.census.people_of(to).is_empty()
    {
        events.extend(came(cx, id, Some(to)).1);
    }
    events
}

/// That a client of somebody's is not here any more, as far as their account knows it.
fn left_account(cx: &Context<'_>, user: &User, client: &ClientName) -> Option<Event> {
    let account = cx.state.account_of(&user.source)?;
    let is_known = account.clients.get(client).is_some_and(|seen| seen.is_here);
    is_known.then(|| Event::ClientLeft { account: account.name.clone(), client: client.clone() })
}

/// Shows what a client has missed in its person's conversations: the newest of each, so many lines in all.
pub fn missed(cx: &Context<'_>, own: &User, seen: Seen) -> Option<Outcome> {
    let room = cx.settings.presence.replay_lines;
    if room == 0 {
        return None;
    }
    // Times have no ends, and several things can be said in one millisecond.
    let times = Times { after: Some(Millis(seen.at.0.saturating_sub(1))), before: None };
    let query = conversations::of(cx, own, times, room);
    let side = query.side.clone();
    let showing = Showing {
        after: seen.position,
        until: query.until,
        times: Times::default(),
        with: conversations::wanted(cx),
        room,
        show: |target, messages| Reply::Missed { target, messages },
    };
    Some(Outcome::wait(Work::Conversations(query), move |cx, result| {
        // Who wants to know can ask for it.
        let found = conversations::named(cx, result, &side).unwrap_or_default();
        Ok(showing.of(cx, found.into_iter().map(|(it, _)| it).collect(), Outcome::nothing()))
    }))
}
