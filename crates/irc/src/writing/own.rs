//! What is told to the clients of one person alone, in the same words whether they asked for it or not.

use colvert_core::account_settings::Persistence;
use colvert_core::event::Tag;
use colvert_core::ids::Millis;

use super::line::Line;
use super::tags::Tags;
use super::{Answer, time};

/// Up to when the person of a session has read a conversation.
/// Spec: <https://ircv3.net/specs/extensions/read-marker#markread-server-command>
pub fn read_until(out: &mut Vec<u8>, server: &str, target: &str, until: Option<Millis>) {
    let until = until.map_or_else(|| "*".to_owned(), |until| format!("timestamp={}", time::iso(until)));
    Line::from_server(out, server, "MARKREAD").word(target).word(&until).end();
}

/// Whether the person of a session stays when it ends, as they chose and as it is.
/// Spec: <https://github.com/ircv3/ircv3-specifications/pull/503> (`PERSISTENCE STATUS`)
pub fn persistence(out: &mut Vec<u8>, server: &str, told: Persistence) {
    let word = |is_on| if is_on { "ON" } else { "OFF" };
    let line = Line::from_server(out, server, "PERSISTENCE").word("STATUS");
    line.word(told.choice.map_or("DEFAULT", word)).word(word(told.is_on)).end();
}

impl Answer<'_> {
    /// What somebody has said to a service. It is no event: it has neither an id nor a time, and nobody else reads it.
    /// Spec: <https://ircv3.net/specs/extensions/echo-message>
    pub fn echo(&mut self, verb: &str, target: &str, text: Option<&str>, tags: &[Tag]) {
        if text.is_none() && tags.is_empty() {
            return;
        }
        let mut written = Tags::of(self.out);
        for tag in tags {
            written.push(&tag.name, &tag.value);
        }
        written.end();
        let nick = self.nick;
        let line = self.line_from(nick, verb).word(target);
        match text {
            Some(text) => line.text(text).end(),
            None => line.end(),
        }
    }
}
