//! The same right, the same verdict, on every path: what a channel has (topic, members, bans, key, words, metadata), asked for in
//! every way that there is, by everybody whom something may keep out.
//!
//! `rights/table.txt` and `rights/line.txt` are what comes of it, to be read by people; `COLVERT_REWRITE=1` writes them. Two rules
//! hold for all of it: who may not know that a channel is there is told, on every path but JOIN, what is told of a channel that
//! was never made, byte for byte, for the same work; and what one path shows somebody, no other path keeps from them.

mod ranks;
mod scene;
mod spellings;
mod ways;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use scene::{CHANNEL, Prepared, SERVER, Scene, WRITTEN, Way};
use ways::Question;

/// Who asks: what they are called in the table, and what was done before, by whom.
const ASKERS: &[(&str, &Prepared)] = &[
    ("operator", &[("asker", "JOIN #quay"), ("olga", "MODE #quay +o asker")]),
    ("member", &[("asker", "JOIN #quay")]),
    ("muted", &[("asker", "JOIN #quay"), ("olga", "MODE #quay +b m:asker")]),
    ("banned in", &[("asker", "JOIN #quay"), ("olga", "MODE #quay +b asker")]),
    ("+s in", &[("asker", "JOIN #quay"), ("olga", "MODE #quay +s")]),
    ("+k in", &[("asker", "JOIN #quay"), ("olga", "MODE #quay +k sesame")]),
    ("+u in", &[("asker", "JOIN #quay"), ("olga", "MODE #quay +u")]),
    ("+m in", &[("asker", "JOIN #quay"), ("olga", "MODE #quay +m")]),
    ("outside", &[]),
    ("banned", &[("olga", "MODE #quay +b asker")]),
    ("+i", &[("olga", "MODE #quay +i")]),
    ("+s invited", &[("olga", "MODE #quay +s"), ("olga", "INVITE asker #quay")]),
    ("+i invited", &[("olga", "MODE #quay +i"), ("olga", "INVITE asker #quay")]),
    ("+k", &[("olga", "MODE #quay +k sesame")]),
    ("+l full", &[("olga", "MODE #quay +l 1")]),
    ("+R", &[("olga", "MODE #quay +R")]),
    ("+z", &[("olga", "MODE #quay -z+z")]),
    ("+u", &[("olga", "MODE #quay +u")]),
    ("was op", SUSPENDED),
    ("kicked open", &[("asker", "JOIN #quay"), ("olga", "KICK #quay asker")]),
    (REDACTED, &[("asker", "JOIN #quay"), ("olga", "REDACT #quay MSGID")]),
    (MADE_AGAIN, &[("olga", "MODE #quay +i"), ("olga", "PART #quay"), ("asker", "JOIN #quay")]),
    (SECRET, &[("olga", "MODE #quay +s")]),
    ("+s banned", &[("olga", "MODE #quay +sb asker")]),
    ("+sik", &[("olga", "MODE #quay +sik sesame")]),
    ("kicked", &[("asker", "JOIN #quay"), ("olga", "KICK #quay asker"), ("olga", "MODE #quay +s")]),
    ("suspended", SUSPENDED_AND_SECRET),
    ("+s owned", OWNED_AND_SECRET),
    ("sealed", &[("olga", "MODE #quay +i"), ("olga", "PART #quay")]),
    ("purged", PURGED),
    (ABSENT, &[]),
    ("none, suspended", SUSPENDED_AND_SECRET),
    ("none, owned", OWNED_AND_SECRET),
    ("none, purged", PURGED),
];

/// Somebody with a status in a registered channel whose account was closed, and who has come back without it.
const SUSPENDED: &Prepared = &[
    ("olga", "REGISTER olga quack-quack"),
    ("olga", "CHANNEL #quay register"),
    (SERVER, "account create ada < quack-quack"),
    ("olga", "CHANNEL #quay access ada op"),
    ("asker", "LOGIN ada quack-quack"),
    ("asker", "JOIN #quay"),
    (SERVER, "account suspend ada"),
];
const SUSPENDED_AND_SECRET: &Prepared = &[
    ("olga", "REGISTER olga quack-quack"),
    ("olga", "CHANNEL #quay register"),
    (SERVER, "account create ada < quack-quack"),
    ("olga", "CHANNEL #quay access ada op"),
    ("olga", "MODE #quay +s"),
    ("asker", "LOGIN ada quack-quack"),
    ("asker", "JOIN #quay"),
    (SERVER, "account suspend ada"),
];
const OWNED_AND_SECRET: &Prepared =
    &[("olga", "REGISTER olga quack-quack"), ("olga", "CHANNEL #quay register"), ("olga", "MODE #quay +s")];

