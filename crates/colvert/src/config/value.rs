//! The types that a key of the configuration can have: how each is read, how it is written, and what is
//! said when it is wrong.

use std::net::SocketAddr;
use std::path::PathBuf;

use colvert_core::account_settings::Consent;
use colvert_core::local::Language;
use colvert_core::names::NameRules;
use colvert_core::net::Net;
use colvert_core::settings::Registration;
use colvert_core::text::Text;
use colvert_log::Durability;
use colvert_mail::Tls;
use compact_str::CompactString;
use toml::Value;

use super::mail::EmailRule;

/// A type that a key can have.
pub trait Setting: Sized {
    /// A value is never shown, not even a wrong one.
    const SECRET: bool = false;

    /// What would be right, after "must be".
    fn expected() -> String;
    /// Nothing: the value is not of this type.
    fn read(value: &Value) -> Option<Self>;
    /// The value as TOML; [`Setting::read`] reads it back.
    fn write(&self) -> String;
}

/// Where a door listens. Nowhere: it stays closed. With port 0 the system chooses one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listen(pub Vec<SocketAddr>);

/// A host name, as numerics and masks carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(pub CompactString);

/// A name that is one word in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneWord(pub CompactString);

/// The message of the day, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Motd(pub Vec<String>);

/// Addresses and nets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetList(pub Vec<Net>);

/// How much free space new content must leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LowWater {
    /// 64 MiB, or 5 % of the file system where that is less.
    Auto,
    MiB(u64),
}

/// What is written to standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl Setting for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_bool()
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

