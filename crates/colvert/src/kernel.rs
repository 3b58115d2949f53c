//! The engine and what it stands on: from a data directory to an engine that runs. A server puts doors before
//! it and an archive behind it; the other subcommands use it as it is.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;

use colvert_core::ids::Position;
use colvert_core::session::Outlet;
use colvert_core::state::State;
use colvert_engine::recover::recover;
use colvert_engine::{Engine, EngineOptions, Queue, Stopped};
use colvert_log::{Environment, LocalLog, Log, LogId, Recovered, Restart, Watch};

use crate::claim::random_u128;
use crate::clock::{self, SystemClock};
use crate::config::Config;
use crate::data::DataDir;
use crate::failed::Failed;
use crate::follower::LogNews;
use crate::pool::Pool;
use crate::threads::{Broken, News, spawn};

/// What is broken when the log is.
pub const LOG: &str = "log";

/// A directory's log and state, before anything new happens.
pub struct Ground {
    pub data: DataDir,
    pub log: LocalLog,
    pub recovered: Recovered,
    pub state: State,
    /// The queue of the engine that is to run.
    pub queue: Arc<Queue>,
    pub log_news: Arc<LogNews>,
}

/// An engine that runs on a thread of its own.
pub struct Kernel {
    pub queue: Arc<Queue>,
    pub log: Watch,
    pub log_counters: Arc<colvert_log::Counters>,
    pub engine_counters: Arc<colvert_engine::Counters>,
    pub pool_counters: Arc<crate::pool::Counters>,
    /// Nobody else has the directory while this is there.
    pub data: DataDir,
}

impl Ground {
    /// Opens the log, or creates one, and makes the state of it.
    ///
    /// # Errors
    /// When what is on the disk cannot be read; nothing is repaired by guessing.
    pub fn open(config: &Config, mut data: DataDir, restart: Restart) -> Result<Self, Failed> {
        let queue = Queue::new();
        let log_news = Arc::new(LogNews::new(queue.clone()));
        let told = log_news.clone();
        let environment = Environment { now: Box::new(clock::now), notify: Box::new(move || told.moved()) };
        let options = config.log_options(data.log(), LogId(random_u128()), restart);
        let (log, recovered) = LocalLog::open(data.disk().clone(), options, environment)
            .map_err(Failed::at(&format!("the log in {}", data.path().display())))?;
        data.set_log(recovered.log_id).map_err(Failed::at("the file format"))?;
        let last = Position(recovered.next.0 - 1);
        let state = recover(data.disk(), last)
            .map_err(Failed::at(&format!("the state in {}", data.path().display())))?;
        tracing::info!(
            position = last.0,
            generation = recovered.generation,
            cut_bytes = recovered.cut_bytes,
            clean = recovered.clean,
            "the log is open"
        );
        Ok(Self { data, log, recovered, state, queue, log_news })
    }

    /// Where the log ends.
    pub fn last(&self) -> Position {
        Position(self.recovered.next.0 - 1)
    }

    /// Starts the engine. Its end is news, whatever it comes from.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn begin(
        self,
        config: &Config,
        outlets: Vec<Arc<dyn Outlet>>,
        pool: Pool,
        news: Sender<News>,
    ) -> Result<Kernel, Failed> {
        let Self { data, log, recovered, state, queue, .. } = self;
        let (watch, log_counters) = (log.watch(), log.counters());
        let pool_counters = pool.counters();
        let mut engine = Engine::new(EngineOptions {
            settings: config.settings(),
            state,
            generation: recovered.generation,
            log: Box::new(log),
            workers: Box::new(pool),
            outlets,
            log_reserve_bytes: config.log_reserve_bytes(),
        });
        let engine_counters = engine.counters();
        engine.started(clock::now());
        engine.flush(0);
        let (inbox, end) = (queue.clone(), news.clone());
        spawn("engine", news, move || {
            let how = live(engine, &inbox);
            // Without a main thread the process is over anyway.
            let _ = end.send(how);
        })
        .map_err(Failed::at("the engine's thread"))?;
        Ok(Kernel { queue, log: watch, log_counters, engine_counters, pool_counters, data })
    }
}

/// Runs the engine to its end, and closes its log.
fn live(engine: Engine, queue: &Arc<Queue>) -> News {
    let (engine, stopped) = colvert_engine::run(engine, queue, &SystemClock::new());
    let (_, log) = engine.into_log();
    let failure = match stopped {
        Stopped::Asked => log.close().err(),
        Stopped::LogFailed(failure) => Some(failure),
    };
    match failure {
        None => News::EngineDone,
        Some(failure) => News::Broken(Broken::new(LOG, failure.to_string())),
    }
}

impl Kernel {
    /// The numbers of engine, log and pool.
    pub fn counters(&self) -> impl Fn() -> Vec<(&'static str, u64)> + Send + Sync + use<> {
        let (engine, log, pool) =
            (self.engine_counters.clone(), self.log_counters.clone(), self.pool_counters.clone());
        move || {
            let mut all = engine.list();
            all.extend(log_list(&log));
            all.extend(pool.list());
            all
        }
    }
}

fn log_list(log: &colvert_log::Counters) -> Vec<(&'static str, u64)> {
    [
        ("log_entries", &log.entries),
        ("log_groups", &log.groups),
        ("log_bytes", &log.bytes),
        ("log_syncs", &log.syncs),
        ("log_last_sync_us", &log.last_sync_us),
        ("log_segments", &log.segments),
        ("log_spare_failures", &log.spare_failures),
    ]
    .map(|(name, counter)| (name, counter.load(Ordering::Relaxed)))
    .into()
}
