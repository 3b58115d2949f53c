//! What opens something is shown to the server in every way there is, rightly and wrongly, while it says all that it says of itself:
//! none of it is in the data directory, where the log, the archive with its events and the audit trail are, nor in what it said.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use colvert_testkit::issuer::{self, Issuer};
use colvert_testkit::mail_server::MailServer;
use colvert_testkit::server::{Client, Launch, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
/// The word that the hash below is of.
const OPER_PASSWORD: &str = "swordfish";
const OPER_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$tAhVgz2eKefZz5XwrYSigA$3oSdHNhMUk54fh9jp+lIY3T7pksIRe6S3fJGow6JHDY";

/// What is in the files below a directory, as far as it is text, by their names.
fn files(directory: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
            continue;
        }
        // A socket is no file, and has nothing in it.
        let bytes = fs::read(&entry).unwrap_or_default();
        found.push((entry.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
    }
    found
}

fn launch(directory: &Path, settings: &[(&str, &str)]) -> Launch {
    let keys = directory.join("keys.json");
    fs::write(&keys, issuer::common().keys()).expect("a file");
    let keys = keys.to_string_lossy();
    let common = [
        ("DIAGNOSTICS__LEVEL", "trace"),
        ("SERVER__PASSWORD", "gate-password"),
        ("OPER__ROOT__CLASS", "administrator"),
        ("OPER__ROOT__PASSWORD", OPER_HASH),
        ("WEBIRC__KIWI__ADDRESSES", "[\"127.0.0.1\"]"),
        ("WEBIRC__KIWI__PASSWORD", "webirc-password"),
        ("OAUTH__ISSUER", issuer::NAME),
        ("OAUTH__KEYS_FILE", &keys),
        ("OAUTH__TLS_ONLY", "false"),
        ("ISSUER__WORK__ISSUER", issuer::OTHER_NAME),
        // Nobody answers there.
        ("ISSUER__WORK__INTROSPECTION_URL", "http://127.0.0.1:1/ask"),
        ("ISSUER__WORK__INTROSPECTION_CLIENT", "colvert"),
        ("ISSUER__WORK__INTROSPECTION_SECRET", "introspection-secret"),
    ];
    let all = common.into_iter().chain(settings.iter().copied());
    let launch = Launch::new(PROGRAM, &directory.join("data"));
    all.fold(launch, |launch, (name, value)| launch.variable(&format!("COLVERT__{name}"), value))
}

fn person(server: &Server, nick: &str) -> Client {
    let mut person = server.on_irc();
    person.say(&format!("PASS gate-password\nNICK {nick}\nUSER {nick} 0 * :{nick}"));
    person.hear(" 001 ");
    person
}

fn counted(data: &Path, name: &str) -> u64 {
    let output =
        Command::new(PROGRAM).args(["admin", "counters", "--data"]).arg(data).output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let words = text.lines().find_map(|line| line.strip_prefix(name)).expect("it is counted");
    words.trim().trim_start_matches(['=', ':', ' ']).parse().expect("a number")
}

/// Shows a token by SASL, and reads up to these words.
fn show(person: &mut Client, token: &str, words: &str) {
    person.say("AUTHENTICATE OAUTHBEARER");
    person.hear("AUTHENTICATE +");
    let answer = STANDARD.encode(format!("n,,\x01auth=Bearer {token}\x01\x01"));
    assert!(answer.len() < 400, "it fits one line");
    person.say(&format!("AUTHENTICATE {answer}"));
    person.hear(words);
}

#[test]
fn nothing_that_opens_something_is_kept_or_said() {
    let directory = tempfile::tempdir().expect("a directory");
    let mail = MailServer::start();
    let settings = mail.settings();
    let named: Vec<_> =
        settings.iter().map(|(key, value)| (key.to_uppercase().replace('.', "__"), value)).collect();
    let settings: Vec<_> = named.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let server = launch(directory.path(), &settings).start();
    let [good, forged] = ["ada-7", "ada-7 forged"].map(|it| issuer::common().described(it).expect("a token"));
    let mut unknown = Issuer::claims("eve-1");
    unknown.insert("jti".to_owned(), "once".into());
    let unknown = issuer::common().token(&unknown);

    let mut wrong = server.on_irc();
    wrong.say("PASS wrong-gate\nNICK wrong\nUSER w 0 * :w");
    wrong.hear(" 464 ");
    let mut gateway = server.on_irc();
    gateway.say("WEBIRC wrong-webirc kiwi host.example 192.0.2.1");
    gateway.hear("ERROR ");
    let mut gateway = server.on_irc();
    gateway.say(
        "WEBIRC webirc-password kiwi host.example 192.0.2.1\nPASS gate-password\nNICK web\nUSER w 0 * :w",
    );
    gateway.hear(" 001 ");

    let mut ada = person(&server, "ada");
    ada.say("JOIN #witness\nPRIVMSG #witness :a witness that words are found");
    ada.say("REGISTER * ada@example.org account-password");
    let letter = mail.letter("ada@example.org", Duration::from_secs(20)).expect("a letter").join("\n");
    let code_of = |letter: &str, verb: &str| {
        let after = letter.split(&format!("{verb} ada ")).nth(1).expect("a code").to_owned();
        after.split_whitespace().next().expect("a code").to_owned()
    };
    let first = code_of(&letter, "VERIFY");
    ada.say("VERIFY ada wron-gcod-ewro-ngco");
    ada.say(&format!("VERIFY ada {first}"));
    ada.hear(" 900 ");
    ada.say("SENDPASS ada");
    let letter = mail.letter("ada@example.org", Duration::from_secs(20)).expect("a letter").join("\n");
    let second = code_of(&letter, "RESETPASS");
    show(&mut ada, &good, " 903 ");
    ada.say("OPER root wrong-oper");
    ada.hear(" 464 ");
    ada.say(&format!("OPER root {OPER_PASSWORD}"));
    ada.hear(" 381 ");
    let mut eve = person(&server, "eve");
    show(&mut eve, &unknown, " 904 ");
    show(&mut eve, &forged, "AUTHENTICATE ");
    eve.say("AUTHENTICATE AQ==");
    eve.hear(" 904 ");
    show(&mut eve, "an-opaque-token-of-somebody", " 904 ");
    eve.say(&format!("RESETPASS ada {second} another-password"));
    eve.hear("The password of ada is changed.");
    let said = server.stop();

    // A second life, in which letters are sent by somebody who logs in where that cannot be done.
    let login =
        [("MAIL__USER", "postman"), ("MAIL__PASSWORD", "smtp-password"), ("MAIL__DEADLINE_MS", "1000")];
    let settings: Vec<_> = settings.iter().copied().chain(login).collect();
    let server = launch(directory.path(), &settings).start();
    let mut eve = person(&server, "eve");
    eve.say("SENDPASS ada\nPING here");
    eve.hear("PONG");
    // The server's answer to each question comes when it has looked, so this goes on until the letter was tried.
    let end = Instant::now() + Duration::from_secs(20);
    while counted(&directory.path().join("data"), "mail_failed") == 0 {
        assert!(Instant::now() < end, "the letter is tried");
    }
    let again = server.stop();

    let secrets = [
        &good,
        &forged,
        &unknown,
        &first,
        &second,
        "an-opaque-token-of-somebody",
        "wron-gcod-ewro-ngco",
        "gate-password",
        "wrong-gate",
        "webirc-password",
        "wrong-webirc",
        "account-password",
        "another-password",
        "wrong-oper",
        OPER_PASSWORD,
        "introspection-secret",
        "smtp-password",
    ];
    let files = files(&directory.path().join("data"));
    let with = |words: &str| -> Vec<&str> {
        files.iter().filter(|(_, text)| text.contains(words)).map(|(name, _)| name.as_str()).collect()
    };
    assert!(
        with("a witness that words are found").len() > 1,
        "words are found in the log and in the archive"
    );
    let told = format!("{}{}{}{}", said.said, said.errors, again.said, again.errors);
    assert!(told.contains("TRACE") || told.contains("DEBUG"), "it says all that it says of itself: {told}");
    for secret in secrets {
        assert_eq!(with(secret), Vec::<&str>::new(), "{secret} is on the disk");
        assert!(!told.contains(secret), "{secret} is told");
        // Wherever it begins in what was encoded: three bytes are four letters.
        for skipped in 0..3 {
            let rest = &secret.as_bytes()[skipped..];
            let encoded = STANDARD.encode(&rest[..rest.len() - rest.len() % 3]);
            assert!(!told.contains(&encoded) && with(&encoded).is_empty(), "{secret} is there, encoded");
        }
    }
}
