//! Noes in a SASL exchange.

use colvert_core::identity::BadToken;
use colvert_core::refusal::Refusal;

use super::{Wording, fail, numeric, said};
use crate::numerics::ERR_SASLFAIL;
use crate::writing::Answer;

impl Answer<'_> {
    /// Why a token is refused, which only programs read; they say that they have, and the exchange is over.
    /// Spec: <https://www.rfc-editor.org/rfc/rfc7628#section-3.2.2>
    pub(super) fn bad_token(&mut self, why: BadToken) {
        let status = why.status();
        let description = match &self.door.token_description {
            Some(address) => format!(r#","openid-configuration":"{address}""#),
            None => String::new(),
        };
        self.challenge(&format!(r#"{{"status":"{status}"{description}}}"#));
    }
}

/// A login that failed in a SASL exchange. Nothing: the words of everybody else.
pub(super) fn wording(refusal: &Refusal) -> Option<Wording> {
    match refusal {
        Refusal::WrongCredentials
        | Refusal::NoCertificate
        | Refusal::BadAccountName(_)
        | Refusal::NeedMoreParams("account" | "password")
        | Refusal::BannedFromServer(_)
        | Refusal::TryAgain
        | Refusal::NoTokens
        | Refusal::ConnectFirst
        | Refusal::TooManyCredentials(_)
        | Refusal::Internal => Some(numeric(ERR_SASLFAIL, &[])),
        Refusal::TooManyFailedLogins => Some(said(
            ERR_SASLFAIL,
            &[],
            format!("{}: too many attempts; try again later", ERR_SASLFAIL.text),
        )),
        Refusal::StorageFull => Some(said(
            ERR_SASLFAIL,
            &[],
            format!("{}: the server's disk is full, and nothing new is taken", ERR_SASLFAIL.text),
        )),
        Refusal::BadToken(BadToken::Unchecked) => Some(said(
            ERR_SASLFAIL,
            &[],
            format!("{}: the token cannot be checked now; try again later", ERR_SASLFAIL.text),
        )),
        Refusal::IdentityUnknown(None) => Some(said(
            ERR_SASLFAIL,
            &[],
            format!(
                "{}: the token is of nobody with an account; log in to yours, and show the token again",
                ERR_SASLFAIL.text
            ),
        )),
        Refusal::IdentityUnknown(Some(name)) => Some(said(
            ERR_SASLFAIL,
            &[],
            format!("{}: no account {name} can be made for whom the token shows", ERR_SASLFAIL.text),
        )),
        Refusal::TooManyConnections(max) => Some(said(
            ERR_SASLFAIL,
            &[],
            format!("{}: the account is used by {max} connections already", ERR_SASLFAIL.text),
        )),
        // Spec: <https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension>
        // Departs: who is suspended reads 904 with the reason, and not 902, because every client knows that 904 ends the exchange.
        Refusal::AccountSuspended(why) => {
            let why = why.as_ref().map(|why| format!(": {}", why.as_str())).unwrap_or_default();
            Some(said(ERR_SASLFAIL, &[], format!("{}: the account is suspended{why}", ERR_SASLFAIL.text)))
        }
        _ => None,
    }
}

/// A token that is not taken, elsewhere than in an exchange.
pub(super) fn token(why: BadToken) -> Wording {
    match why {
        BadToken::Malformed => fail("BAD_TOKEN", &[], "That is no token."),
        BadToken::Invalid => fail("BAD_TOKEN", &[], "That token is not good here."),
        BadToken::Expired => fail("BAD_TOKEN", &[], "That token has expired."),
        BadToken::Unchecked => {
            fail("TOKEN_UNCHECKED", &[], "The token cannot be checked now. Try again later.")
        }
    }
}
