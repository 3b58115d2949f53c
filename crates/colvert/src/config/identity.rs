//! An outside issuer of tokens: the types of its keys, whether these fit together, and what they mean to who checks tokens.

use std::time::Duration;

use colvert_core::secret::Secret;
use colvert_core::settings;
use colvert_identity::source::{self, Reader};
use colvert_identity::{Introspection, Issuer, Source};
use toml::Value;

use super::keys::Config;
use super::load::find;
use super::mail::{Credential, PasswordFile};
use super::problem::Problem;
use super::value::{Setting, quoted};

/// A name in a token: of who made it, or of whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenName(pub String);

/// Where keys are fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysUrl(pub String);

impl Setting for TokenName {
    fn expected() -> String {
        "one word of at most 255 visible ASCII characters, as tokens have it".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let word = value.as_str()?;
        // It is a part of an answer in JSON.
        let fits = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\');
        ((1..=255).contains(&word.len()) && word.bytes().all(fits)).then(|| Self(word.to_owned()))
    }

    fn write(&self) -> String {
        quoted(&self.0)
    }
}

impl Setting for KeysUrl {
    fn expected() -> String {
        "an address that begins with \"https://\", or one of this machine with \"http://\"".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let url = value.as_str()?;
        let fits = url.len() <= 2_000 && url.bytes().all(|b| b.is_ascii_graphic());
        (fits && source::is_safe(url)).then(|| Self(url.to_owned()))
    }

    fn write(&self) -> String {
        quoted(&self.0)
    }
}

impl Config {
    /// Whether tokens can be checked as it says.
    pub(super) fn check_issuer(&self) -> Result<(), Problem> {
        let unusable = |name: &str, reason: &str| {
            Err(Problem::unusable(find("oauth", name).expect("the table has it"), self, reason))
        };
        let Some(issuer) = self.issuer() else { return Ok(()) };
        let oauth = &self.oauth;
        if oauth.introspection_secret.0.is_some() && oauth.introspection_secret_file.0.is_some() {
            return unusable("introspection_secret_file", "there is a secret, too; leave one of them out");
        }
        if oauth.introspection_client.0.is_some() != self.introspection_secret().is_some() {
            return unusable("introspection_client", "a client and a secret go together; give both, or none");
        }
        if oauth.keys_file.0.is_some() && oauth.keys_url.0.is_some() {
            return unusable("keys_url", "there is a keys_file, too; leave one of them out");
        }
        if issuer.introspection.is_some() {
            if oauth.keys_file.0.is_some() || oauth.keys_url.0.is_some() {
                return unusable(
                    "introspection_url",
                    "the issuer's keys are not needed then; leave them out",
                );
            }
            return Ok(());
        }
        match &issuer.source {
            Source::File(_) => match Reader::new(issuer.deadline).keys(&issuer.issuer, &issuer.source) {
                Ok(_) => Ok(()),
                Err(reason) => unusable("keys_file", &reason),
            },
            Source::Discovered if !source::is_safe(&issuer.issuer) => unusable(
                "issuer",
                "its keys cannot be fetched from there; give keys_file or keys_url, or an address with https",
            ),
            Source::Discovered | Source::Url(_) => Ok(()),
        }
    }

    /// Whose tokens are checked, if anybody's are, and how.
    pub fn issuer(&self) -> Option<Issuer> {
        let oauth = &self.oauth;
        let source = match (&oauth.keys_file.0, &oauth.keys_url.0) {
            (Some(file), _) => Source::File(file.0.clone()),
            (None, Some(url)) => Source::Url(url.0.clone()),
            (None, None) => Source::Discovered,
        };
        Some(Issuer {
            issuer: oauth.issuer.0.as_ref()?.0.clone(),
            audience: oauth.audience.0.clone(),
            source,
            introspection: oauth.introspection_url.0.as_ref().map(|url| Introspection {
                url: url.0.clone(),
                client: oauth
                    .introspection_client
                    .0
                    .as_ref()
                    .zip(self.introspection_secret())
                    .map(|(client, secret)| (client.as_str().to_owned(), Secret::new(secret))),
            }),
            name_claim: oauth.name_claim.0.to_string(),
            token_bytes: oauth.token_bytes,
            deadline: Duration::from_millis(oauth.deadline_ms),
            keys_age: Duration::from_secs(oauth.keys_age_s),
            pause: Duration::from_secs(oauth.keys_pause_s),
        })
    }

