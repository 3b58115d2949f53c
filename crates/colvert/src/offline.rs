//! Orders for a directory that no server has: the same engine carries them out, without doors.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use colvert_engine::Message;
use colvert_log::{Log, Restart};

use crate::config::Config;
use crate::control::{self, Answer, Desk, Order, Unreachable, perform};
use crate::data::{DataDir, NotOurs};
use crate::failed::Failed;
use crate::kernel::Ground;
use crate::pool::{NoLibrary, Pool};
use crate::threads::News;

/// How long a server that is starting or stopping, or another order, is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Has an order carried out: by the server that runs, else here.
///
/// # Errors
/// When neither is possible.
pub fn order(config: &Config, order: &Order) -> Result<Answer, Failed> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match control::ask(&config.data.dir, order) {
            Ok(answer) => return Ok(answer),
            Err(error @ Unreachable::Nobody) if order.is_for_running_server() => {
                return Err(Failed::Other(error.to_string()));
            }
            Err(Unreachable::Nobody) => {}
            Err(error) => return Err(Failed::Other(error.to_string())),
        }
        if let Some(problem) = DataDir::problem_of_owner(config) {
            return Err(problem.into());
        }
        match DataDir::open(config) {
            Ok(data) => return alone(config, data, order.clone()),
            Err(NotOurs::Problem(problem)) => return Err(problem.into()),
            Err(NotOurs::Taken(problem)) if Instant::now() >= deadline => return Err(problem.into()),
            Err(NotOurs::Taken(_)) => thread::sleep(TRY_AGAIN_AFTER),
        }
    }
}

/// Carries out an order with nobody else here.
fn alone(config: &Config, data: DataDir, order: Order) -> Result<Answer, Failed> {
    let (tell, news) = channel();
    let ground = Ground::open(config, data, Restart::Continue)?;
    let pool = Pool::start(&config.limits, config.password_cost(), Box::new(NoLibrary), &ground.queue)
        .map_err(Failed::at("the pool's threads"))?;
    let kernel = ground.begin(config, Vec::new(), pool, tell)?;
    let desk = Desk {
        engine: kernel.queue.clone(),
        names: config.server.names,
        counters: Arc::new(kernel.counters()),
    };
    let answer = perform(&desk, order);
    kernel.queue.push(Message::Stop);
    match news.recv() {
        Ok(News::Broken(broken)) => Err(Failed::Other(broken.to_string())),
        _ => Ok(answer),
    }
}

/// Begins a new generation in a directory that came back from a copy: what was said after the copy was made was seen, and
/// its message ids must not name anything else.
///
/// # Errors
/// A server has the directory, or there is no log in it.
pub fn restored(config: &Config) -> Result<u32, Failed> {
    let data = DataDir::open(config).map_err(|error| match error {
        NotOurs::Taken(problem) | NotOurs::Problem(problem) => problem,
    })?;
    if data.log().is_none() {
        return Err(Failed::Other(format!("{}: no server has used it yet", data.path().display())));
    }
    let ground = Ground::open(config, data, Restart::NewGeneration)?;
    let generation = ground.recovered.generation;
    Box::new(ground.log).close().map_err(Failed::at("the log"))?;
    Ok(generation)
}
