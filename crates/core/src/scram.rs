//! SCRAM-SHA-256, the server's side: who knows a password shows it without saying it, and so does the server.
//! Spec: <https://www.rfc-editor.org/rfc/rfc5802>, <https://www.rfc-editor.org/rfc/rfc7677>
//!
//! ```text
//! client: n,,n=alice,r=CLIENT            server: r=CLIENT+SERVER,s=SALT,i=ITERATIONS
//! client: c=biws,r=…,p=PROOF             server: v=SIGNATURE
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use minicbor::{CborLen, Decode, Encode};
use sha2::{Digest, Sha256};

use crate::names::AccountKey;
use crate::secret::Secret;

/// Bytes of a key.
const KEY_BYTES: usize = 32;

type Key = [u8; KEY_BYTES];

/// What is kept of a password for SCRAM. Whoever has it can guess at the password at the cost of `iterations`, which
/// is far less than argon2's; so it is made only where the configuration asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Verifier {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub salt: Vec<u8>,
    #[n(1)]
    pub iterations: u32,
    #[cbor(n(2), with = "minicbor::bytes")]
    pub stored_key: Vec<u8>,
    #[cbor(n(3), with = "minicbor::bytes")]
    pub server_key: Vec<u8>,
}

impl Verifier {
    /// What is kept of a password. It takes long: `iterations` times two hashes.
    pub fn derive(password: &Secret, salt: Vec<u8>, iterations: u32) -> Self {
        let salted = salted(password.expose().as_bytes(), &salt, iterations);
        let stored_key = Sha256::digest(hmac(&salted, b"Client Key")).to_vec();
        Self { salt, iterations, stored_key, server_key: hmac(&salted, b"Server Key").to_vec() }
    }
}

/// An exchange under way on a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// The client's proof is waited for.
    Begun(Box<Begun>),
    /// The client has shown that it knows the password; it is to say that it believes the server.
    Shown { account: AccountKey, credential_version: u32 },
}

/// What was said so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    pub account: AccountKey,
    pub credential_version: u32,
    /// `n=alice,r=CLIENT`.
    first: String,
    /// `r=CLIENT+SERVER,s=SALT,i=ITERATIONS`.
    challenge: String,
    nonce: String,
    /// What the client said of channel binding, in base64.
    binding: String,
}

/// A first message of a client.
#[derive(Debug, PartialEq, Eq)]
pub struct First<'a> {
    pub user: String,
    /// Who they want to act for; empty: themselves.
    pub authzid: String,
    header: &'a str,
    bare: &'a str,
    nonce: &'a str,
}

impl<'a> First<'a> {
    /// Nothing for what is no such message, or wants channel binding, which is not offered.
    pub fn parse(message: &'a str) -> Option<Self> {
        let mut parts = message.splitn(3, ',');
        let (flag, authzid, bare) = (parts.next()?, parts.next()?, parts.next()?);
        let authzid = authzid.strip_prefix("a=").or_else(|| authzid.is_empty().then_some(""))?;
        let (user, rest) = bare.strip_prefix("n=")?.split_once(',')?;
        let nonce = rest.strip_prefix("r=")?.split(',').next().filter(|nonce| is_nonce(nonce))?;
        let header = &message[..message.len() - bare.len()];
        let is_offered = matches!(flag, "n" | "y");
        is_offered.then(|| Self { user: unescape(user), authzid: unescape(authzid), header, bare, nonce })
    }

    /// The server's answer; `drawn` is its part of the nonce, which nobody can guess.
    pub fn challenge(&self, account: (AccountKey, u32), verifier: &Verifier, drawn: &Secret) -> Begun {
        let nonce = format!("{}{}", self.nonce, drawn.expose());
        let challenge = format!("r={nonce},s={},i={}", base64(&verifier.salt), verifier.iterations);
        Begun {
            account: account.0,
            credential_version: account.1,
            first: self.bare.to_owned(),
            challenge,
            nonce,
            binding: base64(self.header.as_bytes()),
        }
    }
}

