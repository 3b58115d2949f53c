//! Questions. A reader sees one committed state per question and never waits for the writer.

use std::path::Path;

use colvert_core::conversation::Conversation;
use colvert_core::event::{Event, Record};
use colvert_core::ids::{Millis, Position};
use colvert_core::names::{AccountName, NameRules};
use colvert_core::work::{Audited, End, HistoryQuery, LoggedEvent, SaidBy, Times, Trail, With};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::connect::{self, Vfs};
use crate::log_view::LogView;
use crate::message::{self, signed};
use crate::tail::{self, Gone, Window};
use crate::{Error, happening, said_by, schema};

/// A connection that only asks. One thread uses it at a time; make one for each that asks.
pub struct Reader {
    pub(crate) connection: Connection,
    pub(crate) names: NameRules,
}

impl Reader {
    /// Opens an archive that [`crate::Archive::open`] has made. `names` folds what is read.
    ///
    /// # Errors
    /// When there is none, or [`Error::NewerSchema`].
    pub fn open(path: impl AsRef<Path>, vfs: &Vfs, names: NameRules) -> Result<Self, Error> {
        let connection = connect::reader(path.as_ref(), vfs)?;
        schema::check(&connection)?;
        Ok(Self { connection, names })
    }

    /// What was said in a conversation, oldest first, as far as the archive is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn history(&mut self, query: &HistoryQuery) -> Result<Vec<Record>, Error> {
        let (.., window) = self.archived_history(query, |_| Ok(Gone::default()))?;
        Ok(window.into_vec())
    }

    /// What was said in a conversation, oldest first: from the archive as far as it is, and from the log after
    /// that. The answer does not depend on how far the archive is.
    ///
    /// # Errors
    /// When the database or the log cannot be read, or the archive stands still: [`Error::TooFarBehind`].
    pub fn history_with_tail(
        &mut self,
        query: &HistoryQuery,
        log: &dyn LogView,
    ) -> Result<Vec<Record>, Error> {
        let (applied, gone, mut window) =
            self.archived_history(query, |applied| Gone::of(log, applied, query.as_of))?;
        let (_, spans) = gone.names(&query.of);
        let after = query.after.max(gone.sealed_up_to(&spans));
        let is_asked = |record: &Record| {
            let is_within = record.position > after && query.times.contain(record.time);
            is_within && query.with.has(record) && tail::is_of(record, &spans)
        };
        tail::read(log, applied, query.until, |record| {
            if is_asked(&record)
                && let Some(record) = gone.left(record)
            {
                window.push(record);
            }
        })?;
        Ok(window.into_vec())
    }

    /// The newest `lines` of the event log up to `until`, oldest first, as far as the archive is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn event_log(&mut self, lines: usize, until: Position) -> Result<Vec<LoggedEvent>, Error> {
        let (_, window) = self.archived_events(lines, until)?;
        Ok(window.into_vec())
    }

    /// The newest `lines` of the event log up to `until`, oldest first: from the archive and the log's tail.
    ///
    /// # Errors
    /// As [`Self::history_with_tail`].
    pub fn event_log_with_tail(
        &mut self,
        lines: usize,
        until: Position,
        log: &dyn LogView,
    ) -> Result<Vec<LoggedEvent>, Error> {
        let (applied, mut window) = self.archived_events(lines, until)?;
        tail::read(log, applied, until, |record| {
            if let Some(line) = tail::logged(&record) {
                window.push(line);
            }
        })?;
        Ok(window.into_vec())
    }

    /// The newest `lines` of the audit trail up to `until`, oldest first: from the archive and the log's tail.
    ///
    /// # Errors
    /// As [`Self::history_with_tail`].
    pub fn audit_trail_with_tail(
        &mut self,
        of: &Trail,
        lines: usize,
        until: Position,
        log: &dyn LogView,
    ) -> Result<Vec<Audited>, Error> {
        let (applied, mut window) = self.archived_acts(of, lines, until)?;
        tail::read(log, applied, until, |record| {
            if let Event::Acted(act) = &record.event
                && of.has(act)
            {
                window.push(Audited::of(record.time, act));
            }
        })?;
        Ok(window.into_vec())
    }

    /// What is kept of an account after a position and up to `until`, oldest first, at most `limit` messages and as many lines of the
    /// event log: from the archive and the log's tail.
    ///
    /// # Errors
    /// As [`Self::history_with_tail`].
    pub fn said_by_with_tail(
        &mut self,
        account: &AccountName,
        (after, until): (Position, Position),
        limit: usize,
        log: &dyn LogView,
    ) -> Result<SaidBy, Error> {
        let tx = self.connection.transaction()?;
        let applied = applied(&tx)?;
        let gone = Gone::of(log, applied, until)?;
        let mut page = said_by::page(&tx, account, (after, limit), self.names)?;
        page.said = page.said.into_iter().filter_map(|record| gone.left(record)).collect();
        if page.next.is_some() {
            return Ok(page);
        }
        let mut last = applied.max(after);
        tail::read(log, applied, until, |record| {
            if record.position <= after || page.next.is_some() {
                return;
            }
            let is_full = page.said.len() >= limit || page.logged.len() >= limit;
            let (position, is_theirs) = (record.position, said_by::is_theirs(&record.event, account));
            let line = said_by::is_about(&record, account).then(|| tail::logged(&record)).flatten();
            if is_full && (is_theirs || line.is_some()) {
                page.next = Some(last);
                return;
            }
            page.logged.extend(line);
            page.said.extend(gone.left(record).filter(|_| is_theirs));
            last = position;
        })?;
        Ok(page)
    }

    /// How far the archive is, what was deleted since then, and what it has of the answer: one state of it.
    fn archived_history(
        &mut self,
        query: &HistoryQuery,
        gone: impl FnOnce(Position) -> Result<Gone, Error>,
    ) -> Result<(Position, Gone, Window<Record>), Error> {
        let tx = self.connection.transaction()?;
        let applied = applied(&tx)?;
        let gone = gone(applied)?;
        let mut window = Window::new(query.limit, query.end);
        let (archived, spans) = gone.names(&query.of);
        let found = match archived {
            Some(archived) => find(&tx, &archived)?,
            None => None,
        };
        let Some(conversation) = found else { return Ok((applied, gone, window)) };
        let (after, until) = positions(&tx, query, applied)?;
        // A seal holds also for a question about what was before it.
        let sealed = sealed_up_to(&tx, conversation, query.as_of)?.max(gone.sealed_up_to(&spans));
        let after = after.max(sealed);
        let shown_after = match query.with {
            With::Words | With::Reactions => None,
            With::Events => Some(after),
            With::EventsAfter(position) => Some(after.max(position)),
        };
        let happened = match shown_after {
            None => Vec::new(),
            Some(after) => {
                let until = next_message(&tx, until)?.min(query.until);
                happening::read(&tx, conversation, (after, until), (query, &gone, self.names))?
            }
        };
        let sql = match query.end {
            End::Newest => newest_messages(),
            End::Oldest => oldest_messages(),
        };
        let limit = i64::try_from(query.limit.saturating_add(gone.len())).unwrap_or(i64::MAX);
        let mut statement = tx.prepare_cached(&sql)?;
        let with = query.with != With::Words;
        let mut rows =
            statement.query(params![conversation, signed(after.0), signed(until.0), limit, with])?;
        let mut found = happened;
        while let Some(row) = rows.next()? {
            found.extend(gone.left(message::read(row, self.names)?));
        }
        // Both are in order already, from the wanted end on.
        match query.end {
            End::Newest => found.sort_by_key(|record| std::cmp::Reverse(record.position)),
            End::Oldest => found.sort_by_key(|record| record.position),
        }
        found.into_iter().for_each(|record| window.push_read(record));
        Ok((applied, gone, window))
    }

    fn archived_events(
        &mut self,
        lines: usize,
        until: Position,
    ) -> Result<(Position, Window<LoggedEvent>), Error> {
        const READ: &str = "SELECT time_ms, kind, actor, channel, target, detail FROM events
                            WHERE id <= ?1 ORDER BY id DESC LIMIT ?2";
        let tx = self.connection.transaction()?;
        let applied = applied(&tx)?;
        let mut window = Window::new(lines, End::Newest);
        let mut statement = tx.prepare_cached(READ)?;
        let limit = i64::try_from(lines).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![signed(until.0), limit])?;
        while let Some(row) = rows.next()? {
            window.push_read(event_of(row)?);
        }
        Ok((applied, window))
    }

    fn archived_acts(
        &mut self,
        of: &Trail,
        lines: usize,
        until: Position,
    ) -> Result<(Position, Window<Audited>), Error> {
        const COLUMNS: &str = "time_ms, actor, account, oper, act, target, reason, before, after, status";
        // Each is read from its index, the newest first.
        let (which, channel) = match of {
            Trail::All => ("?3 IS NULL", Value::Null),
            Trail::Of(id) => ("channel_id = ?3", Value::Integer(signed(id.0))),
            Trail::Named(key) => ("channel = ?3", Value::Text(key.as_str().to_owned())),
        };
        let read =
            format!("SELECT {COLUMNS} FROM audit WHERE {which} AND id <= ?1 ORDER BY id DESC LIMIT ?2");
        let tx = self.connection.transaction()?;
        let applied = applied(&tx)?;
        let mut window = Window::new(lines, End::Newest);
        let mut statement = tx.prepare_cached(&read)?;
        let limit = i64::try_from(lines).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![signed(until.0), limit, channel])?;
        while let Some(row) = rows.next()? {
            window.push_read(act_of(row)?);
        }
        Ok((applied, window))
    }
}

