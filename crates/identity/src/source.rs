//! Where the keys of an issuer come from. What is fetched has a deadline and a size, and never follows the server elsewhere.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::http::Response;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body};

use crate::keys::Keys;

/// Longest file or answer that is read, in bytes. Sets of keys have a few thousand.
pub const BYTES_MAX: u64 = 262_144;
/// Longest headers of an answer, in bytes.
const HEADER_BYTES_MAX: usize = 16_384;

/// Where the keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    /// The address of the set.
    Url(String),
    /// Where the issuer says, in its description.
    /// Spec: <https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig>
    Discovered,
}

/// Where an issuer describes itself.
pub fn description(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// Whether nobody on the way to an address can read or change what comes from there.
pub fn is_safe(url: &str) -> bool {
    if let Some(rest) = url.strip_prefix("https://") {
        return !host(rest).is_empty();
    }
    let name = url.strip_prefix("http://").map(host).unwrap_or_default();
    let name = match name.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => name.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The host and the port of what follows `://`; nothing where a user is named, whom the host could be taken for.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = !authority.contains(['@', '\\']) && authority.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain { authority } else { "" }
}

/// Reads keys.
#[derive(Debug)]
pub struct Reader {
    agent: Agent,
    deadline: Duration,
}

impl Reader {
    /// One that takes no longer than that for one file.
    pub fn new(deadline: Duration) -> Self {
        let roots = rustls_native_certs::load_native_certs().certs;
        let roots: RootCerts = roots.iter().map(|der| Certificate::from_der(der).to_owned()).into();
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(roots)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(deadline))
            .max_redirects(0)
            .max_response_header_size(HEADER_BYTES_MAX)
            .proxy(None)
            .user_agent("colvert")
            .max_idle_connections(0)
            .build();
        Self { agent: config.new_agent(), deadline }
    }

    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The keys of an issuer.
    ///
    /// # Errors
    /// Why there are none, in words.
    pub fn keys(&self, issuer: &str, source: &Source) -> Result<Keys, String> {
        match source {
            Source::File(path) => {
                let named = |error: String| format!("{}: {error}", path.display());
                let mut text = String::new();
                let read = File::open(path).and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text));
                read.map_err(|error| named(error.to_string()))?;
                Keys::parse(&text).map_err(named)
            }
            Source::Url(url) => self.fetched(url),
            Source::Discovered => {
                let address = description(issuer);
                let named = |reason: &str| format!("{address}: {reason}");
                let text = self.get(&address)?;
                let described: Value = serde_json::from_str(&text).map_err(|_| named("no JSON"))?;
                let word = |key: &str| described.get(key).and_then(Value::as_str);
                // Spec: <https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation>
                if word("issuer") != Some(issuer) {
                    return Err(named("it describes another issuer"));
                }
                self.fetched(word("jwks_uri").ok_or_else(|| named("it says nothing of keys"))?)
            }
        }
    }

    fn fetched(&self, url: &str) -> Result<Keys, String> {
        Keys::parse(&self.get(url)?).map_err(|error| format!("{url}: {error}"))
    }

    fn get(&self, url: &str) -> Result<String, String> {
        let named = |error: &dyn std::fmt::Display| format!("{url}: {error}");
        if !is_safe(url) {
            return Err(named(&"neither https nor an address of this machine"));
        }
        let response = self.agent.get(url).call().map_err(|error| named(&error))?;
        body(response).map_err(|error| named(&error))
    }

    /// The answer to a form, which is sent as whom `client` says.
    pub(crate) fn post(
        &self,
        url: &str,
        client: Option<&str>,
        form: [(&str, &str); 2],
    ) -> Result<String, String> {
        let named = |error: &dyn std::fmt::Display| format!("{url}: {error}");
        if !is_safe(url) {
            return Err(named(&"neither https nor an address of this machine"));
        }
        let request = self.agent.post(url).header("Accept", "application/json");
        let request = client.into_iter().fold(request, |request, who| request.header("Authorization", who));
        let response = request.send_form(form).map_err(|error| named(&error))?;
        body(response).map_err(|error| named(&error))
    }
}

/// What an answer says, if it is one.
fn body(mut response: Response<Body>) -> Result<String, String> {
    if response.status() != 200 {
        return Err(response.status().to_string());
    }
    let body = response.body_mut().with_config().limit(BYTES_MAX).read_to_string();
    body.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_over_tls_or_from_this_machine() {
        let safe = ["https://id.example/keys", "https://id.example:8443", "http://127.0.0.1:80/x"];
        let safe = safe.into_iter().chain(["http://localhost:8080/keys", "http://[::1]:8080/keys"]);
        safe.for_each(|url| assert!(is_safe(url), "{url}"));
        for url in [
            "http://id.example/keys",
            "http://localhost.evil.example/keys",
            "http://localhost:80@evil.example/keys",
            "http://[::1]@evil.example/",
            "http://127.0.0.1\\@evil.example/",
            "http://10.0.0.1/",
            "ftp://id.example",
            "file:///etc/passwd",
            "https://",
            "",
        ] {
            assert!(!is_safe(url), "{url}");
        }
    }

    #[test]
    fn an_issuers_description_is_below_its_address() {
        for issuer in ["https://id.example/realms/rust", "https://id.example/realms/rust/"] {
            let expected = "https://id.example/realms/rust/.well-known/openid-configuration";
            assert_eq!(description(issuer), expected);
        }
    }
}
