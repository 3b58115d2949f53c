//! Slow work, beside the engine: passwords on threads of their own, questions for the archive on one more, tokens on another.
//! Each has a queue with an end; what finds it full is answered with "busy".

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use colvert_core::mail::Letter;
use colvert_core::work::{Work, WorkResult};
use colvert_engine::{Message, Queue, Ticket, Workers};
use colvert_identity::Inspector;
use colvert_mail::Postbox;

use crate::config::keys::Limits;
use crate::passwords::{Cost, Passwords};

/// Who answers questions for the archive.
pub trait Library: Send {
    /// The answer to what is no work on passwords.
    fn look_up(&mut self, work: &Work) -> WorkResult;
}

/// A library without books, for when nobody is there to ask.
pub struct NoLibrary;

impl Library for NoLibrary {
    fn look_up(&mut self, _: &Work) -> WorkResult {
        WorkResult::Failed
    }
}

/// What the pool has done and has to do.
#[derive(Debug, Default)]
pub struct Counters {
    hashed: AtomicU64,
    compared: AtomicU64,
    drawn: AtomicU64,
    looked_up: AtomicU64,
    inspected: AtomicU64,
    busy: AtomicU64,
    panics: AtomicU64,
    waiting: AtomicU64,
}

impl Counters {
    /// All counters by name.
    pub fn list(&self) -> Vec<(&'static str, u64)> {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        vec![
            ("pool_hashed", get(&self.hashed)),
            ("pool_compared", get(&self.compared)),
            ("pool_drawn", get(&self.drawn)),
            ("pool_looked_up", get(&self.looked_up)),
            ("pool_inspected", get(&self.inspected)),
            ("pool_busy", get(&self.busy)),
            ("pool_panics", get(&self.panics)),
            ("pool_waiting", get(&self.waiting)),
        ]
    }
}

type Job = (Ticket, Work);

/// The engine's side of the pool. Its threads end when it is dropped, each after what it has begun.
pub struct Pool {
    passwords: SyncSender<Job>,
    questions: SyncSender<Job>,
    /// Nothing: there is nobody to check tokens.
    tokens: Option<SyncSender<Job>>,
    /// Nothing: no letters are sent.
    postbox: Option<Postbox>,
    engine: Arc<Queue>,
    counters: Arc<Counters>,
}

impl Pool {
    /// Starts the threads; results go to `engine`.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(
        limits: &Limits,
        cost: Cost,
        library: Box<dyn Library>,
        engine: &Arc<Queue>,
    ) -> io::Result<Self> {
        let counters = Arc::new(Counters::default());
        let (passwords, jobs) = sync_channel(limits.password_queue);
        let jobs = Arc::new(Mutex::new(jobs));
        let hasher = Arc::new(Passwords::new(cost));
        for n in 1..=limits.password_threads {
            let (jobs, hasher, hands) = (jobs.clone(), hasher.clone(), Hands::new(engine, &counters));
            let body = move || hands.work(|| next(&jobs), |work| hasher.perform(work));
            thread::Builder::new().name(format!("password-{n}")).spawn(body)?;
        }
        let (questions, jobs) = sync_channel::<Job>(limits.history_queue);
        let hands = Hands::new(engine, &counters);
        let mut library = library;
        let body = move || hands.work(|| jobs.recv().ok(), |work| library.look_up(&work));
        thread::Builder::new().name("questions".to_owned()).spawn(body)?;
        let (tokens, postbox, engine) = (None, None, engine.clone());
        Ok(Self { passwords, questions, tokens, postbox, engine, counters })
    }

    /// The same pool, which sends letters, too.
    #[must_use]
    pub fn with_letters(self, postbox: Option<Postbox>) -> Self {
        Self { postbox, ..self }
    }

    /// The same pool, which has tokens checked, too; so many wait. The thread reads the issuers' keys first.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn with_tokens(self, inspector: Arc<Inspector>, queue: usize) -> io::Result<Self> {
        let (tokens, jobs) = sync_channel::<Job>(queue);
        let hands = Hands::new(&self.engine, &self.counters);
        let body = move || {
            inspector.begin();
            hands.work(|| jobs.recv().ok(), |work| inspected(&inspector, work));
        };
        thread::Builder::new().name("tokens".to_owned()).spawn(body)?;
        Ok(Self { tokens: Some(tokens), ..self })
    }

    pub fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }
}

