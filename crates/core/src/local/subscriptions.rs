//! Who asked to be told of which metadata, and what sessions say of themselves before there is a presence.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{Millis, SessionId};
use crate::metadata::{self, Metadata, MetadataKey, MetadataValue};

/// By session. Most have nothing here.
#[derive(Debug, Default)]
pub struct Subscriptions {
    keys_by_session: BTreeMap<SessionId, BTreeSet<MetadataKey>>,
    sessions_by_key: BTreeMap<MetadataKey, BTreeSet<SessionId>>,
    early: BTreeMap<SessionId, Metadata>,
    /// Until when the changes so far are paid for, see [`crate::modes::Rate::take`].
    paid: BTreeMap<SessionId, Millis>,
}

/// A change of that.
#[derive(Clone, Debug)]
pub enum MetadataChange {
    Subscribe(MetadataKey),
    Unsubscribe(MetadataKey),
    /// From all that was asked for.
    Forget,
    /// Before there is a presence.
    Early(MetadataKey, Option<MetadataValue>),
    /// There is one: it has what was said before.
    Begun,
    Paid(Millis),
}

impl Subscriptions {
    pub fn keys(&self, session: SessionId) -> impl Iterator<Item = &MetadataKey> {
        self.keys_by_session.get(&session).into_iter().flatten()
    }

    pub fn sessions(&self, key: &MetadataKey) -> impl Iterator<Item = SessionId> {
        self.sessions_by_key.get(key).into_iter().flatten().copied()
    }

    pub fn early(&self, session: SessionId) -> &Metadata {
        const NOTHING: &Metadata = &Metadata::new();
        self.early.get(&session).unwrap_or(NOTHING)
    }

    pub fn paid(&self, session: SessionId) -> Millis {
        self.paid.get(&session).copied().unwrap_or_default()
    }

    pub(super) fn change(&mut self, session: SessionId, change: MetadataChange) {
        match change {
            MetadataChange::Subscribe(key) => {
                self.keys_by_session.entry(session).or_default().insert(key.clone());
                self.sessions_by_key.entry(key).or_default().insert(session);
            }
            MetadataChange::Unsubscribe(key) => {
                if let Some(keys) = self.keys_by_session.get_mut(&session) {
                    keys.remove(&key);
                }
                self.forget(&key, session);
            }
            MetadataChange::Forget => self.unsubscribe(session),
            MetadataChange::Early(key, value) => {
                metadata::set(self.early.entry(session).or_default(), &key, value.as_ref());
            }
            MetadataChange::Begun => drop(self.early.remove(&session)),
            MetadataChange::Paid(until) => drop(self.paid.insert(session, until)),
        }
    }

    pub(super) fn close(&mut self, session: SessionId) {
        self.unsubscribe(session);
        self.early.remove(&session);
        self.paid.remove(&session);
    }

    fn unsubscribe(&mut self, session: SessionId) {
        for key in self.keys_by_session.remove(&session).unwrap_or_default() {
            self.forget(&key, session);
        }
    }

    fn forget(&mut self, key: &MetadataKey, session: SessionId) {
        if let Some(sessions) = self.sessions_by_key.get_mut(key) {
            sessions.remove(&session);
            if sessions.is_empty() {
                self.sessions_by_key.remove(key);
            }
        }
    }
}