/// A channel that an operator of the server closed for good.
const PURGED: &Prepared = &[
    ("olga", "REGISTER olga quack-quack"),
    (SERVER, "admin role olga administrator"),
    ("olga", "OPER olga quack-quack"),
    ("olga", "CHANNEL #quay purge"),
];

const SECRET: &str = "+s";
/// Who is in a channel in which what was said was deleted.
const REDACTED: &str = "redacted";
/// Who made a channel again of a name that had one with restricted entry.
const MADE_AGAIN: &str = "made again";
/// What nobody is shown any more, on whatever path.
const GONE: &[(&str, &str)] = &[(REDACTED, "W"), (MADE_AGAIN, "TMBKWD")];
/// Who asks after a channel that was never made.
const ABSENT: &str = "none there";
/// Who asks after one, being who the others are without it.
const OTHERWISE: &[(&str, &str)] =
    &[("suspended", "none, suspended"), ("+s owned", "none, owned"), ("purged", "none, purged")];
/// Askers who may not know that the channel is there, or was.
const UNKNOWING: &[&str] =
    &[SECRET, "+s banned", "+sik", "kicked", "suspended", "+s owned", "sealed", "purged"];

/// Nothing is asked: others speak.
const LISTENING: &str = "(listening)";

/// What a channel has, and by which word of an answer it is known; lists of members name the channel as well.
const THINGS: &[(char, &str)] = &[
    ('T', "the-topic"),
    ('M', "olga"),
    ('B', "enemy!*@*"),
    ('K', "sesame"),
    ('W', "the-words"),
    ('D', "the-metadata"),
    ('I', WRITTEN),
    ('R', "timestamp=2026-12-31"),
];

/// Paths of IRC on which a thing can be seen at all. JOIN is not among them: it makes the asker somebody else.
const SHOWN_BY: &[(char, &[&str])] = &[
    (
        'T',
        &[
            "LIST",
            "LIST #quay",
            "LIST #*",
            "LIST >0",
            "LIST <100",
            "LIST C<60",
            "LIST T<60",
            "LIST !#pier",
            "TOPIC #quay",
        ],
    ),
    (
        'M',
        &[
            "NAMES #quay",
            "NAMES #quay,#pier",
            "WHO #quay",
            "WHO #quay %tcuihsnfdlaor,1",
            "WHOIS olga",
            "WHOIS olga olga",
        ],
    ),
    ('B', &["MODE #quay b", "MODE #quay +b"]),
    (
        'D',
        &[
            "METADATA #quay GET display-name",
            "METADATA #quay LIST",
            "METADATA * SUB display-name\nMETADATA #quay SYNC",
        ],
    ),
    (
        'W',
        &[
            "HISTORY #quay",
            "READ #quay",
            "CHATHISTORY LATEST #quay * 10",
            "CHATHISTORY LATEST #quay timestamp=2027-01-01T00:00:00.000Z 10",
            "CHATHISTORY BEFORE #quay timestamp=2030-01-01T00:00:00.000Z 10",
            "CHATHISTORY AFTER #quay timestamp=2027-01-01T00:00:00.000Z 10",
            "CHATHISTORY AROUND #quay msgid=MSGID 10",
            "CHATHISTORY BETWEEN #quay timestamp=2027-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 10",
            "CHATHISTORY BETWEEN #quay msgid=1-1 timestamp=2030-01-01T00:00:00.000Z 10",
        ],
    ),
];

/// The same on the line protocol.
const SHOWN_BY_LINE: &[(char, &[&str])] = &[
    ('T', &["/list", "/list #q*", "/topic #quay"]),
    ('M', &["/users #quay", "/who #quay", "/whois olga"]),
    ('W', &["/history #quay", "/history #quay 5", "/read #quay"]),
];

