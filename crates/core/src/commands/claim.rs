//! Becoming the first administrator: codes that the server's command line makes, and CLAIM, which uses one.

use sha2::{Digest, Sha256};

use super::login;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::event::Event;
use crate::ids::Millis;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::secret::Secret;

/// The SHA-256 of a code, which is all that is kept of it.
pub fn digest(code: &str) -> Vec<u8> {
    Sha256::digest(code.trim().as_bytes()).to_vec()
}

crate::args! {
    /// Becomes an administrator, with a code that the server printed.
    Claim { code: Secret }
}

impl Command for Claim {
    const NAME: &'static str = "CLAIM";
    const SLASH: &'static [&'static str] = &["claim"];
    const SUMMARY: &'static str =
        "Makes your account an administrator, with the code that the server printed.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let account = login::account(cx).cloned().ok_or(Refusal::NotLoggedIn)?;
        let digest = digest(self.code.expose());
        let expires = cx.state.claim_codes.get(&minicbor::bytes::ByteVec::from(digest.clone()));
        if expires.is_none_or(|expires| *expires <= cx.now) {
            return Err(Refusal::BadClaimCode);
        }
        let by = me.source.clone();
        Ok(Outcome::nothing().event(Event::Claimed { by, account, digest }).reply(Reply::Claimed))
    }
}

crate::args! {
    /// Makes a claim code valid: the SHA-256 of it in hexadecimal, and until when, in milliseconds since
    /// the epoch.
    Code { digest: Word, expires: Word }
}

impl Command for Code {
    const NAME: &'static str = "CODE";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Makes a code for becoming an administrator.";
    const NEEDS: Needs = Needs::Control;
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, _: &Context<'_>) -> Result<Outcome, Refusal> {
        let bad = |name, word: &Word| Refusal::InvalidParam(name, word.0.clone());
        let digest = unhex(&self.digest.0).ok_or_else(|| bad("digest", &self.digest))?;
        let expires = Millis(self.expires.0.parse().map_err(|_| bad("expires", &self.expires))?);
        Ok(Outcome::nothing()
            .event(Event::ClaimCodeMade { digest, expires })
            .reply(Reply::CodeMade { expires }))
    }
}

/// 32 bytes from 64 hexadecimal digits.
fn unhex(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hex.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
