//! Tokens as strangers make them, and key servers as they fail.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use colvert_core::identity::{BadToken, Shown};
use colvert_core::secret::Secret;
use colvert_identity::{Inspector, Source};
use colvert_testkit::issuer::{Issuer, NAME, trusting};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

fn inspect(inspector: &Inspector, token: &str, now: Instant) -> Result<Shown, BadToken> {
    inspector.inspect(&Secret::new(token), now)
}

/// Trusts keys that are in a file.
fn with_keys(keys: &str) -> Inspector {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("keys.json");
    std::fs::write(&file, keys).unwrap();
    let inspector = Inspector::default();
    inspector.configure(vec![trusting(Source::File(file))]);
    inspector.begin();
    inspector
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[test]
fn a_good_token_shows_somebody() {
    let issuer = Issuer::new("key-1");
    let inspector = with_keys(&issuer.keys());
    let shown = inspect(&inspector, &issuer.described("ada-7 as Ada").unwrap(), Instant::now()).unwrap();
    assert_eq!((shown.identity.issuer.as_str(), shown.identity.subject.as_str()), (NAME, "ada-7"));
    assert_eq!(shown.name.as_deref(), Some("Ada"));
}

#[test]
fn what_claims_say_is_believed_in_their_one_form() {
    let issuer = Issuer::new("key-1");
    let inspector = with_keys(&issuer.keys());
    let check = |claim: &str, value: Value, expected: Result<(), BadToken>| {
        let mut claims = Issuer::claims("ada");
        claims.insert(claim.to_owned(), value.clone());
        claims.retain(|_, value| !value.is_null());
        let shown = inspect(&inspector, &issuer.token(&claims), Instant::now()).map(|_| ());
        assert_eq!(shown, expected, "{claim} {value}");
    };
    check("aud", json!(["another", "colvert"]), Ok(()));
    check("nbf", json!(1_000_000_000), Ok(()));
    for (claim, value) in [
        ("aud", json!("another")),
        ("aud", json!(["another"])),
        ("aud", json!([])),
        ("aud", json!(7)),
        ("aud", Value::Null),
        ("iss", json!("https://id.example/")),
        ("iss", json!("https://evil.example")),
        ("iss", json!([NAME, "https://evil.example"])),
        ("iss", Value::Null),
        ("sub", json!("")),
        ("sub", json!(7)),
        ("sub", json!("a".repeat(256))),
        ("sub", json!("a\r\nb")),
        ("sub", Value::Null),
        ("nbf", json!(4_000_000_000_u64)),
        ("nbf", json!("4000000000")),
        ("exp", Value::Null),
        ("exp", json!("4102444800")),
    ] {
        check(claim, value, Err(BadToken::Invalid));
    }
    check("exp", json!(1_000_000_000), Err(BadToken::Expired));
    check("exp", json!(0), Err(BadToken::Expired));
}

#[test]
fn no_algorithm_is_but_the_keys_own() {
    let issuer = Issuer::new("key-1");
    let inspector = with_keys(&issuer.keys());
    let claims = Issuer::claims("ada");
    let refused = |token: &str| inspect(&inspector, token, Instant::now()).unwrap_err();
    for alg in ["none", "None", "NONE", ""] {
        let header = json!({ "alg": alg, "kid": "key-1" });
        let signed = issuer.signed(&header, &claims);
        let unsigned = format!("{}.", signed.rsplit_once('.').unwrap().0);
        assert_eq!([refused(&signed), refused(&unsigned)], [BadToken::Malformed; 2], "{alg}");
    }
    // The public key, which everybody knows, as the secret of a signature.
    let x = issuer.key()["x"].as_str().unwrap().to_owned();
    let secrets = [URL_SAFE_NO_PAD.decode(&x).unwrap(), x.into_bytes(), issuer.keys().into_bytes()];
    for (alg, secret) in
        ["HS256", "HS384", "HS512"].iter().flat_map(|alg| secrets.iter().map(move |it| (alg, it)))
    {
        let message =
            format!("{}.{}", encoded(&json!({ "alg": alg, "kid": "key-1" })), encoded(&json!(claims)));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()));
        assert_eq!(refused(&format!("{message}.{signature}")), BadToken::Invalid, "{alg}");
    }
    for alg in ["RS256", "ES256", "PS512", "ES384"] {
        let token = issuer.signed(&json!({ "alg": alg, "kid": "key-1" }), &claims);
        assert_eq!(refused(&token), BadToken::Invalid, "{alg}");
    }
    // A key that the token brings with it, and an address of such.
    let other = Issuer::new("key-1");
    for header in [
        json!({ "alg": "EdDSA", "kid": "key-1", "jwk": other.key() }),
        json!({ "alg": "EdDSA", "kid": "key-2", "jku": "http://127.0.0.1:1/keys" }),
        json!({ "alg": "EdDSA" }),
    ] {
        assert_eq!(refused(&other.signed(&header, &claims)), BadToken::Invalid, "{header}");
    }
    // What it says must be understood.
    let critical = issuer.signed(&json!({ "alg": "EdDSA", "kid": "key-1", "crit": ["exp"] }), &claims);
    assert!(inspect(&inspector, &critical, Instant::now()).is_err());
}

