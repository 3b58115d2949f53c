//! How sessions begin and end.

use colvert_core::command::{Actor, CloseReason};
use colvert_core::commands::presence;
use colvert_core::ids::{Millis, SessionId};
use colvert_core::local::ConnectionInfo;
use colvert_core::policy;
use colvert_core::refusal::Refusal;
use colvert_core::session::Output;

use super::Engine;

impl Engine {
    /// A connection was accepted; it is closed again if its address is kept out.
    pub(super) fn open(&mut self, session: SessionId, info: ConnectionInfo, now: Millis) {
        let welcome = policy::may_connect(&self.state, info.address);
        self.local.open(session, info);
        if let Err(Refusal::BannedFromServer(reason)) = welcome {
            self.shut(session, CloseReason::Banned(reason), now);
        }
    }

    /// Closes a session from this side: its person's presence ends, and it is told why.
    pub(super) fn shut(&mut self, session: SessionId, reason: CloseReason, now: Millis) {
        if self.local.get(session).is_none() {
            return;
        }
        self.close(session, &reason, now);
        self.tell(session, Output::Close { session, reason });
    }

    pub(super) fn shut_all(&mut self, sessions: Vec<SessionId>, reason: &CloseReason, now: Millis) {
        for session in sessions {
            self.shut(session, reason.clone(), now);
        }
    }

    /// A session is gone. The presence ends with a person's last session.
    pub(super) fn close(&mut self, session: SessionId, reason: &CloseReason, now: Millis) {
        let Some(user) = self.local.close(session) else { return };
        let Some(user) = self.state.user(user) else { return };
        let cx = self.context(Actor::Session(session), now);
        let events = presence::end(&cx, user, reason.as_quit_reason());
        self.happen(None, events, now);
    }
}
