//! What sessions are answered, and told that they did not ask for.

use colvert_core::command::{Actor, CloseReason, Context, Entry};
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

    fn slice(
        &mut self,
        session: SessionId,
        question: &Question,
        now: Millis,
    ) -> (Option<Reply>, Option<Question>) {
        let people = self.settings.limits.slice_people;
        self.read_for(session, now, |cx| reply::slice(cx, question, people)).unwrap_or_default()
    }

    /// What is read of the state for an answer. A panic in it ends the session.
    fn read_for<T>(
        &mut self,
        session: SessionId,
        now: Millis,
        read: impl FnOnce(&Context<'_>) -> T,
    ) -> Option<T> {
        let cx = self.context(Actor::Session(session), now);
        let read = self.caught("an answer", || read(&cx));
        if read.is_none() {
            self.tell(session, Output::Close { session, reason: CloseReason::Internal });
        }
        read
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, Mutex};

    use colvert_core::ids::Position;
    use colvert_core::local::ConnectionInfo;
    use colvert_core::session::{Input, Outlet};
    use colvert_core::state::State;
    use colvert_core::work::Work;
    use colvert_log::{Counters, Failure, Log, Positions};

    use super::*;
    use crate::{EngineOptions, Message, Ticket, Workers};

    const NOW: Millis = Millis(1_000);
    const VICTIM: SessionId = SessionId(1);
    const OTHER: SessionId = SessionId(2);

    /// A log on which all is kept at once.
    #[derive(Default)]
    struct Paper(Position);

    impl Log for Paper {
        fn append(&mut self, entry: colvert_log::Entry<'_>) -> Result<(), Failure> {
            self.0 = Position(self.0.0 + u64::from(entry.count));
            Ok(())
        }

        fn together(&mut self, _: Position) {}

        fn entry_bytes_max(&self) -> usize {
            1 << 20
        }

        fn flush(&mut self) {}

        fn positions(&self) -> Positions {
            Positions { ordered: self.0, written: self.0, durable: self.0 }
        }

        fn released(&self) -> Position {
            self.0
        }

        fn failed(&self) -> Option<Failure> {
            None
        }

        fn room(&self) -> u64 {
            1 << 30
        }

        fn remove_below(&mut self, _: Position) {}

        fn counters(&self) -> Arc<Counters> {
            Arc::default()
        }

        fn close(self: Box<Self>) -> Result<(), Failure> {
            Ok(())
        }
    }

    struct Nobody;

    impl Workers for Nobody {
        fn start(&mut self, _: Ticket, _: Work) -> bool {
            false
        }
    }

    #[derive(Default)]
    struct Basket(Mutex<Vec<Output>>);

    impl Outlet for Basket {
        fn push(&self, outputs: &mut Vec<Output>) {
            self.0.lock().expect("no thread panics with it").append(outputs);
        }
    }

    #[test]
    fn a_panic_while_a_slice_is_made_ends_its_session_alone_and_is_counted() {
        let basket = Arc::new(Basket::default());
        let mut engine = Engine::new(EngineOptions {
            settings: Settings::default(),
            state: State::default(),
            generation: 1,
            log: Box::new(Paper::default()),
            workers: Box::new(Nobody),
            outlets: vec![basket.clone()],
            log_reserve_bytes: 0,
        });
        for session in [VICTIM, OTHER] {
            let info = ConnectionInfo::default();
            engine.step(Message::Gateway(Input::Open { session, info }), NOW);
        }
        let before = engine.state().position;
        assert_eq!(engine.read_for(VICTIM, NOW, |_| -> u8 { panic!("on purpose") }), None);
        assert_eq!(engine.read_for(OTHER, NOW, |cx| cx.local.count()), Some(2));
        assert!(engine.release(0).is_none(), "the engine goes on");
        let told = basket.0.lock().expect("no thread panics with it");
        let [Output::Close { session, reason }] = told.as_slice() else { panic!("one is closed") };
        assert_eq!((*session, reason), (VICTIM, &CloseReason::Internal));
        assert_eq!(engine.state().position, before, "nothing has happened");
        assert_eq!(engine.counters().panics.load(Ordering::Relaxed), 1);
    }
}
