//! What an issuer says when it is asked about a token, as it should and as it should not.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use colvert_core::identity::{BadToken, Shown};
use colvert_core::secret::Secret;
use colvert_identity::{Inspector, Introspection, Source};
use colvert_testkit::issuer::{AUDIENCE, Issuer, NAME, common, trusting};
use serde_json::{Value, json};

/// One question: its headers in small letters, and its body.
struct Asked {
    head: String,
    body: String,
}

/// An issuer that answers all questions with this.
struct Answering {
    address: SocketAddr,
    asked: Receiver<Asked>,
}

impl Answering {
    fn start(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, (tell, asked)) = (listener.local_addr().unwrap(), channel());
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = String::new();
                while reader.read_line(&mut head).unwrap_or_default() > 2 {}
                let head = head.to_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
                reader.read_exact(&mut body).unwrap();
                tell.send(Asked { head, body: String::from_utf8(body).unwrap() }).unwrap_or_default();
                // Who asked may be gone.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { address, asked }
    }

    fn says(said: &Value) -> Self {
        let body = said.to_string();
        let length = body.len();
        Self::start(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"))
    }

    fn inspector(&self, client: Option<(&str, &str)>) -> Inspector {
        let inspector = Inspector::default();
        let client = client.map(|(id, secret)| (id.to_owned(), Secret::new(secret)));
        let introspection = Some(Introspection { url: format!("http://{}/ask", self.address), client });
        let deadline = Duration::from_secs(1);
        let trusted = trusting(Source::Discovered);
        inspector.configure(vec![colvert_identity::Issuer { introspection, deadline, ..trusted }]);
        inspector.begin();
        inspector
    }

    fn inspect(&self, token: &str) -> Result<Shown, BadToken> {
        self.inspector(None).inspect(&Secret::new(token), Instant::now())
    }
}

#[test]
fn an_opaque_token_shows_whom_the_issuer_says() {
    let said = json!({ "active": true, "sub": "ada-7", "username": "Ada", "aud": [AUDIENCE, "mail"],
        "iss": NAME, "exp": 4_102_444_800_u64, "nbf": 1_000_000_000 });
    let issuer = Answering::says(&said);
    let inspector = issuer.inspector(Some(("irc:1", "s+t")));
    let shown = inspector.inspect(&Secret::new("2YotnFZFEjr1zCsicMWpAA"), Instant::now()).unwrap();
    assert_eq!((shown.identity.issuer.as_str(), shown.identity.subject.as_str()), (NAME, "ada-7"));
    assert_eq!(shown.name.as_deref(), Some("Ada"));
    let asked = issuer.asked.recv().unwrap();
    assert!(asked.head.starts_with("post /ask http/1.1\r\n"), "{}", asked.head);
    let client = format!("authorization: basic {}\r\n", STANDARD.encode("irc%3A1:s%2Bt").to_lowercase());
    assert!(asked.head.contains(&client), "{}", asked.head);
    assert!(asked.head.contains("content-type: application/x-www-form-urlencoded"), "{}", asked.head);
    assert_eq!(asked.body, "token=2YotnFZFEjr1zCsicMWpAA&token_type_hint=access_token");
    assert!(issuer.asked.try_recv().is_err(), "it is asked once, and for no keys");
}

