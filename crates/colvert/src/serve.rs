//! A server's life.
//!
//! ```text
//! lock ─▶ format ─▶ ports ─▶ log ─▶ state ─▶ archive catches up ─▶ engine ─▶ gateways ─▶ said
//! signal ─▶ engine finishes ─▶ log closed ─▶ people told ─▶ archive caught up ─▶ snapshot ─▶ end
//! ```

mod doors;
mod said;

use std::fs;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use colvert_archive::{Archive, Follower, Keep, Pace, Reader, Vfs};
use colvert_core::command::CloseReason;
use colvert_core::session::Inbox;
use colvert_engine::{Message, Queue};
use colvert_identity::Inspector;
use colvert_log::Restart;
use colvert_mail::{Postbox, Smtp};
use colvert_net::Gateways;

use crate::checkpoint::{Checkpoint, Checkpoints};
use crate::config::{Config, Layers};
use crate::control::{self, Answer, Desk, Order, RELOAD};
use crate::data::{DataDir, NotOurs};
use crate::diagnostics;
use crate::failed::Failed;
use crate::follower::{Books, LogFiles};
use crate::kernel::{Ground, Kernel};
use crate::pool::Pool;
use crate::reload::{Parts, Reloader, Study};
use crate::threads::{Broken, News};
use crate::{claim, clock, kernel, machine, ready, signals, storage};

use doors::Doors;

/// How often it is looked whether all gateways are alive.
const PULSE: Duration = Duration::from_secs(1);

/// Serves until it is told to stop.
///
/// # Errors
/// It could not start, or something broke. What was acknowledged is on the disk all the same.
pub fn serve(config: &Config, layers: Layers) -> Result<(), Failed> {
    let (tell, news) = channel();
    machine::prepare();
    signals::start(tell.clone()).map_err(Failed::at("signals"))?;
    let server = Server::start(config, layers, &tell)?;
    server.announce(config);
    let end = server.wait(config, &news);
    server.stop(end)
}

/// All that runs.
struct Server {
    kernel: Kernel,
    gateways: Gateways,
    doors: Doors,
    archive: Arc<Follower>,
    checkpoint: Checkpoint,
    checkpoints: Checkpoints,
    desk: Desk,
    /// A claim code was used at some time.
    claimed: bool,
    _storage: storage::Watching,
}

impl Server {
    fn start(config: &Config, layers: Layers, tell: &Sender<News>) -> Result<Self, Failed> {
        let data = DataDir::open(config).map_err(|error| match error {
            NotOurs::Taken(problem) | NotOurs::Problem(problem) => problem,
        })?;
        let secret = data.cloak_secret().map_err(Failed::at("the secret of the cloaks"))?;
        let config = &config.clone().with_cloak_secret(&secret);
        let mut doors = Doors::bind(config, clock::now())?;
        if data.is_open_to_others() {
            let path = data.path().display();
            tracing::warn!("{path} is open to other users of this machine; chmod 700 closes it");
        }
        let ground = Ground::open(config, data, Restart::Continue)?;
        let claimed = ground.state.claimed;
        let (archive, books) = open_archive(config, &ground)?;
        let archive = Arc::new(archive);
        ground.log_news.tell(ground.log.watch(), archive.clone());
        let reloader = Reloader::new(config, layers, secret);
        let study = Study { books, reloader: reloader.clone() };
        let (pool, letters, tokens) = pool(config, study, &ground.queue)?;
        let mut gateways = Gateways::new(gateway_count()).map_err(Failed::at("the gateways"))?;
        let kernel = ground.begin(config, gateways.outlets(), pool, tell.clone())?;

        let low_water = storage::low_water_bytes(config.data.low_water_mb, kernel.data.path())
            .map_err(Failed::at("the size of the file system"))?;
        let storage =
            storage::watch(kernel.data.disk().clone(), low_water, kernel.queue.clone(), tell.clone())
                .map_err(Failed::at("the thread that watches the disk"))?;
        let checkpoint = Checkpoint {
            disk: kernel.data.disk().clone(),
            log: kernel.log.clone(),
            log_counters: kernel.log_counters.clone(),
            follower: archive.clone(),
            low_water,
        };
        let checkpoints = Checkpoints::start(checkpoint.clone(), kernel.queue.clone(), tell.clone())
            .map_err(Failed::at("the checkpoints' thread"))?;
        let desk = desk(config, &kernel, &gateways, (&archive, letters, tokens.counters()));
        control::serve(kernel.data.path(), desk.clone(), tell.clone())
            .map_err(Failed::at("the control socket"))?;
        let inbox: Arc<dyn Inbox> = kernel.queue.clone();
        let (engine, gateways_limits) = (kernel.queue.clone(), gateways.limiter());
        reloader.serve(Parts {
            engine,
            doors: doors.all(),
            gateways: gateways_limits,
            tls: doors.tls(),
            tokens,
        });
        if let Some(lookup) = config.lookup() {
            gateways.look_up(lookup);
        }
        let listeners = doors.listen(config)?;
        gateways.run(listeners, &inbox, config.net_limits()).map_err(Failed::at("the gateways"))?;
        Ok(Self {
            kernel,
            gateways,
            doors,
            archive,
            checkpoint,
            checkpoints,
            desk,
            claimed,
            _storage: storage,
        })
    }

