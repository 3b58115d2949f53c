//! NAMES, WHO and METADATA SYNC of a channel with more people than one slice of an answer looks at: all are told, each once, and the end
//! comes last; what was asked afterwards is answered afterwards; somebody else is answered meanwhile. LIST that is longer than what waits
//! for a reader is told whole, too.

use std::collections::BTreeSet;

use colvert_testkit::server::{Client, Launch, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
/// More than two slices.
const PEOPLE: usize = 1_100;

fn crowd(server: &Server) -> Vec<Client> {
    let mut clients: Vec<_> = (0..PEOPLE).map(|_| server.on_irc()).collect();
    for (n, client) in clients.iter_mut().enumerate() {
        client.say(&format!(
            "CAP REQ :no-implicit-names batch draft/metadata-2\nNICK member{n:04}\nUSER u 0 * :M\nCAP END\n\
             METADATA * SET display-name :M. {n:04}\nJOIN #big"
        ));
    }
    for client in &mut clients {
        client.hear(" JOIN #big");
    }
    clients
}

/// All lines up to the one with `end`, and that one.
fn until(client: &mut Client, end: &str) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let line = client.next_line().expect("the server is there");
        let is_end = line.contains(end);
        lines.push(line);
        if is_end {
            return lines;
        }
    }
}

#[test]
fn a_long_list_comes_in_slices_whole_and_in_its_place() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Launch::new(PROGRAM, directory.path()).variable("COLVERT__LIMITS__ENABLED", "false").start();
    let _crowd = crowd(&server);
    let mut asker = server.on_irc();
    asker.say("NICK asker\nUSER u 0 * :A\nJOIN #big\nNAMES #big\nWHO #big\nWHO member00*\nPING after");
    let lines = until(&mut asker, "PONG");
    assert!(lines.last().is_some_and(|line| line.ends_with("after")), "{:?}", lines.last());

    let place = |code: &str| lines.iter().position(|line| line.contains(code)).expect("an end");
    let (names_end, who_end) = (place(" 366 "), place(" 315 "));
    assert_eq!(lines.iter().filter(|line| line.contains(" 366 ")).count(), 2, "of the join, and of NAMES");
    assert_eq!(lines.iter().filter(|line| line.contains(" 315 ")).count(), 2);
    let named: Vec<_> = lines[..names_end]
        .iter()
        .filter(|line| line.contains(" 353 "))
        .flat_map(|line| line.rsplit(':').next().unwrap_or_default().split(' '))
        .collect();
    assert_eq!(named.len(), PEOPLE + 1, "each once");
    assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), PEOPLE + 1, "each of them");
    let rows = |lines: &[String]| lines.iter().filter(|line| line.contains(" 352 ")).count();
    assert_eq!(rows(&lines[..who_end]), PEOPLE + 1);
    assert_eq!(rows(&lines[who_end..]), 100, "who matches a pattern");
}

/// Spec: <https://ircv3.net/specs/extensions/labeled-response#tags>
#[test]
fn a_long_list_has_one_label_and_is_one_batch() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Launch::new(PROGRAM, directory.path()).variable("COLVERT__LIMITS__ENABLED", "false").start();
    let _crowd = crowd(&server);
    let mut asker = server.on_irc();
    asker.say(
        "CAP REQ :no-implicit-names batch labeled-response\nNICK asker\nUSER u 0 * :A\nCAP END\nPING came",
    );
    until(&mut asker, "came");
    asker.say("@label=x WHO #big\n@label=y PING after");
    let lines = until(&mut asker, "PONG");
    let opened: Vec<_> = lines.iter().filter(|line| line.starts_with("@label=")).collect();
    assert!(opened[0].starts_with("@label=x ") && opened[1].starts_with("@label=y "), "{opened:?}");
    assert_eq!(opened.len(), 2);
    let reference = opened[0].split('+').nth(1).and_then(|rest| rest.split(' ').next()).expect("a batch");
    let rows = lines.iter().filter(|line| line.starts_with(&format!("@batch={reference} ")));
    assert_eq!(rows.count(), PEOPLE + 1, "each of them, and the end");
    assert!(lines[lines.len() - 2].ends_with(&format!(" BATCH -{reference}")), "{:?}", lines.last());
}

