//! What the log has and the archive has not yet.

use std::collections::{BTreeSet, VecDeque};

use colvert_core::conversation::{Conversation, Side};
use colvert_core::event::{self, Event, Record, Source};
use colvert_core::happening;
use colvert_core::ids::Position;
use colvert_core::names::{AccountKey, AccountName, ChannelKey};
use colvert_core::work::{End, LoggedEvent};

use crate::event_line::EventLine;
use crate::log_view::LogView;
use crate::{Error, accounts};

/// Events that one question looks through at most: some tenths of a second. An archive that follows is
/// behind by a few milliseconds.
const TAIL_EVENTS_MAX: u64 = 200_000;

/// Gives `take` every event after `applied` and up to `until`.
pub(crate) fn read(
    log: &dyn LogView,
    applied: Position,
    until: Position,
    mut take: impl FnMut(Record),
) -> Result<(), Error> {
    if applied >= until {
        return Ok(());
    }
    if until.0 - applied.0 > TAIL_EVENTS_MAX {
        return Err(Error::TooFarBehind { applied, until });
    }
    let mut next = applied.plus(1);
    let mut entries = log.entries(next)?;
    while let Some(entry) = entries.next(until)? {
        if entry.first != next {
            return Err(Error::Gap { expected: next, got: Some(entry.first) });
        }
        let decoded = event::Entry::from_bytes(entry.bytes)
            .map_err(|error| Error::Entry { position: next, reason: error.to_string() })?;
        for record in decoded.records(next).take_while(|record| record.position <= until) {
            next = record.position.plus(1);
            take(record);
        }
    }
    if next <= until { Err(Error::Gap { expected: next, got: None }) } else { Ok(()) }
}

/// What is gone after `applied` and up to some position: the archive may have it still.
#[derive(Debug, Default)]
pub(crate) struct Gone {
    messages: BTreeSet<Position>,
    /// Accounts whose names nobody is to learn from what they said.
    accounts: BTreeSet<AccountKey>,
    /// Channels that are called something else since then: when, and from what to what.
    renamed: Vec<(Position, ChannelKey, ChannelKey)>,
    /// The same of accounts.
    accounts_renamed: Vec<(Position, AccountKey, AccountKey)>,
    /// Channels with restricted entry that ended: when, and what they were called then. What was said in them is read no more.
    sealed: Vec<(Position, ChannelKey)>,
}

/// A conversation over a span of the tail.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    of: Conversation,
    after: Position,
    until: Position,
}

impl Span {
    fn holds(&self, position: Position) -> bool {
        position > self.after && position <= self.until
    }
}

impl Gone {
    pub(crate) fn of(log: &dyn LogView, applied: Position, until: Position) -> Result<Self, Error> {
        let mut gone = Self::default();
        read(log, applied, until, |record| match record.event {
            Event::ChannelRenamed { ref name, ref to, .. } if name.key() != to.key() => {
                gone.renamed.push((record.position, name.key(), to.key()));
            }
            Event::AccountRenamed { ref account, ref to, .. } if account.key() != to.key() => {
                gone.accounts_renamed.push((record.position, account.key(), to.key()));
            }
            Event::ChannelDropped { ref name, sealed: true, .. } => {
                gone.sealed.push((record.position, name.key()));
            }
            Event::Redacted { message, .. } => {
                gone.messages.insert(message);
            }
            Event::AccountDeleted { account, anonymous: true, .. } => {
                gone.accounts.insert(account.key());
            }
            _ => {}
        })?;
        Ok(gone)
    }

    /// What a conversation was called in the tail, and what it is called in the archive; nothing if that knows of none: there
    /// what has its name is another.
    pub(crate) fn names(&self, of: &Conversation) -> (Option<Conversation>, Vec<Span>) {
        let key = match of {
            Conversation::Channel(key) => key,
            Conversation::Private(one, other) => return self.private_names([one.clone(), other.clone()]),
        };
        let (mut spans, mut until, mut key) = (Vec::new(), Position(u64::MAX), key.clone());
        for (at, from, to) in self.renamed.iter().rev() {
            let is_another = *from == key;
            if *to == key || is_another {
                spans.push(Span { of: Conversation::Channel(key.clone()), after: *at, until });
                until = *at;
            }
            if is_another {
                return (None, spans);
            }
            if *to == key {
                key = from.clone();
            }
        }
        let of = Conversation::Channel(key);
        spans.push(Span { of: of.clone(), after: Position(0), until });
        (Some(of), spans)
    }

