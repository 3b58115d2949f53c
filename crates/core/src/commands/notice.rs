//! Words that are never answered automatically. Spec: <https://modern.ircdocs.horse/#notice-message>

use super::say;
use crate::command::{Command, Context, LogClass, Outcome, Somebody, Spot};
use crate::event::{Kind, Tag};
use crate::lines::Words;
use crate::refusal::Refusal;

crate::args! {
    /// Gives notice in a channel.
    Notice { channel: Spot, tags: Vec<Tag>, text: Words }
}

impl Command for Notice {
    const NAME: &'static str = "NOTICE";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Says something that is never answered automatically.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#notice-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        say::in_channel(cx, &self.channel, Kind::Notice, self.text, self.tags)
    }
}

crate::args! {
    /// Gives notice to one person.
    PrivateNotice { nick: Somebody, tags: Vec<Tag>, text: Words }
}

impl Command for PrivateNotice {
    const NAME: &'static str = "PRIVATE-NOTICE";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Says something to one person that is never answered automatically.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#notice-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        say::in_private(cx, &self.nick, Kind::Notice, self.text, self.tags)
    }
}
