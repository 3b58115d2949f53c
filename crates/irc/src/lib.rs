//! The IRC door: lines of IRC to requests, and what comes of them back to lines.
//! Spec: <https://modern.ircdocs.horse>, and <https://ircv3.net> for what is negotiated.
//!
//! ```text
//! bytes ─▶ message ─▶ reading ─▶ Request ─▶ … engine … ─▶ writing ─▶ bytes
//!                        │                                   ▲
//!                        └────────── token, through the engine ┘
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`message`] | a line taken apart: tags, command, parameters, escapes, limits |
//! | [`numerics`] | one table: number, name, words |
//! | [`caps`] | one table of capabilities, and what `CAP REQ` comes to |
//! | [`isupport`] | the tokens of 005, derived from the rules' own constants |
//! | `door` | what all sessions share |
//! | `reading` | a line to a request: one table of verbs, a file for each group of them |
//! | `token` | what the reading half tells the writing half, in its place among the answers |
//! | `writing` | events, answers and refusals to lines |
//! | `label` | answers gathered under the client's name for its request |
//! | `session` | both halves together |
//!
//! What is absent: sockets, clocks, storage, and any decision about who may do what. What was asked for and what
//! was answered meet only in the engine: the reading half never answers.

pub mod caps;
mod door;
pub mod isupport;
mod label;
pub mod message;
pub mod numerics;
mod reading;
mod services;
mod session;
mod token;
mod writing;

pub use door::IrcDoor;
pub use reading::{Explained, explained};

#[cfg(test)]
mod tests;
