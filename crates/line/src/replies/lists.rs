//! Lists of channels, members, masks, messages and events.

use std::sync::Arc;

use colvert_core::clients::{ClientName, Seen};
use colvert_core::event::{Event, Record};
use colvert_core::ids::Millis;
use colvert_core::mask::Mask;
use colvert_core::modes::{ListMode, Status};
use colvert_core::names::{ChannelName, Nick};
use colvert_core::reply::{HistoryAsked, Listed, Names};
use colvert_core::session::Relation;
use colvert_core::work::{Audited, LoggedEvent};

use super::channel;
use crate::speech::{Speech, row};
use crate::talk::{Talk, bracket};
use crate::{events, printing, when};

/// Bytes after which a row of names is full.
const ROW_BYTES: usize = 72;

/// Who is on a channel, several to a row.
pub fn names(speech: &Speech, names: &Names, out: &mut Vec<u8>) {
    if names.is_first {
        speech.say(out, "names", &[channel(&names.channel), ("count", names.count.into())]);
    }
    let shown = names.members.iter().map(|(status, source)| with_prefix(*status, source.nick.as_str()));
    rows_of_words(shown, out);
}

/// A list of words under a heading that counts them.
pub fn counted<'a>(
    speech: &Speech,
    heading: &str,
    words: impl ExactSizeIterator<Item = &'a str>,
    out: &mut Vec<u8>,
) {
    speech.say(out, heading, &[("count", words.len().into())]);
    rows_of_words(words.map(str::to_owned), out);
}

/// A name behind the highest status that it has: `@ginette`.
pub fn with_prefix(status: Status, name: &str) -> String {
    status.prefixes().take(1).chain(name.chars()).collect()
}

fn rows_of_words(words: impl Iterator<Item = String>, out: &mut Vec<u8>) {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() && line.len() + word.len() > ROW_BYTES {
            row(out, &line);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        row(out, &line);
    }
}

/// Channels, how many are on them, and what they are about.
pub fn channels(speech: &Speech, listed: &[Listed], out: &mut Vec<u8>) {
    speech.say(out, "list", &[("count", listed.len().into())]);
    for Listed { channel, members, topic } in listed {
        let channel = channel.bare();
        match topic {
            Some(topic) => row(out, &format!("{channel} ({members}) {}", topic.as_str())),
            None => row(out, &format!("{channel} ({members})")),
        }
    }
}

/// The masks of a list mode.
pub fn masks(
    speech: &Speech,
    name: &ChannelName,
    list: ListMode,
    entries: &[(Mask, Option<Nick>, Millis)],
    out: &mut Vec<u8>,
) {
    let letter = list.letter().to_string();
    let args = [channel(name), ("list", letter.into()), ("count", entries.len().into())];
    speech.say(out, "mask-list", &args);
    for (mask, by, at) in entries {
        let args = [
            ("mask", mask.as_str().into()),
            ("nick", by.as_ref().map_or_else(|| speech.words("the-server", &[]), ToString::to_string).into()),
            ("time", when::minute(*at).into()),
        ];
        speech.row(out, "mask-row", &args);
    }
}

/// What was said, each line with its time.
pub fn history(
    speech: &Speech,
    name: &ChannelName,
    asked: HistoryAsked,
    messages: &[Arc<Record>],
    out: &mut Vec<u8>,
) {
    let id = match asked {
        HistoryAsked::Latest => "history",
        HistoryAsked::Missed => "missed",
    };
    speech.say(out, id, &[channel(name), ("count", messages.len().into())]);
    said(speech, name.bare(), messages, out);
}

/// What a client missed, on a channel or with somebody.
pub fn missed(speech: &Speech, target: &str, messages: &[Arc<Record>], out: &mut Vec<u8>) {
    let count = ("count", messages.len().into());
    match target.strip_prefix('#') {
        Some(bare) => speech.say(out, "missed", &[("channel", bare.into()), count]),
        None => speech.say(out, "missed-with", &[("nick", target.into()), count]),
    }
    said(speech, target.strip_prefix('#').unwrap_or(target), messages, out);
}

/// What the account is used from, and since when it is gone from there.
pub fn clients(speech: &Speech, clients: &[(ClientName, Seen)], out: &mut Vec<u8>) {
    speech.say(out, "clients", &[("count", clients.len().into())]);
    for (name, seen) in clients {
        let id = if seen.is_here { "client-here" } else { "client-gone" };
        speech.row(out, id, &[("client", name.as_str().into()), ("time", when::minute(seen.at).into())]);
    }
}

/// Messages, each with its time.
fn said(speech: &Speech, place: &str, messages: &[Arc<Record>], out: &mut Vec<u8>) {
    for record in messages {
        match &record.event {
            Event::Said { by, to, kind, lines: Some(lines), .. } => {
                for text in lines.combined().lines().filter(|text| !text.trim().is_empty()) {
                    Talk { by, to, kind: *kind, text }.print_at(record.time, speech, out);
                }
            }
            Event::Said { by, to, kind, text, .. } => {
                Talk { by, to, kind: *kind, text: text.as_str() }.print_at(record.time, speech, out);
            }
            other => {
                bracket(out, place);
                printing::print(out, &when::minute(record.time));
                printing::print(out, " ");
                events::word(speech, other, Relation::Other, out);
            }
        }
    }
}

/// The server's event log. Its words are the same in all languages, as in the log itself.
pub fn event_log(speech: &Speech, events: &[LoggedEvent], out: &mut Vec<u8>) {
    speech.say(out, "event-log", &[("count", events.len().into())]);
    for event in events {
        let words = [&event.kind, &event.actor, &event.channel, &event.target, &event.detail];
        let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).map(String::as_str).collect();
        row(out, &format!("{} {}", when::minute(event.time), words.join(" ")));
    }
}

/// The audit trail. Its words are the same in all languages.
pub fn audit_trail(speech: &Speech, acts: &[Audited], out: &mut Vec<u8>) {
    speech.say(out, "audit-trail", &[("count", acts.len().into())]);
    for act in acts {
        row(out, &format!("{} {}", when::minute(act.time), act.words()));
    }
}
