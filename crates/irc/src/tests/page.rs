//! `docs/irc.md`: its tables are the tables of the code, and what comments say of modes and departures.
//! `COLVERT_REWRITE=1` writes them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use colvert_core::extban;
use colvert_core::local::Link;
use colvert_core::modes::{CHANNEL_MODES, Meaning, NOTICES, STATUSES, Status, USER_MODES, UserFlag};
use colvert_core::notices::About;
use colvert_core::settings::Settings;

use super::comments::{self, Departure};
use crate::caps::{CAPS, Offered};
use crate::isupport::TOKENS;
use crate::numerics::NUMERICS;
use crate::reading::explained;
use crate::writing::help::parameter;

#[test]
fn the_page_has_all_that_the_code_has() {
    let tables = [
        ("capabilities", capabilities()),
        ("commands", commands()),
        ("channel modes", channel_modes()),
        ("entries", entries()),
        ("statuses", statuses()),
        ("user modes", user_modes()),
        ("tokens", tokens()),
        ("numerics", numerics()),
        ("departures", departures()),
    ];
    check("docs/irc.md", &tables);
    check("docs/operate.md", &[("notices", notices())]);
}

/// A page whose tables are these.
fn check(name: &str, tables: &[(&str, String)]) {
    let path = root().join(name);
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let written = tables.iter().fold(page.clone(), |page, (name, table)| replaced(&page, name, table));
    if std::env::var_os("COLVERT_REWRITE").is_some() {
        std::fs::write(&path, written).expect("the page can be written");
    } else {
        assert!(page == written, "{name} is behind: run this test with COLVERT_REWRITE=1");
    }
}

