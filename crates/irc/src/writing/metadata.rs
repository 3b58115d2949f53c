//! What people and channels say of themselves.
//! Spec: <https://ircv3.net/specs/extensions/metadata>

use colvert_core::metadata::{Looked, MetadataAnswer, MetadataKey, MetadataValue};

use super::Answer;
use crate::caps::Caps;
use crate::numerics::{
    self, RPL_KEYNOTSET, RPL_KEYVALUE, RPL_METADATASUBOK, RPL_METADATASUBS, RPL_METADATASYNCLATER,
    RPL_METADATAUNSUBOK, RPL_WHOISKEYVALUE,
};

/// Keys that fit one line, each as long as it may be.
const KEYS_PER_LINE: usize = 5;
/// What everybody sees. Spec: <https://ircv3.net/specs/extensions/metadata#metadata-server-message>
const VISIBILITY: &str = "*";

impl Answer<'_> {
    pub(super) fn metadata(&mut self, told: &MetadataAnswer) {
        // Who asked for keys and gave the capability back goes on having asked, and is told nothing meanwhile.
        if !self.caps.in_effect(Caps::DRAFT_METADATA_2) {
            return;
        }
        match told {
            MetadataAnswer::Values { target, entries } => self.batch("metadata", &[target], |answer| {
                entries.iter().for_each(|entry| answer.looked(target, entry));
            }),
            MetadataAnswer::Changed { target, entry: (key, value) } => {
                self.key_value(target, key, value.as_ref());
            }
            MetadataAnswer::Synced { target, entries } => self.batch("metadata", &[target], |answer| {
                for (target, key, value) in entries {
                    answer.metadata_line(target, key, value);
                }
            }),
            MetadataAnswer::Later(target) => self.numeric(RPL_METADATASYNCLATER, &[target]),
            MetadataAnswer::Subscribed(keys) => self.keys(RPL_METADATASUBOK, keys),
            MetadataAnswer::Unsubscribed(keys) => self.keys(RPL_METADATAUNSUBOK, keys),
            MetadataAnswer::Subscriptions(keys) => {
                self.batch("metadata-subs", &[], |answer| answer.keys(RPL_METADATASUBS, keys));
            }
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
        if self.caps.in_effect(Caps::DRAFT_METADATA_2) {
            for (key, value) in entries {
                self.numeric_text(RPL_WHOISKEYVALUE, &[nick, key.as_str(), VISIBILITY], value.as_str());
            }
        }
    }

    /// Of a key that had a value there is none any more.
    pub fn key_not_set(&mut self, target: &str, key: &MetadataKey) {
        self.numeric(RPL_KEYNOTSET, &[target, key.as_str()]);
    }

    fn metadata_line(&mut self, target: &str, key: &MetadataKey, value: &MetadataValue) {
        let line = self.server_line("METADATA").word(target).word(key.as_str());
        line.word(VISIBILITY).text(value.as_str()).end();
    }

    fn looked(&mut self, target: &str, entry: &Looked) {
        match entry {
            Looked::Found(key, value) => self.key_value(target, key, value.as_ref()),
            Looked::Invalid(raw) => self.fail("METADATA", "KEY_INVALID", &[raw], "That is no key."),
        }
    }

    fn key_value(&mut self, target: &str, key: &MetadataKey, value: Option<&MetadataValue>) {
        match value {
            Some(value) => {
                self.numeric_text(RPL_KEYVALUE, &[target, key.as_str(), VISIBILITY], value.as_str())
            }
            None => self.key_not_set(target, key),
        }
    }

    fn keys(&mut self, numeric: numerics::Numeric, keys: &[MetadataKey]) {
        for keys in keys.chunks(KEYS_PER_LINE) {
            let keys: Vec<_> = keys.iter().map(MetadataKey::as_str).collect();
            self.numeric(numeric, &keys);
        }
    }
}
