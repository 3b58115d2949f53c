//! All that is kept of a person: they are given it, and it goes with their account. An account is filled with something in every place
//! where data of a person is kept; who adds such a place, a field or a table, comes by here.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use colvert_core::names::AccountKey;
use colvert_core::state::{Account, State};
use colvert_disk::RealDisk;
use colvert_testkit::issuer;
use colvert_testkit::mail_server::MailServer;
use colvert_testkit::server::{Client, Launch, Server};
use rusqlite::types::ValueRef;

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
/// Nobody else says this word.
const NAME: &str = "zebulon";
const PASSWORD: &str = "un-bon-canard";

/// What is kept of an account and is no word that it said to others. All of it is exported, and all of it goes.
const KEPT: &[&str] = &[
    "email-aardvark@example.org",
    "email-bongo@example.org",
    "device-caracal",
    "client-dikdik",
    "eaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaea",
    "subject-eland",
    "metadata-fossa",
    "realname-gerenuk",
    "away-hyrax",
    "silence-impala",
    "nick-jackal",
    "kick-kudu",
    "suspended-lechwe",
    "quit-mongoose",
];
/// What it said: that stays for those who read it, and is exported, but for what was said before it was logged in: that could be
/// anybody's.
const SAID: &[&str] = &["said-early", "said-late", "line-one", "line-two", "said-in-private", "react-quoll"];

/// The tables of the archive, and whether anything is in there of a person.
const TABLES: &[(&str, bool)] = &[
    ("accounts", true),
    ("audit", true),
    ("conversations", true),
    ("events", true),
    ("happenings", true),
    ("messages", true),
    ("meta", false),
    ("seals", false),
    ("sides", true),
];

fn order(data: &Path, arguments: &[&str], input: &str) {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success(), "{arguments:?}");
}

fn launch(directory: &Path, mail: &MailServer) -> Launch {
    let keys = directory.join("keys.json");
    fs::write(&keys, issuer::common().keys()).expect("there is room for a file");
    let mut settings: Vec<(&str, String)> = vec![
        ("log.segment_mb", "1".to_owned()),
        ("accounts.scram", "true".to_owned()),
        ("accounts.scram_iterations", "4096".to_owned()),
        ("accounts.password_memory_kib", "1024".to_owned()),
        ("presence.always_on", "opt-in".to_owned()),
        ("oauth.issuer", issuer::NAME.to_owned()),
    ];
    settings.extend(issuer::settings("oauth", &keys.to_string_lossy()));
    settings.extend(mail.settings());
    let launch = Launch::new(PROGRAM, &directory.join("data"));
    settings.into_iter().fold(launch, |launch, (key, value)| {
        let variable = format!("COLVERT__{}", key.to_uppercase().replace('.', "__"));
        launch.variable(&variable, &value)
    })
}

/// Somebody on IRC.
fn person(server: &Server, nick: &str, realname: &str) -> Client {
    let mut person = server.on_irc();
    person.say(&format!("NICK {nick}\nUSER {nick} 0 * :{realname}"));
    person.hear(" 001 ");
    person
}

/// Waits until all that was asked for is done.
fn done(person: &mut Client) {
    person.say("PING done");
    person.hear("PONG");
}

/// Fills the account, as its owner and as others do who have to do with it. Gives back its export.
fn fill(server: &Server, data: &Path, mail: &MailServer) -> String {
    let mut roger = person(server, "roger", "Roger");
    roger.say("REGISTER * un-autre-canard\nJOIN #rust\nCHANNEL #rust register");
    roger.hear("It belongs to roger");
    // Before there is an account somebody has its name, and is taken for it.
    let mut early = person(server, NAME, "realname-gerenuk");
    early.say("JOIN #rust\nPRIVMSG #rust :said-early");
    early.say(&format!("REGISTER * {PASSWORD}"));
    early.hear(" 900 ");
    order(data, &["admin", "role", NAME, "administrator"], "");
    order(data, &["account", "create", "boss"], "le-grand-canard\n");
    order(data, &["admin", "role", "boss", "administrator"], "");
    let mut boss = person(server, "chief", "Boss");
    boss.say(&format!("LOGIN boss le-grand-canard\nACCOUNT-EMAIL {NAME} email-aardvark@example.org"));
    boss.hear("email-aardvark");
    owns(&mut early);
    let mut phone = server.on_irc();
    phone.say("CAP REQ :sasl\nAUTHENTICATE PLAIN");
    phone.hear("AUTHENTICATE +");
    phone.say("AUTHENTICATE AHplYnVsb25AY2xpZW50LWRpa2RpawB1bi1ib24tY2FuYXJk");
    phone.hear(" 903 ");
    phone.say(&format!("NICK {NAME}\nUSER {NAME} 0 * :realname-gerenuk\nCAP END\nAWAY :away-hyrax"));
    phone.hear(" 306 ");
    others(&mut roger, &mut early);
    // The letter's code is asked for last: a new password would take it away.
    mail.letter("email-bongo@example.org", Duration::from_secs(30)).expect("a letter");
    roger.say(&format!("SENDPASS {NAME}"));
    roger.hear("a code is on its way");
    order(data, &["account", "reset", NAME], "");
    let exported = exported(&mut early);
    for client in [&mut early, &mut phone] {
        client.say("QUIT :quit-mongoose");
        client.to_the_end();
    }
    boss.say(&format!("UBAN ADD account:{NAME} banned\nACCOUNT-SUSPEND {NAME} 1d suspended-lechwe"));
    boss.hear("suspended");
    done(&mut roger);
    exported
}

