//! EXPORT: all that is kept of an account, for its owner: lines of JSON, a page at a time.

use std::fmt::Write;

use super::{answered, named};
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::commands::login;
use crate::event::{Event, Kind, Record};
use crate::identity::Identity;
use crate::ids::Position;
use crate::mask::Mask;
use crate::modes::Status;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::state;
use crate::work::{LoggedEvent, Work, WorkResult};

crate::args! {
    /// Shows what is kept of the asker's account; the next page begins after a position.
    Export { after: Option<Word> }
}

impl Command for Export {
    const NAME: &'static str = "EXPORT";
    const SLASH: &'static [&'static str] = &["export"];
    const SUMMARY: &'static str =
        "Shows all that is kept of your account and what you said, as lines of JSON, a page at a time.";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, login::account(cx).ok_or(Refusal::NotLoggedIn)?)?;
        let after = match self.after {
            None => Position(0),
            Some(Word(raw)) => Position(raw.parse().map_err(|_| Refusal::InvalidParam("after", raw))?),
        };
        let name = account.name.clone();
        let (until, limit) = (cx.state.position, cx.settings.limits.history_messages);
        Ok(Outcome::wait(Work::SaidBy { account: name.clone(), after, until, limit }, move |cx, result| {
            let page = match result {
                WorkResult::SaidBy(page) => page,
                WorkResult::Busy => return Err(Refusal::TryAgain),
                _ => return Err(Refusal::Internal),
            };
            let account = named(cx, &name)?;
            let mut lines = if after == Position(0) { of_account(cx, account) } else { Vec::new() };
            lines.extend(page.said.iter().filter_map(of_message));
            lines.extend(page.logged.iter().map(of_event));
            Ok(answered(Outcome::nothing(), AccountAnswer::Export { lines, next: page.next }))
        }))
    }
}

/// What is kept of the account itself. Hashes, tokens and codes are nobody's to see.
fn of_account(cx: &Context<'_>, account: &state::Account) -> Vec<String> {
    let mut lines = vec![object(&[
        ("account", Json::Text(account.name.as_str())),
        ("registered", Json::Number(account.registered.unix_s())),
        ("role", Json::Text(account.role.as_str())),
    ])];
    if let Some(address) = &account.address {
        lines.push(object(&[("email", Json::Text(address.as_str()))]));
    }
    if let Some(new) = &account.new_address {
        lines.push(object(&[("email_to_be_verified", Json::Text(new.address.as_str()))]));
    }
    lines.extend(ways_in(account));
    for (setting, choice) in &account.settings {
        let choice = if *choice { "on" } else { "off" };
        lines.push(object(&[("setting", Json::Text(setting.name())), ("choice", Json::Text(choice))]));
    }
    for (key, value) in &account.metadata {
        lines.push(object(&[("metadata", Json::Text(key.as_str())), ("value", Json::Text(value.as_str()))]));
    }
    for (client, seen) in &account.clients {
        lines.push(object(&[
            ("client", Json::Text(client.as_str())),
            ("seen", Json::Number(seen.at.unix_s())),
            ("up_to", Json::Number(seen.position.0)),
        ]));
    }
    if let Some(suspension) = &account.suspended {
        let mut words = vec![("suspended", Json::Number(suspension.at.unix_s()))];
        words.extend(suspension.until.map(|until| ("until", Json::Number(until.unix_s()))));
        words.extend(suspension.reason.as_ref().map(|reason| ("reason", Json::Text(reason.as_str()))));
        lines.push(object(&words));
    }
    lines.extend(in_channels(cx, account));
    for (buffer, marker) in &account.read_markers {
        let key = buffer.key();
        let mut words = vec![("read", Json::Text(&key)), ("up_to", Json::Number(marker.position.0))];
        words.extend(marker.told.map(|told| ("until", Json::Number(told.unix_s()))));
        lines.push(object(&words));
    }
    lines.extend(of_people(cx, account));
    lines
}

/// What logs in to it.
fn ways_in(account: &state::Account) -> Vec<String> {
    let mut lines = Vec::new();
    let certificate = |fingerprint: &String| object(&[("certificate", Json::Text(fingerprint))]);
    lines.extend(account.certificates.iter().map(certificate));
    for Identity { issuer, subject } in &account.identities {
        lines.push(object(&[("identity", Json::Text(subject)), ("issuer", Json::Text(issuer))]));
    }
    for (device, made) in account.devices.iter().map(|(name, device)| (name, device.made)) {
        lines.push(object(&[("device", Json::Text(device)), ("since", Json::Number(made.unix_s()))]));
    }
    if let Some(verifier) = &account.scram {
        lines.push(object(&[("scram_iterations", Json::Number(u64::from(verifier.iterations)))]));
    }
    for code in [&account.reset_code, &account.mailed_code].into_iter().flatten() {
        lines.push(object(&[("code_for_a_password_until", Json::Number(code.expires.unix_s()))]));
    }
    lines
}

