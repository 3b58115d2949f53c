//! What was said: `/history` and `/read`. Who may join a channel may read it, also what was said before
//! they came.

use std::sync::Arc;

use compact_str::CompactString;

use super::mark_read;

use crate::command::{ChannelRef, Command, Context, Here, LogClass, Outcome, Word};
use crate::conversation::Conversation;
use crate::event::Record;
use crate::happening;
use crate::ids::Position;
use crate::names::ChannelName;
use crate::policy;
use crate::read_marker::{Buffer, ReadMarker};
use crate::refusal::Refusal;
use crate::reply::{HistoryAsked, Reply};
use crate::work::{End, HistoryQuery, Times, With, Work, WorkResult};

/// Messages that `/history` shows when nobody says how many.
const COUNT: usize = 20;

crate::args! {
    /// Shows the last that was said in a channel.
    History { channel: Here, count: Option<Word> }
}

impl Command for History {
    const NAME: &'static str = "HISTORY";
    const SLASH: &'static [&'static str] = &["history"];
    const SUMMARY: &'static str = "Shows the last that was said in a channel.";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 5;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let limit = match self.count {
            None => COUNT,
            Some(word) => {
                let count = word.0.parse().ok().filter(|count| *count > 0);
                count.ok_or(Refusal::InvalidParam("count", word.0))?
            }
        };
        let place = Place::named(cx, &self.channel)?;
        let query = HistoryQuery {
            of: place.conversation(),
            after: Position(0),
            until: cx.state.position,
            with: With::Words,
            as_of: cx.state.position,
            times: Times::default(),
            limit: limit.min(cx.settings.limits.history_messages),
            end: End::Newest,
        };
        Ok(Outcome::wait(Work::History(query), move |_, result| {
            place.shown(HistoryAsked::Latest, result).map(|reply| Outcome::nothing().reply(reply))
        }))
    }
}

crate::args! {
    /// Shows what was missed in a channel since one left it, or last read it.
    Read { channel: Here }
}

impl Command for Read {
    const NAME: &'static str = "READ";
    const SLASH: &'static [&'static str] = &["read"];
    const SUMMARY: &'static str = "Shows what you missed in a channel.";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 5;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let place = Place::named(cx, &self.channel)?;
        let key = place.channel.key();
        let of = Buffer::Channel(key.clone());
        let (after, read_at) = mark_read::unread(cx, me, &of);
        // What came since they joined they have seen.
        let here = cx.state.channel_by_key(&key).and_then(|channel| me.channels.get(&channel.id)).copied();
        let until = here.unwrap_or(cx.state.position);
        let limit = cx.settings.limits.history_messages;
        let query = HistoryQuery {
            of: place.conversation(),
            after,
            until,
            with: With::Words,
            as_of: cx.state.position,
            times: Times { after: read_at, before: None },
            limit,
            // An account goes on where it stopped; a guest is shown the newest.
            end: if me.source.account.is_some() { End::Oldest } else { End::Newest },
        };
        Ok(Outcome::wait(Work::History(query), move |cx, result| {
            let reply = place.shown(HistoryAsked::Missed, result)?;
            let Reply::History { messages, .. } = &reply else { return Ok(Outcome::nothing().reply(reply)) };
            let last = messages.last().filter(|_| messages.len() == limit);
            let (position, time) =
                last.map_or((cx.state.position, cx.now), |last| (last.position, last.time));
            let to = ReadMarker { position, time, told: None };
            let name = place.channel.as_str().into();
            let moved = mark_read::moved(cx, cx.me()?, (of, name), to);
            Ok(Outcome::nothing().events(moved).reply(reply))
        }))
    }
}

/// A channel whose history is asked for.
pub(super) struct Place {
    channel: ChannelName,
    raw: CompactString,
    /// The asker may see that it exists.
    pub(super) seen: bool,
    /// It is there, or was until it was closed for good, and the asker may not know: answered, and looked up, as one that never was.
    hidden: bool,
}

impl Place {
    fn named(cx: &Context<'_>, here: &Here) -> Result<Self, Refusal> {
        let Some(named) = &here.0 else {
            let channel = cx.here(here)?;
            let raw = channel.name.as_str().into();
            return Ok(Self { channel: channel.name.clone(), raw, seen: true, hidden: false });
        };
        Self::channel(cx, named)
    }

    /// A channel that the asker may read, or one that is not there for them.
    pub(super) fn channel(cx: &Context<'_>, named: &ChannelRef) -> Result<Self, Refusal> {
        let me = cx.me()?;
        let raw = named.raw.clone();
        let name = named.name.clone().ok_or_else(|| Refusal::NoSuchChannel(raw.clone()))?;
        let key = name.key();
        let known = cx.state.channel_by_key(&key);
        let hidden = known.is_some_and(|channel| !policy::can_see(Some(me), channel))
            || policy::is_closed(cx.state, &key);
        match known.filter(|_| !hidden) {
            Some(channel) => {
                policy::can_read(cx, me, channel)?;
                Ok(Self { channel: channel.name.clone(), raw, seen: true, hidden })
            }
            None => Ok(Self { channel: name, raw, seen: false, hidden }),
        }
    }

    /// The channel as it is written; as it was typed if it is not there for the asker.
    pub(super) fn name(&self) -> &ChannelName {
        &self.channel
    }

    /// What is looked up.
    pub(super) fn conversation(&self) -> Conversation {
        let key = self.channel.key();
        Conversation::Channel(if self.hidden { key.of_no_channel() } else { key })
    }

    fn shown(&self, asked: HistoryAsked, result: WorkResult) -> Result<Reply, Refusal> {
        match result {
            WorkResult::History(messages) if messages.is_empty() && !self.seen => {
                Err(Refusal::NoHistory(self.raw.clone()))
            }
            WorkResult::History(messages) => {
                let messages = under(&self.channel, messages);
                Ok(Reply::History { channel: self.channel.clone(), asked, messages })
            }
            WorkResult::Busy => Err(Refusal::TryAgain),
            _ => Err(Refusal::Internal),
        }
    }
}

/// What was said in a channel, under the name that it has now.
pub(super) fn under(name: &ChannelName, messages: Vec<Arc<Record>>) -> Vec<Arc<Record>> {
    let renamed = |mut record: Arc<Record>| {
        let is_other = happening::channel(&record.event).is_some_and(|then| then.as_str() != name.as_str());
        if is_other && let Some(then) = happening::channel_mut(&mut Arc::make_mut(&mut record).event) {
            then.clone_from(name);
        }
        record
    };
    messages.into_iter().map(renamed).collect()
}
