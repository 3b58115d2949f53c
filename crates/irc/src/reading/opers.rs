//! Verbs of operators that are spelt in a way of their own. Behind them is one list of bans.

use colvert_core::refusal::Refusal;
use colvert_core::server_bans::BanKind;
use colvert_core::session::Item;
use colvert_core::span;

use super::{Asked, Reading, channels};

/// `UBAN ADD 10.0.0.0/8 2h :spam`, and as Ergo spells it: `UBAN ADD 10.0.0.0/8 DURATION 2h REASON spam`.
pub fn uban(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let words: Vec<&str> = params.iter().copied().skip(1).collect();
    let Some(subcommand) = params.given(0) else {
        return vec![asked.refuse("UBAN", Refusal::NeedMoreParams("subcommand"))];
    };
    let refused = |word: &str| vec![asked.refuse("UBAN", Refusal::InvalidParam("subcommand", word.into()))];
    match subcommand.to_ascii_uppercase().as_str() {
        "ADD" => match words.split_first() {
            // What Ergo calls so.
            Some((target, [kind, terms @ ..])) if kind.eq_ignore_ascii_case("REQUIRE-SASL") => {
                ban(asked, target, &of_kind(BanKind::Login, without_names(terms)))
            }
            Some((target, terms)) => ban(asked, target, &without_names(terms)),
            None => vec![asked.command("SERVER-BAN", &[])],
        },
        "DEL" => vec![asked.command("SERVER-UNBAN", &words)],
        "LIST" | "INFO" => vec![asked.command("SERVER-BANS", &words)],
        _ => refused(subcommand),
    }
}

/// Terms without the words that say what comes next: `DURATION 2h REASON spam`.
fn without_names<'a>(terms: &[&'a str]) -> Vec<&'a str> {
    let is = |word: &&str, name: &str| word.eq_ignore_ascii_case(name);
    let terms = if terms.first().is_some_and(|word| is(word, "DURATION")) { &terms[1..] } else { terms };
    match terms {
        [reason, rest @ ..] if is(reason, "REASON") => rest.to_vec(),
        [time, reason, rest @ ..] if is(reason, "REASON") => {
            [time].into_iter().chain(rest).copied().collect()
        }
        _ => terms.to_vec(),
    }
}

fn ban(asked: &Asked<'_>, target: &str, terms: &[&str]) -> Vec<Item> {
    match terms.join(" ") {
        none if none.is_empty() => vec![asked.command("SERVER-BAN", &[target])],
        terms => vec![asked.command("SERVER-BAN", &[target, &terms])],
    }
}

/// `KLINE 60 user@host :spam` and `DLINE 10.0.0.0/8 :spam`: a time that comes first is in minutes, or a span (`1h30m`).
/// `KLINE user@host 3600 :spam`: after the target it is in seconds, or a span. `-user@host` takes the ban back, `LIST` lists all.
pub fn line(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let all: Vec<&str> = asked.message.params.iter().copied().collect();
    // What Ergo's ANDKILL asks for every ban does.
    let words = match all.as_slice() {
        [first, rest @ ..] if first.eq_ignore_ascii_case("ANDKILL") => rest,
        all => all,
    };
    match words {
        [list] if list.eq_ignore_ascii_case("LIST") => vec![asked.command("SERVER-BANS", &[])],
        [first, target, reason @ ..] if time(first, 'm').is_some() => {
            let span = time(first, 'm').unwrap_or_default();
            let terms: Vec<&str> = once_said(&span).chain(reason.iter().copied()).collect();
            ban(asked, target, &terms)
        }
        [target, ..] if target.starts_with('-') => vec![asked.command("SERVER-UNBAN", &[&target[1..]])],
        [target, rest @ ..] => {
            let target = target.strip_prefix('+').unwrap_or(target);
            let span = rest.first().and_then(|first| time(first, 's'));
            let reason = &rest[usize::from(span.is_some())..];
            let span = span.unwrap_or_default();
            let terms: Vec<&str> = once_said(&span).chain(reason.iter().copied()).collect();
            ban(asked, target, &terms)
        }
        [] => vec![Item::refuse(asked.message.verb, Refusal::NeedMoreParams("target"))],
    }
}

