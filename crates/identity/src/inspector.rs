//! Whether a token is good, and when the keys it is checked with are read again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use colvert_core::identity::{BadToken, Identity, Shown};
use colvert_core::secret::Secret;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode, decode_header};
use serde_json::{Map, Value};

use crate::introspection::{self, Introspection};
use crate::keys::Keys;
use crate::signatures;
use crate::source::{Reader, Source};

/// Whom tokens are believed of, and what they must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// As its tokens name it.
    pub issuer: String,
    /// As its tokens name this server.
    pub audience: String,
    pub source: Source,
    /// The issuer is asked about each token, and its keys are not needed.
    pub introspection: Option<Introspection>,
    /// The claim with a person's name.
    pub name_claim: String,
    /// Longest token, in bytes.
    pub token_bytes: usize,
    /// How long reading the keys may take.
    pub deadline: Duration,
    /// Keys are read again when they are older, or a token has one that is not known.
    pub keys_age: Duration,
    /// But no sooner than so long after they were read the last time.
    pub pause: Duration,
}

/// What became of tokens and keys.
#[derive(Debug, Default)]
pub struct Counters {
    good: AtomicU64,
    bad: AtomicU64,
    keys_read: AtomicU64,
    keys_missed: AtomicU64,
    asked: AtomicU64,
    unanswered: AtomicU64,
}

impl Counters {
    /// All counters by name.
    pub fn list(&self) -> Vec<(&'static str, u64)> {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        vec![
            ("identity_good", get(&self.good)),
            ("identity_bad", get(&self.bad)),
            ("identity_keys_read", get(&self.keys_read)),
            ("identity_keys_missed", get(&self.keys_missed)),
            ("identity_asked", get(&self.asked)),
            ("identity_unanswered", get(&self.unanswered)),
        ]
    }
}

/// Checks tokens. One thread asks it; the configuration may change meanwhile.
#[derive(Debug, Default)]
pub struct Inspector {
    current: Mutex<Vec<Arc<Office>>>,
    counters: Arc<Counters>,
}

/// An issuer, and what is known of its keys.
#[derive(Debug)]
struct Office {
    issuer: Issuer,
    validation: Validation,
    reader: Reader,
    keys: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    keys: Keys,
    /// When they were read.
    read: Option<Instant>,
    /// When that was tried the last time.
    tried: Option<Instant>,
}

impl Inspector {
    /// From now on tokens are those of these issuers, no two of which have one name. What is known of the keys of who stays the same
    /// is kept.
    pub fn configure(&self, issuers: Vec<Issuer>) {
        signatures::install();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = |issuer: &Issuer| current.iter().find(|office| office.issuer == *issuer).cloned();
        let offices = issuers.into_iter().map(|it| kept(&it).unwrap_or_else(|| Arc::new(Office::new(it))));
        *current = offices.collect();
    }

    pub fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }

    /// Reads the keys before the first token comes, so that what is wrong with them is said at once.
    pub fn begin(&self) {
        for office in self.offices().iter().filter(|office| office.issuer.introspection.is_none()) {
            office.known().refresh(office, Instant::now(), &self.counters);
        }
    }

    /// Whom a token shows. It may wait for the issuer's keys, within the deadline.
    ///
    /// # Errors
    /// Why it shows nobody.
    pub fn inspect(&self, token: &Secret, now: Instant) -> Result<Shown, BadToken> {
        let shown = match self.offices().as_slice() {
            [] => Err(BadToken::Invalid),
            [only] => only.inspect(token.expose(), now, &self.counters),
            several => self.inspect_of_several(several, token.expose(), now),
        };
        let count = if shown.is_ok() { &self.counters.good } else { &self.counters.bad };
        count.fetch_add(1, Ordering::Relaxed);
        shown
    }

    /// A token that names its issuer is looked at by that one alone, and shown to no other. Of one that does not, those are asked who
    /// answer such questions, one after the other.
    fn inspect_of_several(
        &self,
        several: &[Arc<Office>],
        token: &str,
        now: Instant,
    ) -> Result<Shown, BadToken> {
        let counters = &self.counters;
        if let Some(named) = issuer_named(token) {
            let office = several.iter().find(|office| office.issuer.issuer == named);
            return office.ok_or(BadToken::Invalid)?.inspect(token, now, counters);
        }
        let mut why = BadToken::Malformed;
        for office in several.iter().filter(|office| office.issuer.introspection.is_some()) {
            match office.inspect(token, now, counters) {
                // It may be the one who would know.
                Err(_) if why == BadToken::Unchecked => {}
                Err(theirs) => why = theirs,
                shown => return shown,
            }
        }
        Err(why)
    }

    fn offices(&self) -> Vec<Arc<Office>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The issuer that a token says it is of. Nobody has checked that yet: it chooses who does.
fn issuer_named(token: &str) -> Option<String> {
    let [_, claims, _] = token.split('.').collect::<Vec<_>>()[..] else { return None };
    let claims: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    claims.get("iss")?.as_str().map(str::to_owned)
}