#[test]
fn a_signature_is_of_every_byte() {
    let issuer = Issuer::new("key-1");
    let inspector = with_keys(&issuer.keys());
    let token = issuer.described("ada").unwrap();
    for n in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[n] = if changed[n] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        // The last character has bits that say nothing.
        assert!(n + 1 == token.len() || inspect(&inspector, &changed, Instant::now()).is_err(), "{n}");
    }
}

#[test]
fn what_is_no_token_is_none_however_long() {
    let issuer = Issuer::new("key-1");
    let inspector = with_keys(&issuer.keys());
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let deep = format!("{}.{}.", URL_SAFE_NO_PAD.encode(&deep), URL_SAFE_NO_PAD.encode(&deep));
    let long = issuer.described(&"a".repeat(5_000)).unwrap();
    for token in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "e30.e30.",
        "\u{e9}.\u{e9}.\u{e9}",
        &deep,
        &long,
        &"a".repeat(10_000_000),
    ] {
        let shown = inspect(&inspector, token, Instant::now());
        assert_eq!(shown, Err(BadToken::Malformed), "{}", &token.chars().take(20).collect::<String>());
    }
}

#[test]
fn keys_that_are_no_public_keys_are_left_out() {
    let issuer = Issuer::new("key-1");
    let secret = URL_SAFE_NO_PAD.encode("a secret that is shared");
    let others = [
        json!({ "kty": "oct", "kid": "s", "k": secret }),
        json!({ "kty": "unheard-of", "kid": "u" }),
        json!({ "kty": "EC", "crv": "secp256k1", "kid": "k", "x": "AA", "y": "AA" }),
        json!({ "kty": "RSA", "use": "enc", "kid": "e", "n": "AQAB", "e": "AQAB" }),
        json!("no key"),
        json!(null),
    ];
    let keys: Vec<_> = others.into_iter().chain([issuer.key()]).collect();
    let inspector = with_keys(&json!({ "keys": keys }).to_string());
    assert!(inspect(&inspector, &issuer.described("ada").unwrap(), Instant::now()).is_ok());
    let message = format!(
        "{}.{}",
        encoded(&json!({ "alg": "HS256", "kid": "s" })),
        encoded(&json!(Issuer::claims("ada")))
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"a secret that is shared");
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes())));
    assert_eq!(inspect(&inspector, &token, Instant::now()), Err(BadToken::Invalid));
}

