//! SET: what an account decides for itself.

use super::login;
use crate::account_settings::{Setting, SettingTold};
use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::event::Event;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::Account;

crate::args! {
    /// Shows what your account has chosen, or chooses: `several-sessions off`.
    Set { setting: Option<Word>, value: Option<Word> }
}

impl Command for Set {
    const NAME: &'static str = "SET";
    const SLASH: &'static [&'static str] = &["set"];
    const SUMMARY: &'static str =
        "Shows what your account has chosen, or changes it: on, off, or default for what the server says.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let name = login::account(cx).ok_or(Refusal::NotLoggedIn)?;
        let account = cx.state.accounts.get(&name.key()).ok_or(Refusal::NotLoggedIn)?;
        let Some(Word(word)) = self.setting else {
            let all = Setting::ALL.iter().map(|(setting, _)| told(cx, account, *setting));
            return Ok(Outcome::nothing().reply(Reply::AccountSettings(all.collect())));
        };
        let setting = Setting::parse(&word).ok_or_else(|| Refusal::InvalidParam("setting", word))?;
        let Some(Word(value)) = self.value else {
            return Ok(Outcome::nothing().reply(Reply::AccountSettings(vec![told(cx, account, setting)])));
        };
        let choice = match value.to_lowercase().as_str() {
            "on" | "true" | "yes" => Some(true),
            "off" | "false" | "no" => Some(false),
            "default" => None,
            _ => return Err(Refusal::InvalidParam("value", value)),
        };
        policy::may_set(cx.settings, setting)?;
        let is_on = policy::consent(cx.settings, setting).given(choice);
        let reply = Reply::AccountSettings(vec![(setting, is_on)]);
        Ok(Outcome::nothing().events(changed(cx, account, setting, choice)).reply(reply))
    }
}

/// That an account has decided something, if it has not before. Clients keep track of whether their person stays.
pub(super) fn changed(
    cx: &Context<'_>,
    account: &Account,
    setting: Setting,
    choice: Option<bool>,
) -> Option<Event> {
    if account.settings.get(&setting).copied() == choice {
        return None;
    }
    let is_on = policy::consent(cx.settings, setting).given(choice);
    let told = || SettingTold { to: cx.state.census.people_of(&account.name).to_vec(), is_on };
    let told = (setting == Setting::AlwaysOn).then(|| Box::new(told()));
    Some(Event::AccountSet { account: account.name.clone(), setting, choice, told })
}

fn told(cx: &Context<'_>, account: &Account, setting: Setting) -> (Setting, bool) {
    (setting, policy::has(cx.settings, account, setting))
}
