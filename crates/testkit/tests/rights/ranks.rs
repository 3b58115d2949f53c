//! What members of each status may do to others: in a channel of olga's, to somebody called friend.

use std::fmt::Write as _;

use crate::check;
use crate::scene::{Scene, Way};

/// Statuses, with the change that gives each.
const STATUSES: &[(&str, &str)] =
    &[("none", ""), ("voice", "+v"), ("halfop", "+h"), ("op", "+o"), ("admin", "+a"), ("owner", "+q")];

#[test]
fn the_table_of_ranks() {
    let statuses =
        |verb: &'static str| STATUSES.iter().map(move |(name, change)| (format!("{verb} {name}"), *change));
    let mut rows: Vec<(String, &str, String)> = Vec::new();
    rows.extend(statuses("kick").map(|(name, change)| (name, change, "KICK #quay friend".to_owned())));
    let changes = || STATUSES[1..].iter().map(|(name, change)| (name, *change, &change[1..]));
    rows.extend(
        changes()
            .map(|(name, _, letter)| (format!("give {name}"), "", format!("MODE #quay +{letter} friend"))),
    );
    rows.extend(
        changes()
            .map(|(name, has, letter)| (format!("take {name}"), has, format!("MODE #quay -{letter} friend"))),
    );
    for (name, line) in [
        ("speak under +m", "PRIVMSG #quay :hello"),
        ("topic", "TOPIC #quay :new"),
        ("mode", "MODE #quay +s"),
        ("key", "MODE #quay +k sesame"),
        ("ban", "MODE #quay +b x!*@*"),
        ("mute", "MUTE #quay friend"),
        ("invite under +i", "INVITE other #quay"),
        ("change access", "CHANNEL #quay access olga voice"),
        ("drop", "CHANNEL #quay drop"),
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
            let mut scene = Scene::new(Way::Irc, &[]);
            scene.ask("olga", "REGISTER olga quack-quack");
            scene.ask("olga", "CHANNEL #quay register");
            scene.ask("asker", "JOIN #quay");
            scene.ask("friend", "JOIN #quay");
            scene.ask("olga", "MODE #quay +im");
            scene.ask("olga", &format!("MODE #quay {own} asker"));
            scene.ask("olga", &format!("MODE #quay {friend} friend"));
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
