//! The state file of the old chat server, `etat_serveur.json`: `{"canaux": {"general": ["ginette", "roger"]}}`.
//! Its channels are taken over; who was in them is not, since nobody is there.

use std::fmt;

use serde_json::Value;

/// Channels that one import makes at most: they are one entry of the log.
const CHANNELS_MAX: usize = 2_000;
const CHANNELS: &str = "canaux";

/// What a state file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldState {
    /// With their `#`.
    pub channels: Vec<String>,
    /// Keys that mean nothing here.
    pub unknown: Vec<String>,
}

/// Why a state file is refused, whole.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("not JSON: {0}")]
    Json(String),
    #[error("it must be an object with the key \"{CHANNELS}\", not {0}")]
    NoObject(Kind),
    #[error("it has no key \"{CHANNELS}\"")]
    NoChannels,
    #[error("\"{CHANNELS}\" must be an object of channels, not {0}")]
    Channels(Kind),
    #[error("\"{CHANNELS}\": {channel:?} must be a list of nicks, not {found}")]
    Members { channel: String, found: Kind },
    #[error("\"{CHANNELS}\": {channel:?} must be a list of nicks, and {found} is in it")]
    Member { channel: String, found: Kind },
    #[error("\"{CHANNELS}\": {0:?} cannot be a channel's name")]
    Name(String),
    #[error("it has {0} channels; at most {CHANNELS_MAX} can be imported")]
    TooMany(usize),
}

/// What kind of JSON value something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Object,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "a truth value",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

/// Reads a state file.
///
/// # Errors
/// When anything in it is not as expected, except for keys beside `canaux`.
pub fn parse(text: &str) -> Result<OldState, Malformed> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| Malformed::Json(error.to_string()))?;
    let Value::Object(top) = &value else { return Err(Malformed::NoObject(Kind::of(&value))) };
    let unknown = top.keys().filter(|key| *key != CHANNELS).cloned().collect();
    let channels = top.get(CHANNELS).ok_or(Malformed::NoChannels)?;
    let Value::Object(channels) = channels else { return Err(Malformed::Channels(Kind::of(channels))) };
    if channels.len() > CHANNELS_MAX {
        return Err(Malformed::TooMany(channels.len()));
    }
    for (name, members) in channels {
        check(name, members)?;
    }
    Ok(OldState { channels: channels.keys().map(|name| named(name)).collect(), unknown })
}

/// A channel's name as it is here: the old server's had no `#`.
fn named(name: &str) -> String {
    if name.starts_with('#') { name.to_owned() } else { format!("#{name}") }
}

fn check(name: &str, members: &Value) -> Result<(), Malformed> {
    // The rest of what a name must be is the server's to say.
    if name.is_empty() || name.contains(char::is_whitespace) {
        return Err(Malformed::Name(name.to_owned()));
    }
    let channel = name.to_owned();
    let Value::Array(members) = members else {
        return Err(Malformed::Members { channel, found: Kind::of(members) });
    };
    match members.iter().find(|member| !member.is_string()) {
        Some(member) => Err(Malformed::Member { channel, found: Kind::of(member) }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_channels_are_taken_and_other_keys_reported() {
        let state =
            parse(r#"{"canaux": {"general": ["ginette", "roger"], "vide": []}, "version": 3}"#).unwrap();
        assert_eq!(state.channels, ["#general", "#vide"]);
        assert_eq!(state.unknown, ["version"]);
        assert_eq!(parse(r#"{"canaux": {}}"#), Ok(OldState::default()));
    }

    #[test]
    fn anything_else_is_refused() {
        let table = [
            ("", "not JSON: EOF while parsing a value at line 1 column 0"),
            ("[]", "it must be an object with the key \"canaux\", not a list"),
            ("{}", "it has no key \"canaux\""),
            (r#"{"canaux": ["general"]}"#, "\"canaux\" must be an object of channels, not a list"),
            (r#"{"canaux": {"a": "b"}}"#, "\"canaux\": \"a\" must be a list of nicks, not a text"),
            (r#"{"canaux": {"a": [1]}}"#, "\"canaux\": \"a\" must be a list of nicks, and a number is in it"),
            (r#"{"canaux": {"": []}}"#, "\"canaux\": \"\" cannot be a channel's name"),
            (r#"{"canaux": {"a b": []}}"#, "\"canaux\": \"a b\" cannot be a channel's name"),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text).unwrap_err().to_string(), expected, "{text}");
        }
        let many: Vec<String> = (0..=CHANNELS_MAX).map(|n| format!("\"c{n}\": []")).collect();
        let many = format!("{{\"canaux\": {{{}}}}}", many.join(","));
        assert_eq!(parse(&many), Err(Malformed::TooMany(CHANNELS_MAX + 1)));
    }
}
