//! The configuration's operators: the types of their keys, whether they fit together, and what they mean to
//! the rules.

use std::collections::BTreeSet;

use argon2::password_hash;
use colvert_core::commands::chghost::is_host;
use colvert_core::opers::{Oper, OperName, Opers, Right, Rights};
use toml::Value;

use super::keys::Config;
use super::problem::{Nearest, Problem};
use super::value::Setting;

/// Rights, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RightList(pub Rights);

/// The name of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassName(pub String);

/// What `colvert hash-password` prints.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

/// A host that nobody has and many may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualHost(pub String);

/// Something, or `""`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maybe<T>(pub Option<T>);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Setting for RightList {
    fn expected() -> String {
        let names: Vec<_> = Right::ALL.iter().map(|(_, name, _)| *name).collect();
        format!("a list of rights, or \"all\"; there are {}", names.join(", "))
    }

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(word) if word == "all" => Some(Self(Rights::all())),
            Value::Array(names) => {
                let rights = names.iter().map(|name| name.as_str().and_then(Right::parse));
                rights.collect::<Option<Rights>>().map(Self)
            }
            _ => None,
        }
    }

    fn write(&self) -> String {
        let names: Vec<Value> = self.0.iter().map(|right| right.as_str().into()).collect();
        Value::from(names).to_string()
    }
}

impl Setting for ClassName {
    fn expected() -> String {
        "the name of a class".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_str().filter(|name| !name.is_empty()).map(|name| Self(name.to_owned()))
    }

    fn write(&self) -> String {
        Value::from(self.0.as_str()).to_string()
    }
}

impl Setting for PasswordHash {
    const SECRET: bool = true;

    fn expected() -> String {
        "what \"colvert hash-password\" prints".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let text = value.as_str()?;
        let hash = password_hash::PasswordHash::new(text).ok()?;
        let is_right = hash.algorithm.as_str() == "argon2id" && hash.hash.is_some();
        is_right.then(|| Self(text.to_owned()))
    }

    fn write(&self) -> String {
        Value::from(self.0.as_str()).to_string()
    }
}

impl Setting for VirtualHost {
    fn expected() -> String {
        "a host of at most 63 letters, digits, dots, dashes, colons and slashes".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_str().filter(|host| is_host(host)).map(|host| Self(host.to_owned()))
    }

    fn write(&self) -> String {
        Value::from(self.0.as_str()).to_string()
    }
}

impl<T: Setting> Setting for Maybe<T> {
    const SECRET: bool = T::SECRET;

    fn expected() -> String {
        format!("{}, or \"\"", T::expected())
    }

    fn read(value: &Value) -> Option<Self> {
        match value.as_str() {
            Some("") => Some(Self(None)),
            _ => T::read(value).map(|value| Self(Some(value))),
        }
    }

    fn write(&self) -> String {
        self.0.as_ref().map_or_else(|| "\"\"".to_owned(), T::write)
    }
}

impl Config {
    /// Whether every class that is named exists, and every operator has a way to become one.
    pub(super) fn check_opers(&self) -> Result<(), Problem> {
        for (name, class) in &self.oper_class {
            let Some(extends) = &class.extends.0 else { continue };
            let unfit = |reason: String| Problem::unfit("oper_class", name, "extends", &extends.0, reason);
            self.check_class(&extends.0).map_err(unfit)?;
            if self.ancestors(name).contains(name.as_str()) {
                return Err(unfit("a class cannot extend itself, nor one that extends it".to_owned()));
            }
        }
        for (name, oper) in &self.oper {
            let class = &oper.class.0;
            self.check_class(class).map_err(|reason| Problem::unfit("oper", name, "class", class, reason))?;
            let has_certificate = oper.certificate.0.is_some();
            if oper.automatic && !has_certificate {
                let reason = "name the certificate that makes somebody this operator at once";
                return Err(Problem::unfit("oper", name, "certificate", "", reason));
            }
            if oper.automatic && oper.password.0.is_some() {
                let reason = "who has to give a password is not this operator at once; leave one of them out";
                return Err(Problem::unfit("oper", name, "automatic", "true", reason));
            }
            if oper.password.0.is_none() && !has_certificate {
                let reason = "without one, or a certificate, nobody can become this operator";
                return Err(Problem::unfit("oper", name, "password", "", reason));
            }
        }
        Ok(())
    }

    fn check_class(&self, name: &str) -> Result<(), String> {
        let built_in = Opers::default().classes;
        if self.oper_class.contains_key(name) || built_in.contains_key(name) {
            return Ok(());
        }
        let all: BTreeSet<String> =
            built_in.keys().map(ToString::to_string).chain(self.oper_class.keys().cloned()).collect();
        Err(match Nearest::to(name, all) {
            Nearest::One(other) => format!("there is no such class; did you mean {other}?"),
            Nearest::Any(names) => format!("there is no such class; there are {}", names.join(", ")),
        })
    }

