//! What tests of several crates share: doubles that fail on purpose, and the same way each time.
//!
//! | module | holds |
//! |---|---|
//! | [`sim_disk`] | a disk that forgets what was not synced, fills up, fails, loses power |
//! | [`sqlite_vfs`] | SQLite on such a disk |
//! | [`process`] | the engine, its log and its pool on such a disk, driven by hand: no thread, no clock |
//! | [`work`], [`chronicle`] | slow work done at once: passwords, history |
//! | [`index`] | who is shown what, as simply as it can be said |
//! | [`server`] | the real program in a process of its own, and people with sockets |
//! | [`simulator`] | random people, and what must be true after each step |

#[cfg(feature = "engine")]
pub mod chronicle;
#[cfg(feature = "engine")]
pub mod index;
#[cfg(feature = "engine")]
pub mod process;
pub mod server;
pub mod sim_disk;
#[cfg(feature = "engine")]
pub mod simulator;
#[cfg(feature = "sqlite")]
pub mod sqlite_vfs;
#[cfg(feature = "engine")]
pub mod work;
