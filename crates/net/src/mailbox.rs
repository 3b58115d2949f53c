//! What reaches a gateway from other threads: outputs, new sockets, the end. It wakes the loop once.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use colvert_core::command::CloseReason;
use colvert_core::local::ConnectionInfo;
use colvert_core::session::{Door, Outlet, Output};
use mio::{Poll, Token, Waker};

use crate::addresses::Place;
use crate::limits::NetLimits;
use crate::stream::Stream;

/// The waker's token; connections have those below.
pub(crate) const WAKE: Token = Token(usize::MAX);

/// A connection that can be spoken on, on its way to its gateway.
pub(crate) struct Arrival {
    pub stream: Stream,
    pub door: Arc<dyn Door>,
    pub info: ConnectionInfo,
    pub place: Option<Place>,
}

/// All that has come since the last look.
#[derive(Default)]
pub(crate) struct Mail {
    pub outputs: Vec<Output>,
    pub arrivals: Vec<Arrival>,
    pub stop: Option<CloseReason>,
    /// From now on, and with them whatever doors were told of the settings before.
    pub limits: Option<NetLimits>,
}

pub(crate) struct Mailbox {
    mail: Mutex<Mail>,
    waker: Waker,
}

impl Mailbox {
    pub fn new(poll: &Poll) -> io::Result<Self> {
        Ok(Self { mail: Mutex::default(), waker: Waker::new(poll.registry(), WAKE)? })
    }

    pub fn arrive(&self, arrival: Arrival) {
        self.lock().arrivals.push(arrival);
        self.wake();
    }

    pub fn limit(&self, limits: NetLimits) {
        self.lock().limits = Some(limits);
        self.wake();
    }

    pub fn stop(&self, reason: CloseReason) {
        self.lock().stop = Some(reason);
        self.wake();
    }

    /// Takes everything.
    pub fn take(&self) -> Mail {
        std::mem::take(&mut *self.lock())
    }

    fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "a gateway cannot be woken");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outlet for Mailbox {
    fn push(&self, outputs: &mut Vec<Output>) {
        let was_empty = {
            let mut mail = self.lock();
            let was_empty = mail.outputs.is_empty();
            mail.outputs.append(outputs);
            was_empty
        };
        if was_empty {
            self.wake();
        }
    }
}
