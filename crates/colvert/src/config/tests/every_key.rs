//! Every key of the declaration: what is wrong for it is refused in one line, and what is new for it while the server runs is taken or
//! named. A key that is added needs its line here, unless it is a number or a truth value.

use super::*;

/// Values that no key takes, of types that no key has.
const WRONG_TYPES: &[&str] = &["{ wrong = 1 }", "1.5", "1979-05-27"];

/// What a key that is neither a number nor a truth value does not take, though it is of its type.
const WRONG_VALUES: &[(&str, &str)] = &[
    ("server.name", r#""my server""#),
    ("server.network", r#""a b""#),
    ("server.motd", r#"["a\rb"]"#),
    ("server.motd_file", r#""/nowhere/motd.txt""#),
    ("server.description", r#""two\nlines""#),
    ("server.icon", r#""http://example.org/duck.svg""#),
    ("server.admin", r#"["one", "two", "three", "four"]"#),
    ("server.denied_tags", r#"["a b"]"#),
    ("server.language", r#""de""#),
    ("server.password", r#""short""#),
    ("server.password_exempt", r#"["10.0.0.0/33"]"#),
    ("server.names", r#""rfc1459""#),
    ("listen.line", r#""127.0.0.1""#),
    ("listen.irc", r#""127.0.0.1:70000""#),
    ("listen.line_tls", r#""localhost:6697""#),
    ("listen.irc_tls", r#"["127.0.0.1:6697", "::1"]"#),
    ("listen.irc_websocket", r#""on""#),
    ("listen.irc_websocket_tls", r#""wss://127.0.0.1:443""#),
    ("listen.irc_unix", r#""a\u0000b""#),
    ("listen.irc_unix_mode", r#""999""#),
    ("tls.certificate", r#""a\u0000b""#),
    ("tls.key", r#""a\u0000b""#),
    ("proxy.listeners", r#"["smtp"]"#),
    ("proxy.trusted", r#"["haproxy"]"#),
    ("websocket.origins", r#"["web.example.org"]"#),
    ("websocket.proxies", r#"["::/129"]"#),
    ("data.dir", r#""""#),
    ("data.low_water_mb", r#""half""#),
    ("log.durability", r#""none""#),
    ("diagnostics.level", r#""loud""#),
    ("diagnostics.format", r#""xml""#),
    ("cloak.secret", r#""guess""#),
    ("cloak.netname", r#""Example!""#),
    ("accounts.registration", r#""sometimes""#),
    ("accounts.user_modes", r#""io""#),
    ("accounts.email", r#""always""#),
    ("oauth.issuer", r#""two words""#),
    ("oauth.audience", r#""two words""#),
    ("oauth.keys_file", r#""a\u0000b""#),
    ("oauth.keys_url", r#""http://id.example.org/keys""#),
    ("oauth.introspection_url", r#""ftp://id.example.org""#),
    ("oauth.introspection_client", r#""a\u0007b""#),
    ("oauth.introspection_secret", r#""a\u0007b""#),
    ("oauth.introspection_secret_file", r#""/nowhere/secret""#),
    ("oauth.name_claim", r#""two words""#),
    ("mail.server", r#""mail.example.org:25""#),
    ("mail.tls", r#""maybe""#),
    ("mail.user", r#""a\u0007b""#),
    ("mail.password", r#""a\u0007b""#),
    ("mail.password_file", r#""/nowhere/secret""#),
    ("mail.from", r#""nobody""#),
    ("presence.several_sessions", r#""perhaps""#),
    ("presence.always_on", r#""perhaps""#),
    ("limits.exempt", r#"["10.0.0.0/8", "everybody"]"#),
    ("oper_class.rights", r#"["fly"]"#),
    ("oper_class.extends", r#""No Such""#),
    ("issuer.issuer", r#""two words""#),
    ("issuer.audience", r#""two words""#),
    ("issuer.keys_file", r#""a\u0000b""#),
    ("issuer.keys_url", r#""http://id.example.org/keys""#),
    ("issuer.introspection_url", r#""ftp://id.example.org""#),
    ("issuer.introspection_client", r#""a\u0007b""#),
    ("issuer.introspection_secret", r#""a\u0007b""#),
    ("issuer.introspection_secret_file", r#""/nowhere/secret""#),
    ("issuer.name_claim", r#""two words""#),
    ("webirc.addresses", r#"["gateway.example.org"]"#),
    ("webirc.certificate", r#""c0ffee""#),
    ("webirc.password", r#""short""#),
    ("oper.class", r#""No Such""#),
    ("oper.password", r#""hunter2""#),
    ("oper.certificate", r#""c0ffee""#),
    ("oper.vhost", r#""two words""#),
];

/// What is wrong for a key: of the wrong type, and of the right one.
fn wrong_values(dotted: &str, expected: &str) -> Vec<String> {
    let mut wrong: Vec<String> = WRONG_TYPES.iter().map(|value| (*value).to_owned()).collect();
    let line = WRONG_VALUES.iter().find(|(key, _)| *key == dotted);
    // The range is in what is told, so that both are tried: one below it and one above it.
    let range = expected.split_once(" from ").and_then(|(_, range)| range.split_once(" to "));
    let range =
        range.and_then(|(least, most)| Some((least.parse::<i128>().ok()?, most.parse::<i128>().ok()?)));
    match (range, line) {
        (Some((least, most)), _) => {
            wrong.extend([least - 1, most + 1].map(|value| value.to_string()));
            wrong.push("\"many\"".to_owned());
        }
        (None, _) if expected == "true or false" => wrong.push("\"yes\"".to_owned()),
        (None, Some((_, value))) => wrong.push((*value).to_owned()),
        (None, None) => panic!("{dotted} has no value here that is wrong for it"),
    }
    wrong
}

/// What is wrong with how a value is refused: it is told in one line where it is, the key, the value unless it is a secret, and what would
/// be right.
fn badly_refused(
    section: &str,
    key: &str,
    value: &str,
    (expected, is_secret): (&str, bool),
) -> Option<String> {
    let text = format!("[{section}]\n{key} = {value}");
    let Err(problem) = load_file(&text) else { return Some(format!("{text} is taken")) };
    // As it is read, which may be another way of writing it.
    let begins = format!("colvert.toml: [{section}] {key} = ");
    let ends = format!(" must be {expected}");
    let shown = problem.strip_prefix(&begins).and_then(|rest| rest.strip_suffix(&ends));
    // A name is right if something has it.
    let names_nothing =
        problem.starts_with(&format!("[{section}] {key} = {value}: there is no such class; there are "));
    let is_fine =
        names_nothing || shown.is_some_and(|shown| if is_secret { shown == "…" } else { !shown.is_empty() });
    (!is_fine || problem.contains('\n')).then_some(problem)
}

#[test]
fn what_is_wrong_for_a_key_is_one_line_that_says_what_would_be_right() {
    let mut badly = Vec::new();
    for key in KEYS {
        let expected = (key.expected)();
        for value in wrong_values(&format!("{}.{}", key.section, key.name), &expected) {
            badly.extend(badly_refused(key.section, key.name, &value, (&expected, key.is_secret)));
        }
    }
    for table in TABLES {
        for key in table.keys {
            let (expected, section) = ((key.expected)(), format!("{}.x", table.name));
            for value in wrong_values(&format!("{}.{}", table.name, key.name), &expected) {
                badly.extend(badly_refused(&section, key.name, &value, (&expected, key.is_secret)));
            }
        }
    }
    assert!(badly.is_empty(), "{}", badly.join("\n"));
}

#[test]
fn no_line_of_wrong_values_is_of_a_key_that_there_is_not() {
    let keys = KEYS.iter().map(|key| format!("{}.{}", key.section, key.name));
    let columns =
        TABLES.iter().flat_map(|table| table.keys.iter().map(|key| format!("{}.{}", table.name, key.name)));
    let all: BTreeSet<_> = keys.chain(columns).collect();
    for (key, _) in WRONG_VALUES {
        assert!(all.contains(*key), "{key}");
    }
}

#[test]
fn a_new_value_of_each_key_is_taken_or_named_as_needing_a_restart() {
    let old = Config::default();
    let (mut live, mut others) = (0, 0);
    for key in KEYS {
        let new = different(key);
        let reload = old.reload(new.clone());
        let dotted = key.to_string();
        if key.is_live {
            assert_eq!((reload.taken, reload.left), (vec![dotted], vec![]));
            assert_eq!(reload.config, new);
            live += 1;
        } else {
            assert_eq!((reload.taken, reload.left), (vec![], vec![dotted]));
            assert_eq!(reload.config, old, "what goes by it goes by the old value");
            others += 1;
        }
    }
    assert!(live > 50 && others > 30, "{live} are taken, {others} are not");
}
