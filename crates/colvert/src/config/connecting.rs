//! What has to be shown by who connects, and gateways that connect for others: the types of their keys, and what they mean to the
//! rules.

use argon2::password_hash;
use colvert_core::connecting::{Connecting, Gateway, SharedPassword};
use colvert_core::net::Net;
use colvert_core::secret::Secret;
use toml::Value;

use super::keys::Config;
use super::problem::Problem;
use super::value::Setting;

/// A password that several people know: as it is, or hashed.
#[derive(Clone, PartialEq, Eq)]
pub struct CommonPassword(pub String);

/// The SHA-256 fingerprint of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub String);

impl std::fmt::Debug for CommonPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// What a hash begins with, and no password.
const HASHED: char = '$';

impl Setting for CommonPassword {
    const SECRET: bool = true;

    fn expected() -> String {
        "what \"colvert hash-password\" prints, or the password as it is: 8 to 200 characters without blanks"
            .to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let text = value.as_str()?;
        let is_right = match text.starts_with(HASHED) {
            true => password_hash::PasswordHash::new(text)
                .is_ok_and(|hash| hash.algorithm.as_str() == "argon2id" && hash.hash.is_some()),
            false => {
                let fits = |c: char| !c.is_whitespace() && !c.is_control();
                (8..=200).contains(&text.len()) && text.chars().all(fits) && !text.starts_with(':')
            }
        };
        is_right.then(|| Self(text.to_owned()))
    }

    fn write(&self) -> String {
        Value::from(self.0.as_str()).to_string()
    }
}

impl CommonPassword {
    fn shared(&self) -> SharedPassword {
        if self.0.starts_with(HASHED) {
            SharedPassword::Hash(self.0.clone())
        } else {
            SharedPassword::Plain(Secret::new(self.0.as_str()))
        }
    }
}

impl Setting for Fingerprint {
    fn expected() -> String {
        "the SHA-256 fingerprint of a certificate: 64 hexadecimal digits, with or without colons".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let digits: String = value.as_str()?.chars().filter(|c| *c != ':').collect();
        let is_right = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        is_right.then(|| Self(digits.to_ascii_lowercase()))
    }

    fn write(&self) -> String {
        Value::from(self.0.as_str()).to_string()
    }
}

impl Config {
    /// Whether every gateway can be told from everybody else.
    pub(super) fn check_gateways(&self) -> Result<(), Problem> {
        for (name, gateway) in &self.webirc {
            let (is_anywhere, has_certificate) =
                (gateway.addresses.0.is_empty(), gateway.certificate.0.is_some());
            if is_anywhere && !has_certificate {
                let reason = "say where the gateway is connected from, or which certificate it shows";
                return Err(Problem::unfit("webirc", name, "addresses", "", reason));
            }
            if gateway.password.0.is_none() && !has_certificate {
                let reason =
                    "an address alone is no proof; give the gateway a password, or name its certificate";
                return Err(Problem::unfit("webirc", name, "password", "", reason));
            }
        }
        Ok(())
    }

    /// What the rules of connecting are.
    pub(super) fn connecting(&self) -> Connecting {
        let gateways = self.webirc.iter().map(|(name, gateway)| {
            let gateway = Gateway {
                nets: gateway.addresses.0.clone(),
                certfp: gateway.certificate.0.as_ref().map(|it| it.0.as_str().into()),
                password: gateway.password.0.as_ref().map(CommonPassword::shared),
            };
            (name.as_str().into(), gateway)
        });
        Connecting {
            password: self.server.password.0.as_ref().map(CommonPassword::shared),
            exempt: self.server.password_exempt.0.clone(),
            gateways: gateways.collect(),
        }
    }

    /// Where gateways are connected from: they have as many connections as they have people.
    pub(super) fn gateway_nets(&self) -> impl Iterator<Item = Net> {
        self.webirc.values().flat_map(|gateway| gateway.addresses.0.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::super::opers::tests::load;

    #[test]
    fn a_gateway_has_to_be_told_from_others() {
        let table = [
            (
                "[webirc.kiwi]\npassword = \"a-long-secret\"",
                "[webirc.kiwi] addresses = \"\": say where the gateway is connected from, or which certificate it shows",
            ),
            (
                "[webirc.kiwi]\naddresses = [\"10.0.0.1\"]",
                "[webirc.kiwi] password = \"\": an address alone is no proof; give the gateway a password, or name its certificate",
            ),
            (
                "[webirc.kiwi]\npassword = \"short\"",
                "c.toml: [webirc.kiwi] password = … must be what \"colvert hash-password\" prints, or the password as it is: 8 to 200 characters without blanks, or \"\"",
            ),
            (
                "[webirc.kiwi]\ncertificate = \"abc\"",
                "c.toml: [webirc.kiwi] certificate = \"abc\" must be the SHA-256 fingerprint of a certificate: 64 hexadecimal digits, with or without colons, or \"\"",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(load(text).unwrap_err(), expected, "{text}");
        }
        let certificate =
            format!("[webirc.kiwi]\ncertificate = \"{}\"", "AB:".repeat(32).trim_end_matches(':'));
        assert!(load(&certificate).is_ok());
    }
}
