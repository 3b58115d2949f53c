//! Who walks through all members of a channel, all people or all connections. What people do all the time must not: it costs
//! the engine the same however many are there. `cargo bench -p colvert-testkit --bench membership` shows it.

use std::collections::BTreeMap;

use crate::source::files;

/// How a walk is spelt: through `State::everybody`, `Local::sessions`, or one of the maps that have an entry for each.
const WALKS: &[&str] = &[
    "everybody()",
    "local.sessions()",
    "channel.members {",
    "members.iter()",
    "members.keys()",
    "members.range(",
    "members.retain(",
    "members.values()",
    "sessions.iter()",
    "sessions.values()",
    "users.iter()",
    "users.keys()",
    "users.range(",
    "users.retain(",
    "users.values()",
    "users.values_mut()",
];

/// Where that is done, how often, and why nobody waits for it.
const ALLOWED: &[(&str, usize, &str)] = &[
    ("crates/core/src/audience.rs", 1, "the process starts"),
    ("crates/core/src/commands/about.rs", 1, "operators' STATS"),
    ("crates/core/src/commands/channel/clear.rs", 1, "everybody is removed"),
    ("crates/core/src/commands/channel/purge.rs", 1, "operators close a channel"),
    (
        "crates/core/src/commands/metadata/told.rs",
        2,
        "who subscribed to metadata is told that of the members, in slices when they ask",
    ),
    ("crates/core/src/commands/persistence.rs", 1, "the configuration decides otherwise who stays"),
    ("crates/core/src/commands/presence.rs", 1, "the process starts"),
    ("crates/core/src/commands/rename.rs", 1, "a channel is renamed"),
    ("crates/core/src/commands/wallops.rs", 1, "operators speak to all who listen"),
    ("crates/core/src/commands/who.rs", 2, "WHO, in slices"),
    ("crates/core/src/evolve/forgetting.rs", 1, "an account ends"),
    ("crates/core/src/evolve/presence.rs", 1, "the process starts"),
    ("crates/core/src/local.rs", 1, "who walks is below"),
    ("crates/core/src/policy/server_bans.rs", 1, "operators ban somebody"),
    ("crates/core/src/reply/listing.rs", 1, "NAMES, in slices"),
    ("crates/core/src/state.rs", 1, "who walks is above"),
    ("crates/core/src/state/census.rs", 1, "the process starts"),
    ("crates/engine/src/engine/release.rs", 1, "the process ends"),
];

#[test]
fn what_people_do_all_the_time_looks_at_nobody_else() {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for file in files("core").into_iter().chain(files("engine")) {
        for (_, line) in file.statements() {
            if WALKS.iter().any(|walk| line.contains(walk)) {
                *found.entry(file.name.clone()).or_default() += 1;
            }
        }
    }
    let allowed: BTreeMap<_, _> =
        ALLOWED.iter().map(|(name, times, _)| ((*name).to_owned(), *times)).collect();
    assert_eq!(found, allowed);
}