/// `GLINE user@host 1h :spam`: as [`line`], but who names the target alone takes the ban back, as InspIRCd has it.
pub fn gline(reading: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    match asked.message.params.iter().copied().collect::<Vec<_>>()[..] {
        [target] if !target.eq_ignore_ascii_case("LIST") => {
            vec![asked.command("SERVER-UNBAN", &[target.trim_start_matches(['-', '+'])])]
        }
        _ => line(reading, asked),
    }
}

/// `SHUN user@host 1h :spam`: as [`gline`], and who is covered may be here and only read.
pub fn shun(reading: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    match asked.message.params.iter().copied().collect::<Vec<_>>()[..] {
        [target, _, ..] if !target.starts_with('-') => {
            let rest = &asked.message.params[1..];
            let span = rest.first().and_then(|first| time(first, 's'));
            let reason = &rest[usize::from(span.is_some())..];
            let span = span.unwrap_or_default();
            let terms: Vec<&str> = once_said(&span).chain(reason.iter().copied()).collect();
            ban(asked, target.trim_start_matches('+'), &of_kind(BanKind::Silence, terms))
        }
        _ => gline(reading, asked),
    }
}

fn of_kind(kind: BanKind, terms: Vec<&str>) -> Vec<&str> {
    std::iter::once(kind.as_str()).chain(terms).collect()
}

/// A time as a span; a number alone is in `unit`, and 0 is for good, as everywhere. Nothing: it is none.
fn time(word: &str, unit: char) -> Option<String> {
    match word.parse::<u32>() {
        Ok(0) => Some(String::new()),
        Ok(number) => Some(format!("{number}{unit}")),
        Err(_) => span::parse_s(word).map(|_| word.to_owned()),
    }
}

fn once_said(word: &str) -> impl Iterator<Item = &str> {
    Some(word).filter(|word| !word.is_empty()).into_iter()
}

pub fn unline(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    match asked.message.params.given(0) {
        Some(target) => vec![asked.command("SERVER-UNBAN", &[target])],
        None => vec![Item::refuse(asked.message.verb, Refusal::NeedMoreParams("target"))],
    }
}

/// `SAJOIN [nick] #channel{,#channel}`: without a nick, oneself.
pub fn sajoin(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let (who, channels) = match (params.given(0), params.given(1)) {
        (Some(channels), None) if channels.starts_with('#') => ("*", channels),
        (Some(nick), Some(channels)) => (nick, channels),
        (nick, _) => return vec![asked.command("SAJOIN", &nick.into_iter().collect::<Vec<_>>())],
    };
    channels.split(',').map(|channel| asked.command("SAJOIN", &[who, channel])).collect()
}

/// `SAMODE #channel +k key`: as MODE has it.
pub fn samode(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    match asked.message.params.given(0) {
        Some(channel) => channels::modes(asked, "SAMODE", channel),
        None => vec![asked.refuse("SAMODE", Refusal::NeedMoreParams("channel"))],
    }
}

/// `SATOPIC #channel :words`: as with TOPIC, empty words take the topic away.
pub fn satopic(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let item = match *asked.message.params {
        [channel, topic, ..] if topic.trim().is_empty() => asked.command("SATOPIC", &[channel]),
        [_] => asked.refuse("SATOPIC", Refusal::NeedMoreParams("topic")),
        _ => asked.command("SATOPIC", &asked.message.params),
    };
    vec![item]
}

/// `SETHOST host`: one's own.
pub fn sethost(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    match asked.message.params.given(0) {
        Some(host) => vec![asked.command("CHGHOST", &["*", host])],
        None => vec![asked.refuse("SETHOST", Refusal::NeedMoreParams("host"))],
    }
}

pub fn globops(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    vec![asked.command("OPERWALL", &[&asked.words().join(" ")])]
}
