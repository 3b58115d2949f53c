//! What is written to standard error: events of the program, as text or JSON, and the words for the person
//! who started it.

use std::io::{self, IsTerminal, Write};
use std::panic;

use tracing_subscriber::filter::LevelFilter;

use crate::config::Config;
use crate::config::value::{Level, LogFormat};

/// Begins to write. Later calls change nothing.
pub fn start(config: &Config) {
    let level = match config.diagnostics.level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let format = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    // It fails when there is one already, as in tests.
    let _ = match config.diagnostics.format {
        LogFormat::Text => format.try_init(),
        LogFormat::Json => format.json().try_init(),
    };
    panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        tracing::error!(thread = thread.name().unwrap_or("unnamed"), "{panic}");
    }));
}

/// Says something to the person who started the program.
pub fn say(config: &Config, words: &str) {
    match config.diagnostics.format {
        // Nobody may be listening.
        LogFormat::Text => drop(writeln!(io::stderr(), "{words}")),
        LogFormat::Json => tracing::info!("{words}"),
    }
}
