//! One life of the server on a simulated disk: engine, log, pool, and what it hands to its gateways. Nothing
//! happens by itself: no thread, no clock.

use std::sync::{Arc, Mutex, PoisonError};

use colvert_core::ids::{Millis, Position};
use colvert_core::mail::Letter;
use colvert_core::session::{Input, Outlet, Output};
use colvert_core::settings::Settings;
use colvert_core::work::Work;
use colvert_disk::Disk;
use colvert_engine::recover::{RecoverError, recover};
use colvert_engine::{Engine, EngineOptions, Message, Stopped};
use colvert_log::{Durability, Log, LogId, NewLog, OpenError, Options, Recovered, Restart, StepLog};

use crate::sim_disk::SimDisk;
use crate::work::{Books, Desk, perform};

/// Gateways of a simulated process.
pub const GATEWAYS: u16 = 2;
/// Why a process did not start.
#[derive(Debug)]
pub enum StartError {
    Log(OpenError),
    Recover(RecoverError),
}

/// What goes to one gateway.
#[derive(Clone, Default)]
struct Basket(Arc<Mutex<Vec<Output>>>);

impl Outlet for Basket {
    fn push(&self, outputs: &mut Vec<Output>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).append(outputs);
    }
}

/// The engine and all that it stands on.
pub struct Process {
    pub engine: Engine,
    pub log: StepLog,
    pub desk: Desk,
    pub recovered: Recovered,
    disk: Arc<dyn Disk>,
    baskets: Vec<Basket>,
    /// Letters that were posted and nobody has read.
    pub letters: Vec<Letter>,
}

/// How a process is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    pub log: Options,
    pub settings: Settings,
    /// Bytes of log that are kept for leaving, deleting and banning when the disk is full.
    pub reserve_bytes: u64,
}

impl Default for Setup {
    fn default() -> Self {
        let log = Options {
            segment_bytes: 1 << 20,
            segment_age_max_ms: u64::MAX,
            durability: Durability::Commit,
            new_log: NewLog { log_id: LogId(7), generation: 1, first: Position(1) },
            expected: None,
            restart: Restart::Continue,
        };
        Self { log, settings: Settings::default(), reserve_bytes: 0 }
    }
}

impl Process {
    /// Recovers what the disk has, and begins.
    ///
    /// # Errors
    /// When the disk fails, or what it has cannot be read.
    pub fn start(disk: &SimDisk, setup: &Setup, now: Millis) -> Result<Self, StartError> {
        let disk = disk.shared();
        let (log, recovered) = StepLog::open(disk.clone(), setup.log, now).map_err(StartError::Log)?;
        let last = Position(recovered.next.0 - 1);
        let state = recover(&disk, last).map_err(StartError::Recover)?;
        let baskets: Vec<Basket> = (0..GATEWAYS).map(|_| Basket::default()).collect();
        let desk = Desk::default();
        let mut engine = Engine::new(EngineOptions {
            settings: setup.settings.clone(),
            state,
            generation: recovered.generation,
            log: Box::new(log.clone()),
            workers: Box::new(desk.clone()),
            outlets: baskets.iter().map(|basket| Arc::new(basket.clone()) as Arc<dyn Outlet>).collect(),
            log_reserve_bytes: setup.reserve_bytes,
        });
        engine.started(now);
        Ok(Self { engine, log, desk, recovered, disk, baskets, letters: Vec::new() })
    }

    /// The engine takes one input.
    pub fn input(&mut self, input: Input, now: Millis) {
        self.engine.step(Message::Gateway(input), now);
    }

    /// Does what is due, and hands over what is durable. Says when the process is over.
    pub fn turn(&mut self, now: Millis) -> Option<Stopped> {
        self.engine.due(now);
        self.engine.flush(0);
        self.engine.release(0)
    }

    /// Does the `n`th piece of slow work that waits.
    pub fn work(&mut self, n: usize, books: &mut dyn Books, now: Millis) {
        if let Some((ticket, work)) = self.desk.take(n) {
            self.engine.step(Message::Worked(ticket, Box::new(perform(&work, books))), now);
            if let Work::Post(letter) = work {
                self.letters.extend(Some(*letter).filter(|letter| letter.to.is_some()));
            }
        }
    }

    /// What was handed to a gateway since the last time.
    pub fn outputs(&self, gateway: u16) -> Vec<Output> {
        let basket = &self.baskets[usize::from(gateway)];
        std::mem::take(&mut *basket.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Up to where everything may be shown.
    pub fn released(&self) -> Position {
        self.log.released()
    }

    /// Up to where everything survives a power cut.
    pub fn durable(&self) -> Position {
        self.log.positions().durable
    }

    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }
}
