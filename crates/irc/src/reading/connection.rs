//! Connection registration and what keeps a connection alive: CAP, USER, PASS, PING, PONG.

use colvert_core::clients::ClientName;
use colvert_core::names::AccountName;
use colvert_core::refusal::Refusal;
use colvert_core::session::{Item, Request};

use super::fields::Positional;
use super::{Asked, Reading};
use crate::caps::{Caps, Changes, VERSION_WITH_VALUES};
use crate::door::Shared;
use crate::isupport;
use crate::token::{CapAnswer, SaslAnswer, Token};

/// Spec: <https://ircv3.net/specs/extensions/capability-negotiation#the-cap-command>
pub fn cap(reading: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let Some(subcommand) = params.given(0) else {
        return vec![asked.refuse("CAP", Refusal::NeedMoreParams("subcommand"))];
    };
    let argument = params.get(1).copied().unwrap_or_default();
    match &*subcommand.to_ascii_uppercase() {
        "LS" => vec![hold(asked, "on"), listed(reading, argument)],
        "LIST" => vec![answer(reading, CapAnswer::Enabled(reading.version))],
        // Who leaves out the colon means all words.
        "REQ" => requested(reading, asked, &params[1..].join(" ")),
        "END" => end(reading, asked),
        _ => vec![answer(reading, CapAnswer::Invalid(subcommand.into()))],
    }
}

/// Registration waits while capabilities are negotiated; afterwards this means nothing.
fn hold(asked: &Asked<'_>, state: &str) -> Item {
    asked.command("HOLD", &[state])
}

fn answer(reading: &Reading, answer: CapAnswer) -> Item {
    Token::Cap { answer, caps: reading.caps }.item()
}

/// Spec: <https://ircv3.net/specs/extensions/capability-negotiation#cap-ls-version> (the highest counts for
/// good, each answer is that of its own question)
fn listed(reading: &mut Reading, version: &str) -> Item {
    let version = version.parse().unwrap_or(0);
    reading.version = reading.version.max(version);
    if version >= VERSION_WITH_VALUES {
        reading.caps = reading.caps.with(Caps::CAP_NOTIFY);
    }
    answer(reading, CapAnswer::Listed(version, reading.link))
}

fn requested(reading: &mut Reading, asked: &Asked<'_>, list: &str) -> Vec<Item> {
    let mut items = vec![hold(asked, "on")];
    let before = reading.caps;
    match asked.door.offered(reading.link).request(reading.caps, list, reading.version) {
        Some(granted) => {
            reading.caps = granted.caps;
            items.push(answer(reading, CapAnswer::Granted(granted.words)));
        }
        None => items.push(answer(reading, CapAnswer::Refused(list.into()))),
    }
    items.extend(learnt(before, reading.caps, asked.door));
    items
}

