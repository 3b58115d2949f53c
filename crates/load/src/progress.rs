//! One line on a terminal that says how far it is.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::cli::Common;

const EVERY: Duration = Duration::from_millis(250);

pub struct Progress {
    what: &'static str,
    next: Instant,
    start: Instant,
    shown: bool,
    on: bool,
}

impl Progress {
    pub fn new(common: &Common, what: &'static str) -> Self {
        let start = Instant::now();
        let on = !common.quiet && std::io::stderr().is_terminal();
        Progress { what, next: start + EVERY, start, shown: false, on }
    }

    pub fn show(&mut self, state: impl FnOnce() -> String) {
        if !self.on {
            return;
        }
        let now = Instant::now();
        if now >= self.next {
            self.next = now + EVERY;
            self.shown = true;
            eprint!("\r\x1b[K{} {} s: {}", self.what, (now - self.start).as_secs(), state());
            let _ = std::io::stderr().flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            eprint!("\r\x1b[K");
        }
    }
}
