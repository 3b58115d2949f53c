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
    /// Sets it. False: the value is not right, and nothing was set.
    pub(super) set: fn(&mut Config, &Value) -> bool,
}

/// A group of keys.
pub struct Section {
    pub name: &'static str,
    pub about: &'static [&'static str],
}

impl Key {
    /// The variable of the environment that sets it.
    pub fn variable(&self) -> String {
        format!("{}{}__{}", super::PREFIX, self.section, self.name).to_uppercase()
    }
}

/// Declares sections and their keys: `[section] Struct { key: type = default, range; }`.
macro_rules! config {
    ($(
        $(#[doc = $section_doc:literal])*
        [$section:ident] $Section:ident {
            $(
                $(#[doc = $doc:literal])*
                $key:ident: $ty:ty = $default:expr $(, $range:expr)?;
            )*
        }
    )*) => {
        /// The whole configuration.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Config {
            $(pub $section: $Section,)*
        }

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
