//! Asking the issuer about a token: what it says nothing to anybody else (an opaque one), and whether it still counts.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7662>

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use colvert_core::identity::BadToken;
use colvert_core::secret::Secret;
use serde_json::{Map, Value};

use crate::inspector::Issuer;
use crate::source::Reader;

/// For clocks that differ, in seconds.
const LEEWAY_S: u64 = 60;

/// Where the issuer answers, and as whom this server asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    pub url: String,
    /// The client's name and its secret. Nothing: the issuer asks for none, as one on this machine may.
    pub client: Option<(String, Secret)>,
}

impl Introspection {
    /// What the issuer says of a token.
    ///
    /// # Errors
    /// Why it said nothing, in words.
    pub(crate) fn ask(&self, reader: &Reader, token: &str) -> Result<Map<String, Value>, String> {
        let client = self.client.as_ref().map(|(id, secret)| basic(id, secret));
        let form = [("token", token), ("token_type_hint", "access_token")];
        let text = reader.post(&self.url, client.as_deref(), form)?;
        serde_json::from_str(&text).map_err(|_| format!("{}: no JSON", self.url))
    }
}

/// Whether somebody may be asked about it at all: a token is words of few characters.
/// Spec: <https://www.rfc-editor.org/rfc/rfc6750#section-2.1>
pub(crate) fn is_token(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    !text.is_empty() && text.bytes().all(is_part)
}

/// Whether what the issuer says is that the token counts here and now. Times and its own name it may leave out. For whom the token is
/// it says: another service that somebody logs in to could show theirs here.
/// Spec: <https://www.rfc-editor.org/rfc/rfc7662#section-2.2>
pub(crate) fn judge(said: &Map<String, Value>, issuer: &Issuer) -> Result<(), BadToken> {
    if said.get("active") != Some(&Value::Bool(true)) {
        return Err(BadToken::Invalid);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    // A time that is none is no time to rely on.
    let time = |claim: &str| said.get(claim).map(|value| value.as_u64().ok_or(BadToken::Invalid)).transpose();
    if time("exp")?.is_some_and(|until| until.saturating_add(LEEWAY_S) <= now) {
        return Err(BadToken::Expired);
    }
    if time("nbf")?.is_some_and(|from| from > now.saturating_add(LEEWAY_S)) {
        return Err(BadToken::Invalid);
    }
    let is_this = |what: &Value| what.as_str() == Some(&issuer.audience);
    let is_ours = match said.get("aud") {
        Some(Value::Array(all)) if !all.is_empty() => all.iter().any(is_this),
        None | Some(Value::Array(_)) => said.get("client_id").is_some_and(is_this),
        Some(aud) => is_this(aud),
    };
    let is_theirs = said.get("iss").is_none_or(|iss| iss.as_str() == Some(&issuer.issuer));
    if is_ours && is_theirs { Ok(()) } else { Err(BadToken::Invalid) }
}

/// Spec: <https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1> (both are encoded as a form's values first)
fn basic(id: &str, secret: &Secret) -> String {
    let pair = format!("{}:{}", encoded(id), encoded(secret.expose()));
    format!("Basic {}", STANDARD.encode(pair))
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_named_as_a_form_would_have_it() {
        assert_eq!(encoded("a b:c%d\u{e9}"), "a+b%3Ac%25d%C3%A9");
        let expected = format!("Basic {}", STANDARD.encode("irc%3A1:s%2Bt"));
        assert_eq!(basic("irc:1", &Secret::new("s+t")), expected);
    }

    #[test]
    fn what_no_token_has_is_not_asked_about() {
        assert!(is_token("2YotnFZFEjr1zCsicMWpAA") && is_token("a.b-c_d~e+f/g=="));
        for text in ["", "a b", "a&b=c", "a\u{e9}", "a\r\nb", "\"a\""] {
            assert!(!is_token(text), "{text:?}");
        }
    }
}