pub(crate) fn newest_messages() -> String {
    format!("{} ORDER BY id DESC LIMIT ?4", messages())
}

fn oldest_messages() -> String {
    format!("{} ORDER BY id LIMIT ?4", messages())
}

fn messages() -> String {
    format!(
        "SELECT {} FROM messages WHERE conversation = ?1 AND id > ?2 AND id <= ?3 AND (?5 OR kind <> '{}')",
        message::COLUMNS,
        message::REACTION
    )
}

pub(crate) fn applied(tx: &Transaction<'_>) -> Result<Position, Error> {
    let applied: i64 = tx.prepare_cached("SELECT applied FROM meta")?.query_row([], |row| row.get(0))?;
    Ok(Position(applied.cast_unsigned()))
}

pub(crate) fn find(tx: &Transaction<'_>, conversation: &Conversation) -> Result<Option<i64>, Error> {
    let mut statement = tx.prepare_cached("SELECT id FROM conversations WHERE key = ?1")?;
    Ok(statement.query_row([conversation.key()], |row| row.get(0)).optional()?)
}

/// The positions that a question is about: after the first and up to the second. Times never go backwards with the
/// position, so that a span of time is one of positions, too.
fn positions(
    tx: &Transaction<'_>,
    query: &HistoryQuery,
    applied: Position,
) -> Result<(Position, Position), Error> {
    let Times { after, before } = query.times;
    let first = match after {
        Some(after) => last_up_to(tx, after, applied)?.max(query.after),
        None => query.after,
    };
    let last = match before {
        Some(Millis(before)) => last_before(tx, before, applied)?.min(query.until),
        None => query.until,
    };
    Ok((first, last))
}

