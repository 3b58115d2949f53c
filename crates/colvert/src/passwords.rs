//! Passwords: argon2id, and the same time for accounts that do not exist.

use std::sync::OnceLock;

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use colvert_core::scram::Verifier;
use colvert_core::secret::Secret;
use colvert_core::work::{Draw, Work, WorkResult};
use unicode_normalization::UnicodeNormalization;

use crate::claim::{self, Code};

/// Hashes and compares.
/// Spec: <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id>
/// (19 MiB, two passes, one lane)
pub struct Passwords {
    argon2: Argon2<'static>,
    /// What is compared with for an account that does not exist, so that it takes as long. It is made when it
    /// is first needed: a start does not wait for it.
    decoy: OnceLock<String>,
}

/// What a new hash costs whoever makes it, or guesses at it.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        let params = Params::DEFAULT;
        Self { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() }
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new(Cost::default())
    }
}

impl Passwords {
    /// Hashes at that cost; hashes that are there say themselves what they cost.
    pub fn new(cost: Cost) -> Self {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .expect("the configuration's ranges are narrower than what argon2 takes; a test says so");
        Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params), decoy: OnceLock::new() }
    }

    /// Does the work on passwords.
    pub fn perform(&self, work: Work) -> WorkResult {
        match work {
            Work::HashPassword(password) => {
                self.hash(password.expose()).map_or(WorkResult::Failed, WorkResult::Hashed)
            }
            Work::DeriveScram { password, iterations } => {
                WorkResult::Derived(Verifier::derive(&scram_form(&password), claim::salt(), iterations))
            }
            Work::VerifyPassword { password, hash } => {
                WorkResult::Verified(self.verify(&password, hash.as_deref()))
            }
            Work::VerifyAccount { password, hash } => {
                let is_right = self.verify(&password, hash.as_deref());
                let anew = hash.filter(|hash| is_right && !self.is_of_now(hash));
                let anew = anew.and_then(|_| self.hash(password.expose()));
                anew.map_or(WorkResult::Verified(is_right), WorkResult::VerifiedAnew)
            }
            Work::Draw(Draw::Token) => WorkResult::Drawn(Secret::new(claim::token())),
            Work::Draw(Draw::Code) => WorkResult::Drawn(Secret::new(Code::random().as_str())),
            Work::InspectToken(_)
            | Work::History(_)
            | Work::Conversations(_)
            | Work::EventLog { .. }
            | Work::SaidBy { .. }
            | Work::AuditTrail { .. }
            | Work::Post(_)
            | Work::Reload => WorkResult::Failed,
        }
    }

    /// The PHC string of a password's hash.
    pub fn hash(&self, password: &str) -> Option<String> {
        let salt = SaltString::generate(&mut OsRng);
        self.argon2.hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string()).ok()
    }

    /// Whether a hash costs what new ones do.
    fn is_of_now(&self, hash: &str) -> bool {
        let params = PasswordHash::new(hash).and_then(|parsed| Params::try_from(&parsed));
        let now = self.argon2.params();
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        params.is_ok_and(|params| cost(&params) == cost(now))
    }

    fn verify(&self, password: &Secret, hash: Option<&str>) -> bool {
        let decoy = || self.decoy.get_or_init(|| self.hash("decoy").unwrap_or_default()).as_str();
        let is_same = PasswordHash::new(hash.unwrap_or_else(decoy))
            .is_ok_and(|parsed| self.argon2.verify_password(password.expose().as_bytes(), &parsed).is_ok());
        hash.is_some() && is_same
    }
}

/// A password as SCRAM's clients take it.
/// Spec: <https://www.rfc-editor.org/rfc/rfc5802#section-2.2> (SASLprep, of which NFKC is what makes a difference to what people type)
fn scram_form(password: &Secret) -> Secret {
    Secret::new(password.expose().nfkc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(passwords: &Passwords, password: &str, hash: Option<&str>) -> bool {
        let (password, hash) = (Secret::new(password), hash.map(str::to_owned));
        match passwords.perform(Work::VerifyPassword { password, hash }) {
            WorkResult::Verified(is_right) => is_right,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_right_password_is_right_and_no_other() {
        let passwords = Passwords::default();
        let WorkResult::Hashed(hash) = passwords.perform(Work::HashPassword(Secret::new("un bon canard")))
        else {
            panic!("hashing failed");
        };
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verified(&passwords, "un bon canard", Some(&hash)));
        assert!(!verified(&passwords, "un beau canard", Some(&hash)));
    }

    #[test]
    fn the_ends_of_the_configurations_ranges_are_taken() {
        for (memory_kib, passes, lanes) in [(1_024, 1, 1), (1_024, 1, 16), (1_048_576, 100, 16)] {
            Passwords::new(Cost { memory_kib, passes, lanes });
        }
    }

    #[test]
    fn a_hash_of_another_cost_is_compared_at_its_own() {
        let cheap = Passwords::new(Cost { memory_kib: 1_024, passes: 1, lanes: 1 });
        let hash = cheap.hash("un bon canard").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=1024,t=1,p=1$"), "{hash}");
        assert!(verified(&Passwords::default(), "un bon canard", Some(&hash)));
    }

    #[test]
    fn the_right_password_is_hashed_anew_where_the_cost_has_changed_and_no_other_is() {
        let [cheap, dear] =
            [1_024, 2_048].map(|memory_kib| Passwords::new(Cost { memory_kib, passes: 1, lanes: 1 }));
        let hash = cheap.hash("un bon canard").unwrap();
        let shown = |passwords: &Passwords, password: &str, hash: &str| {
            passwords
                .perform(Work::VerifyAccount { password: Secret::new(password), hash: Some(hash.to_owned()) })
        };
        assert!(matches!(shown(&cheap, "un bon canard", &hash), WorkResult::Verified(true)));
        assert!(matches!(shown(&dear, "un beau canard", &hash), WorkResult::Verified(false)));
        let WorkResult::VerifiedAnew(anew) = shown(&dear, "un bon canard", &hash) else {
            panic!("a new hash")
        };
        assert!(anew.starts_with("$argon2id$v=19$m=2048,t=1,p=1$"), "{anew}");
        assert!(matches!(shown(&dear, "un bon canard", &anew), WorkResult::Verified(true)));
    }

    #[test]
    fn nobody_logs_in_to_an_account_that_does_not_exist() {
        let passwords = Passwords::default();
        assert!(!verified(&passwords, "decoy", None));
        assert!(!verified(&passwords, "decoy", Some("not a hash")));
    }
}
