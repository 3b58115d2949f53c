//! The layers of a configuration: default, file, environment, flags; the later one wins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Value;

use super::keys::{Config, KEYS, SECTIONS, TABLES};
use super::problem::{Nearest, Origin, Problem, Shown};
use super::table::{Key, Table, TableKey};

/// What variables of the environment begin with that set a key.
pub const PREFIX: &str = "COLVERT__";

/// What a configuration is made of, above the defaults.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    pub file: Option<PathBuf>,
    /// All variables; those of other programs do not matter.
    pub environment: BTreeMap<String, String>,
    pub flags: Vec<Flag>,
}

/// A flag of the command line that sets a key.
#[derive(Clone, Debug)]
pub struct Flag {
    /// As it is typed: `--line`.
    pub name: &'static str,
    pub section: &'static str,
    pub key: &'static str,
    pub value: String,
}

impl Config {
    /// # Errors
    /// The first thing that is wrong, in one line.
    pub fn load(layers: &Layers) -> Result<Self, Problem> {
        let mut config = Self::default();
        if let Some(file) = &layers.file {
            config.read_file(file)?;
        }
        for (variable, value) in &layers.environment {
            if let Some(name) = variable.strip_prefix(PREFIX) {
                config.read_variable(variable, name, value)?;
            }
        }
        for flag in &layers.flags {
            config.read_flag(flag)?;
        }
        config.check_listeners()?;
        config.check_opers()?;
        config.check_gateways()?;
        config.check_mail()?;
        config.check_issuers()?;
        Ok(config)
    }

    fn read_file(&mut self, file: &Path) -> Result<(), Problem> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Problem::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        let table = text.parse::<toml::Table>().map_err(|error| syntax(file, &text, &error))?;
        let origin = || Origin::File(file.to_owned());
        for (name, value) in &table {
            if let Some(kind) = TABLES.iter().find(|table| table.name == name) {
                self.read_table(&origin, kind, value)?;
                continue;
            }
            let Some(section) = SECTIONS.iter().find(|section| section.name == name) else {
                return Err(unknown_section(origin(), &format!("[{name}]"), name));
            };
            let Some(keys) = value.as_table() else {
                let value = Shown::new(&value.to_string());
                return Err(Problem::NotASection {
                    origin: origin(),
                    section: section.name.to_owned(),
                    value,
                });
            };
            for (name, value) in keys {
                let key = find(section.name, name).ok_or_else(|| {
                    unknown_key(origin(), &format!("[{}] {name}", section.name), section.name, name)
                })?;
                if !(key.set)(self, value) {
                    return Err(wrong(origin(), &key.into(), key.to_string(), &value.to_string()));
                }
            }
        }
        Ok(())
    }

    /// The sections of one kind, each with a name.
    fn read_table(
        &mut self,
        origin: &impl Fn() -> Origin,
        kind: &Table,
        value: &Value,
    ) -> Result<(), Problem> {
        let not_a_section = |section: String, value: &Value| {
            let value = Shown::new(&value.to_string());
            Problem::NotASection { origin: origin(), section, value }
        };
        let named = value.as_table().ok_or_else(|| not_a_section(format!("{}.NAME", kind.name), value))?;
        for (name, value) in named {
            check_name(origin(), kind, name)?;
            let section = format!("{}.{name}", kind.name);
            let keys = value.as_table().ok_or_else(|| not_a_section(section.clone(), value))?;
            (kind.make)(self, name);
            for (key, value) in keys {
                let shown = format!("[{section}] {key}");
                let key = kind.key(key).ok_or_else(|| unknown_column(origin(), kind, &shown, key))?;
                if !(key.set)(self, name, value) {
                    return Err(wrong(origin(), &key.into(), shown, &value.to_string()));
                }
            }
        }
        Ok(())
    }

    fn read_variable(&mut self, variable: &str, name: &str, value: &str) -> Result<(), Problem> {
        let (section, name) = name.split_once("__").unwrap_or((name, ""));
        let (section, name) = (section.to_lowercase(), name.to_lowercase());
        if let Some(kind) = TABLES.iter().find(|table| table.name == section) {
            return self.read_variable_of_table(variable, kind, &name, value);
        }
        let Some(section) = SECTIONS.iter().find(|known| known.name == section) else {
            return Err(unknown_section(Origin::Environment, variable, &section));
        };
        let key = find(section.name, &name).ok_or_else(|| {
            let keys = KEYS.iter().filter(|key| key.section == section.name);
            let nearest = Nearest::to(variable, keys.map(Key::variable));
            Problem::UnknownKey { origin: Origin::Environment, name: variable.to_owned(), nearest }
        })?;
        if self.set_text(key, value) {
            return Ok(());
        }
        Err(wrong(Origin::Environment, &key.into(), variable.to_owned(), value))
    }

    /// `COLVERT__OPER__ALICE__CLASS`
    fn read_variable_of_table(
        &mut self,
        variable: &str,
        kind: &Table,
        name: &str,
        value: &str,
    ) -> Result<(), Problem> {
        let (name, key) = name.split_once("__").unwrap_or((name, ""));
        check_name(Origin::Environment, kind, name)?;
        let unknown = || unknown_column(Origin::Environment, kind, variable, key);
        let key = kind.key(key).ok_or_else(unknown)?;
        if read_text(value, |value| (key.set)(self, name, value)) {
            return Ok(());
        }
        Err(wrong(Origin::Environment, &key.into(), variable.to_owned(), value))
    }

    fn read_flag(&mut self, flag: &Flag) -> Result<(), Problem> {
        let key = find(flag.section, flag.key).expect("a flag names a key of the table");
        if self.set_text(key, &flag.value) {
            return Ok(());
        }
        Err(wrong(Origin::Flag(flag.name), &key.into(), flag.name.to_owned(), &flag.value))
    }

    fn set_text(&mut self, key: &Key, text: &str) -> bool {
        read_text(text, |value| (key.set)(self, value))
    }
}

