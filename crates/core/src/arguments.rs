//! Arguments: where they come from, the types they can have, and how a command declares them.

use std::borrow::Cow;

use compact_str::CompactString;

use crate::command::Context;
use crate::event::Tag;
use crate::lines::{Lines, Words};
use crate::mask::Mask;
use crate::modes::Status;
use crate::names::{AccountName, BadName, ChannelName, NameRules, Nick, NickKey};
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::text::Text;

/// Where a command's arguments come from: positions on a line, or names in an object.
pub trait Fields {
    /// The leading channel. Nothing: the door's people may leave it out, and did.
    ///
    /// # Errors
    /// In protocols where it is never left out, when it is missing or no channel.
    fn channel(&mut self, name: &'static str) -> Result<Option<Cow<'_, str>>, Refusal>;
    /// The leading channel, or `@#channel` for members with a status.
    ///
    /// # Errors
    /// As [`Self::channel`].
    fn spot(&mut self, name: &'static str) -> Result<Option<Cow<'_, str>>, Refusal> {
        self.channel(name)
    }
    /// The next word.
    fn word(&mut self, name: &'static str) -> Option<Cow<'_, str>>;
    /// All that is left, as one text.
    fn rest(&mut self, name: &'static str) -> Option<Cow<'_, str>>;
    /// Client-only tags, in protocols that have them.
    fn tags(&mut self) -> Vec<Tag> {
        Vec::new()
    }
    /// Several lines where one text is asked for, in protocols that have them.
    fn lines(&mut self) -> Option<Lines> {
        None
    }
    fn names(&self) -> NameRules;
}

/// How an argument is written, for help and syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    pub name: &'static str,
    pub shape: Shape,
    pub optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A leading `#channel`, else the current one.
    Here,
    Word,
    /// The rest of the line.
    Rest,
    /// Not written as an argument: client-only tags.
    Hidden,
}

/// A type that an argument can have.
pub trait Field: Sized {
    const SHAPE: Shape;
    const OPTIONAL: bool = false;

    /// # Errors
    /// When the argument is missing or cannot be understood.
    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal>;
}

/// A channel that may be left out: then it is the session's current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here(pub Option<ChannelRef>);

/// Where words go: a channel, which may be left out, or its members with a status: `@#rust`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub here: Here,
    pub least: Option<Status>,
}

/// A channel as somebody named it. A name that cannot exist is a channel that does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRef {
    pub raw: CompactString,
    pub name: Option<ChannelName>,
}

/// A person as somebody named them. A nick that cannot exist is nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Somebody {
    pub raw: CompactString,
    pub key: Option<NickKey>,
}

/// An account by name; `*` is the one that is called as the asker is.
/// Spec: <https://ircv3.net/specs/extensions/account-registration> (for REGISTER; the others do the same)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose(Option<AccountName>);

impl Whose {
    /// The account's name.
    ///
    /// # Errors
    /// [`Refusal::NotRegistered`] when the asker is called nothing yet.
    pub fn named(self, cx: &Context<'_>) -> Result<AccountName, Refusal> {
        if let Some(account) = self.0 {
            return Ok(account);
        }
        let nick = match cx.me_if_any() {
            Some(me) => Some(&me.source.nick),
            None => cx.session()?.1.registration().nick.as_ref(),
        };
        nick.map(Nick::as_account).ok_or(Refusal::NotRegistered)
    }
}

/// One word, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(pub CompactString);

fn word<'a>(from: &'a mut dyn Fields, name: &'static str) -> Result<Cow<'a, str>, Refusal> {
    from.word(name).filter(|word| !word.is_empty()).ok_or(Refusal::NeedMoreParams(name))
}

impl ChannelRef {
    /// What `raw` names: with or without its `#`.
    pub fn new(raw: &str, rules: NameRules) -> Self {
        Self { raw: raw.into(), name: ChannelName::new(raw, rules).ok() }
    }
}

impl Field for Here {
    const SHAPE: Shape = Shape::Here;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        let rules = from.names();
        Ok(Self(from.channel(name)?.map(|raw| ChannelRef::new(&raw, rules))))
    }
}

impl Field for Spot {
    const SHAPE: Shape = Shape::Here;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        let rules = from.names();
        let Some(raw) = from.spot(name)? else { return Ok(Self { here: Here(None), least: None }) };
        // Spec: <https://modern.ircdocs.horse/#privmsg-message> (of several prefixes the lowest counts)
        let (prefixes, bare) = Status::prefixed(&raw);
        let (least, bare) = match prefixes.chars().filter_map(Status::of_prefix).min() {
            Some(least) if bare.starts_with('#') => (Some(least), bare),
            _ => (None, raw.as_ref()),
        };
        Ok(Self { here: Here(Some(ChannelRef::new(bare, rules))), least })
    }
}

