//! Changes of modes, as lines.

use colvert_core::event::Source;
use colvert_core::modes::ModeChange;
use colvert_core::names::ChannelName;

use super::Shown;
use crate::caps::Caps;
use crate::message::BODY_BARE_BYTES_MAX;
use crate::writing::line::Line;
use crate::writing::tags::Tags;
use crate::writing::{modes, time};

impl Shown<'_> {
    /// Spec: <https://modern.ircdocs.horse/#mode-message>
    pub(super) fn modes(&mut self, by: &Source, name: &ChannelName, changes: &[ModeChange]) {
        let around = format!(":{} MODE {name} ", by.mask()).len();
        let room = BODY_BARE_BYTES_MAX.saturating_sub(around);
        for (n, (letters, params)) in modes::changed(changes, room).into_iter().enumerate() {
            // The id is on the first line alone, as it is of messages of several lines.
            let id = if n == 0 { self.id() } else { None };
            let line = self.tagged(by, "MODE", id.as_deref(), &[]).word(name.as_str()).word(&letters);
            params.iter().fold(line, |line, param| line.word(param)).end();
        }
    }

    /// The same from the server itself.
    pub(super) fn modes_set(&mut self, server: &str, name: &ChannelName, changes: &[ModeChange]) {
        let around = format!(":{server} MODE {name} ").len();
        let room = BODY_BARE_BYTES_MAX.saturating_sub(around);
        for (n, (letters, params)) in modes::changed(changes, room).into_iter().enumerate() {
            let id = self.id().filter(|_| n == 0 && self.caps.contains(Caps::MESSAGE_TAGS));
            let mut tags = Tags::of(self.out);
            if self.caps.contains(Caps::SERVER_TIME) {
                tags.push("time", &time::iso(self.record.time));
            }
            if let Some(id) = id {
                tags.push("msgid", &id);
            }
            tags.end();
            let line = Line::from_server(self.out, server, "MODE").word(name.as_str()).word(&letters);
            params.iter().fold(line, |line, param| line.word(param)).end();
        }
    }
}
