//! Tokens of outside issuers: their keys, and whether a token is good.
//!
//! ```text
//! token ─▶ Inspector ─▶ its issuer ─▶ the key of its id ─▶ signature, issuer, audience, times ─▶ Identity (issuer, subject)
//!              ├─ unknown id, or old keys ─▶ Source: a file, an address, the issuer's own description
//!              └─ where the issuer is asked ─▶ Introspection: what it says of this token ─▶ Identity
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`inspector`] | whether a token is good, and when keys are read again |
//! | [`introspection`] | asking the issuer about a single token |
//! | [`keys`] | a set of keys, and which algorithms each is for |
//! | [`source`] | where keys come from, within a deadline and a size |
//! | `signatures` | the cryptography, which is the one that TLS has |
//!
//! Checking can wait for the issuer's keys, so it has a thread of its own, and nobody else waits for it.
//! What is absent: which account is whose (`core`).

pub mod inspector;
pub mod introspection;
pub mod keys;
mod signatures;
pub mod source;

pub use inspector::{Counters, Inspector, Issuer};
pub use introspection::Introspection;
pub use source::Source;