/// What becomes of work on tokens.
fn inspected(inspector: &Inspector, work: Work) -> WorkResult {
    match work {
        Work::InspectToken(token) => {
            WorkResult::Inspected(inspector.inspect(&token, Instant::now()).map(Box::new))
        }
        _ => WorkResult::Failed,
    }
}

impl Workers for Pool {
    fn start(&mut self, ticket: Ticket, work: Work) -> bool {
        let (queue, count) = match &work {
            Work::Post(letter) => return self.post(ticket, letter),
            Work::InspectToken(_) => match &self.tokens {
                Some(tokens) => (tokens, &self.counters.inspected),
                None => return false,
            },
            Work::HashPassword(_) | Work::DeriveScram { .. } => (&self.passwords, &self.counters.hashed),
            Work::Draw(_) => (&self.passwords, &self.counters.drawn),
            Work::VerifyPassword { .. } | Work::VerifyAccount { .. } => {
                (&self.passwords, &self.counters.compared)
            }
            Work::History(_)
            | Work::Conversations(_)
            | Work::EventLog { .. }
            | Work::SaidBy { .. }
            | Work::AuditTrail { .. }
            | Work::Reload => (&self.questions, &self.counters.looked_up),
        };
        // Counted first, so that the thread cannot count it out before it is in.
        self.counters.waiting.fetch_add(1, Ordering::Relaxed);
        let started = queue.try_send((ticket, work)).is_ok();
        if started {
            count.fetch_add(1, Ordering::Relaxed);
        } else {
            self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
            self.counters.busy.fetch_add(1, Ordering::Relaxed);
        }
        started
    }
}

impl Pool {
    /// A letter is posted when it is in the queue: no session waits for a mail server.
    fn post(&self, ticket: Ticket, letter: &Letter) -> bool {
        let Some(postbox) = &self.postbox else { return false };
        let is_posted = postbox.post(letter.clone());
        if is_posted {
            self.engine.push(Message::Worked(ticket, Box::new(WorkResult::Posted)));
        } else {
            self.counters.busy.fetch_add(1, Ordering::Relaxed);
        }
        is_posted
    }
}

/// The job that has waited longest. Nothing: there will be no more.
fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// What a thread of the pool has.
struct Hands {
    engine: Arc<Queue>,
    counters: Arc<Counters>,
}

impl Hands {
    fn new(engine: &Arc<Queue>, counters: &Arc<Counters>) -> Self {
        Self { engine: engine.clone(), counters: counters.clone() }
    }

