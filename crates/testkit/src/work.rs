//! Slow work, when it is told to: the pool of the engine under test.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use colvert_core::scram::Verifier;
use colvert_core::secret::Secret;
use colvert_core::work::{Draw, Work, WorkResult};
use colvert_engine::{Ticket, Workers};

/// Work that was started and is not done. Clones are the same desk: one is the engine's, one the test's.
#[derive(Clone, Default)]
pub struct Desk {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    started: VecDeque<(Ticket, Work)>,
    is_full: bool,
}

impl Desk {
    /// Whether the pool says that it has no room.
    pub fn set_full(&self, is_full: bool) {
        self.inner().is_full = is_full;
    }

    /// Pieces of work that wait.
    pub fn len(&self) -> usize {
        self.inner().started.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the `n`th piece of work, counted from the oldest.
    pub fn take(&self, n: usize) -> Option<(Ticket, Work)> {
        self.inner().started.remove(n)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workers for Desk {
    fn start(&mut self, ticket: Ticket, work: Work) -> bool {
        let mut inner = self.inner();
        if !inner.is_full {
            inner.started.push_back((ticket, work));
        }
        !inner.is_full
    }
}

/// What is drawn where nothing is left to chance.
pub const CODE: &str = "abcd-efgh-ijkm-npqr";
const TOKEN: &str = "cvt_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";

/// Who answers questions for history.
pub trait Books {
    /// The answer to what is no work on passwords.
    fn look_up(&mut self, work: &Work) -> WorkResult;
}

/// Does a piece of work.
pub fn perform(work: &Work, books: &mut dyn Books) -> WorkResult {
    match work {
        Work::HashPassword(password) => WorkResult::Hashed(hash(password)),
        Work::DeriveScram { password, iterations } => {
            WorkResult::Derived(Verifier::derive(password, b"always the same!".to_vec(), *iterations))
        }
        Work::VerifyPassword { password, hash } | Work::VerifyAccount { password, hash } => {
            WorkResult::Verified(hash.as_ref().is_some_and(|hash| verify(password, hash)))
        }
        Work::Draw(Draw::Token) => WorkResult::Drawn(Secret::new(TOKEN)),
        Work::Draw(Draw::Code) => WorkResult::Drawn(Secret::new(CODE)),
        // Letters are somebody else's to read, see [`crate::process::Process::letters`].
        Work::Post(_) => WorkResult::Posted,
        Work::InspectToken(_)
        | Work::History(_)
        | Work::Conversations(_)
        | Work::EventLog { .. }
        | Work::SaidBy { .. }
        | Work::AuditTrail { .. }
        | Work::Reload => books.look_up(work),
    }
}

/// The cheapest argon2id that there is, with a salt that is always the same: no test is about its strength.
fn argon2() -> Argon2<'static> {
    const MEMORY_KIB: u32 = 8;
    let params = Params::new(MEMORY_KIB, 1, 1, None).expect("the least that argon2 takes");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &Secret) -> String {
    let salt = SaltString::encode_b64(b"always the same").expect("short enough for a salt");
    let hash = argon2().hash_password(password.expose().as_bytes(), &salt);
    hash.expect("a password of any length can be hashed").to_string()
}

fn verify(password: &Secret, hash: &str) -> bool {
    let parsed = PasswordHash::new(hash);
    parsed.is_ok_and(|hash| argon2().verify_password(password.expose().as_bytes(), &hash).is_ok())
}
