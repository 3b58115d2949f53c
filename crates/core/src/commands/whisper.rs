//! Words to one person. Spec: <https://modern.ircdocs.horse/#privmsg-message>

use super::say;
use crate::command::{Command, Context, LogClass, Outcome, Somebody};
use crate::event::{Kind, Tag};
use crate::lines::Words;
use crate::refusal::Refusal;
use crate::text::Text;

crate::args! {
    /// Says something to one person.
    Whisper { nick: Somebody, tags: Vec<Tag>, text: Words }
}

impl Command for Whisper {
    const NAME: &'static str = "WHISPER";
    const SLASH: &'static [&'static str] = &["whisper"];
    const SUMMARY: &'static str = "Says something to one person.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#privmsg-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        say::in_private(cx, &self.nick, Kind::Message, self.text, self.tags)
    }
}

crate::args! {
    /// Shows one person what you do.
    PrivateAction { nick: Somebody, tags: Vec<Tag>, text: Text }
}

impl Command for PrivateAction {
    const NAME: &'static str = "PRIVATE-ACTION";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Shows one person what you do.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/ctcp#action";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        say::in_private(cx, &self.nick, Kind::Action, self.text.into(), self.tags)
    }
}
