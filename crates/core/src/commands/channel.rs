//! CHANNEL: registered channels. What it does is in a file for each part; ChanServ is a face of it.

mod access;
mod clear;
mod founding;
mod purge;
mod settings;
mod trail;

use crate::command::{Command, Context, Here, LogClass, Outcome, Word};
use crate::refusal::Refusal;
use crate::text::Text;

pub use access::{given, granted};
pub use founding::forget_account;

crate::args! {
    /// Says whose a channel is, or changes it: `register`, `drop`, `transfer roger`, `take`, `access`,
    /// `access roger op`, `up`, `set mlock +nt`, `clear bans`, `audit`, `mine`; for operators of the server `purge`, `unpurge`, `purged`.
    Channel { channel: Here, action: Option<Word>, account: Option<Word>, value: Option<Text> }
}

impl Command for Channel {
    const NAME: &'static str = "CHANNEL";
    const SLASH: &'static [&'static str] = &["channel"];
    const SUMMARY: &'static str = "Tells whose a channel is, and makes it yours: register, drop, transfer ACCOUNT, take, \
                                   access [ACCOUNT [owner|admin|op|halfop|voice|none]], up, \
                                   set mlock [MODES]|entrymsg [WORDS]|topiclock on|off, clear bans|users|access, audit [COUNT], mine.";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (here, account) = (&self.channel, self.account.as_ref().map(|word| word.0.as_str()));
        let action = self.action.as_ref().map_or_else(|| "info".into(), |word| word.0.to_lowercase());
        match action.as_str() {
            "mine" => founding::mine(cx),
            "info" => founding::info(cx, cx.here(here)?),
            "register" => founding::register(cx, cx.here(here)?, account),
            "drop" => founding::unregister(cx, cx.here(here)?),
            "transfer" => founding::transfer(cx, cx.here(here)?, account),
            "take" => founding::take(cx, cx.here(here)?),
            "access" => access::access(cx, cx.here(here)?, account, self.value.as_ref()),
            "clear" => clear::clear(cx, cx.here(here)?, account),
            "set" => settings::set(cx, cx.here(here)?, account, self.value.as_ref()),
            "audit" => trail::trail(cx, cx.here(here)?, account),
            "up" => access::up(cx, cx.here(here)?),
            "purge" => purge::purge(cx, here, reason(account, self.value.as_ref())?),
            "unpurge" => purge::unpurge(cx, here),
            "purged" => purge::purged(cx),
            other => Err(Refusal::InvalidParam("action", other.into())),
        }
    }
}

/// What is left of the line is one text, where it gives a reason.
fn reason(first: Option<&str>, rest: Option<&Text>) -> Result<Option<Text>, Refusal> {
    let words = [first, rest.map(Text::as_str)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    if words.is_empty() { Ok(None) } else { Text::new(&words).map(Some) }
}