    /// The same of two people.
    fn private_names(&self, mut sides: [Side; 2]) -> (Option<Conversation>, Vec<Span>) {
        let (mut spans, mut until) = (Vec::new(), Position(u64::MAX));
        let of = |[one, other]: &[Side; 2]| Conversation::private(one.clone(), other.clone());
        for (at, from, to) in self.accounts_renamed.iter().rev() {
            let has =
                |name: &AccountKey| sides.iter().any(|side| matches!(side, Side::Account(of) if of == name));
            let is_another = has(from);
            if is_another || has(to) {
                spans.push(Span { of: of(&sides), after: *at, until });
                until = *at;
            }
            if is_another {
                return (None, spans);
            }
            for side in &mut sides {
                side.rename(to, from);
            }
        }
        spans.push(Span { of: of(&sides), after: Position(0), until });
        (Some(of(&sides)), spans)
    }

    /// What somebody is called in the archive.
    pub(crate) fn side(&self, side: &Side) -> Side {
        let mut side = side.clone();
        for (_, from, to) in self.accounts_renamed.iter().rev() {
            side.rename(to, from);
        }
        side
    }

    /// The last seal of a conversation that had these names; nought without one.
    pub(crate) fn sealed_up_to(&self, spans: &[Span]) -> Position {
        let is_of = |at: Position, key: &ChannelKey| {
            let span = spans.iter().find(|span| span.holds(at));
            span.is_some_and(|span| matches!(&span.of, Conversation::Channel(then) if then == key))
        };
        let sealed = self.sealed.iter().filter(|(at, key)| is_of(*at, key)).map(|(at, _)| *at);
        sealed.max().unwrap_or_default()
    }

    /// How many messages are gone.
    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// What is left of a message. Nothing: it is gone.
    pub(crate) fn left(&self, record: Record) -> Option<Record> {
        if self.messages.contains(&record.position) {
            return None;
        }
        // Who has its name without being logged in is taken for it.
        let name = |by: &Source| by.account.as_ref().map_or(by.nick.folded(), AccountName::folded).to_owned();
        let is_known = |by: &Source| self.accounts.is_empty() || !self.accounts.contains(name(by).as_str());
        match record.event {
            Event::Said { ref by, .. } | Event::Tagged { ref by, .. } if is_known(by) => Some(record),
            Event::Said { by, to, kind, text, tags, lines } => {
                let event = Event::Said { by: accounts::nobody(&by), to, kind, text, tags, lines };
                Some(Record { event, ..record })
            }
            Event::Tagged { by, to, tags } => {
                let event = Event::Tagged { by: accounts::nobody(&by), to, tags };
                Some(Record { event, ..record })
            }
            event => {
                let (by, target) = happening::people(&event);
                let all_known = [by, target].into_iter().flatten().all(is_known);
                all_known.then(|| Record { event: happening::kept(event), ..record })
            }
        }
    }
}

/// Whether a record is of a conversation that had these names.
pub(crate) fn is_of(record: &Record, spans: &[Span]) -> bool {
    let span = spans.iter().find(|span| span.holds(record.position));
    span.is_some_and(|Span { of, .. }| {
        Conversation::of(&record.event).as_ref() == Some(of) || happening::places(&record.event).contains(of)
    })
}

/// The line of the event log that an event is, as the table has it.
pub(crate) fn logged(record: &Record) -> Option<LoggedEvent> {
    let line = EventLine::of(&record.event)?;
    let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
    Some(LoggedEvent {
        time: record.time,
        kind: line.kind.to_owned(),
        actor: word(line.actor),
        channel: word(line.channel),
        target: word(line.target),
        detail: word(line.detail.as_deref()),
    })
}

/// The newest or the oldest of what comes, in order.
#[derive(Debug)]
pub(crate) struct Window<T> {
    limit: usize,
    end: End,
    kept: VecDeque<T>,
}

impl<T> Window<T> {
    pub(crate) fn new(limit: usize, end: End) -> Self {
        Self { limit, end, kept: VecDeque::new() }
    }

    /// What comes after everything that is in.
    pub(crate) fn push(&mut self, item: T) {
        match self.end {
            End::Oldest if self.kept.len() >= self.limit => return,
            End::Newest if self.kept.len() >= self.limit => {
                if self.kept.pop_front().is_none() {
                    return;
                }
            }
            End::Oldest | End::Newest => {}
        }
        self.kept.push_back(item);
    }

    /// One of the rows, read from the wanted end on.
    pub(crate) fn push_read(&mut self, item: T) {
        if self.kept.len() >= self.limit {
            return;
        }
        match self.end {
            End::Newest => self.kept.push_front(item),
            End::Oldest => self.kept.push_back(item),
        }
    }

    pub(crate) fn into_vec(self) -> Vec<T> {
        self.kept.into()
    }
}
