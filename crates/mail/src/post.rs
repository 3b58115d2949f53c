//! The queue of letters, and the thread that carries them one after the other. What was not taken is tried again after a while,
//! a few times; meanwhile others go.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use colvert_core::mail::Letter;

use crate::smtp::Failure;

/// What carries a letter. It takes its time, and no more than it is given.
pub trait Carrier: Send {
    /// # Errors
    /// Why it was not taken.
    fn carry(&mut self, letter: &Letter) -> Result<(), Failure>;
}

/// How long is the queue, and how often is a letter tried.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Letters that wait; more are not taken.
    pub queue: usize,
    pub attempts: u32,
    /// From the first attempt to the second; each pause after it is twice as long.
    pub pause: Duration,
}

/// What became of letters.
#[derive(Debug, Default)]
pub struct Counters {
    sent: AtomicU64,
    failed: AtomicU64,
    given_up: AtomicU64,
    waiting: AtomicU64,
}

impl Counters {
    /// All counters by name.
    pub fn list(&self) -> Vec<(&'static str, u64)> {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        vec![
            ("mail_sent", get(&self.sent)),
            ("mail_failed", get(&self.failed)),
            ("mail_given_up", get(&self.given_up)),
            ("mail_waiting", get(&self.waiting)),
        ]
    }
}

/// Takes letters. Its thread ends when it is dropped, after the letter that is under way.
pub struct Postbox {
    letters: SyncSender<Letter>,
    counters: Arc<Counters>,
    max: u64,
}

impl Postbox {
    /// Starts the thread.
    ///
    /// # Errors
    /// When there can be none.
    pub fn start(pace: Pace, carrier: Box<dyn Carrier>) -> io::Result<Self> {
        let counters = Arc::new(Counters::default());
        let (letters, waiting) = sync_channel(pace.queue);
        let round = Round { pace, carrier, counters: counters.clone(), again: VecDeque::new() };
        thread::Builder::new().name("mail".to_owned()).spawn(move || round.go(&waiting))?;
        Ok(Self { letters, counters, max: pace.queue as u64 })
    }

    pub fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }

    /// Takes a letter, if there is room for it. Never waits. Those that are tried again take their room, too.
    pub fn post(&self, letter: Letter) -> bool {
        let waiting = self.counters.waiting.fetch_add(1, Ordering::Relaxed);
        let taken = waiting < self.max && self.letters.try_send(letter).is_ok();
        if !taken {
            self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        taken
    }
}

/// A letter that was not taken.
struct Late {
    letter: Letter,
    attempts: u32,
    at: Instant,
}

/// What the thread has.
struct Round {
    pace: Pace,
    carrier: Box<dyn Carrier>,
    counters: Arc<Counters>,
    /// At most as many as the queue is long.
    again: VecDeque<Late>,
}

