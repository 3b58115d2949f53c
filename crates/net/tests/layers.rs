//! What lies between a socket and a door: TLS, alone and behind a proxy.

#[allow(dead_code, reason = "the other tests need more of it")]
mod stand_in;

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use colvert_core::net::Net;
use colvert_net::{NetLimits, Tls, Unusable};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};
use stand_in::{Between, Server, line, socket, to_the_end};

fn limits() -> NetLimits {
    NetLimits { enabled: false, handshake_deadline_ms: 500, ..NetLimits::default() }
}

fn pair(name: &str) -> CertifiedKey<rcgen::KeyPair> {
    generate_simple_self_signed([name.to_owned()]).expect("a certificate")
}

fn tls(of: &CertifiedKey<rcgen::KeyPair>) -> Result<Tls, Unusable> {
    Tls::new(of.cert.pem().as_bytes(), of.signing_key.serialize_pem().as_bytes(), "echo")
}

fn with_tls() -> (Server, Arc<Tls>) {
    let tls = Arc::new(tls(&pair("chat.example.org")).expect("it fits"));
    (Server::behind(limits(), Between { tls: Some(tls.clone()), ..Between::default() }), tls)
}

/// Takes the server for whom it says it is: these tests are about bytes.
#[derive(Debug)]
struct Trusting;

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::ED25519]
    }
}

type Secured = StreamOwned<ClientConnection, TcpStream>;

/// A client that shows a certificate, if it has one, and says what it wants to speak.
fn client(server: &Server, certificate: Option<&CertifiedKey<rcgen::KeyPair>>, alpn: &str) -> Secured {
    secure(socket(server), certificate, alpn)
}

/// The same over a socket on which something may have been said before.
fn secure(socket: TcpStream, certificate: Option<&CertifiedKey<rcgen::KeyPair>>, alpn: &str) -> Secured {
    let crypto = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trusting));
    let mut config = match certificate {
        None => builder.with_no_client_auth(),
        Some(pair) => {
            let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der()).expect("a key");
            builder.with_client_auth_cert(vec![pair.cert.der().clone()], key).expect("they fit")
        }
    };
    config.alpn_protocols = vec![alpn.into()];
    let name = ServerName::try_from("chat.example.org").expect("a name");
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).expect("a client"), socket)
}

#[test]
fn lines_go_to_and_fro_over_tls() {
    let (server, _) = with_tls();
    let mut client = BufReader::new(client(&server, None, "echo"));
    assert_eq!(line(&mut client), "welcome");
    client.get_mut().write_all(b"one\ntwo\n").expect("it takes lines");
    assert_eq!([line(&mut client), line(&mut client)], ["echo one", "echo two"]);
    client.get_mut().write_all(b"how\n").expect("it takes lines");
    assert_eq!(line(&mut client), "Secure 127.0.0.1 -");
    server.stop();
}

#[test]
fn megabytes_arrive_whole_however_full_the_socket_is() {
    let (server, _) = with_tls();
    let mut client = BufReader::new(client(&server, None, "echo"));
    assert_eq!(line(&mut client), "welcome");
    let long = "x".repeat(900);
    for _ in 0..40 {
        let lines: String = (0..60).map(|n| format!("{n} {long}\n")).collect();
        client.get_mut().write_all(lines.as_bytes()).expect("it takes lines");
    }
    for _ in 0..40 {
        for n in 0..60 {
            assert_eq!(line(&mut client), format!("echo {n} {long}"));
        }
    }
    server.stop();
}

#[test]
fn a_clients_certificate_is_known_by_its_fingerprint() {
    let (server, _) = with_tls();
    let own = pair("alice");
    let mut client = BufReader::new(client(&server, Some(&own), "echo"));
    assert_eq!(line(&mut client), "welcome");
    client.get_mut().write_all(b"how\n").expect("it takes lines");
    let digest = ring::digest::digest(&ring::digest::SHA256, own.cert.der());
    let expected: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(line(&mut client), format!("Secure 127.0.0.1 {expected}"));
    server.stop();
}

