//! What happened besides words, as a row, and back. It is the event itself: what clients are shown of it is all of it.

use colvert_core::event::{Entry, Record, Source};
use colvert_core::happening;
use colvert_core::ids::Position;
use colvert_core::names::{AccountName, NameRules};
use colvert_core::work::{End, HistoryQuery};
use rusqlite::{Row, Statement, Transaction, params};

use crate::Error;
use crate::message::signed;
use crate::tail::Gone;

/// Writes one; the parameters are those of [`insert`]. It is in a conversation once, however often that is named.
pub(crate) const INSERT: &str = "INSERT OR IGNORE INTO happenings VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

fn account_of(who: Option<&Source>) -> Option<&str> {
    who.and_then(|who| who.account.as_ref()).map(AccountName::as_str)
}

/// Writes an event with a statement of [`INSERT`].
pub(crate) fn insert(
    statement: &mut Statement<'_>,
    record: &Record,
    conversation: i64,
) -> rusqlite::Result<()> {
    let (by, target) = happening::people(&record.event);
    let events = vec![happening::kept(record.event.clone())];
    let entry = Entry { time: record.time, generation: record.generation, events };
    statement.execute(params![
        conversation,
        signed(record.position.0),
        signed(record.time.0),
        account_of(by),
        account_of(target),
        entry.to_bytes(),
    ])?;
    Ok(())
}

/// What of it a question is about: after the first position and up to the second, from the wanted end on.
pub(crate) fn read(
    tx: &Transaction<'_>,
    conversation: i64,
    (after, until): (Position, Position),
    (query, gone, names): (&HistoryQuery, &Gone, NameRules),
) -> Result<Vec<Record>, Error> {
    let order = match query.end {
        End::Newest => "DESC",
        End::Oldest => "ASC",
    };
    let sql = format!(
        "SELECT id, account, target_account, entry FROM happenings
         WHERE conversation = ?1 AND id > ?2 AND id <= ?3 AND time_ms > ?4 AND time_ms < ?5 ORDER BY id {order}"
    );
    let from = query.times.after.map_or(-1, |time| signed(time.0));
    let to = query.times.before.map_or(i64::MAX, |time| signed(time.0));
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params![conversation, signed(after.0), signed(until.0), from, to])?;
    let mut found = Vec::new();
    while found.len() < query.limit
        && let Some(row) = rows.next()?
    {
        found.extend(gone.left(record(row, names)?));
    }
    Ok(found)
}

fn record(row: &Row<'_>, names: NameRules) -> Result<Record, Error> {
    let id: i64 = row.get(0)?;
    let damaged = || Error::Message { id, reason: "it is no event" };
    let bytes = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
    let entry = Entry::from_bytes(bytes).map_err(|_| damaged())?;
    let mut record = entry.records(Position(id.cast_unsigned())).next().ok_or_else(damaged)?;
    let (by, target) = happening::people_mut(&mut record.event);
    for (who, column) in [(by, 1), (target, 2)] {
        let account: Option<String> = row.get(column)?;
        let account = account.map(|name| AccountName::from_written(&name, names));
        if let Some(who) = who.filter(|who| who.account != account) {
            who.change(|who| who.account = account);
        }
    }
    Ok(record)
}