/// What its owner does.
fn owns(zebulon: &mut Client) {
    zebulon.say("CAP REQ :batch message-tags draft/multiline draft/metadata-2 draft/read-marker");
    zebulon.hear(" ACK ");
    zebulon.say("DEVICE ADD device-caracal");
    zebulon.hear("not shown again");
    zebulon.say(&format!("CERT ADD {}", "ea".repeat(32)));
    zebulon.hear("This certificate logs in now");
    let token = issuer::common().described("subject-eland").expect("a token");
    zebulon.say(&format!("IDENTITY ADD {token}"));
    zebulon.hear("Tokens of subject-eland");
    zebulon.say("SET always-on on\nMETADATA * SET display-name :metadata-fossa");
    zebulon.hear("metadata-fossa");
    zebulon.say(&format!("EMAIL email-bongo@example.org {PASSWORD}"));
    zebulon.hear("email-bongo");
    zebulon.say("MARKREAD #rust timestamp=2019-06-01T12:00:00.000Z\nMARKREAD roger timestamp=2019-06-01T12:00:00.000Z");
    zebulon.hear("MARKREAD roger");
    zebulon.say("SILENCE +silence-impala!*@*\nACCEPT roger\nMONITOR + roger\nAWAY :away-hyrax");
    zebulon.say("JOIN #mine\nCHANNEL #mine register\nTOPIC #mine :of mine\nMODE #mine +b somebody!*@*");
    zebulon.say("MODE #mine +I a:roger\nKICK #rust roger\nKNOCK #rust");
    zebulon.say("BATCH +1 draft/multiline #rust\n@batch=1 PRIVMSG #rust :line-one");
    zebulon.say("@batch=1 PRIVMSG #rust :line-two\nBATCH -1");
    zebulon.say("@+draft/react=react-quoll;+draft/reply=1-1 TAGMSG #rust");
    zebulon.say("NICK nick-jackal\nPRIVMSG #rust :said-late\nPRIVMSG roger :said-in-private");
    zebulon
        .say(&format!("NICK {NAME}\nUBAN ADD 10.9.9.9 away with it\nACCOUNT-CREATE other un-canard-de-plus"));
    zebulon.hear("other is made");
    zebulon.say("ACCOUNT-SUSPEND other");
    zebulon.hear("other is suspended");
    done(zebulon);
}

/// What others do to it.
fn others(roger: &mut Client, zebulon: &mut Client) {
    roger.say(&format!("MODE #rust +v {NAME}\nKICK #rust {NAME} :kick-kudu"));
    zebulon.hear("kick-kudu");
    zebulon.say("JOIN #rust");
    zebulon.hear(" 366 ");
    roger.say(&format!("TOPIC #rust :of rust\nMODE #rust +h {NAME}\nCHANNEL #rust access {NAME} op"));
    roger.say(&format!("CHANNEL #rust transfer {NAME}\nPRIVMSG {NAME} :to whom it may concern"));
    roger.say(&format!("MODE #rust +I a:{NAME}\nMODE #rust +e {NAME}!*@*\nSILENCE +{NAME}!*@elsewhere"));
    done(roger);
    zebulon.say("TOPIC #rust :of rust, too");
    zebulon.hear("of rust, too");
}

/// All pages of the export.
fn exported(zebulon: &mut Client) -> String {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        zebulon.say(&format!("EXPORT {after}"));
        loop {
            let line = zebulon.next_line().expect("the connection is open");
            let Some((_, said)) = line.split_once(" NOTICE zebulon :") else { continue };
            if said == "EXPORT: That is all." {
                return all.join("\n");
            }
            if let Some(next) = said.strip_prefix("EXPORT: There is more: EXPORT ") {
                next.clone_into(&mut after);
                break;
            }
            all.push(said.to_owned());
        }
    }
}

