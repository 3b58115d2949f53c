//! Answers about accounts.

use colvert_core::identity::Identity;
use colvert_core::local::{Link, LoginBy};
use colvert_core::modes::Role;
use colvert_core::names::{AccountName, ChannelName};
use colvert_core::reply::{AccountAnswer, AccountInfo, SessionRow};

use super::{lists, role_of};
use crate::printing;
use crate::speech::{Arg, Speech, row};
use crate::when;

pub fn word(speech: &Speech, answer: &AccountAnswer, out: &mut Vec<u8>) {
    match answer {
        AccountAnswer::LoggedOut { .. } => speech.say(out, "logged-out", &[]),
        AccountAnswer::PasswordChanged(account) => speech.say(out, "password-changed", &[named(account)]),
        AccountAnswer::Created(account) => speech.say(out, "account-registered", &[named(account)]),
        AccountAnswer::Suspended { account, until: None } => {
            speech.say(out, "account-suspended-now", &[named(account)]);
        }
        AccountAnswer::Suspended { account, until: Some(until) } => {
            let args = [named(account), ("time", when::minute(*until).into())];
            speech.say(out, "account-suspended-until", &args);
        }
        AccountAnswer::Unsuspended(account) => speech.say(out, "account-unsuspended", &[named(account)]),
        AccountAnswer::Renamed { from, to } => {
            speech.say(out, "account-renamed", &[named(from), ("name", to.as_str().into())]);
        }
        AccountAnswer::Deleted(account) => speech.say(out, "account-deleted", &[named(account)]),
        AccountAnswer::ResetCode { account, code, expires } => {
            let args = [
                named(account),
                ("code", code.expose().to_owned().into()),
                ("time", when::minute(*expires).into()),
            ];
            speech.say(out, "reset-code", &args);
        }
        AccountAnswer::CodeSent { account, address } => {
            speech.say(out, "code-sent", &[named(account), ("address", address.as_str().into())]);
        }
        AccountAnswer::ResetSent(account) => speech.say(out, "reset-sent", &[named(account)]),
        AccountAnswer::AddressChanged { account, address: Some(address) } => {
            speech.say(out, "address-changed", &[named(account), ("address", address.as_str().into())]);
        }
        AccountAnswer::AddressChanged { account, address: None } => {
            speech.say(out, "address-gone", &[named(account)]);
        }
        AccountAnswer::Export { lines, next } => {
            lines.iter().for_each(|line| printing::line(out, line));
            match next {
                Some(next) => speech.say(out, "export-more", &[("position", next.to_string().into())]),
                None => speech.say(out, "export-end", &[]),
            }
        }
        // No slash command begins such an exchange.
        AccountAnswer::SaslChallenge(_) => {}
        AccountAnswer::NickLent { seconds } => {
            speech.say(out, "nick-lent", &[("seconds", (*seconds).into())]);
        }
        AccountAnswer::Freed(nick) => speech.say(out, "nick-freed", &[("nick", nick.as_str().into())]),
        AccountAnswer::Called(nick) => speech.say(out, "nick-own", &[("nick", nick.as_str().into())]),
        AccountAnswer::Certificates(all) => {
            lists::counted(speech, "certificates", all.iter().map(String::as_str), out);
        }
        AccountAnswer::CertificateAdded(fingerprint) => {
            speech.say(out, "certificate-added", &[("fingerprint", fingerprint.as_str().into())]);
        }
        AccountAnswer::CertificateRemoved(fingerprint) => {
            speech.say(out, "certificate-removed", &[("fingerprint", fingerprint.as_str().into())]);
        }
        AccountAnswer::Identities(all) => {
            speech.say(out, "identities", &[("count", all.len().into())]);
            for Identity { issuer, subject } in all {
                row(out, &format!("{subject} ({issuer})"));
            }
        }
        AccountAnswer::IdentityAdded(subject) => {
            speech.say(out, "identity-added", &[("subject", subject.as_str().into())]);
        }
        AccountAnswer::IdentityRemoved(subject) => {
            speech.say(out, "identity-removed", &[("subject", subject.as_str().into())]);
        }
        AccountAnswer::Devices(all) => {
            speech.say(out, "devices", &[("count", all.len().into())]);
            for (name, made) in all {
                row(out, &format!("{name} {}", when::minute(*made)));
            }
        }
        AccountAnswer::DeviceAdded { device, token } => {
            let args = [("device", device.as_str().into()), ("token", token.expose().to_owned().into())];
            speech.say(out, "device-added", &args);
        }
        AccountAnswer::DeviceRemoved(device) => {
            speech.say(out, "device-removed", &[("device", device.as_str().into())]);
        }
        AccountAnswer::Sessions(rows) => {
            speech.say(out, "sessions", &[("count", rows.len().into())]);
            rows.iter().for_each(|it| session(speech, it, out));
        }
        AccountAnswer::SessionsEnded(count) => {
            speech.say(out, "sessions-ended", &[("count", (*count).into())]);
        }
        AccountAnswer::Info(it) => info(speech, it, out),
        AccountAnswer::List { accounts, more } => {
            lists::counted(speech, "accounts", accounts.iter().map(AccountName::as_str), out);
            if *more {
                speech.say(out, "accounts-more", &[]);
            }
        }
    }
}

