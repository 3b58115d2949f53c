//! SIGTERM and SIGINT stop the server; a second one ends the process at once. SIGHUP has the configuration read
//! again.

use std::io;
use std::process;
use std::sync::mpsc::Sender;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::threads::{News, spawn};

/// Begins to listen for signals.
///
/// # Errors
/// When they cannot be listened for.
pub fn start(news: Sender<News>) -> io::Result<()> {
    /// What shells add to the number of a signal that ended a process.
    const BY_SIGNAL: i32 = 128;
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    spawn("signals", news.clone(), move || {
        let mut is_stopping = false;
        for signal in signals.forever() {
            let told = match signal {
                SIGHUP => News::Reload,
                second if is_stopping => process::exit(BY_SIGNAL + second),
                first => News::Signal(first),
            };
            is_stopping |= matches!(told, News::Signal(_));
            // Nobody to tell: then the process is ending already.
            let _ = news.send(told);
        }
    })?;
    Ok(())
}
