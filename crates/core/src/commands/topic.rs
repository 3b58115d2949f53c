//! TOPIC. Spec: <https://modern.ircdocs.horse/#topic-message>

use crate::command::{Command, Context, Here, LogClass, Outcome};
use crate::event::Event;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::text::Text;

crate::args! {
    /// Shows a channel's topic, or changes it.
    Topic { channel: Here, topic: Option<Text> }
}

impl Command for Topic {
    const NAME: &'static str = "TOPIC";
    const SLASH: &'static [&'static str] = &["topic"];
    const SUMMARY: &'static str = "Shows a channel's topic, or changes it.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#topic-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let Some(topic) = self.topic else {
            let channel = cx.here(&self.channel)?;
            let (channel, topic) = (channel.name.clone(), channel.topic.clone());
            return Ok(Outcome::nothing().reply(Reply::Topic { channel, topic }));
        };
        if topic.len() > cx.settings.limits.topic_bytes {
            return Err(Refusal::TextTooLong(cx.settings.limits.topic_bytes));
        }
        change(cx, &self.channel, Some(topic))
    }
}

crate::args! {
    /// Takes a channel's topic away.
    TopicClear { channel: Here }
}

impl Command for TopicClear {
    const NAME: &'static str = "TOPIC-CLEAR";
    const SLASH: &'static [&'static str] = &["untopic"];
    const SUMMARY: &'static str = "Takes a channel's topic away.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#topic-message";
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        change(cx, &self.channel, None)
    }
}

fn change(cx: &Context<'_>, channel: &Here, topic: Option<Text>) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    let channel = cx.here(channel)?;
    policy::can_change_topic(cx, me, channel)?;
    let by = me.source.clone();
    let name = channel.name.clone();
    Ok(Outcome::nothing().event(Event::TopicChanged { by, channel: channel.id, name, topic }))
}
