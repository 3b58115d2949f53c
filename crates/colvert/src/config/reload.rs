//! What a running server can take of a configuration that was read again.

use super::keys::{Config, KEYS, TABLES};

/// A new configuration for a server that runs.
#[derive(Debug)]
pub struct Reload {
    /// The new values where they can be taken, the old ones elsewhere.
    pub config: Config,
    /// What is taken, by key.
    pub taken: Vec<String>,
    /// What would be different after a restart, by key.
    pub left: Vec<String>,
}

impl Config {
    /// What becomes of this configuration when `new` was read in its place.
    pub fn reload(&self, new: Self) -> Reload {
        let (mut config, mut taken, mut left) = (new.clone(), Vec::new(), Vec::new());
        for key in KEYS.iter().filter(|key| (key.write)(self) != (key.write)(&new)) {
            if key.is_live {
                taken.push(key.to_string());
            } else {
                (key.copy)(self, &mut config);
                left.push(key.to_string());
            }
        }
        for table in TABLES {
            let names = (table.differs)(self, &new);
            taken.extend(names.iter().map(|name| format!("[{}.{name}]", table.name)));
        }
        Reload { config, taken, left }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_taken_is_and_the_rest_is_named() {
        let old = Config::default();
        let mut new = old.clone();
        new.limits.targets = 7;
        new.limits.password_threads = 9;
        new.oper_class.insert("helper".to_owned(), Default::default());
        let Reload { config, taken, left } = old.reload(new);
        assert_eq!(taken, ["[limits] targets", "[oper_class.helper]"]);
        assert_eq!(left, ["[limits] password_threads"]);
        assert_eq!(config.limits.targets, 7);
        assert_eq!(config.limits.password_threads, old.limits.password_threads);
    }

    #[test]
    fn the_same_configuration_changes_nothing() {
        let reload = Config::default().reload(Config::default());
        assert!(reload.taken.is_empty() && reload.left.is_empty());
    }
}