/// What it is in channels, and what they offer it.
fn in_channels(cx: &Context<'_>, account: &state::Account) -> Vec<String> {
    let mut lines = Vec::new();
    for channel in cx.state.channels.values() {
        let name = Json::Text(channel.name.as_str());
        let standing = policy::standing(Some(&account.name), channel);
        let offered = channel.registered.as_ref().and_then(|registered| registered.offered.as_ref());
        if standing != Status::NONE {
            lines.push(object(&[("channel", name), ("status", Json::Text(standing.word()))]));
        }
        if offered.is_some_and(|offered| offered.is(&account.name)) {
            lines.push(object(&[("channel", name), ("status", Json::Text("offered"))]));
        }
    }
    lines
}

/// Who is here with it, and whom they do and do not want to hear.
fn of_people(cx: &Context<'_>, account: &state::Account) -> Vec<String> {
    let mut lines = Vec::new();
    for user in cx.state.people_of(&account.name) {
        let mask = user.source.mask();
        let since = ("since", Json::Number(user.since.unix_s()));
        let mut words = vec![("here_as", Json::Text(&mask)), since, ("realname", Json::Text(&user.realname))];
        words.extend(user.away.as_ref().map(|away| ("away", Json::Text(away.as_str()))));
        lines.push(object(&words));
        let silenced = |mask: &Mask| object(&[("silences", Json::Text(mask.as_str()))]);
        lines.extend(user.silenced.iter().map(silenced));
        let accepted = user.accepted.iter().filter_map(|id| cx.state.user(*id));
        lines.extend(accepted.map(|whom| object(&[("accepts", Json::Text(whom.source.nick.as_str()))])));
    }
    lines
}

/// Nothing for what is no message.
fn of_message(record: &Record) -> Option<String> {
    let (by, to, kind) = match &record.event {
        Event::Said { by, to, kind: Kind::Message, .. } => (by, to, "message"),
        Event::Said { by, to, kind: Kind::Action, .. } => (by, to, "action"),
        Event::Said { by, to, kind: Kind::Notice, .. } => (by, to, "notice"),
        Event::Tagged { by, to, .. } => (by, to, "reaction"),
        _ => return None,
    };
    let text = match &record.event {
        Event::Said { lines: Some(lines), .. } => lines.combined(),
        Event::Said { text, .. } => text.as_str().to_owned(),
        _ => String::new(),
    };
    let (mask, address) = (by.mask(), to.address());
    let mut words = vec![
        ("time", Json::Number(record.time.unix_s())),
        ("as", Json::Text(&mask)),
        ("to", Json::Text(&address)),
        ("kind", Json::Text(kind)),
        ("text", Json::Text(&text)),
    ];
    let (Event::Said { tags, .. } | Event::Tagged { tags, .. }) = &record.event else { return None };
    let tags: Vec<_> = tags.iter().map(|tag| format!("{}={}", tag.name, tag.value)).collect();
    let tags = tags.join(" ");
    if !tags.is_empty() {
        words.push(("tags", Json::Text(&tags)));
    }
    Some(object(&words))
}

/// A line of the event log.
fn of_event(line: &LoggedEvent) -> String {
    let all =
        [("as", &line.actor), ("channel", &line.channel), ("with", &line.target), ("detail", &line.detail)];
    let mut words = vec![("time", Json::Number(line.time.unix_s())), ("event", Json::Text(&line.kind))];
    words.extend(
        all.into_iter().filter(|(_, word)| !word.is_empty()).map(|(name, word)| (name, Json::Text(word))),
    );
    object(&words)
}

#[derive(Clone, Copy)]
enum Json<'a> {
    Text(&'a str),
    Number(u64),
}

/// `{"account":"ada","registered":5}`; times are seconds since 1970. Spec: <https://www.rfc-editor.org/rfc/rfc8259>
fn object(fields: &[(&str, Json<'_>)]) -> String {
    let mut line = String::from("{");
    for (n, (name, value)) in fields.iter().enumerate() {
        let comma = if n == 0 { "" } else { "," };
        let wrote = match value {
            Json::Number(number) => write!(line, "{comma}\"{name}\":{number}"),
            Json::Text(text) => write!(line, "{comma}\"{name}\":\"{}\"", escaped(text)),
        };
        wrote.expect("writing to memory does not fail");
    }
    line.push('}');
    line
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("writing to memory does not fail")
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_one_string_of_json() {
        let line = object(&[("a", Json::Text("\"\\\n\u{1}é")), ("b", Json::Number(7))]);
        assert_eq!(line, r#"{"a":"\"\\\u000a\u0001é","b":7}"#);
    }
}
