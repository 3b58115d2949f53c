//! What was heard against what is written.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::play::Performance;
use super::script::{Heard, Line, Script};

/// Compares, line by line of each person.
///
/// # Errors
/// What differs, with what led to it.
pub fn compare(name: &str, script: &Script, heard: &Performance) -> Result<(), String> {
    let mut report = String::new();
    for (number, heard) in heard {
        let written = written_after(script, *number);
        if by_actor(&written) != by_actor(heard) {
            describe(&mut report, name, script, (*number, &written, heard));
        }
    }
    if report.is_empty() { Ok(()) } else { Err(report + "\nCOLVERT_REWRITE=1 writes what was heard.\n") }
}

/// The file as it should have been.
pub fn rewritten(script: &Script, heard: &Performance) -> String {
    let mut lines = Vec::new();
    for (number, line) in script.lines.iter().enumerate() {
        if !matches!(line, Line::Heard(_)) {
            lines.push(line.clone());
        }
        if let Some(heard) = heard.get(&number) {
            lines.extend(heard.iter().cloned().map(Line::Heard));
        }
    }
    Script { lines }.to_string()
}

/// What is written to be heard after the step in line `number`.
fn written_after(script: &Script, number: usize) -> Vec<Heard> {
    let after = script.lines[number + 1..].iter().take_while(|line| !matches!(line, Line::Step(_)));
    after.filter_map(|line| if let Line::Heard(heard) = line { Some(heard.clone()) } else { None }).collect()
}

/// Whose lines come first does not matter; their own order does.
fn by_actor(heard: &[Heard]) -> BTreeMap<&str, Vec<&Heard>> {
    let mut by_actor: BTreeMap<&str, Vec<&Heard>> = BTreeMap::new();
    for it in heard {
        by_actor.entry(&it.actor).or_default().push(it);
    }
    by_actor
}

fn describe(
    report: &mut String,
    name: &str,
    script: &Script,
    (number, written, heard): (usize, &[Heard], &[Heard]),
) {
    let step = Script { lines: vec![script.lines[number].clone()] };
    let width = written.iter().chain(heard).map(|it| it.actor.chars().count()).max().unwrap_or_default();
    let mut line = |sign: char, text: &str| {
        writeln!(report, "{sign} {text}").expect("writing to memory does not fail");
    };
    line('\n', &format!("{name}:{}", number + 1));
    line(' ', step.to_string().trim_end());
    let (written, heard) = (by_actor(written), by_actor(heard));
    let actors: std::collections::BTreeSet<_> = written.keys().chain(heard.keys()).collect();
    for actor in actors {
        let empty = Vec::new();
        let (a, b) = (written.get(*actor).unwrap_or(&empty), heard.get(*actor).unwrap_or(&empty));
        for (sign, it) in difference(a, b) {
            line(sign, &it.in_column(width));
        }
    }
}

/// The shortest way from `a` to `b`: `-` is written and was not heard, `+` the other way round.
fn difference<'a>(a: &[&'a Heard], b: &[&'a Heard]) -> Vec<(char, &'a Heard)> {
    // Longest common subsequence from (i, j) to the ends.
    let mut common = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let skip = common[i + 1][j].max(common[i][j + 1]);
            common[i][j] = if a[i] == b[j] { common[i + 1][j + 1] + 1 } else { skip };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            lines.push((' ', a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', a[i]));
            i += 1;
        } else {
            lines.push(('+', b[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::script::What;
    use super::*;

    fn heard(actor: &str, line: &str) -> Heard {
        Heard { actor: actor.to_owned(), what: What::Line(line.to_owned()) }
    }

    const PLAY: &str = "@ alice irc\n@ bob irc\nalice > hi\nbob < one\nalice < two\nbob < three\n";

    #[test]
    fn the_order_between_people_is_free_and_that_of_one_is_not() {
        let script = Script::parse(PLAY).expect("a script");
        let good = vec![heard("alice", "two"), heard("bob", "one"), heard("bob", "three")];
        assert_eq!(compare("a.txt", &script, &Performance::from([(2, good)])), Ok(()));
        let bad = vec![heard("alice", "two"), heard("bob", "three"), heard("bob", "one")];
        assert!(compare("a.txt", &script, &Performance::from([(2, bad)])).is_err());
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_shown() {
        let script = Script::parse(PLAY).expect("a script");
        let heard = vec![heard("alice", "two"), heard("bob", "one"), heard("bob", "four")];
        let report = compare("a.txt", &script, &Performance::from([(2, heard)])).expect_err("four");
        assert!(report.contains("a.txt:3"), "{report}");
        assert!(report.contains("- bob   < three\n+ bob   < four\n"), "{report}");
        assert!(report.contains("  alice < two\n"), "{report}");
    }

    #[test]
    fn a_rewritten_file_has_what_was_heard_and_the_comments() {
        let script =
            Script::parse("# why\n@ bob irc\nbob > hi\nbob < old\n# after\nbob x\n").expect("a script");
        let heard = Performance::from([(1, vec![]), (2, vec![heard("bob", "new")]), (5, vec![])]);
        assert_eq!(rewritten(&script, &heard), "# why\n@ bob irc\nbob > hi\nbob < new\n# after\nbob x\n");
    }
}
