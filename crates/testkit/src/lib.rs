//! What tests of several crates share: doubles that fail on purpose, and the same way each time.
//!
//! | module | holds |
//! |---|---|
//! | [`sim_disk`] | a disk that forgets what was not synced, fills up, fails, loses power |
//! | [`sqlite_vfs`] | SQLite on such a disk |
//! | [`process`] | the engine, its log and its pool on such a disk, driven by hand: no thread, no clock |
//! | [`work`], [`chronicle`], [`library`] | slow work done at once: passwords; history from memory, from the archive |
//! | [`index`], [`gateway`] | who is shown what, as simply as it can be said; sessions of real doors without sockets |
//! | [`mail_server`], [`issuer`] | a mail server that takes every letter; an outside issuer of tokens |
//! | [`server`] | the real program in a process of its own, and people with sockets |
//! | [`simulator`] | random people, and what must be true after each step |
//! | [`transcript`] | conversations as files that read like a play, and where they are played |

#[cfg(feature = "doors")]
pub mod certificates;
#[cfg(feature = "engine")]
pub mod chronicle;
#[cfg(feature = "doors")]
pub mod gateway;
#[cfg(feature = "engine")]
pub mod index;
#[cfg(feature = "doors")]
pub mod issuer;
#[cfg(feature = "doors")]
pub mod library;
pub mod mail_server;
#[cfg(feature = "engine")]
pub mod process;
pub mod server;
pub mod sim_disk;
#[cfg(feature = "engine")]
pub mod simulator;
#[cfg(feature = "sqlite")]
pub mod sqlite_vfs;
#[cfg(feature = "doors")]
pub mod transcript;
#[cfg(feature = "engine")]
pub mod work;