#[test]
fn elliptic_curves_do_as_well() {
    let chance = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &chance).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &chance).unwrap();
    let point = pair.public_key().as_ref();
    let [x, y] = [&point[1..33], &point[33..]].map(|half| URL_SAFE_NO_PAD.encode(half));
    let key = json!({ "kty": "EC", "crv": "P-256", "kid": "p", "x": x, "y": y });
    let inspector = with_keys(&json!({ "keys": [key] }).to_string());
    let token = |claims: Value| {
        let message = format!("{}.{}", encoded(&json!({ "alg": "ES256", "kid": "p" })), encoded(&claims));
        let signature = pair.sign(&chance, message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    let good = token(json!(Issuer::claims("ada")));
    assert!(inspect(&inspector, &good, Instant::now()).is_ok());
    let (message, _) = good.rsplit_once('.').unwrap();
    // Zeros, which some programs took for a signature of everything.
    let zeros = format!("{message}.{}", URL_SAFE_NO_PAD.encode([0; 64]));
    assert_eq!(inspect(&inspector, &zeros, Instant::now()), Err(BadToken::Invalid));
}

/// What a key server does with a connection.
type Answer = Box<dyn Fn(&str, &mut TcpStream) + Send>;

/// A key server, whose answer can be changed, and the paths that it was asked for.
struct KeyServer {
    address: SocketAddr,
    answer: Arc<Mutex<Answer>>,
    asked: Receiver<String>,
}

impl KeyServer {
    fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (tell, asked): (Sender<String>, _) = channel();
        let (address, answer) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(answer)));
        let current = answer.clone();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (tell, current) = (tell.clone(), current.clone());
                thread::spawn(move || {
                    let mut request = [0; 4_096];
                    let n = stream.read(&mut request).unwrap_or_default();
                    let request = String::from_utf8_lossy(&request[..n]).into_owned();
                    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                    tell.send(path.clone()).unwrap_or_default();
                    current.lock().unwrap()(&path, &mut stream);
                });
            }
        });
        Self { address, answer, asked }
    }

    fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    /// Who reads keys there, and waits a second at most.
    fn inspector(&self) -> Inspector {
        let inspector = Inspector::default();
        let source = Source::Url(self.url());
        let deadline = Duration::from_secs(1);
        let (keys_age, pause) = (Duration::from_secs(3_600), Duration::from_secs(60));
        inspector.configure(vec![colvert_identity::Issuer { deadline, keys_age, pause, ..trusting(source) }]);
        inspector
    }

    fn asked(&self) -> Vec<String> {
        self.asked.try_iter().collect()
    }
}

/// An answer with a body.
fn says(body: String) -> Answer {
    Box::new(move |_, stream| {
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        // Who asked may be gone.
        let _ = stream.write_all(format!("{head}{body}").as_bytes());
    })
}

#[test]
fn a_new_key_is_read_when_a_token_names_it_and_made_up_ones_do_not_make_the_server_ask() {
    let (old, new) = (Issuer::new("old"), Issuer::new("new"));
    let server = KeyServer::start(says(old.keys()));
    let inspector = server.inspector();
    let begin = Instant::now();
    let at = |seconds| begin + Duration::from_secs(seconds);
    let [of_old, of_new] = [&old, &new].map(|issuer| issuer.described("ada").unwrap());
    assert!(inspect(&inspector, &of_old, at(0)).is_ok());
    assert_eq!(server.asked(), ["/keys"]);
    // Keys change. What is not known is asked for once, not for each token.
    for n in 0..100 {
        let made_up = Issuer::new(&format!("made-up-{n}")).described("ada").unwrap();
        assert_eq!(inspect(&inspector, &made_up, at(1)), Err(BadToken::Invalid));
    }
    assert_eq!(server.asked(), [""; 0]);
    server.answers(says(new.keys()));
    assert_eq!(inspect(&inspector, &of_new, at(59)), Err(BadToken::Invalid));
    assert!(inspect(&inspector, &of_new, at(60)).is_ok());
    assert_eq!(server.asked(), ["/keys"]);
    assert_eq!(inspect(&inspector, &of_old, at(61)), Err(BadToken::Invalid));
    // What is known is asked for again when it is old, and stays when there is no answer.
    server.answers(Box::new(|_, _| {}));
    assert!(inspect(&inspector, &of_new, at(3_659)).is_ok());
    assert_eq!(server.asked(), [""; 0]);
    assert!(inspect(&inspector, &of_new, at(3_661)).is_ok());
    assert_eq!(server.asked(), ["/keys"]);
}

