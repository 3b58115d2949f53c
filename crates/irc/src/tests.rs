//! Tests of what is in no single module.

mod comments;
mod page;
