//! What becomes of the tables when an account gets another name, or is deleted.

use colvert_core::conversation::Side;
use colvert_core::event::Source;
use colvert_core::names::{AccountName, NOBODY, Nick};
use rusqlite::{Transaction, params};

use crate::Error;

/// Somebody of whom nothing is to be known.
pub(crate) fn nobody(by: &Source) -> Source {
    by.but(|who| {
        who.nick = Nick::of_nobody();
        who.user = NOBODY.into();
        who.host = NOBODY.into();
        who.account = None;
    })
}

/// Its conversations go on under the new name, and what it said is still its own.
pub(crate) fn rename(tx: &Transaction<'_>, from: &AccountName, to: &AccountName) -> Result<(), Error> {
    let (old, new) = (Side::Account(from.key()).key(), Side::Account(to.key()).key());
    if old != new {
        move_side(tx, &old, &new)?;
    }
    let names = [from.as_str(), to.as_str()];
    tx.execute("UPDATE messages SET account = ?2 WHERE account = ?1", names)?;
    tx.execute("UPDATE messages SET recipient_account = ?2 WHERE recipient_account = ?1", names)?;
    tx.execute("UPDATE events SET account = ?2 WHERE account = ?1", names)?;
    tx.execute("UPDATE happenings SET account = ?2 WHERE account = ?1", names)?;
    tx.execute("UPDATE happenings SET target_account = ?2 WHERE target_account = ?1", names)?;
    let (old, new) = (from.key(), to.key());
    let row = [old.as_str(), new.as_str(), to.as_str()];
    tx.execute("UPDATE accounts SET key = ?2, name = ?3 WHERE key = ?1", row)?;
    Ok(())
}

/// Somebody's private conversations are another side's from now on.
pub(crate) fn move_side(tx: &Transaction<'_>, old: &str, new: &str) -> Result<(), Error> {
    for (id, key) in conversations(tx, old)? {
        let mut sides: Vec<_> = key.split(' ').map(|side| if side == old { new } else { side }).collect();
        sides.sort_unstable();
        let row = params![id, sides.join(" ")];
        tx.prepare_cached("UPDATE conversations SET key = ?2 WHERE id = ?1")?.execute(row)?;
    }
    tx.execute("UPDATE sides SET side = ?2 WHERE side = ?1", [old, new])?;
    Ok(())
}

/// The private conversations of a side: their ids and keys.
fn conversations(tx: &Transaction<'_>, side: &str) -> Result<Vec<(i64, String)>, Error> {
    const FIND: &str = "SELECT id, key FROM conversations JOIN sides ON conversation = id WHERE side = ?1";
    let mut find = tx.prepare_cached(FIND)?;
    let rows = find.query_map([side], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
