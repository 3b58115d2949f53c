//! What comments of the source say in a form that is agreed on: `Spec: <address>` and `Departs: this, because that.`

use std::path::Path;

/// A departure's comment.
#[derive(Debug)]
pub struct Departure {
    /// Below the workspace.
    pub file: String,
    pub words: String,
    /// What the same comment names before it.
    pub spec: String,
}

/// All departures in the crates, by file.
pub fn departures(root: &Path) -> Vec<Departure> {
    let mut found = Vec::new();
    for crates in ["core", "engine", "irc", "net"] {
        let folder = format!("crates/{crates}/src");
        walk(root, &folder, &mut found);
    }
    found
}

fn walk(root: &Path, folder: &str, found: &mut Vec<Departure>) {
    let entries = std::fs::read_dir(root.join(folder)).expect("a folder of the workspace");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("a file").file_name().into_string().expect("a plain name"))
        .collect();
    names.sort_unstable();
    for name in names {
        let path = format!("{folder}/{name}");
        // Tests speak of the form itself.
        if root.join(&path).is_dir() && name != "tests" {
            walk(root, &path, found);
        } else if Path::new(&name).extension().is_some_and(|end| end == "rs") {
            let source = std::fs::read_to_string(root.join(&path)).expect("a file of the workspace");
            let all = comments(&source);
            found.extend(all.iter().flat_map(|comment| departures_in(&path, comment)));
        }
    }
}

fn departures_in(file: &str, comment: &str) -> Vec<Departure> {
    let mut parts = comment.split("Departs: ");
    let mut spec = parts.next().and_then(last_spec).unwrap_or_default();
    let one = |part: &str| {
        let words = part.split(" Spec: ").next().unwrap_or(part).trim_end().to_owned();
        let departure = Departure { file: file.to_owned(), words, spec: spec.clone() };
        spec = last_spec(part).unwrap_or_else(|| spec.clone());
        departure
    };
    parts.map(one).collect()
}

/// The specification that is named last.
fn last_spec(words: &str) -> Option<String> {
    words.rsplit_once("Spec: ").map(|(_, spec)| address(spec))
}

/// `<https://…> (a remark)` without its brackets and the remark.
fn address(spec: &str) -> String {
    let inside = spec.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}

/// The comments that fill lines of their own; neighbouring lines are one comment.
fn comments(source: &str) -> Vec<String> {
    let mut comments: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in source.lines().map(str::trim) {
        let words = line.strip_prefix("//").map(|rest| rest.trim_start_matches(['/', '!']).trim());
        match words {
            Some(words) if !words.is_empty() && goes_on => {
                let last = comments.last_mut().expect("it goes on");
                *last = format!("{last} {words}");
            }
            Some(words) if !words.is_empty() => comments.push(words.to_owned()),
            _ => {}
        }
        goes_on = words.is_some_and(|words| !words.is_empty());
    }
    comments
}

#[test]
fn what_is_read_from_comments() {
    let source = "/// Words\n/// of two lines. Spec: <https://a/#b> (so)\n#[n(0)]\nX,\n\n// Spec: <https://c>\n\
                  // Departs: not so, because no.\nlet x; // Departs: is no comment of its own\n";
    let read = comments(source);
    assert_eq!(read.len(), 2, "{read:?}");
    assert_eq!(last_spec(&read[0]).as_deref(), Some("https://a/#b"));
    let departures = departures_in("x.rs", &read[1]);
    let [Departure { words, spec, .. }] = &departures[..] else { panic!("one departure: {departures:?}") };
    assert_eq!((words.as_str(), spec.as_str()), ("not so, because no.", "https://c"));
    let two = departures_in("x.rs", "Spec: <https://c> Departs: a, because b. Departs: d, because e.");
    let two: Vec<_> = two.iter().map(|it| (it.words.as_str(), it.spec.as_str())).collect();
    assert_eq!(two, [("a, because b.", "https://c"), ("d, because e.", "https://c")]);
}
