//! The thread that syncs in relaxed mode, so that the writer goes on writing meanwhile.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::shared::Shared;
use crate::{Failure, Unsynced};

/// How a sync ended.
pub(super) struct Synced {
    pub(super) what: Unsynced,
    pub(super) result: Result<(), Failure>,
    pub(super) took: Duration,
}

pub(super) struct Syncer {
    /// `None` when it ends.
    orders: Option<Sender<Unsynced>>,
    thread: Option<JoinHandle<()>>,
}

impl Syncer {
    /// Starts the thread, which tells `shared` how each sync ended.
    ///
    /// # Errors
    /// When there can be no thread.
    pub(super) fn start(shared: Arc<Shared>) -> io::Result<Self> {
        let (orders, receiver) = channel();
        let body = move || work(&receiver, &shared);
        let thread = thread::Builder::new().name("log-sync".to_owned()).spawn(body)?;
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    pub(super) fn sync(&self, what: Unsynced) -> Result<(), Failure> {
        let sent = self.orders.as_ref().is_some_and(|orders| orders.send(what).is_ok());
        if sent { Ok(()) } else { Err(Failure::WriterGone) }
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // It catches its own panics.
            let _ = thread.join();
        }
    }
}

fn work(orders: &Receiver<Unsynced>, shared: &Shared) {
    while let Ok(what) = orders.recv() {
        let began = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| what.sync())).unwrap_or(Err(Failure::WriterGone));
        shared.synced(Synced { what, result, took: began.elapsed() });
    }
}
