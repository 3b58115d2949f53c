//! Outside issuers of tokens: the types of their keys, whether these fit together, and what they mean to who checks tokens.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use colvert_core::secret::Secret;
use colvert_core::settings::{self, Tokens};
use colvert_identity::source::{self, Reader};
use colvert_identity::{Introspection, Issuer, Source};
use toml::Value;

use super::keys::Config;
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

/// What is said of one issuer, in `[oauth]` or in a section of its own.
struct Said<'a> {
    section: String,
    /// Nothing: there is none.
    issuer: Option<&'a str>,
    audience: &'a str,
    keys_file: Option<&'a Path>,
    keys_url: Option<&'a str>,
    introspection_url: Option<&'a str>,
    introspection_client: Option<&'a str>,
    introspection_secret: Option<&'a str>,
    introspection_secret_file: Option<&'a PasswordFile>,
    name_claim: &'a str,
    make_accounts: bool,
}

/// Both kinds of sections have the same keys.
macro_rules! said {
    ($section:expr, $keys:expr) => {{
        let keys = $keys;
        Said {
            section: $section,
            issuer: keys.issuer.0.as_ref().map(|name| name.0.as_str()),
            audience: &keys.audience.0,
            keys_file: keys.keys_file.0.as_ref().map(|file| file.0.as_path()),
            keys_url: keys.keys_url.0.as_ref().map(|url| url.0.as_str()),
            introspection_url: keys.introspection_url.0.as_ref().map(|url| url.0.as_str()),
            introspection_client: keys.introspection_client.0.as_ref().map(Credential::as_str),
            introspection_secret: keys.introspection_secret.0.as_ref().map(Credential::as_str),
            introspection_secret_file: keys.introspection_secret_file.0.as_ref(),
            name_claim: &keys.name_claim.0,
            make_accounts: keys.make_accounts,
        }
    }};
}

impl Said<'_> {
    fn secret(&self) -> Option<&str> {
        self.introspection_secret.or(self.introspection_secret_file.map(PasswordFile::as_str))
    }

    fn source(&self) -> Source {
        match (self.keys_file, self.keys_url) {
            (Some(file), _) => Source::File(file.to_owned()),
            (None, Some(url)) => Source::Url(url.to_owned()),
            (None, None) => Source::Discovered,
        }
    }

    fn unusable(&self, key: &str, value: &str, reason: &str) -> Result<(), Problem> {
        let key = format!("[{}] {key}", self.section);
        Err(Problem::Unusable { key, value: quoted(value), reason: reason.to_owned() })
    }

    /// Whether its keys go together.
    fn check(&self, deadline: Duration) -> Result<(), Problem> {
        let Some(issuer) = self.issuer else { return Ok(()) };
        if let Some(file) = self.introspection_secret_file.filter(|_| self.introspection_secret.is_some()) {
            let reason = "there is a secret, too; leave one of them out";
            return self.unusable("introspection_secret_file", file.path(), reason);
        }
        if self.introspection_client.is_some() != self.secret().is_some() {
            let client = self.introspection_client.unwrap_or_default();
            let reason = "a client and a secret go together; give both, or none";
            return self.unusable("introspection_client", client, reason);
        }
        if let (Some(_), Some(url)) = (self.keys_file, self.keys_url) {
            return self.unusable("keys_url", url, "there is a keys_file, too; leave one of them out");
        }
        if let Some(url) = self.introspection_url {
            if self.source() == Source::Discovered {
                return Ok(());
            }
            let reason = "the issuer's keys are not needed then; leave them out";
            return self.unusable("introspection_url", url, reason);
        }
        match self.source() {
            Source::File(file) => match Reader::new(deadline).keys(issuer, &self.source()) {
                Ok(_) => Ok(()),
                Err(reason) => self.unusable("keys_file", &file.to_string_lossy(), &reason),
            },
            Source::Discovered if !source::is_safe(issuer) => self.unusable(
                "issuer",
                issuer,
                "its keys cannot be fetched from there; give keys_file or keys_url, or an address with https",
            ),
            Source::Discovered | Source::Url(_) => Ok(()),
        }
    }
}

