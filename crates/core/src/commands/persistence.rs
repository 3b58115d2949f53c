//! PERSISTENCE: whether one stays when one's last session ends, for programs.
//! Spec: <https://github.com/ircv3/ircv3-specifications/pull/503>

use super::{login, set};
use crate::account_settings::{self, Setting};
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::ids::UserId;
use crate::names::AccountName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::settings::Settings;
use crate::state::{Account, State, User};

crate::args! {
    /// Says whether one stays without a session, or asks for it.
    Persistence { subcommand: Word, setting: Option<Word> }
}

impl Command for Persistence {
    const NAME: &'static str = "PERSISTENCE";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells whether you stay when your last connection ends (GET), or chooses it (SET): ON, OFF or DEFAULT.";
    const SPEC: &'static str = "https://github.com/ircv3/ircv3-specifications/pull/503";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = own(cx).ok_or(Refusal::NotLoggedIn)?;
        let told = |choice| Reply::Persistence(made_of(cx, choice));
        match self.subcommand.0.to_ascii_uppercase().as_str() {
            "GET" => Ok(Outcome::nothing().reply(told(chosen(account)))),
            "SET" => {
                let Word(word) = self.setting.ok_or(Refusal::NeedMoreParams("setting"))?;
                let choice = match word.to_ascii_uppercase().as_str() {
                    "ON" => Some(true),
                    "OFF" => Some(false),
                    "DEFAULT" => None,
                    _ => return Err(Refusal::InvalidParam("setting", word)),
                };
                // It is taken also where the server decides: it counts if that changes, and the answer says what is.
                Ok(match set::changed(cx, account, Setting::AlwaysOn, choice) {
                    // All clients of the account are told that, this one, too.
                    Some(changed) => Outcome::nothing().event(changed),
                    None => Outcome::nothing().reply(told(choice)),
                })
            }
            // What is not known is ignored: later versions may have more.
            _ => Ok(Outcome::nothing().reply(Reply::Done)),
        }
    }
}

/// The people of whom another configuration decides otherwise whether they stay: their clients are told.
/// Spec: <https://github.com/ircv3/ircv3-specifications/pull/503> (its status is told when it changes)
pub fn decided_anew(state: &State, before: &Settings, now: &Settings) -> Vec<UserId> {
    let consent = |settings| policy::consent(settings, Setting::AlwaysOn);
    if consent(before) == consent(now) {
        return Vec::new();
    }
    let stays = |settings, user: &User| {
        state.account_of(&user.source).map(|account| policy::has(settings, account, Setting::AlwaysOn))
    };
    let changes = |user: &&User| stays(before, user) != stays(now, user);
    state.everybody().filter(changes).map(|user| user.source.id).collect()
}

fn own<'a>(cx: &Context<'a>) -> Option<&'a Account> {
    cx.state.accounts.get(&login::account(cx).map(AccountName::key)?)
}

fn chosen(account: &Account) -> Option<bool> {
    account.settings.get(&Setting::AlwaysOn).copied()
}

fn made_of(cx: &Context<'_>, choice: Option<bool>) -> account_settings::Persistence {
    let is_on = policy::consent(cx.settings, Setting::AlwaysOn).given(choice);
    account_settings::Persistence { choice, is_on }
}

/// Whether the asker stays. Nothing: they are not logged in.
pub fn of(cx: &Context<'_>) -> Option<account_settings::Persistence> {
    Some(made_of(cx, chosen(own(cx)?)))
}
