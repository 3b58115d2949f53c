//! Why the program ended without having done what it was asked to.

use std::fmt::Display;
use std::process::ExitCode;

use crate::config::Problem;

/// One line for the person who started it, and an exit code.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Something must be configured differently. Exit code 78, `EX_CONFIG` of `sysexits.h`.
    #[error(transparent)]
    Config(#[from] Problem),
    /// Exit code 1.
    #[error("{0}")]
    Other(String),
}

impl Failed {
    /// What failed, put before why: `map_err(Failed::at("the control socket"))`.
    pub fn at<E: Display>(what: &str) -> impl Fn(E) -> Self {
        move |why| Self::Other(format!("{what}: {why}"))
    }

    pub fn code(&self) -> ExitCode {
        const EX_CONFIG: u8 = 78;
        match self {
            Self::Config(_) => ExitCode::from(EX_CONFIG),
            Self::Other(_) => ExitCode::FAILURE,
        }
    }
}
