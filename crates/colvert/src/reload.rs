//! Reading the configuration again while the server runs: all of it that can be taken is taken at once, or
//! nothing is.
//!
//! ```text
//! REHASH, colvert reload, SIGHUP ─▶ Work::Reload ─▶ layers read and checked ─▶ engine, doors, gateways
//! ```

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use colvert_core::session::Door;
use colvert_core::work::{Reloaded, Work, WorkResult};
use colvert_engine::{Message, Queue};
use colvert_identity::Inspector;
use colvert_net::Limiter;

use crate::certificate::{self, Certificate};
use crate::config::cloak::CloakSecret;
use crate::config::reload::Reload;
use crate::config::{Config, Layers};
use crate::pool::Library;

/// What reads the configuration again.
pub struct Reloader {
    layers: Layers,
    secret: CloakSecret,
    /// What the server goes by.
    config: Mutex<Config>,
    parts: OnceLock<Parts>,
}

/// The parts of a server that go by the configuration.
pub struct Parts {
    pub engine: Arc<Queue>,
    pub doors: Vec<Arc<dyn Door>>,
    pub gateways: Limiter,
    pub tls: Option<Certificate>,
    pub tokens: Arc<Inspector>,
}

impl Reloader {
    /// `secret` is for cloaks, where the configuration has none.
    pub fn new(config: &Config, layers: Layers, secret: CloakSecret) -> Arc<Self> {
        Arc::new(Self { layers, secret, config: Mutex::new(config.clone()), parts: OnceLock::new() })
    }

    /// From now on these are told.
    pub fn serve(&self, parts: Parts) {
        // Told once, at the start; a second time there is nothing to add.
        let _ = self.parts.set(parts);
    }

    /// Reads it. What is wrong is said in one line, and nothing has changed then.
    fn reload(&self) -> Result<Reloaded, String> {
        let parts = self.parts.get().ok_or("the server is starting")?;
        let mut current = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        let new = Config::load(&self.layers).map_err(|problem| problem.to_string())?;
        let new = new.with_cloak_secret(&self.secret);
        let Reload { config, mut taken, left } = current.reload(new);
        // It may be refused, so it comes first.
        if let Some(tls) = &parts.tls
            && certificate::replace(tls, &config).map_err(|problem| problem.to_string())?
        {
            // The files of the same name may hold another one.
            let key = "[tls] certificate".to_owned();
            if !taken.contains(&key) {
                taken.push(key);
            }
        }
        parts.tokens.configure(config.issuers());
        let settings = config.settings();
        parts.doors.iter().for_each(|door| door.configure(&settings));
        parts.gateways.set(&config.net_limits());
        parts.engine.push(Message::Settings(Box::new(settings)));
        *current = config;
        tracing::info!(taken = taken.join(", "), left = left.join(", "), "the configuration was read again");
        Ok(Reloaded { taken, left })
    }
}

/// Books, and who reads the configuration.
pub struct Study<L> {
    pub books: L,
    pub reloader: Arc<Reloader>,
}

impl<L: Library> Library for Study<L> {
    fn look_up(&mut self, work: &Work) -> WorkResult {
        match work {
            Work::Reload => WorkResult::Reloaded(self.reloader.reload()),
            other => self.books.look_up(other),
        }
    }
}
