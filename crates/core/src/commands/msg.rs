//! Words to a channel. Spec: <https://modern.ircdocs.horse/#privmsg-message>

use super::say;
use crate::command::{Command, Context, LogClass, Outcome, Spot};
use crate::event::{Kind, Tag};
use crate::lines::Words;
use crate::refusal::Refusal;
use crate::text::Text;

crate::args! {
    /// Says something in a channel.
    Msg { channel: Spot, tags: Vec<Tag>, text: Words }
}

impl Command for Msg {
    const NAME: &'static str = "MSG";
    const SLASH: &'static [&'static str] = &["msg"];
    const SUMMARY: &'static str = "Says something in a channel. A line without a slash does the same.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#privmsg-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        say::in_channel(cx, &self.channel, Kind::Message, self.text, self.tags)
    }
}

crate::args! {
    /// Says what you do.
    Me { channel: Spot, tags: Vec<Tag>, text: Text }
}

impl Command for Me {
    const NAME: &'static str = "ME";
    const SLASH: &'static [&'static str] = &["me"];
    const SUMMARY: &'static str = "Says what you do: /me waves.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/ctcp#action";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        say::in_channel(cx, &self.channel, Kind::Action, self.text.into(), self.tags)
    }
}