/// Spec: <https://ircv3.net/specs/extensions/metadata#postponed-synchronization>
#[test]
fn all_metadata_of_a_crowd_is_told_when_it_is_asked_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Launch::new(PROGRAM, directory.path()).variable("COLVERT__LIMITS__ENABLED", "false").start();
    let _crowd = crowd(&server);
    let mut asker = server.on_irc();
    asker.say("CAP REQ :no-implicit-names batch draft/metadata-2\nNICK asker\nUSER u 0 * :A\nCAP END");
    asker.say("METADATA * SUB display-name\nJOIN #big\nPING joined");
    let joined = until(&mut asker, "PONG");
    assert!(joined.iter().any(|line| line.contains(" 774 asker #big")), "{joined:#?}");
    assert!(!joined.iter().any(|line| line.contains(" METADATA ")), "too many at once: {joined:#?}");
    asker.say("METADATA #big SYNC\nPING after");
    let lines = until(&mut asker, "PONG");
    let told = |line: &&String| line.contains(" METADATA ");
    let begun = lines.iter().filter(|line| line.contains(" BATCH +") && line.ends_with(" metadata #big"));
    assert!(begun.count() > 1, "a batch for each part");
    assert!(lines.iter().filter(told).all(|line| line.starts_with("@batch=")), "{lines:#?}");
    let whose: Vec<_> = lines.iter().filter(told).filter_map(|line| line.split(' ').nth(3)).collect();
    assert_eq!(whose.len(), PEOPLE, "each once");
    assert_eq!(whose.iter().collect::<BTreeSet<_>>().len(), PEOPLE, "each of them");
}

/// Each of so many would be told of all of them, at once. Who does not know that channels are renamed seems to join another one, and
/// asks who is there if it matters.
/// Spec: <https://ircv3.net/specs/extensions/channel-rename#fallback>
#[test]
fn a_renamed_crowd_is_not_told_of_all_of_itself() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Launch::new(PROGRAM, directory.path()).variable("COLVERT__LIMITS__ENABLED", "false").start();
    let mut founder = server.on_irc();
    founder.say("NICK founder\nUSER u 0 * :F\nJOIN #big\nTOPIC #big :Ducks");
    founder.hear("TOPIC #big");
    let _crowd = crowd(&server);
    let mut member = server.on_irc();
    member.say("NICK member\nUSER u 0 * :M\nJOIN #big");
    member.hear(" 366 ");
    founder.say("RENAME #big #bigger");
    let lines = until(&mut member, " JOIN #bigger");
    assert!(lines.iter().any(|line| line.contains(" PART #big")), "{lines:#?}");
    member.say("PING after\nNAMES #bigger");
    let lines = until(&mut member, "PONG");
    assert!(lines.iter().any(|line| line.ends_with(" 332 member #bigger :Ducks")), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains(" 353 ")), "{lines:#?}");
    let lines = until(&mut member, " 366 ");
    assert!(lines.iter().filter(|line| line.contains(" 353 ")).count() > 1, "{lines:#?}");
}

/// Spec: <https://modern.ircdocs.horse/#safelist-parameter>
#[test]
fn a_list_is_safe_to_ask_for_however_long_it_is() {
    const CHANNELS: usize = 200;
    const TIMES: usize = 5;
    let directory = tempfile::tempdir().expect("a directory");
    let launch = Launch::new(PROGRAM, directory.path()).variable("COLVERT__LIMITS__ENABLED", "false");
    let launch = launch.variable("COLVERT__LIMITS__CHANNELS_PER_USER", "200");
    // Less than one of the lists has.
    let server = launch.variable("COLVERT__LIMITS__SEND_QUEUE_BYTES", "32768").start();
    let mut keeper = server.on_irc();
    keeper.say("NICK keeper\nUSER u 0 * :K");
    for n in 0..CHANNELS {
        keeper.say(&format!("JOIN #c{n}\nTOPIC #c{n} :{}\nPING topic{n}", "t".repeat(380)));
        keeper.hear(&format!("topic{n}"));
    }
    let mut asker = server.on_irc();
    asker.say(&format!("NICK asker\nUSER u 0 * :A\n{}PING after", "LIST\n".repeat(TIMES)));
    // The asker does not read yet; somebody else is answered.
    keeper.say("PING meanwhile");
    keeper.hear("meanwhile");
    let lines = until(&mut asker, "after");
    let count = |code: &str| lines.iter().filter(|line| line.contains(code)).count();
    assert_eq!([count(" 321 "), count(" 322 "), count(" 323 ")], [TIMES, TIMES * CHANNELS, TIMES]);
}
