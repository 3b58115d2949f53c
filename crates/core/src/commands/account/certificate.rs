//! CERT: the certificates with which an account is logged in to (SASL EXTERNAL).

use super::{answered, named, sessions};
use crate::accounts::fingerprint;
use crate::command::{CloseReason, Command, Context, LogClass, Outcome, Step, Word};
use crate::commands::login;
use crate::event::Event;
use crate::identity::Identity;
use crate::local::{LoginBy, Session};
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::state;

crate::args! {
    /// Lists the account's certificates, or changes them: `add`, `del`. Without a fingerprint it is the one that the
    /// connection has shown.
    Cert { action: Option<Word>, fingerprint: Option<Word> }
}

impl Command for Cert {
    const NAME: &'static str = "CERT";
    const SLASH: &'static [&'static str] = &["cert"];
    const SUMMARY: &'static str =
        "Lists the certificates that log in to your account, or changes them: add, del [FINGERPRINT].";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 30;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, login::account(cx).ok_or(Refusal::NotLoggedIn)?)?;
        let action = self.action.map_or_else(|| "list".to_owned(), |word| word.0.to_lowercase().into());
        match action.as_str() {
            "list" => {
                let all = account.certificates.iter().cloned().collect();
                Ok(answered(Outcome::nothing(), AccountAnswer::Certificates(all)))
            }
            "add" => add(cx, account, meant(cx, self.fingerprint)?),
            "del" => remove(cx, account, meant(cx, self.fingerprint)?),
            _ => Err(Refusal::InvalidParam("action", action.into())),
        }
    }
}

/// The certificate that was named, or that the connection has shown.
fn meant(cx: &Context<'_>, named: Option<Word>) -> Result<String, Refusal> {
    match named {
        Some(Word(raw)) => fingerprint(&raw).ok_or_else(|| Refusal::InvalidParam("fingerprint", raw)),
        None => {
            cx.session()?.1.info.more.certfp.as_ref().map(ToString::to_string).ok_or(Refusal::NoCertificate)
        }
    }
}

fn add(cx: &Context<'_>, account: &state::Account, fingerprint: String) -> Result<Outcome, Refusal> {
    let max = cx.settings.limits.certificates_per_account;
    let is_own = account.certificates.contains(&fingerprint);
    if !is_own && cx.state.accounts_by_certificate.contains_key(fingerprint.as_str()) {
        return Err(Refusal::CertificateInUse);
    }
    if !is_own && account.certificates.len() >= max {
        return Err(Refusal::TooManyCredentials(max));
    }
    let answer = AccountAnswer::CertificateAdded(fingerprint.clone());
    let event = Event::CertificateChanged { account: account.name.clone(), fingerprint, on: true };
    Ok(answered(Outcome::nothing().events((!is_own).then_some(event)), answer))
}

/// A certificate that logs in no more; who logged in with it goes.
fn remove(cx: &Context<'_>, account: &state::Account, fingerprint: String) -> Result<Outcome, Refusal> {
    if !account.certificates.contains(&fingerprint) {
        return Err(Refusal::NoSuchCredential(fingerprint.into()));
    }
    let answer = AccountAnswer::CertificateRemoved(fingerprint.clone());
    let has_shown = |session: &Session| session.info.more.certfp.as_deref() == Some(fingerprint.as_str());
    let there = sessions::others_logged_in(cx, &account.name, |by, session| {
        *by == LoginBy::Certificate && has_shown(session)
    });
    let event = Event::CertificateChanged { account: account.name.clone(), fingerprint, on: false };
    let removed = answered(Outcome::nothing().event(event), answer);
    Ok(removed.step(Step::CloseSessions(there, CloseReason::Ended)))
}

/// The end of all that logs in to an account besides its password.
pub(super) fn revoked(account: &state::Account) -> Vec<Event> {
    let name = || account.name.clone();
    let certificate = |fingerprint: &String| Event::CertificateChanged {
        account: name(),
        fingerprint: fingerprint.clone(),
        on: false,
    };
    let device =
        |device: &String| Event::DeviceChanged { account: name(), device: device.clone(), digest: None };
    let identity = |identity: &Identity| Event::IdentityChanged {
        account: name(),
        identity: identity.clone(),
        on: false,
    };
    let others = account.identities.iter().map(identity).chain(account.devices.keys().map(device));
    account.certificates.iter().map(certificate).chain(others).collect()
}
