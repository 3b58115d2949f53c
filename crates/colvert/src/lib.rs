//! The program: configuration, command line, and the wiring of all other crates. Here, and nowhere else, the
//! clock, chance, the environment and signals are read.
//!
//! | module | holds |
//! |---|---|
//! | [`config`] | every key, declared once; the layers; what is wrong with them, in a line |
//! | [`cli`] | the subcommands |
//! | [`serve`] | a server's life: how the parts are started, and in which order they end |
//! | [`kernel`] | the engine and what it stands on, with or without a server around it |
//! | [`offline`], [`control`] | orders of the command line: to a running server, or to the directory itself |
//! | [`data`] | the data directory: its lock and its format |
//! | [`pool`], [`passwords`] | slow work beside the engine |
//! | [`reload`] | the configuration, read again while the server runs |
//! | [`follower`] | the archive and the log, brought together |
//! | [`checkpoint`], [`storage`] | what is done now and then: snapshots, and a look at the free space |
//! | [`claim`], [`import`], [`password`] | codes, the old state file, passwords from standard input |
//! | [`clock`], [`signals`], [`machine`], [`threads`], [`diagnostics`], [`ready`], [`failed`] | the machine, and how the program speaks of itself |
//!
//! What is absent: rules of the conversation, protocols, formats of the log or the archive.

mod certificate;
pub mod checkpoint;
pub mod claim;
pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod data;
pub mod diagnostics;
pub mod failed;
pub mod follower;
pub mod import;
pub mod kernel;
pub mod machine;
pub mod offline;
pub mod password;
pub mod passwords;
pub mod pool;
pub mod ready;
pub mod reload;
pub mod serve;
pub mod signals;
pub mod storage;
pub mod threads;
