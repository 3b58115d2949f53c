//! TLS and socket files on the real program: where it listens, and certificates that change while it runs.

mod tls {
    pub mod gateway;
    pub mod load;
}

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use colvert_testkit::issuer;
use colvert_testkit::server::{Launch, Server};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
const NAME: &str = "chat.example.org";

/// Makes a certificate and puts it where the server looks.
fn install(directory: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key }: CertifiedKey<KeyPair> =
        generate_simple_self_signed([NAME.to_owned()]).expect("a certificate");
    fs::write(directory.join("cert.pem"), cert.pem()).expect("a file");
    fs::write(directory.join("key.pem"), signing_key.serialize_pem()).expect("a file");
    cert.der().clone()
}

fn launch(directory: &Path) -> Launch {
    let path = |name: &str| directory.join(name).to_string_lossy().into_owned();
    Launch::new(PROGRAM, &directory.join("data"))
        .variable("COLVERT__LISTEN__IRC_TLS", "127.0.0.1:0")
        .variable("COLVERT__LISTEN__LINE_TLS", "127.0.0.1:0")
        .variable("COLVERT__LISTEN__IRC_UNIX", &path("irc.sock"))
        .variable("COLVERT__TLS__CERTIFICATE", &path("cert.pem"))
        .variable("COLVERT__TLS__KEY", &path("key.pem"))
        .doors(5)
}

type Person = BufReader<StreamOwned<ClientConnection, TcpStream>>;

/// Somebody who trusts this certificate alone.
fn connect(server: &Server, door: &str, trusted: &CertificateDer<'static>) -> Person {
    connect_with(server, door, trusted, None)
}

/// The same, who shows a certificate of their own, if they have one.
fn connect_with(
    server: &Server,
    door: &str,
    trusted: &CertificateDer<'static>,
    shown: Option<&CertifiedKey<KeyPair>>,
) -> Person {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).expect("a certificate");
    let crypto = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots);
    let config = match shown {
        None => config.with_no_client_auth(),
        Some(pair) => {
            let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der()).expect("a key");
            config.with_client_auth_cert(vec![pair.cert.der().clone()], key).expect("they fit")
        }
    };
    let name = ServerName::try_from(NAME).expect("a name");
    let socket = TcpStream::connect(server.door(door)).expect("it accepts");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    let client = ClientConnection::new(Arc::new(config), name).expect("a client");
    BufReader::new(StreamOwned::new(client, socket))
}

/// The way out of a connection that is read by lines.
trait WriteTo {
    fn say(&mut self, line: &str);
}

impl<S: std::io::Read + Write> WriteTo for BufReader<S> {
    fn say(&mut self, line: &str) {
        self.get_mut().write_all(format!("{line}\r\n").as_bytes()).expect("it takes a line");
    }
}

/// Reads up to a line with these words in it.
fn hear(from: &mut impl BufRead, words: &str) -> String {
    loop {
        let mut line = String::new();
        assert!(from.read_line(&mut line).expect("a line in time") > 0, "{words:?} was not said");
        if line.contains(words) {
            return line.trim_end().to_owned();
        }
    }
}

fn reload(directory: &Path) -> Output {
    let data = directory.join("data");
    Command::new(PROGRAM).arg("reload").arg("--data").arg(data).output().expect("the program starts")
}

#[test]
fn people_meet_through_tls_a_socket_file_and_plain_text() {
    let directory = tempfile::tempdir().expect("a directory");
    let certificate = install(directory.path());
    let server = launch(directory.path()).start();
    let mut alice = connect(&server, "irc_tls", &certificate);
    alice.say("NICK alice\r\nUSER a 0 * :Alice\r\nJOIN #rust");
    hear(&mut alice, " 366 ");
    let file = UnixStream::connect(directory.path().join("irc.sock")).expect("it accepts");
    let mut bob = BufReader::new(file);
    bob.say("NICK bob\r\nUSER b 0 * :Bob\r\nJOIN #rust");
    hear(&mut bob, " 366 ");
    let mut claire = connect(&server, "line_tls", &certificate);
    hear(&mut claire, "/");
    claire.say("/nick claire\r\n/join #rust");
    hear(&mut alice, "claire");
    bob.say("PRIVMSG #rust :hello from a file");
    hear(&mut alice, "hello from a file");
    hear(&mut claire, "hello from a file");
    server.stop();
    assert!(!directory.path().join("irc.sock").exists(), "the socket file goes with the server");
}