impl Field for ChannelRef {
    const SHAPE: Shape = Shape::Word;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        let rules = from.names();
        Ok(Self::new(&word(from, name)?, rules))
    }
}

impl Field for ChannelName {
    const SHAPE: Shape = Shape::Word;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        let rules = from.names();
        let raw = word(from, name)?;
        Self::new(&raw, rules).map_err(|_| Refusal::BadChannelName(raw.into()))
    }
}

impl Field for Nick {
    const SHAPE: Shape = Shape::Word;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        let rules = from.names();
        let raw = word(from, name)?;
        Self::new(&raw, rules).map_err(|_: BadName| Refusal::ErroneousNickname(raw.into()))
    }
}

impl Field for Somebody {
    const SHAPE: Shape = Shape::Word;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        let rules = from.names();
        let raw = word(from, name)?;
        Ok(Self { key: Nick::new(&raw, rules).ok().map(Nick::into_key), raw: raw.into() })
    }
}

impl Field for AccountName {
    const SHAPE: Shape = Shape::Word;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        let rules = from.names();
        let raw = word(from, name)?;
        Self::new(&raw, rules).map_err(|_| Refusal::BadAccountName(raw.into()))
    }
}

impl Field for Whose {
    const SHAPE: Shape = Shape::Word;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        let rules = from.names();
        let raw = word(from, name)?;
        if raw == "*" {
            return Ok(Self(None));
        }
        AccountName::new(&raw, rules)
            .map(|name| Self(Some(name)))
            .map_err(|_| Refusal::BadAccountName(raw.into()))
    }
}

impl Field for Mask {
    const SHAPE: Shape = Shape::Word;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        let rules = from.names();
        let raw = word(from, name)?;
        Self::new(&raw, rules).ok_or_else(|| Refusal::InvalidParam(name, raw.into()))
    }
}

impl Field for Secret {
    const SHAPE: Shape = Shape::Word;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        word(from, name).map(Self::new)
    }
}

impl Field for Word {
    const SHAPE: Shape = Shape::Word;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        word(from, name).map(|raw| Self(raw.into()))
    }
}

impl Field for Vec<Word> {
    const SHAPE: Shape = Shape::Word;
    const OPTIONAL: bool = true;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        /// More than any line has.
        const WORDS_MAX: usize = 20;
        let next = || from.word(name).map(|word| Word(word.into()));
        Ok(std::iter::from_fn(next).take(WORDS_MAX).collect())
    }
}

impl Field for Vec<Tag> {
    const SHAPE: Shape = Shape::Hidden;

    fn parse(from: &mut dyn Fields, _: &'static str) -> Result<Self, Refusal> {
        Ok(from.tags())
    }
}

impl Field for Text {
    const SHAPE: Shape = Shape::Rest;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        Self::new(&from.rest(name).unwrap_or_default())
    }
}

impl Field for Words {
    const SHAPE: Shape = Shape::Rest;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        match from.lines() {
            Some(lines) => Ok(lines.into()),
            None => Text::parse(from, name).map(Self::from),
        }
    }
}

impl<T: Field> Field for Option<T> {
    const SHAPE: Shape = T::SHAPE;
    const OPTIONAL: bool = true;

    fn parse(from: &mut dyn Fields, name: &'static str) -> Result<Self, Refusal> {
        match T::parse(from, name) {
            Ok(value) => Ok(Some(value)),
            Err(Refusal::NeedMoreParams(_) | Refusal::NoTextToSend) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

/// A command's arguments, in the order in which they are written.
pub trait Args: Sized + Send + 'static {
    const FIELDS: &'static [FieldInfo];

    /// # Errors
    /// The first argument that is missing or cannot be understood.
    fn parse(from: &mut dyn Fields) -> Result<Self, Refusal>;
}

/// Declares a command's arguments: `args! { Kick { channel: Here, nick: Somebody, reason: Option<Text> } }`.
#[macro_export]
macro_rules! args {
    ($(#[$doc:meta])* $name:ident { $($field:ident : $ty:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name { $(pub $field: $ty),* }

        impl $crate::command::Args for $name {
            const FIELDS: &'static [$crate::command::FieldInfo] = &[$($crate::command::FieldInfo {
                name: stringify!($field),
                shape: <$ty as $crate::command::Field>::SHAPE,
                optional: <$ty as $crate::command::Field>::OPTIONAL,
            }),*];

            #[allow(unused_variables)]
            fn parse(from: &mut dyn $crate::command::Fields) -> Result<Self, $crate::refusal::Refusal> {
                Ok(Self { $($field: <$ty as $crate::command::Field>::parse(from, stringify!($field))?),* })
            }
        }
    };
}
