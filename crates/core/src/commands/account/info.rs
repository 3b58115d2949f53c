//! What an account is, and which there are.

use super::{answered, named};
use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::commands::login;
use crate::mask::matches_glob;
use crate::names::AccountName;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{AccountAnswer, AccountInfo};

crate::args! {
    /// Tells what is kept of an account: the asker's own, or, for operators with the right, another.
    Account { account: Option<AccountName> }
}

impl Command for Account {
    const NAME: &'static str = "ACCOUNT";
    const SLASH: &'static [&'static str] = &["account"];
    const SUMMARY: &'static str = "Tells about your account.";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let own = login::account(cx);
        let wanted = match (&self.account, own) {
            (None, None) => return Err(Refusal::NotLoggedIn),
            (None, Some(own)) => own,
            (Some(named), own) => {
                if !own.is_some_and(|own| own.is(named)) {
                    policy::can(cx, Right::Accounts)?;
                }
                named
            }
        };
        let account = named(cx, wanted)?;
        let key = account.name.key();
        let founded = cx.state.channels_by_founder.get(&key).into_iter().flatten();
        let channels = founded.filter_map(|id| cx.state.channel(*id)).map(|channel| channel.name.clone());
        let info = AccountInfo {
            account: account.name.clone(),
            registered: account.registered,
            role: account.role,
            channels: channels.collect(),
            connections: policy::sessions_of_account(cx, &account.name).len(),
            suspended: account.suspended.clone(),
            address: account.address.clone(),
        };
        Ok(answered(Outcome::nothing(), AccountAnswer::Info(Box::new(info))))
    }
}

crate::args! {
    /// Lists accounts: all, or those that fit a pattern.
    Accounts { wanted: Option<Word> }
}

impl Command for Accounts {
    const NAME: &'static str = "ACCOUNTS";
    const SLASH: &'static [&'static str] = &["accounts"];
    const SUMMARY: &'static str = "Lists accounts, for those who look after them.";
    const NEEDS: Needs = Needs::Right(Right::Accounts);
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let wanted = self.wanted.map(|word| cx.rules().fold_loosely(&word.0));
        let fits = |name: &AccountName| {
            wanted.as_ref().is_none_or(|wanted| matches_glob(wanted, name.key().as_str()))
        };
        let max = cx.settings.limits.list_channels;
        let names =
            cx.state.accounts.values().map(|account| &account.name).filter(|name| fits(name)).cloned();
        let mut accounts: Vec<_> = names.take(max + 1).collect();
        let more = accounts.len() > max;
        accounts.truncate(max);
        Ok(answered(Outcome::nothing(), AccountAnswer::List { accounts, more }))
    }
}
