//! What one account has said, for itself: a page at a time, and a bounded part of the table for each.

use colvert_core::event::{Event, Record};
use colvert_core::ids::Position;
use colvert_core::names::{AccountName, NameRules};
use rusqlite::{Transaction, params};

use crate::Error;
use crate::message::{self, signed};

/// Messages that one page looks through: some hundredths of a second.
const LOOKED_THROUGH_MAX: i64 = 50_000;

/// A page of the archive after a position, and where it ends if the archive has more.
pub(crate) fn page(
    tx: &Transaction<'_>,
    account: &AccountName,
    (after, limit): (Position, usize),
    names: NameRules,
) -> Result<(Vec<Record>, Option<Position>), Error> {
    const END: &str =
        "SELECT max(id), count(*) FROM (SELECT id FROM messages WHERE id > ?1 ORDER BY id LIMIT ?2)";
    let (end, count): (Option<i64>, i64) = tx
        .prepare_cached(END)?
        .query_row(params![signed(after.0), LOOKED_THROUGH_MAX], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(end) = end else { return Ok((Vec::new(), None)) };
    let sql = format!(
        "SELECT {} FROM messages WHERE id > ?1 AND id <= ?2 AND account = ?3 ORDER BY id LIMIT ?4",
        message::COLUMNS
    );
    let rows_max = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params![signed(after.0), end, account.as_str(), rows_max])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(message::read(row, names)?);
    }
    let is_full = records.len() >= limit;
    let next = match records.last().filter(|_| is_full) {
        Some(last) => Some(last.position),
        None => (count == LOOKED_THROUGH_MAX).then_some(Position(end.cast_unsigned())),
    };
    Ok((records, next))
}

/// Whether an event is words of the account's.
pub(crate) fn is_theirs(event: &Event, account: &AccountName) -> bool {
    matches!(event, Event::Said { by, .. } if by.account.as_ref().is_some_and(|own| own.is(account)))
}