/// SASL EXTERNAL: the certificate that was shown is the password. Spec: <https://www.rfc-editor.org/rfc/rfc4422#appendix-A>
#[test]
fn a_certificate_of_ones_own_logs_in() {
    let directory = tempfile::tempdir().expect("a directory");
    let trusted = install(directory.path());
    let server = launch(directory.path()).start();
    let [own, other] =
        [(); 2].map(|()| generate_simple_self_signed(["ada".to_owned()]).expect("a certificate"));
    let mut ada = connect_with(&server, "irc_tls", &trusted, Some(&own));
    ada.say("NICK ada\r\nUSER a 0 * :Ada\r\nREGISTER ada correcthorse\r\nCERT ADD");
    hear(&mut ada, "This certificate logs in now");
    ada.say("QUIT");
    hear(&mut ada, "ERROR ");
    let asks = "CAP LS 302\r\nCAP REQ :sasl\r\nAUTHENTICATE EXTERNAL\r\nAUTHENTICATE +";
    let mut ada = connect_with(&server, "irc_tls", &trusted, Some(&own));
    ada.say(asks);
    assert!(hear(&mut ada, "sasl=").contains("EXTERNAL"), "it is offered where a certificate can be shown");
    hear(&mut ada, " 900 * *!*@* ada ");
    hear(&mut ada, " 903 ");
    // Another certificate, and none.
    for shown in [Some(&other), None] {
        let mut eve = connect_with(&server, "irc_tls", &trusted, shown);
        eve.say(asks);
        hear(&mut eve, " 904 ");
    }
}

/// Who is in a channel for TLS alone is not followed there by a connection of their own that is read on the way.
#[test]
fn a_plain_connection_does_not_join_its_person_in_a_channel_for_tls() {
    let directory = tempfile::tempdir().expect("a directory");
    let trusted = install(directory.path());
    let server = launch(directory.path()).start();
    let mut desk = connect(&server, "irc_tls", &trusted);
    desk.say("NICK ada\r\nUSER a 0 * :Ada\r\nREGISTER ada correcthorse\r\nJOIN #vault\r\nMODE #vault +z");
    hear(&mut desk, "MODE #vault +z");
    let asks = "CAP LS 302\r\nLOGIN ada correcthorse\r\nNICK ada\r\nUSER a 0 * :Ada\r\nCAP END";
    let socket = TcpStream::connect(server.irc()).expect("it accepts");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    let mut phone = BufReader::new(socket);
    phone.say(asks);
    hear(&mut phone, " 900 ");
    hear(&mut phone, " 489 ");
    let mut tablet = connect(&server, "irc_tls", &trusted);
    tablet.say(asks);
    hear(&mut tablet, " JOIN #vault");
    desk.say("MODE #vault -z");
    hear(&mut desk, "MODE #vault -z");
    phone.say("NICK ada");
    hear(&mut phone, " JOIN #vault");
}

#[test]
fn a_certificate_changes_while_the_server_runs() {
    let directory = tempfile::tempdir().expect("a directory");
    let first = install(directory.path());
    let server = launch(directory.path()).start();
    let mut alice = connect(&server, "irc_tls", &first);
    alice.say("NICK alice\r\nUSER a 0 * :Alice");
    hear(&mut alice, " 001 ");

    fs::write(directory.path().join("cert.pem"), "no certificate").expect("a file");
    let refused = reload(directory.path());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && why.contains("[tls] certificate"), "{why}");
    let mut bob = connect(&server, "irc_tls", &first);
    bob.say("NICK bob\r\nUSER b 0 * :Bob");
    hear(&mut bob, " 001 ");

    install(directory.path());
    fs::write(directory.path().join("key.pem"), "no key").expect("a file");
    let refused = reload(directory.path());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && why.contains("[tls] key = ") && why.contains("key.pem"), "{why}");
    let mut dora = connect(&server, "irc_tls", &first);
    dora.say("NICK dora\r\nUSER d 0 * :Dora");
    hear(&mut dora, " 001 ");

    let second = install(directory.path());
    let taken = reload(directory.path());
    assert!(taken.status.success());
    // Whoever renews a certificate wants to know that it is in use.
    assert!(String::from_utf8_lossy(&taken.stdout).contains("[tls] certificate"));
    let again = reload(directory.path());
    assert_eq!(String::from_utf8_lossy(&again.stdout), "Nothing has changed.\n");
    let mut claire = connect(&server, "irc_tls", &second);
    claire.say("NICK claire\r\nUSER c 0 * :Claire");
    hear(&mut claire, " 001 ");
    alice.say("PING here");
    hear(&mut alice, "PONG");
    server.stop();
}

#[test]
fn a_hangup_takes_a_new_certificate_too() {
    let directory = tempfile::tempdir().expect("a directory");
    let motd = directory.path().join("motd.txt");
    fs::write(&motd, "before the hangup\n").expect("a file");
    let first = install(directory.path());
    let launch = launch(directory.path());
    let server = launch.variable("COLVERT__SERVER__MOTD_FILE", &motd.to_string_lossy()).start();
    let mut alice = connect(&server, "irc_tls", &first);
    alice.say("NICK alice\r\nUSER a 0 * :Alice");
    hear(&mut alice, "before the hangup");

    let second = install(directory.path());
    fs::write(&motd, "after the hangup\n").expect("a file");
    server.signal("HUP");
    // The signal is taken when it is; certificates are, before the words change.
    while !hear_one_of(&mut alice, &["before the hangup", "after the hangup"]).contains("after") {}
    let mut bob = connect(&server, "irc_tls", &second);
    bob.say("NICK bob\r\nUSER b 0 * :Bob");
    hear(&mut bob, " 001 ");
    server.stop();
}

