//! Bans of the server, for those with the right: one list for addresses, nets, masks, real names and accounts.

use crate::audit::Act;
use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome, Somebody, Step, Word};
use crate::event::Event;
use crate::names::{AccountName, Nick};
use crate::net::Net;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{OperReply, Reply};
use crate::server_bans::{self, BanKind, BanTarget};
use crate::span;
use crate::text::Text;

/// Bits of the net that is banned for one person's address: IPv4 and IPv6, where each subscriber has a /64.
const PERSON_BITS: (u8, u8) = (32, 64);

crate::args! {
    /// Keeps an address, a net, a `nick!user@host` mask, an account or somebody who is here out of the server.
    /// The terms may begin with a kind (`kind:login`: who is logged in comes in; `kind:silence`: who comes in may only read), then a
    /// time (`2h`, or `forever`); the rest is the reason.
    ServerBan { target: Word, terms: Option<Text> }
}

impl Command for ServerBan {
    const NAME: &'static str = "SERVER-BAN";
    const SLASH: &'static [&'static str] = &["server-ban"];
    const SUMMARY: &'static str = "Keeps an address, a net, a mask, an account or a nick out of the server.";
    const NEEDS: Needs = Needs::Right(Right::Ban);
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let target = target(cx, &self.target)?;
        let (kind, rest) = kind(self.terms);
        // That everybody logs in can be meant.
        if target.is_too_wide() && kind != Some(BanKind::Login) {
            return Err(Refusal::BanTooWide(target.to_string().into()));
        }
        let bans = &cx.state.server_bans;
        let before = bans.get(&target);
        let max = cx.settings.limits.server_bans;
        if before.is_none() && bans.len() >= max {
            return Err(Refusal::TooManyServerBans(max));
        }
        let (span_s, reason) = terms(rest);
        let reason = reason.map(|reason| reason.cut(cx.settings.limits.kick_bytes));
        let ban = server_bans::ServerBan {
            target: target.clone(),
            reason: reason.clone(),
            by: cx.me_if_any().map_or("*", |me| me.source.nick.as_str()).into(),
            at: cx.now,
            until: span_s.map(|seconds| cx.now.plus_s(seconds)),
            kind,
        };
        let act = Act::new(cx, "server-ban", target.to_string()).why(reason.as_ref());
        let act = act.change(before.map(lasts).unwrap_or_default(), lasts(&ban));
        let closed = policy::sessions_of_ban(cx, &ban);
        let reply = OperReply::ServerBanned { ban: ban.clone(), closed: closed.len() };
        let close = CloseReason::Banned(reason);
        let absent = policy::absent_of_ban(cx, &ban).into_iter();
        let ended = absent.map(|user| Step::CloseUser(user.source.id, close.clone()));
        let banned = Outcome::nothing().event(act.event()).event(Event::ServerBanned(Box::new(ban)));
        let banned = ended.fold(banned, Outcome::step);
        Ok(banned.reply(Reply::Oper(reply)).step(Step::CloseSessions(closed, close)))
    }
}

/// How long a ban lasts, for the audit trail.
fn lasts(ban: &server_bans::ServerBan) -> String {
    let kind = ban.kind.map(|kind| format!("{} ", kind.as_str())).unwrap_or_default();
    let span = ban.until.map_or("for good".to_owned(), |until| {
        format!("for {}", span::words(until.0.saturating_sub(ban.at.0) / 1_000))
    });
    format!("{kind}{span}")
}

/// A kind, if the words begin with one, and the rest.
fn kind(words: Option<Text>) -> (Option<BanKind>, Option<Text>) {
    let Some(words) = words else { return (None, None) };
    let (first, rest) = words.as_str().split_once(' ').unwrap_or((words.as_str(), ""));
    match BanKind::of_word(first) {
        Some(kind) => (Some(kind), Text::new(rest.trim_start()).ok()),
        None => (None, Some(words)),
    }
}

crate::args! {
    /// Lets somebody in again.
    ServerUnban { target: Word }
}

impl Command for ServerUnban {
    const NAME: &'static str = "SERVER-UNBAN";
    const SLASH: &'static [&'static str] = &["server-unban"];
    const SUMMARY: &'static str = "Takes a ban of the server back.";
    const NEEDS: Needs = Needs::Right(Right::Ban);
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let none = || Refusal::NoSuchServerBan(self.target.0.clone());
        let target = target(cx, &self.target).map_err(|_| none())?;
        let ban = cx.state.server_bans.get(&target).ok_or_else(none)?;
        let act = Act::new(cx, "server-unban", target.to_string()).why(ban.reason.as_ref());
        let act = act.change(format!("{} by {}", lasts(ban), ban.by), "");
        let lifted = Outcome::nothing().event(act.event()).event(Event::ServerUnbanned(target.clone()));
        Ok(lifted.reply(Reply::Oper(OperReply::ServerUnbanned(target))))
    }
}

crate::args! {
    /// Lists the bans of the server: all, or those that cover a target.
    ServerBans { target: Option<Word> }
}

impl Command for ServerBans {
    const NAME: &'static str = "SERVER-BANS";
    const SLASH: &'static [&'static str] = &["server-bans"];
    const SUMMARY: &'static str = "Lists the bans of the server.";
    const NEEDS: Needs = Needs::Right(Right::Ban);
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let wanted = self.target.map(|word| target(cx, &word)).transpose()?;
        let is_wanted = |ban: &&server_bans::ServerBan| match (&wanted, &ban.target) {
            (None, _) => true,
            (Some(BanTarget::Net(wanted)), BanTarget::Net(banned)) => banned.contains(wanted.first()),
            (Some(wanted), banned) => wanted == banned,
        };
        let bans = cx.state.server_bans.iter().filter(is_wanted).cloned().collect();
        Ok(Outcome::nothing().reply(Reply::Oper(OperReply::ServerBans(bans))))
    }
}

/// What somebody means: a target as it is written, an account, or the address of somebody who is here.
fn target(cx: &Context<'_>, Word(raw): &Word) -> Result<BanTarget, Refusal> {
    if let Some(target) = BanTarget::parse(raw, cx.rules()) {
        return Ok(target);
    }
    let named = AccountName::new(raw, cx.rules()).ok();
    if let Some(account) = named.and_then(|name| cx.state.accounts.get(&name.key())) {
        return Ok(BanTarget::Account(account.name.clone()));
    }
    let key = Nick::new(raw, cx.rules()).ok().map(|nick| nick.key());
    let user = cx.somebody(&Somebody { raw: raw.clone(), key })?;
    let sessions = cx.local.sessions_of(user.source.id).filter_map(|id| cx.local.get(id));
    let address = sessions.filter_map(|session| session.info.address).next();
    let address = address.ok_or_else(|| Refusal::NoSuchNick(raw.clone()))?;
    let bits = if address.is_ipv4() { PERSON_BITS.0 } else { PERSON_BITS.1 };
    Ok(BanTarget::Net(Net::of(address, bits)))
}

/// A time, if the words begin with one, and the reason.
pub(super) fn terms(words: Option<Text>) -> (Option<u64>, Option<Text>) {
    let Some(words) = words else { return (None, None) };
    let (first, rest) = words.as_str().split_once(' ').unwrap_or((words.as_str(), ""));
    let reason = || Text::new(rest.trim_start()).ok();
    match span::parse_s(first) {
        Some(seconds) => (Some(seconds), reason()),
        None if first == span::FOR_GOOD => (None, reason()),
        None => (None, Some(words)),
    }
}