impl Round {
    fn go(mut self, letters: &Receiver<Letter>) {
        loop {
            match self.next(letters) {
                Ok((letter, attempts)) => self.carry(letter, attempts),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// The next letter, and how often it was tried. One whose time has come goes before new ones.
    fn next(&mut self, letters: &Receiver<Letter>) -> Result<(Letter, u32), RecvTimeoutError> {
        let soonest = (0..self.again.len()).min_by_key(|n| self.again[*n].at);
        let Some(n) = soonest else {
            return letters.recv().map(|letter| (letter, 0)).map_err(|_| RecvTimeoutError::Disconnected);
        };
        let patience = self.again[n].at.saturating_duration_since(Instant::now());
        if patience.is_zero() {
            let late = self.again.remove(n).ok_or(RecvTimeoutError::Timeout)?;
            return Ok((late.letter, late.attempts));
        }
        letters.recv_timeout(patience).map(|letter| (letter, 0))
    }

    fn carry(&mut self, letter: Letter, attempts: u32) {
        let carried = catch_unwind(AssertUnwindSafe(|| self.carrier.carry(&letter)));
        let carried = carried.unwrap_or_else(|_| Err(Failure::Final("a panic".to_owned())));
        let attempts = attempts + 1;
        let count = match carried {
            Ok(()) if letter.to.is_none() => None,
            Ok(()) => Some(&self.counters.sent),
            Err(Failure::Passing(reason)) if attempts < self.pace.attempts => {
                tracing::warn!(reason, attempts, "a letter was not taken; it is tried again");
                self.counters.failed.fetch_add(1, Ordering::Relaxed);
                let doubled = 1_u32.checked_shl(attempts - 1).unwrap_or(u32::MAX);
                let at = Instant::now() + self.pace.pause.saturating_mul(doubled).min(PAUSE_MAX);
                return self.again.push_back(Late { letter, attempts, at });
            }
            Err(Failure::Passing(reason) | Failure::Final(reason)) => {
                tracing::warn!(reason, attempts, "a letter was not taken, and is not tried again");
                Some(&self.counters.given_up)
            }
        };
        if let Some(count) = count {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The longest pause between two attempts.
const PAUSE_MAX: Duration = Duration::from_secs(3_600);

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use colvert_core::local::Language;
    use colvert_core::mail::{Address, Purpose};
    use colvert_core::names::{AccountName, NameRules};

    use super::*;

    /// Says which letter it was given, and does as it is told.
    struct Told(Sender<String>, Receiver<Result<(), Failure>>);

    impl Carrier for Told {
        fn carry(&mut self, letter: &Letter) -> Result<(), Failure> {
            self.0.send(letter.account.to_string()).expect("the test listens");
            self.1.recv().expect("the test says what becomes of it")
        }
    }

    fn letter(name: &str) -> Letter {
        let account = AccountName::new(name, NameRules::Precis).expect("a name");
        let to = Address::parse("a@b.example");
        Letter { to, account, purpose: Purpose::AddressGone, language: Language::English }
    }

    struct Office {
        postbox: Postbox,
        given: Receiver<String>,
        say: Sender<Result<(), Failure>>,
    }

    fn office(queue: usize, attempts: u32) -> Office {
        let ((tell, given), (say, told)) = (channel(), channel());
        let pace = Pace { queue, attempts, pause: Duration::from_millis(1) };
        let postbox = Postbox::start(pace, Box::new(Told(tell, told))).expect("a thread");
        Office { postbox, given, say }
    }

    fn passing() -> Result<(), Failure> {
        Err(Failure::Passing("later".to_owned()))
    }

    #[test]
    fn a_carrier_that_hangs_delays_nobody_who_posts_and_the_queue_ends() {
        let office = office(3, 1);
        assert!(office.postbox.post(letter("ada")));
        assert_eq!(office.given.recv().as_deref(), Ok("ada"));
        let taken: Vec<_> = (0..5).map(|_| office.postbox.post(letter("bea"))).collect();
        assert_eq!(taken, [true, true, false, false, false]);
    }

    #[test]
    fn what_was_not_taken_is_tried_so_often_and_others_go_meanwhile() {
        let office = office(10, 3);
        assert!(office.postbox.post(letter("ada")));
        for _ in 0..3 {
            assert_eq!(office.given.recv().as_deref(), Ok("ada"));
            office.say.send(passing()).expect("it waits");
        }
        assert!(office.postbox.post(letter("bea")));
        assert_eq!(office.given.recv().as_deref(), Ok("bea"));
        office.say.send(Ok(())).expect("it waits");
        assert!(office.postbox.post(letter("cid")));
        assert_eq!(office.given.recv().as_deref(), Ok("cid"));
        let expected = [("mail_sent", 1), ("mail_failed", 2), ("mail_given_up", 1), ("mail_waiting", 1)];
        assert_eq!(office.postbox.counters().list(), expected);
    }

    #[test]
    fn what_is_final_is_not_tried_again_and_a_panic_is_that() {
        let office = office(10, 3);
        assert!(office.postbox.post(letter("ada")) && office.postbox.post(letter("bea")));
        assert_eq!(office.given.recv().as_deref(), Ok("ada"));
        office.say.send(Err(Failure::Final("no such mailbox".to_owned()))).expect("it waits");
        assert_eq!(office.given.recv().as_deref(), Ok("bea"));
        drop(office.say);
        assert!(office.postbox.post(letter("cid")));
        assert_eq!(office.given.recv().as_deref(), Ok("cid"));
    }
}