/// What an answer comes to: what it shows, else why it does not, else whether anything was said.
fn verdict(line: &str, answer: &[String]) -> String {
    let verb = line.split(' ').next().unwrap_or_default();
    let number = |line: &str| line.split(' ').nth(1).and_then(|word| word.parse::<u16>().ok());
    let names = |line: &&String| {
        !verb.to_uppercase().contains("WHO") || verb == "/who" || line.contains(&WRITTEN[1..])
    };
    let lists_members = ["NAMES", "WHO", "WHOIS", "/users", "/who", "/whois"].contains(&verb);
    let is_shown = |thing: char, word: &str| match thing {
        'M' if verb == "/whois" => answer.iter().any(|line| line.contains(&WRITTEN[1..])),
        'M' if !lists_members => false,
        'I' if line != "INVITE" => false,
        _ => answer.iter().filter(names).any(|line| line.contains(word)),
    };
    let shown: String =
        THINGS.iter().filter(|(thing, word)| is_shown(*thing, word)).map(|(thing, _)| *thing).collect();
    let errors: BTreeSet<_> =
        answer.iter().filter_map(|line| number(line)).filter(|number| (400..600).contains(number)).collect();
    let is_refused = answer.iter().any(|line| line.contains(&format!(" NOTICE asker :{verb}: ")));
    match (shown.is_empty(), errors.first()) {
        (false, _) => shown,
        (true, Some(number)) => number.to_string(),
        (true, None) if is_refused => "no".to_owned(),
        (true, None) if answer.iter().all(|line| number(line).is_some()) => ".".to_owned(),
        (true, None) => "done".to_owned(),
    }
}

/// All verdicts, and all answers: by who asks and how.
type Asked = BTreeMap<(&'static str, &'static str), (String, Vec<String>)>;

