//! Letters, and how they are carried to a mail server.
//!
//! ```text
//! Work::Post ─▶ Postbox: a queue with an end ─▶ one thread ─▶ SMTP, within a deadline ─▶ gone, or later again
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`words`] | what a letter says, in each language |
//! | [`post`] | the queue, its thread, and what is tried again |
//! | [`smtp`] | one letter to one server |
//! | `bounded` | a stream that ends when its peer says too much |
//!
//! Nobody waits for any of it but that thread: a mail server that hangs makes letters late, and when the queue is full
//! people are told to try again.
//! What is absent: who may cause a letter and how many (`core`), and a store: letters that wait are lost with the process,
//! and whoever misses one asks for another.

mod bounded;
pub mod post;
pub mod smtp;
pub mod words;

pub use post::{Carrier, Counters, Pace, Postbox};
pub use smtp::{Failure, Server, Smtp, Tls};
