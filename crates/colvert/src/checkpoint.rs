//! Now and then, and at the end: the archive and the state are made to survive without the log, and the log
//! may forget what both have.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use colvert_archive::Follower;
use colvert_core::ids::Position;
use colvert_disk::Disk;
use colvert_engine::recover::RecoverError;
use colvert_engine::{Message, Queue, snapshot};
use colvert_log::{Counters, Watch};

use crate::machine;
use crate::threads::{News, spawn};

/// How often it is looked whether there is something to do.
const INTERVAL: Duration = Duration::from_secs(1);
/// How often it is done when the log has moved without ending a file.
const AT_LEAST_EVERY: Duration = Duration::from_secs(15 * 60);

/// How often it is done while the disk is nearly full: what the log may forget is room.
const WHEN_SHORT_EVERY: Duration = Duration::from_secs(5);

/// All that a checkpoint touches.
#[derive(Clone)]
pub struct Checkpoint {
    pub disk: Arc<dyn Disk>,
    pub log: Watch,
    pub log_counters: Arc<Counters>,
    pub follower: Arc<Follower>,
    /// Free bytes below which new content is refused.
    pub low_water: u64,
}

impl Checkpoint {
    /// Says up to where the log is needed no more.
    ///
    /// # Errors
    /// When the snapshot cannot be brought up to date; the one before stays.
    pub fn make(&self) -> Result<Position, RecoverError> {
        let archived = self.follower.checkpoint();
        let snapshot = snapshot::advance(&self.disk, self.log.durable())?;
        Ok(archived.min(snapshot))
    }

    /// Whether the disk has little more room than content needs to be taken.
    fn is_short(&self) -> bool {
        self.disk.free_bytes().is_ok_and(|free| free < self.low_water + self.low_water / 4)
    }

    fn segments(&self) -> u64 {
        self.log_counters.segments.load(Ordering::Relaxed)
    }
}

/// Makes checkpoints until it is stopped.
pub struct Checkpoints {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// # Errors
    /// When there can be no thread.
    pub fn start(checkpoint: Checkpoint, engine: Arc<Queue>, news: Sender<News>) -> io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let thread = spawn("checkpoint", news, move || {
            machine::give_way();
            let (mut at, mut segments, mut position) =
                (Instant::now(), checkpoint.segments(), checkpoint.log.durable());
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                let is_due = at.elapsed() >= AT_LEAST_EVERY && checkpoint.log.durable() > position;
                let is_short = at.elapsed() >= WHEN_SHORT_EVERY && checkpoint.is_short();
                if is_due || is_short || checkpoint.segments() > segments {
                    (at, segments, position) =
                        (Instant::now(), checkpoint.segments(), checkpoint.log.durable());
                    match checkpoint.make() {
                        Ok(done) => engine.push(Message::Forget(done.plus(1))),
                        Err(error) => tracing::warn!(%error, "a checkpoint was not made"),
                    }
                }
            }
        })?;
        Ok(Self { stop, thread })
    }

    /// Waits for the one that is being made, if so.
    pub fn stop(self) {
        drop(self.stop);
        // A panic in it was news.
        let _ = self.thread.join();
    }
}
