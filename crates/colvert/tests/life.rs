//! A server's life: what it says when it is ready, what it keeps, how it ends.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::{Duration, Instant};

use colvert_testkit::server::{Client, Launch};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");

fn join(client: &mut Client, nick: &str) {
    client.say(&format!("NICK {nick}\nUSER {nick} 0 * :{nick}\nJOIN #general"));
    client.hear(" 366 ");
}

#[test]
fn standard_output_carries_the_doors_and_the_code_and_nothing_else() {
    let above = tempfile::tempdir().unwrap();
    let data = above.path().join("data");
    let mut server = Launch::new(PROGRAM, &data).start();
    let code = server.claim_code();
    let (line, irc) = (server.line(), server.irc());
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    for file in fs::read_dir(&data).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.file_name());
    }
    let ended = server.stop();
    assert!(ended.status.success(), "{}", ended.errors);
    assert_eq!(ended.said, format!("listening line {line}\nlistening irc {irc}\nclaim {code}\n"));
    assert!(ended.errors.contains(&format!("everything is kept in {}", data.display())), "{}", ended.errors);
    assert!(ended.errors.contains("/claim CODE"), "{}", ended.errors);
}

#[test]
fn a_door_may_stay_closed_and_words_may_be_json() {
    let directory = tempfile::tempdir().unwrap();
    let launch = Launch::new(PROGRAM, directory.path()).doors(1).argument("--line").argument("off");
    let ended = launch.variable("COLVERT__DIAGNOSTICS__FORMAT", "json").start().stop();
    assert!(!ended.said.contains("line"), "{}", ended.said);
    assert!(ended.errors.contains("IRC: connect a client to"), "{}", ended.errors);
    for line in ended.errors.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
    }
}

#[test]
fn the_line_door_greets_in_the_language_that_was_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let server = Launch::new(PROGRAM, directory.path()).argument("--lang").argument("fr").start();
    let mut ginette = server.on_line();
    ginette.hear("Bienvenue sur ");
    ginette.say("/nick ginette");
    ginette.hear("Bienvenue, ginette !");
}

#[test]
fn people_are_told_when_the_server_stops() {
    let directory = tempfile::tempdir().unwrap();
    let server = Launch::new(PROGRAM, directory.path()).start();
    let (mut ginette, mut roger) = (server.on_line(), server.on_irc());
    ginette.say("/nick ginette\n/join general");
    ginette.hear("general");
    join(&mut roger, "roger");
    let ended = server.stop();
    assert!(ended.status.success(), "{}", ended.errors);
    let (ginette, roger) = (ginette.to_the_end(), roger.to_the_end());
    assert!(ginette.last().is_some_and(|line| line.contains("stopping")), "{ginette:?}");
    assert!(roger.last().is_some_and(|line| line.starts_with("ERROR ")), "{roger:?}");
}

/// What history says a line was, without the batch that it came in.
fn from_history(asked: &str, client: &mut Client) -> Vec<String> {
    client.say(&format!("CHATHISTORY {asked}"));
    client.hear("BATCH +");
    let lines = std::iter::from_fn(|| client.next_line()).take_while(|line| !line.contains("BATCH -"));
    let without_batch = |line: String| {
        let (batch, rest) = line.split_once(';').expect("tags");
        assert!(batch.starts_with("@batch="), "{batch}");
        format!("@{rest}")
    };
    lines.map(without_batch).collect()
}