fn ask_everything(way: Way, askers: &[&'static str]) -> (Vec<&'static str>, Asked) {
    let mut questions = ways::questions(way);
    questions.push(Question { line: LISTENING, changes: true });
    let mut asked = Asked::new();
    // Of the message that is there in all other scenes.
    let message = Scene::new(way, &[]).message().to_owned();
    for (asker, prepared) in ASKERS.iter().filter(|(asker, _)| askers.contains(asker)) {
        let set = || match *asker {
            asker if asker.starts_with("none") => Scene::without(way, prepared),
            _ => Scene::new(way, prepared),
        };
        let mut scene = set();
        let may_know = !UNKNOWING.contains(asker) && !asker.starts_with("none");
        for question in &questions {
            let Question { line, changes } = question;
            // What shows no channel is of interest only where nothing may be shown.
            if may_know && !question.is_about_channels() {
                continue;
            }
            let before = scene.position();
            let answer = match *line {
                LISTENING => scene.listen(),
                line => scene.question(&line.replace(scene::MESSAGE, &message)),
            };
            // Each is asked of the same channel. Where nothing has happened, nothing has changed.
            if *changes && scene.position() != before {
                scene = set();
            }
            asked.insert((asker, line), (verdict(line, &answer), answer));
        }
    }
    (questions.iter().map(|question| question.line).collect(), asked)
}

/// The table: a line for each question that some are answered otherwise than others.
fn written(lines: &[&'static str], asked: &Asked) -> String {
    const ROW: usize = 48;
    let width = ASKERS.iter().map(|(asker, _)| asker.len()).max().unwrap_or_default() + 1;
    let mut table = String::from(
        "What is shown of a channel on each path: T topic, M members, B bans, K key, W words, D metadata, I an invitation, R up to\n\
         where the asker has read; a number and no are refusals, done is done, a dot is an answer without anything in it. Who asks\n\
         is at the top; what all are answered in the same way is at the end.\n\n",
    );
    let shown = |line: &str| line.replace('\u{1}', "").replace('\n', " | ");
    write!(table, "{:<ROW$}", "").expect("memory");
    for (asker, _) in ASKERS {
        write!(table, "{asker:<width$}").expect("memory");
    }
    let mut same: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in lines {
        let verdicts = ASKERS.iter().filter_map(|(asker, _)| asked.get(&(*asker, *line)));
        let verdicts: Vec<_> = verdicts.map(|(verdict, _)| verdict.as_str()).collect();
        if verdicts.iter().all(|verdict| *verdict == verdicts[0]) {
            same.entry(verdicts[0]).or_default().push(shown(line));
            continue;
        }
        let mut row = shown(line);
        if row.len() >= ROW {
            row.push('\n');
            row.push_str(&" ".repeat(ROW));
        }
        write!(table, "\n{row:<ROW$}").expect("memory");
        verdicts.iter().for_each(|verdict| write!(table, "{verdict:<width$}").expect("memory"));
    }
    for (verdict, lines) in same {
        write!(table, "\n\nAll are answered {verdict}:").expect("memory");
        lines.iter().for_each(|line| write!(table, "\n  {line}").expect("memory"));
    }
    let lines: Vec<_> = table.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// Compares a table with its file, or writes it.
fn check(file: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rights").join(file);
    if std::env::var_os("COLVERT_REWRITE").is_some() {
        std::fs::write(&path, now).expect("the table can be written");
    }
    let table = std::fs::read_to_string(&path).expect("the table is there");
    assert!(table == now, "the table is another now; COLVERT_REWRITE=1 writes it:\n{now}");
}

/// Who may not know learns nothing.
fn secrets(lines: &[&'static str], asked: &Asked) -> Vec<String> {
    let mut wrong = Vec::new();
    for (asker, line) in UNKNOWING.iter().flat_map(|asker| lines.iter().map(move |line| (asker, line))) {
        let none = OTHERWISE.iter().find(|(who, _)| who == asker).map_or(ABSENT, |(_, none)| *none);
        let told =
            |asker| asked[&(asker, *line)].1.iter().map(|line| without_numbers(line)).collect::<Vec<_>>();
        let (told, of_none) = (told(*asker), told(none));
        if !line.trim_start_matches('/').to_uppercase().starts_with("JOIN") && told != of_none {
            wrong
                .push(format!("{asker} learns by {line} that there is a channel: {told:?}, not {of_none:?}"));
        }
    }
    wrong
}

/// A line without what is numbered through: messages by all that happens on the server, batches by all that a session was told.
fn without_numbers(line: &str) -> String {
    let mut line = line.to_owned();
    for before in ["msgid=", "batch=", "BATCH +", "BATCH -"] {
        let Some(begin) = line.find(before).map(|at| at + before.len()) else { continue };
        let end = line[begin..].find([';', ' ']).map_or(line.len(), |length| begin + length);
        line.replace_range(begin..end, "");
    }
    line
}

/// What one path shows, no other path keeps.
fn kept(shown_by: &[(char, &[&'static str])], asked: &Asked) -> Vec<String> {
    let mut wrong = Vec::new();
    for (asker, _) in ASKERS {
        for (thing, paths) in shown_by {
            let sees = |path: &&&'static str| asked[&(*asker, **path)].0.contains(*thing);
            let (seen, unseen) = paths.iter().partition::<Vec<&&str>, _>(sees);
            if !seen.is_empty() && !unseen.is_empty() {
                wrong.push(format!("{asker} sees {thing} by {seen:?}, and not by {unseen:?}"));
            }
        }
    }
    wrong
}

/// What is gone is on no path.
fn gone(asked: &Asked) -> Vec<String> {
    let mut wrong = Vec::new();
    for ((asker, line), (verdict, answer)) in asked {
        let things = GONE.iter().filter(|(who, _)| who == asker).flat_map(|(_, things)| things.chars());
        // What they are told of what is said from now on is theirs to read.
        let things = things.filter(|_| *line != LISTENING && !line.contains("enemy"));
        for thing in things.filter(|thing| verdict.contains(*thing)) {
            wrong.push(format!("{asker} sees {thing} by {line}: {answer:?}"));
        }
    }
    wrong
}

fn all_askers() -> Vec<&'static str> {
    ASKERS.iter().map(|(asker, _)| *asker).collect()
}

#[test]
fn the_table_of_rights() {
    let (lines, asked) = ask_everything(Way::Irc, &all_askers());
    check("table.txt", &written(&lines, &asked));
    let wrong = [secrets(&lines, &asked), kept(SHOWN_BY, &asked), gone(&asked)].concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_of_rights_on_the_line_protocol() {
    let (lines, asked) = ask_everything(Way::Line, &all_askers());
    check("line.txt", &written(&lines, &asked));
    let wrong = [secrets(&lines, &asked), kept(SHOWN_BY_LINE, &asked), gone(&asked)].concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Labels, batches, tags, playback of events: none of what clients ask for tells more.
#[test]
fn capabilities_tell_no_secret() {
    let askers: Vec<_> =
        UNKNOWING.iter().copied().chain([ABSENT]).chain(OTHERWISE.iter().map(|(_, none)| *none)).collect();
    let (lines, asked) = ask_everything(Way::IrcWithAll, &askers);
    let wrong = secrets(&lines, &asked);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let is_labelled =
        |(_, answer): &(String, Vec<String>)| answer.iter().any(|line| line.contains("label=L"));
    assert!(asked.values().filter(|asked| is_labelled(asked)).count() > asked.len() / 2);
    assert!(lines.iter().any(|line| line.contains(CHANNEL)));
}