impl Begun {
    /// What the client is sent.
    pub fn message(&self) -> &str {
        &self.challenge
    }

    /// What the client is sent if its last message proves that it knows the password; else nothing.
    pub fn prove(&self, verifier: &Verifier, last: &str) -> Option<String> {
        let (without_proof, proof) = last.rsplit_once(",p=")?;
        let mut parts = without_proof.split(',');
        let is_bound = parts.next()?.strip_prefix("c=")? == self.binding;
        let is_same = parts.next()?.strip_prefix("r=")? == self.nonce;
        let auth = format!("{},{},{without_proof}", self.first, self.challenge);
        let signature = hmac(&verifier.stored_key, auth.as_bytes());
        let proof: Key = unbase64(proof)?.try_into().ok()?;
        let client_key: Vec<u8> = proof.iter().zip(signature).map(|(proof, bit)| proof ^ bit).collect();
        let is_right = Sha256::digest(client_key).as_slice() == verifier.stored_key;
        let told = || format!("v={}", base64(&hmac(&verifier.server_key, auth.as_bytes())));
        (is_bound && is_same && is_right).then(told)
    }
}

fn hmac(key: &[u8], message: &[u8]) -> Key {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// `Hi` of the specification.
fn salted(password: &[u8], salt: &[u8], iterations: u32) -> Key {
    let keyed = Hmac::<Sha256>::new_from_slice(password).expect("a key of any length will do");
    let once = |message: &[u8]| -> Key {
        let mut mac = keyed.clone();
        mac.update(message);
        mac.finalize().into_bytes().into()
    };
    let mut block = once(&[salt, &1_u32.to_be_bytes()].concat());
    let mut sum = block;
    for _ in 1..iterations {
        block = once(&block);
        sum.iter_mut().zip(block).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

fn is_nonce(nonce: &str) -> bool {
    !nonce.is_empty() && nonce.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `=2C` and `=3D` are a comma and an equals sign.
fn unescape(name: &str) -> String {
    name.replace("=2C", ",").replace("=3D", "=")
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{AccountName, NameRules};

    /// Spec: <https://www.rfc-editor.org/rfc/rfc7677#section-3> (the exchange of its example)
    #[test]
    fn the_specifications_example() {
        let salt = unbase64("W22ZaJ0SNY7soEsUEjb6gQ==").expect("base64");
        let verifier = Verifier::derive(&Secret::new("pencil"), salt, 4_096);
        let first = First::parse("n,,n=user,r=rOprNGfwEbeRWgbNEkqO").expect("a first message");
        assert_eq!(first.user, "user");
        let key = AccountName::new("user", NameRules::Precis).expect("an account").key();
        let begun = first.challenge((key, 1), &verifier, &Secret::new("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"));
        let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        assert_eq!(begun.message(), format!("r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
        let last = format!("c=biws,r={nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        let told = begun.prove(&verifier, &last).expect("the proof is right");
        assert_eq!(told, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        for wrong in [
            last.replace("c=biws", "c=eSws"),
            last.replace("r=rO", "r=rP"),
            last.replace("p=dH", "p=dI"),
            last.replace(",p=", ",x="),
            format!("c=biws,r={nonce},p=dHzb"),
            String::new(),
        ] {
            assert_eq!(begun.prove(&verifier, &wrong), None, "{wrong}");
        }
    }

    #[test]
    fn first_messages() {
        let parsed = First::parse("y,a=roger=2C,n=a=3Db,r=x,ext").expect("a first message");
        assert_eq!((parsed.user.as_str(), parsed.authzid.as_str()), ("a=b", "roger,"));
        for wrong in ["", "n,,", "n,,n=a", "n,,n=a,r=", "p=tls-unique,,n=a,r=x", "n,b,n=a,r=x", "n,,r=x,n=a"]
        {
            assert_eq!(First::parse(wrong), None, "{wrong}");
        }
    }
}
