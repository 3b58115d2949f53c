//! The tags of a line, and which events have an id among them.

use std::io::Write;

use colvert_core::event::Event;

use crate::message::escape;

/// Whether an event is words or tags that somebody sent: shown to the session that did only as an echo.
pub fn is_message(event: &Event) -> bool {
    matches!(event, Event::Said { .. } | Event::Tagged { .. })
}

/// Whether an event has an id that clients may name: what history has. The same is live and played back.
/// Spec: <https://ircv3.net/specs/extensions/message-ids>
pub(super) fn has_id(event: &Event) -> bool {
    is_message(event)
        || matches!(
            event,
            Event::Joined { .. }
                | Event::Parted { .. }
                | Event::Kicked { .. }
                | Event::Quit { .. }
                | Event::NickChanged { .. }
                | Event::TopicChanged { .. }
                | Event::ModesChanged { .. }
                | Event::ModesSet { .. }
                | Event::Redacted { .. }
        )
}

/// The tags of a line under way.
pub(super) struct Tags<'a> {
    out: &'a mut Vec<u8>,
    count: usize,
}

impl<'a> Tags<'a> {
    pub(super) fn of(out: &'a mut Vec<u8>) -> Self {
        Self { out, count: 0 }
    }

    pub(super) fn push(&mut self, name: &str, value: &str) {
        let separator = if self.count == 0 { "@" } else { ";" };
        write!(self.out, "{separator}{name}").expect("writing to memory does not fail");
        if !value.is_empty() {
            self.out.push(b'=');
            escape(value, self.out);
        }
        self.count += 1;
    }

    pub(super) fn end(self) {
        if self.count > 0 {
            self.out.push(b' ');
        }
    }
}