    fn work(&self, next: impl Fn() -> Option<Job>, mut perform: impl FnMut(Work) -> WorkResult) {
        while let Some((ticket, work)) = next() {
            let done = catch_unwind(AssertUnwindSafe(|| perform(work)));
            let result = done.unwrap_or_else(|_| {
                self.counters.panics.fetch_add(1, Ordering::Relaxed);
                WorkResult::Failed
            });
            self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
            self.engine.push(Message::Worked(ticket, Box::new(result)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::mpsc;
    use std::time::Duration;

    use colvert_core::identity::BadToken;
    use colvert_core::ids::Position;
    use colvert_core::secret::Secret;

    use super::*;

    /// Answers when it is let.
    struct Gate(mpsc::Receiver<WorkResult>);

    impl Library for Gate {
        fn look_up(&mut self, _: &Work) -> WorkResult {
            self.0.recv().expect("the test lets it")
        }
    }

    fn question() -> Work {
        Work::EventLog { lines: 10, until: Position(1) }
    }

    fn take(queue: &Queue) -> (Ticket, WorkResult) {
        let mut messages = VecDeque::new();
        while messages.is_empty() {
            queue.take(&mut messages, 1, Duration::from_secs(60));
        }
        match messages.pop_front() {
            Some(Message::Worked(ticket, result)) => (ticket, *result),
            _ => panic!("the pool sends results only"),
        }
    }

    #[test]
    fn so_many_passwords_wait_and_no_more() {
        let queue = Queue::new();
        let limits = Limits { password_threads: 1, password_queue: 2, ..Limits::default() };
        let mut pool = Pool::start(&limits, Cost::default(), Box::new(NoLibrary), &queue).unwrap();
        let hash = || Work::HashPassword(Secret::new("canard"));
        let taken = (1..=50).filter(|n| pool.start(Ticket(*n), hash())).count();
        assert!(
            (2..=25).contains(&taken),
            "one under way and two waiting, or a few more on a quick machine: {taken}"
        );
        assert!((0..taken).all(|_| matches!(take(&queue), (_, WorkResult::Hashed(_)))));
    }

    #[test]
    fn a_key_server_that_hangs_keeps_tokens_waiting_and_nothing_else() {
        let hangs = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let inspector = Arc::new(Inspector::default());
        let url = format!("http://{}/keys", hangs.local_addr().unwrap());
        let source = colvert_identity::Source::Url(url);
        let deadline = Duration::from_millis(2_000);
        inspector.configure(vec![colvert_identity::Issuer {
            deadline,
            ..colvert_testkit::issuer::trusting(source)
        }]);
        let queue = Queue::new();
        let limits = Limits { token_queue: 1, ..Limits::default() };
        let pool = Pool::start(&limits, Cost::default(), Box::new(NoLibrary), &queue).unwrap();
        let mut pool = pool.with_tokens(inspector, limits.token_queue).unwrap();
        let token =
            || Work::InspectToken(Secret::new(colvert_testkit::issuer::common().described("ada").unwrap()));
        let taken = (1..=10).filter(|n| pool.start(Ticket(*n), token())).count();
        assert_eq!(taken, 1, "the keys are under way, and one token waits");
        assert!(pool.start(Ticket(11), Work::HashPassword(Secret::new("canard"))));
        assert!(matches!(take(&queue), (Ticket(11), WorkResult::Hashed(_))));
        let (ticket, result) = take(&queue);
        assert!(matches!((ticket, result), (Ticket(1), WorkResult::Inspected(Err(BadToken::Unchecked)))));
        drop(hangs);
    }

    #[test]
    fn a_full_queue_is_busy_and_other_work_goes_on() {
        let (open, gate) = mpsc::channel();
        let queue = Queue::new();
        let limits = Limits { history_queue: 1, ..Limits::default() };
        let mut pool = Pool::start(&limits, Cost::default(), Box::new(Gate(gate)), &queue).unwrap();
        let taken = (1..=10).filter(|n| pool.start(Ticket(*n), question())).count();
        assert!((1..=2).contains(&taken), "one under way and one waiting: {taken}");
        assert!(pool.start(Ticket(11), Work::HashPassword(Secret::new("canard"))));
        assert!(matches!(take(&queue), (Ticket(11), WorkResult::Hashed(_))));
        open.send(WorkResult::EventLog(Vec::new())).unwrap();
        assert!(matches!(take(&queue), (Ticket(1), WorkResult::EventLog(_))));
    }

    #[test]
    fn a_panic_is_a_failure_and_the_thread_goes_on() {
        let (open, gate) = mpsc::channel();
        let queue = Queue::new();
        let mut pool =
            Pool::start(&Limits::default(), Cost::default(), Box::new(Gate(gate)), &queue).unwrap();
        drop(open);
        for ticket in [Ticket(1), Ticket(2)] {
            assert!(pool.start(ticket, question()));
            assert!(matches!(take(&queue), (done, WorkResult::Failed) if done == ticket));
        }
    }
}
