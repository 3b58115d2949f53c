//! The archive's promise, said as simply as it can be: all durable events, in memory, read from the log.

use std::collections::BTreeSet;
use std::sync::Arc;

use colvert_core::conversation::Conversation;
use colvert_core::event::{self, Event, Record};
use colvert_core::happening;
use colvert_core::identity::{BadToken, Identity, Shown};
use colvert_core::ids::Position;
use colvert_core::names::ChannelKey;
use colvert_core::secret::Secret;
use colvert_core::work::{End, HistoryQuery, Work, WorkResult};
use colvert_disk::Disk;
use colvert_log::{ReadError, Reader};

use crate::work::Books;

/// Who vouches for people in the simulator.
pub const ISSUER: &str = "https://id.example.org";

/// Everything that was ever durable. It outlives processes, as an archive does.
#[derive(Clone, Default)]
pub struct Chronicle {
    records: Vec<Arc<Record>>,
}

impl Chronicle {
    /// Reads what is new, up to `until`, which is durable.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn follow(&mut self, disk: &Arc<dyn Disk>, until: Position) -> Result<(), ReadError> {
        let next = self.position().plus(1);
        if next > until {
            return Ok(());
        }
        let mut reader = Reader::open(disk.clone(), next)?;
        while let Some(entry) = reader.next(until)? {
            let decoded = event::Entry::from_bytes(entry.bytes).expect("this version wrote it");
            self.records.extend(decoded.records(entry.first).map(Arc::new));
        }
        Ok(())
    }

    /// The last event that is in.
    pub fn position(&self) -> Position {
        self.records.last().map(|record| record.position).unwrap_or_default()
    }

    /// What is above `last` never was: a relaxed log has lost it.
    pub fn forget_after(&mut self, last: Position) {
        self.records.retain(|record| record.position <= last);
    }

    pub fn records(&self) -> &[Arc<Record>] {
        &self.records
    }

    /// Answers a question for history.
    pub fn history(&self, query: &HistoryQuery) -> Vec<Arc<Record>> {
        let after = query.after;
        let range = self.records.iter().filter(|it| it.position > after && it.position <= query.until);
        let range = range.filter(|it| query.times.contain(it.time));
        let erased: BTreeSet<_> = self
            .records
            .iter()
            .filter_map(|it| match it.event {
                Event::Redacted { message, .. } if it.position <= query.as_of => Some(message),
                _ => None,
            })
            .collect();
        let range = range.filter(|it| !erased.contains(&it.position) && query.with.has(it));
        let is_there = |it: &&Arc<Record>| {
            let mut places = Conversation::of(&it.event).into_iter().chain(happening::places(&it.event));
            places.any(|then| self.today(then, it.position, query.as_of).as_ref() == Some(&query.of))
                && !self.is_sealed(&query.of, it.position, query.as_of)
        };
        let kept = |it: &Arc<Record>| Arc::new(Record { event: happening::kept(it.event.clone()), ..**it });
        let mut said: Vec<_> = range.filter(is_there).map(kept).collect();
        let surplus = said.len().saturating_sub(query.limit);
        match query.end {
            End::Newest => drop(said.drain(..surplus)),
            End::Oldest => said.truncate(query.limit),
        }
        said
    }

    /// A conversation of that time, by the name that it has now. Nothing: it is found no more.
    fn today(&self, place: Conversation, then: Position, now: Position) -> Option<Conversation> {
        match place {
            Conversation::Channel(key) => self.renamed_since(&key, then, now).map(Conversation::Channel),
            private => Some(private),
        }
    }

    /// What a channel is called now that had that name then.
    fn renamed_since(&self, key: &ChannelKey, then: Position, now: Position) -> Option<ChannelKey> {
        let mut key = key.clone();
        let since = self.records.iter().filter(|it| it.position > then && it.position <= now);
        for record in since {
            if let Event::ChannelRenamed { name, to, .. } = &record.event
                && name.key() != to.key()
            {
                match &key {
                    was if *was == name.key() => key = to.key(),
                    was if *was == to.key() => return None,
                    _ => {}
                }
            }
        }
        Some(key)
    }

    /// Whether something went with an earlier channel of that name.
    fn is_sealed(&self, of: &Conversation, then: Position, now: Position) -> bool {
        self.records.iter().filter(|it| it.position > then && it.position <= now).any(|it| match &it.event {
            Event::ChannelDropped { name, sealed: true, .. } => {
                self.renamed_since(&name.key(), it.position, now).map(Conversation::Channel).as_ref()
                    == Some(of)
            }
            _ => false,
        })
    }
}

impl Books for Chronicle {
    fn look_up(&mut self, work: &Work) -> WorkResult {
        match work {
            Work::History(query) => WorkResult::History(self.history(query)),
            Work::Reload | Work::Post(_) => WorkResult::Failed,
            // Where conversations are is the archive's business.
            Work::Conversations(_) => WorkResult::Conversations(Vec::new()),
            Work::InspectToken(token) => WorkResult::Inspected(shown(token)),
            Work::SaidBy { .. } => WorkResult::SaidBy(Box::default()),
            Work::AuditTrail { .. } => WorkResult::AuditTrail(Vec::new()),
            // What the lines of the event log are is the archive's business.
            _ => WorkResult::EventLog(Vec::new()),
        }
    }
}

/// Whom a token of the simulator shows: it is their name.
fn shown(token: &Secret) -> Result<Box<Shown>, BadToken> {
    let identity = Identity::new(ISSUER, token.expose()).ok_or(BadToken::Malformed)?;
    match token.expose() {
        "nobody" => Err(BadToken::Expired),
        name => Ok(Box::new(Shown::new(identity, Some(name)))),
    }
}