impl Office {
    fn new(issuer: Issuer) -> Self {
        let mut validation = Validation::default();
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&issuer.issuer]);
        validation.set_audience(&[&issuer.audience]);
        validation.validate_nbf = true;
        validation.algorithms = Vec::new();
        let reader = Reader::new(issuer.deadline);
        Self { issuer, validation, reader, keys: Mutex::default() }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn inspect(&self, token: &str, now: Instant, counters: &Counters) -> Result<Shown, BadToken> {
        if token.len() > self.issuer.token_bytes {
            return Err(BadToken::Malformed);
        }
        if let Some(introspection) = &self.issuer.introspection {
            return self.asked(introspection, token, counters);
        }
        // Spec: <https://www.rfc-editor.org/rfc/rfc8725#section-3.1> (`none` is no algorithm here, and keys that a token brings
        // with it, or an address of such, are never looked at)
        let header = decode_header(token).map_err(|error| self.said(&error))?;
        let mut known = self.known();
        if known.read.is_none_or(|read| now.saturating_duration_since(read) >= self.issuer.keys_age) {
            known.refresh(self, now, counters);
        }
        if known.keys.find(header.kid.as_deref(), header.alg).is_none() {
            known.refresh(self, now, counters);
        }
        let Some(key) = known.keys.find(header.kid.as_deref(), header.alg) else {
            tracing::debug!(alg = ?header.alg, "a token names a key that its issuer does not have");
            return Err(if known.read.is_some() { BadToken::Invalid } else { BadToken::Unchecked });
        };
        let validation = Validation { algorithms: key.algorithms.clone(), ..self.validation.clone() };
        let decoded = decode::<Map<String, Value>>(token, &key.decoding, &validation);
        let claims = decoded.map_err(|error| self.said(&error))?.claims;
        self.shown(&claims)
    }

    /// Whom the issuer says that a token shows.
    fn asked(
        &self,
        introspection: &Introspection,
        token: &str,
        counters: &Counters,
    ) -> Result<Shown, BadToken> {
        if !introspection::is_token(token) {
            return Err(BadToken::Malformed);
        }
        counters.asked.fetch_add(1, Ordering::Relaxed);
        let said = introspection.ask(&self.reader, token).map_err(|reason| {
            counters.unanswered.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(
                reason,
                issuer = self.issuer.issuer,
                "the issuer did not say whether a token is good"
            );
            BadToken::Unchecked
        })?;
        introspection::judge(&said, &self.issuer)?;
        self.whom(&said)
    }

    fn shown(&self, claims: &Map<String, Value>) -> Result<Shown, BadToken> {
        // A list that has the issuer among others is none.
        let is_from_there = claims.get("iss").and_then(Value::as_str) == Some(&self.issuer.issuer);
        if is_from_there { self.whom(claims) } else { Err(BadToken::Invalid) }
    }

    fn whom(&self, claims: &Map<String, Value>) -> Result<Shown, BadToken> {
        let word = |claim: &str| claims.get(claim).and_then(Value::as_str);
        let identity = word("sub").and_then(|subject| Identity::new(&self.issuer.issuer, subject));
        // Spec: <https://www.rfc-editor.org/rfc/rfc7662#section-2.2> (`username` is what an issuer calls somebody there)
        let name = word(&self.issuer.name_claim)
            .or_else(|| self.issuer.introspection.is_some().then(|| word("username")).flatten());
        Ok(Shown::new(identity.ok_or(BadToken::Invalid)?, name))
    }

    /// What is wrong with a token. The details are for the server's own log: they would help who makes tokens up.
    fn said(&self, error: &jsonwebtoken::errors::Error) -> BadToken {
        tracing::debug!(%error, issuer = self.issuer.issuer, "a token is not good");
        match error.kind() {
            ErrorKind::ExpiredSignature => BadToken::Expired,
            ErrorKind::InvalidToken | ErrorKind::Base64(_) | ErrorKind::Json(_) | ErrorKind::Utf8(_) => {
                BadToken::Malformed
            }
            _ => BadToken::Invalid,
        }
    }
}

impl Known {
    /// Reads the keys, unless that was tried a moment ago: tokens that somebody makes up must not make the server ask all the
    /// time. Old keys stay if there are no new ones.
    fn refresh(&mut self, office: &Office, now: Instant, counters: &Counters) {
        let issuer = &office.issuer;
        if self.tried.is_some_and(|tried| now.saturating_duration_since(tried) < issuer.pause) {
            return;
        }
        self.tried = Some(now);
        match office.reader.keys(&issuer.issuer, &issuer.source) {
            Ok(keys) => {
                counters.keys_read.fetch_add(1, Ordering::Relaxed);
                (self.keys, self.read) = (keys, Some(now));
            }
            Err(reason) => {
                counters.keys_missed.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(reason, issuer = issuer.issuer, "the keys of the issuer were not to be had");
            }
        }
    }
}
