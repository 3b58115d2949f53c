//! What strangers send, at random: nothing panics, and every line that is sent is one.

mod stage;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use stage::Stage;

const VERBS: &[&str] = &[
    "ACCEPT",
    "ALERT",
    "AUTHENTICATE",
    "AWAY",
    "BAN",
    "BATCH",
    "CAP",
    "CHANSERV",
    "CHATHISTORY",
    "CHGHOST",
    "HELP",
    "HISTORY",
    "INVITE",
    "ISON",
    "ISUPPORT",
    "JOIN",
    "KICK",
    "KILL",
    "KNOCK",
    "LANG",
    "LIST",
    "LOG",
    "LUSERS",
    "MARKREAD",
    "METADATA",
    "MODE",
    "MONITOR",
    "MOTD",
    "NAMES",
    "NICK",
    "NICKSERV",
    "NOTICE",
    "OPER",
    "PART",
    "PASS",
    "PERSISTENCE",
    "PING",
    "PRIVMSG",
    "READ",
    "REDACT",
    "REGISTER",
    "RELAYMSG",
    "RENAME",
    "SETNAME",
    "SILENCE",
    "TAGMSG",
    "TIME",
    "TOPIC",
    "UNBAN",
    "USER",
    "USERHOST",
    "VERIFY",
    "VERSION",
    "WALLOPS",
    "WEBIRC",
    "WHO",
    "WHOIS",
    "WHOWAS",
];

/// What they read, each where it belongs and where it does not.
const PARAMS: &[&str] = &[
    "#c",
    "#c,#d",
    "alice",
    "bob,alice,x",
    "+",
    "+bklo",
    "-i+ovI",
    "*!*@*",
    "LS",
    "REQ",
    "END",
    "PLAIN",
    "SCRAM-SHA-256",
    "OAUTHBEARER",
    // SCRAM's first and last words, and a token's: right in their form.
    "biwsbj1hbGljZSxyPWFiY2Q=",
    "Yz1iaXdzLHI9YWJjZCxwPVlRPT0=",
    "bixhPWFsaWNlLAFhdXRoPUJlYXJlciB4LnkuegEB",
    ":echo-message batch labeled-response message-tags server-time",
    ":draft/multiline draft/chathistory draft/event-playback draft/read-marker",
    ":batch draft/metadata-2",
    ":-draft/metadata-2 draft/metadata-3",
    "sesame",
    "YQBhAHNlc2FtZQ==",
    "302",
    "0",
    "5",
    "*",
    "*ALL",
    ":",
    "éloïse",
    "LATEST",
    "BETWEEN",
    "AROUND",
    "TARGETS",
    "msgid=1-1",
    "msgid=1-ffffffffffffffff",
    "timestamp=2026-01-01T00:00:00.000Z",
    "timestamp=9999-99-99T99:99:99.999Z",
    "+1",
    "-1",
    "draft/multiline",
    "SET",
    "SUB",
    "SYNC",
    "CLEAR",
    "display-name",
    "%tcuihsnfdlaor,1",
    "smt/elsewhere",
    "~account:x",
    "t:5m:x",
];

/// Lines of anything, and lines that look like IRC.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let anything = vec(any::<u8>(), 0..80);
    let tags =
        "|@label=[a-z]{1,3} |@batch=1 |@batch=1;draft/multiline-concat |@\\+[a-z;=\\\\:]{0,12} |@\\PC{0,8} ";
    let verb = select(VERBS);
    let param = prop_oneof![
        4 => select(PARAMS).prop_map(str::to_owned),
        1 => Just(":\u{1}ACTION x\u{1}".to_owned()),
        1 => "[^\r\n\0]{0,20}",
        1 => ":[^\r\n\0]{0,400}",
    ];
    let typed = (tags, verb, vec(param, 0..6)).prop_map(|(tags, verb, params)| {
        let params: String = params.iter().map(|param| format!(" {param}")).collect();
        format!("{tags}{verb}{params}").into_bytes()
    });
    prop_oneof![1 => anything, 9 => typed]
}

/// A line that clients can read: UTF-8, 512 bytes and tags, one verb at least, nothing that ends it early.
fn assert_readable(line: &[u8]) {
    let text = str::from_utf8(line).expect("only UTF-8 is sent");
    assert!(!text.contains(['\0', '\r', '\n']), "{text:?}");
    let body = match text.strip_prefix('@') {
        Some(tagged) => tagged.split_once(' ').expect("tags and a space").1,
        None => text,
    };
    assert!(body.len() <= 510, "{} bytes: {body}", body.len());
    assert!(!body.contains("  ") || body.contains(" :"), "{body:?}");
    let verb = body.split(' ').find(|word| !word.starts_with(':')).expect("a verb");
    let is_verb = verb.bytes().all(|byte| byte.is_ascii_uppercase()) || verb.len() == 3;
    assert!(!verb.is_empty() && is_verb, "{body:?}");
}

