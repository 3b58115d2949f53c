//! An outside issuer of tokens, for tests: its key is made when it is, and nowhere but in the process.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7519>

use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use colvert_identity::{Inspector, Source};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Map, Value, json};

use crate::certificates;

/// What it calls itself, and the server.
pub const NAME: &str = "https://id.example";
pub const AUDIENCE: &str = "colvert";
/// What a second one calls itself, and the server.
pub const OTHER_NAME: &str = "https://work.example";
pub const OTHER_AUDIENCE: &str = "colvert-of-work";
/// A time that has not come for a while: 2100.
const LATER_S: u64 = 4_102_444_800;
/// One that is over: 2001.
const EARLIER_S: u64 = 1_000_000_000;

/// The issuer.
pub struct Issuer {
    key: Key,
    id: String,
}

/// Most issuers have keys of RSA, with which tokens are long; the other kind can be made here.
enum Key {
    Ed(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

impl Issuer {
    /// One with a key of that id.
    ///
    /// # Panics
    /// When the system has no chance to give.
    pub fn new(id: &str) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("there is chance");
        let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("just made");
        Self { key: Key::Ed(key), id: id.to_owned() }
    }

    /// One with a key of RSA, which is always the same.
    ///
    /// # Panics
    /// When the key is none.
    pub fn with_rsa(id: &str) -> Self {
        let key = RsaKeyPair::from_pkcs8(&certificates::der(certificates::ISSUER, "PRIVATE KEY"));
        Self { key: Key::Rsa(Box::new(key.expect("a key of RSA"))), id: id.to_owned() }
    }

    /// Its public key (JWK).
    pub fn key(&self) -> Value {
        match &self.key {
            Key::Ed(key) => {
                let x = URL_SAFE_NO_PAD.encode(key.public_key());
                json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.id, "x": x })
            }
            Key::Rsa(key) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(key.public());
                let [n, e] = [public.n, public.e].map(|number| URL_SAFE_NO_PAD.encode(number));
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": n, "e": e })
            }
        }
    }

    /// Its set of keys.
    pub fn keys(&self) -> String {
        json!({ "keys": [self.key()] }).to_string()
    }

    /// The claims of a good token of somebody.
    pub fn claims(subject: &str) -> Map<String, Value> {
        let claims = json!({ "iss": NAME, "aud": AUDIENCE, "sub": subject, "exp": LATER_S });
        claims.as_object().expect("just made").clone()
    }

    /// A token with these claims.
    pub fn token(&self, claims: &Map<String, Value>) -> String {
        let alg = if matches!(self.key, Key::Ed(_)) { "EdDSA" } else { "RS256" };
        self.signed(&json!({ "alg": alg, "kid": self.id }), claims)
    }

    /// A token with that header, whatever it says, signed by this key.
    ///
    /// # Panics
    /// When there is no chance to be had.
    pub fn signed(&self, header: &Value, claims: &Map<String, Value>) -> String {
        let part = |value: &dyn ToString| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(&Value::Object(claims.clone())));
        let signature = match &self.key {
            Key::Ed(key) => key.sign(message.as_bytes()).as_ref().to_vec(),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                let signed =
                    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature);
                signed.expect("there is room for it");
                signature
            }
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A token as a script describes it: `ada`; `ada as Ada` (whom it calls so); `ada expired`, `early`, `elsewhere` (for another
    /// server), `forged` (by another issuer's key), `unsigned`; `ada of-work`, of the second issuer, and then `borrowed`: signed by
    /// that one in the first one's name.
    ///
    /// # Errors
    /// What is no description.
    pub fn described(&self, words: &str) -> Result<String, String> {
        let mut words = words.split_whitespace().peekable();
        let mut claims = Self::claims(words.next().ok_or("whose token?")?);
        let mut by = self;
        if words.next_if_eq(&"of-work").is_some() {
            by = other();
            claims.insert("iss".to_owned(), json!(OTHER_NAME));
            claims.insert("aud".to_owned(), json!(OTHER_AUDIENCE));
        }
        let mut other = None;
        while let Some(word) = words.next() {
            let changed = match word {
                "as" => ("preferred_username", json!(words.next().ok_or("as whom?")?)),
                "expired" => ("exp", json!(EARLIER_S)),
                "early" => ("nbf", json!(LATER_S - 1)),
                "elsewhere" => ("aud", json!("another")),
                "borrowed" => ("iss", json!(NAME)),
                "forged" => {
                    other = Some(Self::new(&self.id).token(&claims));
                    continue;
                }
                "unsigned" => {
                    let token = self.signed(&json!({ "alg": "none" }), &claims);
                    let message = token.rsplit_once('.').map(|(message, _)| format!("{message}."));
                    other = message;
                    continue;
                }
                _ => return Err(format!("what is a token that is `{word}`?")),
            };
            claims.insert(changed.0.to_owned(), changed.1);
        }
        Ok(other.unwrap_or_else(|| by.token(&claims)))
    }

    /// A line of a script with its tokens in it: `{token ada}` is one, `{bearer ada}` what a SASL exchange sends of one,
    /// `{bearer ada for Ada}` for an account.
    ///
    /// # Errors
    /// What cannot be understood.
    pub fn fill(&self, line: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, after) = after.split_once('}').unwrap_or((after, ""));
            let token = match inside.split_once(' ') {
                Some(("token", words)) => self.described(words)?,
                Some(("bearer", words)) => {
                    let (words, account) = words.split_once(" for ").unwrap_or((words, ""));
                    let authzid = if account.is_empty() { String::new() } else { format!("a={account}") };
                    let token = self.described(words)?;
                    STANDARD.encode(format!("n,{authzid},\x01auth=Bearer {token}\x01\x01"))
                }
                _ => {
                    filled.push_str(before);
                    filled.push('{');
                    rest = &rest[before.len() + 1..];
                    continue;
                }
            };
            filled.push_str(before);
            filled.push_str(&token);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// The one whose tokens transcripts show.
pub fn common() -> &'static Issuer {
    static COMMON: LazyLock<Issuer> = LazyLock::new(|| Issuer::new("key-1"));
    &COMMON
}

