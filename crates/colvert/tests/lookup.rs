//! Host names and ident on the real program: who connects comes in all the same.

use std::time::{Duration, Instant};

use colvert_testkit::server::Launch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");

#[test]
fn who_has_neither_a_name_nor_somebody_to_stand_up_for_them_comes_in_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Launch::new(PROGRAM, &directory.path().join("data"))
        .variable("COLVERT__LOOKUP__HOSTS", "true")
        .variable("COLVERT__LOOKUP__IDENT", "true")
        .variable("COLVERT__LOOKUP__DEADLINE_MS", "10000")
        .start();
    let began = Instant::now();
    let (mut alice, mut claire) = (server.on_irc(), server.on_line());
    alice.say("NICK alice\nUSER alexandrine 0 * :Alice\nJOIN #rust");
    assert!(alice.hear(" JOIN ").starts_with(":alice!~alexandri@"), "the mark is within USERLEN");
    claire.say("/nick claire\n/join #rust");
    assert!(alice.hear("claire").starts_with(":claire!line@"), "a user that the door gives is no claim");
    assert!(began.elapsed() < Duration::from_secs(10), "nobody waits for who does not answer");
    server.stop();
}
