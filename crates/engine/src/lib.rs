//! The engine: one thread that owns the state. It takes inputs one after the other, decides, logs, evolves,
//! and holds what there is to show until it is kept.
//!
//! ```text
//! gateways ─▶ Queue ─▶ Engine { decide ─▶ append ─▶ evolve ─▶ hold } ─▶ release at durable ─▶ gateways
//!                ▲                    │
//!                └── pool, log ◀──────┘ slow work; its session is parked
//! ```
//!
//! - [`Engine`] does the steps, without a thread, a clock or a wait: simulators drive it as the process does.
//! - [`run`] is its thread, [`Queue`] what wakes it.
//! - [`recover`] makes the state of a directory; [`snapshot`] keeps that short.
//!
//! What is absent: sockets, passwords' hashing, queries, and every rule of the conversation (`core` has them).

mod control;
mod counters;
mod deliver;
mod engine;
mod held;
mod parked;
mod queue;
pub mod recover;
mod run;
pub mod snapshot;

pub use control::{ControlAnswer, ControlRequest};
pub use counters::Counters;
pub use engine::{Engine, EngineOptions, Message, Stopped, Ticket, Workers};
pub use queue::Queue;
pub use run::{Clock, run};
