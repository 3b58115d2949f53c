//! What operators with the right do for others: making accounts, renaming them, and codes for who has lost a password.

use super::{answered, named};
use crate::audit::Act;
use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome, Step};
use crate::commands::{claim, mode, presence, register};
use crate::event::Event;
use crate::extban;
use crate::mask::Mask;
use crate::modes::{ListMode, ModeChange};
use crate::names::{AccountName, Skeleton};
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::secret::Secret;
use crate::server_bans::{BanTarget, ServerBan};
use crate::state::{self, ListEntry};
use crate::work::{Draw, Work, WorkResult};

/// How long a code for a new password can be used, in seconds.
const CODE_S: u64 = 24 * 3_600;

crate::args! {
    /// Makes an account for somebody.
    Create { account: AccountName, password: Secret }
}

impl Command for Create {
    const NAME: &'static str = "ACCOUNT-CREATE";
    const SLASH: &'static [&'static str] = &["account-create"];
    const SUMMARY: &'static str = "Makes an account for somebody.";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = self.account;
        register::may_be_had(cx, &account, |_| false)?;
        register::password_fits(cx, &self.password)?;
        Ok(register::hashing(self.password, move |cx, kept| {
            let skeleton = register::may_be_had(cx, &account, |_| false)?;
            let act = Act::new(cx, "account-create", account.as_str()).event();
            let hash = kept.hash.clone();
            let made = Event::AccountRegistered { account: account.clone(), skeleton, hash };
            let made = Outcome::nothing().event(act).event(made).events(kept.scram(&account));
            Ok(answered(made, AccountAnswer::Created(account)))
        }))
    }
}

crate::args! {
    /// Gives an account another name, everywhere where it is named.
    Rename { account: AccountName, name: AccountName }
}

impl Command for Rename {
    const NAME: &'static str = "ACCOUNT-RENAME";
    const SLASH: &'static [&'static str] = &["account-rename"];
    const SUMMARY: &'static str = "Gives an account another name.";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, &self.account)?;
        policy::can_administer(cx, account)?;
        let (from, to) = (account.name.clone(), self.name);
        let to_skeleton = may_be_called(cx, account, &to)?;
        let act = Act::new(cx, "account-rename", from.as_str()).change(from.as_str(), to.as_str()).event();
        let renamed = Event::AccountRenamed {
            account: from.clone(),
            skeleton: from.skeleton(cx.rules()),
            to: to.clone(),
            to_skeleton,
        };
        let logged_in = |user: &state::User| Event::LoggedIn { by: user.source.clone(), account: to.clone() };
        let rehosted = |user: &state::User| presence::rehosted(cx, user, Some(&to));
        let people =
            cx.state.people_of(&from).flat_map(|user| [Some(logged_in(user)), rehosted(user)]).flatten();
        let lists = bans(cx, &from, &to).into_iter().chain(entries(cx, &from, &to));
        let outcome = Outcome::nothing().event(act).event(renamed).many(people.chain(lists));
        // They would begin a presence with an account that there is not.
        let early = cx.local.sessions_without_presence(&from).collect();
        let outcome = answered(outcome, AccountAnswer::Renamed { from, to });
        Ok(outcome.step(Step::CloseSessions(early, CloseReason::LoggedOut)))
    }
}

/// Whether an account may have that name: it is free, or was or looks like its own.
fn may_be_called(cx: &Context<'_>, account: &state::Account, to: &AccountName) -> Result<Skeleton, Refusal> {
    let skeleton = to.skeleton(cx.rules());
    let own = Some(account.name.key());
    let was_own = cx.state.former_accounts.get(&skeleton).is_some_and(|now| *now == own);
    let is_own = cx.state.accounts_by_skeleton.get(&skeleton) == own.as_ref();
    if !was_own && !is_own {
        return register::may_be_had(cx, to, |id| cx.state.census.people_of(&account.name).contains(&id));
    }
    if account.name.as_str() == to.as_str()
        || (to.key() != account.name.key() && cx.state.accounts.contains_key(&to.key()))
    {
        return Err(Refusal::AccountExists(to.clone()));
    }
    Ok(skeleton)
}

/// A ban of the account goes with it.
fn bans(cx: &Context<'_>, from: &AccountName, to: &AccountName) -> Vec<Event> {
    let old = BanTarget::Account(from.clone());
    let Some(ban) = cx.state.server_bans.get(&old) else { return Vec::new() };
    let moved = ServerBan { target: BanTarget::Account(to.clone()), ..ban.clone() };
    vec![Event::ServerUnbanned(old), Event::ServerBanned(Box::new(moved))]
}

/// So do the entries of channels' lists that name it: whoever is mute stays so, for as long as was left.
fn entries(cx: &Context<'_>, from: &AccountName, to: &AccountName) -> Vec<Event> {
    let keys = (from.key(), to.key());
    let moved = |(list, mask, entry): (ListMode, &Mask, &ListEntry)| {
        let left_s = entry.until.map(|until| until.0.saturating_sub(cx.now.0).div_ceil(1_000));
        let minutes = left_s.map(|seconds| extban::minutes_of(seconds).unwrap_or(1).max(1));
        let after = extban::renamed(mask, (&keys.0, &keys.1), minutes, cx.rules())?;
        let before = ModeChange::List { on: false, list, mask: mask.clone() };
        Some([before, ModeChange::List { on: true, list, mask: after }])
    };
    let in_channel = |channel: &state::Channel| {
        let lists = ListMode::ALL
            .iter()
            .flat_map(|(list, _)| channel.list(*list).map(|(mask, entry)| (*list, mask, entry)));
        let changes: Vec<_> = lists.filter_map(moved).flatten().collect();
        let part = |changes: &[ModeChange]| {
            let (server, channel, name) = (cx.settings.server.clone(), channel.id, channel.name.clone());
            Event::ModesSet { server, channel, name, changes: changes.to_vec() }
        };
        changes.chunks(mode::CHANGES_MAX).map(part).collect::<Vec<_>>()
    };
    let is_other = keys.0 != keys.1;
    cx.state.channels.values().filter(|_| is_other).flat_map(in_channel).collect()
}

crate::args! {
    /// Makes a code with which the account's owner, who has lost the password, sets a new one.
    Reset { account: AccountName }
}

impl Command for Reset {
    const NAME: &'static str = "ACCOUNT-RESET";
    const SLASH: &'static [&'static str] = &["account-reset"];
    const SUMMARY: &'static str = "Makes a code that sets a new password of an account, once.";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        policy::can_administer(cx, named(cx, &self.account)?)?;
        Ok(Outcome::wait(Work::Draw(Draw::Code), move |cx, result| {
            let code = drawn(result)?;
            let account = named(cx, &self.account)?;
            policy::can_administer(cx, account)?;
            let (name, expires) = (account.name.clone(), cx.now.plus_s(CODE_S));
            let act = Act::new(cx, "account-reset", name.as_str()).event();
            let digest = claim::digest(code.expose());
            let made = Event::ResetCodeMade { account: name.clone(), digest, expires };
            let answer = AccountAnswer::ResetCode { account: name, code, expires };
            Ok(answered(Outcome::nothing().event(act).event(made), answer))
        }))
    }
}

/// What was drawn.
pub(in crate::commands) fn drawn(result: WorkResult) -> Result<Secret, Refusal> {
    match result {
        WorkResult::Drawn(secret) => Ok(secret),
        WorkResult::Busy => Err(Refusal::TryAgain),
        _ => Err(Refusal::Internal),
    }
}