    /// Says where the doors are, and how to become the first administrator.
    fn announce(&self, config: &Config) {
        let code = (!self.claimed).then(claim::Code::random);
        let code = code.filter(|code| match control::perform(&self.desk, code.order(clock::now())) {
            Answer::Done(_) => true,
            other => {
                tracing::warn!(?other, "no claim code could be made");
                false
            }
        });
        said::listening(&self.doors, code.as_ref());
        diagnostics::say(config, &said::welcome(&self.doors, self.kernel.data.path(), code.is_some()));
        ready::notify(ready::READY);
    }

    /// Waits for the end. An error: nobody asked for it.
    fn wait(&self, config: &Config, news: &Receiver<News>) -> Result<(), Broken> {
        loop {
            match news.recv_timeout(PULSE) {
                Ok(News::Signal(number)) => {
                    tracing::info!(signal = number, "stopping");
                    diagnostics::say(config, "Stopping. Another signal ends the process at once.");
                    ready::notify(ready::STOPPING);
                    self.kernel.queue.push(Message::Stop);
                }
                Ok(News::Reload) => self.reload(),
                Ok(News::EngineDone) => return Ok(()),
                Ok(News::Broken(broken)) => return Err(broken),
                Err(RecvTimeoutError::Timeout) if self.gateways.are_alive() => machine::give_memory_back(),
                Err(RecvTimeoutError::Timeout) => return Err(Broken::new("gateway", "it has ended")),
                Err(RecvTimeoutError::Disconnected) => return Err(Broken::new("main", "it is alone")),
            }
        }
    }

    /// Has the configuration read again. What comes of it is in the log.
    fn reload(&self) {
        let desk = self.desk.clone();
        let ask = move || match control::perform(&desk, Order::new(RELOAD, [])) {
            Answer::Done(lines) => tracing::info!("{}", lines.join(" ")),
            Answer::Refused(why) => tracing::warn!("the configuration was not taken: {why}"),
            other => tracing::warn!(?other, "the configuration was not taken"),
        };
        if let Err(error) = thread::Builder::new().name("reload".to_owned()).spawn(ask) {
            tracing::warn!(%error, "the configuration was not read");
        }
    }

    /// Tells everybody, and leaves the directory so that the next start has little to do.
    fn stop(self, end: Result<(), Broken>) -> Result<(), Failed> {
        let reason = match &end {
            Ok(()) => CloseReason::ShuttingDown,
            Err(broken) if broken.thread == kernel::LOG => CloseReason::StorageFailed,
            Err(_) => CloseReason::Internal,
        };
        self.gateways.stop(&reason);
        // Whoever finds no socket opens the directory, as soon as the lock is free.
        let _ = fs::remove_file(self.kernel.data.path().join(control::NAME));
        end.map_err(|broken| Failed::Other(format!("{broken}; the server cannot go on")))?;
        self.checkpoints.stop();
        self.archive.durable(self.kernel.log.durable());
        match self.checkpoint.make() {
            Ok(position) => tracing::info!(position = position.0, "stopped"),
            // The log has everything: the next start takes longer.
            Err(error) => tracing::warn!(%error, "stopped without a snapshot"),
        }
        if let Some(standstill) = self.archive.progress().standstill() {
            tracing::warn!(%standstill, "the archive is not caught up; the next start does it");
        }
        Ok(())
    }
}

