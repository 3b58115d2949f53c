//! The rules of the conversation, pure and deterministic.
//!
//! ```text
//! Request ─▶ decide(&State) ─▶ Events ─▶ evolve(&mut State) ─▶ what is shown, to whom
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`ids`], [`names`], [`text`], [`tags`], [`mask`], [`net`], [`span`], [`modes`] | validated values; a name is made in one place only |
//! | [`state`], [`event`], [`record`], [`evolve`] | what is true, the facts that change it and their places, how each fact does |
//! | [`arguments`], [`command`], [`commands`] | what people may ask for: one file each, one line in [`commands::COMMANDS`] |
//! | [`cloak`] | hosts that stand for addresses |
//! | [`policy`], [`opers`] | who may do what: one function a right; the rights of operators |
//! | [`audit`], [`server_bans`] | what those with rights did; whom they keep out |
//! | [`refusal`], [`reply`] | typed noes and answers; doors word them |
//! | [`account_settings`], [`absence`], [`clients`] | what accounts decide for themselves; who is here without a connection; what accounts are used from |
//! | [`identity`] | who people are elsewhere, and what tokens say of it |
//! | [`audience`] | who is shown an event |
//! | [`mail`], [`pending`] | addresses and letters; accounts that wait for their code |
//! | [`conversation`], [`happening`], [`history_point`] | what history is kept by, what is kept besides words, and how clients name a point in it |
//! | [`read_marker`] | up to where an account has read its conversations |
//! | [`metadata`] | what people and channels say of themselves |
//! | [`session`] | what a door implements |
//! | [`lines`] | words of several lines that are one message |
//! | [`local`] | what the engine knows of its own sessions; never logged |
//!
//! What is absent, and stays so: sockets, async, clocks, randomness, files, and any iteration in hash order.
//! Time is an argument ([`ids::Millis`]), chance is an argument, and what must wait is returned as [`work::Work`].

pub mod absence;
pub mod account_settings;
pub mod accounts;
pub mod arguments;
pub mod audience;
pub mod audit;
pub mod clients;
pub mod cloak;
pub mod command;
pub mod commands;
pub mod connecting;
pub mod conversation;
pub mod event;
pub mod evolve;
pub mod extban;
pub mod few;
pub mod happening;
pub mod history_point;
pub mod identity;
pub mod ids;
pub mod lines;
pub mod local;
pub mod mail;
pub mod mask;
pub mod metadata;
pub mod modes;
pub mod names;
pub mod net;
pub mod notices;
pub mod opers;
pub mod pending;
pub mod policy;
pub mod rare;
pub mod read_marker;
pub mod record;
pub mod refusal;
pub mod registered;
pub mod reply;
pub mod scram;
pub mod secret;
pub mod server_bans;
pub mod session;
pub mod settings;
pub mod span;
pub mod state;
pub mod tags;
pub mod text;
pub mod work;
