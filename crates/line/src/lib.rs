//! The line protocol: one slash command a line, in French or English, made for `nc`.
//!
//! ```text
//! /join general                         Canal general rejoint.
//! Salut        ─▶ Request ─▶ … ─▶       [general] ginette: Salut
//! ```
//!
//! | module | holds |
//! |---|---|
//! | `door` | [`LineDoor`], which makes a session for each connection |
//! | `session` | one connection: what it has learned, and the calls of `core`'s `Session` |
//! | `reading` | a line to a request |
//! | `events`, `talk`, `replies`, `refusals`, `farewell`, `help` | what comes back, worded |
//! | `speech` | the words of a language: `i18n/en.ftl`, `i18n/fr.ftl` |
//! | `printing` | the only way out: whole lines that are harmless on a terminal |
//!
//! `docs/line-protocol.md` is the grammar. What is absent: sockets, clocks, storage, other doors, and rules
//! about who may do what.

mod door;

mod events;
mod farewell;
mod foreign;
mod help;
mod printing;
mod reading;
mod refusals;
mod replies;
mod session;
mod speech;
mod talk;
mod when;

#[cfg(test)]
mod tests;

pub use door::LineDoor;
pub use when::minute;
