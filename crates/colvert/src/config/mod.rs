//! The configuration: default < file < environment < flag.
//!
//! - [`keys`] declares every key, once; [`table`] is how.
//! - [`value`] has the types that keys have.
//! - [`transport`] has listeners, certificates and proxies.
//! - `rules`, `opers`, `mail`, `identity`, [`cloak`] say what it means to the other crates.
//! - [`load`] reads the layers; [`problem`] says in one line what is wrong with them.
//! - [`reload`] says what a running server can take of a new one.
//! - [`example`] writes the commented example and the table of the documentation.
//!
//! Here belongs what can be said of a configuration without touching the machine. Whether a port is free is
//! found out by who opens it.

pub mod example;
pub mod keys;
pub mod load;
pub mod problem;
pub mod table;
pub mod value;

mod about;
mod accounts;
pub mod cloak;
pub mod connecting;
mod identity;
mod mail;
mod opers;
pub mod reload;
mod rules;
pub mod transport;

pub use keys::{Config, KEYS, SECTIONS, TABLES};
pub use load::{Flag, Layers, PREFIX, find};
pub use problem::Problem;

#[cfg(test)]
mod tests;
