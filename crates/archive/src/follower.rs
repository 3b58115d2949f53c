//! The thread that keeps the archive up with the log.
//!
//! ```text
//! log moved ─▶ Follower::durable ─▶ gathered for some milliseconds ─▶ one transaction ─▶ Progress
//! ```

mod progress;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use colvert_core::ids::{Millis, Position};

use crate::log_view::LogView;
use crate::{Archive, Error, Goes, Kept};
use progress::{Order, Shared};
pub use progress::{Progress, Standstill};

/// How the follower spends its time.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long what is durable gathers before a transaction is begun for it, unless somebody waits for it.
    pub gather: Duration,
    /// How long after a failure that may pass the same is tried again.
    pub retry: Duration,
    /// What the thread does first, such as giving way to others.
    pub first: fn(),
    pub keep: Keep,
}

/// How long what was said is kept.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    pub kept: Kept,
    /// How long it rests when all was looked through.
    pub every: Duration,
    /// What time it is.
    pub now: fn() -> Millis,
}

impl Keep {
    pub const FOR_EVER: Self =
        Self { kept: Kept::FOR_EVER, every: Duration::from_secs(60), now: || Millis(0) };

    fn is_for_ever(&self) -> bool {
        self.kept == Kept::FOR_EVER
    }
}

/// So far behind, others go first; then it takes the share of the processor that is its own, or it would never come along
/// where the processor is wanted all the time.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it rests between two slices of what is forgotten: others want to write, too.
const BETWEEN_SLICES: Duration = Duration::from_millis(50);

impl Default for Pace {
    fn default() -> Self {
        Self {
            gather: Duration::from_millis(5),
            retry: Duration::from_secs(1),
            first: || {},
            keep: Keep::FOR_EVER,
        }
    }
}

/// Owns the thread, which owns the archive.
pub struct Follower {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    /// Starts to follow `log` with an archive that has caught up with it.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(archive: Archive, log: Box<dyn LogView>, pace: Pace) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(&archive));
        let worker = Worker { shared: shared.clone(), archive, log, pace, is_outrun: false };
        let thread = thread::Builder::new().name("archive".to_owned()).spawn(move || worker.run())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Says that the log is durable up to `position`. Never waits.
    pub fn durable(&self, position: Position) {
        self.shared.durable(position);
    }

    /// How far it is, for anybody to look at and wait for.
    pub fn progress(&self) -> Progress {
        Progress::new(self.shared.clone())
    }

    /// Makes what is in survive a power cut, and says up to where that is so: the log may forget what is at
    /// or below it. Waits for the disk. A checkpoint that fails leaves the position where it was.
    pub fn checkpoint(&self) -> Position {
        self.shared.checkpoint()
    }

    /// Projects what is durable, makes it survive, closes the archive and ends the thread. Says how far it
    /// got, or why no further.
    ///
    /// # Errors
    /// Why the archive stands still.
    pub fn stop(mut self) -> Result<Position, Standstill> {
        self.end();
        let progress = self.progress();
        progress.standstill().map_or_else(|| Ok(progress.applied()), Err)
    }

    fn end(&mut self) {
        self.shared.stop();
        if let Some(thread) = self.thread.take() {
            // It catches its own panics and says so in the progress.
            let _ = thread.join();
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.end();
    }
}

/// What runs on the thread.
struct Worker {
    shared: Arc<Shared>,
    archive: Archive,
    log: Box<dyn LogView>,
    pace: Pace,
    /// During the last transaction more was said than was in it.
    is_outrun: bool,
}

impl Worker {
    fn run(mut self) {
        (self.pace.first)();
        if catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            let standstill = Standstill { reason: "a panic".to_owned(), passing: false };
            self.shared.stands_still(&self.archive, standstill);
        }
        // Closing the database is part of ending.
        let Self { shared, archive, .. } = self;
        drop(archive);
        shared.ended();
    }

    fn work(&mut self) {
        let mut retry_at: Option<Instant> = None;
        let mut expire_at = (!self.pace.keep.is_for_ever()).then(Instant::now);
        loop {
            let order = self.shared.next_order(self.pace.gather, retry_at, expire_at);
            let is_due = retry_at.is_none_or(|at| order.stop || Instant::now() >= at);
            if is_due && self.shared.may_try() {
                retry_at = self.project(&order);
            }
            if self.archive.applied() < order.durable {
                self.shared.still_waits(&order);
            }
            if order.checkpoint.is_some() || order.stop {
                self.checkpoint(&order);
            }
            if expire_at.is_some_and(|at| Instant::now() >= at) && !order.stop {
                expire_at = Some(Instant::now() + self.expire());
            }
            if order.stop {
                return;
            }
        }
    }

    /// Projects what is durable. Gives back when to try again, if it failed.
    fn project(&mut self, order: &Order) -> Option<Instant> {
        while self.archive.applied() < order.durable {
            let (began, durable_then) = (Instant::now(), self.shared.durable_now());
            let lag = order.since.map_or(Duration::ZERO, |since| since.elapsed());
            let goes = self.goes(lag);
            self.archive.go(goes);
            match self.archive.follow(self.log.as_ref(), order.durable) {
                Ok(0) => {
                    let expected = self.archive.applied().plus(1);
                    return self.failed(&Error::Gap { expected, got: None });
                }
                Ok(events) => {
                    let lag = order.since.map_or(Duration::ZERO, |since| since.elapsed());
                    self.shared.counters().batch(events, began.elapsed(), lag, goes);
                    self.shared.moved(&self.archive);
                    self.is_outrun = self.shared.durable_now().0 - durable_then.0 > events;
                }
                Err(error) => return self.failed(&error),
            }
        }
        None
    }

    fn goes(&self, lag: Duration) -> Goes {
        match self.is_outrun {
            _ if lag >= PATIENCE => Goes::InTurn,
            true => Goes::Seldom,
            false => Goes::AfterOthers,
        }
    }

    /// Forgets a slice of what is too old. Gives back how long it rests then.
    fn expire(&mut self) -> Duration {
        let Keep { kept, every, now } = self.pace.keep;
        if !self.shared.may_try() {
            return every;
        }
        match self.archive.expire(&kept, now()) {
            Ok(true) => BETWEEN_SLICES,
            Ok(false) => every,
            Err(error) => {
                // The log has nothing to do with it: it is tried again.
                tracing::warn!(%error, "what is too old was not forgotten");
                every
            }
        }
    }

    fn checkpoint(&mut self, order: &Order) {
        if self.shared.may_try() {
            let began = Instant::now();
            match self.archive.checkpoint() {
                Ok(_) => {
                    self.shared.counters().checkpoint(began.elapsed());
                    if self.archive.applied() >= order.durable {
                        self.shared.moved(&self.archive);
                    }
                }
                Err(error) => {
                    self.failed(&error);
                }
            }
        }
        self.shared.checkpointed(&self.archive, order.checkpoint);
    }

    /// Reports a failure. The log has everything, so nothing is lost; the archive only falls behind.
    fn failed(&mut self, error: &Error) -> Option<Instant> {
        let passing = error.is_passing();
        let standstill = Standstill { reason: error.to_string(), passing };
        if passing {
            tracing::warn!(%error, "the archive stands still; it is tried again");
        } else {
            tracing::error!(%error, "the archive stands still until the next start");
        }
        self.shared.stands_still(&self.archive, standstill);
        passing.then(|| Instant::now() + self.pace.retry)
    }
}
