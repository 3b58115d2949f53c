//! PRIVMSG, NOTICE, TAGMSG: words and tags to channels and people.

use colvert_core::event::Tag;
use colvert_core::mask::matches_glob;
use colvert_core::modes::Status;
use colvert_core::names::NICK_BYTES_MAX;
use colvert_core::refusal::Refusal;
use colvert_core::session::Item;

use super::{Asked, Reading};
use crate::caps::Caps;
use crate::message::BODY_BARE_BYTES_MAX;
use crate::services;
use crate::token::Token;

/// The commands that one verb stands for, to a channel and to a person.
#[derive(Debug)]
pub(super) struct Spoken {
    verb: &'static str,
    to_channel: &'static str,
    to_person: &'static str,
}

impl Spoken {
    /// What a verb says that a message of several lines may consist of.
    pub(super) fn of_lines(verb: &str) -> Option<&'static Self> {
        [&MESSAGE, &NOTICE].into_iter().find(|spoken| spoken.verb.eq_ignore_ascii_case(verb))
    }

    pub(super) fn command(&self, target: &str) -> &'static str {
        if is_channel(target) { self.to_channel } else { self.to_person }
    }

    pub(super) fn verb(&self) -> &'static str {
        self.verb
    }
}

static MESSAGE: Spoken = Spoken { verb: "PRIVMSG", to_channel: "MSG", to_person: "WHISPER" };
static ACTION: Spoken = Spoken { verb: "PRIVMSG", to_channel: "ME", to_person: "PRIVATE-ACTION" };
static NOTICE: Spoken = Spoken { verb: "NOTICE", to_channel: "NOTICE", to_person: "PRIVATE-NOTICE" };
static TAGS: Spoken = Spoken { verb: "TAGMSG", to_channel: "TAGMSG", to_person: "PRIVATE-TAGMSG" };

/// Spec: <https://modern.ircdocs.horse/#privmsg-message>
pub fn privmsg(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let text = asked.message.params.get(1).copied().unwrap_or_default();
    match action(text) {
        Some(what) => say(asked, &ACTION, what),
        None => say(asked, &MESSAGE, text),
    }
}

/// Spec: <https://modern.ircdocs.horse/#notice-message>
pub fn notice(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    say(asked, &NOTICE, asked.message.params.get(1).copied().unwrap_or_default())
}

/// Spec: <https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message>
pub fn tagmsg(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    if !asked.caps.in_effect(Caps::MESSAGE_TAGS) {
        return vec![asked.unknown()];
    }
    to_each(asked, &TAGS, &[])
}

/// Spec: <https://ircv3.net/specs/extensions/message-redaction#command> (who has not negotiated it has no such command)
pub fn redact(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    if !asked.caps.in_effect(Caps::DRAFT_MESSAGE_REDACTION) {
        return vec![asked.unknown()];
    }
    vec![asked.command("REDACT", &asked.message.params)]
}

/// Spec: <https://ircv3.net/specs/extensions/read-marker#markread-command> (who has not negotiated it has no such command)
pub fn mark_read(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    if !asked.caps.in_effect(Caps::DRAFT_READ_MARKER) {
        return vec![asked.unknown()];
    }
    vec![asked.command("MARKREAD", &asked.message.params)]
}

/// Spec: <https://ircv3.net/specs/extensions/chathistory#chathistory-command>
pub fn chathistory(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let with_events = asked.caps.in_effect(Caps::DRAFT_EVENT_PLAYBACK);
    let command = if with_events { "CHATHISTORY-WITH-EVENTS" } else { "CHATHISTORY" };
    vec![asked.command(command, &asked.message.params)]
}

fn say(asked: &Asked<'_>, spoken: &Spoken, text: &str) -> Vec<Item> {
    let named = asked.message.params.given(0).is_some();
    if named && text.trim().is_empty() {
        return vec![asked.refuse(spoken.verb, Refusal::NoTextToSend)];
    }
    to_each(asked, spoken, &[text])
}

