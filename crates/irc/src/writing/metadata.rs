//! What people and channels say of themselves.
//! Spec: <https://ircv3.net/specs/extensions/metadata>

use colvert_core::metadata::{Looked, MetadataAnswer, MetadataKey, MetadataValue};

use compact_str::CompactString;

use super::Answer;
use crate::caps::Caps;
use crate::numerics::{
    self, RPL_KEYNOTSET, RPL_KEYVALUE, RPL_METADATASUBOK, RPL_METADATASUBS, RPL_METADATASYNCLATER,
    RPL_METADATAUNSUBOK, RPL_WHOISKEYVALUE,
};

/// Of whom, of what, and what is said.
type Said = (CompactString, MetadataKey, MetadataValue);

/// Keys that fit one line, each as long as it may be.
const KEYS_PER_LINE: usize = 5;
/// What everybody sees. Spec: <https://ircv3.net/specs/extensions/metadata#metadata-server-message>
const VISIBILITY: &str = "*";
/// All that one is told of. Spec: <https://github.com/ircv3/ircv3-specifications/pull/613> (automatic synchronization)
const EVERYTHING: &str = "*ALL";

impl Answer<'_> {
    pub(super) fn metadata(&mut self, told: &MetadataAnswer) {
        // What was changed was asked for, by who does not know of metadata through ChanServ.
        if !self.caps.has_metadata() && !matches!(told, MetadataAnswer::Changed { .. }) {
            return;
        }
        match told {
            MetadataAnswer::Values { target, entries } => self.batch("metadata", &[target], |answer| {
                entries.iter().for_each(|entry| answer.looked(target, entry));
            }),
            MetadataAnswer::Changed { target, entry: (key, value) } => {
                self.key_value(target, key, value.as_ref());
            }
            MetadataAnswer::Synced { target, entries } => self.synced(target, entries),
            MetadataAnswer::Later(target) => self.later(target),
            MetadataAnswer::SyncedAll(known) => {
                self.synced(EVERYTHING, &known.entries);
                known.later.iter().for_each(|channel| self.later(channel));
            }
            // Spec: <https://github.com/ircv3/ircv3-specifications/pull/613> (METADATA SUB: all, or that it is to be asked for)
            MetadataAnswer::Known(known) if self.caps.in_effect(Caps::DRAFT_METADATA_3) => {
                match known.later.is_empty() && !known.entries.is_empty() {
                    true => self.synced(EVERYTHING, &known.entries),
                    false => self.later(EVERYTHING),
                }
            }
            MetadataAnswer::Known(known) => {
                if !known.entries.is_empty() {
                    self.synced(self.nick, &known.entries);
                }
                known.later.iter().for_each(|channel| self.later(channel));
            }
            MetadataAnswer::Subscribed(keys) => self.keys(RPL_METADATASUBOK, keys),
            MetadataAnswer::Unsubscribed(keys) => self.keys(RPL_METADATAUNSUBOK, keys),
            MetadataAnswer::Subscriptions(keys) => {
                self.batch("metadata-subs", &[], |answer| answer.keys(RPL_METADATASUBS, keys));
            }
        }
    }

    fn synced(&mut self, target: &str, entries: &[Said]) {
        self.batch("metadata", &[target], |answer| {
            for (target, key, value) in entries {
                answer.metadata_line(target, key, value);
            }
        });
    }

    /// There is too much to tell it now. It can be asked for at once: whoever asks takes it piece by piece.
    fn later(&mut self, target: &str) {
        match self.caps.in_effect(Caps::DRAFT_METADATA_3) {
            true => self.numeric_text(RPL_METADATASYNCLATER, &[target, "0"], "Ask for it."),
            false => self.numeric(RPL_METADATASYNCLATER, &[target]),
        }
    }

    /// What a person says of themselves, when they come.
    /// Spec: <https://ircv3.net/specs/extensions/metadata#notifications>
    pub(super) fn own_metadata(&mut self, entries: &[(MetadataKey, MetadataValue)]) {
        let nick = self.nick;
        self.batch("metadata", &[nick], |answer| {
            for (key, value) in entries {
                answer.metadata_line(nick, key, value);
            }
        });
    }

    /// Spec: <https://ircv3.net/specs/extensions/metadata#rpl_whoiskeyvalue-numeric>
    pub(super) fn whois_metadata(&mut self, nick: &str, entries: &[(MetadataKey, MetadataValue)]) {
        if self.caps.has_metadata() {
            for (key, value) in entries {
                self.numeric_text(RPL_WHOISKEYVALUE, &[nick, key.as_str(), VISIBILITY], value.as_str());
            }
        }
    }

    /// A value where it is told without a question for it.
    /// Spec: <https://github.com/ircv3/ircv3-specifications/pull/613> (there it is a numeric, as any)
    fn metadata_line(&mut self, target: &str, key: &MetadataKey, value: &MetadataValue) {
        if self.caps.in_effect(Caps::DRAFT_METADATA_3) {
            return self.key_value(target, key, Some(value));
        }
        let line = self.server_line("METADATA").word(target).word(key.as_str());
        line.word(VISIBILITY).text(value.as_str()).end();
    }

    fn looked(&mut self, target: &str, entry: &Looked) {
        match entry {
            Looked::Found(key, value) => self.key_value(target, key, value.as_ref()),
            Looked::Invalid(raw) if self.caps.in_effect(Caps::DRAFT_METADATA_3) => {
                self.warn("METADATA", "INVALID_KEY", &[raw], "That is no key.");
            }
            Looked::Invalid(raw) => self.fail("METADATA", "KEY_INVALID", &[raw], "That is no key."),
        }
    }

    /// A key with its value, or that it has none.
    pub fn key_value(&mut self, target: &str, key: &MetadataKey, value: Option<&MetadataValue>) {
        match value {
            Some(value) => {
                self.numeric_text(RPL_KEYVALUE, &[target, key.as_str(), VISIBILITY], value.as_str())
            }
            None => self.numeric(RPL_KEYNOTSET, &[target, key.as_str()]),
        }
    }

    fn keys(&mut self, numeric: numerics::Numeric, keys: &[MetadataKey]) {
        for keys in keys.chunks(KEYS_PER_LINE) {
            let keys: Vec<_> = keys.iter().map(MetadataKey::as_str).collect();
            self.numeric(numeric, &keys);
        }
    }
}
