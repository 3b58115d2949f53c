//! The same right, the same verdict, on every path: what a channel has (topic, members, bans, key, words), asked for in
//! every way that there is, by everybody whom something may keep out.
//!
//! `rights/table.txt` is what comes of it, to be read by people; `COLVERT_REWRITE=1` writes it. Two rules hold for
//! all of it: who may not know that a channel is there is told, on every path but JOIN, what is told of a channel that
//! was never made, byte for byte; and what one path shows somebody, no other path keeps from them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use colvert_testkit::transcript::door::Door;
use colvert_testkit::transcript::in_process::InProcess;
use colvert_testkit::transcript::stage::{Seat, Sound, Stage};

/// Who asks: what they are called in the table, and what was done before, by whom.
const ASKERS: &[(&str, &[(&str, &str)])] = &[
    ("operator", &[("asker", "JOIN #c"), ("olga", "MODE #c +o asker")]),
    ("member", &[("asker", "JOIN #c")]),
    ("muted", &[("asker", "JOIN #c"), ("olga", "MODE #c +b m:asker")]),
    ("banned in", &[("asker", "JOIN #c"), ("olga", "MODE #c +b asker")]),
    ("secret in", &[("asker", "JOIN #c"), ("olga", "MODE #c +s")]),
    ("+k in", &[("asker", "JOIN #c"), ("olga", "MODE #c +k sesame")]),
    ("outside", &[]),
    ("banned", &[("olga", "MODE #c +b asker")]),
    ("+i", &[("olga", "MODE #c +i")]),
    ("+i invited", &[("olga", "MODE #c +i"), ("olga", "INVITE asker #c")]),
    ("+k", &[("olga", "MODE #c +k sesame")]),
    ("+l full", &[("olga", "MODE #c +l 1")]),
    ("+R", &[("olga", "MODE #c +R")]),
    (SECRET, &[("olga", "MODE #c +s")]),
    ("+s banned", &[("olga", "MODE #c +sb asker")]),
    ("+sik", &[("olga", "MODE #c +sik sesame")]),
    ("kicked", &[("asker", "JOIN #c"), ("olga", "KICK #c asker"), ("olga", "MODE #c +s")]),
    (ABSENT, &[("olga", "PART #c"), ("olga", "PART #c")]),
];

const SECRET: &str = "+s";
/// Who asks after a channel that was never made.
const ABSENT: &str = "none there";
/// Askers who may not know that the channel is there.
const UNKNOWING: &[&str] = &[SECRET, "+s banned", "+sik", "kicked"];

/// The ways to ask. The last changes who the asker is.
const PATHS: &[&str] = &[
    "NAMES #c",
    "WHO #c",
    "WHO #c %tcn,1",
    "WHO olga",
    "WHOIS olga",
    "LIST",
    "LIST #c",
    "TOPIC #c",
    "TOPIC #c :new",
    "MODE #c",
    "MODE #c +b",
    "MODE #c +m",
    "MODE #c +v olga",
    "INVITE friend #c",
    "KICK #c friend",
    "BAN #c friend",
    "MUTE #c friend",
    "KNOCK #c",
    "PRIVMSG #c :hello",
    "PRIVMSG @#c :hello",
    "PRIVMSG #c :\u{1}ACTION waves\u{1}",
    LISTENING,
    "HISTORY #c",
    "READ #c",
    "CHATHISTORY LATEST #c * 10",
    "DELETE #c olga",
    "CHANNEL #c",
    "CHANNEL #c access",
    "PART #c",
    "JOIN #c",
];

/// Nothing is asked: others speak.
const LISTENING: &str = "(listening)";

/// What a channel has, and by which word of an answer it is known; lists of members name the channel as well.
const THINGS: &[(char, &str)] =
    &[('T', "the-topic"), ('M', "olga"), ('B', "enemy!*@*"), ('K', "sesame"), ('W', "the-words")];

/// Paths on which a thing can be seen at all. JOIN is not among them: it makes the asker somebody else.
const SHOWN_BY: &[(char, &[&str])] = &[
    ('T', &["LIST", "LIST #c", "TOPIC #c"]),
    ('M', &["NAMES #c", "WHO #c", "WHO #c %tcn,1", "WHOIS olga"]),
    ('W', &["HISTORY #c", "READ #c", "CHATHISTORY LATEST #c * 10"]),
];

/// A channel, and people.
struct Scene {
    stage: InProcess,
    seats: BTreeMap<&'static str, Seat>,
    /// What the asker heard of what others did.
    overheard: Vec<String>,
}

