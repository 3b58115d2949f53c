//! What sessions are answered, and told that they did not ask for.

use colvert_core::command::{Actor, CloseReason, Entry};
use colvert_core::commands::persistence;
use colvert_core::ids::{Millis, SessionId};
use colvert_core::local::LocalChange;
use colvert_core::refusal::Refusal;
use colvert_core::reply::{self, Question, Reply};
use colvert_core::session::Output;
use colvert_core::settings::Settings;

use super::Engine;

impl Engine {
    /// Answers a question of the state as it is now.
    pub(super) fn ask(
        &mut self,
        session: SessionId,
        entry: &'static Entry,
        question: &Question,
        now: Millis,
    ) {
        let (reply, rest) = self.slice(session, question, now);
        if let Some(reply) = reply {
            self.answer(session, entry, reply);
        }
        if let Some(rest) = rest {
            self.parked.leave_unsaid(session, entry, rest);
        }
    }

    /// Tells a session what another one of its person, or somebody with a right, asked for it. What is long comes in slices, and what
    /// the session itself asks does not wait for it.
    pub(super) fn mention(&mut self, session: SessionId, question: &Question, now: Millis) {
        let (reply, rest) = self.slice(session, question, now);
        if let Some(reply) = reply {
            self.tell(session, Output::Aside { session, reply: Box::new(reply) });
        }
        if let Some(rest) = rest {
            self.parked.leave_unmentioned(session, rest);
        }
        // A gateway asks once, however often it was told that there is more.
        if self.parked.has_unmentioned(session) {
            self.tell(session, Output::More { session });
        }
    }

    /// From now on the configuration is that one. Who stays by it, or stays no more, is told.
    pub(super) fn configure(&mut self, settings: Settings, now: Millis) {
        let changed = persistence::decided_anew(&self.state, &self.settings, &settings);
        self.settings = settings;
        for user in changed {
            let sessions: Vec<_> = self.local.sessions_of(user).collect();
            for session in sessions {
                self.mention(session, &Question::Persistence, now);
            }
        }
    }

    /// A panic in it ends the session.
    fn slice(
        &mut self,
        session: SessionId,
        question: &Question,
        now: Millis,
    ) -> (Option<Reply>, Option<Question>) {
        let cx = self.context(Actor::Session(session), now);
        let people = self.settings.limits.slice_people;
        let sliced = self.caught("an answer", || reply::slice(&cx, question, people));
        sliced.unwrap_or_else(|| {
            self.tell(session, Output::Close { session, reason: CloseReason::Internal });
            (None, None)
        })
    }

    pub(super) fn learn(&mut self, session: SessionId, change: LocalChange) {
        if let LocalChange::Bind(user) = change {
            self.tell(session, Output::Bind { session, user });
        }
        if let LocalChange::ConnectsFor { address, .. } = change {
            self.tell(session, Output::ConnectsFor { session, address });
        }
        self.local.change(session, change);
    }

    pub(super) fn answer(&mut self, session: SessionId, entry: &'static Entry, reply: Reply) {
        self.tell(session, Output::Reply { session, verb: entry.name, reply: Box::new(reply) });
    }

    pub(super) fn refuse(&mut self, session: SessionId, entry: &'static Entry, refusal: Refusal) {
        self.tell(session, Output::Refuse { session, verb: entry.name.into(), refusal: Box::new(refusal) });
    }
}
