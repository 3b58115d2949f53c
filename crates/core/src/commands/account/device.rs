//! DEVICE: a password of its own for each device, which is drawn here, shown once, listed and revoked.

use super::administration::drawn;
use super::{answered, named, sessions};
use crate::command::{CloseReason, Command, Context, LogClass, Outcome, Step, Word};
use crate::commands::{claim, login};
use crate::event::Event;
use crate::ids::SessionId;
use crate::local::LoginBy;
use crate::names::AccountName;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::work::{Draw, Work};

/// Longest name of a device, in bytes.
const NAME_BYTES_MAX: usize = 32;

crate::args! {
    /// Lists the account's devices, or changes them: `add phone`, `del phone`.
    Device { action: Option<Word>, device: Option<Word> }
}

impl Command for Device {
    const NAME: &'static str = "DEVICE";
    const SLASH: &'static [&'static str] = &["device"];
    const SUMMARY: &'static str =
        "Lists your devices that have a password of their own, or changes them: add NAME, del NAME.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, login::account(cx).ok_or(Refusal::NotLoggedIn)?)?;
        let action = self.action.map_or_else(|| "list".to_owned(), |word| word.0.to_lowercase().into());
        let device = || self.device.map(|word| word.0.to_string()).ok_or(Refusal::NeedMoreParams("device"));
        match action.as_str() {
            "list" => {
                let all = account.devices.iter().map(|(name, device)| (name.clone(), device.made));
                Ok(answered(Outcome::nothing(), AccountAnswer::Devices(all.collect())))
            }
            "add" => add(cx, device()?),
            "del" => {
                let device = device()?;
                if !account.devices.contains_key(&device) {
                    return Err(Refusal::NoSuchCredential(device.into()));
                }
                let answer = AccountAnswer::DeviceRemoved(device.clone());
                let there = sessions_on(cx, &account.name, &device);
                let event = Event::DeviceChanged { account: account.name.clone(), device, digest: None };
                let removed = answered(Outcome::nothing().event(event), answer);
                Ok(removed.step(Step::CloseSessions(there, CloseReason::Ended)))
            }
            _ => Err(Refusal::InvalidParam("action", action.into())),
        }
    }
}

/// A token for a new device. One that is there keeps its own: nobody puts their phone out by giving another its name.
fn add(cx: &Context<'_>, device: String) -> Result<Outcome, Refusal> {
    if device.len() > NAME_BYTES_MAX {
        return Err(Refusal::InvalidParam("device", device.into()));
    }
    has_room(cx, &device)?;
    Ok(Outcome::wait(Work::Draw(Draw::Token), move |cx, result| {
        let token = drawn(result)?;
        has_room(cx, &device)?;
        let account = login::account(cx).cloned().ok_or(Refusal::NotLoggedIn)?;
        let digest = Some(claim::digest(token.expose()));
        let added =
            Outcome::nothing().event(Event::DeviceChanged { account, device: device.clone(), digest });
        Ok(answered(added, AccountAnswer::DeviceAdded { device, token }))
    }))
}

/// The sessions that showed the password of a device: whoever has it in their hands.
fn sessions_on(cx: &Context<'_>, account: &AccountName, device: &str) -> Vec<SessionId> {
    sessions::logged_in(cx, account, |by, _| matches!(by, LoginBy::Device(name) if name == device))
}

fn has_room(cx: &Context<'_>, device: &str) -> Result<(), Refusal> {
    let account = named(cx, login::account(cx).ok_or(Refusal::NotLoggedIn)?)?;
    if account.devices.contains_key(device) {
        return Err(Refusal::DeviceExists(device.into()));
    }
    let max = cx.settings.limits.devices_per_account;
    if account.devices.len() < max { Ok(()) } else { Err(Refusal::TooManyCredentials(max)) }
}
