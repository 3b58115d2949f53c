//! How sessions begin and end.

use colvert_core::command::{Actor, CloseReason, Entry};
use colvert_core::commands::{client, presence};
use colvert_core::event::Event;
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
        let events = self.lost(session, &reason, now);
        let ends = events.iter().any(|event| matches!(event, Event::Quit { .. }));
        let close = Output::Close { session, reason };
        if ends {
            self.happen(None, events, now);
            self.tell(session, close);
        } else {
            self.tell(session, close);
            self.happen(None, events, now);
        }
    }

    pub(super) fn shut_all(&mut self, sessions: Vec<SessionId>, reason: &CloseReason, now: Millis) {
        for session in sessions {
            self.shut(session, reason.clone(), now);
        }
    }

    /// Ends somebody's presence, also of who would stay without a session, and closes their sessions.
    pub(super) fn put_out(&mut self, user: UserId, reason: &CloseReason, now: Millis) {
        if let Some(user) = self.state.user(user) {
            let cx = self.context(Actor::Control, now);
            let events = presence::end(&cx, user, reason.as_quit_reason());
            self.happen(None, events, now);
        }
        self.shut_all(self.local.sessions_of(user).collect(), reason, now);
    }

    /// Guessing passwords ends the session after a few.
    pub(super) fn guessed(
        &mut self,
        session: SessionId,
        entry: &'static Entry,
        refusal: Refusal,
        now: Millis,
    ) {
        self.refuse(session, entry, refusal);
        let failed = self.local.get(session).map_or(0, |session| session.done.failed_logins);
        let max = self.settings.limits.failed_logins;
        if max > 0 && failed >= max {
            self.shut(session, CloseReason::TooManyFailedLogins, now);
        }
    }

    /// A session is gone.
    pub(super) fn close(&mut self, session: SessionId, reason: &CloseReason, now: Millis) {
        let events = self.lost(session, reason, now);
        self.happen(None, events, now);
    }

    /// Forgets a session. What follows for its person: the presence ends with the last, unless they stay.
    fn lost(&mut self, session: SessionId, reason: &CloseReason, now: Millis) -> Vec<Event> {
        self.parked.forget_reader(session);
        let Some(gone) = self.local.close(session) else { return Vec::new() };
        let Some(user) = self.state.user(gone.user) else { return Vec::new() };
        let cx = self.context(Actor::Session(session), now);
        let mut events: Vec<_> = client::left(&cx, user, &gone).into_iter().collect();
        match self.local.has_session(user.source.id) {
            true => events.extend(presence::thinned(&cx, user)),
            false => events.extend(presence::last_session_ended(&cx, user, reason)),
        }
        events
    }
}