impl Scene {
    fn new(prepared: &[(&'static str, &'static str)], is_there: bool) -> Self {
        let stage = InProcess::new([].into_iter()).expect("no setting is wrong");
        let mut scene = Self { stage, seats: BTreeMap::new(), overheard: Vec::new() };
        let irc = Door::named("irc").expect("there is IRC");
        for nick in ["olga", "friend", "asker"] {
            let seat = scene.stage.open(irc).expect("the door is open");
            scene.seats.insert(nick, seat);
            scene.ask(nick, &format!("NICK {nick}\r\nUSER {nick} 0 * :{nick}"));
        }
        if is_there {
            scene.ask("olga", "JOIN #c");
            scene.ask("olga", "TOPIC #c :the-topic");
            scene.ask("olga", "MODE #c +b enemy!*@*");
            scene.ask("olga", "PRIVMSG #c :the-words");
            for (who, line) in prepared {
                scene.ask(who, line);
            }
        }
        scene.overheard.clear();
        scene
    }

    /// What the asker hears of what others say.
    fn listen(&mut self) -> Vec<String> {
        self.ask("olga", "PRIVMSG #c :the-words are said");
        self.ask("olga", "TOPIC #c :the-topic is another");
        std::mem::take(&mut self.overheard)
    }

    /// What somebody hears when they send something.
    fn ask(&mut self, who: &'static str, line: &str) -> Vec<String> {
        let seat = self.seats[who];
        self.stage.send(seat, format!("{line}\r\n").as_bytes()).expect("they are there");
        let heard = self.stage.listen(Some(seat), 0).expect("the server goes on");
        let text = |sound| match sound {
            Sound::Line(line) => String::from_utf8(line).expect("UTF-8"),
            Sound::Closed => "closed".to_owned(),
        };
        let asker = self.seats.get("asker").copied();
        let (own, others): (Vec<_>, Vec<_>) = heard.into_iter().partition(|(whose, _)| *whose == seat);
        let to_asker = others.into_iter().filter(|(whose, _)| Some(*whose) == asker);
        self.overheard.extend(to_asker.map(|(_, sound)| text(sound)));
        own.into_iter().map(|(_, sound)| text(sound)).collect()
    }
}

/// What an answer comes to: what it shows, else why it does not, else whether anything was said.
fn verdict(path: &str, answer: &[String]) -> String {
    let number = |line: &str| line.split(' ').nth(1).and_then(|word| word.parse::<u16>().ok());
    let about = |line: &&String| !path.starts_with("WHO") || line.contains("#c");
    let shown: String = THINGS
        .iter()
        .filter(|(thing, word)| {
            let counts = *thing != 'M' || matches!(path.split(' ').next(), Some("NAMES" | "WHO" | "WHOIS"));
            counts && answer.iter().filter(about).any(|line| line.contains(word))
        })
        .map(|(thing, _)| *thing)
        .collect();
    let errors: BTreeSet<_> =
        answer.iter().filter_map(|line| number(line)).filter(|number| (400..600).contains(number)).collect();
    match (shown.is_empty(), errors.first()) {
        (false, _) => shown,
        (true, Some(number)) => number.to_string(),
        (true, None) if answer.iter().all(|line| number(line).is_some()) => ".".to_owned(),
        (true, None) => "done".to_owned(),
    }
}

/// All verdicts, and all answers: by who asks and how.
type Asked = BTreeMap<(&'static str, &'static str), (String, Vec<String>)>;

fn ask_everything() -> Asked {
    let mut asked = Asked::new();
    for (asker, prepared) in ASKERS {
        let mut scene = Scene::new(prepared, *asker != ABSENT);
        for path in PATHS {
            // Each is asked of the same channel: what one changes is made undone by asking again from the start.
            if changes(path) {
                scene = Scene::new(prepared, *asker != ABSENT);
            }
            let answer = match *path {
                LISTENING => scene.listen(),
                path => scene.ask("asker", path),
            };
            asked.insert((asker, path), (verdict(path, &answer), answer));
            if changes(path) {
                scene = Scene::new(prepared, *asker != ABSENT);
            }
        }
    }
    asked
}

fn changes(path: &str) -> bool {
    const VERBS: &[&str] = &["INVITE", "KICK", "BAN", "MUTE", "KNOCK", "PRIVMSG", "DELETE", "PART", "JOIN"];
    let is_set = path == LISTENING
        || path.starts_with("MODE #c +m")
        || path.starts_with("MODE #c +v")
        || path.ends_with(":new");
    is_set || VERBS.iter().any(|verb| path.split(' ').next() == Some(verb))
}

