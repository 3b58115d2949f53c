//! DEVICE: which client a session is, and what a client has missed when it comes back.

use super::{chathistory, login};
use crate::clients::{self, ClientName, Seen};
use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::conversation::{Conversation, Side};
use crate::event::Event;
use crate::ids::{Millis, Position, SessionId};
use crate::local::{Gone, LocalChange};
use crate::names::AccountName;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::User;
use crate::work::{ConversationsQuery, End, HistoryQuery, Times, With, Work, WorkResult};

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
    const COST: u32 = 2;

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
    let (account, client) = (user.source.account.clone()?, gone.client.clone()?);
    let others = cx.local.sessions_of(user.source.id);
    let is_here = others.filter_map(|id| cx.local.client(id)).any(|other| *other == client);
    (!is_here).then_some(Event::ClientLeft { account, client })
}

/// Shows what a client has missed in its person's conversations: the newest of each, so many lines in all.
pub fn missed(cx: &Context<'_>, own: &User, seen: Seen) -> Option<Outcome> {
    let room = cx.settings.presence.replay_lines;
    if room == 0 {
        return None;
    }
    let here = own.channels.keys().filter_map(|id| cx.state.channel(*id));
    let query = ConversationsQuery {
        channels: here.map(|channel| channel.name.key()).collect(),
        side: Side::of(&own.source),
        private_max: cx.settings.limits.history_conversations,
        until: cx.state.position,
        // Times have no ends, and several things can be said in one millisecond.
        times: Times { after: Some(Millis(seen.at.0.saturating_sub(1))), before: None },
        limit: room,
        end: End::Newest,
    };
    let replay = Replay { side: query.side.clone(), after: seen.position, until: query.until, room };
    Some(Outcome::wait(Work::Conversations(query), move |cx, result| match result {
        WorkResult::Conversations(found) => {
            Ok(replay.next(cx, found.into_iter().map(|(it, _)| it).collect(), Outcome::nothing()))
        }
        // Who wants to know can ask for it.
        _ => Ok(Outcome::nothing()),
    }))
}

/// A replay under way.
#[derive(Clone)]
struct Replay {
    side: Side,
    after: Position,
    until: Position,
    /// Lines that may still be shown.
    room: usize,
}

impl Replay {
    /// Looks up the next conversation, and shows all that was found when there is none.
    fn next(mut self, cx: &Context<'_>, mut left: Vec<Conversation>, shown: Outcome) -> Outcome {
        let Some(of) = left.pop().filter(|_| self.room > 0) else { return shown };
        let query = HistoryQuery {
            of: of.clone(),
            after: self.after,
            until: self.until,
            with: With::Words,
            as_of: cx.state.position,
            times: Times::default(),
            limit: self.room.min(cx.settings.limits.history_messages),
            end: End::Newest,
        };
        let found = Outcome::wait(Work::History(query), move |cx, result| {
            let WorkResult::History(messages) = result else {
                return Ok(self.next(cx, left, Outcome::nothing()));
            };
            self.room = self.room.saturating_sub(messages.len());
            let name = chathistory::name(cx, &of, &self.side).filter(|_| !messages.is_empty());
            let shown = name.map(|target| Reply::Missed { target, messages });
            let shown = shown.into_iter().fold(Outcome::nothing(), Outcome::reply);
            Ok(self.next(cx, left, shown))
        });
        shown.and(found)
    }
}