#[test]
fn history_tells_the_time_and_the_id_that_were_told_then() {
    let directory = tempfile::tempdir().unwrap();
    let launch = || Launch::new(PROGRAM, directory.path());
    let caps = "CAP REQ :batch server-time message-tags echo-message draft/chathistory\nCAP END";
    let server = launch().start();
    let mut roger = server.on_irc();
    roger.say(caps);
    join(&mut roger, "roger");
    let time_of = |line: &str| line.split([';', ' ']).next().unwrap().replace("@time=", "timestamp=");
    let mut said: Vec<String> = Vec::new();
    // Three messages of three different milliseconds, and perhaps more.
    while said.len() < 3 {
        roger.say("PRIVMSG #general :coin");
        let line = roger.hear("PRIVMSG #general");
        assert!(line.starts_with("@time=") && line.contains(";msgid="), "{line}");
        if said.last().is_none_or(|last| time_of(last) != time_of(&line)) {
            said.push(line);
        }
    }
    let [first, second, third] = [&said[0], &said[1], &said[2]];
    let server = {
        server.stop();
        launch().start()
    };
    let mut roger = server.on_irc();
    roger.say(caps);
    join(&mut roger, "roger");
    let all = from_history("LATEST #general * 50", &mut roger);
    let is_told = |line: &String| all.contains(line);
    assert!(said.iter().all(is_told), "{said:#?} {all:#?}");
    // A moment that is asked before or after is not in the answer itself.
    let before = from_history(&format!("BEFORE #general {} 50", time_of(third)), &mut roger);
    assert!(before.contains(first) && before.contains(second) && !before.contains(third), "{before:#?}");
    let after = from_history(&format!("AFTER #general {} 50", time_of(first)), &mut roger);
    assert!(!after.contains(first) && after.contains(second) && after.contains(third), "{after:#?}");
    let between =
        from_history(&format!("BETWEEN #general {} {} 50", time_of(first), time_of(third)), &mut roger);
    assert!(!between.contains(first) && between.contains(second) && !between.contains(third), "{between:#?}");
}

#[test]
fn a_restart_keeps_topics_and_words_and_nobody() {
    for (signal, durability) in
        [("TERM", "commit"), ("KILL", "commit"), ("TERM", "relaxed"), ("KILL", "relaxed")]
    {
        let directory = tempfile::tempdir().unwrap();
        let launch =
            || Launch::new(PROGRAM, directory.path()).variable("COLVERT__LOG__DURABILITY", durability);
        let server = launch().start();
        let mut roger = server.on_irc();
        join(&mut roger, "roger");
        roger.say("TOPIC #general :Les canards\nPRIVMSG #general :Coin coin\nPING done");
        roger.hear("PONG");
        server.signal(signal);
        let _ = server.wait();

        let server = launch().start();
        let mut ginette = server.on_line();
        ginette.say("/nick ginette\n/join general\n/users\n/history");
        ginette.hear("Les canards");
        ginette.hear("On general (1):");
        ginette.hear("roger: Coin coin");
    }
}

#[test]
fn a_stop_leaves_little_to_do_and_an_archive_that_has_everything() {
    let directory = tempfile::tempdir().unwrap();
    let server = Launch::new(PROGRAM, directory.path()).start();
    let mut roger = server.on_irc();
    join(&mut roger, "roger");
    for n in 0..100 {
        roger.say(&format!("PRIVMSG #general :canard {n}"));
    }
    roger.say("PING done");
    roger.hear("PONG");
    assert!(server.stop().status.success());
    assert!(directory.path().join("state.snapshot").exists());
    assert!(!directory.path().join("control.sock").exists());
    let archive = rusqlite::Connection::open(directory.path().join("archive.db")).unwrap();
    let count: u32 = archive.query_row("SELECT count(*) FROM messages", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 100);
}