fn perform(lines: &[(bool, Vec<u8>)]) {
    let mut stage = Stage::new();
    for name in ["alice", "bob", "newcomer"] {
        stage.connect(name, "10.0.0.1");
    }
    for name in ["alice", "bob"] {
        stage.line(name, format!("NICK {name}").as_bytes());
        stage.line(name, format!("USER {name} 0 * :{name}").as_bytes());
        stage.line(name, b"JOIN #c");
    }
    stage.control("ACCOUNT-CREATE ginette sesame");
    for (is_new, line) in lines {
        stage.line(if *is_new { "newcomer" } else { "alice" }, line);
        for name in stage.cast() {
            stage.take(&name).iter().for_each(|line| assert_readable(line));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_every_line_is_one(lines in vec((any::<bool>(), line()), 1..40)) {
        perform(&lines);
    }
}

fn sent(name: &str, lines: &[Vec<u8>]) -> Vec<String> {
    let mut stage = Stage::new();
    stage.connect(name, "10.0.0.1");
    for line in lines {
        stage.line(name, line);
    }
    stage.take(name).into_iter().map(|line| String::from_utf8(line).expect("UTF-8")).collect()
}

#[test]
fn lines_and_tags_have_limits() {
    let line = |tags: usize, body: usize| {
        let tags = if tags == 0 { String::new() } else { format!("@{} ", "a".repeat(tags)) };
        format!("{tags}PING {}", "b".repeat(body - "PING ".len())).into_bytes()
    };
    let too_long = [":irc.test 417 * :Input line was too long"];
    for (tags, body) in
        [(0, 511), (4095, 100), (4094, 511), (8191, 100), (8192, 510), (0, 100_000), (100_000, 100)]
    {
        assert_eq!(sent("x", &[line(tags, body)]), too_long, "{tags} {body}");
    }
    for (tags, body) in [(0, 510), (4094, 510), (1, 100)] {
        assert!(
            sent("x", &[line(tags, body)])[0].starts_with(":irc.test PONG irc.test :bbb"),
            "{tags} {body}"
        );
    }
}

/// Spec: <https://ircv3.net/specs/extensions/message-tags#size-limit>
#[test]
fn as_many_tags_as_may_be_sent_arrive_whole_beside_those_of_the_server() {
    let mut stage = Stage::new();
    for name in ["alice", "bob"] {
        stage.connect(name, "10.0.0.1");
        let hello =
            format!("CAP REQ :message-tags server-time\nNICK {name}\nUSER x 0 * :x\nCAP END\nJOIN #c");
        hello.lines().for_each(|line| stage.line(name, line.as_bytes()));
    }
    stage.take("alice");
    // Each byte of the last value is one that is escaped.
    let tags = format!("+a={};+b={}", "x".repeat(2_000), "\\:".repeat((4_094 - 2_003 - 4) / 2));
    let tags = format!("{tags}{}", "y".repeat(4_094 - tags.len()));
    stage.line("bob", format!("@{tags} PRIVMSG #c :hello").as_bytes());
    let heard = stage.take("alice");
    let heard = String::from_utf8(heard[0].clone()).expect("UTF-8");
    let (all, rest) = heard.strip_prefix('@').and_then(|line| line.split_once(' ')).expect("tags");
    assert_eq!(rest, ":bob!x@10.0.0.1 PRIVMSG #c :hello");
    let servers = all.strip_suffix(&tags).and_then(|all| all.strip_suffix(';')).expect("all that was sent");
    assert!(servers.len() <= 4_094 && servers.contains("msgid=") && all.len() + 2 <= 8_191, "{servers}");
}

#[test]
fn nothing_is_said_to_empty_lines() {
    assert_eq!(sent("x", &vec![Vec::new(); 100_000]), [""; 0]);
}

#[test]
fn negotiating_for_ever_goes_nowhere() {
    let mut lines = vec![b"NICK x".to_vec(), b"USER x 0 * :x".to_vec()];
    lines.splice(0..0, vec![b"CAP LS 302".to_vec(); 1_000]);
    assert!(sent("x", &lines).iter().all(|line| line.starts_with(":irc.test CAP * LS ")));
}
