//! One line on a terminal that says how far it is, with a bar.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::cli::Common;

const EVERY: Duration = Duration::from_millis(250);
const BAR: usize = 24;

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

    /// `share` of the work is done, from 0 to 1.
    pub fn show(&mut self, share: f64, state: impl FnOnce() -> String) {
        if !self.on {
            return;
        }
        let now = Instant::now();
        if now >= self.next {
            self.next = now + EVERY;
            self.shown = true;
            let (what, seconds) = (self.what, (now - self.start).as_secs());
            eprint!("\r\x1b[K{what} {} {seconds} s: {}", bar(share), state());
            let _ = std::io::stderr().flush();
        }
    }
}

fn bar(share: f64) -> String {
    let full = ((share.clamp(0.0, 1.0) * BAR as f64) as usize).min(BAR);
    format!("[{}{}]", "#".repeat(full), " ".repeat(BAR - full))
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            eprint!("\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills_from_the_left_and_keeps_its_width() {
        assert_eq!(bar(0.0), format!("[{}]", " ".repeat(24)));
        assert_eq!(bar(0.5), format!("[{}{}]", "#".repeat(12), " ".repeat(12)));
        assert_eq!(bar(7.0), format!("[{}]", "#".repeat(24)));
        assert_eq!(bar(f64::NAN), bar(0.0), "nothing of nothing");
    }
}
