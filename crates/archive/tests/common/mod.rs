//! A log in memory, and people who talk into it.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

pub mod log;
pub mod talk;

use std::path::Path;

use colvert_core::conversation::Conversation;
use colvert_core::ids::Position;
use colvert_core::names::{ChannelName, NameRules};
use colvert_core::work::{End, HistoryQuery, Times, With};
use rusqlite::{Connection, types::Value};

pub const NAMES: NameRules = NameRules::Precis;

/// The last `limit` messages of a channel.
pub fn latest(channel: &ChannelName, until: Position, limit: usize) -> HistoryQuery {
    let of = Conversation::Channel(channel.key());
    let times = Times::default();
    HistoryQuery {
        of,
        after: Position(0),
        until,
        with: With::Reactions,
        as_of: until,
        times,
        limit,
        end: End::Newest,
    }
}

/// Every row of every table, for comparing archives.
pub fn rows(connection: &Connection) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    for table in ["meta", "messages", "conversations", "sides", "seals", "accounts", "events", "happenings"] {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = statement.column_count();
        let read = statement.query_map([], |row| (0..columns).map(|i| row.get(i)).collect()).unwrap();
        rows.push(vec![Value::Text(table.to_owned())]);
        rows.extend(read.map(Result::unwrap));
    }
    rows
}

/// Every row of the archive at `path`.
pub fn rows_at(path: &Path) -> Vec<Vec<Value>> {
    rows(&Connection::open(path).unwrap())
}
