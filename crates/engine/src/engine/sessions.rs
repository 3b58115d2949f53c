//! How sessions begin and end.

use colvert_core::command::{Actor, CloseReason};
use colvert_core::commands::presence;
use colvert_core::ids::{Millis, SessionId, UserId};
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

    /// Closes a session from this side, and tells it why: once its person's presence has ended, or at once if they go on
    /// without it, because what happens to them then is not shown on it any more.
    pub(super) fn shut(&mut self, session: SessionId, reason: CloseReason, now: Millis) {
        if self.local.get(session).is_none() {
            return;
        }
        let user = self.local.close(session);
        if user.is_some_and(|user| self.local.has_session(user)) {
            self.tell(session, Output::Close { session, reason: reason.clone() });
            self.lost(session, user, &reason, now);
        } else {
            self.lost(session, user, &reason, now);
            self.tell(session, Output::Close { session, reason });
        }
    }

    pub(super) fn shut_all(&mut self, sessions: Vec<SessionId>, reason: &CloseReason, now: Millis) {
        for session in sessions {
            self.shut(session, reason.clone(), now);
        }
    }

    /// A session is gone.
    pub(super) fn close(&mut self, session: SessionId, reason: &CloseReason, now: Millis) {
        let user = self.local.close(session);
        self.lost(session, user, reason, now);
    }

    /// What follows for somebody who has lost a session. The presence ends with the last.
    fn lost(&mut self, session: SessionId, user: Option<UserId>, reason: &CloseReason, now: Millis) {
        let Some(user) = user.and_then(|user| self.state.user(user)) else { return };
        let cx = self.context(Actor::Session(session), now);
        let events = match self.local.has_session(user.source.id) {
            true => presence::thinned(&cx, user).into_iter().collect(),
            false => presence::end(&cx, user, reason.as_quit_reason()),
        };
        self.happen(None, events, now);
    }
}