fn written(asked: &Asked) -> String {
    let width = ASKERS.iter().map(|(asker, _)| asker.len()).max().unwrap_or_default() + 1;
    let mut table = String::from(
        "What is shown of a channel on each path: T topic, M members, B bans, K key, W words; a number is a refusal,\n\
         done is done, a dot is an answer without anything in it. Who asks is at the top.\n\n",
    );
    write!(table, "{:<26}", "").expect("memory");
    for (asker, _) in ASKERS {
        write!(table, "{asker:<width$}").expect("memory");
    }
    for path in PATHS {
        write!(table, "\n{:<26}", path.replace('\u{1}', "")).expect("memory");
        for (asker, _) in ASKERS {
            write!(table, "{:<width$}", asked[&(*asker, *path)].0).expect("memory");
        }
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

/// Statuses, with the change that gives each.
const STATUSES: &[(&str, &str)] =
    &[("none", ""), ("voice", "+v"), ("halfop", "+h"), ("op", "+o"), ("admin", "+a"), ("owner", "+q")];

/// What members of each status may do to others: in a channel of olga's, to somebody called friend.
#[test]
fn the_table_of_ranks() {
    let statuses =
        |verb: &'static str| STATUSES.iter().map(move |(name, change)| (format!("{verb} {name}"), *change));
    let mut rows: Vec<(String, &str, String)> = Vec::new();
    rows.extend(statuses("kick").map(|(name, change)| (name, change, "KICK #c friend".to_owned())));
    let changes = || STATUSES[1..].iter().map(|(name, change)| (name, *change, &change[1..]));
    rows.extend(
        changes().map(|(name, _, letter)| (format!("give {name}"), "", format!("MODE #c +{letter} friend"))),
    );
    rows.extend(
        changes()
            .map(|(name, has, letter)| (format!("take {name}"), has, format!("MODE #c -{letter} friend"))),
    );
    for (name, line) in [
        ("speak under +m", "PRIVMSG #c :hello"),
        ("topic", "TOPIC #c :new"),
        ("mode", "MODE #c +s"),
        ("key", "MODE #c +k sesame"),
        ("ban", "MODE #c +b x!*@*"),
        ("mute", "MUTE #c friend"),
        ("invite under +i", "INVITE other #c"),
        ("change access", "CHANNEL #c access olga voice"),
        ("drop", "CHANNEL #c drop"),
    ] {
        rows.push((name.to_owned(), "", line.to_owned()));
    }
    let mut table = String::from(
        "What a member may do, by their status at the top, to a member of the status beside it.\n\n",
    );
    write!(table, "{:<26}", "").expect("memory");
    STATUSES.iter().for_each(|(name, _)| write!(table, "{name:<8}").expect("memory"));
    for (name, friend, line) in &rows {
        write!(table, "\n{name:<26}").expect("memory");
        for (_, own) in STATUSES {
            let mut scene = Scene::new(&[], true);
            scene.ask("olga", "REGISTER olga quack-quack");
            scene.ask("olga", "CHANNEL #c register");
            scene.ask("asker", "JOIN #c");
            scene.ask("friend", "JOIN #c");
            scene.ask("olga", "MODE #c +im");
            scene.ask("olga", &format!("MODE #c {own} asker"));
            scene.ask("olga", &format!("MODE #c {friend} friend"));
            let answer = scene.ask("asker", line);
            let refused =
                |line: &String| [" 401 ", " 404 ", " 482 ", "founder"].iter().any(|word| line.contains(word));
            // Nobody called other is there, which only who may invite learns.
            let is_asked = line.starts_with("INVITE") && answer.iter().any(|line| line.contains(" 401 "));
            let may = is_asked || !answer.iter().any(refused);
            write!(table, "{:<8}", if may { "yes" } else { "-" }).expect("memory");
        }
    }
    let lines: Vec<_> = table.lines().map(str::trim_end).collect();
    check("ranks.txt", &(lines.join("\n") + "\n"));
}

#[test]
fn the_table_of_rights() {
    let asked = ask_everything();
    check("table.txt", &written(&asked));
    let mut wrong = Vec::new();
    for (asker, path) in UNKNOWING.iter().flat_map(|asker| PATHS.iter().map(move |path| (asker, path))) {
        let (told, of_none) = (&asked[&(*asker, *path)].1, &asked[&(ABSENT, *path)].1);
        if *path != "JOIN #c" && told != of_none {
            wrong
                .push(format!("{asker} learns by {path} that there is a channel: {told:?}, not {of_none:?}"));
        }
    }
    for (asker, _) in ASKERS {
        for (thing, paths) in SHOWN_BY {
            let sees = |path: &&&str| asked[&(*asker, **path)].0.contains(*thing);
            let (seen, unseen) = paths.iter().partition::<Vec<&&str>, _>(sees);
            if !seen.is_empty() && !unseen.is_empty() {
                wrong.push(format!("{asker} sees {thing} by {seen:?}, and not by {unseen:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