/// One command for each target.
fn to_each(asked: &Asked<'_>, spoken: &Spoken, text: &[&str]) -> Vec<Item> {
    let named = asked.message.params.given(0).unwrap_or_default();
    let targets = named.split(',').filter(|target| !target.is_empty());
    let count = targets.clone().count();
    if count == 0 {
        return vec![asked.refuse(spoken.verb, Refusal::NeedMoreParams("target"))];
    }
    let max = asked.door.targets;
    if count > max {
        return vec![asked.refuse(spoken.verb, Refusal::TooManyTargets(max))];
    }
    let tags = asked.tags();
    let mut items = Vec::with_capacity(count);
    for target in targets {
        if let Some(service) = services::named(target) {
            if service.is_for_people() && asked.caps.in_effect(Caps::ECHO_MESSAGE) {
                let text = asked.message.params.get(1).filter(|_| !text.is_empty()).copied();
                match echo(asked, (spoken.verb, target), text, &tags) {
                    Ok(echo) => items.push(echo.item()),
                    Err(refusal) => {
                        items.push(asked.refuse(spoken.verb, refusal));
                        continue;
                    }
                }
            }
            // What is never answered is nothing to a service.
            if spoken.verb == "PRIVMSG" && spoken.to_channel != "ME" {
                items.extend(service.told(asked, text.concat().as_str()));
            }
            continue;
        }
        if let Some(mask) = target.strip_prefix('$') {
            items.push(to_everybody(asked, spoken, mask, text));
            continue;
        }
        let command = spoken.command(target);
        items.push(match text {
            [text] => asked.command_with_tags(command, &[target, text], &tags),
            _ => asked.command_with_tags(command, &[target], &tags),
        });
    }
    items
}

/// What was said to a service, for who said it: as others would be shown it, if there were any. What does not come back whole, whatever
/// the speaker's nick, is refused.
fn echo(
    asked: &Asked<'_>,
    (verb, target): (&'static str, &str),
    text: Option<&str>,
    tags: &[Tag],
) -> Result<Token, Refusal> {
    let around = ":   :".len() + NICK_BYTES_MAX + verb.len() + target.len();
    let room = BODY_BARE_BYTES_MAX.saturating_sub(around);
    if text.is_some_and(|text| text.len() > room) {
        return Err(Refusal::TextTooLong(room));
    }
    let tags = asked.door.denied_tags.passing(tags.to_vec());
    Ok(Token::Echo { verb, target: target.into(), text: text.map(Into::into), tags })
}

/// Words to all who are on the servers that a mask names: `$*`, `$$*.example.org`.
/// Spec: <https://www.rfc-editor.org/rfc/rfc2812#section-3.3.1> (for operators)
/// Departs: PRIVMSG to everybody is shown as a NOTICE, because it is an announcement that no client should answer.
fn to_everybody(asked: &Asked<'_>, spoken: &Spoken, mask: &str, text: &[&str]) -> Item {
    let fold = |name: &str| asked.door.rules.fold_loosely(name);
    let is_here = matches_glob(&fold(mask.trim_start_matches('$')), &fold(&asked.door.server));
    match text {
        [text] if is_here => asked.command("ALERT", &[text]),
        _ => asked.refuse(spoken.verb, Refusal::NoSuchServer(mask.into())),
    }
}

/// Whether a target is a channel, or those in it who have a status.
fn is_channel(target: &str) -> bool {
    Status::prefixed(target).1.starts_with('#')
}

/// What an ACTION says. Spec: <https://modern.ircdocs.horse/ctcp#action>
fn action(text: &str) -> Option<&str> {
    let what = text.strip_prefix("\u{1}ACTION")?;
    let what = what.strip_suffix('\u{1}').unwrap_or(what);
    what.strip_prefix(' ').or_else(|| what.is_empty().then_some(what))
}

#[cfg(test)]
mod tests {
    use super::action;

    #[test]
    fn actions() {
        assert_eq!(action("\u{1}ACTION waves\u{1}"), Some("waves"));
        assert_eq!(action("\u{1}ACTION waves"), Some("waves"));
        assert_eq!(action("\u{1}ACTION\u{1}"), Some(""));
        assert_eq!(action("\u{1}ACTIONS\u{1}"), None);
        assert_eq!(action("\u{1}VERSION\u{1}"), None);
    }
}