/// The message of the day, which has one of these in it.
fn hear_one_of(from: &mut Person, words: &[&str]) -> String {
    from.say("MOTD");
    loop {
        let line = hear(from, "");
        if words.iter().any(|words| line.contains(words)) {
            return line;
        }
    }
}

/// A server that is refused because of where its socket file should be; what it says.
fn refused_at(file: &Path, data: &Path) -> String {
    let mut command = Command::new(PROGRAM);
    let command = command.args(["serve", "--data"]).arg(data).env("COLVERT__LISTEN__IRC_UNIX", file);
    let output = command
        .env("COLVERT__LISTEN__IRC", "127.0.0.1:0")
        .env("COLVERT__LISTEN__LINE", "127.0.0.1:0")
        .output()
        .expect("the program starts");
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(78), "{why}");
    assert!(why.contains("[listen] irc_unix = ") && why.lines().count() == 1, "{why}");
    why
}

#[test]
fn a_socket_file_is_taken_if_it_is_left_over_and_nobody_elses() {
    let directory = tempfile::tempdir().expect("a directory");
    let (file, data, other) =
        (directory.path().join("irc.sock"), directory.path().join("data"), directory.path().join("other"));
    let start = || {
        let path = file.to_string_lossy();
        Launch::new(PROGRAM, &data).variable("COLVERT__LISTEN__IRC_UNIX", &path).doors(3).start()
    };
    start().kill();
    assert!(file.exists(), "it is left over");
    let server = start();
    assert!(refused_at(&file, &other).contains("another process listens there"));
    let mut alice = BufReader::new(UnixStream::connect(&file).expect("it still accepts"));
    alice.say("NICK alice\r\nUSER a 0 * :Alice");
    hear(&mut alice, " 001 ");
    server.stop();
    fs::write(&file, "words of somebody").expect("a file");
    assert!(refused_at(&file, &other).contains("is no socket"));
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "words of somebody");
}

#[test]
fn clients_are_told_to_come_by_tls_and_for_how_long() {
    let directory = tempfile::tempdir().expect("a directory");
    let certificate = install(directory.path());
    let server = launch(directory.path())
        .variable("COLVERT__STS__PORT", "6697")
        .variable("COLVERT__STS__DURATION_S", "1234")
        .variable("COLVERT__STS__PRELOAD", "true")
        .start();
    // Spec: <https://ircv3.net/specs/extensions/sts#details>
    let mut secure = connect(&server, "irc_tls", &certificate);
    secure.say("CAP LS 302");
    hear(&mut secure, " sts=duration=1234,preload ");
    let mut plain = server.on_irc();
    plain.say("CAP LS 302");
    plain.hear(" sts=port=6697 ");
    // A socket file has no name and no port: nothing is told there.
    let mut local =
        BufReader::new(UnixStream::connect(directory.path().join("irc.sock")).expect("it accepts"));
    local.say("CAP LS 302\r\nPING here");
    while let said = hear(&mut local, ":")
        && !said.contains("PONG")
    {
        assert!(!said.contains("sts="), "{said}");
    }
}

#[test]
fn tokens_are_taken_over_tls_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let certificate = install(directory.path());
    let keys = directory.path().join("keys.json");
    fs::write(&keys, issuer::common().keys()).expect("a file");
    let server = launch(directory.path())
        .variable("COLVERT__OAUTH__ISSUER", issuer::NAME)
        .variable("COLVERT__OAUTH__KEYS_FILE", &keys.to_string_lossy())
        .variable("COLVERT__OAUTH__NAME_CLAIM", "nickname")
        .variable("COLVERT__OAUTH__MAKE_ACCOUNTS", "true")
        .start();
    let mut secure = connect(&server, "irc_tls", &certificate);
    secure.say("CAP LS 302\r\nAUTHENTICATE OAUTHBEARER");
    hear(&mut secure, " sasl=PLAIN,EXTERNAL,OAUTHBEARER ");
    hear(&mut secure, "AUTHENTICATE +");
    let mut claims = issuer::Issuer::claims("ada-7");
    claims.insert("nickname".to_owned(), "ada".into());
    let token = issuer::common().token(&claims);
    let answer = STANDARD.encode(format!("n,,\x01auth=Bearer {token}\x01\x01"));
    assert!(answer.len() < 400, "it fits one line");
    secure.say(&format!("AUTHENTICATE {answer}"));
    hear(&mut secure, " 900 * *!*@* ada ");
    let mut plain = server.on_irc();
    plain.say("CAP LS 302\nAUTHENTICATE OAUTHBEARER");
    plain.hear(" sasl=PLAIN ");
    plain.hear(" 908 ");
}

#[test]
fn without_a_certificate_there_is_no_tls() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = Command::new(PROGRAM)
        .args(["serve", "--data"])
        .arg(directory.path().join("data"))
        .env("COLVERT__LISTEN__IRC_TLS", "127.0.0.1:0")
        .output()
        .expect("the program starts");
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(78), "{why}");
    assert!(why.contains("[tls] certificate") && why.lines().count() == 1, "{why}");
}
