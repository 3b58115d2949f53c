//! An issuer of tokens on the other side of TLS: its keys, and what it says of a token when it is asked.

mod tls_peer;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use colvert_testkit::issuer::{self, Issuer};
use colvert_testkit::server::{Client, Launch};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::{ServerConnection, StreamOwned};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");

fn certificate() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate")
}

/// Answers over TLS, at every path what `answer` makes of the path and the body; gives back its address.
fn https(pair: &CertifiedKey<KeyPair>, answer: fn(&str, &str, &str) -> String) -> String {
    let config = tls_peer::showing(pair);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
    let own = origin.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(config.clone()).expect("a connection");
            let mut reader = BufReader::new(StreamOwned::new(connection, stream));
            let mut head = String::new();
            // Who does not trust the certificate says no more.
            while reader.read_line(&mut head).is_ok_and(|n| n > 2) {}
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
            let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a length"))];
            if reader.read_exact(&mut body).is_err() {
                continue;
            }
            let path = head.split(' ').nth(1).unwrap_or_default();
            let said = answer(&own, path, &String::from_utf8_lossy(&body));
            let length = said.len();
            let answer =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{said}");
            // Who asked may be gone.
            let _ = reader.get_mut().write_all(answer.as_bytes());
            reader.get_mut().conn.send_close_notify();
            let _ = reader.get_mut().flush();
        }
    });
    origin
}

/// What an issuer says: its description, its keys, and that one token is good.
fn says(own: &str, path: &str, body: &str) -> String {
    match path {
        "/.well-known/openid-configuration" => format!(r#"{{"issuer":"{own}","jwks_uri":"{own}/keys"}}"#),
        "/keys" => issuer::common().keys(),
        "/ask" if body.starts_with("token=opaque-token-of-ada&") => {
            r#"{"active":true,"sub":"ada-7","username":"ada","client_id":"colvert"}"#.to_owned()
        }
        _ => r#"{"active":false}"#.to_owned(),
    }
}

fn launch(directory: &Path, trusted: &CertifiedKey<KeyPair>, origin: &str) -> Launch {
    let authorities = directory.join("authorities.pem");
    fs::write(&authorities, trusted.cert.pem()).expect("a file");
    Launch::new(PROGRAM, &directory.join("data"))
        .variable("SSL_CERT_FILE", &authorities.to_string_lossy())
        .variable("SSL_CERT_DIR", "")
        .variable("COLVERT__OAUTH__ISSUER", origin)
        .variable("COLVERT__OAUTH__TLS_ONLY", "false")
        .variable("COLVERT__OAUTH__MAKE_ACCOUNTS", "true")
}

/// Shows a token, and reads up to the line with these words.
fn show(client: &mut Client, token: &str, words: &str) {
    client.say("AUTHENTICATE OAUTHBEARER");
    client.hear("AUTHENTICATE +");
    let answer = STANDARD.encode(format!("n,,\x01auth=Bearer {token}\x01\x01"));
    for piece in answer.as_bytes().chunks(400) {
        client.say(&format!("AUTHENTICATE {}", String::from_utf8_lossy(piece)));
    }
    if answer.len() % 400 == 0 {
        client.say("AUTHENTICATE +");
    }
    client.hear(words);
}

fn token_of(origin: &str) -> String {
    let mut claims = Issuer::claims("ada-7");
    claims.insert("iss".to_owned(), origin.into());
    claims.insert("preferred_username".to_owned(), "ada".into());
    issuer::common().token(&claims)
}

#[test]
fn keys_are_fetched_over_tls_from_where_the_issuer_says() {
    let directory = tempfile::tempdir().expect("a directory");
    let pair = certificate();
    let origin = https(&pair, says);
    let server = launch(directory.path(), &pair, &origin).start();
    let mut ada = server.on_irc();
    show(&mut ada, &token_of(&origin), " 900 * *!*@* ada ");
}

/// Tokens that a key of RSA has signed are longer than a line of IRC, so that they are linked as they log in: by SASL, in pieces.
#[test]
fn a_token_longer_than_a_line_is_linked_and_logs_in_by_sasl() {
    let directory = tempfile::tempdir().expect("a directory");
    let (issuer, keys) = (Issuer::with_rsa("key-of-rsa"), directory.path().join("keys"));
    fs::write(&keys, issuer.keys()).expect("a file");
    let server = Launch::new(PROGRAM, &directory.path().join("data"))
        .variable("COLVERT__OAUTH__ISSUER", issuer::NAME)
        .variable("COLVERT__OAUTH__KEYS_FILE", &keys.to_string_lossy())
        .variable("COLVERT__OAUTH__TLS_ONLY", "false")
        .start();
    let mut claims = Issuer::claims("ada-7");
    let roles: Vec<_> = (0..60).map(|n| format!("role-{n}-of-somebody")).collect();
    claims.insert("realm_access".to_owned(), roles.into());
    let token = issuer.token(&claims);
    assert!(token.len() > 1_500 && token.len() < 4_096, "as long as they are: {}", token.len());
    let mut ada = server.on_irc();
    ada.say("CAP REQ :sasl\nNICK ada\nUSER ada 0 * :Ada\nCAP END\nREGISTER * * quack-quack");
    ada.hear(" 900 ");
    ada.say(&format!("IDENTITY ADD {token}"));
    ada.hear(" 417 ada ");
    show(&mut ada, &token, " 903 ada ");
    ada.say("IDENTITY");
    ada.hear("NOTICE ada :IDENTITY: ada-7");
    let mut phone = server.on_irc();
    show(&mut phone, &token, " 900 * *!*@* ada ");
    // On the line protocol the lines are long enough.
    let mut line = server.on_line();
    line.say(&format!("/nick pad\n/bearer {token}"));
    line.hear("Logged in as ada.");
    line.say(&format!("/identity del ada-7\n/identity add {token}"));
    line.hear("Tokens of ada-7 log in to the account now.");
}

#[test]
fn an_issuer_with_a_certificate_of_somebody_else_is_not_believed() {
    let directory = tempfile::tempdir().expect("a directory");
    let origin = https(&certificate(), says);
    let server = launch(directory.path(), &certificate(), &origin).start();
    let mut ada = server.on_irc();
    show(&mut ada, &token_of(&origin), " 904 * :SASL authentication failed: the token cannot be checked now");
}

#[test]
fn an_issuer_is_asked_over_tls_about_a_token_that_means_something_to_it_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let pair = certificate();
    let origin = https(&pair, says);
    let server = launch(directory.path(), &pair, &origin)
        .variable("COLVERT__OAUTH__INTROSPECTION_URL", &format!("{origin}/ask"))
        .variable("COLVERT__OAUTH__INTROSPECTION_CLIENT", "colvert")
        .variable("COLVERT__OAUTH__INTROSPECTION_SECRET", "a secret of its own")
        .start();
    let mut ada = server.on_irc();
    show(&mut ada, "opaque-token-of-ada", " 900 * *!*@* ada ");
    let mut eve = server.on_irc();
    show(&mut eve, "opaque-token-of-eve", "AUTHENTICATE ");
    eve.say("AUTHENTICATE AQ==");
    eve.hear(" 904 ");
}