fn session(speech: &Speech, it: &SessionRow, out: &mut Vec<u8>) {
    let by = it.login.as_ref().and_then(|(by, _)| match by {
        LoginBy::Secret => None,
        LoginBy::Device(device) => {
            Some(speech.words("session-device", &[("device", device.as_str().into())]))
        }
        LoginBy::Certificate => Some(speech.words("session-certificate", &[])),
        LoginBy::Token(identity) => {
            Some(speech.words("session-token", &[("subject", identity.subject.as_str().into())]))
        }
    });
    let since = |at| speech.words("session-since", &[("time", when::minute(at).into())]);
    let parts = [
        it.is_own.then(|| speech.words("session-own", &[])),
        it.nick.as_ref().map(ToString::to_string),
        it.client.as_ref().map(|client| client.as_str().to_owned()),
        by,
        it.address.as_ref().map(ToString::to_string),
        Some(it.door.as_str().to_owned()),
        it.is_web.then(|| "WebSocket".to_owned()),
        match it.link {
            Link::Plain | Link::Web => None,
            Link::Local => Some(speech.words("session-local", &[])),
            Link::Secure => Some("TLS".to_owned()),
        },
        it.login.as_ref().map(|(_, at)| since(*at)),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    row(out, format!("{} {}", it.id.shown(), parts.join(", ")).trim_end());
}

fn info(speech: &Speech, info: &AccountInfo, out: &mut Vec<u8>) {
    speech.say(out, "account-info", &[named(&info.account)]);
    speech.row(out, "account-info-since", &[("time", when::minute(info.registered).into())]);
    if info.role != Role::Member {
        speech.row(out, "whois-role", &[role_of(speech, info.role)]);
    }
    if !info.channels.is_empty() {
        let names: Vec<_> = info.channels.iter().map(ChannelName::bare).collect();
        speech.row(out, "whois-channels", &[("channels", names.join(" ").into())]);
    }
    speech.row(out, "account-info-connections", &[("count", info.connections.into())]);
    if let Some(address) = &info.address {
        speech.row(out, "account-info-address", &[("address", address.as_str().into())]);
    }
    if let Some(suspension) = &info.suspended {
        let by = [("nick", suspension.by.as_str().into()), ("time", when::minute(suspension.at).into())];
        let reason = suspension.reason.as_ref().map_or("-", |reason| reason.as_str());
        let args: Vec<Arg<'_>> = by.into_iter().chain([("reason", reason.into())]).collect();
        speech.row(out, "account-info-suspended", &args);
    }
}

fn named(account: &AccountName) -> Arg<'_> {
    ("account", account.as_str().into())
}