#[test]
fn a_server_that_fails_in_any_way_is_given_up_in_time() {
    let issuer = Issuer::new("key-1");
    let token = issuer.described("ada").unwrap();
    let keys = issuer.keys();
    let endless = |head: &'static str, part: &'static [u8]| -> Answer {
        Box::new(move |_, stream| {
            let _ = stream.write_all(head.as_bytes());
            while stream.write_all(part).is_ok() {}
        })
    };
    let slow: Answer = Box::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            thread::park_timeout(Duration::from_millis(20));
        }
    });
    let elsewhere = KeyServer::start(says(keys.clone()));
    let location = elsewhere.url();
    let redirect: Answer = Box::new(move |_, stream| {
        let _ = stream.write_all(
            format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n").as_bytes(),
        );
    });
    let failed = format!("HTTP/1.1 500 Oh\r\nContent-Length: {}\r\n\r\n{keys}", keys.len());
    let answers: Vec<(&str, Answer)> = vec![
        ("hangs", Box::new(|_, stream| drop(stream.read(&mut [0; 1])))),
        ("closes", Box::new(|_, _| {})),
        ("a body without end", endless("HTTP/1.1 200 OK\r\n\r\n", &[b' '; 65_536])),
        (
            "chunks without end",
            endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        ),
        ("headers without end", endless("HTTP/1.1 200 OK\r\n", b"X-Y: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n")),
        ("a line without end", endless("", b"HTTP")),
        ("a byte now and then", slow),
        ("sends elsewhere", redirect),
        ("fails", Box::new(move |_, stream| drop(stream.write_all(failed.as_bytes())))),
        ("no JSON", says("<html>".to_owned())),
        ("no keys", says("{\"keys\": []}".to_owned())),
        ("too many keys", says(json!({ "keys": vec![issuer.key(); 101] }).to_string())),
        ("not UTF-8", endless("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", &[0xff])),
    ];
    for (name, answer) in answers {
        let server = KeyServer::start(answer);
        let inspector = server.inspector();
        let begin = Instant::now();
        assert_eq!(inspect(&inspector, &token, begin), Err(BadToken::Unchecked), "{name}");
        // A second is given; a busy machine takes its time.
        assert!(begin.elapsed() < Duration::from_secs(10), "{name}: {:?}", begin.elapsed());
        // Nobody is asked again for the next token.
        assert_eq!(inspect(&inspector, &token, begin), Err(BadToken::Unchecked), "{name}");
        assert_eq!(server.asked(), ["/keys"], "{name}");
    }
    assert_eq!(elsewhere.asked(), [""; 0], "nobody is sent elsewhere");
}

#[test]
fn an_issuer_says_where_its_keys_are_if_it_is_the_one() {
    let issuer = Issuer::new("key-1");
    let server = KeyServer::start(Box::new(|_, _| {}));
    let name = format!("http://{}/realms/rust", server.address);
    let describe = |said: Value, keys: String| {
        let said = says(said.to_string());
        let keys = says(keys);
        server.answers(Box::new(move |path, stream| match path {
            "/realms/rust/.well-known/openid-configuration" => said(path, stream),
            _ => keys(path, stream),
        }));
    };
    let mut claims = Issuer::claims("ada");
    claims.insert("iss".to_owned(), json!(name));
    let token = issuer.token(&claims);
    let shown = || {
        let inspector = Inspector::default();
        let deadline = Duration::from_secs(1);
        let trusted =
            colvert_identity::Issuer { issuer: name.clone(), deadline, ..trusting(Source::Discovered) };
        inspector.configure(vec![trusted]);
        inspect(&inspector, &token, Instant::now())
    };
    describe(json!({ "issuer": name, "jwks_uri": server.url() }), issuer.keys());
    assert_eq!(shown().unwrap().identity.issuer, name);
    assert_eq!(server.asked(), ["/realms/rust/.well-known/openid-configuration", "/keys"]);
    for said in [
        json!({ "issuer": "http://127.0.0.1", "jwks_uri": server.url() }),
        json!({ "issuer": name }),
        json!({ "issuer": name, "jwks_uri": "http://10.0.0.1/keys" }),
        json!({ "issuer": name, "jwks_uri": "file:///etc/passwd" }),
        json!([]),
    ] {
        describe(said.clone(), issuer.keys());
        assert_eq!(shown(), Err(BadToken::Unchecked), "{said}");
        assert_eq!(server.asked(), ["/realms/rust/.well-known/openid-configuration"], "{said}");
    }
}

#[test]
fn another_issuer_is_another_and_none_is_nobody() {
    let issuer = Issuer::new("key-1");
    let inspector = with_keys(&issuer.keys());
    let token = issuer.described("ada").unwrap();
    assert!(inspect(&inspector, &token, Instant::now()).is_ok());
    inspector.configure(Vec::new());
    assert_eq!(inspect(&inspector, &token, Instant::now()), Err(BadToken::Invalid));
}