/// The last position before the next message: what is no message happened in between, too.
fn next_message(tx: &Transaction<'_>, after: Position) -> Result<Position, Error> {
    const NEXT: &str = "SELECT id - 1 FROM messages WHERE id > ?1 ORDER BY id LIMIT 1";
    let next =
        tx.prepare_cached(NEXT)?.query_row([signed(after.0)], |row| row.get::<_, i64>(0)).optional()?;
    Ok(Position(next.map_or(u64::MAX, i64::cast_unsigned)))
}

fn last_before(tx: &Transaction<'_>, time: u64, applied: Position) -> Result<Position, Error> {
    match time.checked_sub(1) {
        Some(time) => last_up_to(tx, Millis(time), applied),
        None => Ok(Position(0)),
    }
}

/// A position with no message after it that was said at that time or before, and none up to it that was said later.
/// Found by halving: no index is needed for that.
pub(crate) fn last_up_to(tx: &Transaction<'_>, time: Millis, applied: Position) -> Result<Position, Error> {
    const NEXT: &str = "SELECT id, time_ms FROM messages WHERE id > ?1 ORDER BY id LIMIT 1";
    let mut next = tx.prepare_cached(NEXT)?;
    // What is up to `low` was said in time; what is after `high` was not.
    let (mut low, mut high) = (0, applied.0);
    while low < high {
        let middle = low + (high - low) / 2;
        let found = next.query_row([signed(middle)], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned()))
        });
        match found.optional()? {
            Some((id, at)) if at <= time.0 => low = id,
            _ => high = middle,
        }
    }
    Ok(Position(low))
}

/// The last seal at that time: what is at or below it is read no more.
pub(crate) fn sealed_up_to(
    tx: &Transaction<'_>,
    conversation: i64,
    until: Position,
) -> Result<Position, Error> {
    const READ: &str = "SELECT max(position) FROM seals WHERE conversation = ?1 AND position <= ?2";
    let mut statement = tx.prepare_cached(READ)?;
    let sealed: Option<i64> =
        statement.query_row(params![conversation, signed(until.0)], |row| row.get(0))?;
    Ok(Position(sealed.unwrap_or(0).cast_unsigned()))
}

fn event_of(row: &Row<'_>) -> Result<LoggedEvent, Error> {
    let word = |column| row.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
    Ok(LoggedEvent {
        time: Millis(row.get::<_, i64>(0)?.cast_unsigned()),
        kind: word(1)?,
        actor: word(2)?,
        channel: word(3)?,
        target: word(4)?,
        detail: word(5)?,
    })
}

fn act_of(row: &Row<'_>) -> Result<Audited, Error> {
    Ok(Audited {
        time: Millis(row.get::<_, i64>(0)?.cast_unsigned()),
        actor: row.get(1)?,
        account: row.get(2)?,
        oper: row.get(3)?,
        act: row.get(4)?,
        target: row.get(5)?,
        reason: row.get(6)?,
        before: row.get(7)?,
        after: row.get(8)?,
        status: row.get(9)?,
    })
}
