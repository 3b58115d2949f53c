//! What becomes of the tables when an account is deleted.

use colvert_core::conversation::Side;
use colvert_core::event::{Entry, Event};
use colvert_core::ids::Position;
use colvert_core::modes::ModeChange;
use colvert_core::names::{AccountName, NOBODY, NameRules, Nick};
use rusqlite::{Transaction, params};

use crate::Error;
use crate::accounts::move_side;

/// Nothing is kept of it but, for others, what it said; if it is to be anonymous, that does not tell who said it, and nothing else
/// tells that it was there. The audit trail alone has what operators did, to whom.
pub(crate) fn delete(
    tx: &Transaction<'_>,
    (account, at): (&AccountName, Position),
    anonymous: bool,
) -> Result<(), Error> {
    tx.execute("DELETE FROM accounts WHERE key = ?1", [account.key().as_str()])?;
    if !anonymous {
        return Ok(());
    }
    // What was said to it is found by who said it.
    move_side(tx, &Side::Account(account.key()).key(), &format!("deleted:{}", at.0))?;
    for name in names(tx, account)? {
        messages(tx, &name)?;
        happened_to(tx, &name)?;
        events(tx, &name)?;
        // Nobody is missed from a list of those who came and went.
        tx.execute("DELETE FROM happenings WHERE account = ?1 OR target_account = ?1", [&name])?;
        happenings(tx, &name)?;
    }
    Ok(())
}