/// Sets something by text that has no type: as it is, else as TOML has numbers, truth values and lists.
fn read_text(text: &str, mut set: impl FnMut(&Value) -> bool) -> bool {
    if set(&Value::from(text)) {
        return true;
    }
    let as_toml = format!("value = {text}").parse::<toml::Table>().ok();
    as_toml.and_then(|mut table| table.remove("value")).is_some_and(|value| set(&value))
}

/// What a wrong value is told with.
struct Wanted {
    expected: fn() -> String,
    is_secret: bool,
}

impl From<&Key> for Wanted {
    fn from(key: &Key) -> Self {
        Self { expected: key.expected, is_secret: key.is_secret }
    }
}

impl From<&TableKey> for Wanted {
    fn from(key: &TableKey) -> Self {
        Self { expected: key.expected, is_secret: key.is_secret }
    }
}

/// The key of that name.
pub fn find(section: &str, name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.section == section && key.name == name)
}

fn unknown_section(origin: Origin, shown: &str, name: &str) -> Problem {
    let named = TABLES.iter().map(|table| table.name);
    let all = SECTIONS.iter().map(|section| section.name).chain(named);
    let nearest = Nearest::to(name, all.map(str::to_owned));
    Problem::UnknownSection { origin, name: Shown::new(shown).to_string(), nearest }
}

fn unknown_key(origin: Origin, shown: &str, section: &str, name: &str) -> Problem {
    let keys = KEYS.iter().filter(|key| key.section == section);
    let nearest = match KEYS.iter().find(|key| key.name == name) {
        // Right, but elsewhere.
        Some(key) => Nearest::One(key.to_string()),
        None => Nearest::to(name, keys.map(|key| key.name.to_owned())),
    };
    Problem::UnknownKey { origin, name: Shown::new(shown).to_string(), nearest }
}

/// Names of sections are in lower case, so that they are one in the file, in the environment and in OPER.
fn check_name(origin: Origin, kind: &Table, name: &str) -> Result<(), Problem> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    if (1..=32).contains(&name.len()) && name.bytes().all(fits) {
        return Ok(());
    }
    Err(Problem::BadName { origin, table: kind.name, name: Shown::new(name) })
}

fn unknown_column(origin: Origin, kind: &Table, shown: &str, name: &str) -> Problem {
    let nearest = Nearest::to(name, kind.keys.iter().map(|key| key.name.to_owned()));
    Problem::UnknownKey { origin, name: Shown::new(shown).to_string(), nearest }
}

fn wrong(origin: Origin, key: &Wanted, name: String, value: &str) -> Problem {
    let value = match value {
        _ if key.is_secret => "…",
        "" => r#""""#,
        value => value,
    };
    Problem::Wrong { origin, key: name, value: Shown::new(value), expected: (key.expected)() }
}

fn syntax(file: &Path, text: &str, error: &toml::de::Error) -> Problem {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
    let reason = error.message().split('\n').collect::<Vec<_>>().join(", ");
    Problem::Syntax { file: file.to_owned(), line, reason }
}
