//! Who may use whom.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::source::{crates, root};

/// Which of our crates each crate may use, outside tests. A door is nobody's but the program's, and no door
/// has another, or storage.
const OURS: &[(&str, &[&str])] = &[
    ("colvert", &["archive", "core", "disk", "engine", "identity", "irc", "line", "log", "mail", "net"]),
    ("colvert-archive", &["core", "disk"]),
    ("colvert-core", &[]),
    ("colvert-disk", &[]),
    ("colvert-engine", &["core", "disk", "log"]),
    ("colvert-identity", &["core"]),
    ("colvert-irc", &["core"]),
    ("colvert-line", &["core"]),
    ("colvert-load", &[]),
    ("colvert-log", &["core", "disk"]),
    ("colvert-mail", &["core"]),
    ("colvert-net", &["core"]),
    ("colvert-testkit", &["archive", "core", "disk", "engine", "identity", "irc", "line", "log", "mail"]),
];

/// What the core may use besides: data, and nothing that reaches the outside.
const CORE: &[&str] = &[
    "base64",
    "compact_str",
    "hmac",
    "memchr",
    "minicbor",
    "precis-profiles",
    "sha2",
    "thiserror",
    "unicode-normalization",
    "unicode-security",
];

/// What the doors may use besides: data and words.
const DOORS: &[(&str, &[&str])] = &[
    ("colvert-irc", &["base64", "compact_str", "memchr"]),
    ("colvert-line", &["compact_str", "fluent-bundle", "unic-langid"]),
];

/// The dependencies of each crate of the workspace, those of tests and builds left out.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo speaks JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let name = |it: &Value| it["name"].as_str().expect("it has a name").to_owned();
    let uses = |it: &Value| {
        let all = it["dependencies"].as_array().expect("a list").iter();
        all.filter(|it| it["kind"].is_null()).map(name).collect()
    };
    packages.iter().map(|package| (name(package), uses(package))).collect()
}

#[test]
fn our_crates_use_each_other_as_the_architecture_says() {
    let dependencies = dependencies();
    assert_eq!(
        dependencies.keys().map(String::as_str).collect::<Vec<_>>(),
        OURS.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        "each crate is in the list"
    );
    assert_eq!(dependencies.len(), crates().len());
    for (name, allowed) in OURS {
        let allowed: BTreeSet<_> = allowed.iter().map(|it| format!("colvert-{it}")).collect();
        let used = dependencies[*name].iter().filter(|it| it.starts_with("colvert"));
        for other in used {
            assert!(allowed.contains(other), "{name} must not use {other}");
        }
    }
}

#[test]
fn the_core_and_the_doors_use_data_crates_only() {
    let dependencies = dependencies();
    for (name, allowed) in DOORS.iter().chain([&("colvert-core", CORE)]) {
        for used in dependencies[*name].iter().filter(|it| !it.starts_with("colvert")) {
            assert!(allowed.contains(&used.as_str()), "{name} must not use {used}");
        }
    }
}
