//! Colvert.
pub mod config;
