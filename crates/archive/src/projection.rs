//! What each event becomes in the tables, inside one transaction.

use std::collections::BTreeMap;

use colvert_core::audit::Act;
use colvert_core::conversation::Conversation;
use colvert_core::event::{Event, Record};
use colvert_core::happening::places;
use colvert_core::ids::{Millis, Position};
use colvert_core::modes::Role;
use colvert_core::names::{AccountName, ChannelName};
use colvert_core::work::Audited;
use rusqlite::{CachedStatement, OptionalExtension, ToSql, Transaction, params};

use crate::event_line::EventLine;
use crate::message::{self, Message, signed};
use crate::{Error, accounts, forgetting, happening};

/// Conversations whose row ids are remembered; past it they are looked up again.
const CONVERSATIONS_MAX: usize = 10_000;

/// Row ids of conversations by their keys. What it has is committed, or about to be.
#[derive(Debug, Default)]
pub(crate) struct Conversations(BTreeMap<String, i64>);

impl Conversations {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    fn remember(&mut self, key: String, id: i64) {
        if self.0.len() >= CONVERSATIONS_MAX {
            self.0.clear();
        }
        self.0.insert(key, id);
    }
}

/// Writes events into the tables.
pub(crate) struct Projection<'a> {
    tx: &'a Transaction<'a>,
    conversations: &'a mut Conversations,
    insert_message: CachedStatement<'a>,
    insert_event: CachedStatement<'a>,
}

impl<'a> Projection<'a> {
    pub(crate) fn new(tx: &'a Transaction<'a>, conversations: &'a mut Conversations) -> Result<Self, Error> {
        const INSERT_EVENT: &str = "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let insert_message = tx.prepare_cached(message::INSERT)?;
        let insert_event = tx.prepare_cached(INSERT_EVENT)?;
        Ok(Self { tx, conversations, insert_message, insert_event })
    }

    pub(crate) fn apply(&mut self, record: &Record) -> Result<(), Error> {
        if let Some(line) = EventLine::of(&record.event) {
            self.log(record, &line)?;
        }
        self.happen(record)?;
        match &record.event {
            Event::Said { .. } | Event::Tagged { .. } => self.say(record),
            Event::ChannelRegistered { name, .. } => self.set_registered(name, true),
            Event::ChannelUnregistered { name, .. } => self.set_registered(name, false),
            Event::ChannelRenamed { name, to, .. } => self.rename(name, to, record),
            Event::Redacted { message, .. } => self.erase(*message),
            Event::Acted(act) => self.audit(record, act),
            Event::ChannelCreated { name, .. } => self.create_channel(name, record.time),
            Event::ChannelDropped { name, sealed: true, .. } => self.seal(name, record.position),
            Event::AccountRegistered { account, .. } => self.register(account, record.time),
            Event::AccountRenamed { account, to, .. } => {
                self.conversations.clear();
                accounts::rename(self.tx, account, to)
            }
            Event::AccountDeleted { account, anonymous, .. } => {
                self.conversations.clear();
                forgetting::delete(self.tx, (account, record.position), *anonymous)
            }
            Event::RoleChanged { account, role, .. } => self.set_role(account, *role),
            Event::Claimed { account, .. } => self.set_role(account, Role::Administrator),
            _ => Ok(()),
        }
    }

    fn log(&mut self, record: &Record, line: &EventLine<'_>) -> Result<(), Error> {
        let (id, time_ms) = (signed(record.position.0), signed(record.time.0));
        let EventLine { kind, actor, account, channel, target, detail } = line;
        self.insert_event.execute(params![id, time_ms, kind, actor, account, channel, target, detail])?;
        Ok(())
    }

    fn say(&mut self, record: &Record) -> Result<(), Error> {
        let Some(message) = Message::of(&record.event) else { return Ok(()) };
        let Some(of) = Conversation::of(&record.event) else { return Ok(()) };
        let conversation = self.conversation(&of, message.channel(), record.time)?;
        Ok(message::insert(&mut self.insert_message, &message, record, conversation)?)
    }

    /// What is no message belongs to the conversation all the same.
    fn happen(&mut self, record: &Record) -> Result<(), Error> {
        for place in places(&record.event) {
            let name = match &place {
                Conversation::Channel(key) => Some(key.as_str()),
                Conversation::Private(..) => None,
            };
            let conversation = self.conversation(&place, name, record.time)?;
            let mut insert = self.tx.prepare_cached(happening::INSERT)?;
            happening::insert(&mut insert, record, conversation)?;
        }
        Ok(())
    }

