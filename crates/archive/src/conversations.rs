//! Somebody's conversations, and when something was last said in each.

use std::collections::BTreeMap;

use colvert_core::conversation::{Conversation, Side};
use colvert_core::event::{Event, Record};
use colvert_core::ids::{Millis, Position};
use colvert_core::names::AccountKey;
use colvert_core::work::{ConversationsQuery, End};
use rusqlite::params;

use crate::Error;
use crate::log_view::LogView;
use crate::message::{self, signed};
use crate::reader::{Reader, applied, find, newest_messages, sealed_up_to};
use crate::tail::{self, Gone};

/// Filled in order: what is seen later replaces what was seen before. What was said in a channel follows it to its new name.
pub(crate) struct LastSaid {
    side: Side,
    last: BTreeMap<Conversation, (Position, Millis)>,
}

impl LastSaid {
    /// Those of somebody, as they are called where it begins.
    pub(crate) fn of(side: Side) -> Self {
        Self { side, last: BTreeMap::new() }
    }

    /// The last that was said in a conversation so far.
    pub(crate) fn begin(&mut self, conversation: Conversation, last: &Record) {
        self.last.insert(conversation, (last.position, last.time));
    }

    pub(crate) fn see(&mut self, record: &Record) {
        match &record.event {
            Event::ChannelDropped { name, sealed: true, .. } => {
                self.last.remove(&Conversation::Channel(name.key()));
            }
            Event::ChannelRenamed { name, to, .. } if name.key() != to.key() => {
                let said = self.last.remove(&Conversation::Channel(name.key()));
                self.last.remove(&Conversation::Channel(to.key()));
                self.last.extend(said.map(|said| (Conversation::Channel(to.key()), said)));
            }
            Event::AccountRenamed { account, to, .. } => self.rename(&account.key(), &to.key()),
            _ => {}
        }
        let Some(conversation) = Conversation::of(&record.event) else { return };
        // Who only reacts says nothing new.
        if !matches!(record.event, Event::Said { .. }) {
            return;
        }
        let is_theirs = match &conversation {
            // Which are theirs is known by the names that they have in the end.
            Conversation::Channel(_) => true,
            private => private.other(&self.side).is_some(),
        };
        if is_theirs {
            self.last.insert(conversation, (record.position, record.time));
        }
    }

    fn rename(&mut self, from: &AccountKey, to: &AccountKey) {
        self.side.rename(from, to);
        let renamed = std::mem::take(&mut self.last).into_iter().map(|(of, said)| match of {
            Conversation::Private(mut one, mut other) => {
                one.rename(from, to);
                other.rename(from, to);
                (Conversation::private(one, other), said)
            }
            channel @ Conversation::Channel(_) => (channel, said),
        });
        self.last = renamed.collect();
    }

    /// Those that the question is about, in the order of what was last said.
    pub(crate) fn within(self, query: &ConversationsQuery) -> Vec<(Conversation, Millis)> {
        let is_theirs = |of: &Conversation| match of {
            Conversation::Channel(key) => query.channels.contains(key),
            Conversation::Private(..) => true,
        };
        let last = self.last.into_iter();
        let mut found: Vec<_> =
            last.filter(|(of, (_, time))| query.times.contain(*time) && is_theirs(of)).collect();
        found.sort_unstable_by_key(|(_, (position, _))| *position);
        // The archive looked through no more than this, and the tail has some that it did not know.
        let private = found.iter().filter(|(of, _)| matches!(of, Conversation::Private(..))).count();
        let mut many = private.saturating_sub(query.private_max);
        found.retain(|(of, _)| {
            let goes = many > 0 && matches!(of, Conversation::Private(..));
            many -= usize::from(goes);
            !goes
        });
        let surplus = found.len().saturating_sub(query.limit);
        match query.end {
            End::Newest => drop(found.drain(..surplus)),
            End::Oldest => found.truncate(query.limit),
        }
        found.into_iter().map(|(conversation, (_, time))| (conversation, time)).collect()
    }
}

impl Reader {
    /// Where somebody's conversations are, and when something was last said in each, in the order of that: from the
    /// archive and the log's tail.
    ///
    /// # Errors
    /// As [`Self::history_with_tail`].
    pub fn conversations_with_tail(
        &mut self,
        query: &ConversationsQuery,
        log: &dyn LogView,
    ) -> Result<Vec<(Conversation, Millis)>, Error> {
        let (applied, mut last) =
            self.archived_conversations(query, |applied| Gone::of(log, applied, query.until))?;
        tail::read(log, applied, query.until, |record| last.see(&record))?;
        Ok(last.within(query))
    }

    fn archived_conversations(
        &mut self,
        query: &ConversationsQuery,
        gone: impl FnOnce(Position) -> Result<Gone, Error>,
    ) -> Result<(Position, LastSaid), Error> {
        const PRIVATE: &str =
            "SELECT conversation FROM sides WHERE side = ?1 ORDER BY conversation DESC LIMIT ?2";
        let tx = self.connection.transaction()?;
        let applied = applied(&tx)?;
        let gone = gone(applied)?;
        let side = gone.side(&query.side);
        let (key, mut last) = (side.key(), LastSaid::of(side));
        let mut found = Vec::new();
        for channel in &query.channels {
            let (Some(named), _) = gone.names(&Conversation::Channel(channel.clone())) else { continue };
            let Some(id) = find(&tx, &named)? else { continue };
            found.push((id, sealed_up_to(&tx, id, query.until)?, Some(named)));
        }
        let limit = i64::try_from(query.private_max).unwrap_or(i64::MAX);
        let mut private = tx.prepare_cached(PRIVATE)?;
        let ids = private.query_map(params![key, limit], |row| row.get(0))?;
        for id in ids {
            found.push((id?, Position(0), None));
        }
        let sql = newest_messages();
        let mut newest = tx.prepare_cached(&sql)?;
        let limit = i64::try_from(gone.len().saturating_add(1)).unwrap_or(i64::MAX);
        for (id, after, channel) in found {
            let mut rows = newest.query(params![id, signed(after.0), signed(query.until.0), limit, false])?;
            while let Some(row) = rows.next()? {
                let Some(record) = gone.left(message::read(row, self.names)?) else { continue };
                match channel {
                    // It may have had another name when that was said.
                    Some(channel) => last.begin(channel, &record),
                    None => last.see(&record),
                }
                break;
            }
        }
        Ok((applied, last))
    }
}
