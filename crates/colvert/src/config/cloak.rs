//! The configuration of cloaks.

use colvert_core::cloak::Cloak;
use toml::Value;

use super::keys::Config;
use super::value::Setting;

/// What cloaks are computed with.
#[derive(Clone, PartialEq, Eq)]
pub struct CloakSecret(pub String);

/// The last part of a cloak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetName(pub String);

impl std::fmt::Debug for CloakSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Setting for CloakSecret {
    const SECRET: bool = true;

    fn expected() -> String {
        "at least 20 characters that nobody guesses".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_str().filter(|text| (20..=256).contains(&text.len())).map(|text| Self(text.to_owned()))
    }

    fn write(&self) -> String {
        Value::from(self.0.as_str()).to_string()
    }
}

impl Setting for NetName {
    fn expected() -> String {
        "a part of a host name: at most 24 of the characters a-z, 0-9, - and .".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
        let name = value.as_str()?;
        let is_right = (1..=24).contains(&name.len())
            && name.bytes().all(fits)
            && !name.starts_with('.')
            && !name.ends_with('.');
        is_right.then(|| Self(name.to_owned()))
    }

    fn write(&self) -> String {
        Value::from(self.0.as_str()).to_string()
    }
}

impl Config {
    /// How cloaks are made. Nothing: there are none.
    pub(super) fn cloak(&self) -> Option<Cloak> {
        let cloak = &self.cloak;
        let secret = cloak.secret.0.as_ref().filter(|_| cloak.enabled)?;
        Some(Cloak {
            secret: secret.0.clone(),
            netname: cloak.netname.0.as_str().into(),
            bits: cloak.bits,
            accounts: cloak.accounts,
        })
    }

    /// The same configuration, with a secret for cloaks where it has none.
    #[must_use]
    pub fn with_cloak_secret(mut self, made: &CloakSecret) -> Self {
        self.cloak.secret.0.get_or_insert_with(|| made.clone());
        self
    }
}
