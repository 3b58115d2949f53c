//! TAGMSG: tags without words. Spec: <https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message>

use crate::command::{Command, Context, LogClass, Outcome, Somebody, Spot, Step};
use crate::event::{Event, Source, Tag, Target};
use crate::local::LocalChange;
use crate::policy;
use crate::refusal::{Refusal, Told};
use crate::state::User;
use crate::tags;

crate::args! {
    /// Shows tags to a channel.
    Tagmsg { channel: Spot, tags: Vec<Tag> }
}

impl Command for Tagmsg {
    const NAME: &'static str = "TAGMSG";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Sends tags without words, such as \"is typing\".";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 3;
    const COST_LARGE: u32 = 10;

    /// It is shown as often as it is sent, unless it says that somebody types.
    fn is_large(&self) -> bool {
        !is_typing(&self.tags)
    }

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let channel = cx.here(&self.channel.here)?;
        let to = policy::target(cx, me, channel, self.channel.least)?;
        let by = me.source.clone();
        Ok(shown(cx, by, to, self.tags))
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
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 3;
    const COST_LARGE: u32 = 10;

    /// It is shown as often as it is sent, unless it says that somebody types.
    fn is_large(&self) -> bool {
        !is_typing(&self.tags)
    }

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        policy::may_whisper(cx.state, me)?;
        let other = cx.somebody(&self.nick)?;
        if policy::is_silenced(cx.settings, me, other) {
            return Ok(unheard(cx, me, other, self.tags));
        }
        policy::can_write_to(me, other, || Told::No)?;
        let to = Target::person(&other.source);
        let by = me.source.clone();
        Ok(shown(cx, by, to, self.tags))
    }
}

/// How often one connection says that its person is typing, at most: in milliseconds. Clients say it every
/// three seconds.
const BETWEEN_TYPING_MS: u64 = 1_000;

/// Whether it says that somebody types, and nothing else: clients repeat that.
fn is_typing(tags: &[Tag]) -> bool {
    tags::is_typing_only(tags) && tags.iter().all(|tag| tag.value == ACTIVE)
}

/// Spec: <https://ircv3.net/specs/client-tags/typing>
const ACTIVE: &str = "active";

/// Tags that somebody does not want to see. Nobody is told that they are not seen.
/// Spec: <https://ircv3.net/specs/extensions/echo-message> (a faked message)
fn unheard(cx: &Context<'_>, me: &User, other: &User, tags: Vec<Tag>) -> Outcome {
    let tags = cx.settings.denied_tags.passing(tags);
    if tags.is_empty() {
        return Outcome::nothing();
    }
    let to = Target::unheard(&other.source);
    Outcome::nothing().step(Step::Ephemeral(Event::Tagged { by: me.source.clone(), to, tags }))
}

/// What is shown of tags that pass. That somebody types is not kept: nobody looks it up, and it is said often.
/// Spec: <https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message>
/// Departs: what has no tag that passes is shown to nobody, because it says nothing; a label is acknowledged.
fn shown(cx: &Context<'_>, by: Source, to: Target, tags: Vec<Tag>) -> Outcome {
    let tags = cx.settings.denied_tags.passing(tags);
    if tags.is_empty() {
        return Outcome::nothing();
    }
    if !tags::is_typing_only(&tags) {
        return Outcome::nothing().event(Event::Tagged { by, to, tags });
    }
    let last = cx.session().ok().and_then(|(_, session)| session.done.typed);
    let is_active = tags.iter().any(|tag| tag.value == ACTIVE);
    if is_active && last.is_some_and(|last| cx.now.0 < last.0 + BETWEEN_TYPING_MS) {
        return Outcome::nothing();
    }
    let typed = is_active.then_some(LocalChange::Typed(cx.now));
    typed.into_iter().fold(Outcome::nothing(), Outcome::local).step(Step::Ephemeral(Event::Tagged {
        by,
        to,
        tags,
    }))
}
