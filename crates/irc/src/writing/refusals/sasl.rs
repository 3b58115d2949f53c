//! Noes in a SASL exchange.

use colvert_core::refusal::Refusal;

use super::{Wording, numeric, said};
use crate::numerics::ERR_SASLFAIL;

/// A login that failed in a SASL exchange. Nothing: the words of everybody else.
pub(super) fn wording(refusal: &Refusal) -> Option<Wording> {
    match refusal {
        Refusal::WrongCredentials
        | Refusal::NoCertificate
        | Refusal::BadAccountName(_)
        | Refusal::NeedMoreParams("account" | "password")
        | Refusal::BannedFromServer(_)
        | Refusal::TryAgain
        | Refusal::Internal => Some(numeric(ERR_SASLFAIL, &[])),
        Refusal::TooManyFailedLogins => Some(said(
            ERR_SASLFAIL,
            &[],
            format!("{}: too many attempts; try again later", ERR_SASLFAIL.text),
        )),
        Refusal::AccountSuspended(why) => {
            let why = why.as_ref().map(|why| format!(": {}", why.as_str())).unwrap_or_default();
            Some(said(ERR_SASLFAIL, &[], format!("{}: the account is suspended{why}", ERR_SASLFAIL.text)))
        }
        _ => None,
    }
}
