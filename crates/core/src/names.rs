//! Names: the only place where a nick, an account or a channel name is made, folded and compared.
//!
//! A name has its *text*, as people write it, and its *key*, which two names share if they are the same
//! name. Its *skeleton* is shared by names that look alike. All three are resolved when the name is made
//! and travel in events, so that no later version of the Unicode tables judges the past anew.

mod folding;

use std::borrow::Borrow;
use std::fmt;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

pub use folding::{Skeleton, is_reserved};

/// Longest nick and account name, in bytes. ISUPPORT `NICKLEN`.
pub const NICK_BYTES_MAX: usize = 32;
/// Longest channel name, `#` included, in bytes. ISUPPORT `CHANNELLEN`.
pub const CHANNEL_BYTES_MAX: usize = 64;

/// How who did something is called when nobody is to know them.
pub const NOBODY: &str = "deleted";

/// Which characters names may have, a network setting (`[server] names`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameRules {
    /// UTF-8 as RFC 8265 has usernames. Spec: <https://www.rfc-editor.org/rfc/rfc8265#section-3.4>
    #[default]
    Precis,
    /// Printable ASCII.
    Ascii,
}

/// Why a name was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadName {
    Empty,
    TooLong,
    /// A character that names may not have, or not there.
    BadCharacter,
}

