//! What is told to the clients of one account alone, in the same words whether they asked for it or not.

use colvert_core::account_settings::Persistence;
use colvert_core::ids::Millis;

use super::line::Line;
use super::time;

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
