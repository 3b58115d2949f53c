//! Verbs about channels whose parameters are lists, or come in another order than core has them.

use colvert_core::refusal::Refusal;
use colvert_core::session::Item;

use super::{Asked, Reading};
use crate::message::PARAMS_MAX;
use crate::token::Token;

/// Spec: <https://modern.ircdocs.horse/#join-message>
/// Departs: `JOIN 0` is refused, because who types it was mostly talked into it, and what they had by key, invitation or status does not come
/// back; PART takes a list.
pub fn join(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let mut keys = params.get(1).copied().unwrap_or_default().split(',');
    let mut one = |channel: &str| match keys.next().filter(|key| !key.is_empty()) {
        Some(key) => asked.command("JOIN", &[channel, key]),
        None => asked.command("JOIN", &[channel]),
    };
    listed(params.given(0)).map(&mut one).collect::<Vec<_>>().or_missing(asked, "JOIN")
}

/// Spec: <https://modern.ircdocs.horse/#part-message>
pub fn part(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let one = |channel: &str| match params.given(1) {
        Some(reason) => asked.command("PART", &[channel, reason]),
        None => asked.command("PART", &[channel]),
    };
    listed(params.given(0)).map(one).collect::<Vec<_>>().or_missing(asked, "PART")
}

/// Spec: <https://modern.ircdocs.horse/#kick-message>; with several channels there are as many nicks, one for each, as in
/// <https://www.rfc-editor.org/rfc/rfc2812#section-3.2.8>.
pub fn kick(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let channels: Vec<_> = listed(params.given(0)).collect();
    let nicks: Vec<_> = listed(params.given(1)).collect();
    let one = |(channel, nick): (&str, &str)| match params.given(2) {
        Some(reason) => asked.command("KICK", &[channel, nick, reason]),
        None => asked.command("KICK", &[channel, nick]),
    };
    let items = match channels.as_slice() {
        [channel] => nicks.into_iter().map(|nick| one((channel, nick))).collect(),
        several if several.len() == nicks.len() => {
            several.iter().zip(nicks).map(|(channel, nick)| one((channel, nick))).collect()
        }
        _ => Vec::new(),
    };
    at_most(asked, "KICK", items)
}

/// Spec: <https://www.rfc-editor.org/rfc/rfc2812#section-3.2.5>
/// Departs: NAMES without a channel lists nobody, because that would be everybody; and of several channels each has an end of its
/// own, because clients wait for the one that names the channel.
pub fn names(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let Some(channels) = asked.message.params.given(0) else {
        return vec![asked.refuse("NAMES", Refusal::NoSuchChannel("*".into()))];
    };
    at_most(
        asked,
        "NAMES",
        listed(Some(channels)).map(|channel| asked.command("NAMES", &[channel])).collect(),
    )
}

/// Spec: <https://modern.ircdocs.horse/#invite-message> (the nick comes first)
pub fn invite(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    match *asked.message.params {
        // Spec: <https://modern.ircdocs.horse/#rplinvitelist-336> (alone it asks to which channels one is invited)
        [] => vec![asked.command("INVITATIONS", &[])],
        [nick, channel, ..] => vec![asked.command("INVITE", &[channel, nick])],
        _ => Vec::new().or_missing(asked, "INVITE"),
    }
}

/// Spec: <https://modern.ircdocs.horse/#topic-message> (an empty topic clears it)
pub fn topic(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let item = match *asked.message.params {
        [channel, topic, ..] if topic.trim().is_empty() => asked.command("TOPIC-CLEAR", &[channel]),
        [channel, topic, ..] => asked.command("TOPIC", &[channel, topic]),
        _ => asked.command("TOPIC", &asked.message.params),
    };
    vec![item]
}

/// Spec: <https://modern.ircdocs.horse/#mode-message>
pub fn mode(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    match params.given(0) {
        None => Vec::new().or_missing(asked, "MODE"),
        Some(channel) if channel.starts_with('#') => modes(asked, "MODE", channel),
        Some(_) => vec![asked.command("USER-MODE", &params)],
    }
}

/// What is asked of a channel's modes, by that verb.
pub fn modes(asked: &Asked<'_>, verb: &'static str, channel: &str) -> Vec<Item> {
    let params = asked.message.params;
    // The numerics about a letter name the channel, which core's refusals leave out.
    let about = (params.len() > 1).then(|| Token::About(channel.into()).item());
    // A parameter is one value: nobody gets the first word of it for a key. The last that a line can have is all that is left
    // of it, so that there may be more values than parameters.
    let values = params.iter().take(PARAMS_MAX - 1).skip(2);
    if let Some(value) = values.copied().find(|value| value.trim().contains(' ')) {
        let letter = params[1].chars().rev().find(|letter| !matches!(letter, '+' | '-'));
        let refusal = Refusal::InvalidModeParam(letter.unwrap_or('?'), value.into());
        return about.into_iter().chain([asked.refuse(verb, refusal)]).collect();
    }
    about.into_iter().chain([asked.command(verb, &params)]).collect()
}

/// The parts of a list with commas, without empty ones.
fn listed(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.unwrap_or_default().split(',').filter(|part| !part.is_empty())
}

/// A list of targets that is not longer than it may be.
fn at_most(asked: &Asked<'_>, verb: &'static str, items: Vec<Item>) -> Vec<Item> {
    let max = asked.door.targets;
    if items.len() > max {
        return vec![asked.refuse(verb, Refusal::TooManyTargets(max))];
    }
    items.or_missing(asked, verb)
}

/// What is asked of nothing is refused.
trait OrMissing {
    fn or_missing(self, asked: &Asked<'_>, verb: &'static str) -> Vec<Item>;
}

impl OrMissing for Vec<Item> {
    fn or_missing(self, asked: &Asked<'_>, verb: &'static str) -> Vec<Item> {
        if self.is_empty() { vec![asked.refuse(verb, Refusal::NeedMoreParams("target"))] } else { self }
    }
}
