//! How a key is declared: once. The structs, the defaults, the checks, the example, the names of the
//! environment and the documentation derive from it.

use toml::Value;

use super::Config;

/// One key.
pub struct Key {
    pub section: &'static str,
    pub name: &'static str,
    /// What it does, a line each.
    pub about: &'static [&'static str],
    /// What would be right, after "must be".
    pub expected: fn() -> String,
    /// Its value as TOML.
    pub write: fn(&Config) -> String,
    /// Its value is never shown.
    pub is_secret: bool,
    /// A running server takes a new value when it reads its configuration again; others need a restart.
    pub is_live: bool,
    /// Gives one configuration the value of another.
    pub(super) copy: fn(&Config, &mut Config),
    /// Sets it. False: the value is not right, and nothing was set.
    pub(super) set: fn(&mut Config, &Value) -> bool,
}

/// A group of keys.
pub struct Section {
    pub name: &'static str,
    pub about: &'static [&'static str],
}

/// Sections of which there are as many as the file names: `[oper.alice]`.
pub struct Table {
    pub name: &'static str,
    pub about: &'static [&'static str],
    pub keys: &'static [TableKey],
    /// Makes the section of that name, with its defaults.
    pub(super) make: fn(&mut Config, &str),
    /// The names whose sections differ.
    pub(super) differs: fn(&Config, &Config) -> Vec<String>,
}

/// A key of each such section.
pub struct TableKey {
    pub table: &'static str,
    pub name: &'static str,
    pub about: &'static [&'static str],
    pub expected: fn() -> String,
    pub is_secret: bool,
    /// Its default as TOML.
    pub default: fn() -> String,
    /// Sets it in the section of that name. False: the value is not right, and nothing was set.
    pub(super) set: fn(&mut Config, &str, &Value) -> bool,
}

impl Table {
    pub fn key(&self, name: &str) -> Option<&'static TableKey> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl Key {
    /// The variable of the environment that sets it.
    pub fn variable(&self) -> String {
        format!("{}{}__{}", super::PREFIX, self.section, self.name).to_uppercase()
    }
}

/// Declares sections and their keys: `[section] Struct { key: type = default, range => live; }`. `live` says that
/// a running server takes a new value. Those in `tables` are for
/// sections that the file names: `[section.NAME]`.
macro_rules! config {
    ($(
        $(#[doc = $section_doc:literal])*
        [$section:ident] $Section:ident {
            $(
                $(#[doc = $doc:literal])*
                $key:ident: $ty:ty = $default:expr $(, $range:expr)? $(=> $live:ident)?;
            )*
        }
    )*
    tables {$(
        $(#[doc = $table_doc:literal])*
        [$table:ident] $Table:ident {
            $(
                $(#[doc = $column_doc:literal])*
                $column:ident: $column_ty:ty = $column_default:expr;
            )*
        }
    )*}) => {
        /// The whole configuration.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Config {
            $(pub $section: $Section,)*
            $(pub $table: std::collections::BTreeMap<String, $Table>,)*
        }

        $(
            $(#[doc = $table_doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $Table {
                $($(#[doc = $column_doc])* pub $column: $column_ty,)*
            }

            impl Default for $Table {
                fn default() -> Self {
                    Self { $($column: $column_default,)* }
                }
            }
        )*

        /// All kinds of sections that the file names.
        pub const TABLES: &[$crate::config::table::Table] = &[$(
            $crate::config::table::Table {
                name: stringify!($table),
                about: &[$($table_doc),*],
                make: |config, name| {
                    config.$table.entry(name.to_owned()).or_default();
                },
                differs: |one, other| {
                    let names: std::collections::BTreeSet<_> = one.$table.keys().chain(other.$table.keys()).collect();
                    let differs = names.into_iter().filter(|name| one.$table.get(*name) != other.$table.get(*name));
                    differs.cloned().collect()
                },
                keys: &[$(
                    $crate::config::table::TableKey {
                        table: stringify!($table),
                        name: stringify!($column),
                        about: &[$($column_doc),*],
                        expected: <$column_ty as $crate::config::value::Setting>::expected,
                        is_secret: <$column_ty as $crate::config::value::Setting>::SECRET,
                        default: || $crate::config::value::Setting::write(&$Table::default().$column),
                        set: |config, name, value| {
                            match <$column_ty as $crate::config::value::Setting>::read(value) {
                                Some(value) => {
                                    config.$table.entry(name.to_owned()).or_default().$column = value;
                                    true
                                }
                                None => false,
                            }
                        },
                    },
                )*],
            },
        )*];

        $(
            $(#[doc = $section_doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $Section {
                $($(#[doc = $doc])* pub $key: $ty,)*
            }

            impl Default for $Section {
                fn default() -> Self {
                    Self { $($key: $default,)* }
                }
            }
        )*

        /// All sections.
        pub const SECTIONS: &[$crate::config::table::Section] = &[$(
            $crate::config::table::Section {
                name: stringify!($section),
                about: &[$($section_doc),*],
            },
        )*];

        /// All keys.
        pub const KEYS: &[$crate::config::table::Key] = &[$($(
            $crate::config::table::Key {
                section: stringify!($section),
                name: stringify!($key),
                about: &[$($doc),*],
                expected: || {
                    #[allow(unused_mut)]
                    let mut expected = <$ty as $crate::config::value::Setting>::expected();
                    $(
                        let range: std::ops::RangeInclusive<$ty> = $range;
                        expected.push_str(&format!(" from {} to {}", range.start(), range.end()));
                    )?
                    expected
                },
                is_secret: <$ty as $crate::config::value::Setting>::SECRET,
                is_live: $crate::config::table::is_live!($($live)?),
                copy: |from, to| to.$section.$key = from.$section.$key.clone(),
                write: |config| $crate::config::value::Setting::write(&config.$section.$key),
                set: |config, value| {
                    let read = <$ty as $crate::config::value::Setting>::read(value);
                    $(
                        let range: std::ops::RangeInclusive<$ty> = $range;
                        let read = read.filter(|value| range.contains(value));
                    )?
                    match read {
                        Some(value) => {
                            config.$section.$key = value;
                            true
                        }
                        None => false,
                    }
                },
            },
        )*)*];
    };
}
pub(super) use config;

/// Whether a key says `=> live`.
macro_rules! is_live {
    () => {
        false
    };
    (live) => {
        true
    };
}
pub(super) use is_live;
