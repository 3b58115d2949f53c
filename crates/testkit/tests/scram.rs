//! SCRAM-SHA-256 through the IRC door: a client that knows the password logs in, knows that the server does as well, and
//! has not said it; one that does not is a guess.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7677>

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use colvert_testkit::transcript::door::Door;
use colvert_testkit::transcript::in_process::InProcess;
use colvert_testkit::transcript::script::Setting;
use colvert_testkit::transcript::stage::{Seat, Sound, Stage};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

struct Client {
    stage: InProcess,
    seat: Seat,
}

impl Client {
    fn new() -> Self {
        let scram = Setting { key: "accounts.scram".to_owned(), value: "true".to_owned() };
        let mut stage = InProcess::new([&scram].into_iter()).unwrap();
        let words = ["account", "create", "ada", "<", "quack-quack"].map(str::to_owned);
        stage.run(&words).unwrap();
        let seat = stage.open(Door::named("irc").unwrap()).unwrap();
        let mut client = Self { stage, seat };
        client.say("CAP REQ :sasl");
        client
    }

    fn say(&mut self, line: &str) -> String {
        self.stage.send(self.seat, format!("{line}\r\n").as_bytes()).unwrap();
        let heard = self.stage.listen(Some(self.seat), 0).unwrap();
        let lines = heard.into_iter().filter_map(|(_, sound)| match sound {
            Sound::Line(line) => Some(String::from_utf8(line).unwrap()),
            Sound::Closed => None,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Sends a message of the exchange; what the server says to it.
    fn authenticate(&mut self, message: &str) -> String {
        let answer = self.say(&format!("AUTHENTICATE {}", STANDARD.encode(message)));
        match answer.strip_prefix("AUTHENTICATE ") {
            Some(encoded) => String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap(),
            None => answer,
        }
    }

    /// The exchange up to the server's last message, and what that should be.
    fn prove(&mut self, password: &str) -> (String, String) {
        assert_eq!(self.say("AUTHENTICATE SCRAM-SHA-256"), "AUTHENTICATE +");
        let first = "n=ada,r=fyko+d2lbbFgONRv9qkxdawL";
        let challenge = self.authenticate(&format!("n,,{first}"));
        let part =
            |key: &str| challenge.split(',').find_map(|part| part.strip_prefix(key)).unwrap().to_owned();
        let (nonce, salt, iterations) = (part("r="), part("s="), part("i=").parse::<u32>().unwrap());
        assert!(nonce.starts_with("fyko+d2lbbFgONRv9qkxdawL") && nonce.len() > 40, "{nonce}");
        let salted = salted(password.as_bytes(), &STANDARD.decode(salt).unwrap(), iterations);
        let without_proof = format!("c=biws,r={nonce}");
        let auth = format!("{first},{challenge},{without_proof}");
        let client_key = hmac(&salted, b"Client Key");
        let signature = hmac(&Sha256::digest(&client_key), auth.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(signature).map(|(key, bit)| key ^ bit).collect();
        let told = self.authenticate(&format!("{without_proof},p={}", STANDARD.encode(proof)));
        let expected = STANDARD.encode(hmac(&hmac(&salted, b"Server Key"), auth.as_bytes()));
        (told, format!("v={expected}"))
    }
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn salted(password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8> {
    let mut block = hmac(password, &[salt, &[0, 0, 0, 1]].concat());
    let mut sum = block.clone();
    for _ in 1..iterations {
        block = hmac(password, &block);
        sum.iter_mut().zip(&block).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

#[test]
fn who_knows_the_password_logs_in_and_knows_the_server() {
    let mut client = Client::new();
    let (told, expected) = client.prove("quack-quack");
    assert_eq!(told, expected);
    let end = client.say("AUTHENTICATE +");
    assert!(end.contains(" 900 ") && end.contains(" 903 "), "{end}");
}

#[test]
fn who_does_not_is_refused_and_may_begin_again() {
    let mut client = Client::new();
    let (told, _) = client.prove("honk-honk");
    assert!(told.contains(" 904 "), "{told}");
    assert!(client.say("AUTHENTICATE +").contains(" 904 "), "nothing was shown");
    let (told, expected) = client.prove("quack-quack");
    assert_eq!(told, expected);
}

#[test]
fn a_proof_of_an_old_password_logs_nobody_in() {
    let mut client = Client::new();
    let (told, expected) = client.prove("quack-quack");
    assert_eq!(told, expected);
    let other = client.stage.open(Door::named("line").unwrap()).unwrap();
    for line in ["/nick ada-too\n", "/login ada quack-quack\n", "/passwd quack-quack honk-honk\n"] {
        client.stage.send(other, line.as_bytes()).unwrap();
        client.stage.listen(Some(other), 0).unwrap();
    }
    assert!(client.say("AUTHENTICATE +").contains(" 904 "));
    let (told, expected) = client.prove("honk-honk");
    assert_eq!(told, expected);
}

/// The right proof opens no account that is closed, also when it was closed in mid-exchange; it is told why, and opens it when it is open again.
#[test]
fn who_is_suspended_is_told_so_whatever_they_prove() {
    let mut client = Client::new();
    let run = |client: &mut Client, words: &[&str]| {
        client.stage.run(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).unwrap();
    };
    run(&mut client, &["account", "suspend", "ada"]);
    let (told, _) = client.prove("quack-quack");
    let end = format!("{told}\n{}", client.say("AUTHENTICATE +"));
    assert!(end.contains(" 904 ") && end.contains("the account is suspended"), "{end}");
    assert!(!end.contains(" 900 ") && !end.contains(" 903 "), "{end}");
    run(&mut client, &["account", "unsuspend", "ada"]);
    let (told, expected) = client.prove("quack-quack");
    assert_eq!(told, expected);
    run(&mut client, &["account", "suspend", "ada"]);
    let end = client.say("AUTHENTICATE +");
    assert!(end.contains(" 904 ") && !end.contains(" 900 "), "{end}");
}