/// The second one.
pub fn other() -> &'static Issuer {
    static OTHER: LazyLock<Issuer> = LazyLock::new(|| Issuer::new("key-of-work"));
    &OTHER
}

/// Whom both are trusted by that transcripts have, where there is no program.
///
/// # Panics
/// When there is no room for a file.
pub fn inspector() -> &'static Inspector {
    static INSPECTOR: LazyLock<Inspector> = LazyLock::new(|| {
        let directory = tempfile::tempdir().expect("there is room for a directory");
        let trusted = [(common(), NAME, AUDIENCE), (other(), OTHER_NAME, OTHER_AUDIENCE)];
        let trusted = trusted.map(|(issuer, name, audience)| {
            let file = directory.path().join(&issuer.id);
            std::fs::write(&file, issuer.keys()).expect("there is room for a file");
            let (issuer, audience) = (name.to_owned(), audience.to_owned());
            colvert_identity::Issuer { issuer, audience, ..trusting(Source::File(file)) }
        });
        let inspector = Inspector::default();
        inspector.configure(trusted.to_vec());
        inspector.begin();
        inspector
    });
    &INSPECTOR
}

/// How a server trusts an issuer of that name.
pub fn trusting(source: Source) -> colvert_identity::Issuer {
    const LONG: Duration = Duration::from_secs(1_000_000);
    colvert_identity::Issuer {
        issuer: NAME.to_owned(),
        audience: AUDIENCE.to_owned(),
        source,
        introspection: None,
        name_claim: "preferred_username".to_owned(),
        token_bytes: 4_096,
        deadline: Duration::from_secs(5),
        keys_age: LONG,
        pause: LONG,
    }
}

/// What the program's configuration has to say in one section, `oauth` or `issuer.work`, to trust who it is for, by key.
pub fn settings(section: &str, keys_file: &str) -> [(&'static str, String); 3] {
    let (audience, keys) = match section {
        "oauth" => (("oauth.audience", AUDIENCE), "oauth.keys_file"),
        _ => (("issuer.work.audience", OTHER_AUDIENCE), "issuer.work.keys_file"),
    };
    let (tls_only, audience) = (("oauth.tls_only", "false".to_owned()), (audience.0, audience.1.to_owned()));
    [audience, (keys, keys_file.to_owned()), tls_only]
}