/// Brings the archive up to the log, and makes it follow.
fn open_archive(config: &Config, ground: &Ground) -> Result<(Follower, Books), Failed> {
    let path = ground.data.path().join(colvert_archive::NAME);
    let at = |error: colvert_archive::Error| Failed::Other(format!("{}: {error}", path.display()));
    let log = LogFiles::new(ground.data.disk().clone(), ground.recovered.log_id);
    let mut archive = Archive::open(&path, &Vfs::Default).map_err(&at)?;
    let low_water = storage::low_water_bytes(config.data.low_water_mb, ground.data.path())
        .map_err(Failed::at("the size of the file system"))?;
    // The other half is for leaving, for moderation, and for the snapshots that let the log forget.
    let disk = ground.data.disk().clone();
    archive.leave_room(Box::new(move || {
        disk.free_bytes().map_or(u64::MAX, |free| free.saturating_sub(low_water / 2))
    }));
    match archive.catch_up(&log, ground.last()) {
        Ok(()) => tracing::info!(position = archive.applied().0, "the archive has caught up"),
        // On a full disk the server starts all the same: people can read, leave and delete, and history comes
        // from the log until the follower, which tries again, finds room.
        Err(error) if error.is_passing() => tracing::warn!(%error, "the archive has not caught up"),
        Err(error) => return Err(at(error)),
    }
    let keep = Keep { kept: config.kept(), now: clock::now, ..Keep::FOR_EVER };
    let pace = Pace { first: machine::give_way, keep, ..Pace::default() };
    let follower =
        Follower::start(archive, Box::new(log.clone()), pace).map_err(Failed::at("the archive's thread"))?;
    let reader = Reader::open(&path, &Vfs::Default, config.server.names).map_err(&at)?;
    let books = Books { reader, log, progress: follower.progress() };
    Ok((follower, books))
}

/// Who does slow work, what became of letters, and who checks tokens.
fn pool(
    config: &Config,
    study: Study<Books>,
    engine: &Arc<Queue>,
) -> Result<(Pool, Arc<colvert_mail::Counters>, Arc<Inspector>), Failed> {
    let postbox = postbox(config)?;
    let letters = postbox.as_ref().map(Postbox::counters).unwrap_or_default();
    let tokens = Arc::new(Inspector::default());
    tokens.configure(config.issuers());
    let pool = Pool::start(&config.limits, config.password_cost(), Box::new(study), engine)
        .map_err(Failed::at("the pool's threads"))?
        .with_letters(postbox)
        .with_tokens(tokens.clone(), config.limits.token_queue)
        .map_err(Failed::at("the thread that checks tokens"))?;
    Ok((pool, letters, tokens))
}

/// Who takes letters, where there is a mail server.
fn postbox(config: &Config) -> Result<Option<Postbox>, Failed> {
    let Some((server, pace)) = config.mail_server() else { return Ok(None) };
    let smtp = Smtp::new(server).map_err(|reason| Failed::Other(format!("[mail]: {reason}")))?;
    Postbox::start(pace, Box::new(smtp)).map(Some).map_err(Failed::at("the thread that sends letters"))
}

fn desk(
    config: &Config,
    kernel: &Kernel,
    gateways: &Gateways,
    (archive, letters, tokens): (
        &Arc<Follower>,
        Arc<colvert_mail::Counters>,
        Arc<colvert_identity::Counters>,
    ),
) -> Desk {
    let (inner, net, archive) = (kernel.counters(), gateways.counters(), archive.progress());
    let counters = move || {
        let mut all = inner();
        all.extend(net.list());
        all.extend(archive.counters().list());
        all.extend(letters.list());
        all.extend(tokens.list());
        all
    };
    Desk { engine: kernel.queue.clone(), names: config.server.names, counters: Arc::new(counters) }
}

/// A gateway for each processor.
fn gateway_count() -> u16 {
    const MAX: u16 = 64;
    let processors = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u16::try_from(processors).unwrap_or(MAX).min(MAX)
}
