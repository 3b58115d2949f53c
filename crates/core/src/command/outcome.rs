//! What a decision says: steps that happen together, what comes first, and what is decided later.

use super::{CloseReason, Context};
use crate::event::Event;
use crate::ids::{SessionId, UserId};
use crate::local::LocalChange;
use crate::refusal::Refusal;
use crate::reply::{Question, Reply};
use crate::work::{Work, WorkResult};

/// What one command comes to: steps that happen together, in this order.
pub enum Outcome {
    Done(Vec<Step>),
    /// Something slow comes first. When it is done the rest is decided, on the state of then.
    Wait(Box<Work>, Continuation),
    /// These steps happen now, and the rest follows: at once, or when slow work is done.
    First(Vec<Step>, Box<Outcome>),
}

/// Events of one entry, of those that can happen in any number at once. The largest name two people, a channel and a reason:
/// so many are half of what an entry may be.
pub const EVENTS_PER_ENTRY: usize = 400;

/// How long such events of one entry may be: with their lines of the audit trail, more than half of what an entry may be.
const ENTRY_BYTES: usize = 200_000;

/// What is decided when slow work is done.
pub type Continuation = Box<dyn FnOnce(&Context<'_>, WorkResult) -> Result<Outcome, Refusal> + Send>;

/// One thing that happens.
#[derive(Debug)]
pub enum Step {
    /// A fact: logged, applied, shown to its audience.
    Event(Event),
    /// Shown to its audience, and neither logged nor applied.
    Ephemeral(Event),
    Local(LocalChange),
    /// An answer to who asks.
    Reply(Reply),
    /// A part of what was asked is refused; the rest happens.
    Refuse(Refusal),
    /// An answer to who asks, made of the state after all events of this decision.
    Ask(Question),
    /// The same, for each session of somebody: an answer where one of them asked, told to the others.
    AskUser(UserId, Question),
    /// The session that asked is closed, once it has its answers.
    Close(CloseReason),
    /// The server finishes what it was told, and stops.
    StopServer,
    /// These sessions are closed.
    CloseSessions(Vec<SessionId>, CloseReason),
    /// All sessions of a user are closed.
    CloseUser(UserId, CloseReason),
}

impl Outcome {
    /// Nothing happens.
    pub fn nothing() -> Self {
        Self::Done(Vec::new())
    }

    #[must_use]
    pub fn step(self, step: Step) -> Self {
        match self {
            Self::Done(mut steps) => {
                // Most decisions are one step, which is large.
                if steps.is_empty() {
                    steps.reserve_exact(1);
                }
                steps.push(step);
                Self::Done(steps)
            }
            Self::First(steps, rest) => Self::First(steps, Box::new(rest.step(step))),
            wait @ Self::Wait(..) => wait.and(Self::Done(vec![step])),
        }
    }

    #[must_use]
    pub fn event(self, event: Event) -> Self {
        self.step(Step::Event(event))
    }

    #[must_use]
    pub fn events(self, events: impl IntoIterator<Item = Event>) -> Self {
        events.into_iter().fold(self, Self::event)
    }

    /// The same, also of so many that one entry of the log would not hold them: they happen in several, with nothing in between, and
    /// all of them or none.
    #[must_use]
    pub fn many(self, events: impl IntoIterator<Item = Event>) -> Self {
        let (mut parts, mut room) = (Vec::<Vec<Step>>::new(), 0);
        for event in events {
            let bytes = minicbor::len(&event);
            match parts.last_mut().filter(|part| bytes <= room && part.len() < EVENTS_PER_ENTRY) {
                Some(part) => part.push(Step::Event(event)),
                None => {
                    parts.push(vec![Step::Event(event)]);
                    room = ENTRY_BYTES;
                }
            }
            room = room.saturating_sub(bytes);
        }
        let last = parts.pop().unwrap_or_default();
        let all = parts.into_iter().rfold(Self::Done(last), |rest, part| Self::First(part, Box::new(rest)));
        self.and(all)
    }

    /// All of this, and then all of that.
    #[must_use]
    pub fn and(self, then: Self) -> Self {
        match (self, then) {
            (Self::Done(none), then) if none.is_empty() => then,
            (Self::Done(before), Self::Done(steps)) => steps.into_iter().fold(Self::Done(before), Self::step),
            (Self::Done(before), then) => Self::First(before, Box::new(then)),
            (Self::First(before, rest), then) => Self::First(before, Box::new(rest.and(then))),
            (Self::Wait(work, rest), then) => {
                Self::Wait(work, Box::new(move |cx, result| Ok(rest(cx, result)?.and(then))))
            }
        }
    }

    #[must_use]
    pub fn reply(self, reply: Reply) -> Self {
        self.step(Step::Reply(reply))
    }

    #[must_use]
    pub fn refuse(self, refusal: Refusal) -> Self {
        self.step(Step::Refuse(refusal))
    }

    #[must_use]
    pub fn ask(self, question: Question) -> Self {
        self.step(Step::Ask(question))
    }

    #[must_use]
    pub fn local(self, change: LocalChange) -> Self {
        self.step(Step::Local(change))
    }

    /// What the session learns before anything else happens.
    #[must_use]
    pub fn local_first(self, change: LocalChange) -> Self {
        match self {
            Self::Done(mut steps) => {
                steps.insert(0, Step::Local(change));
                Self::Done(steps)
            }
            Self::First(mut steps, rest) => {
                steps.insert(0, Step::Local(change));
                Self::First(steps, rest)
            }
            wait @ Self::Wait(..) => wait,
        }
    }

    #[must_use]
    pub fn close(self, reason: CloseReason) -> Self {
        self.step(Step::Close(reason))
    }

    /// The steps of each entry that this makes now.
    pub fn entries(&self) -> impl Iterator<Item = &[Step]> {
        let mut rest = Some(self);
        std::iter::from_fn(move || {
            let (steps, then) = match rest? {
                Self::Done(steps) => (steps, None),
                Self::First(steps, then) => (steps, Some(then.as_ref())),
                Self::Wait(..) => return None,
            };
            rest = then;
            Some(&steps[..])
        })
    }

    /// Whether something is made now that stays: an account, or a way in to one. Of most commands that is known beforehand
    /// (`CONTENT`); a login does it now and then.
    pub fn makes_more(&self) -> bool {
        let makes = |step: &Step| {
            let Step::Event(event) = step else { return false };
            matches!(
                event,
                Event::AccountRegistered { .. }
                    | Event::IdentityChanged { on: true, .. }
                    | Event::CertificateChanged { on: true, .. }
                    | Event::DeviceChanged { digest: Some(_), .. }
            )
        };
        self.entries().flatten().any(makes)
    }

    /// Waits for slow work, then decides the rest.
    pub fn wait<F>(work: Work, then: F) -> Self
    where
        F: FnOnce(&Context<'_>, WorkResult) -> Result<Outcome, Refusal> + Send + 'static,
    {
        Self::Wait(Box::new(work), Box::new(then))
    }
}