/// The account has something in each of its fields; who adds a field fills it above, exports it, and lets it go.
fn is_full(account: &Account) {
    let Account {
        name,
        hash,
        credential_version: _,
        role,
        registered: _,
        read_markers,
        metadata,
        settings,
        clients,
        suspended,
        reset_code,
        certificates,
        identities,
        devices,
        scram,
        address,
        new_address,
        mailed_code,
    } = account;
    assert_eq!(name.as_str(), NAME);
    assert_eq!(role.as_str(), "administrator");
    assert!(hash.starts_with("$argon2id$"));
    assert!(read_markers.len() >= 2);
    let counts =
        [metadata.len(), settings.len(), clients.len(), certificates.len(), identities.len(), devices.len()];
    assert_eq!(counts, [1; 6]);
    assert!(suspended.is_some() && reset_code.is_some() && mailed_code.is_some() && scram.is_some());
    assert!(address.is_some() && new_address.is_some());
}

/// The tables in which a word is.
fn tables_with(archive: &rusqlite::Connection, word: &str) -> BTreeSet<String> {
    let mut names = archive.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").expect("a schema");
    let names = names.query_map([], |row| row.get::<_, String>(0)).expect("a list");
    let names: Vec<_> = names.collect::<Result<_, _>>().expect("names");
    let known: Vec<_> = TABLES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(sorted, known, "what does a new table keep of people?");
    let mut found = BTreeSet::new();
    for name in names {
        let mut all = archive.prepare(&format!("SELECT * FROM {name}")).expect("a table");
        let columns = all.column_count();
        let mut rows = all.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let has = |n| match row.get_ref(n).expect("a column") {
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => contains(bytes, word),
                _ => false,
            };
            if (0..columns).any(has) {
                found.insert(name.clone());
            }
        }
    }
    found
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

fn archive(data: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(data.join("archive.db")).expect("an archive")
}

fn state(data: &Path) -> State {
    let disk = RealDisk::new(data).expect("a directory");
    colvert_engine::snapshot::load(&disk).expect("a snapshot").expect("there is one")
}

/// The files of the log that have the name.
fn segments_with_it(data: &Path) -> usize {
    let files = fs::read_dir(data).expect("a directory").map(|file| file.expect("a file").path());
    let segments = files.filter(|path| path.extension().is_some_and(|extension| extension == "seg"));
    // One may go meanwhile.
    segments.filter(|path| fs::read(path).is_ok_and(|bytes| contains(&bytes, NAME))).count()
}

#[test]
fn all_that_is_kept_of_a_person_is_theirs_to_have_and_goes_with_the_account() {
    let mail = MailServer::start();
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().join("data");
    let server = launch(directory.path(), &mail).start();
    let exported = fill(&server, &data, &mail);
    assert!(server.stop().status.success());

    is_full(&state(&data).accounts[&AccountKey::from_folded(NAME)]);
    let filled: BTreeSet<_> =
        TABLES.iter().filter(|(_, of_people)| *of_people).map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(tables_with(&archive(&data), NAME), filled);
    let not_yet = ["suspended-lechwe", "quit-mongoose", "said-early"];
    for word in KEPT.iter().chain(SAID).filter(|word| !not_yet.contains(word)) {
        assert!(exported.contains(word), "{word} is not in the export:\n{exported}");
    }
    for line in exported.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
    }

    let server = launch(directory.path(), &mail).start();
    order(&data, &["account", "delete", NAME], "");
    let mut guest = person(&server, "visitor", "Visitor");
    guest.say("WHOWAS zebulon");
    guest.hear(" 406 ");
    guest.say("JOIN #talk");
    let deadline = Instant::now() + Duration::from_secs(60);
    while segments_with_it(&data) > 0 {
        assert!(Instant::now() < deadline, "the log has it still");
        for _ in 0..1_000 {
            guest.say(&format!("PRIVMSG #talk :{}", "canard ".repeat(50)));
        }
        done(&mut guest);
    }
    assert!(server.stop().status.success());

    // The audit trail alone tells what was done, by whom and to whom.
    let archive = archive(&data);
    assert_eq!(tables_with(&archive, NAME), BTreeSet::from(["audit".to_owned()]));
    for word in SAID {
        assert_eq!(tables_with(&archive, word), BTreeSet::from(["messages".to_owned()]), "{word}");
    }
    assert_eq!(tables_with(&archive, "kick-kudu"), BTreeSet::from(["audit".to_owned()]));
    let mut state = state(&data);
    // That nobody else is taken for them needs to know how the name looks.
    state.former_accounts.clear();
    assert!(!contains(&state.to_bytes(), NAME), "{:#?}", state.channels);
    drop(archive);
    for file in fs::read_dir(&data).expect("a directory").map(|file| file.expect("a file").path()) {
        let bytes = fs::read(&file).expect("a file");
        // The reasons of what was done to somebody.
        let stays = |word: &&&str| ["suspended-lechwe", "kick-kudu"].contains(*word);
        for word in KEPT.iter().filter(|word| !stays(word)) {
            assert!(!contains(&bytes, word), "{word} is in {}", file.display());
        }
    }
}
