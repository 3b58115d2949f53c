//! What a server says of itself, and the tags that it does not pass on: the types of their keys.

use colvert_core::tags::DeniedTags;
use colvert_core::text::Text;
use toml::Value;

use super::value::{Motd, Setting};

/// A few words on a line, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FewWords(pub String);

/// The address of a picture, or `""`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture(pub String);

/// Who looks after the server, up to three lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Administrators(pub Vec<String>);

/// Client-only tags that are not passed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Denied(pub DeniedTags);

/// A file with the message of the day, and what was in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MotdFile {
    path: String,
    pub lines: Motd,
}

impl Setting for MotdFile {
    fn expected() -> String {
        "a file that can be read, of at most 200 lines of at most 400 bytes".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let path = value.as_str().filter(|path| !path.is_empty())?;
        let text = std::fs::read_to_string(path).ok()?;
        Some(Self { path: path.to_owned(), lines: Motd::read(&Value::from(text))? })
    }

    fn write(&self) -> String {
        Value::from(self.path.as_str()).to_string()
    }
}

impl Setting for FewWords {
    fn expected() -> String {
        "a few words on one line, at most 100 bytes".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        const BYTES_MAX: usize = 100;
        let words = value.as_str()?;
        let fits = words.is_empty() || (words.len() <= BYTES_MAX && Text::new(words).is_ok());
        fits.then(|| Self(words.to_owned()))
    }

    fn write(&self) -> String {
        Value::from(self.0.as_str()).to_string()
    }
}

impl Setting for Picture {
    fn expected() -> String {
        r#"an address that begins with https://, at most 200 bytes, or """#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        const BYTES_MAX: usize = 200;
        let address = value.as_str()?;
        let fits = address.starts_with("https://")
            && address.len() <= BYTES_MAX
            && address.bytes().all(|b| b.is_ascii_graphic());
        (address.is_empty() || fits).then(|| Self(address.to_owned()))
    }

    fn write(&self) -> String {
        Value::from(self.0.as_str()).to_string()
    }
}

impl Setting for Administrators {
    fn expected() -> String {
        r#"a list of up to three lines, such as ["Example", "Paris", "admin@example.org"]"#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        const LINES_MAX: usize = 3;
        Motd::read(value).filter(|lines| lines.0.len() <= LINES_MAX).map(|lines| Self(lines.0))
    }

    fn write(&self) -> String {
        Value::from(self.0.clone()).to_string()
    }
}

impl Setting for Denied {
    fn expected() -> String {
        r#"a list of names of tags without their +, or of "*" and exceptions: ["*", "-typing"]"#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let names: Vec<_> = match value {
            Value::String(names) => names.split(',').filter(|name| !name.is_empty()).collect(),
            Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<_>>()?,
            _ => return None,
        };
        DeniedTags::new(&names).map(Self)
    }

    fn write(&self) -> String {
        Value::from(self.0.iter().collect::<Vec<_>>()).to_string()
    }
}
