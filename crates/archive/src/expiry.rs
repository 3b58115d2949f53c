//! What is kept for a time only, and goes in slices, so that nobody waits for it.

use colvert_core::ids::{Millis, Position};
use rusqlite::{Transaction, params};

use crate::Error;
use crate::message::signed;
use crate::reader::last_up_to;

/// Conversations of one slice, and messages of each that go in it.
const CONVERSATIONS: i64 = 200;
const MESSAGES: i64 = 1_000;

/// For how long what was said is kept, in milliseconds, by where. Nothing: for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub registered_ms: Option<u64>,
    pub channels_ms: Option<u64>,
    pub private_ms: Option<u64>,
}

impl Kept {
    pub(crate) const FOR_EVER: Self = Self { registered_ms: None, channels_ms: None, private_ms: None };
}

/// Looks through the next conversations after `from`, and forgets what is too old. Gives back where the next slice begins;
/// nothing when all were looked through.
pub(crate) fn slice(
    tx: &Transaction<'_>,
    kept: &Kept,
    (now, applied): (Millis, Position),
    from: i64,
) -> Result<Option<i64>, Error> {
    const NEXT: &str =
        "SELECT id, channel IS NULL, registered FROM conversations WHERE id > ?1 ORDER BY id LIMIT ?2";
    const FORGET: &str = "DELETE FROM messages WHERE id IN
        (SELECT id FROM messages WHERE conversation = ?1 AND id <= ?2 ORDER BY id LIMIT ?3)";
    const FORGET_EVENTS: &str = "DELETE FROM happenings WHERE conversation = ?1 AND id IN (SELECT id FROM
        (SELECT id, time_ms FROM happenings WHERE conversation = ?1 ORDER BY id LIMIT ?3) WHERE time_ms <= ?2)";
    let last_of = |ms: Option<u64>| -> Result<_, Error> {
        let Some(ms) = ms else { return Ok(None) };
        let time = Millis(now.0.saturating_sub(ms));
        Ok(Some((last_up_to(tx, time, applied)?, time)))
    };
    let (registered, channels, private) =
        (last_of(kept.registered_ms)?, last_of(kept.channels_ms)?, last_of(kept.private_ms)?);
    let mut next = tx.prepare_cached(NEXT)?;
    let rows =
        next.query_map(params![from, CONVERSATIONS], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rows: Vec<(i64, bool, bool)> = rows.collect::<Result<_, _>>()?;
    let is_all = i64::try_from(rows.len()).is_ok_and(|count| count < CONVERSATIONS);
    let mut at = from;
    for (id, is_private, is_registered) in rows {
        let last = match (is_private, is_registered) {
            (true, _) => private,
            (false, true) => registered,
            (false, false) => channels,
        };
        if let Some((last, time)) = last {
            let (last, time) = (signed(last.0), signed(time.0));
            let said = tx.prepare_cached(FORGET)?.execute(params![id, last, MESSAGES])?;
            let happened = tx.prepare_cached(FORGET_EVENTS)?.execute(params![id, time, MESSAGES])?;
            let gone = said.max(happened);
            if i64::try_from(gone).is_ok_and(|gone| gone >= MESSAGES) {
                // There is more of it: the next slice goes on here.
                return Ok(Some(id - 1));
            }
            if gone > 0 && is_private {
                forget_if_empty(tx, id)?;
            }
        }
        at = id;
    }
    Ok((!is_all).then_some(at))
}

/// That two people talked goes with the last of what they said.
fn forget_if_empty(tx: &Transaction<'_>, id: i64) -> Result<(), Error> {
    const FORGET: &str = "DELETE FROM conversations WHERE id = ?1
        AND NOT EXISTS (SELECT 1 FROM messages WHERE conversation = ?1)";
    if tx.prepare_cached(FORGET)?.execute([id])? > 0 {
        tx.prepare_cached("DELETE FROM sides WHERE conversation = ?1")?.execute([id])?;
        tx.prepare_cached("DELETE FROM happenings WHERE conversation = ?1")?.execute([id])?;
    }
    Ok(())
}
