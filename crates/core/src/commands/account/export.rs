//! EXPORT: all that is kept of an account, for its owner: lines of JSON, a page at a time.

use std::fmt::Write;

use super::{answered, named};
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::commands::login;
use crate::event::{Event, Kind, Record};
use crate::identity::Identity;
use crate::ids::Position;
use crate::modes::Status;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::AccountAnswer;
use crate::state;
use crate::work::{Work, WorkResult};

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
    const COST: u32 = 10;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let account = named(cx, login::account(cx).ok_or(Refusal::NotLoggedIn)?)?;
        let after = match self.after {
            None => Position(0),
            Some(Word(raw)) => Position(raw.parse().map_err(|_| Refusal::InvalidParam("after", raw))?),
        };
        let name = account.name.clone();
        let (until, limit) = (cx.state.position, cx.settings.limits.history_messages);
        Ok(Outcome::wait(Work::SaidBy { account: name.clone(), after, until, limit }, move |cx, result| {
            let (records, next) = match result {
                WorkResult::SaidBy(records, next) => (records, next),
                WorkResult::Busy => return Err(Refusal::TryAgain),
                _ => return Err(Refusal::Internal),
            };
            let account = named(cx, &name)?;
            let mut lines = if after == Position(0) { of_account(cx, account) } else { Vec::new() };
            lines.extend(records.iter().filter_map(|record| of_message(record)));
            Ok(answered(Outcome::nothing(), AccountAnswer::Export { lines, next }))
        }))
    }
}

/// What is kept of the account itself. Hashes and tokens are nobody's to see.
fn of_account(cx: &Context<'_>, account: &state::Account) -> Vec<String> {
    let (key, name) = (account.name.key(), account.name.as_str());
    let mut lines = vec![object(&[
        ("account", Json::Text(name)),
        ("registered", Json::Number(account.registered.unix_s())),
        ("role", Json::Text(account.role.as_str())),
    ])];
    if let Some(address) = &account.address {
        lines.push(object(&[("email", Json::Text(address.as_str()))]));
    }
    if let Some(new) = &account.new_address {
        lines.push(object(&[("email_to_be_verified", Json::Text(new.address.as_str()))]));
    }
    let certificate = |fingerprint: &String| object(&[("certificate", Json::Text(fingerprint))]);
    lines.extend(account.certificates.iter().map(certificate));
    for Identity { issuer, subject } in &account.identities {
        lines.push(object(&[("identity", Json::Text(subject)), ("issuer", Json::Text(issuer))]));
    }
    for (device, made) in account.devices.iter().map(|(name, device)| (name, device.made)) {
        lines.push(object(&[("device", Json::Text(device)), ("since", Json::Number(made.unix_s()))]));
    }
    for channel in cx.state.channels.values() {
        let standing = policy::standing(Some(&account.name), channel);
        if standing != Status::NONE {
            let words =
                [("channel", Json::Text(channel.name.as_str())), ("status", Json::Text(standing.word()))];
            lines.push(object(&words));
        }
    }
    for (buffer, marker) in &account.read_markers {
        let key = buffer.key();
        let mut words = vec![("read", Json::Text(&key)), ("up_to", Json::Number(marker.position.0))];
        words.extend(marker.told.map(|told| ("until", Json::Number(told.unix_s()))));
        lines.push(object(&words));
    }
    for user in
        cx.state.everybody().filter(|user| user.source.account.as_ref().is_some_and(|own| own.key() == key))
    {
        lines.push(object(&[
            ("here_as", Json::Text(&user.source.mask())),
            ("since", Json::Number(user.since.unix_s())),
        ]));
    }
    lines
}

fn of_message(record: &Record) -> Option<String> {
    let Event::Said { by, to, kind, text, .. } = &record.event else { return None };
    let kind = match kind {
        Kind::Message => "message",
        Kind::Action => "action",
        Kind::Notice => "notice",
    };
    Some(object(&[
        ("time", Json::Number(record.time.unix_s())),
        ("as", Json::Text(&by.mask())),
        ("to", Json::Text(&to.address())),
        ("kind", Json::Text(kind)),
        ("text", Json::Text(text.as_str())),
    ]))
}

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