#[test]
fn what_the_archive_and_the_snapshot_have_goes_from_the_log() {
    const MESSAGES: u32 = 6_000;
    let directory = tempfile::tempdir().unwrap();
    let launch = || Launch::new(PROGRAM, directory.path()).variable("COLVERT__LOG__SEGMENT_MB", "1");
    let server = launch().start();
    let mut roger = server.on_irc();
    join(&mut roger, "roger");
    let words = "canard ".repeat(50);
    for n in 0..MESSAGES {
        roger.say(&format!("PRIVMSG #general :{n} {words}"));
    }
    roger.say("PING done");
    roger.hear("PONG");
    let first = directory.path().join("log-00000000000000000001.seg");
    let deadline = Instant::now() + Duration::from_secs(60);
    while first.exists() {
        assert!(Instant::now() < deadline, "the first segment is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
    server.kill();

    let server = launch().start();
    let mut ginette = server.on_line();
    ginette.say("/nick ginette\n/join general\n/history 1");
    ginette.hear(&format!("roger: {} canard", MESSAGES - 1));
    assert!(server.stop().status.success());
    let archive = rusqlite::Connection::open(directory.path().join("archive.db")).unwrap();
    let count: u32 = archive.query_row("SELECT count(*) FROM messages", [], |row| row.get(0)).unwrap();
    assert_eq!(count, MESSAGES);
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let server = Launch::new(PROGRAM, directory.path()).start();
    // Both are there when it goes on, so that the second one does not have to hurry.
    server.signal("STOP");
    server.signal("TERM");
    server.signal("INT");
    server.signal("CONT");
    let ended = server.wait();
    let code = ended.status.code();
    assert!(matches!(code, Some(130 | 143)), "{code:?} {}", ended.errors);
}

#[test]
fn the_service_manager_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let data = directory.path().join("data");
    let server = Launch::new(PROGRAM, &data).variable("NOTIFY_SOCKET", path.to_str().unwrap()).start();
    let mut heard = [0; 64];
    let n = manager.recv(&mut heard).unwrap();
    assert_eq!(&heard[..n], b"READY=1");
    assert!(server.stop().status.success());
    let n = manager.recv(&mut heard).unwrap();
    assert_eq!(&heard[..n], b"STOPPING=1");
}

#[test]
fn a_log_that_cannot_be_written_ends_the_server_with_a_reason_and_takes_nothing_back() {
    let directory = tempfile::tempdir().unwrap();
    let server = Launch::new(PROGRAM, directory.path()).start();
    let (mut ginette, mut roger) = (server.on_line(), server.on_irc());
    join(&mut roger, "roger");
    roger.say("TOPIC #general :Les canards\nPING done");
    roger.hear("PONG");
    ginette.say("/nick ginette\n/join general");
    ginette.hear("Les canards");
    let limit = Command::new("prlimit").args(["--fsize=1", "--pid", &server.process().to_string()]).status();
    assert!(limit.is_ok_and(|status| status.success()));
    roger.say("TOPIC #general :perdu");
    let (ginette, roger) = (ginette.to_the_end(), roger.to_the_end());
    for heard in [&ginette, &roger] {
        assert!(!heard.iter().any(|line| line.contains("perdu")), "nothing was acknowledged: {heard:?}");
    }
    assert!(roger.last().is_some_and(|line| line.starts_with("ERROR ")), "{roger:?}");
    let ended = server.wait();
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.errors.contains("colvert: log: "), "{}", ended.errors);

    let server = Launch::new(PROGRAM, directory.path()).start();
    let mut ginette = server.on_line();
    ginette.say("/nick ginette\n/join general\n/topic");
    ginette.hear("Les canards");
}

#[test]
fn no_password_and_no_code_is_in_the_directory() {
    let directory = tempfile::tempdir().unwrap();
    let mut server =
        Launch::new(PROGRAM, directory.path()).variable("COLVERT__DIAGNOSTICS__LEVEL", "trace").start();
    let code = server.claim_code();
    let mut ginette = server.on_line();
    ginette.say("/nick ginette\n/register ginette quarante-deux-canards");
    ginette.hear("ginette");
    ginette.say(&format!("/login ginette faux-canards\n/claim {code}"));
    ginette.hear("administrator");
    let ended = server.stop();
    let secrets = ["quarante-deux-canards", "faux-canards", code.as_str()];
    for secret in secrets {
        assert!(!ended.errors.contains(secret), "{secret} is in what was written to standard error");
    }
    for file in fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap();
        let mut bytes = Vec::new();
        fs::File::open(file.path()).unwrap().read_to_end(&mut bytes).unwrap();
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in {:?}", file.file_name());
        }
    }
}
