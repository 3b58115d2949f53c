//! The program with configurations that are right and wrong.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use colvert_testkit::server::Launch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");

fn colvert(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).envs(environment.iter().copied()).stdin(Stdio::null());
    command.output().expect("the program starts")
}

/// One line on standard error, nothing on standard output, exit code 78.
fn refusal(output: &Output) -> String {
    let errors = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(78), "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let mut lines = errors.lines();
    let line = lines.next().expect("a line that says why");
    assert_eq!(lines.next(), None, "one line is enough");
    line.strip_prefix("colvert: ").expect("it says who speaks").to_owned()
}

fn serve_refused(data: &Path, environment: &[(&str, &str)]) -> String {
    let data = data.to_str().expect("UTF-8");
    let arguments = ["serve", "--data", data, "--line", "127.0.0.1:0", "--irc", "127.0.0.1:0"];
    refusal(&colvert(&arguments, environment))
}

#[test]
fn the_example_passes_the_check() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("colvert.toml");
    let example = colvert(&["config", "example"], &[]);
    assert!(example.status.success());
    fs::write(&file, &example.stdout).unwrap();
    let checked = colvert(&["check-config", "--config", file.to_str().unwrap()], &[]);
    assert!(checked.status.success());
    assert_eq!(String::from_utf8_lossy(&checked.stdout), format!("{}: right\n", file.display()));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing was created");
}

#[test]
fn a_wrong_file_a_wrong_variable_and_a_wrong_flag_are_one_line_each() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("c.toml");
    fs::write(&file, "[listen]\nircs = \"off\"\n").unwrap();
    let said = refusal(&colvert(&["check-config", "--config", file.to_str().unwrap()], &[]));
    assert_eq!(said, format!("{}: [listen] ircs is not a key; did you mean irc?", file.display()));

    let said = serve_refused(directory.path(), &[("COLVERT__LOG__DURABILITY", "maybe")]);
    assert_eq!(said, "environment: COLVERT__LOG__DURABILITY = maybe must be \"commit\" or \"relaxed\"");

    let said = refusal(&colvert(&["serve", "--lang", "de"], &[]));
    assert_eq!(said, "command line: --lang = de must be \"en\" or \"fr\"");
}

#[test]
fn a_port_that_is_in_use_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = directory.path().to_str().unwrap();
    let output = colvert(&["serve", "--data", data, "--line", "127.0.0.1:0", "--irc", &address], &[]);
    assert_eq!(
        refusal(&output),
        format!(
            "[listen] irc = \"{address}\": the port is in use; stop what listens there, choose another one, or \"off\""
        )
    );
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let said = serve_refused(&file, &[]);
    assert!(said.starts_with(&format!("[data] dir = \"{}\": ", file.display())), "{said}");
}

#[test]
fn a_second_process_on_the_same_directory_is_refused_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let server = Launch::new(PROGRAM, directory.path()).start();
    let said = serve_refused(directory.path(), &[]);
    let expected = format!(
        "[data] dir = \"{}\": process {} has it; stop that one, or choose another directory",
        directory.path().display(),
        server.process()
    );
    assert_eq!(said, expected);
}

#[test]
fn a_directory_of_a_newer_program_is_refused_by_name() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("format"), "7\nsomething new\n").unwrap();
    let said = serve_refused(directory.path(), &[]);
    assert!(said.contains("it has format 7, and colvert "), "{said}");
    let files: Vec<_> = fs::read_dir(directory.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(files.len(), 2, "only the lock was added: {files:?}");
}

#[test]
fn the_version_is_told() {
    let output = colvert(&["--version"], &[]);
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, format!("colvert {}\n", env!("CARGO_PKG_VERSION")));
}