/// What it is called, and what it was called before.
fn names(tx: &Transaction<'_>, account: &AccountName) -> Result<Vec<String>, Error> {
    const BEFORE: &str = "SELECT target FROM events WHERE kind = 'account_renamed' AND detail = ?1";
    let mut names = vec![account.as_str().to_owned()];
    let mut find = tx.prepare(BEFORE)?;
    let mut n = 0;
    while n < names.len() {
        let before: Vec<String> = find.query_map([&names[n]], |row| row.get(0))?.collect::<Result<_, _>>()?;
        names.extend(before.into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
        n += 1;
    }
    Ok(names)
}

/// Also those that were said before it was logged in: who had its name is taken for it.
fn messages(tx: &Transaction<'_>, name: &str) -> Result<(), Error> {
    const SAID: &str = "UPDATE messages SET source = ?2, user = ?2, host = ?2, account = NULL
        WHERE account = ?1 OR (account IS NULL AND source = ?1 COLLATE NOCASE)";
    const RECEIVED: &str = "UPDATE messages SET recipient = ?2, recipient_account = NULL
        WHERE recipient_account = ?1 OR (recipient_account IS NULL AND recipient = ?1 COLLATE NOCASE)";
    tx.execute(SAID, [name, NOBODY])?;
    tx.execute(RECEIVED, [name, NOBODY])?;
    Ok(())
}

/// It was kicked, under whatever nick.
fn happened_to(tx: &Transaction<'_>, name: &str) -> Result<(), Error> {
    const KICKED: &str = "UPDATE events SET target = ?2, detail = NULL
        WHERE id IN (SELECT id FROM happenings WHERE target_account = ?1)";
    tx.execute(KICKED, [name, NOBODY])?;
    Ok(())
}

fn events(tx: &Transaction<'_>, name: &str) -> Result<(), Error> {
    const NICKS: &str = "UPDATE events SET target = ?2
        WHERE kind = 'nick_changed' AND (account = ?1 OR actor = ?1 COLLATE NOCASE)";
    const DONE: &str = "UPDATE events SET actor = ?2, account = NULL, detail = NULL
        WHERE account = ?1 OR actor = ?1 COLLATE NOCASE";
    const SUFFERED: &str = "UPDATE events SET target = ?2, detail = NULL WHERE target = ?1 COLLATE NOCASE";
    const BANNED: &str = "UPDATE events SET detail = NULL
        WHERE kind LIKE 'server_%'
        AND (detail = 'account:' || ?1 OR substr(detail, 1, length(?1) + 1) = ?1 || '!' COLLATE NOCASE)";
    for statement in [NICKS, DONE, SUFFERED] {
        tx.execute(statement, [name, NOBODY])?;
    }
    tx.execute(BANNED, [name])?;
    modes(tx, name)
}

/// Modes are told with the nicks that they were given to, and with masks.
fn modes(tx: &Transaction<'_>, name: &str) -> Result<(), Error> {
    const FIND: &str =
        "SELECT id, detail FROM events WHERE kind = 'modes_changed' AND detail LIKE '%' || ?1 || '%'";
    let mut find = tx.prepare(FIND)?;
    let rows = find.query_map([name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
    for (id, detail) in found {
        let words: Vec<_> = detail.split(", ").map(|change| without(change, name)).collect();
        tx.execute("UPDATE events SET detail = ?2 WHERE id = ?1", params![id, words.join(", ")])?;
    }
    Ok(())
}

/// `+o ginette` is `+o deleted` then, and so are `+b ginette!*@*` and `+b a:ginette`.
fn without(change: &str, name: &str) -> String {
    let Some((letter, whom)) = change.split_once(' ') else { return change.to_owned() };
    let nick = whom.rsplit_once(':').map_or(whom, |(_, who)| who);
    let nick = nick.split_once('!').map_or(nick, |(nick, _)| nick);
    if is_same(nick, name) { format!("{letter} {NOBODY}") } else { change.to_owned() }
}

/// Whether both are one name, where neither is known to be one.
fn is_same(one: &str, other: &str) -> bool {
    NameRules::Precis.fold_loosely(one) == NameRules::Precis.fold_loosely(other)
}

/// What others did, and named it.
fn happenings(tx: &Transaction<'_>, name: &str) -> Result<(), Error> {
    const FIND: &str =
        "SELECT conversation, id, entry FROM happenings WHERE instr(entry, CAST(?1 AS BLOB)) > 0";
    let mut find = tx.prepare(FIND)?;
    let rows = find.query_map([name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let found: Vec<(i64, i64, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
    for (conversation, id, bytes) in found {
        let damaged = |_| Error::Message { id, reason: "it is no event" };
        let mut entry = Entry::from_bytes(&bytes).map_err(damaged)?;
        let is_known = entry.events.iter_mut().all(|event| left(event, name));
        let row = params![conversation, id];
        if !is_known {
            tx.execute("DELETE FROM happenings WHERE conversation = ?1 AND id = ?2", row)?;
            continue;
        }
        let row = params![conversation, id, entry.to_bytes()];
        tx.execute("UPDATE happenings SET entry = ?3 WHERE conversation = ?1 AND id = ?2", row)?;
    }
    Ok(())
}

/// Takes the name out of an event. False: it is about nobody else.
fn left(event: &mut Event, name: &str) -> bool {
    let is_it = |nick: &Nick| is_same(nick.as_str(), name);
    match event {
        Event::NickChanged { nick, .. } if is_it(nick) => return false,
        Event::ModesChanged { changes, .. } | Event::ModesSet { changes, .. } => {
            for change in &mut *changes {
                if let ModeChange::Status { nick, .. } = change
                    && is_it(nick)
                {
                    *nick = Nick::of_nobody();
                }
            }
            let of_it = |change: &ModeChange| match change {
                ModeChange::List { mask, .. } => {
                    without(&format!("b {}", mask.as_str()), name).ends_with(NOBODY)
                }
                _ => false,
            };
            changes.retain(|change| !of_it(change));
            if changes.is_empty() {
                return false;
            }
        }
        Event::Redacted { author, .. } if is_it(author) => *author = Nick::of_nobody(),
        _ => {}
    }
    let (by, target) = colvert_core::happening::people(event);
    ![by, target].into_iter().flatten().any(|who| is_it(&who.nick))
}
