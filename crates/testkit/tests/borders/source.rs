//! The source of the workspace, as text.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of a crate's `src`.
pub struct Source {
    /// From the root of the repository: `crates/core/src/lib.rs`.
    pub name: String,
    /// All lines but those of unit tests.
    pub code: Vec<String>,
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a crate, without unit tests.
pub fn files(package: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join("crates").join(package).join("src"), &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "{package} has no source");
    paths.into_iter().map(|path| read(&path)).collect()
}

/// All crates: the names of their directories.
pub fn crates() -> Vec<String> {
    let entries = fs::read_dir(root().join("crates")).expect("there are crates");
    let names = entries.map(|entry| entry.expect("its name can be read").file_name());
    let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn collect(directory: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("its name can be read").path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if path.is_dir() && !is_test {
            collect(&path, into);
        } else if path.extension().is_some_and(|it| it == "rs") && !is_test {
            into.push(path);
        }
    }
}

fn read(path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("source is text");
    let code = text.lines().take_while(|line| *line != "#[cfg(test)]").map(str::to_owned).collect();
    let name = path.strip_prefix(root()).expect("it is in the repository");
    Source { name: name.to_string_lossy().into_owned(), code }
}

impl Source {
    /// The lines of code with their numbers, without comments.
    pub fn statements(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = (1..).zip(&self.code).map(|(number, line)| (number, without_comment(line)));
        numbered.filter(|(_, line)| !line.trim().is_empty())
    }
}

/// A line without its comment; `//` in an address does not begin one.
fn without_comment(line: &str) -> &str {
    let starts = line.match_indices("//").map(|(at, _)| at);
    let comment = starts.into_iter().find(|at| !line[..*at].ends_with(':'));
    comment.map_or(line, |at| &line[..at])
}

#[test]
fn comments_are_no_code() {
    assert_eq!(without_comment("let x = 1; // async"), "let x = 1; ");
    assert_eq!(without_comment("//! async"), "");
    assert_eq!(without_comment("\"https://x\""), "\"https://x\"");
}
