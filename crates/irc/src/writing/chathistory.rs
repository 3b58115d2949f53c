//! Pieces of conversations, as they were said.
//! Spec: <https://ircv3.net/specs/extensions/chathistory>

use std::sync::Arc;

use colvert_core::event::Record;
use colvert_core::ids::Millis;
use compact_str::CompactString;

use super::{Answer, events, time};
use crate::caps::Caps;
use crate::services::PLAYBACK;

impl Answer<'_> {
    /// Messages with the times and ids that they had, oldest first.
    /// Spec: <https://ircv3.net/specs/batches/chathistory>
    pub(super) fn excerpt(&mut self, target: &str, messages: &[Arc<Record>]) {
        self.stored("chathistory", target, messages, self.caps.of_events());
    }

    /// The same, as bouncers play it: each line with its time, by which the client knows from when on to ask the next time.
    /// Spec: <https://wiki.znc.in/Playback>
    pub(super) fn played(&mut self, target: &str, messages: &[Arc<Record>]) {
        let caps = self.caps.of_events().with(Caps::SERVER_TIME);
        self.stored("znc.in/playback", target, messages, caps);
    }

    fn stored(&mut self, kind: &str, target: &str, messages: &[Arc<Record>], caps: Caps) {
        self.batch_if_known(kind, &[target], |answer| {
            for message in messages {
                events::encode_stored(&answer.door.server, caps, message, answer.out);
            }
        });
    }

    /// Whether the client asks for what it missed.
    pub(super) fn asks_for_history(&self) -> bool {
        [Caps::DRAFT_CHATHISTORY, Caps::ZNC_IN_PLAYBACK].iter().any(|cap| self.caps.in_effect(*cap))
    }

    /// Spec: <https://wiki.znc.in/Playback> (words of the module, in seconds)
    pub(super) fn playable(&mut self, target: &str, from: Millis, to: Millis) {
        let seconds = |Millis(at): Millis| format!("{}.{:03}", at / 1000, at % 1000);
        let (nick, source) = (self.nick(), PLAYBACK.source(self.server()));
        let text = format!("{target} {} {}", seconds(from), seconds(to));
        self.line_from(&source, "PRIVMSG").word(nick).text(&text).end();
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
