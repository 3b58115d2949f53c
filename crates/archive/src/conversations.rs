//! Somebody's conversations, and when something was last said in each.

use std::collections::BTreeMap;

use colvert_core::conversation::{Conversation, Side};
use colvert_core::event::{Event, Record};
use colvert_core::ids::{Millis, Position};
use colvert_core::names::ChannelKey;
use colvert_core::work::{ConversationsQuery, End};

/// Filled in order: what is seen later replaces what was seen before.
pub(crate) struct LastSaid {
    channels: Vec<ChannelKey>,
    side: Side,
    last: BTreeMap<Conversation, (Position, Millis)>,
}

impl LastSaid {
    pub(crate) fn of(query: &ConversationsQuery) -> Self {
        Self { channels: query.channels.clone(), side: query.side.clone(), last: BTreeMap::new() }
    }

    pub(crate) fn see(&mut self, record: &Record) {
        if let Event::ChannelDropped { name, sealed: true, .. } = &record.event {
            self.last.remove(&Conversation::Channel(name.key()));
        }
        let Some(conversation) = Conversation::of(&record.event) else { return };
        // Who only reacts says nothing new.
        if !matches!(record.event, Event::Said { .. }) {
            return;
        }
        let is_theirs = match &conversation {
            Conversation::Channel(key) => self.channels.contains(key),
            private => private.other(&self.side).is_some(),
        };
        if is_theirs {
            self.last.insert(conversation, (record.position, record.time));
        }
    }

    /// Those that the question is about, in the order of what was last said.
    pub(crate) fn within(self, query: &ConversationsQuery) -> Vec<(Conversation, Millis)> {
        let last = self.last.into_iter().filter(|(_, (_, time))| query.times.contain(*time));
        let mut found: Vec<_> = last.collect();
        found.sort_unstable_by_key(|(_, (position, _))| *position);
        let surplus = found.len().saturating_sub(query.limit);
        match query.end {
            End::Newest => drop(found.drain(..surplus)),
            End::Oldest => found.truncate(query.limit),
        }
        found.into_iter().map(|(conversation, (_, time))| (conversation, time)).collect()
    }
}
