//! JOIN. Spec: <https://modern.ircdocs.horse/#join-message>

use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::event::Event;
use crate::ids::ChannelId;
use crate::local::LocalChange;
use crate::names::ChannelName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Question, Reply};

crate::args! {
    /// Joins a channel, making it if there is none.
    Join { channel: ChannelName, key: Option<Word> }
}

impl Command for Join {
    const NAME: &'static str = "JOIN";
    const SLASH: &'static [&'static str] = &["join"];
    const SUMMARY: &'static str = "Joins a channel, making it if there is none.";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 2;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let known = cx.state.channel_by_key(&self.channel.key());
        if let Some(channel) = known.filter(|channel| channel.members.contains_key(&me.source.id)) {
            let there = Reply::CurrentChannel(channel.name.clone());
            return Ok(Outcome::nothing().local(LocalChange::Current(Some(channel.id))).reply(there));
        }
        let mut events = Vec::with_capacity(2);
        let (id, name) = match known {
            Some(channel) => {
                let key = self.key.as_ref().map(|word| word.0.as_str());
                policy::can_join(cx.settings, me, channel, key)?;
                (channel.id, channel.name.clone())
            }
            None => {
                if me.channels.len() >= cx.settings.limits.channels_per_user {
                    return Err(Refusal::TooManyChannels(self.channel));
                }
                let skeleton = policy::may_create_channel(cx.state, cx.settings, &self.channel)?;
                let id = ChannelId(cx.state.next_id(0));
                let name = self.channel;
                events.push(Event::ChannelCreated { id, name: name.clone(), skeleton, kept: false });
                (id, name)
            }
        };
        events.push(Event::Joined {
            by: me.source.clone(),
            channel: id,
            name,
            status: policy::status_on_join(me, known),
            realname: me.realname.clone(),
            away: me.away.clone(),
        });
        let joined = Outcome::nothing().local(LocalChange::Current(Some(id))).events(events);
        Ok(joined.ask(Question::TopicIfAny(id)).ask(Question::NamesOnJoin(id)))
    }
}
