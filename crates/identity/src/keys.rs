//! A set of keys (JWKS), and which algorithms each is for: what a token says of itself chooses among these, never beyond.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7517#section-5>, <https://www.rfc-editor.org/rfc/rfc8725#section-3.1>

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use serde_json::Value;

/// Keys that one set can have; issuers have two or three.
const KEYS_MAX: usize = 100;

/// The keys of an issuer.
#[derive(Debug, Default)]
pub struct Keys(Vec<Key>);

/// A public key.
#[derive(Debug)]
pub struct Key {
    id: Option<String>,
    pub decoding: DecodingKey,
    /// What it signs with.
    pub algorithms: Vec<Algorithm>,
}

impl Keys {
    /// Understands a set. What cannot be used is left out: keys of kinds that are not known, those that encrypt, and those
    /// that are a secret.
    ///
    /// # Errors
    /// When there is nothing in it that can be used, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let set: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
        let all = set.get("keys").and_then(Value::as_array).ok_or("no set of keys")?;
        if all.len() > KEYS_MAX {
            return Err(format!("more than {KEYS_MAX} keys"));
        }
        let keys: Vec<_> = all.iter().filter_map(Key::of).collect();
        if keys.is_empty() { Err("no key that can be used".to_owned()) } else { Ok(Self(keys)) }
    }

    /// The key of that id. A token that names none can be checked where there is no choice.
    pub fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&Key> {
        let mut fit = self.0.iter().filter(|key| key.algorithms.contains(&algorithm));
        match id {
            Some(id) => fit.find(|key| key.id.as_deref() == Some(id)),
            None => fit.next().filter(|_| fit.next().is_none()),
        }
    }
}

impl Key {
    fn of(value: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
        let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
        let possible: &[Algorithm] = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => AlgorithmFamily::Rsa.algorithms(),
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
                &[Algorithm::ES256]
            }
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => {
                &[Algorithm::ES384]
            }
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
                &[Algorithm::EdDSA]
            }
            _ => return None,
        };
        let algorithms: Vec<_> = match jwk.common.key_algorithm {
            Some(named) => {
                let named = Algorithm::try_from(named).ok()?;
                possible.iter().copied().filter(|algorithm| *algorithm == named).collect()
            }
            None => possible.to_vec(),
        };
        let decoding = DecodingKey::from_jwk(&jwk).ok()?;
        let key = Self { id: jwk.common.key_id, decoding, algorithms };
        (signs && !key.algorithms.is_empty()).then_some(key)
    }
}
