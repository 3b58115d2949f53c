//! What is kept of one account, for itself: a page at a time, and a bounded part of the tables for each.

use colvert_core::event::{Event, Record};
use colvert_core::ids::{Millis, Position};
use colvert_core::names::{AccountName, NameRules};
use colvert_core::tags::is_reaction;
use colvert_core::work::{LoggedEvent, SaidBy};
use rusqlite::{Row, Transaction, params};

use crate::Error;
use crate::event_line::EventLine;
use crate::message::{self, signed};

/// Rows of a table that one page looks through: some hundredths of a second.
const LOOKED_THROUGH_MAX: i64 = 50_000;

/// A page of the archive after a position, and where it ends if the archive has more.
pub(crate) fn page(
    tx: &Transaction<'_>,
    account: &AccountName,
    (after, limit): (Position, usize),
    names: NameRules,
) -> Result<SaidBy, Error> {
    let ends = [end(tx, "messages", after)?, end(tx, "events", after)?];
    let end = ends.into_iter().flatten().min();
    let until = signed(end.map_or(i64::MAX.cast_unsigned(), |end| end.0));
    let rows_max = i64::try_from(limit).unwrap_or(i64::MAX);
    let range = params![signed(after.0), until, account.as_str(), rows_max];
    let sql = format!(
        "SELECT {} FROM messages WHERE id > ?1 AND id <= ?2 AND account = ?3 ORDER BY id LIMIT ?4",
        message::COLUMNS
    );
    let mut said = Vec::new();
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(range)?;
    while let Some(row) = rows.next()? {
        said.push(message::read(row, names)?);
    }
    const LOGGED: &str = "SELECT id, time_ms, kind, actor, channel, target, detail FROM events
        WHERE id > ?1 AND id <= ?2 AND (account = ?3 OR target = ?3) ORDER BY id LIMIT ?4";
    let mut statement = tx.prepare_cached(LOGGED)?;
    let logged = statement.query_map(range, logged)?.collect::<Result<Vec<_>, _>>()?;
    // A full list ends the page where it ends.
    let last_said = said.last().filter(|_| said.len() >= limit).map(|record| record.position);
    let last_logged = logged.last().filter(|_| logged.len() >= limit).map(|(position, _)| *position);
    let next = [end, last_said, last_logged].into_iter().flatten().min();
    let is_within = |position: Position| next.is_none_or(|next| position <= next);
    said.retain(|record| is_within(record.position));
    let logged = logged.into_iter().filter(|(position, _)| is_within(*position)).map(|(_, line)| line);
    Ok(SaidBy { said, logged: logged.collect(), next })
}

/// How far a table is looked through, if that is not to its end.
fn end(tx: &Transaction<'_>, table: &str, after: Position) -> Result<Option<Position>, Error> {
    let sql =
        format!("SELECT max(id), count(*) FROM (SELECT id FROM {table} WHERE id > ?1 ORDER BY id LIMIT ?2)");
    let (end, count): (Option<i64>, i64) = tx
        .prepare_cached(&sql)?
        .query_row(params![signed(after.0), LOOKED_THROUGH_MAX], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(end.filter(|_| count == LOOKED_THROUGH_MAX).map(|end| Position(end.cast_unsigned())))
}

fn logged(row: &Row<'_>) -> rusqlite::Result<(Position, LoggedEvent)> {
    let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
    let word = |column| row.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
    let line = LoggedEvent {
        time: Millis(number(1)?),
        kind: word(2)?,
        actor: word(3)?,
        channel: word(4)?,
        target: word(5)?,
        detail: word(6)?,
    };
    Ok((Position(number(0)?), line))
}

/// Whether an event is words of the account's, or a reaction.
pub(crate) fn is_theirs(event: &Event, account: &AccountName) -> bool {
    let by = match event {
        Event::Said { by, .. } => by,
        Event::Tagged { by, tags, .. } if is_reaction(tags) => by,
        _ => return false,
    };
    by.account.as_ref().is_some_and(|own| own.is(account))
}

/// Whether a line of the event log is about it.
pub(crate) fn is_about(record: &Record, account: &AccountName) -> bool {
    let line = EventLine::of(&record.event);
    line.is_some_and(|line| [line.account, line.target].contains(&Some(account.as_str())))
}