#[test]
fn every_departure_has_a_reason() {
    for Departure { file, words, .. } in comments::departures(&root()) {
        assert!(words.contains("because"), "{file}: a departure without a reason: {words}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The page with `table` between the marks of that name.
fn replaced(page: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let (before, rest) = page.split_once(&begin).expect("the page has the mark");
    let (_, after) = rest.split_once(&end).expect("the page has the mark");
    format!("{before}{begin}{table}{end}{after}")
}

fn table<const N: usize>(heads: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = format!("\n| {} |\n|{}\n", heads.join(" | "), "---|".repeat(N));
    for row in rows {
        let cells = row.map(|cell| cell.replace('|', "\\|"));
        writeln!(table, "| {} |", cells.join(" | ")).expect("memory");
    }
    table + "\n"
}

fn capabilities() -> String {
    let settings = Settings::default();
    let offered = [Link::Plain, Link::Secure].map(|link| Offered::new(&settings, link));
    let rows = CAPS.iter().map(|cap| {
        let [plain, secure] = &offered;
        let listed = [plain, secure].map(|offered| {
            let is = |word: &&String| word.split('=').next() == Some(cap.name);
            offered.listed(302).iter().find(is).map(|word| format!("`{word}`"))
        });
        let shown = match listed {
            [None, None] => "where the configuration has it".to_owned(),
            [None, Some(secure)] => format!("{secure}, over TLS"),
            [Some(plain), None] => format!("{plain}, without TLS"),
            [Some(plain), Some(secure)] if plain != secure => format!("{plain}; {secure} over TLS"),
            [Some(plain), _] => plain,
        };
        [format!("`{}`", cap.name), shown, link(cap.spec)]
    });
    table(["Capability", "`CAP LS 302`, with the default configuration", "Specification"], rows)
}

fn commands() -> String {
    let rows = explained().into_iter().map(|verb| {
        let shown = format!("{} {}", verb.name, verb.syntax);
        [format!("`{}`", shown.trim_end()), verb.summary.to_owned(), messages(verb.cost), link(verb.spec)]
    });
    table(["Verb", "What it does", "Takes", "Specification"], rows)
}

/// What a verb takes of a rate, in messages.
fn messages((least, most): (u32, u32)) -> String {
    let shown = |tenths: u32| match tenths % 10 {
        0 => format!("{}", tenths / 10),
        rest => format!("{}.{rest}", tenths / 10),
    };
    if least == most { shown(least) } else { format!("{} to {}", shown(least), shown(most)) }
}

fn channel_modes() -> String {
    let settings = Settings::default();
    let token = TOKENS.iter().find(|token| token.name == "CHANMODES").and_then(|token| token.word(&settings));
    let token = token.expect("the server has modes");
    let classes: Vec<_> = token.trim_start_matches("CHANMODES=").split(',').collect();
    let kinds = classes.iter().map(|letters| letters.chars().map(parameter).collect::<BTreeSet<_>>());
    assert!(
        kinds.into_iter().all(|kinds| kinds.len() == 1),
        "what is said of parameters is what CHANMODES says"
    );
    same_letters(CHANNEL_MODES, classes.iter().flat_map(|letters| letters.chars()));
    let rows = CHANNEL_MODES.iter().map(|it| {
        [format!("`{}`", it.letter), it.words.to_owned(), parameter(it.letter).to_owned(), link(it.spec)]
    });
    table(["Mode", "What it does", "Parameter", "Specification"], rows)
}

fn entries() -> String {
    let rows = extban::ENTRIES.iter().map(|(entry, words)| [(*entry).to_owned(), (*words).to_owned()]);
    table(["Entry", "What it says"], rows)
}

fn statuses() -> String {
    same_letters(STATUSES, Status::ALL.iter().map(|(.., prefix)| *prefix));
    let rows = STATUSES.iter().map(|it| {
        let letter = Status::of_prefix(it.letter).expect("a status").letter();
        [format!("`{}`", it.letter), format!("`{letter}`"), it.words.to_owned(), link(it.spec)]
    });
    table(["Prefix", "Mode", "Who has it", "Specification"], rows)
}

fn user_modes() -> String {
    // `s` is of a connection, and no flag.
    same_letters(USER_MODES, UserFlag::ALL.iter().map(|(_, letter)| *letter).chain(['s']));
    let rows = USER_MODES.iter().map(|it| [format!("`{}`", it.letter), it.words.to_owned(), link(it.spec)]);
    table(["Mode", "Who has it", "Specification"], rows)
}

fn notices() -> String {
    same_letters(NOTICES, About::ALL.iter().map(|(_, letter)| *letter));
    let rows = NOTICES.iter().map(|it| [format!("`{}`", it.letter), it.words.to_owned()]);
    table(["Letter", "About"], rows)
}

/// Each letter has a line in core/modes/meanings.rs, once, and no other.
fn same_letters(table: &[Meaning], there: impl Iterator<Item = char>) {
    let mut there: Vec<_> = there.collect();
    let mut told: Vec<_> = table.iter().map(|it| it.letter).collect();
    there.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, there);
}

fn tokens() -> String {
    let settings = Settings::default();
    let rows = TOKENS.iter().map(|token| {
        let word = token.word(&settings);
        let shown =
            word.map_or_else(|| "where the configuration has it".to_owned(), |word| format!("`{word}`"));
        [format!("`{}`", token.name), shown, link(token.spec)]
    });
    table(["Token", "With the default configuration", "Specification"], rows)
}

fn numerics() -> String {
    let rows = NUMERICS.iter().map(|it| [it.to_string(), format!("`{}`", it.name), it.text.to_owned()]);
    table(["Numeric", "Name", "Words"], rows)
}

fn departures() -> String {
    let rows = comments::departures(&root()).into_iter().map(|it| {
        let place = format!("[{}](../{})", it.file.rsplit('/').next().unwrap_or_default(), it.file);
        [if it.spec.is_empty() { "none".to_owned() } else { link(&it.spec) }, sentence(&it.words), place]
    });
    table(["Specification", "Departure, and why", "Where"], rows)
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}

/// A link with the end of the address as its words.
fn link(spec: &str) -> String {
    if spec.is_empty() {
        return "none".to_owned();
    }
    let end = spec.rsplit('/').next().unwrap_or(spec);
    format!("[{}]({spec})", end.strip_prefix('#').unwrap_or(end).replace('#', ", "))
}
