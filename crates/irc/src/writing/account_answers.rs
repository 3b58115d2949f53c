//! Answers about accounts. But for logging out they have no numerics, so that they are notes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use colvert_core::event::Source;
use colvert_core::identity::Identity;
use colvert_core::local::{Link, LoginBy};
use colvert_core::modes::Role;
use colvert_core::names::AccountName;
use colvert_core::reply::{AccountAnswer, AccountInfo, SessionRow};

use super::line::{Line, wrap};
use super::{Answer, time};
use crate::caps::Caps;
use crate::numerics::RPL_LOGGEDOUT;

/// Names of channels on one line, in bytes; there is room for the longest of servers beside them.
const CHANNELS_BYTES: usize = 300;

impl Answer<'_> {
    /// Spec: <https://ircv3.net/specs/extensions/account-registration#responses> (for clients that know it)
    pub(super) fn account_registered(&mut self, verb: &str, account: &AccountName) {
        let text = format!("The account {account} is yours.");
        if self.caps.in_effect(Caps::DRAFT_ACCOUNT_REGISTRATION) {
            self.server_line(verb).word("SUCCESS").word(account.as_str()).text(&text).end();
        } else {
            self.note(verb, "ACCOUNT_REGISTERED", &text);
        }
    }

    pub(super) fn account_answer(&mut self, verb: &str, answer: &AccountAnswer) {
        match answer {
            // Spec: <https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension>
            AccountAnswer::LoggedOut { source } => {
                let mask = source.as_ref().map_or_else(|| "*!*@*".to_owned(), Source::mask);
                self.numeric(RPL_LOGGEDOUT, &[&mask]);
            }
            AccountAnswer::PasswordChanged(account) => {
                self.note(verb, "PASSWORD_CHANGED", &format!("The password of {account} is changed."));
            }
            AccountAnswer::Created(account) => {
                self.note(verb, "ACCOUNT_CREATED", &format!("The account {account} is made."));
            }
            AccountAnswer::Suspended { account, until } => {
                let until =
                    until.map_or_else(|| "for good".to_owned(), |at| format!("until {}", time::readable(at)));
                self.note(verb, "SUSPENDED", &format!("{account} is suspended {until}."));
            }
            AccountAnswer::Unsuspended(account) => {
                self.note(verb, "UNSUSPENDED", &format!("{account} is not suspended any more."));
            }
            AccountAnswer::Renamed { from, to } => {
                self.note(verb, "RENAMED", &format!("The account {from} is called {to} now."));
            }
            AccountAnswer::Deleted(account) => {
                self.note(verb, "DELETED", &format!("The account {account} is deleted."));
            }
            AccountAnswer::ResetCode { account, code, expires } => {
                let until = time::readable(*expires);
                let text = format!(
                    "Until {until} this sets a new password: RESETPASS {account} {} <password>",
                    code.expose()
                );
                self.note(verb, "RESET_CODE", &text);
            }
            // Spec: <https://ircv3.net/specs/extensions/account-registration#responses>
            AccountAnswer::CodeSent { account, address } => {
                let text = format!("A code is on its way to {}. VERIFY {account} <code>", address.as_str());
                let knows = self.caps.in_effect(Caps::DRAFT_ACCOUNT_REGISTRATION);
                if verb == "REGISTER" && knows {
                    let line = self.server_line(verb).word("VERIFICATION_REQUIRED");
                    line.word(account.as_str()).text(&text).end();
                } else {
                    self.note(verb, "VERIFICATION_REQUIRED", &text);
                }
            }
            AccountAnswer::ResetSent(account) => {
                let text = format!(
                    "If {account} has an address, a code is on its way there. RESETPASS {account} <code> <password>"
                );
                self.note(verb, "RESET_SENT", &text);
            }
            AccountAnswer::AddressChanged { account, address: Some(address) } => {
                let text = format!("The address of {account} is {} now.", address.as_str());
                self.note(verb, "ADDRESS_CHANGED", &text);
            }
            AccountAnswer::AddressChanged { account, address: None } => {
                self.note(verb, "ADDRESS_CHANGED", &format!("{account} has no address any more."));
            }
            AccountAnswer::Export { lines, next } => {
                lines.iter().for_each(|line| self.notice(line));
                match next {
                    Some(next) => self.note(verb, "EXPORT_MORE", &format!("There is more: EXPORT {next}")),
                    None => self.note(verb, "EXPORT_END", "That is all."),
                }
            }
            AccountAnswer::SaslChallenge(message) => self.challenge(message),
            AccountAnswer::NickLent { seconds } => {
                let text = format!(
                    "Your nick belongs to an account. Log in to it within {seconds} s, or you lose it."
                );
                self.note(verb, "NICKNAME_LENT", &text);
            }
            AccountAnswer::Freed(nick) => {
                self.note(verb, "FREED", &format!("Whoever was called {nick} is not any more."))
            }
            AccountAnswer::Called(nick) => self.note(verb, "CALLED", &format!("You are called {nick}.")),
            AccountAnswer::Certificates(_)
            | AccountAnswer::CertificateAdded(_)
            | AccountAnswer::CertificateRemoved(_)
            | AccountAnswer::Identities(_)
            | AccountAnswer::IdentityAdded(_)
            | AccountAnswer::IdentityRemoved(_)
            | AccountAnswer::Devices(_)
            | AccountAnswer::DeviceAdded { .. }
            | AccountAnswer::DeviceRemoved(_) => self.credential(verb, answer),
            AccountAnswer::Sessions(rows) => {
                rows.iter().for_each(|row| self.session(verb, row));
                let text = format!("Sessions that are logged in to the account: {}", rows.len());
                self.note(verb, "SESSIONS_END", &text);
            }
            AccountAnswer::SessionsEnded(count) => {
                self.note(verb, "SESSIONS_ENDED", &format!("Sessions that were ended: {count}"));
            }
            AccountAnswer::Info(info) => self.account_info(verb, info),
            AccountAnswer::List { accounts, more } => {
                for account in accounts {
                    self.note(verb, "ACCOUNT", account.as_str());
                }
                let end = if *more { "There are more accounts. Give a pattern." } else { "End of accounts" };
                self.note(verb, "ACCOUNTS_END", end);
            }
        }
    }

    /// Spec: <https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command> (pieces of 400 bytes; a shorter one is the last)
    pub(super) fn challenge(&mut self, message: &str) {
        const PIECE_BYTES: usize = 400;
        let encoded = STANDARD.encode(message);
        for piece in encoded.as_bytes().chunks(PIECE_BYTES) {
            Line::bare(self.out, "AUTHENTICATE").word(&String::from_utf8_lossy(piece)).end();
        }
        if encoded.len().is_multiple_of(PIECE_BYTES) {
            Line::bare(self.out, "AUTHENTICATE").word("+").end();
        }
    }

    /// What logs in to an account besides its password.
    fn credential(&mut self, verb: &str, answer: &AccountAnswer) {
        match answer {
            AccountAnswer::Certificates(all) => {
                for fingerprint in all {
                    self.note(verb, "CERTIFICATE", fingerprint);
                }
                self.note(verb, "CERTIFICATES_END", &format!("Certificates that log in: {}", all.len()));
            }
            AccountAnswer::CertificateAdded(fingerprint) => {
                self.note(verb, "CERTIFICATE_ADDED", &format!("This certificate logs in now: {fingerprint}"));
            }
            AccountAnswer::CertificateRemoved(fingerprint) => {
                let text = format!("This certificate does not log in any more: {fingerprint}");
                self.note(verb, "CERTIFICATE_REMOVED", &text);
            }
            AccountAnswer::Identities(all) => {
                // Both may be long: each has a line of its own. The issuer's is before those of its people.
                let mut of = "";
                for Identity { issuer, subject } in all {
                    if of != issuer {
                        of = issuer;
                        self.note(verb, "ISSUER", issuer);
                    }
                    self.note(verb, "IDENTITY", subject);
                }
                self.note(verb, "IDENTITIES_END", &format!("Identities that log in: {}", all.len()));
            }
            AccountAnswer::IdentityAdded(subject) => {
                self.note(verb, "IDENTITY_ADDED", &format!("Tokens of {subject} log in now."));
            }
            AccountAnswer::IdentityRemoved(subject) => {
                self.note(verb, "IDENTITY_REMOVED", &format!("Tokens of {subject} do not log in any more."));
            }
            AccountAnswer::Devices(all) => {
                for (name, made) in all {
                    self.note(verb, "DEVICE", &format!("{name} since {}", time::readable(*made)));
                }
                self.note(
                    verb,
                    "DEVICES_END",
                    &format!("Devices with a password of their own: {}", all.len()),
                );
            }
            AccountAnswer::DeviceAdded { device, token } => {
                let text = format!("The password of {device}, which is not shown again: {}", token.expose());
                self.note(verb, "DEVICE_ADDED", &text);
            }
            AccountAnswer::DeviceRemoved(device) => {
                self.note(verb, "DEVICE_REMOVED", &format!("The password of {device} is good no more."));
            }
            // Said elsewhere.
            _ => {}
        }
    }

    fn session(&mut self, verb: &str, row: &SessionRow) {
        let by = row.login.as_ref().and_then(|(by, _)| match by {
            LoginBy::Secret => None,
            LoginBy::Device(device) => Some(format!("device {device}")),
            LoginBy::Certificate => Some("certificate".to_owned()),
            LoginBy::Token(identity) => Some(format!("token of {}", identity.subject)),
        });
        let parts = [
            row.is_own.then(|| "this one".to_owned()),
            row.nick.as_ref().map(ToString::to_string),
            row.client.as_ref().map(|client| format!("client {}", client.as_str())),
            by,
            row.address.as_ref().map(|address| format!("from {address}")),
            Some(row.door.as_str().to_owned()),
            row.is_web.then(|| "WebSocket".to_owned()),
            match row.link {
                Link::Plain | Link::Web => None,
                Link::Local => Some("socket file".to_owned()),
                Link::Secure => Some("TLS".to_owned()),
            },
            row.login.as_ref().map(|(_, at)| format!("since {}", time::readable(*at))),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        self.note(verb, "SESSION", format!("{} {}", row.id.shown(), parts.join(", ")).trim_end());
    }

    fn account_info(&mut self, verb: &str, info: &AccountInfo) {
        let AccountInfo { account, registered, role, channels, connections, suspended, address } = info;
        self.note(verb, "INFO", &format!("{account} was registered on {}.", time::readable(*registered)));
        if *role != Role::Member {
            self.note(verb, "INFO", &format!("Role: {}", role.as_str()));
        }
        if !channels.is_empty() {
            let names: Vec<_> = channels.iter().map(|channel| channel.as_str()).collect();
            for some in wrap(&names.join(" "), CHANNELS_BYTES) {
                self.note(verb, "INFO", &format!("Channels: {some}"));
            }
        }
        self.note(verb, "INFO", &format!("Connections that are logged in: {connections}"));
        if let Some(address) = address {
            self.note(verb, "INFO", &format!("Address: {}", address.as_str()));
        }
        if let Some(suspension) = suspended {
            let why = suspension.reason.as_ref().map(|why| format!(": {}", why.as_str())).unwrap_or_default();
            let at = time::readable(suspension.at);
            let until =
                suspension.until.map(|at| format!(" until {}", time::readable(at))).unwrap_or_default();
            self.note(verb, "INFO", &format!("Suspended by {} on {at}{until}{why}", suspension.by));
        }
    }
}