    /// What was said goes with the channel. What was said in an earlier one of that name is found no more.
    fn rename(&mut self, from: &ChannelName, to: &ChannelName, record: &Record) -> Result<(), Error> {
        const ASIDE: &str = "UPDATE conversations SET key = key || ' until ' || ?2 WHERE key = ?1";
        const RENAME: &str = "UPDATE conversations SET key = ?2, channel = ?3 WHERE key = ?1";
        let (before, after) = (from.key(), to.key());
        if before != after {
            self.tx.prepare_cached(ASIDE)?.execute(params![after.as_str(), signed(record.position.0)])?;
        }
        let row = params![before.as_str(), after.as_str(), to.as_str()];
        self.tx.prepare_cached(RENAME)?.execute(row)?;
        self.conversations.clear();
        Ok(())
    }

    fn set_registered(&mut self, name: &ChannelName, registered: impl ToSql) -> Result<(), Error> {
        const SET: &str = "UPDATE conversations SET registered = ?2 WHERE key = ?1";
        self.tx.prepare_cached(SET)?.execute(params![name.key().as_str(), registered])?;
        Ok(())
    }

    fn erase(&mut self, message: Position) -> Result<(), Error> {
        const ERASE: &str = "DELETE FROM messages WHERE id = ?1";
        self.tx.prepare_cached(ERASE)?.execute([signed(message.0)])?;
        Ok(())
    }

    fn audit(&mut self, record: &Record, act: &Act) -> Result<(), Error> {
        const INSERT: &str =
            "INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        let line = Audited::of(record.time, act);
        let row = params![
            signed(record.position.0),
            signed(line.time.0),
            line.actor,
            line.account,
            line.oper,
            line.act,
            line.target,
            line.reason,
            line.before,
            line.after,
            act.place.as_ref().map(|place| signed(place.id.0)),
            act.place.as_ref().map(|place| place.name.key().as_str().to_owned()),
            line.status
        ];
        self.tx.prepare_cached(INSERT)?.execute(row)?;
        Ok(())
    }

    /// The conversation's row, made if there is none.
    fn conversation(&mut self, of: &Conversation, channel: Option<&str>, at: Millis) -> Result<i64, Error> {
        const MAKE: &str = "INSERT INTO conversations (key, channel, created_ms) VALUES (?1, ?2, ?3)";
        let key = of.key();
        if let Some(id) = self.known(&key)? {
            return Ok(id);
        }
        let id = self.tx.prepare_cached(MAKE)?.insert(params![key, channel, signed(at.0)])?;
        self.sides(of, id)?;
        self.conversations.remember(key, id);
        Ok(id)
    }

    fn known(&mut self, key: &str) -> Result<Option<i64>, Error> {
        const FIND: &str = "SELECT id FROM conversations WHERE key = ?1";
        if let Some(id) = self.conversations.0.get(key) {
            return Ok(Some(*id));
        }
        let found = self.tx.prepare_cached(FIND)?.query_row([key], |row| row.get(0)).optional()?;
        if let Some(id) = found {
            self.conversations.remember(key.to_owned(), id);
        }
        Ok(found)
    }

    /// A private conversation is found from both of its sides.
    fn sides(&mut self, of: &Conversation, id: i64) -> Result<(), Error> {
        const SIDE: &str = "INSERT OR IGNORE INTO sides VALUES (?1, ?2)";
        let Conversation::Private(one, other) = of else { return Ok(()) };
        for side in [one, other] {
            self.tx.prepare_cached(SIDE)?.execute(params![side.key(), id])?;
        }
        Ok(())
    }

    /// The name is as it was spelt last.
    fn create_channel(&mut self, name: &ChannelName, at: Millis) -> Result<(), Error> {
        const RENAME: &str = "UPDATE conversations SET channel = ?2, created_ms = ?3 WHERE id = ?1";
        let id = self.conversation(&Conversation::Channel(name.key()), Some(name.as_str()), at)?;
        self.tx.prepare_cached(RENAME)?.execute(params![id, name.as_str(), signed(at.0)])?;
        Ok(())
    }

    fn seal(&mut self, name: &ChannelName, position: Position) -> Result<(), Error> {
        const SEAL: &str = "INSERT INTO seals SELECT id, ?2 FROM conversations WHERE key = ?1";
        self.tx.prepare_cached(SEAL)?.execute(params![name.key().as_str(), signed(position.0)])?;
        Ok(())
    }

    fn register(&mut self, account: &AccountName, at: Millis) -> Result<(), Error> {
        const REGISTER: &str = "INSERT OR REPLACE INTO accounts VALUES (?1, ?2, ?3, ?4)";
        let (key, role) = (account.key(), Role::Member.as_str());
        let row = params![key.as_str(), account.as_str(), role, signed(at.0)];
        self.tx.prepare_cached(REGISTER)?.execute(row)?;
        Ok(())
    }

    fn set_role(&mut self, account: &AccountName, role: Role) -> Result<(), Error> {
        const SET_ROLE: &str = "UPDATE accounts SET role = ?2 WHERE key = ?1";
        self.tx.prepare_cached(SET_ROLE)?.execute(params![account.key().as_str(), role.as_str()])?;
        Ok(())
    }
}
