//! What OAUTHBEARER sends: for whom, and a token. Its parts are divided by \x01, and no others matter here.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7628#section-3.1>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What is sent besides the token: names, host and port, at most.
const AROUND_BYTES: usize = 512;

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Empty: whoever the token shows.
    pub authzid: String,
    pub token: String,
}

/// Longest answer with such a token, in bytes of base64.
pub fn answer_bytes_max(token_bytes: usize) -> usize {
    (token_bytes + AROUND_BYTES).div_ceil(3) * 4
}

impl Bearer {
    /// Nothing for what is no answer of that kind.
    pub fn parse(encoded: &str) -> Option<Self> {
        let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let rest = decoded.strip_suffix("\x01\x01")?;
        let (header, pairs) = rest.split_once('\x01')?;
        let mut header = header.split(',');
        // Channel binding is not offered.
        let is_offered = matches!(header.next()?, "n" | "y");
        let authzid = header.next()?;
        let authzid = authzid.strip_prefix("a=").or_else(|| authzid.is_empty().then_some(""))?;
        let is_whole = header.next()?.is_empty() && header.next().is_none();
        let auth = pairs.split('\x01').find_map(|pair| pair.strip_prefix("auth="))?;
        let (scheme, token) = auth.split_once(' ')?;
        let token = token.trim_matches(' ');
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        let fits = is_offered && is_whole && is_token && scheme.eq_ignore_ascii_case("Bearer");
        let authzid = authzid.replace("=2C", ",").replace("=3D", "=");
        fits.then(|| Self { authzid, token: token.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Bearer> {
        Bearer::parse(&STANDARD.encode(text))
    }

    /// Spec: <https://www.rfc-editor.org/rfc/rfc7628#section-4.1>
    #[test]
    fn the_specifications_example() {
        let example = "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01";
        let bearer = parsed(example).expect("an answer");
        assert_eq!(bearer.authzid, "user@example.com");
        assert_eq!(bearer.token, "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    }

    #[test]
    fn nobody_has_to_be_named_and_the_scheme_is_written_in_any_case() {
        let bearer = parsed("y,,\x01auth=bEARER  a.b.c\x01\x01").expect("an answer");
        assert_eq!((bearer.authzid.as_str(), bearer.token.as_str()), ("", "a.b.c"));
        assert_eq!(parsed("n,a=a=2Cb=3Dc,\x01auth=Bearer x\x01\x01").expect("an answer").authzid, "a,b=c");
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for text in [
            "",
            "\x01",
            "n,,\x01\x01",
            "n,,\x01auth=Bearer x\x01",
            "n,,\x01auth=Bearer \x01\x01",
            "n,,\x01auth=Basic x\x01\x01",
            "n,,\x01auth=Bearer a b\x01\x01",
            "n,,\x01auth=Bearer a\nb\x01\x01",
            "n\x01auth=Bearer x\x01\x01",
            "n,ada,\x01auth=Bearer x\x01\x01",
            "n,,x\x01auth=Bearer x\x01\x01",
            "p=tls-unique,,\x01auth=Bearer x\x01\x01",
            "n,,\x01host=x\x01port=1\x01\x01",
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
        assert_eq!(Bearer::parse("!!!"), None);
        assert_eq!(Bearer::parse("/w=="), None);
    }
}
