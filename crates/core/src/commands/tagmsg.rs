//! TAGMSG: tags without words. Spec: <https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message>

use crate::command::{Command, Context, LogClass, Outcome, Somebody, Spot, Step};
use crate::event::{Event, Source, Tag, Target};
use crate::policy;
use crate::refusal::{Refusal, Told};

crate::args! {
    /// Shows tags to a channel.
    Tagmsg { channel: Spot, tags: Vec<Tag> }
}

impl Command for Tagmsg {
    const NAME: &'static str = "TAGMSG";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Sends tags without words, such as \"is typing\".";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message";
    const CLASS: LogClass = LogClass::Ephemeral;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let channel = cx.here(&self.channel.here)?;
        let to = policy::target(cx, me, channel, self.channel.least)?;
        let by = me.source.clone();
        Ok(shown(by, to, self.tags))
    }
}

crate::args! {
    /// Shows tags to one person.
    PrivateTagmsg { nick: Somebody, tags: Vec<Tag> }
}

impl Command for PrivateTagmsg {
    const NAME: &'static str = "PRIVATE-TAGMSG";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Sends one person tags without words.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message";
    const CLASS: LogClass = LogClass::Ephemeral;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let other = cx.somebody(&self.nick)?;
        policy::can_write_to(me, other, Told::No)?;
        let to = Target::person(&other.source);
        let by = me.source.clone();
        Ok(shown(by, to, self.tags))
    }
}

/// Without tags there is nothing to show.
fn shown(by: Source, to: Target, tags: Vec<Tag>) -> Outcome {
    match tags.is_empty() {
        true => Outcome::nothing(),
        false => Outcome::nothing().step(Step::Ephemeral(Event::Tagged { by, to, tags })),
    }
}