/// A token that names its issuer is shown to that one alone; one that names none, to those who are asked, until one knows it.
#[test]
fn of_several_issuers_the_one_that_is_named_is_asked_and_else_each() {
    let known = json!({ "active": true, "sub": "ada-7", "client_id": AUDIENCE });
    let (first, second) = (Answering::says(&json!({ "active": false })), Answering::says(&known));
    let asked = |name: &str, of: &Answering| colvert_identity::Issuer {
        issuer: name.to_owned(),
        introspection: Some(Introspection { url: format!("http://{}/ask", of.address), client: None }),
        deadline: Duration::from_secs(1),
        ..trusting(Source::Discovered)
    };
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys");
    std::fs::write(&keys, common().keys()).unwrap();
    let with_keys = trusting(Source::File(keys));
    let inspector = Inspector::default();
    let issuers =
        vec![asked("https://first.example", &first), with_keys, asked("https://second.example", &second)];
    inspector.configure(issuers.clone());
    let inspect = |token: &str| {
        let shown = inspector.inspect(&Secret::new(token), Instant::now());
        let shown = shown.map(|shown| (shown.identity.issuer, shown.identity.subject));
        (shown, [&first, &second].map(|it| it.asked.try_iter().count()))
    };
    let ada = |issuer: &str| Ok((issuer.to_owned(), "ada-7".to_owned()));
    assert_eq!(inspect("opaque"), (ada("https://second.example"), [1, 1]));
    assert_eq!(inspect(&common().described("ada-7").unwrap()), (ada(NAME), [0, 0]));
    let of = |issuer: &str| {
        let mut claims = Issuer::claims("ada-7");
        claims.insert("iss".to_owned(), issuer.into());
        common().token(&claims)
    };
    assert_eq!(inspect(&of("https://second.example")), (ada("https://second.example"), [0, 1]));
    assert_eq!(inspect(&of("https://first.example")), (Err(BadToken::Invalid), [1, 0]));
    assert_eq!(inspect(&of("https://third.example")), (Err(BadToken::Invalid), [0, 0]), "nobody is shown it");
    // The one that would know does not answer.
    inspector
        .configure(vec![issuers[0].clone(), asked("https://gone.example", &Answering::start(String::new()))]);
    assert_eq!(inspect("opaque"), (Err(BadToken::Unchecked), [1, 0]));
    inspector.configure(vec![issuers[1].clone(), trusting_other()]);
    assert_eq!(inspect("opaque"), (Err(BadToken::Malformed), [0, 0]));
}

fn trusting_other() -> colvert_identity::Issuer {
    let source = Source::Url("http://127.0.0.1:1/keys".to_owned());
    colvert_identity::Issuer { issuer: "https://other.example".to_owned(), ..trusting(source) }
}

#[test]
fn what_the_issuer_does_not_vouch_for_shows_nobody() {
    let good = json!({ "active": true, "sub": "ada-7", "client_id": AUDIENCE });
    assert!(Answering::says(&good).inspect("token").is_ok(), "it need not say more");
    let for_us = json!({ "active": true, "sub": "ada-7", "client_id": "phone", "aud": AUDIENCE });
    assert!(
        Answering::says(&for_us).inspect("token").is_ok(),
        "somebody else may have got it for this server"
    );
    for (claim, value, expected) in [
        ("active", json!(false), BadToken::Invalid),
        ("active", json!("true"), BadToken::Invalid),
        ("active", Value::Null, BadToken::Invalid),
        ("sub", Value::Null, BadToken::Invalid),
        ("sub", json!(""), BadToken::Invalid),
        ("sub", json!("a\r\nb"), BadToken::Invalid),
        ("aud", json!("another"), BadToken::Invalid),
        ("aud", json!(["another"]), BadToken::Invalid),
        ("aud", json!(7), BadToken::Invalid),
        ("client_id", json!("another"), BadToken::Invalid),
        ("client_id", Value::Null, BadToken::Invalid),
        ("iss", json!("https://evil.example"), BadToken::Invalid),
        ("exp", json!(1_000_000_000), BadToken::Expired),
        ("exp", json!("4102444800"), BadToken::Invalid),
        ("nbf", json!(4_102_444_800_u64), BadToken::Invalid),
    ] {
        let mut said = good.clone();
        said[claim] = value.clone();
        assert_eq!(Answering::says(&said).inspect("token"), Err(expected), "{claim} {value}");
    }
}

#[test]
fn an_issuer_that_gives_no_answer_leaves_the_token_unchecked() {
    for answer in [
        "",
        "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
    ] {
        let issuer = Answering::start(answer.to_owned());
        assert_eq!(issuer.inspect("token"), Err(BadToken::Unchecked), "{answer:?}");
    }
}

#[test]
fn what_is_no_token_is_not_asked_about() {
    let issuer = Answering::says(&json!({ "active": true, "sub": "ada-7", "aud": AUDIENCE }));
    for token in ["", "a b", "a&token=b", "a\u{e9}", &"a".repeat(4_097)] {
        assert_eq!(issuer.inspect(token), Err(BadToken::Malformed), "{token:?}");
    }
    assert!(issuer.asked.try_recv().is_err());
}
