//! IRC over WebSocket on the real program: people in browsers meet those who are elsewhere.

#[allow(dead_code, reason = "another test needs more of it")]
#[path = "../../net/tests/web_client/mod.rs"]
mod web_client;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use colvert_testkit::server::{Launch, Server};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use web_client::WebClient;

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
const NAME: &str = "chat.example.org";
const TEXT: &str = "Sec-WebSocket-Protocol: text.ircv3.net\r\n";

fn socket(server: &Server, door: &str) -> TcpStream {
    let socket = TcpStream::connect(server.door(door)).expect("it accepts");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    socket
}

#[test]
fn people_in_browsers_meet_those_who_are_elsewhere() {
    let directory = tempfile::tempdir().expect("a directory");
    let CertifiedKey { cert, signing_key }: CertifiedKey<KeyPair> =
        generate_simple_self_signed([NAME.to_owned()]).expect("a certificate");
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    fs::write(path("cert.pem"), cert.pem()).expect("a file");
    fs::write(path("key.pem"), signing_key.serialize_pem()).expect("a file");
    let server = Launch::new(PROGRAM, &directory.path().join("data"))
        .variable("COLVERT__LISTEN__IRC_WEBSOCKET", "127.0.0.1:0")
        .variable("COLVERT__LISTEN__IRC_WEBSOCKET_TLS", "127.0.0.1:0")
        .variable("COLVERT__TLS__CERTIFICATE", &path("cert.pem"))
        .variable("COLVERT__TLS__KEY", &path("key.pem"))
        .variable("COLVERT__STS__PORT", "6697")
        .doors(4)
        .start();

    let mut alice = WebClient::open(socket(&server, "irc_websocket"), TEXT);
    // A page has no use for a port that speaks no WebSocket.
    alice.say("CAP LS 302");
    assert!(!alice.hear(" LS :").contains("sts"));
    alice.say("CAP END");
    for line in ["NICK alice", "USER a 0 * :Alice", "JOIN #rust"] {
        alice.say(line);
    }
    alice.hear(" 366 ");

    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).expect("a certificate");
    let crypto = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    // As browsers do.
    config.alpn_protocols = vec!["http/1.1".into()];
    let name = ServerName::try_from(NAME).expect("a name");
    let tls = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut bob = WebClient::open(StreamOwned::new(tls, socket(&server, "irc_websocket_tls")), TEXT);
    assert_eq!(bob.status(), "101");
    for line in ["NICK bob", "USER b 0 * :Bob", "JOIN #rust", "WHOIS bob"] {
        bob.say(line);
    }
    bob.hear(" 671 bob bob ");

    let mut claire = server.on_line();
    claire.say("/nick claire\n/join #rust\nbonjour à tous");
    alice.hear("bonjour à tous");
    bob.hear("bonjour à tous");
    bob.say("PRIVMSG #rust :from a browser");
    claire.hear("from a browser");
    alice.hear("from a browser");
    bob.say("QUIT :tab closed");
    bob.hear("ERROR ");
    assert_eq!(bob.closed(), Some(1000));
    alice.hear("tab closed");
    server.stop();
}

#[test]
fn one_person_is_in_a_browser_in_a_client_and_on_the_line_protocol() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Launch::new(PROGRAM, &directory.path().join("data"))
        .variable("COLVERT__LISTEN__IRC_WEBSOCKET", "127.0.0.1:0")
        .variable("COLVERT__LISTEN__IRC_UNIX", &directory.path().join("irc.sock").to_string_lossy())
        .doors(3)
        .start();
    let mut desk = server.on_irc();
    desk.say("NICK ada\nUSER a 0 * :Ada\nREGISTER * * quack-quack\nJOIN #rust");
    desk.hear(" 366 ");

    let mut tab = WebClient::open(socket(&server, "irc_websocket"), TEXT);
    for line in ["CAP REQ :sasl", "NICK ada", "USER a 0 * :Ada", "AUTHENTICATE PLAIN"] {
        tab.say(line);
    }
    tab.hear("AUTHENTICATE +");
    // Nothing, ada, quack-quack.
    tab.say("AUTHENTICATE AGFkYQBxdWFjay1xdWFjaw==");
    tab.say("CAP END");
    tab.hear(" 366 ada #rust ");
    let mut phone = server.on_line();
    phone.say("/login ada quack-quack\n/nick ada\n/ping here");
    phone.hear("here");

    let mut bob = server.on_line();
    bob.say("/nick bob\n/join #rust\nquack to one of you");
    desk.hear("quack to one of you");
    tab.hear("quack to one of you");
    phone.hear("quack to one of you");
    tab.say("PRIVMSG #rust :from the tab");
    bob.hear("ada: from the tab");
    // How each is connected, its owner is told.
    let mut local = UnixStream::connect(directory.path().join("irc.sock")).expect("it accepts");
    local.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    local.write_all(b"LOGIN ada quack-quack\r\nPING here\r\n").expect("it reads");
    let mut said = BufReader::new(local.try_clone().expect("a socket")).lines();
    assert!(said.any(|line| line.is_ok_and(|line| line.contains("PONG"))));
    desk.say("SESSIONS");
    let listed: Vec<_> = (0..4).map(|_| desk.hear(" NOTICE ada :SESSIONS: s-")).collect();
    let listed = listed.join("\n");
    for way in [
        "this one, ada, from 127.0.0.1, irc, ",
        "ada, from 127.0.0.1, irc, WebSocket, ",
        "ada, from 127.0.0.1, line, ",
    ] {
        assert!(listed.contains(way), "{way}: {listed}");
    }
    assert!(listed.contains(" from localhost, irc, socket file, since "), "{listed}");
    tab.say("QUIT :closed");
    tab.hear("ERROR ");
    // They are still there.
    bob.say("still there?\n/ping asked");
    assert!(!bob.hear("asked").contains("left"));
    desk.hear("still there?");
    phone.hear("still there?");
    server.stop();
}

#[test]
fn strange_pages_do_not_get_in_unless_all_may() {
    let directory = tempfile::tempdir().expect("a directory");
    let launch = || {
        Launch::new(PROGRAM, &directory.path().join("data"))
            .variable("COLVERT__LISTEN__IRC_WEBSOCKET", "127.0.0.1:0")
            .doors(3)
    };
    let stranger = "Origin: https://evil.example\r\n";
    let server = launch().start();
    assert_eq!(WebClient::open(socket(&server, "irc_websocket"), stranger).status(), "403");
    server.stop();
    let server = launch().variable("COLVERT__WEBSOCKET__ORIGINS", r#"["*"]"#).start();
    assert_eq!(WebClient::open(socket(&server, "irc_websocket"), stranger).status(), "101");
    server.stop();
}
