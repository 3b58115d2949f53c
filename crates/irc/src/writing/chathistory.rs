//! Pieces of conversations, as they were said.
//! Spec: <https://ircv3.net/specs/extensions/chathistory>

use std::sync::Arc;

use colvert_core::event::Record;
use colvert_core::ids::Millis;
use compact_str::CompactString;

use super::{Answer, events, time};
use crate::caps::Caps;

impl Answer<'_> {
    /// Messages with the times and ids that they had, oldest first.
    /// Spec: <https://ircv3.net/specs/batches/chathistory>
    pub(super) fn excerpt(&mut self, target: &str, messages: &[Arc<Record>]) {
        let caps = self.caps.of_events();
        self.batch_if_known("chathistory", &[target], |answer| {
            for message in messages {
                events::encode_stored(&answer.door.server, caps, message, answer.out);
            }
        });
    }

    /// Whether the client asks for what it missed.
    pub(super) fn asks_for_history(&self) -> bool {
        self.caps.in_effect(Caps::DRAFT_CHATHISTORY)
    }

    /// Spec: <https://ircv3.net/specs/extensions/chathistory#targets>
    pub(super) fn conversations(&mut self, found: &[(CompactString, Millis)]) {
        self.batch_if_known("draft/chathistory-targets", &[], |answer| {
            for (name, at) in found {
                answer.server_line("CHATHISTORY").word("TARGETS").word(name).word(&time::iso(*at)).end();
            }
        });
    }

    /// As a batch for clients that know batches; others read the lines alone.
    fn batch_if_known(&mut self, kind: &str, params: &[&str], write: impl FnOnce(&mut Self)) {
        if self.caps.in_effect(Caps::BATCH) {
            self.batch(kind, params, write);
        } else {
            write(self);
        }
    }
}