/// Whole numbers; the key's line in the table says from where to where.
macro_rules! whole_number {
    ($($number:ty),*) => {$(
        impl Setting for $number {
            fn expected() -> String {
                "a whole number".to_owned()
            }

            fn read(value: &Value) -> Option<Self> {
                value.as_integer().and_then(|n| Self::try_from(n).ok())
            }

            fn write(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
whole_number!(u8, u32, u64, usize);

/// Types that are one of a few words.
macro_rules! one_of {
    ($($name:ty { $($word:literal = $value:path),+ $(,)? })*) => {$(
        impl Setting for $name {
            fn expected() -> String {
                either(&[$($word),+])
            }

            fn read(value: &Value) -> Option<Self> {
                match value.as_str()? {
                    $($word => Some($value),)+
                    _ => None,
                }
            }

            fn write(&self) -> String {
                quoted(match self { $($value => $word),+ })
            }
        }
    )*};
}
one_of! {
    Language { "en" = Language::English, "fr" = Language::French }
    NameRules { "precis" = NameRules::Precis, "ascii" = NameRules::Ascii }
    Registration {
        "open" = Registration::Open,
        "connected" = Registration::Connected,
        "closed" = Registration::Closed,
    }
    EmailRule { "off" = EmailRule::Off, "optional" = EmailRule::Optional, "required" = EmailRule::Required }
    Tls { "implicit" = Tls::Implicit, "starttls" = Tls::StartTls, "none" = Tls::None }
    Durability { "commit" = Durability::Commit, "relaxed" = Durability::Relaxed }
    LogFormat { "text" = LogFormat::Text, "json" = LogFormat::Json }
    Consent {
        "off" = Consent::Off,
        "opt-in" = Consent::OptIn,
        "opt-out" = Consent::OptOut,
        "mandatory" = Consent::Mandatory,
    }
    Level {
        "error" = Level::Error,
        "warn" = Level::Warn,
        "info" = Level::Info,
        "debug" = Level::Debug,
        "trace" = Level::Trace,
    }
}

/// `"a", "b" or "c"`.
fn either(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| quoted(word)).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl Setting for Listen {
    fn expected() -> String {
        r#"an address with its port, such as "127.0.0.1:6667" or "[::1]:6667", a list of them, or "off""#
            .to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        /// Each is a descriptor.
        const ADDRESSES_MAX: usize = 64;
        let addresses = match value {
            Value::String(word) if word == "off" => Vec::new(),
            Value::Array(all) => all.iter().map(address).collect::<Option<_>>()?,
            one => vec![address(one)?],
        };
        (addresses.len() <= ADDRESSES_MAX).then_some(Self(addresses))
    }

    fn write(&self) -> String {
        match &self.0[..] {
            [] => quoted("off"),
            [address] => quoted(&address.to_string()),
            all => Value::from(all.iter().map(SocketAddr::to_string).collect::<Vec<_>>()).to_string(),
        }
    }
}

fn address(value: &Value) -> Option<SocketAddr> {
    value.as_str()?.parse().ok()
}

impl Setting for HostName {
    fn expected() -> String {
        r#"a host name with a dot in it, such as "chat.example.org""#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        /// Longest that leaves room for the rest of a numeric's line.
        const BYTES_MAX: usize = 63;
        let name = value.as_str()?;
        let label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let is_right = name.len() <= BYTES_MAX && name.contains('.') && name.split('.').all(label);
        is_right.then(|| Self(name.into()))
    }

    fn write(&self) -> String {
        quoted(&self.0)
    }
}

impl Setting for OneWord {
    fn expected() -> String {
        "one word of at most 32 visible ASCII characters".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let word = value.as_str()?;
        // `=` would end an ISUPPORT value early in some clients, `:` begin another parameter.
        let fits = |b: u8| b.is_ascii_graphic() && !matches!(b, b'=' | b':' | b',');
        ((1..=32).contains(&word.len()) && word.bytes().all(fits)).then(|| Self(word.into()))
    }

    fn write(&self) -> String {
        quoted(&self.0)
    }
}

impl Setting for Motd {
    fn expected() -> String {
        r#"a list of lines, such as ["Welcome.", "Be kind."], each at most 400 bytes"#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        const LINE_BYTES_MAX: usize = 400;
        const LINES_MAX: usize = 200;
        let lines: Vec<String> = match value {
            Value::String(text) => text.lines().map(str::to_owned).collect(),
            Value::Array(lines) => {
                lines.iter().map(|line| line.as_str().map(str::to_owned)).collect::<Option<_>>()?
            }
            _ => return None,
        };
        let is_blank = |line: &str| line.bytes().all(|b| b == b' ');
        let fits =
            |line: &String| line.len() <= LINE_BYTES_MAX && (is_blank(line) || Text::new(line).is_ok());
        (lines.len() <= LINES_MAX && lines.iter().all(fits)).then_some(Self(lines))
    }

    fn write(&self) -> String {
        Value::from(self.0.clone()).to_string()
    }
}

impl Setting for PathBuf {
    fn expected() -> String {
        "the path of a directory".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_str().filter(|path| !path.is_empty() && !path.contains('\0')).map(Self::from)
    }

    fn write(&self) -> String {
        quoted(&self.to_string_lossy())
    }
}

impl Setting for NetList {
    fn expected() -> String {
        r#"a list of addresses and nets, such as ["127.0.0.0/8", "::1"]"#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let nets = value.as_array()?.iter().map(|net| net.as_str().and_then(Net::parse));
        nets.collect::<Option<_>>().map(Self)
    }

    fn write(&self) -> String {
        Value::from(self.0.iter().map(Net::to_string).collect::<Vec<_>>()).to_string()
    }
}

impl Setting for LowWater {
    fn expected() -> String {
        r#"a whole number of MiB, or "auto""#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        /// A mebibyte above this is no longer a count of bytes.
        const MIB_MAX: u64 = u64::MAX >> 20;
        match value {
            Value::String(word) if word == "auto" => Some(Self::Auto),
            Value::Integer(n) => u64::try_from(*n).ok().filter(|n| *n <= MIB_MAX).map(Self::MiB),
            _ => None,
        }
    }

    fn write(&self) -> String {
        match self {
            Self::Auto => quoted("auto"),
            Self::MiB(n) => n.to_string(),
        }
    }
}
