//! Letters: the types of their keys, whether these fit together, and what they mean to who carries letters.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use colvert_core::mail::Address;
use colvert_core::secret::Secret;
use colvert_core::settings::Email;
use colvert_mail::{Pace, Server, Tls};
use toml::Value;

use super::keys::Config;
use super::load::find;
use super::problem::Problem;
use super::value::Setting;

/// A mail server, by name or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailHost(pub String);

/// Whom letters are from: an address, after a name if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(pub String);

/// A name or a password for another server.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential(pub String);

/// A file whose first line is a password. It is read when the configuration is.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordFile {
    path: String,
    password: String,
}

/// Whether accounts need an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailRule {
    /// None has one, and no letters are sent.
    Off,
    Optional,
    Required,
}

impl Credential {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PasswordFile {
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The password in it.
    pub fn as_str(&self) -> &str {
        &self.password
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Debug for PasswordFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl Setting for MailHost {
    fn expected() -> String {
        "the name or the address of a mail server, without its port".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let host = value.as_str()?;
        let is_name = !host.is_empty()
            && host.len() <= 253
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        (is_name || host.parse::<IpAddr>().is_ok()).then(|| Self(host.to_owned()))
    }

    fn write(&self) -> String {
        quoted(&self.0)
    }
}

impl Setting for Sender {
    fn expected() -> String {
        r#"an address, such as "irc@example.org" or "Example <irc@example.org>""#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let text = value.as_str()?;
        let address = match text.split_once('<') {
            None => text,
            Some((name, address)) => {
                let is_name =
                    |c: char| !c.is_control() && !matches!(c, '"' | '<' | '>' | '@' | ',' | ';' | ':' | '\\');
                if !name.chars().all(is_name) || name.trim().is_empty() {
                    return None;
                }
                address.strip_suffix('>')?
            }
        };
        Address::parse(address).map(|_| Self(text.to_owned()))
    }

    fn write(&self) -> String {
        quoted(&self.0)
    }
}

impl Setting for Credential {
    const SECRET: bool = true;

    fn expected() -> String {
        "a text of at most 500 characters, without control characters".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let text = value.as_str().filter(|text| !text.is_empty() && text.len() <= 500)?;
        (!text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    fn write(&self) -> String {
        quoted(&self.0)
    }
}

impl Setting for PasswordFile {
    fn expected() -> String {
        "a file that can be read, with a password in its first line".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let path = value.as_str()?;
        let text = std::fs::read_to_string(path).ok()?;
        let first = text.lines().next().unwrap_or_default();
        Credential::read(&Value::from(first)).map(|it| Self { path: path.to_owned(), password: it.0 })
    }

    fn write(&self) -> String {
        quoted(&self.path)
    }
}

impl Config {
    /// Whether letters can be sent as it says.
    pub(super) fn check_mail(&self) -> Result<(), Problem> {
        let mail = &self.mail;
        let unusable = |section: &str, name: &str, reason: &str| {
            Err(Problem::unusable(find(section, name).expect("the table has it"), self, reason))
        };
        let Some(host) = mail.server.0.as_ref() else {
            return match self.accounts.email {
                EmailRule::Off | EmailRule::Optional => Ok(()),
                EmailRule::Required => unusable(
                    "accounts",
                    "email",
                    "the server sends no letters; name a mail server in [mail] server",
                ),
            };
        };
        if mail.password.0.is_some() && mail.password_file.0.is_some() {
            return unusable("mail", "password_file", "there is a password, too; leave one of them out");
        }
        let has_password = mail.password.0.is_some() || mail.password_file.0.is_some();
        if mail.user.0.is_some() != has_password {
            return unusable("mail", "user", "a user and a password go together; give both, or none");
        }
        if mail.tls == Tls::None && !is_here(&host.0) {
            let reason =
                "codes would cross the net for all to read; that is for a mail server on this machine";
            return unusable("mail", "tls", reason);
        }
        Ok(())
    }

    /// Where letters go, and how. Nothing: none are sent.
    pub fn mail_server(&self) -> Option<(Server, Pace)> {
        let mail = &self.mail;
        let host = mail.server.0.as_ref()?;
        let from = mail.from.0.as_ref().map(|from| from.0.clone());
        let file = mail.password_file.0.as_ref().map(|file| &file.password);
        let password = mail.password.0.as_ref().map(|it| &it.0).or(file);
        let login = mail.user.0.as_ref().zip(password);
        let usual = match mail.tls {
            Tls::Implicit => 465,
            Tls::StartTls => 587,
            Tls::None => 25,
        };
        let server = Server {
            host: host.0.clone(),
            port: u16::try_from(mail.port).ok().filter(|port| *port != 0).unwrap_or(usual),
            tls: mail.tls,
            login: login.map(|(user, password)| (user.0.clone(), Secret::new(password.as_str()))),
            hello: self.server.name.0.to_string(),
            from: from.unwrap_or_else(|| format!("noreply@{}", self.server.name.0)),
            network: self.server.network.0.to_string(),
            deadline: Duration::from_millis(mail.deadline_ms),
        };
        let pause = Duration::from_secs(mail.pause_s);
        Some((server, Pace { queue: mail.queue, attempts: mail.attempts, pause }))
    }

    /// Whether accounts have addresses.
    pub(super) fn email(&self) -> Email {
        match (self.mail.server.0.is_some(), self.accounts.email) {
            (false, _) | (true, EmailRule::Off) => Email::Off,
            (true, EmailRule::Optional) => Email::Optional,
            (true, EmailRule::Required) => Email::Required,
        }
    }
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::super::opers::tests::load;
    use super::*;

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        const SERVER: &str = "[mail]\nserver = \"mail.example.org\"\n";
        let from = format!("{SERVER}from = \"irc@example.org\"\n");
        let table = [
            (
                "[accounts]\nemail = \"required\"".to_owned(),
                "[accounts] email = \"required\": the server sends no letters; name a mail server in [mail] server",
            ),
            (
                format!("{from}tls = \"none\""),
                "[mail] tls = \"none\": codes would cross the net for all to read; that is for a mail server on this machine",
            ),
            (
                format!("{from}user = \"irc\""),
                "[mail] user = \"irc\": a user and a password go together; give both, or none",
            ),
            (
                format!("{SERVER}from = \"Evil\\r\\nBcc: x <irc@example.org>\""),
                "c.toml: [mail] from = \"\"\"·Evil\\r·Bcc: x <irc@example.org>\"\"\" must be an address, such as \"irc@example.org\" or \"Example <irc@example.org>\", or \"\"",
            ),
            (
                "[mail]\nserver = \"mail.example.org:25\"".to_owned(),
                "c.toml: [mail] server = \"mail.example.org:25\" must be the name or the address of a mail server, without its port, or \"\"",
            ),
            (
                "[mail]\npassword_file = \"/nowhere/at/all\"".to_owned(),
                "c.toml: [mail] password_file = \"/nowhere/at/all\" must be a file that can be read, with a password in its first line, or \"\"",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(load(&text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn ports_follow_how_the_connection_is_secured_and_a_password_may_be_in_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a secret\nand a note\n").unwrap();
        let text = |tls: &str, server: &str| {
            let file = file.path().display();
            format!(
                "[mail]\nserver = \"{server}\"\nfrom = \"Example <irc@example.org>\"\ntls = \"{tls}\"\nuser = \"irc\"\npassword_file = \"{file}\""
            )
        };
        for (tls, server, port) in
            [("implicit", "m.example", 465), ("starttls", "m.example", 587), ("none", "localhost", 25)]
        {
            let (server, _) = load(&text(tls, server)).unwrap().mail_server().unwrap();
            assert_eq!((server.port, server.login), (port, Some(("irc".into(), Secret::new("a secret")))));
        }
    }
}