    /// The classes that a class extends, from the nearest on.
    fn ancestors<'a>(&'a self, name: &str) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let above = |name: &str| self.oper_class.get(name).and_then(|class| class.extends.0.as_ref());
        let mut next = above(name);
        while let Some(class) = next.filter(|class| seen.insert(class.0.as_str())) {
            next = above(&class.0);
        }
        seen
    }

    /// What the operators are to the rules.
    pub(super) fn opers(&self) -> Opers {
        let built_in = Opers::default().classes;
        let own = |name: &str| match self.oper_class.get(name) {
            Some(class) => class.rights.0,
            None => built_in.get(name).copied().unwrap_or_default(),
        };
        let all = |name: &str| self.ancestors(name).into_iter().fold(own(name), |sum, it| sum.with(own(it)));
        let names: BTreeSet<&str> = built_in
            .keys()
            .map(|name| name.as_str())
            .chain(self.oper_class.keys().map(String::as_str))
            .collect();
        let opers = self.oper.iter().map(|(name, oper)| {
            let oper = Oper {
                class: oper.class.0.as_str().into(),
                hash: oper.password.0.as_ref().map(|hash| hash.0.clone()),
                certfp: oper.certificate.0.as_ref().map(|it| it.0.as_str().into()),
                automatic: oper.automatic,
                vhost: oper.vhost.0.as_ref().map(|host| host.0.as_str().into()),
            };
            (OperName::new(name), oper)
        });
        Opers {
            classes: names.iter().map(|name| ((*name).into(), all(name))).collect(),
            opers: opers.collect(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A configuration of this text.
    pub fn load(text: &str) -> Result<Config, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        let layers = super::super::Layers { file: Some(path), ..Default::default() };
        let prefix = format!("{}/", directory.path().display());
        Config::load(&layers).map_err(|problem| problem.to_string().replace(&prefix, ""))
    }

    const HASH: &str =
        "$argon2id$v=19$m=8,t=1,p=1$YWx3YXlzIHRoZSBzYW1l$1ctKN8MJ4QNvHpPAbPTmSgQtbKb7l6A9z4m1jK3CFVo";

    #[test]
    fn mistakes_are_told_like_those_of_all_keys() {
        let table = [
            ("[oper.bob]\nclas = \"moderator\"", "c.toml: [oper.bob] clas is not a key; did you mean class?"),
            ("[oper]\nbob = 3", "c.toml: [oper.bob] must be a section with keys, not 3"),
            ("oper = 3", "c.toml: [oper.NAME] must be a section with keys, not 3"),
            (
                "[oper.Bob]\nclass = \"moderator\"",
                "c.toml: [oper.Bob] must be called by a name of at most 32 of the characters a-z, 0-9, _ and -",
            ),
            (
                "[oper.bob]\npassword = \"hunter2\"",
                "c.toml: [oper.bob] password = … must be what \"colvert hash-password\" prints, or \"\"",
            ),
            (
                "[oper.bob]\nclass = \"moderatr\"",
                "[oper.bob] class = \"moderatr\": there is no such class; did you mean moderator?",
            ),
            (
                "[oper.bob]\nclass = \"moderator\"",
                "[oper.bob] password = \"\": without one, or a certificate, nobody can become this operator",
            ),
            (
                "[oper.bob]\nautomatic = true",
                "[oper.bob] certificate = \"\": name the certificate that makes somebody this operator at once",
            ),
            (
                "[oper_class.a]\nextends = \"b\"\n[oper_class.b]\nextends = \"a\"",
                "[oper_class.a] extends = \"b\": a class cannot extend itself, nor one that extends it",
            ),
            (
                "[oper_class.a]\nextends = \"zzzzzz\"",
                "[oper_class.a] extends = \"zzzzzz\": there is no such class; there are a, administrator, moderator",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(load(text).unwrap_err(), expected, "{text}");
        }
        let rights = load("[oper_class.a]\nrights = [\"killl\"]").unwrap_err();
        assert!(
            rights.starts_with("c.toml: [oper_class.a] rights = [\"killl\"] must be a list of rights"),
            "{rights}"
        );
    }

    #[test]
    fn a_class_has_its_own_rights_and_those_that_it_extends() {
        let text = format!(
            "[oper_class.small]\nrights = [\"kill\"]\n[oper_class.big]\nrights = [\"ban\"]\nextends = \"small\"\n\
             [oper_class.moderator]\nrights = []\n[oper.bob]\nclass = \"big\"\npassword = \"{HASH}\""
        );
        let opers = load(&text).unwrap().opers();
        let rights: Vec<_> = opers.rights("big").iter().collect();
        assert_eq!(rights, [Right::Ban, Right::Kill]);
        assert!(opers.rights("moderator").is_empty(), "the built-in one is replaced");
        assert_eq!(opers.rights("administrator"), Rights::all());
        assert_eq!(opers.opers[&OperName::new("BOB")].class, "big");
    }

    #[test]
    fn the_environment_can_name_an_operator() {
        let layers = |name: &str, value: &str| super::super::Layers {
            environment: [(name.to_owned(), value.to_owned())].into(),
            ..Default::default()
        };
        let config = Config::load(&layers("COLVERT__OPER__BOB__PASSWORD", HASH)).unwrap();
        assert_eq!(config.oper["bob"].class, ClassName("moderator".to_owned()));
        let wrong = Config::load(&layers("COLVERT__OPER__BOB__PASSWORD", "x")).unwrap_err().to_string();
        assert!(wrong.starts_with("environment: COLVERT__OPER__BOB__PASSWORD = … must be"), "{wrong}");
    }

    #[test]
    fn the_example_s_tables_are_right_when_they_are_uncommented() {
        let example = super::super::example::example();
        let (_, tables) = example.split_once("#[oper_class.NAME]").expect("it is there");
        let lines = tables.lines().filter(|line| line.starts_with('#') && !line.starts_with("# "));
        let text: String = lines.map(|line| format!("{}\n", &line[1..])).collect();
        let text = format!("[oper_class.NAME]\n{text}").replace(".NAME]", ".name]");
        let problem = load(&text).unwrap_err();
        assert_eq!(
            problem,
            "[oper.name] password = \"\": without one, or a certificate, nobody can become this operator"
        );
    }
}
