//! The borders between crates, and the sizes of things: what `ARCHITECTURE.md` says, as tests.
//!
//! Lists of exceptions are ratchets: they may get shorter, and what they allow smaller.

mod acts;
mod claims;
mod crowds;
mod dependencies;
mod names;
mod sizes;
mod source;
mod words;
