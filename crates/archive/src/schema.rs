//! The tables, and how older ones become newer ones.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::Error;

/// Brings the tables from version n to n + 1, for each n from 0 on.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/v1.sql"),
    include_str!("schema/audit.sql"),
    include_str!("schema/sides.sql"),
    include_str!("schema/lines.sql"),
    include_str!("schema/registered.sql"),
    include_str!("schema/happenings.sql"),
    include_str!("schema/moderation.sql"),
];

/// The version that this program reads and writes.
pub const VERSION: u32 = MIGRATIONS.len() as u32;

/// Makes the tables, or brings them up to [`VERSION`].
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let found = check(connection)?;
    if found == VERSION {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    run(&tx, found)?;
    Ok(tx.commit()?)
}

/// The version of the tables that are there: 0 for none, at most [`VERSION`].
pub(crate) fn check(connection: &Connection) -> Result<u32, Error> {
    let found = version(connection)?;
    if found > VERSION {
        return Err(Error::NewerSchema { found, known: VERSION });
    }
    Ok(found)
}

/// Forgets everything.
pub(crate) fn empty(tx: &Transaction<'_>) -> Result<(), Error> {
    const DROP: &str = "SELECT 'DROP ' || type || ' ' || name FROM sqlite_schema
                        WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'";
    let drops: Vec<String> = tx.prepare(DROP)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    tx.execute_batch(&drops.join(";"))?;
    run(tx, 0)
}

fn run(tx: &Transaction<'_>, from: u32) -> Result<(), Error> {
    for migration in &MIGRATIONS[from as usize..] {
        tx.execute_batch(migration)?;
    }
    tx.execute("UPDATE meta SET schema = ?1", [VERSION])?;
    Ok(())
}

/// 0 when there are no tables yet.
fn version(connection: &Connection) -> Result<u32, Error> {
    const MADE: &str = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'";
    let is_made = connection.query_row(MADE, [], |_| Ok(())).optional()?.is_some();
    if !is_made {
        return Ok(0);
    }
    Ok(connection.query_row("SELECT schema FROM meta", [], |row| row.get(0))?)
}
