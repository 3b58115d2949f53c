//! Slow work, and requests of the command line: a decision that waits parks its session, and goes on later.

use std::collections::VecDeque;

use colvert_core::command::{Act, Actor, Entry, Outcome, Step};
use colvert_core::ids::{Millis, SessionId};
use colvert_core::refusal::Refusal;
use colvert_core::reply::Reply;
use colvert_core::session::{Item, Output};
use colvert_core::work::WorkResult;

use super::{Engine, Ticket};
use crate::control::{Answerer, ControlAnswer, ControlRequest};
use crate::held::Parcel;
use crate::parked::{Waiter, Waiting};

impl Engine {
    pub(super) fn park(&mut self, entry: &'static Entry, wait: Outcome, waiter: Waiter) {
        let Outcome::Wait(work, then) = wait else { return };
        let ticket = self.parked.park(Waiting { entry, then, waiter });
        self.hold(Parcel::Work(ticket, work));
    }

    pub(super) fn worked(&mut self, ticket: Ticket, result: WorkResult, now: Millis) {
        let Some(Waiting { entry, then, waiter }) = self.parked.take(ticket) else { return };
        match waiter {
            Waiter::Session(session, rest) => {
                if self.local.get(session).is_none() {
                    self.parked.unpark(session);
                    return;
                }
                let decided = self.decide(Actor::Session(session), entry, now, |cx| then(cx, result));
                if let Some(wait) = self.settle(session, entry, decided, now) {
                    return self.park(entry, wait, Waiter::Session(session, rest));
                }
                self.resume(session, rest, now);
            }
            Waiter::Control(answer, told) => {
                let decided = self.decide(Actor::Control, entry, now, |cx| then(cx, result));
                self.settle_control(entry, (answer, told), decided, now);
            }
        }
    }

    /// A long answer goes on when its reader has taken what it was told so far; what the session asks next waits for that.
    pub(super) fn wait_for_reader(&mut self, session: SessionId, rest: VecDeque<Item>) {
        self.parked.park_reader(session, rest);
        self.tell(session, Output::More { session });
    }

    /// The next slice of a long answer, and of what the session is told besides.
    pub(super) fn more(&mut self, session: SessionId, now: Millis) {
        if let Some(question) = self.parked.next_unmentioned(session) {
            self.mention(session, &question, now);
        }
        let Some((entry, question)) = self.parked.next_unsaid(session) else { return };
        self.ask(session, entry, &question, now);
        if self.parked.has_unsaid(session) {
            return self.tell(session, Output::More { session });
        }
        if let Some(rest) = self.parked.take_reader(session) {
            self.resume(session, rest, now);
        }
    }

    /// Goes on with a session after its slow work: the rest of the request, then what came since.
    pub(super) fn resume(&mut self, session: SessionId, rest: VecDeque<Item>, now: Millis) {
        let mut waiting = self.parked.unpark(session);
        if self.local.get(session).is_some() {
            self.go_on(session, rest, now);
        }
        while !self.parked.is_parked(session) && self.local.get(session).is_some() {
            let Some(request) = waiting.pop_front() else { return };
            self.begin(session, request, now);
        }
        // Parked again: what has not been looked at goes on waiting.
        for request in waiting {
            self.parked.keep(session, request);
        }
    }

    pub(super) fn control(&mut self, request: ControlRequest, now: Millis) {
        let ControlRequest { entry, act, answer } = request;
        let decided = self.decide(Actor::Control, entry, now, |cx| Act::decide(act, cx));
        self.settle_control(entry, (answer, Vec::new()), decided, now);
    }

    fn settle_control(
        &mut self,
        entry: &'static Entry,
        (answer, mut told): (Answerer, Vec<Reply>),
        decided: Result<Outcome, Refusal>,
        now: Millis,
    ) {
        let done = decided
            .and_then(|outcome| self.together(|engine| engine.perform_all_control(outcome, &mut told, now)));
        let answered: ControlAnswer = match done {
            Ok(Some(wait)) => return self.park(entry, wait, Waiter::Control(answer, told)),
            Ok(None) => Ok(told),
            Err(refusal) => Err(refusal),
        };
        self.hold(Parcel::Control(Box::new((answer, answered))));
    }

    /// Makes a decision happen, entry by entry, if the log takes all of them. Gives back what must be waited for.
    fn perform_all_control(
        &mut self,
        mut outcome: Outcome,
        told: &mut Vec<Reply>,
        now: Millis,
    ) -> Result<Option<Outcome>, Refusal> {
        self.fits(&outcome, now)?;
        loop {
            outcome = match outcome {
                Outcome::Done(steps) => return self.perform_control(steps, told, now).map(|()| None),
                Outcome::First(steps, rest) => {
                    self.perform_control(steps, told, now)?;
                    *rest
                }
                wait => return Ok(Some(wait)),
            };
        }
    }

    fn perform_control(
        &mut self,
        steps: Vec<Step>,
        told: &mut Vec<Reply>,
        now: Millis,
    ) -> Result<(), Refusal> {
        let (mut events, mut closed) = (Vec::new(), Vec::new());
        let mut put_out = Vec::new();
        for step in steps {
            match step {
                Step::Event(event) => events.push(event),
                Step::Reply(reply) => told.push(reply),
                Step::Refuse(refusal) => return Err(refusal),
                Step::StopServer => self.stopping = true,
                Step::CloseSessions(sessions, reason) => closed.push((sessions, reason)),
                Step::CloseUser(user, reason) => put_out.push((user, reason)),
                _ => {}
            }
        }
        self.happen_if_fits(events, now)?;
        for (sessions, reason) in closed {
            self.shut_all(sessions, &reason, now);
        }
        for (user, reason) in put_out {
            self.put_out(user, &reason, now);
        }
        Ok(())
    }
}
