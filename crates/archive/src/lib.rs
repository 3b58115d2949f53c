//! The archive: what the log says, as tables that can be asked and that operators can open.
//!
//! ```text
//! log ─▶ Entries ─▶ Archive::follow, in bulk ─▶ archive.db ─▶ Reader ─▶ history, event log
//!   └──────────────────────── the tail that is not in yet ──────┘
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`archive`](Archive) | the one connection that writes: follow, catch up, checkpoint, rebuild |
//! | [`follower`](Follower) | the thread that drives it, and how far it is |
//! | [`reader`](Reader), `tail`, `conversations` | questions, answered from the tables and the log's tail |
//! | `projection`, `message`, `happening`, `event_line` | what each event becomes in the tables |
//! | `schema`, `connect` | the tables and their versions; how the database is opened |
//! | `log_view` | the log as the archive sees it: [`LogView`], [`Entries`] |
//!
//! The archive is a projection: it follows durable entries only, and the log is the truth. How far it is
//! (`applied`) is committed in the same transaction as the rows, so an entry is in it once, and a power cut
//! takes back whole transactions at most. The log may forget only what is below the last checkpoint.
//!
//! The tables are documented for operators in `docs/archive.md`.
//!
//! What is absent: rules, doors, the log's format, and any repair by guessing. An archive that is of another
//! log, or further than the log, is an error with a name; [`Archive::rebuild`] is the owner's decision.

mod accounts;
mod archive;
mod connect;
mod conversations;
mod counters;
mod error;
mod event_line;
mod expiry;
mod follower;
mod forgetting;
mod happening;
mod log_view;
mod message;
mod projection;
mod reader;
mod said_by;
mod schema;
mod tail;

pub use archive::{Archive, Goes, Room};
pub use connect::{NAME, Vfs};
pub use counters::Counters;
pub use error::Error;
pub use expiry::Kept;
pub use follower::{Follower, Keep, Pace, Progress, Standstill};
pub use log_view::{Entries, LogEntry, LogError, LogView};
pub use reader::Reader;
pub use schema::VERSION as SCHEMA_VERSION;
