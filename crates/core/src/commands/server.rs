//! Questions about the server itself. Spec: <https://modern.ircdocs.horse/#server-queries-and-commands>

use super::about::is_here;
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::refusal::Refusal;
use crate::reply::{self, Reply};

crate::args! {
    /// Counts people and channels.
    Lusers {}
}

impl Command for Lusers {
    const NAME: &'static str = "LUSERS";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Counts people and channels.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#lusers-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        Ok(Outcome::nothing().reply(Reply::Lusers(reply::lusers(cx))))
    }
}

crate::args! {
    /// Shows the message of the day.
    Motd {}
}

impl Command for Motd {
    const NAME: &'static str = "MOTD";
    const SLASH: &'static [&'static str] = &["motd"];
    const SUMMARY: &'static str = "Shows the message of the day.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#motd-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        Ok(Outcome::nothing().reply(Reply::Motd(cx.settings.motd.clone())))
    }
}

crate::args! {
    /// Tells the server's version.
    Version { server: Option<Word> }
}

impl Command for Version {
    const NAME: &'static str = "VERSION";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells the server's version.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#version-message";
    const CLASS: LogClass = LogClass::Nothing;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        is_here(cx, self.server.as_ref())?;
        Ok(Outcome::nothing().reply(Reply::Version))
    }
}

crate::args! {
    /// Tells the server's time.
    Time { server: Option<Word> }
}

impl Command for Time {
    const NAME: &'static str = "TIME";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells the server's time.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#time-message";
    const CLASS: LogClass = LogClass::Nothing;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        is_here(cx, self.server.as_ref())?;
        Ok(Outcome::nothing().reply(Reply::Time(cx.now)))
    }
}
