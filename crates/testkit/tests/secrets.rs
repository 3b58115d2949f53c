//! No password and no code is ever written: every byte of the disk is searched for those that were used.

use colvert_disk::Disk;
use colvert_testkit::sim_disk::SimDisk;
use colvert_testkit::transcript::door::Door;
use colvert_testkit::transcript::in_process::InProcess;
use colvert_testkit::transcript::stage::{Seat, Sound, Stage};

/// Used, right and wrong, in every way there is. None is a part of another.
const SECRETS: &[&str] = &[
    "first-secret",
    "second-secret",
    "wrong-secret",
    "third-secret",
    "fourth-secret",
    "in-process-claim-code",
    "cvt_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE",
    "abcd-efgh-ijkm-npqr",
    "fifth-secret",
    "sixth-secret",
];

fn say(stage: &mut InProcess, seat: Seat, line: &str) -> String {
    stage.send(seat, format!("{line}\r\n").as_bytes()).expect("the connection is open");
    let heard = stage.listen(Some(seat), 0).expect("the server answers");
    let lines = heard.into_iter().filter_map(|(_, sound)| match sound {
        Sound::Line(line) => Some(String::from_utf8_lossy(&line).into_owned()),
        Sound::Closed => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The files that have `secret` in them.
fn files_with(disk: &SimDisk, secret: &str) -> Vec<String> {
    let names = disk.list().expect("the disk works").into_iter();
    let has = |name: &String| {
        let bytes = disk.bytes(name).expect("it is listed");
        bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
    };
    names.filter(has).collect()
}

#[test]
fn no_secret_is_on_the_disk() {
    let mut stage = InProcess::new(std::iter::empty()).expect("a server");
    let line = stage.open(Door::named("line").expect("it is a door")).expect("the door is open");
    say(&mut stage, line, "/nick alice");
    assert!(say(&mut stage, line, "/register alice first-secret").contains("alice"));
    say(&mut stage, line, "/join witness");
    say(&mut stage, line, "a witness that words are found");
    assert!(say(&mut stage, line, "/login alice first-secret").contains("already"));
    say(&mut stage, line, "/quit");

    let irc = stage.open(Door::named("irc").expect("it is a door")).expect("the door is open");
    say(&mut stage, irc, "CAP REQ :sasl");
    say(&mut stage, irc, "AUTHENTICATE PLAIN");
    // \0alice\0wrong-secret, then the right one.
    assert!(say(&mut stage, irc, "AUTHENTICATE AGFsaWNlAHdyb25nLXNlY3JldA==").contains(" 904 "));
    say(&mut stage, irc, "AUTHENTICATE PLAIN");
    assert!(say(&mut stage, irc, "AUTHENTICATE AGFsaWNlAGZpcnN0LXNlY3JldA==").contains(" 903 "));
    say(&mut stage, irc, "NICK alice\r\nUSER alice 0 * :Alice\r\nCAP END");
    let code = stage.run(&["admin".into(), "code".into()]).expect("a code").expect("it is shown");
    assert!(!say(&mut stage, irc, &format!("CLAIM {code}")).contains("FAIL"));
    say(&mut stage, irc, "OPER alice wrong-secret");
    assert!(say(&mut stage, irc, "OPER alice first-secret").contains(" 381 "));

    let words = ["account", "create", "bob", "<", "second-secret"].map(str::to_owned);
    stage.run(&words).expect("an account");
    let other = stage.open(Door::named("line").expect("it is a door")).expect("the door is open");
    say(&mut stage, other, "/login bob third-secret");
    say(&mut stage, other, "/nick bob fourth-secret");
    assert!(say(&mut stage, other, "/login bob second-secret").contains("bob"));
    say(&mut stage, other, "/nick bob");
    say(&mut stage, other, "/register bob third-secret");
    assert!(
        say(&mut stage, other, "/device add phone")
            .contains("cvt_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE")
    );
    assert!(say(&mut stage, other, "/passwd second-secret fifth-secret").contains("bob"));
    let words = ["account", "reset", "bob"].map(str::to_owned);
    let code = stage.run(&words).expect("a code").expect("it is shown");
    assert!(say(&mut stage, other, &format!("/resetpass bob {code} sixth-secret")).contains("bob"));
    stage.restart().expect("it stops and starts");

    // In the log and in the archive.
    assert_eq!(files_with(stage.disk(), "a witness that words are found").len(), 2);
    for secret in SECRETS {
        assert_eq!(files_with(stage.disk(), secret), Vec::<String>::new(), "{secret} is on the disk");
    }
    for encoded in ["AGFsaWNlAGZpcnN0LXNlY3JldA", "AGFsaWNlAHdyb25nLXNlY3JldA"] {
        assert_eq!(files_with(stage.disk(), encoded), Vec::<String>::new(), "{encoded} is on the disk");
    }
}