impl Config {
    /// Of whom something is said, `[oauth]` first.
    fn said_of_issuers(&self) -> Vec<Said<'_>> {
        let more = self.issuer.iter().map(|(name, keys)| said!(format!("issuer.{name}"), keys));
        std::iter::once(said!("oauth".to_owned(), &self.oauth)).chain(more).collect()
    }

    /// Whether tokens can be checked as it says.
    pub(super) fn check_issuers(&self) -> Result<(), Problem> {
        let mut sections = BTreeMap::new();
        for said in self.said_of_issuers() {
            said.check(Duration::from_millis(self.oauth.deadline_ms))?;
            let Some(name) = said.issuer else {
                if said.section == "oauth" {
                    continue;
                }
                return said.unusable("issuer", "", "say who makes the tokens, as they name it");
            };
            if let Some(other) = sections.insert(name, said.section.clone()) {
                return said.unusable("issuer", name, &format!("that is the one of [{other}]"));
            }
        }
        Ok(())
    }

    /// Whose tokens are checked, and how.
    pub fn issuers(&self) -> Vec<Issuer> {
        let oauth = &self.oauth;
        let issuer = |said: &Said<'_>| {
            let client = said.introspection_client.zip(said.secret());
            let client = client.map(|(client, secret)| (client.to_owned(), Secret::new(secret)));
            Some(Issuer {
                issuer: said.issuer?.to_owned(),
                audience: said.audience.to_owned(),
                source: said.source(),
                introspection: said
                    .introspection_url
                    .map(|url| Introspection { url: url.to_owned(), client }),
                name_claim: said.name_claim.to_owned(),
                token_bytes: oauth.token_bytes,
                deadline: Duration::from_millis(oauth.deadline_ms),
                keys_age: Duration::from_secs(oauth.keys_age_s),
                pause: Duration::from_secs(oauth.keys_pause_s),
            })
        };
        self.said_of_issuers().iter().filter_map(issuer).collect()
    }

    /// What the rules of the conversation know of them.
    pub(super) fn token_rules(&self) -> Tokens {
        let issuer = |said: &Said<'_>| {
            let name = said.issuer?;
            let is_described = said.source() == Source::Discovered;
            let description = is_described.then(|| source::description(name));
            Some(settings::Issuer { name: name.to_owned(), makes_accounts: said.make_accounts, description })
        };
        Tokens {
            issuers: self.said_of_issuers().iter().filter_map(issuer).collect(),
            tls_only: self.oauth.tls_only,
            bytes_max: self.oauth.token_bytes,
        }
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
            // Of an issuer with a section of its own the same is said.
            let (text, expected) =
                (text.replace("[oauth]", "[issuer.b]"), expected.replace("[oauth]", "[issuer.b]"));
            assert_eq!(load(&text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn several_issuers_are_several_and_each_is_somebody() {
        let table = [
            (
                "[oauth]\nissuer = \"https://id.example\"\n[issuer.work]\nissuer = \"https://id.example\"",
                "[issuer.work] issuer = \"https://id.example\": that is the one of [oauth]",
            ),
            (
                "[issuer.home]\nissuer = \"https://id.example\"\n[issuer.work]\nissuer = \"https://id.example\"",
                "[issuer.work] issuer = \"https://id.example\": that is the one of [issuer.home]",
            ),
            (
                "[issuer.work]\naudience = \"colvert\"",
                "[issuer.work] issuer = \"\": say who makes the tokens, as they name it",
            ),
            (
                "[issuer.work]\nisuer = \"https://id.example\"",
                "c.toml: [issuer.work] isuer is not a key; did you mean issuer?",
            ),
            (
                "[issuer.work]\nissuer = \"https://id.example\"\ndeadline_ms = 100",
                "c.toml: [issuer.work] deadline_ms is not a key; there are issuer, audience, keys_file, keys_url, introspection_url, introspection_client, introspection_secret, introspection_secret_file, name_claim, make_accounts",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(load(text).unwrap_err(), expected, "{text}");
        }
        let text = format!(
            "{ISSUER}tls_only = false\ntoken_bytes = 9000\n[issuer.work]\nissuer = \"https://work.example\"\naudience = \"irc\"\n\
             keys_url = \"https://work.example/keys\"\nname_claim = \"nick\"\nmake_accounts = true\n\
             [issuer.club]\nissuer = \"https://club.example\"\nintrospection_url = \"https://club.example/ask\"\n\
             introspection_client = \"irc\"\nintrospection_secret = \"of the club\""
        );
        let config = load(&text).unwrap();
        let tokens = config.settings().tokens;
        assert!(!tokens.tls_only && tokens.bytes_max == 9_000);
        let makers =
            tokens.issuers.iter().map(|it| (it.name.as_str(), it.makes_accounts, it.description.is_some()));
        let expected = [
            ("https://id.example", false, true),
            ("https://club.example", false, true),
            ("https://work.example", true, false),
        ];
        assert_eq!(makers.collect::<Vec<_>>(), expected);
        let issuers = config.issuers();
        let [_, club, work] = issuers.as_slice() else { panic!("there are three: {issuers:?}") };
        assert_eq!(
            (work.audience.as_str(), work.name_claim.as_str(), work.token_bytes),
            ("irc", "nick", 9_000)
        );
        let asked = club.introspection.as_ref().unwrap();
        let (client, secret) = asked.client.as_ref().unwrap();
        assert_eq!((asked.url.as_str(), client.as_str()), ("https://club.example/ask", "irc"));
        assert_eq!(secret.expose(), "of the club");
    }

    #[test]
    fn without_an_issuer_there_are_no_tokens_and_with_one_it_says_where_people_get_them() {
        assert_eq!(load("[oauth]\naudience = \"colvert\"").unwrap().settings().tokens.issuers, []);
        let whole = format!("{ISSUER}tls_only = false\nmake_accounts = true\n");
        let tokens = load(&whole).unwrap().settings().tokens;
        let issuer = &tokens.issuers[0];
        let described = "https://id.example/.well-known/openid-configuration";
        assert_eq!(issuer.description.as_deref(), Some(described));
        assert!(!tokens.tls_only && issuer.makes_accounts);
        let fetched = format!("{whole}keys_url = \"https://id.example/keys\"");
        assert_eq!(load(&fetched).unwrap().settings().tokens.issuers[0].description, None);
    }
}