#[test]
fn who_wants_to_speak_something_else_gets_no_connection() {
    let (server, _) = with_tls();
    let mut browser = client(&server, None, "http/1.1");
    // It may be refused while it writes.
    let _ = browser.write_all(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(to_the_end(&mut browser), "");
    server.stop();
}

#[test]
fn plain_words_at_a_door_with_tls_are_answered_in_plain_words() {
    let (server, _) = with_tls();
    let mut plain = socket(&server);
    plain.write_all(b"NICK alice\r\n").expect("it takes bytes");
    assert_eq!(to_the_end(&mut plain), "bye WrongProtocol\n");
    server.stop();
}

#[test]
fn nothing_that_was_said_before_tls_is_heard_after_it() {
    let (server, _) = with_tls();
    let mut broken = socket(&server);
    broken.write_all(b"\x16\x03\x01\x00\x05all I am inside\n").expect("it takes bytes");
    let heard = to_the_end(&mut broken);
    assert!(!heard.contains("echo") && !heard.contains("welcome"), "{heard:?}");
    server.stop();
}

#[test]
fn half_a_handshake_keeps_nobody_waiting_and_ends() {
    let (server, _) = with_tls();
    let mut halves: Vec<TcpStream> = (0..200).map(|_| socket(&server)).collect();
    for half in &mut halves {
        half.write_all(b"\x16\x03\x01").expect("it takes bytes");
    }
    let mut client = BufReader::new(client(&server, None, "echo"));
    assert_eq!(line(&mut client), "welcome");
    for half in &mut halves {
        assert_eq!(to_the_end(half), "");
    }
    server.stop();
}

#[test]
fn there_are_as_many_handshakes_as_there_may_be() {
    let tls = Arc::new(tls(&pair("chat.example.org")).expect("it fits"));
    let limits = NetLimits { handshakes: 16, ..limits() };
    let server = Server::behind(limits, Between { tls: Some(tls), ..Between::default() });
    let waiting: Vec<TcpStream> = (0..16).map(|_| socket(&server)).collect();
    assert_eq!(to_the_end(&mut socket(&server)), "");
    drop(waiting);
    server.stop();
}

#[test]
fn a_new_certificate_is_for_who_comes_now_and_a_bad_one_for_nobody() {
    let (server, tls) = with_tls();
    let mut before = BufReader::new(client(&server, None, "echo"));
    assert_eq!(line(&mut before), "welcome");
    let (new, other) = (pair("new.example.org"), pair("other.example.org"));
    let (pem, key) = (new.cert.pem(), new.signing_key.serialize_pem());
    let wrong = other.signing_key.serialize_pem();
    let lies_in_the_key = |certificate: &[u8], key: &[u8]| {
        matches!(tls.replace(certificate, key).expect_err("it is bad"), Unusable::Key(_))
    };
    assert!(!lies_in_the_key(pem.as_bytes(), wrong.as_bytes()));
    assert!(!lies_in_the_key(b"", key.as_bytes()));
    assert!(lies_in_the_key(pem.as_bytes(), b""));
    assert!(lies_in_the_key(pem.as_bytes(), pem.as_bytes()));
    assert_eq!(tls.replace(pem.as_bytes(), key.as_bytes()), Ok(true));
    assert_eq!(tls.replace(pem.as_bytes(), key.as_bytes()), Ok(false));
    let mut after = BufReader::new(client(&server, None, "echo"));
    assert_eq!(line(&mut after), "welcome");
    let shown = after.get_ref().conn.peer_certificates().expect("it has shown one");
    assert_eq!(shown, [new.cert.der().clone()]);
    before.get_mut().write_all(b"still here\n").expect("it takes lines");
    assert_eq!(line(&mut before), "echo still here");
    server.stop();
}

#[test]
fn the_end_is_said_over_tls_too() {
    let (server, _) = with_tls();
    let mut client = BufReader::new(client(&server, None, "echo"));
    assert_eq!(line(&mut client), "welcome");
    server.stop();
    let mut rest = String::new();
    client.read_to_string(&mut rest).expect("it ends with a farewell");
    assert_eq!(rest, "bye ShuttingDown\n");
}

#[test]
fn who_takes_nothing_over_tls_is_closed_and_keeps_nobody_waiting() {
    let tls = Arc::new(tls(&pair("chat.example.org")).expect("it fits"));
    let tight = NetLimits { send_queue_bytes: 64 << 10, ..limits() };
    let server = Server::behind(tight, Between { tls: Some(tls), ..Between::default() });
    let join = || {
        let mut client = BufReader::new(client(&server, None, "echo"));
        assert_eq!(line(&mut client), "welcome");
        client.get_mut().write_all(b"bind\n").expect("it takes lines");
        assert_eq!(line(&mut client), "echo bind");
        client
    };
    let (_slow, mut talker) = (join(), join());
    let words = "w".repeat(900);
    for n in 0.. {
        assert!(n < 100_000, "a reader that does not read is closed");
        if server.counter("net_closed_slow") > 0 {
            break;
        }
        talker.get_mut().write_all(format!("all {words}\n").as_bytes()).expect("it takes lines");
        assert_eq!(line(&mut talker), format!("Origin {words}"));
        assert_eq!(line(&mut talker), format!("echo all {words}"));
    }
    server.stop();
}

/// Spec: <https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt> (before anything else, TLS included)
#[test]
fn a_proxy_speaks_before_tls_and_not_within() {
    let tls = Arc::new(tls(&pair("chat.example.org")).expect("it fits"));
    let proxies = Some(vec![Net::parse("127.0.0.0/8").expect("a net")]);
    let server = Server::behind(limits(), Between { tls: Some(tls), proxies, ..Between::default() });
    let own = pair("alice");
    let mut through = socket(&server);
    through.write_all(b"PROXY TCP6 2001:db8::7 ::1 5000 6697\r\n").expect("it takes bytes");
    let mut client = BufReader::new(secure(through, Some(&own), "echo"));
    assert_eq!(line(&mut client), "welcome");
    client.get_mut().write_all(b"how\n").expect("it takes lines");
    let how = line(&mut client);
    assert!(how.starts_with("Secure 2001:db8::7 ") && !how.ends_with('-'), "{how}");
    // Who begins with TLS has not said for whom they connect.
    let mut within = secure(socket(&server), None, "echo");
    let _ = within.write_all(b"PROXY TCP4 192.0.2.7 192.0.2.1 5000 6697\r\nhow\n");
    assert!(!to_the_end(&mut within).contains("192.0.2.7"));
    // After a proxy's header plain words are as wrong as without it.
    let mut plain = socket(&server);
    plain.write_all(b"PROXY TCP4 192.0.2.7 192.0.2.1 5 6697\r\nNICK alice\r\n").expect("it takes bytes");
    assert_eq!(to_the_end(&mut plain), "bye WrongProtocol\n");
    server.stop();
}
