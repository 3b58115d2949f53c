//! The layers of a configuration: default, file, environment, flags; the later one wins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Value;

use super::keys::{Config, KEYS, SECTIONS};
use super::problem::{Nearest, Origin, Problem, Shown};
use super::table::Key;
use super::value::Listen;

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
        config.check_doors()?;
        Ok(config)
    }

    /// Two doors cannot have the same address.
    fn check_doors(&self) -> Result<(), Problem> {
        match (self.listen.line, self.listen.irc) {
            (Listen::At(line), Listen::At(irc)) if line == irc && irc.port() != 0 => {
                let key = find("listen", "irc").expect("the table has it");
                let reason = "[listen] line has the same address; choose another one, or \"off\"";
                Err(Problem::unusable(key, self, reason))
            }
            _ => Ok(()),
        }
    }

    fn read_file(&mut self, file: &Path) -> Result<(), Problem> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Problem::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        let table = text.parse::<toml::Table>().map_err(|error| syntax(file, &text, &error))?;
        let origin = || Origin::File(file.to_owned());
        for (name, value) in &table {
            let Some(section) = SECTIONS.iter().find(|section| section.name == name) else {
                return Err(unknown_section(origin(), &format!("[{name}]"), name));
            };
            let Some(keys) = value.as_table() else {
                let value = Shown::new(&value.to_string());
                return Err(Problem::NotASection { origin: origin(), section: section.name, value });
            };
            for (name, value) in keys {
                let key = find(section.name, name).ok_or_else(|| {
                    unknown_key(origin(), &format!("[{}] {name}", section.name), section.name, name)
                })?;
                if !(key.set)(self, value) {
                    return Err(wrong(origin(), key, key.to_string(), &value.to_string()));
                }
            }
        }
        Ok(())
    }

    fn read_variable(&mut self, variable: &str, name: &str, value: &str) -> Result<(), Problem> {
        let (section, name) = name.split_once("__").unwrap_or((name, ""));
        let (section, name) = (section.to_lowercase(), name.to_lowercase());
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
        Err(wrong(Origin::Environment, key, variable.to_owned(), value))
    }

    fn read_flag(&mut self, flag: &Flag) -> Result<(), Problem> {
        let key = find(flag.section, flag.key).expect("a flag names a key of the table");
        if self.set_text(key, &flag.value) {
            return Ok(());
        }
        Err(wrong(Origin::Flag(flag.name), key, flag.name.to_owned(), &flag.value))
    }

    /// Sets a key by text that has no type: as it is, else as TOML has numbers, truth values and lists.
    fn set_text(&mut self, key: &Key, text: &str) -> bool {
        if (key.set)(self, &Value::from(text)) {
            return true;
        }
        let as_toml = format!("value = {text}").parse::<toml::Table>().ok();
        as_toml.and_then(|mut table| table.remove("value")).is_some_and(|value| (key.set)(self, &value))
    }
}

/// The key of that name.
pub fn find(section: &str, name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.section == section && key.name == name)
}

fn unknown_section(origin: Origin, shown: &str, name: &str) -> Problem {
    let nearest = Nearest::to(name, SECTIONS.iter().map(|section| section.name.to_owned()));
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

fn wrong(origin: Origin, key: &Key, name: String, value: &str) -> Problem {
    let value = if value.is_empty() { r#""""# } else { value };
    Problem::Wrong { origin, key: name, value: Shown::new(value), expected: (key.expected)() }
}

fn syntax(file: &Path, text: &str, error: &toml::de::Error) -> Problem {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
    let reason = error.message().split('\n').collect::<Vec<_>>().join(", ");
    Problem::Syntax { file: file.to_owned(), line, reason }
}
