//! A message as a row, and back.

use std::borrow::Cow;

use colvert_core::event::{Event, Kind, Record, Source, Tag, Target, Who};
use colvert_core::ids::{ChannelId, Millis, Position, UserId};
use colvert_core::lines::{Line, Lines};
use colvert_core::names::{AccountName, ChannelName, NameRules, Nick};
use colvert_core::tags::is_reaction;
use colvert_core::text::Text;
use rusqlite::{Row, Statement, params};

use crate::Error;

/// Writes one message; the parameters are those of [`insert`].
pub(crate) const INSERT: &str = "
    INSERT INTO messages (id, conversation, channel, source, text, time_ms, kind, user, host, account,
                          source_id, target_id, recipient, recipient_account, generation, tags, lines)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

/// What [`read`] needs of a row, in its order.
pub(crate) const COLUMNS: &str = "id, generation, time_ms, source_id, source, user, host, account,
    target_id, channel, recipient, recipient_account, kind, text, tags, lines";

/// What somebody said.
pub(crate) struct Message<'a> {
    pub(crate) by: &'a Source,
    pub(crate) to: &'a Target,
    /// Nothing: tags alone, a reaction.
    pub(crate) kind: Option<Kind>,
    pub(crate) text: Option<&'a Text>,
    pub(crate) tags: &'a [Tag],
    pub(crate) lines: Option<&'a Lines>,
}

impl<'a> Message<'a> {
    /// Nothing for an event that is no message.
    pub(crate) fn of(event: &'a Event) -> Option<Self> {
        match event {
            // What only some members were told is nothing for who may read the channel.
            Event::Said { to: Target::Statuses { .. }, .. } => None,
            Event::Said { by, to, kind, text, tags, lines } => {
                let (kind, text, lines) = (Some(*kind), Some(text), lines.as_deref());
                Some(Self { by, to, kind, text, tags, lines })
            }
            Event::Tagged { to: Target::Statuses { .. }, .. } => None,
            Event::Tagged { by, to, tags } if is_reaction(tags) => {
                Some(Self { by, to, kind: None, text: None, tags, lines: None })
            }
            _ => None,
        }
    }

    /// The channel's name; nothing for a private message.
    pub(crate) fn channel(&self) -> Option<&'a str> {
        match self.to {
            Target::Channel { name, .. } | Target::Statuses { name, .. } => Some(name.as_str()),
            Target::User { .. } => None,
        }
    }
}

/// Numbers in SQLite are signed. Positions, ids and times do not get there.
pub(crate) fn signed(n: u64) -> i64 {
    n.cast_signed()
}

/// Writes a message with a statement of [`INSERT`].
pub(crate) fn insert(
    statement: &mut Statement<'_>,
    message: &Message<'_>,
    record: &Record,
    conversation: i64,
) -> rusqlite::Result<()> {
    let by = message.by;
    let (target_id, recipient, recipient_account) = match message.to {
        Target::Channel { id, .. } | Target::Statuses { id, .. } => (id.0, None, None),
        Target::User { id, nick, account } => (id.0, Some(nick.as_str()), account.as_ref()),
    };
    statement.execute(params![
        signed(record.position.0),
        conversation,
        message.channel(),
        by.nick.as_str(),
        words(message),
        signed(record.time.0),
        message.kind.map_or(REACTION, kind_word),
        by.user.as_str(),
        by.host.as_str(),
        by.account.as_ref().map(AccountName::as_str),
        signed(by.id.0),
        signed(target_id),
        recipient,
        recipient_account.map(AccountName::as_str),
        record.generation,
        tags_json(message.tags),
        message.lines.map(lines_json),
    ])?;
    Ok(())
}

/// All that was said; nothing of a reaction.
fn words<'a>(message: &Message<'a>) -> Cow<'a, str> {
    match message.lines {
        Some(lines) => lines.combined().into(),
        None => message.text.map_or("", Text::as_str).into(),
    }
}

/// The record of a row that has [`COLUMNS`]: the event as it was when it was live.
pub(crate) fn read(row: &Row<'_>, names: NameRules) -> Result<Record, Error> {
    let id: i64 = row.get(0)?;
    let damaged = |reason| Error::Message { id, reason };
    let word = |column: usize| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
    let word_if_any = |column: usize| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
    let number = |column: usize| row.get::<_, i64>(column).map(i64::cast_unsigned);
    let account = |column: usize| -> Result<_, rusqlite::Error> {
        Ok(word_if_any(column)?.map(|name| AccountName::from_written(name, names)))
    };
    let by = Source::from(Who {
        id: UserId(number(3)?),
        nick: Nick::from_written(word(4)?, names),
        user: word(5)?.into(),
        host: word(6)?.into(),
        account: account(7)?,
        bot: false,
    });
    let to = match (word_if_any(9)?, word_if_any(10)?) {
        (Some(channel), None) => {
            Target::Channel { id: ChannelId(number(8)?), name: ChannelName::from_written(channel, names) }
        }
        (None, Some(recipient)) => Target::User {
            id: UserId(number(8)?),
            nick: Nick::from_written(recipient, names),
            account: account(11)?,
        },
        _ => return Err(damaged("it is neither a channel's nor a private one")),
    };
    let tags = word_if_any(14)?.map_or(Some(Vec::new()), tags_of).ok_or_else(|| damaged("its tags"))?;
    let (position, time, generation) = (Position(id.cast_unsigned()), Millis(number(2)?), row.get(1)?);
    if word(12)? == REACTION {
        return Ok(Record { position, time, generation, event: Event::Tagged { by, to, tags } });
    }
    let kind = kind_of(word(12)?).ok_or_else(|| damaged("its kind is unknown"))?;
    let lines = match word_if_any(15)? {
        Some(json) => Some(Box::new(lines_of(json).ok_or_else(|| damaged("its lines"))?)),
        None => None,
    };
    let text = match &lines {
        Some(lines) => lines.first(),
        None => Text::new(word(13)?).map_err(|_| damaged("its text is no line of words"))?,
    };
    Ok(Record { position, time, generation, event: Event::Said { by, to, kind, text, tags, lines } })
}

/// What a reaction is called where a message has its kind.
pub(crate) const REACTION: &str = "reaction";

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Message => "message",
        Kind::Action => "action",
        Kind::Notice => "notice",
    }
}

fn kind_of(word: &str) -> Option<Kind> {
    [Kind::Message, Kind::Action, Kind::Notice].into_iter().find(|kind| kind_word(*kind) == word)
}

/// Pairs rather than an object: their order is what was sent.
fn tags_json(tags: &[Tag]) -> Option<String> {
    let pairs: Vec<_> = tags.iter().map(|tag| (tag.name.as_str(), tag.value.as_str())).collect();
    (!pairs.is_empty()).then(|| serde_json::to_string(&pairs).expect("strings have a JSON"))
}

fn tags_of(json: &str) -> Option<Vec<Tag>> {
    let pairs: Vec<(String, String)> = serde_json::from_str(json).ok()?;
    Some(pairs.into_iter().map(|(name, value)| Tag { name: name.into(), value: value.into() }).collect())
}

fn lines_json(lines: &Lines) -> String {
    let pairs: Vec<_> = lines.iter().map(|line| (line.continues, line.text.as_str())).collect();
    serde_json::to_string(&pairs).expect("strings have a JSON")
}

fn lines_of(json: &str) -> Option<Lines> {
    let pairs: Vec<(bool, String)> = serde_json::from_str(json).ok()?;
    Lines::new(pairs.into_iter().map(|(continues, text)| Line { continues, text: text.into() }).collect())
}
