//! ACCEPT: whose private words come through where strangers' do not (`+g`, `+R`).
//! Spec: <https://modern.ircdocs.horse/#rplacceptlist-281> and its like; there is no clause for the command, which
//! is what Hybrid's descendants have made of it.

use crate::command::{Command, Context, LogClass, Outcome, Somebody, Word};
use crate::event::Event;
use crate::names::Nick;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::User;

crate::args! {
    /// Lets people write to you: nicks with commas, each with `-` to take it back; alone or `*` lists them.
    Accept { nicks: Option<Word> }
}

impl Command for Accept {
    const NAME: &'static str = "ACCEPT";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Lets somebody write to you whom your modes would keep out.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let Some(nicks) = self.nicks.filter(|nicks| nicks.0 != "*") else {
            return Ok(Outcome::nothing().reply(Reply::Accepted(accepted(cx, me))));
        };
        let targets = cx.settings.limits.targets;
        let named: Vec<_> = nicks.0.split(',').filter(|nick| !nick.is_empty()).collect();
        if named.len() > targets {
            return Err(Refusal::TooManyTargets(targets));
        }
        let mut outcome = Outcome::nothing();
        let mut count = accepted(cx, me).len();
        for raw in named {
            outcome = match one(cx, me, raw, count) {
                Ok(event) => {
                    count += usize::from(matches!(event, Event::Accepted { on: true, .. }));
                    outcome.event(event)
                }
                Err(refusal) => outcome.refuse(refusal),
            };
        }
        Ok(outcome)
    }
}

/// What comes of one nick of the list.
fn one(cx: &Context<'_>, me: &User, raw: &str, count: usize) -> Result<Event, Refusal> {
    let (nick, on) = raw.strip_prefix('-').map_or((raw, true), |nick| (nick, false));
    let key = Nick::new(nick, cx.rules()).ok().map(|nick| nick.key());
    let other = cx.somebody(&Somebody { raw: nick.into(), key })?;
    let name = || other.source.nick.clone();
    match (on, me.accepted.contains(&other.source.id)) {
        (true, true) => Err(Refusal::AlreadyAccepted(name())),
        (false, false) => Err(Refusal::NotAccepted(name())),
        (true, false) if count >= cx.settings.limits.accept_entries => Err(Refusal::AcceptListFull),
        (on, _) => Ok(Event::Accepted { by: me.source.clone(), target: other.source.id, on }),
    }
}

/// Those who are accepted and here.
fn accepted(cx: &Context<'_>, me: &User) -> Vec<Nick> {
    me.accepted.iter().filter_map(|id| cx.state.user(*id)).map(|user| user.source.nick.clone()).collect()
}

/// Who writes to somebody lets them answer, where there is room for one more.
pub fn by_writing(cx: &Context<'_>, me: &User, other: &User) -> Option<Event> {
    let keeps_out = crate::policy::keeps_strangers_out(me);
    let known = me.source.id == other.source.id || me.accepted.contains(&other.source.id);
    let is_room = || accepted(cx, me).len() < cx.settings.limits.accept_entries;
    (keeps_out && !known && is_room()).then(|| Event::Accepted {
        by: me.source.clone(),
        target: other.source.id,
        on: true,
    })
}