/// What core has to know of capabilities that came or went.
fn learnt(before: Caps, after: Caps, door: &Shared) -> impl Iterator<Item = Item> {
    type Kind = (&'static str, fn(Caps) -> bool);
    let kinds: [Kind; 2] = [
        ("IMPLICIT-NAMES", Caps::has_implicit_names),
        ("EVENT-PLAYBACK", |caps| caps.in_effect(Caps::DRAFT_EVENT_PLAYBACK)),
    ];
    let rules = door.rules;
    let changed = kinds.into_iter().filter(move |(_, is_on)| is_on(before) != is_on(after));
    let told = changed.map(move |(command, is_on)| {
        Positional::new(&[if is_on(after) { "on" } else { "off" }], &[], rules).item(command)
    });
    // Spec: <https://github.com/ircv3/ircv3-specifications/pull/613> (who gives it back has asked for nothing)
    let is_forgotten = before.has_metadata() && !after.has_metadata();
    told.chain(is_forgotten.then(|| Positional::new(&[], &[], rules).item("FORGET-KEYS")))
}

impl Reading {
    /// The configuration offers something else now. What is gone is taken from everybody; who knows of changes is told.
    /// Which tokens of 005 are others now everybody is told who was told them.
    /// Spec: <https://ircv3.net/specs/extensions/capability-negotiation#the-cap-del-subcommand>
    pub fn configured(&mut self, before: &Shared, now: &Shared) -> Option<Request> {
        let offered = now.offered(self.link);
        let Changes { lost, gone, new } = offered.since(before.offered(self.link), self.version);
        let is_told = self.caps.contains(Caps::CAP_NOTIFY) && !(gone.is_empty() && new.is_empty());
        let had = self.caps;
        self.caps = had.without(lost);
        let changed = match is_told {
            true => Some(CapAnswer::Changed { gone, new }),
            false if self.caps != had => Some(CapAnswer::Changed { gone: Vec::new(), new: Vec::new() }),
            false => None,
        };
        let caps = changed.map(|changed| answer(self, changed));
        let tokens = isupport::changes(&before.isupport, &now.isupport);
        let tokens = (!tokens.is_empty()).then(|| Token::IsupportChanged(tokens).item());
        let items = caps.into_iter().chain(learnt(had, self.caps, now)).chain(tokens);
        let items: Vec<_> = items.collect();
        (!items.is_empty()).then_some(Request { label: None, items })
    }
}

/// Spec: <https://ircv3.net/specs/extensions/sasl-3.1> (an exchange that is under way is aborted)
fn end(reading: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let aborted = reading.sasl.take().map(|_| Token::Sasl(SaslAnswer::Aborted).item());
    aborted.into_iter().chain([hold(asked, "off")]).collect()
}

/// Spec: <https://ircv3.net/specs/extensions/pre-away> (with the capability also before there is a nick)
pub fn away(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let command = if asked.caps.in_effect(Caps::DRAFT_PRE_AWAY) { "PRE-AWAY" } else { "AWAY" };
    vec![asked.command(command, &asked.message.params)]
}

/// Spec: <https://modern.ircdocs.horse/#user-message>
pub fn user(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let (Some(user), Some(realname)) = (params.given(0), params.get(3)) else {
        return vec![asked.refuse("USER", Refusal::NeedMoreParams("realname"))];
    };
    // Of a name in another script no character is left; it gets the default that the clause asks for.
    let user = if user.contains(|c: char| c.is_ascii_alphanumeric()) { user } else { "user" };
    let realname = if realname.trim().is_empty() { user } else { realname };
    // As bouncers do: `USER ada@phone` says which client it is.
    let client = user.split_once(['@', '/']);
    let client = client.filter(|(user, client)| !user.is_empty() && ClientName::parse(client).is_some());
    let named = client.map(|(_, client)| asked.command("CLIENT", &[client]));
    let user = client.map_or(user, |(user, _)| user);
    named.into_iter().chain([asked.command("USER", &[user, realname])]).collect()
}

/// Spec: <https://modern.ircdocs.horse/#nick-message>
pub fn nick(reading: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    reading.asked_for_nick |= asked.message.params.given(0).is_some();
    vec![asked.command("NICK", &asked.message.params)]
}

/// `PASS account:password` is how clients that know no SASL log in elsewhere. Where the server has a password of its own it is that.
/// Spec: <https://modern.ircdocs.horse/#pass-message>
pub fn pass(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let login = asked.message.params.given(0).and_then(|password| password.split_once(':'));
    let login = login.filter(|(account, _)| AccountName::new(account, asked.door.rules).is_ok());
    vec![match login {
        Some((account, password)) if !asked.door.has_password => {
            asked.command("PASS-LOGIN", &[account, password])
        }
        _ => asked.command("PASS", &asked.message.params),
    }]
}

/// Spec: <https://ircv3.net/specs/extensions/account-registration#commands> (who sends two parameters means none for the address)
pub fn register(reading: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    // Before a nick was asked for it is named by none, so that nobody is told which accounts exist.
    // Spec: <https://ircv3.net/specs/extensions/account-registration#responses> (ACCOUNT_EXISTS, NEED_NICK)
    let of = |account| if reading.asked_for_nick { account } else { "*" };
    let command = match *params {
        [account, password] | [account, "*", password, ..] => {
            asked.command("REGISTER", &[of(account), password])
        }
        [account, email, password, ..] => asked.command("REGISTER", &[of(account), password, email]),
        _ => asked.command("REGISTER", &params),
    };
    of_account(asked).chain([command]).collect()
}

/// Spec: <https://ircv3.net/specs/extensions/account-registration#commands>
pub fn verify(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    of_account(asked).chain([asked.command("VERIFY", &asked.message.params)]).collect()
}

/// Whose account a request is about, which core's refusals leave out. Nothing: that of whoever asks.
/// Spec: <https://ircv3.net/specs/extensions/account-registration#responses>
fn of_account(asked: &Asked<'_>) -> impl Iterator<Item = Item> {
    let named = asked.message.params.given(0).filter(|named| *named != "*");
    named.map(|named| Token::About(named.into()).item()).into_iter()
}

/// Spec: <https://modern.ircdocs.horse/#ping-message> (older clients send a second parameter; it is ignored)
pub fn ping(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    match asked.message.params.first() {
        None => vec![asked.refuse("PING", Refusal::NeedMoreParams("token"))],
        Some(token) if token.trim().is_empty() => vec![Token::NoOrigin.item()],
        Some(token) => vec![asked.command("PING", &[token])],
    }
}

/// Who has not negotiated it has no such command.
/// Spec: <https://ircv3.net/specs/extensions/metadata#draftmetadata-2-capability>
pub fn metadata(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    if !asked.caps.has_metadata() {
        return vec![asked.unknown()];
    }
    match *asked.message.params {
        // Spec: <https://github.com/ircv3/ircv3-specifications/pull/613> (an empty value is none)
        [target, set, key, ""] if asked.caps.in_effect(Caps::DRAFT_METADATA_3) => {
            vec![asked.command("METADATA", &[target, set, key])]
        }
        _ => vec![asked.command("METADATA", &asked.message.params)],
    }
}

/// Asks for nothing.
pub fn nothing(_: &mut Reading, _: &Asked<'_>) -> Vec<Item> {
    Vec::new()
}
