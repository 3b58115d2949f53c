//! The configuration as people get it wrong.

mod every_key;

use std::collections::BTreeSet;
use std::io::Write as _;

use super::table::Key;
use super::*;

/// Loads a configuration of a file called `colvert.toml`, without the directory in its problem.
fn load_file(text: &str) -> Result<Config, String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("colvert.toml");
    std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
    let layers = Layers { file: Some(path), ..Layers::default() };
    let prefix = format!("{}/", directory.path().display());
    Config::load(&layers).map_err(|problem| problem.to_string().replace(&prefix, ""))
}

fn load_variable(name: &str, value: &str) -> Result<Config, String> {
    let environment = [(name.to_owned(), value.to_owned())].into();
    Config::load(&Layers { environment, ..Layers::default() }).map_err(|problem| problem.to_string())
}

#[test]
fn each_mistake_is_one_line_that_names_the_key_and_what_would_be_right() {
    let table = [
        (
            "[limits]\nchanels_per_user = 3",
            "colvert.toml: [limits] chanels_per_user is not a key; did you mean channels_per_user?",
        ),
        ("[limit]\nenabled = true", "colvert.toml: [limit] is not a section; did you mean limits?"),
        (
            "[certificates]\ncert = 1",
            "colvert.toml: [certificates] is not a section; there are server, listen, tls, proxy, websocket, lookup, sts, data, log, diagnostics, cloak, accounts, oauth, mail, channels, history, presence, limits, oper_class, issuer, webirc, oper",
        ),
        (
            "[log]\nlevel = \"info\"",
            "colvert.toml: [log] level is not a key; did you mean [diagnostics] level?",
        ),
        (
            "[listen]\nweb = \"off\"",
            "colvert.toml: [listen] web is not a key; there are line, irc, line_tls, irc_tls, irc_websocket, irc_websocket_tls, irc_unix, irc_unix_mode",
        ),
        ("listen = 3", "colvert.toml: [listen] must be a section with keys, not 3"),
        (
            "[limits]\nchannels_per_user = \"many\"",
            "colvert.toml: [limits] channels_per_user = \"many\" must be a whole number from 1 to 5000",
        ),
        (
            "[limits]\nchannels_per_user = 0",
            "colvert.toml: [limits] channels_per_user = 0 must be a whole number from 1 to 5000",
        ),
        (
            "[limits]\nfailed_logins = 300",
            "colvert.toml: [limits] failed_logins = 300 must be a whole number from 0 to 100",
        ),
        ("[limits]\nenabled = \"yes\"", "colvert.toml: [limits] enabled = \"yes\" must be true or false"),
        (
            "[listen]\nirc = 6667",
            "colvert.toml: [listen] irc = 6667 must be an address with its port, such as \"127.0.0.1:6667\" or \"[::1]:6667\", a list of them, or \"off\"",
        ),
        ("[server]\nlanguage = \"de\"", "colvert.toml: [server] language = \"de\" must be \"en\" or \"fr\""),
        (
            "[server]\nname = \"my server\"",
            "colvert.toml: [server] name = \"my server\" must be a host name with a dot in it, such as \"chat.example.org\"",
        ),
        (
            "[server]\nnetwork = \"a b\"",
            "colvert.toml: [server] network = \"a b\" must be one word of at most 32 visible ASCII characters",
        ),
        (
            "[server]\nmotd = [1]",
            "colvert.toml: [server] motd = [1] must be a list of lines, such as [\"Welcome.\", \"Be kind.\"], each at most 400 bytes",
        ),
        (
            "[server]\nmotd = [\"a\\rb\"]",
            "colvert.toml: [server] motd = [\"a\\rb\"] must be a list of lines, such as [\"Welcome.\", \"Be kind.\"], each at most 400 bytes",
        ),
        (
            "[log]\ndurability = \"none\"",
            "colvert.toml: [log] durability = \"none\" must be \"commit\" or \"relaxed\"",
        ),
        (
            "[diagnostics]\nlevel = \"loud\"",
            "colvert.toml: [diagnostics] level = \"loud\" must be \"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
        ),
        (
            "[data]\nlow_water_mb = -1",
            "colvert.toml: [data] low_water_mb = -1 must be a whole number of MiB, or \"auto\"",
        ),
        ("[data]\ndir = \"\"", "colvert.toml: [data] dir = \"\" must be the path of a directory"),
    ];
    for (text, expected) in table {
        assert_eq!(load_file(text).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn two_doors_do_not_have_the_same_address() {
    let problem = load_file("[listen]\nline = \"127.0.0.1:6667\"").unwrap_err();
    assert_eq!(
        problem,
        "[listen] irc = \"127.0.0.1:6667\": [listen] line has the same address; choose another one, or \"off\""
    );
    assert!(load_file("[listen]\nline = \"127.0.0.1:0\"\nirc = \"127.0.0.1:0\"").is_ok());
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    let problem = load_file("[server]\nname = \n").unwrap_err();
    assert!(problem.starts_with("colvert.toml:2: not TOML: "), "{problem}");
    assert_eq!(problem.lines().count(), 1);
    let twice = load_file("[server]\n[server]\n").unwrap_err();
    assert!(twice.starts_with("colvert.toml:2: not TOML: duplicate key"), "{twice}");
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let layers = Layers { file: Some("/nonexistent/colvert.toml".into()), ..Layers::default() };
    let problem = Config::load(&layers).unwrap_err().to_string();
    assert_eq!(problem, "/nonexistent/colvert.toml: cannot be read: No such file or directory (os error 2)");
}

#[test]
fn mistakes_in_the_environment_name_the_variable() {
    let table = [
        (
            "COLVERT__LIMITS__ENABLED",
            "maybe",
            "environment: COLVERT__LIMITS__ENABLED = maybe must be true or false",
        ),
        (
            "COLVERT__LIMITS__ENABLED",
            "",
            "environment: COLVERT__LIMITS__ENABLED = \"\" must be true or false",
        ),
        (
            "COLVERT__LIMITS__ENABLE",
            "true",
            "environment: COLVERT__LIMITS__ENABLE is not a key; did you mean COLVERT__LIMITS__ENABLED?",
        ),
        (
            "COLVERT__LISTN__IRC",
            "off",
            "environment: COLVERT__LISTN__IRC is not a section; did you mean listen?",
        ),
    ];
    for (name, value, expected) in table {
        assert_eq!(load_variable(name, value).unwrap_err(), expected, "{name}");
    }
    assert_eq!(load_variable("COLVERT_KILLS", "100"), Ok(Config::default()));
}

#[test]
fn a_later_layer_wins() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("c.toml");
    std::fs::write(&file, "[server]\nlanguage = \"fr\"\n[limits]\ntargets = 7\n[listen]\nirc = \"off\"")
        .unwrap();
    let environment = [
        ("COLVERT__LIMITS__TARGETS".to_owned(), "8".to_owned()),
        ("COLVERT__LISTEN__IRC".to_owned(), "[::1]:1".to_owned()),
    ];
    let flag = Flag { name: "--irc", section: "listen", key: "irc", value: "127.0.0.1:0".to_owned() };
    let layers = Layers { file: Some(file), environment: environment.into(), flags: vec![flag] };
    let config = Config::load(&layers).unwrap();
    assert_eq!(config.server.language, colvert_core::local::Language::French);
    assert_eq!(config.limits.targets, 8);
    assert_eq!(config.listen.irc, value::Listen(vec!["127.0.0.1:0".parse().unwrap()]));
    assert_eq!(config.log, keys::Log::default());
}

#[test]
fn a_wrong_flag_names_the_flag() {
    let flag = Flag { name: "--lang", section: "server", key: "language", value: "de".to_owned() };
    let problem = Config::load(&Layers { flags: vec![flag], ..Layers::default() }).unwrap_err();
    assert_eq!(problem.to_string(), "command line: --lang = de must be \"en\" or \"fr\"");
}

#[test]
fn the_example_is_right_and_changes_nothing() {
    assert_eq!(load_file(&example::example()), Ok(Config::default()));
}

#[test]
fn nothing_is_asked_of_who_connects_unless_it_is_asked_for() {
    assert!(Config::default().lookup().is_none());
    let asks = |key: &str| load_file(&format!("[lookup]\n{key} = true\n")).unwrap().lookup().unwrap();
    let (hosts, ident) = (asks("hosts"), asks("ident"));
    assert!(hosts.names.is_some() && hosts.ident_port.is_none());
    assert!(ident.names.is_none() && ident.ident_port == Some(113));
}

#[test]
fn every_key_is_in_the_example_with_what_it_does() {
    let example: toml::Table = example::example().parse().unwrap();
    let names: BTreeSet<_> = KEYS.iter().map(|key| (key.section, key.name)).collect();
    assert_eq!(names.len(), KEYS.len(), "a key is declared once");
    for key in KEYS {
        assert!(!key.about.is_empty(), "{key} is not described");
        let section = example[key.section].as_table().unwrap();
        assert!(section.contains_key(key.name), "{key} is not in the example");
    }
}

/// A value other than the default for each key, as the environment has it.
const OTHERS: &[(&str, &str)] = &[
    ("SERVER__NAME", "chat.example.org"),
    ("SERVER__NETWORK", "Example"),
    ("SERVER__MOTD", "Bonjour.\nSoyez gentils."),
    ("SERVER__DESCRIPTION", "Thé et canards"),
    ("SERVER__ICON", "https://example.org/duck.svg"),
    ("SERVER__ADMIN", "admin@example.org"),
    ("SERVER__DENIED_TAGS", "*,-draft/react"),
    ("SERVER__LANGUAGE", "fr"),
    ("SERVER__MOTD_FILE", "Cargo.toml"),
    ("SERVER__HIDE_LINKS", "true"),
    ("SERVER__PASSWORD", "let-the-ducks-in"),
    ("SERVER__PASSWORD_EXEMPT", "[\"10.0.0.0/8\"]"),
    ("SERVER__NAMES", "ascii"),
    ("LISTEN__LINE", "off"),
    ("LISTEN__IRC", "[::1]:7000"),
    ("LISTEN__LINE_TLS", "[::1]:63001"),
    ("LISTEN__IRC_TLS", "[\"[::1]:6697\", \"127.0.0.1:6697\"]"),
    ("LISTEN__IRC_WEBSOCKET", "[::1]:8097"),
    ("LISTEN__IRC_WEBSOCKET_TLS", "[::1]:8443"),
    ("LISTEN__IRC_UNIX", "/run/colvert/irc"),
    ("LISTEN__IRC_UNIX_MODE", "600"),
    ("TLS__CERTIFICATE", "/etc/colvert/cert.pem"),
    ("TLS__KEY", "/etc/colvert/key.pem"),
    ("PROXY__LISTENERS", "[\"irc\"]"),
    ("PROXY__TRUSTED", "[\"10.0.0.0/8\"]"),
    ("WEBSOCKET__ORIGINS", "[\"https://web.example.org\"]"),
    ("WEBSOCKET__PROXIES", "[\"10.0.0.0/8\"]"),
    ("LOOKUP__HOSTS", "true"),
    ("LOOKUP__IDENT", "true"),
    ("STS__PORT", "6697"),
    ("STS__PRELOAD", "true"),
    ("DATA__DIR", "/srv/colvert"),
    ("DATA__LOW_WATER_MB", "12"),
    ("LOG__DURABILITY", "relaxed"),
    ("DIAGNOSTICS__LEVEL", "debug"),
    ("DIAGNOSTICS__FORMAT", "json"),
    ("ACCOUNTS__REGISTRATION", "closed"),
    ("ACCOUNTS__LOGIN_REQUIRED", "true"),
    ("ACCOUNTS__NICK_GRACE_S", "60"),
    ("ACCOUNTS__SCRAM", "true"),
    ("ACCOUNTS__USER_MODES", "iw"),
    ("ACCOUNTS__ANONYMOUS_WHEN_DELETED", "false"),
    ("ACCOUNTS__EMAIL", "off"),
    ("OAUTH__ISSUER", "https://id.example.org"),
    ("OAUTH__AUDIENCE", "chat"),
    ("OAUTH__KEYS_FILE", "/etc/colvert/keys.json"),
    ("OAUTH__KEYS_URL", "https://id.example.org/keys"),
    ("OAUTH__INTROSPECTION_URL", "https://id.example.org/ask"),
    ("OAUTH__INTROSPECTION_CLIENT", "irc"),
    ("OAUTH__INTROSPECTION_SECRET", "a secret"),
    ("OAUTH__INTROSPECTION_SECRET_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
    ("OAUTH__NAME_CLAIM", "nickname"),
    ("OAUTH__MAKE_ACCOUNTS", "true"),
    ("OAUTH__TLS_ONLY", "false"),
    ("MAIL__SERVER", "mail.example.org"),
    ("MAIL__PORT", "2525"),
    ("MAIL__TLS", "starttls"),
    ("MAIL__USER", "irc"),
    ("MAIL__PASSWORD", "a secret"),
    ("MAIL__PASSWORD_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
    ("MAIL__FROM", "Example <irc@example.org>"),
    ("PRESENCE__SEVERAL_SESSIONS", "mandatory"),
    ("PRESENCE__ALWAYS_ON", "off"),
    ("LIMITS__ENABLED", "false"),
    ("LIMITS__EXEMPT", "[\"10.0.0.0/8\", \"::1\"]"),
    ("ACCOUNTS__ANONYMOUS_WHEN_DELETED", "false"),
    ("CHANNELS__RELAYS", "true"),
    ("HISTORY__KEEP_CHANNELS_DAYS", "30"),
    ("HISTORY__KEEP_REGISTERED_DAYS", "30"),
    ("HISTORY__KEEP_PRIVATE_DAYS", "30"),
    ("CLOAK__ENABLED", "false"),
    ("CLOAK__SECRET", "a duck walks into a bar"),
    ("CLOAK__NETNAME", "example.org"),
    ("CLOAK__ACCOUNTS", "true"),
];

/// The defaults, but for one key.
fn different(key: &Key) -> Config {
    let variable = key.variable();
    let other = OTHERS.iter().find(|(name, _)| variable == format!("{PREFIX}{name}"));
    // Numbers: the default and one more, or one less.
    let number = || {
        let number = (key.write)(&Config::default()).parse::<u64>();
        number.expect("a key that is no number has its line above")
    };
    let candidates = match other {
        Some((_, value)) => vec![(*value).to_owned()],
        None => vec![(number() + 1).to_string(), (number() - 1).to_string()],
    };
    let config = candidates.iter().find_map(|value| load_variable(&variable, value).ok());
    config.unwrap_or_else(|| panic!("{variable}: none of {candidates:?} is right"))
}

#[test]
fn each_key_is_honoured_from_the_environment() {
    let defaults = Config::default();
    for key in KEYS {
        let (variable, config) = (key.variable(), different(key));
        assert_ne!((key.write)(&config), (key.write)(&defaults), "{variable} is not honoured");
        let changed = KEYS.iter().filter(|other| (other.write)(&config) != (other.write)(&defaults)).count();
        assert_eq!(changed, 1, "{variable} sets one key");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let config = Config::default();
    for key in KEYS {
        let text = format!("{} = {}", key.name, (key.write)(&config));
        let value = &text.parse::<toml::Table>().unwrap()[key.name];
        let mut other = Config::default();
        assert!((key.set)(&mut other, value), "{text} is not read back");
        assert_eq!(other, config, "{text}");
    }
}

/// Keys that are read where they are needed; what each does is seen on the real program.
const READ_WHERE_NEEDED: &[&str] = &[
    "server.language",
    "listen.irc_unix",
    "listen.irc_unix_mode",
    "tls.certificate",
    "tls.key",
    "proxy.listeners",
    "proxy.trusted",
    // It has to be there, with keys in it.
    "oauth.keys_file",
    "data.dir",
    "data.low_water_mb",
    "diagnostics.level",
    "diagnostics.format",
    "limits.password_threads",
    "limits.password_queue",
    "limits.token_queue",
    "limits.history_queue",
];

/// All that the parts of the program are given of a configuration.
fn given(config: &Config) -> String {
    let cloak_secret = config.cloak.secret.0.clone();
    let config = &config.clone().with_cloak_secret(&cloak::CloakSecret("made by the server".to_owned()));
    let log = config.log_options(None, colvert_log::LogId(1), colvert_log::Restart::Continue);
    let lookup = config.lookup().map(|it| {
        (it.names.is_some(), it.ident_port, it.deadline_ms, it.waiting, it.remembered, it.remembered_s)
    });
    let people = (config.settings(), config.net_limits(), config.web_rules(), config.listeners(), lookup);
    let others = (config.password_cost(), config.issuers(), config.mail_server(), config.kept(), log);
    let login = config.mail_server().and_then(|(server, _)| server.login);
    let login = login.map(|(_, password)| password.expose().to_owned());
    let asking = config.issuers().pop().and_then(|issuer| issuer.introspection?.client);
    let asking = asking.map(|(_, secret)| secret.expose().to_owned());
    let secrets = (&cloak_secret, &config.server.password.0, login, asking);
    let cloak = config.cloak().map(|it| (it.netname, it.bits, it.accounts));
    format!("{people:?} {others:?} {secrets:?} {cloak:?}")
}

#[test]
fn each_key_reaches_what_goes_by_it() {
    // What means something only together with these is seen, too.
    let base = [
        ("MAIL__SERVER", "mail.example.org"),
        ("MAIL__USER", "somebody"),
        ("MAIL__PASSWORD", "secret"),
        ("OAUTH__ISSUER", "https://id.example"),
        ("OAUTH__INTROSPECTION_URL", "https://id.example/ask"),
        ("OAUTH__INTROSPECTION_CLIENT", "somebody"),
        ("OAUTH__INTROSPECTION_SECRET", "secret"),
        ("STS__PORT", "6698"),
        ("LOOKUP__HOSTS", "true"),
        ("ACCOUNTS__SCRAM", "true"),
    ];
    let load = |more: Option<(&str, &str)>| {
        // A file of a password takes the place of the password, and keys that of asking.
        const GIVE_WAY: &[(&str, &str)] = &[
            ("MAIL__PASSWORD", "MAIL__PASSWORD_FILE"),
            ("OAUTH__INTROSPECTION_SECRET", "OAUTH__INTROSPECTION_SECRET_FILE"),
            ("OAUTH__INTROSPECTION_URL", "OAUTH__KEYS_URL"),
        ];
        let gives_way = |it: &str, to: &str| it == to || GIVE_WAY.contains(&(it, to));
        let stays = |it: &(&str, &str)| more.is_none_or(|(other, _)| !gives_way(it.0, other));
        let all = base.into_iter().filter(stays).chain(more);
        let environment = all.map(|(name, value)| (format!("{PREFIX}{name}"), value.to_owned())).collect();
        Config::load(&Layers { environment, ..Layers::default() }).map(|config| given(&config))
    };
    let before = load(None).unwrap();
    for key in KEYS {
        let dotted = format!("{}.{}", key.section, key.name);
        let variable = key.variable();
        let name = variable.strip_prefix(PREFIX).unwrap();
        let written = (key.write)(&Config::default());
        let other = OTHERS.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        let number = || written.parse::<u64>().unwrap();
        let mut candidates =
            other.map_or_else(|| vec![(number() + 1).to_string(), (number() - 1).to_string()], |it| vec![it]);
        // What the base has already is taken back.
        if base.iter().any(|(other, value)| *other == name && candidates[0] == *value) {
            candidates = vec![written.trim_matches('"').to_owned()];
        }
        let after = candidates.iter().find_map(|value| load(Some((name, value))).ok());
        let reaches = after.is_some_and(|after| after != before);
        assert_eq!(reaches, !READ_WHERE_NEEDED.contains(&dotted.as_str()), "{dotted} and what goes by it");
    }
}
