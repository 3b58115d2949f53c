//! The server's own counters, read from outside while it runs: how far what follows is behind what is said.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use crate::error::{Doing, Error, Result};

const EVERY: Duration = Duration::from_secs(1);
const STOPS_WITHIN: Duration = Duration::from_millis(20);

/// How to ask: a command that prints `name number` a line, and the two counters whose difference counts.
#[derive(Clone)]
pub struct Question {
    pub command: String,
    pub ahead: String,
    pub follows: String,
}

impl Question {
    /// The difference, now.
    fn ask(&self) -> Result<u64> {
        let asked = Command::new("sh").args(["-c", &self.command]).output().doing(|| self.command.clone())?;
        let said = String::from_utf8_lossy(&asked.stdout);
        let counter = |name: &str| counter(&said, name).ok_or_else(|| self.lacks(name, &asked.stderr));
        Ok(counter(&self.ahead)?.saturating_sub(counter(&self.follows)?))
    }

    fn lacks(&self, name: &str, error: &[u8]) -> Error {
        let error = String::from_utf8_lossy(error);
        Error::Unusable(format!("`{}` prints no counter {name}: {}", self.command, error.trim()))
    }
}

fn counter(said: &str, name: &str) -> Option<u64> {
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
    said.lines().find_map(value)
}

/// What was seen so far.
#[derive(Default)]
pub struct Seen {
    state: Mutex<(u64, u64)>,
    stop: AtomicBool,
}

impl Seen {
    fn book(&self, behind: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = (behind, state.1.max(behind));
    }

    /// The last difference that was seen.
    pub fn behind(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// The largest.
    pub fn behind_max(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Asks at once, besides the thread of `watch`.
    pub fn refresh(&self, question: &Question) -> Result<()> {
        self.book(question.ask()?);
        Ok(())
    }

    /// Ends the thread of `watch`.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Asks once, so that a wrong command is known at once, and then each second on a thread of its own.
pub fn watch<'scope>(
    scope: &'scope Scope<'scope, '_>,
    question: &'scope Question,
    seen: &'scope Seen,
) -> Result<ScopedJoinHandle<'scope, Result<()>>> {
    seen.refresh(question)?;
    Ok(scope.spawn(move || {
        let mut next = Instant::now() + EVERY;
        while !seen.stop.load(Ordering::Relaxed) {
            if Instant::now() >= next {
                seen.refresh(question)?;
                next += EVERY;
            }
            thread::sleep(STOPS_WITHIN);
        }
        Ok(())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_found_by_its_whole_name() {
        let said = "archive_applied_more 9\narchive_applied 7\nengine 12\n";
        assert_eq!(counter(said, "archive_applied"), Some(7));
        assert_eq!(counter(said, "archive"), None);
    }

    #[test]
    fn the_difference_is_what_is_behind() {
        let question = |command: &str| Question {
            command: command.into(),
            ahead: "said".into(),
            follows: "kept".into(),
        };
        assert_eq!(question("echo said 12; echo kept 5").ask().ok(), Some(7));
        let error = question("echo said 12").ask().err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("prints no counter kept")));
    }
}
