//! Names are folded, and compared for what they look like, in `core/names` alone: who compares them in another way finds others.

use std::collections::BTreeMap;

use crate::source::{crates, files};

/// The place.
const NAMES: &[&str] = &["crates/core/src/names.rs", "crates/core/src/names/folding.rs"];

/// What only the place itself has: the tables that fold, that judge and that confuse.
const TABLES: &[&str] =
    &["unicode_security", "unicode_normalization", "precis_", "make_ascii_lowercase", "casefold("];

/// How letters are made small or large, or compared without that.
const CASES: &[&str] =
    &["to_lowercase", "to_uppercase", "to_ascii_lowercase", "to_ascii_uppercase", "eq_ignore_ascii_case"];

/// Where that is done, how often, and to what: none of it is a name of somebody, an account or a channel.
const WORDS: &[(&str, usize, &str)] = &[
    ("crates/colvert/src/config/connecting.rs", 1, "digits of a fingerprint"),
    ("crates/colvert/src/config/load.rs", 2, "keys of the configuration"),
    ("crates/colvert/src/config/mail.rs", 1, "a host"),
    ("crates/colvert/src/config/problem.rs", 2, "keys of the configuration"),
    ("crates/colvert/src/config/table.rs", 1, "variables of the environment"),
    ("crates/core/src/account_settings.rs", 1, "what accounts choose"),
    ("crates/core/src/accounts.rs", 1, "digits of a fingerprint"),
    ("crates/core/src/clients.rs", 1, "what people call their own devices"),
    ("crates/core/src/command/directory.rs", 1, "commands"),
    ("crates/core/src/commands/account/certificate.rs", 1, "words of the command"),
    ("crates/core/src/commands/account/device.rs", 1, "words of the command"),
    ("crates/core/src/commands/account/email.rs", 1, "words of the command"),
    ("crates/core/src/commands/account/identity.rs", 2, "words of the command"),
    ("crates/core/src/commands/account/sessions.rs", 2, "words of the command"),
    ("crates/core/src/commands/channel.rs", 1, "words of the command"),
    ("crates/core/src/commands/channel/settings.rs", 1, "words for settings"),
    ("crates/core/src/commands/channel/clear.rs", 1, "a word"),
    ("crates/core/src/commands/chathistory.rs", 2, "words of the command"),
    ("crates/core/src/commands/help.rs", 1, "a language"),
    ("crates/core/src/commands/list.rs", 1, "conditions"),
    ("crates/core/src/commands/metadata.rs", 2, "words of the command"),
    ("crates/core/src/commands/playback.rs", 1, "words of the command"),
    ("crates/core/src/commands/persistence.rs", 2, "words of the command"),
    ("crates/core/src/commands/set.rs", 1, "words of the command"),
    ("crates/core/src/extban.rs", 3, "kinds of entries, and yes or no"),
    ("crates/core/src/mail.rs", 1, "a mailbox"),
    ("crates/core/src/modes.rs", 1, "words for statuses"),
    ("crates/core/src/opers.rs", 1, "what the configuration calls operators"),
    ("crates/core/src/span.rs", 1, "units of time"),
    ("crates/irc/src/message.rs", 1, "verbs"),
    ("crates/irc/src/reading/batch.rs", 2, "verbs"),
    ("crates/irc/src/reading/bearer.rs", 1, "how a token is shown"),
    ("crates/irc/src/reading/connection.rs", 1, "words of CAP"),
    ("crates/irc/src/reading/messages.rs", 1, "verbs"),
    ("crates/irc/src/reading/opers.rs", 6, "words of UBAN"),
    ("crates/irc/src/reading/sasl.rs", 1, "mechanisms"),
    ("crates/irc/src/services.rs", 3, "services, which nobody can be called, and what they are told"),
    ("crates/irc/src/services/chanserv.rs", 6, "words to a service"),
    ("crates/irc/src/services/nickserv.rs", 7, "words to a service"),
    ("crates/irc/src/writing/help.rs", 1, "verbs"),
    ("crates/net/src/websocket/handshake.rs", 4, "headers, hosts and origins"),
];

/// Where what a name looks like is asked for, or a key is made without folding: it was folded when it was written down.
const ASKED: &[(&str, usize, &str)] = &[
    ("crates/core/src/commands/account/administration.rs", 2, "an account is renamed"),
    ("crates/core/src/commands/account/ending.rs", 1, "an account ends"),
    ("crates/core/src/commands/channel/purge.rs", 1, "a channel is closed for good"),
    ("crates/core/src/commands/join.rs", 1, "a forward, which an entry or a mode has folded"),
    ("crates/core/src/commands/mode.rs", 1, "the same"),
    ("crates/core/src/commands/register.rs", 1, "an account is made"),
    ("crates/core/src/conversation.rs", 1, "read back"),
    ("crates/core/src/policy.rs", 2, "a nick, and a channel that is made"),
    ("crates/core/src/policy/renaming.rs", 1, "a channel is renamed"),
    ("crates/core/src/read_marker.rs", 1, "read back"),
];

/// How often each file of the program has one of the words.
fn found(words: &[&str]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let packages = crates().into_iter().filter(|package| !["load", "testkit"].contains(&package.as_str()));
    for file in
        packages.flat_map(|package| files(&package)).filter(|file| !NAMES.contains(&file.name.as_str()))
    {
        let times: usize = file
            .statements()
            .map(|(_, line)| words.iter().map(|word| line.matches(word).count()).sum::<usize>())
            .sum();
        if times > 0 {
            found.insert(file.name, times);
        }
    }
    found
}

/// A place that is not listed, or not so often, has to be looked at: does it compare names? Then it goes through them.
fn check(words: &[&str], list: &[(&str, usize, &str)]) {
    let (found, allowed) = (found(words), allowed(list));
    let new: Vec<_> = found.iter().filter(|(name, times)| allowed.get(*name) != Some(times)).collect();
    let gone: Vec<_> = allowed.keys().filter(|name| !found.contains_key(*name)).collect();
    assert!(new.is_empty() && gone.is_empty(), "{words:?} in {new:?}; no more in {gone:?}");
}

fn allowed(list: &[(&str, usize, &str)]) -> BTreeMap<String, usize> {
    list.iter().map(|(name, times, _)| ((*name).to_owned(), *times)).collect()
}

#[test]
fn one_place_has_the_tables() {
    // A password is made what another keyboard makes of it. It is no name.
    let passwords = ("crates/colvert/src/passwords.rs", 1, "");
    check(TABLES, &[passwords]);
}

#[test]
fn nothing_else_that_is_folded_is_a_name() {
    check(CASES, WORDS);
}

#[test]
fn who_asks_what_a_name_looks_like_is_known() {
    check(&[".skeleton(", "from_folded("], ASKED);
}
