//! People talking, as files that read aloud: `tests/conversations/*.txt`. Who is named first connects;
//! `>` is typed, `<` is read, and all that is read is written there. `COLVERT_REWRITE=1` writes it.

mod room;

use std::path::Path;

use colvert_core::ids::SessionId;
use colvert_core::local::Language;
use room::Room;

/// The conversation as it goes when the `>` lines of `script` are typed.
fn play(script: &str) -> String {
    let language =
        if script.lines().any(|line| line == "@ fr") { Language::French } else { Language::English };
    let mut room = Room::new(language);
    let mut people: Vec<(String, SessionId)> = Vec::new();
    let mut played = String::new();
    for line in script.lines() {
        let Some((name, typed)) = line.split_once(" >") else {
            if line.is_empty() || line.starts_with(['#', '@']) {
                played += &format!("{line}\n");
            }
            continue;
        };
        let name = name.trim_end();
        let id = match people.iter().find(|(other, _)| other == name) {
            Some((_, id)) => *id,
            None => {
                people.push((name.to_owned(), room.open()));
                read_all(&mut room, &people, &mut played);
                people.last().expect("just pushed").1
            }
        };
        played += &format!("{line}\n");
        room.types(id, typed.strip_prefix(' ').unwrap_or(typed));
        read_all(&mut room, &people, &mut played);
    }
    played
}

fn read_all(room: &mut Room, people: &[(String, SessionId)], played: &mut String) {
    for (name, id) in people {
        for line in room.reads(*id).lines() {
            *played += &format!("{name:<7} < {line}\n");
        }
    }
}

#[test]
fn conversations_go_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let mut count = 0;
    for file in std::fs::read_dir(&folder).expect("the folder is there") {
        let path = file.expect("an entry").path();
        let expect = std::fs::read_to_string(&path).expect("a text file");
        let played = play(&expect);
        if std::env::var_os("COLVERT_REWRITE").is_some() {
            std::fs::write(&path, played).expect("the file can be written");
        } else {
            assert_eq!(played, expect, "{}", path.display());
        }
        count += 1;
    }
    assert!(count > 0, "no conversation was found");
}
