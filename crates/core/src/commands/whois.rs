//! WHOIS and WHOWAS. Spec: <https://modern.ircdocs.horse/#whois-message>

use super::{about, presence};
use crate::command::{Command, Context, LogClass, Outcome, Somebody, Word};
use crate::mask::matches_glob;
use crate::names::Nick;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{self, Reply};

/// Times that WHOWAS tells of one nick, at most.
const TIMES_MAX: usize = 10;

crate::args! {
    /// Tells who somebody is.
    Whois { nick: Somebody }
}

impl Command for Whois {
    const NAME: &'static str = "WHOIS";
    const SLASH: &'static [&'static str] = &["whois"];
    const SUMMARY: &'static str = "Tells who somebody is.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#whois-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let user = cx.somebody(&self.nick)?;
        let channels = user.channels.keys().filter_map(|id| cx.state.channel(*id));
        let shown = channels.filter(|channel| policy::can_see_member(Some(me), channel, user));
        let whois = reply::Whois {
            source: user.source.clone(),
            realname: user.realname.clone(),
            away: user.away.as_deref().cloned(),
            oper: policy::oper_class(cx.state, cx.settings, user).map(Into::into),
            since: user.since,
            address: policy::can_see_address(cx, user)
                .then(|| cx.local.way_of(user.source.id))
                .flatten()
                .filter(|address| *address != user.source.host),
            secure: policy::is_secure(cx, user),
            certfp: policy::can_see_address(cx, user).then(|| cx.local.certfp_of(user.source.id)).flatten(),
            metadata: cx.state.metadata_of(user).clone().into_iter().collect(),
            idle_s: presence::idle_s(cx, user),
            channels: shown
                .map(|channel| (channel.status(user.source.id).unwrap_or_default(), channel.name.clone()))
                .collect(),
        };
        Ok(Outcome::nothing().reply(Reply::Whois(Box::new(whois))))
    }
}

crate::args! {
    /// Tells who somebody is, asked of a server, or of the one that somebody is on. Who names the same person for it may name nobody.
    WhoisOn { server: Word, nick: Somebody }
}

impl Command for WhoisOn {
    const NAME: &'static str = "WHOIS-ON";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells who somebody is, as a server knows it.";
    const SPEC: &'static str = Whois::SPEC;
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = Whois::COST;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let named = Nick::new(&self.server.0, cx.rules()).ok().map(|nick| nick.key());
        if named.is_none() || named != self.nick.key {
            about::is_here(cx, Some(&self.server))?;
        }
        Whois { nick: self.nick }.decide(cx)
    }
}

crate::args! {
    /// Tells who somebody was, the latest first; with a count, no more than so many.
    Whowas { nick: Somebody, count: Option<Word> }
}

impl Command for Whowas {
    const NAME: &'static str = "WHOWAS";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells who was called that.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#whowas-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let raw = self.nick.raw;
        // Spec: <https://modern.ircdocs.horse/#whowas-message> (all, for a count that is none)
        let count = self.count.and_then(|word| word.0.parse().ok()).filter(|count| *count > 0);
        // Spec: <https://modern.ircdocs.horse/#whowas-message> (wildcards are allowed)
        let pattern = raw.contains(['*', '?']).then(|| cx.rules().fold_loosely(&raw));
        let is_meant = |key: &str| match &pattern {
            Some(pattern) => matches_glob(pattern, key),
            None => self.nick.key.as_ref().is_some_and(|nick| nick.as_str() == key),
        };
        let was: Vec<_> = cx
            .local
            .whowas
            .iter()
            .filter(|was| is_meant(was.source.nick.key().as_str()))
            .take(count.map_or(TIMES_MAX, |count: usize| count.min(TIMES_MAX)))
            .map(|was| (was.source.clone(), was.realname.clone(), was.until))
            .collect();
        if was.is_empty() {
            return Err(Refusal::WasNoSuchNick(raw));
        }
        Ok(Outcome::nothing().reply(Reply::Whowas { nick: raw, was }))
    }
}