    fn introspection_secret(&self) -> Option<&str> {
        let file = self.oauth.introspection_secret_file.0.as_ref().map(PasswordFile::as_str);
        self.oauth.introspection_secret.0.as_ref().map(Credential::as_str).or(file)
    }

    /// What the rules of the conversation know of it.
    pub(super) fn token_rules(&self) -> Option<settings::Issuer> {
        let issuer = self.issuer()?;
        let is_described = issuer.source == Source::Discovered;
        Some(settings::Issuer {
            description: is_described.then(|| source::description(&issuer.issuer)),
            name: issuer.issuer,
            tls_only: self.oauth.tls_only,
            token_bytes: issuer.token_bytes,
            makes_accounts: self.oauth.make_accounts,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

    use super::super::opers::tests::load;

    const ISSUER: &str = "[oauth]\nissuer = \"https://id.example\"\n";

    #[test]
    fn what_does_not_fit_together_is_said_in_one_line() {
        let keys = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(keys.path(), "{\"keys\": []}").unwrap();
        let file = keys.path().display();
        let whole = ISSUER;
        let table = [
            (
                "[oauth]\nissuer = \"http://id.example\"".to_owned(),
                "[oauth] issuer = \"http://id.example\": its keys cannot be fetched from there; give keys_file or keys_url, or an address with https".to_owned(),
            ),
            (
                format!("{whole}keys_url = \"http://id.example/keys\""),
                "c.toml: [oauth] keys_url = \"http://id.example/keys\" must be an address that begins with \"https://\", or one of this machine with \"http://\", or \"\"".to_owned(),
            ),
            (
                format!("{whole}keys_url = \"https://id.example/keys\"\nkeys_file = \"{file}\""),
                "[oauth] keys_url = \"https://id.example/keys\": there is a keys_file, too; leave one of them out".to_owned(),
            ),
            (
                format!("{whole}keys_file = \"{file}\""),
                format!("[oauth] keys_file = \"{file}\": {file}: no key that can be used"),
            ),
            (
                format!("{whole}introspection_url = \"https://id.example/ask\"\nkeys_url = \"https://id.example/keys\""),
                "[oauth] introspection_url = \"https://id.example/ask\": the issuer's keys are not needed then; leave them out".to_owned(),
            ),
            (
                format!("{whole}introspection_url = \"http://id.example/ask\""),
                "c.toml: [oauth] introspection_url = \"http://id.example/ask\" must be an address that begins with \"https://\", or one of this machine with \"http://\", or \"\"".to_owned(),
            ),
            (
                format!("{whole}introspection_client = \"irc\""),
                "[oauth] introspection_client = \"irc\": a client and a secret go together; give both, or none".to_owned(),
            ),
            (
                format!("{whole}introspection_secret = \"secret\"\nintrospection_secret_file = \"{file}\""),
                format!("[oauth] introspection_secret_file = \"{file}\": there is a secret, too; leave one of them out"),
            ),
            (
                "[oauth]\nissuer = \"a \\\" b\"".to_owned(),
                "c.toml: [oauth] issuer = 'a \" b' must be one word of at most 255 visible ASCII characters, as tokens have it, or \"\"".to_owned(),
            ),
        ];
        for (text, expected) in table {
            assert_eq!(load(&text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn without_an_issuer_there_are_no_tokens_and_with_one_it_says_where_people_get_them() {
        assert_eq!(load("[oauth]\naudience = \"colvert\"").unwrap().settings().issuer, None);
        let whole = format!("{ISSUER}tls_only = false\nmake_accounts = true\n");
        let issuer = load(&whole).unwrap().settings().issuer.unwrap();
        let described = "https://id.example/.well-known/openid-configuration";
        assert_eq!(issuer.description.as_deref(), Some(described));
        assert!(!issuer.tls_only && issuer.makes_accounts);
        let fetched = format!("{whole}keys_url = \"https://id.example/keys\"");
        assert_eq!(load(&fetched).unwrap().settings().issuer.unwrap().description, None);
    }
}
