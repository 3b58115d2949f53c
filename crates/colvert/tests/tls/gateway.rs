//! A gateway that shows a certificate. Spec: <https://ircv3.net/specs/extensions/webirc>

use std::fs;
use std::io::Write;

use colvert_testkit::server::{Launch, Server};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use ring::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;

use crate::{WriteTo, connect_with, hear, install, launch};

fn certificate() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(["kiwi".to_owned()]).expect("a certificate")
}

/// A server that trusts the gateway with this certificate.
fn start(directory: &std::path::Path, own: &CertifiedKey<KeyPair>, more: &str) -> Server {
    launch_with(directory, own, more).start()
}

fn launch_with(directory: &std::path::Path, own: &CertifiedKey<KeyPair>, more: &str) -> Launch {
    let fingerprint: String =
        digest(&SHA256, own.cert.der()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let file = directory.join("colvert.toml");
    let table = format!("[webirc.kiwi]\ncertificate = \"{fingerprint}\"\n{more}");
    fs::write(&file, table).expect("a file");
    launch(directory).argument("--config").argument(&file)
}

/// What becomes of who comes through somebody with this certificate.
fn through(
    server: &Server,
    trusted: &CertificateDer<'static>,
    shown: Option<&CertifiedKey<KeyPair>>,
    webirc: &str,
    expected: &str,
) {
    let mut person = connect_with(server, "irc_tls", trusted, shown);
    person.say(&format!("{webirc}\r\nNICK guest\r\nUSER g 0 * :G\r\nWHOIS guest\r\nQUIT"));
    hear(&mut person, expected);
}

const WEBIRC: &str = "WEBIRC any kiwi there.example 198.51.100.7 :secure";

#[test]
fn a_gateway_is_known_by_its_certificate() {
    let directory = tempfile::tempdir().expect("a directory");
    let trusted = install(directory.path());
    let (own, other) = (certificate(), certificate());
    let server = start(directory.path(), &own, "");
    through(&server, &trusted, Some(&own), WEBIRC, " there.example * :G");
    for shown in [Some(&other), None] {
        through(&server, &trusted, shown, WEBIRC, "Not a gateway that is trusted");
    }
    let mut plain = server.on_irc();
    plain.say(WEBIRC);
    plain.hear("Not a gateway that is trusted");
}

#[test]
fn a_gateway_may_have_to_show_its_certificate_and_give_its_password() {
    let directory = tempfile::tempdir().expect("a directory");
    let trusted = install(directory.path());
    let (own, other) = (certificate(), certificate());
    let server =
        start(directory.path(), &own, "password = \"duck-pond-gate\"\naddresses = [\"127.0.0.1\"]\n");
    let right = WEBIRC.replace("any", "duck-pond-gate");
    through(&server, &trusted, Some(&own), &right, " there.example * :G");
    through(&server, &trusted, Some(&own), WEBIRC, "Not a gateway that is trusted");
    through(&server, &trusted, Some(&other), &right, "Not a gateway that is trusted");
}

/// Whoever says for whom they connect, or half of it, and nothing more, has the time that everybody has.
#[test]
fn a_gateway_that_says_no_more_is_closed_at_the_deadline() {
    let directory = tempfile::tempdir().expect("a directory");
    let trusted = install(directory.path());
    let own = certificate();
    let launch = launch_with(directory.path(), &own, "");
    let server = launch.variable("COLVERT__LIMITS__REGISTRATION_DEADLINE_MS", "3000").start();
    let mut half = connect_with(&server, "irc_tls", &trusted, Some(&own));
    half.get_mut().write_all(b"WEBIRC any ki").expect("it takes half a line");
    let mut whole = connect_with(&server, "irc_tls", &trusted, Some(&own));
    whole.say(WEBIRC);
    for person in [&mut half, &mut whole] {
        hear(person, "Registration timed out");
    }
}