/// Encodes a newtype around a string as a CBOR text.
macro_rules! cbor_string {
    ($name:ident) => {
        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.str(&self.0)?.ok()
            }
        }
        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                Ok(Self(d.str()?.into()))
            }
        }
        impl<C> CborLen<C> for $name {
            fn cbor_len(&self, ctx: &mut C) -> usize {
                self.0.as_str().cbor_len(ctx)
            }
        }
    };
}
pub(crate) use cbor_string;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $(#[$key_doc:meta])* $key:ident) => {
        $(#[$key_doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $key(CompactString);

        impl $key {
            /// A key as it was written down.
            pub fn from_folded(key: &str) -> Self {
                Self(key.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// Maps are asked with a folded name as well.
        impl Borrow<str> for $key {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        cbor_string!($key);

        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
        #[cbor(array)]
        pub struct $name {
            #[cbor(n(0), with = "crate::names::compact")]
            text: CompactString,
            /// Nothing when the text is its own key, as it is for most.
            #[n(1)]
            key: Option<$key>,
        }

        impl $name {
            fn of(text: CompactString, key: CompactString) -> Self {
                let key = (key != text).then_some($key(key));
                Self { text, key }
            }

            /// The name as people write it.
            pub fn as_str(&self) -> &str {
                &self.text
            }

            /// What it is found by.
            pub fn key(&self) -> $key {
                self.key.clone().unwrap_or_else(|| $key(self.text.clone()))
            }

            /// What it is found by, and nothing else of it.
            pub fn into_key(self) -> $key {
                self.key.unwrap_or($key(self.text))
            }

            /// The same without a copy: long names have no room in themselves.
            pub fn folded(&self) -> &str {
                self.key.as_ref().map_or(&self.text, |key| &key.0)
            }

            /// A name that was made before and is read back from where it was written down: its text is not
            /// judged again, its key is folded anew.
            pub fn from_written(text: &str, rules: NameRules) -> Self {
                Self::of(text.into(), rules.casefold(text))
            }

            /// Whether both are the same name.
            pub fn is(&self, other: &Self) -> bool {
                self.folded() == other.folded()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }
    };
}

name!(
    /// What a person is called at the moment, 1 to 32 bytes.
    Nick,
    /// A folded nick.
    NickKey
);
name!(
    /// A login identity, made as a nick is.
    AccountName,
    /// A folded account name.
    AccountKey
);
name!(
    /// `#` and a name, 2 to 64 bytes.
    ChannelName,
    /// A folded channel name.
    ChannelKey
);

impl ChannelKey {
    /// A key as long as this one that no channel has. What is looked up under it is looked up as any other, and not found.
    #[must_use]
    pub fn of_no_channel(mut self) -> Self {
        self.0.replace_range(..1, " ");
        self
    }
}

/// CBOR for a bare [`CompactString`] field: `#[cbor(with = "crate::names::compact")]`.
pub mod compact {
    use compact_str::CompactString;
    use minicbor::{CborLen, Decoder, Encoder};

    /// # Errors
    /// Those of the writer.
    pub fn encode<C, W: minicbor::encode::Write>(
        v: &CompactString,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(v)?.ok()
    }

    /// # Errors
    /// When the input is not a CBOR text.
    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<CompactString, minicbor::decode::Error> {
        Ok(d.str()?.into())
    }

    pub fn cbor_len<C>(v: &CompactString, ctx: &mut C) -> usize {
        v.as_str().cbor_len(ctx)
    }
}

impl Nick {
    /// Makes a nick.
    /// Spec: <https://modern.ircdocs.horse/#clients>
    ///
    /// # Errors
    /// When it is empty, longer than [`NICK_BYTES_MAX`], or has a character that nicks may not have.
    pub fn new(raw: &str, rules: NameRules) -> Result<Self, BadName> {
        if let Some(plain) = Self::plain(raw) {
            return Ok(plain);
        }
        let text = person(raw, rules)?;
        let key = rules.casefold(&text);
        // The tables that fold know letters that those which judge names do not (Cherokee's small ones).
        if key != text {
            person(&key, rules)?;
        }
        Ok(Self::of(text, key))
    }

    /// A nick of letters, digits and underlines, as most are: all rules agree on them, and its key is its small letters.
    fn plain(raw: &str) -> Option<Self> {
        let is_plain = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        if raw.is_empty() || raw.len() > NICK_BYTES_MAX || !raw.as_bytes().iter().all(is_plain) {
            return None;
        }
        let has_capitals = raw.bytes().any(|b| b.is_ascii_uppercase());
        let key = has_capitals.then(|| NickKey(NameRules::Ascii.casefold(raw)));
        Some(Self { text: raw.into(), key })
    }

    /// The name of somebody elsewhere, whose words are relayed: a nick with a `/` in it, which nobody here can have.
    /// Nothing for what is none.
    pub fn relayed(raw: &str, rules: NameRules) -> Option<Self> {
        let is_name = raw.contains('/') && Self::new(&raw.replace('/', "-"), rules).is_ok();
        (is_name && !raw.starts_with('/')).then(|| Self::from_written(raw, rules))
    }

    /// Of somebody of whom nothing is to be known.
    pub fn of_nobody() -> Self {
        Self::of(NOBODY.into(), NOBODY.into())
    }

    /// How the nick looks.
    pub fn skeleton(&self, rules: NameRules) -> Skeleton {
        rules.skeleton(self.key().as_str())
    }

    /// The account of the same name.
    pub fn as_account(&self) -> AccountName {
        AccountName::of(self.text.clone(), self.key().0)
    }
}

impl AccountName {
    /// Makes an account name, as [`Nick::new`] makes a nick: the owner of an account owns that nick.
    ///
    /// # Errors
    /// As for a nick.
    pub fn new(raw: &str, rules: NameRules) -> Result<Self, BadName> {
        Nick::new(raw, rules).map(|nick| nick.as_account())
    }

    /// Whether a name that was only written down is this one, as people write it or as it is found.
    pub fn is_written(&self, name: &str) -> bool {
        name == self.as_str() || name == self.folded()
    }

    /// The nick of the same name.
    pub fn as_nick(&self) -> Nick {
        Nick::of(self.text.clone(), self.key().0)
    }

    /// How the name looks.
    pub fn skeleton(&self, rules: NameRules) -> Skeleton {
        rules.skeleton(self.key().as_str())
    }
}

impl ChannelName {
    /// Makes a channel name; `raw` begins with `#`.
    /// Spec: <https://modern.ircdocs.horse/#channels>
    ///
    /// # Errors
    /// When nothing follows the `#`, it is longer than [`CHANNEL_BYTES_MAX`], or a character is not allowed.
    pub fn new(raw: &str, rules: NameRules) -> Result<Self, BadName> {
        let bare = raw.strip_prefix('#').ok_or(BadName::BadCharacter)?;
        if bare.is_empty() {
            return Err(BadName::Empty);
        }
        if raw.len() > CHANNEL_BYTES_MAX {
            return Err(BadName::TooLong);
        }
        let text = compact_str::format_compact!("#{}", place(bare, rules)?);
        let key = rules.casefold(&text);
        if key != text {
            place(&key[1..], rules)?;
        }
        if text.len().max(key.len()) > CHANNEL_BYTES_MAX {
            return Err(BadName::TooLong);
        }
        Ok(Self::of(text, key))
    }

    /// The name without its `#`, as the line protocol shows it.
    pub fn bare(&self) -> &str {
        self.text.strip_prefix('#').unwrap_or(&self.text)
    }

    /// How the name looks.
    pub fn skeleton(&self, rules: NameRules) -> Skeleton {
        rules.skeleton(self.key().as_str())
    }
}

/// A nick's text, checked.
fn person(raw: &str, rules: NameRules) -> Result<CompactString, BadName> {
    /// Not at the start: they would read as a channel, a status prefix, a comment or an option.
    const NOT_FIRST: &[u8] = b"$:#&~@%+/-=";
    /// Nowhere: separators and wildcards of the protocols; `.` and `/` mark servers and relays.
    const NOWHERE: &[u8] = b" ,*?!@./:";
    if raw.is_empty() {
        return Err(BadName::Empty);
    }
    if raw.len() > NICK_BYTES_MAX {
        return Err(BadName::TooLong);
    }
    // They are ASCII, so no part of another character is one of them.
    let is_bad = |text: &str| {
        text.as_bytes().first().is_some_and(|first| NOT_FIRST.contains(first)) || has_any(text, NOWHERE)
    };
    if is_bad(raw) {
        return Err(BadName::BadCharacter);
    }
    let text = rules.normalize(raw)?;
    // Width mapping can bring a forbidden character in by the back door.
    if text != raw && is_bad(&text) {
        return Err(BadName::BadCharacter);
    }
    if text.len() > NICK_BYTES_MAX { Err(BadName::TooLong) } else { Ok(text) }
}

fn has_any(text: &str, bytes: &[u8]) -> bool {
    text.bytes().any(|byte| bytes.contains(&byte))
}

/// A channel's text without its `#`, checked.
fn place(bare: &str, rules: NameRules) -> Result<CompactString, BadName> {
    /// Separators and wildcards of the protocols.
    const NOWHERE: &[u8] = b" ,*?:\x07";
    let text = rules.normalize(bare)?;
    // Width mapping makes a comma of a wide one.
    if has_any(&text, NOWHERE) { Err(BadName::BadCharacter) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nick(raw: &str) -> Result<Nick, BadName> {
        Nick::new(raw, NameRules::Precis)
    }

    #[test]
    fn plain_nicks_are_what_the_long_way_makes_of_them() {
        for raw in [
            "alice",
            "Alice_2",
            "0",
            "_",
            "RUST",
            &"x".repeat(32),
            &"x".repeat(33),
            "",
            "a-b",
            "\u{e9}va",
            "a b",
        ] {
            for rules in [NameRules::Precis, NameRules::Ascii] {
                let long = person(raw, rules).map(|text| Nick::of(text.clone(), rules.casefold(&text)));
                assert_eq!(Nick::new(raw, rules), long, "{raw}");
            }
        }
    }

    #[test]
    fn eloise_is_a_nick_and_folds() {
        let nick = nick("Éloïse").expect("RFC 8265 allows it");
        assert_eq!(nick.as_str(), "Éloïse");
        assert_eq!(nick.key().as_str(), "éloïse");
        assert!(Nick::new("Éloïse", NameRules::Ascii).is_err());
    }

    #[test]
    fn composed_and_decomposed_are_one_name() {
        let composed = nick("Élo").expect("composed");
        let decomposed = nick("E\u{301}lo").expect("decomposed");
        assert!(composed.is(&decomposed));
    }

    #[test]
    fn a_name_that_was_written_down_comes_back_the_same() {
        for raw in ["ginette", "Éloïse", "E\u{301}lo"] {
            let nick = nick(raw).expect("a nick");
            assert_eq!(Nick::from_written(nick.as_str(), NameRules::Precis), nick);
        }
    }

    #[test]
    fn bad_nicks() {
        for raw in ["", "a b", "#a", "a!b", "a@b", "a,b", "x\u{200b}y", "\u{202e}abc", "a.b", ":a", "a\u{0}b"]
        {
            assert!(nick(raw).is_err(), "{raw:?}");
        }
        assert_eq!(nick(&"a".repeat(33)), Err(BadName::TooLong));
        assert!(nick(&"a".repeat(32)).is_ok());
    }

    #[test]
    fn names_that_look_alike_share_a_skeleton() {
        let look = |raw: &str| nick(raw).expect("a nick").skeleton(NameRules::Precis);
        assert_eq!(look("modern"), look("rnodern"));
        assert_eq!(look("ginette"), look("gin\u{435}tte"));
        assert_ne!(look("ginette"), look("roger"));
    }

    #[test]
    fn channels() {
        let channel = |raw| ChannelName::new(raw, NameRules::Precis);
        assert_eq!(channel("#Été").expect("a channel").key().as_str(), "#été");
        assert_eq!(channel("#"), Err(BadName::Empty));
        assert!(channel("general").is_err());
        assert!(channel("#a b").is_err());
        assert!(channel("#a,b").is_err());
        assert!(channel("#a\u{ff0c}b").is_err(), "a wide comma");
        assert_eq!(channel(&format!("#{}", "a".repeat(64))), Err(BadName::TooLong));
    }
}
