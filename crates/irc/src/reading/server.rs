//! Questions about the server, which may name it, and WHOIS, which may too.

use colvert_core::mask::matches_glob;
use colvert_core::refusal::Refusal;
use colvert_core::session::Item;

use super::{Asked, Reading};
use crate::numerics::{ERR_SUMMONDISABLED, ERR_USERSDISABLED};
use crate::token::Token;
use crate::writing::who::Whox;

/// Spec: <https://modern.ircdocs.horse/#whois-message>
pub fn whois(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let (server, nicks) = match (params.given(0), params.given(1)) {
        (server, Some(nicks)) => (server, nicks),
        (Some(nicks), None) => (None, nicks),
        (None, None) => return vec![asked.refuse("WHOIS", Refusal::NeedMoreParams("nick"))],
    };
    let first = nicks.split(',').next().unwrap_or_default();
    let command = match server {
        Some(server) => asked.command("WHOIS-ON", &[server, first]),
        None => asked.command("WHOIS", &[first]),
    };
    vec![command, Token::EndOfWhois(nicks.into()).item()]
}

/// Spec: <https://modern.ircdocs.horse/#who-message>, <https://ircv3.net/specs/extensions/whox>
pub fn who(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let Some(mask) = params.given(0) else { return vec![asked.command("WHO", &[])] };
    let (which, fields) = match params.given(1).unwrap_or_default().split_once('%') {
        Some((which, fields)) => (which, Some(fields)),
        None => (params.given(1).unwrap_or_default(), None),
    };
    let whox = fields.map(|fields| Token::Whox(Whox::parse(fields)).item());
    whox.into_iter().chain([asked.command("WHO", &[mask, which])]).collect()
}

/// Spec: <https://modern.ircdocs.horse/#lusers-message>
pub fn lusers(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    vec![asked.command("LUSERS", &[])]
}

/// Spec: <https://ircv3.net/specs/extensions/extended-isupport#isupport-command>
pub fn isupport(_: &mut Reading, _: &Asked<'_>) -> Vec<Item> {
    vec![Token::Isupport.item()]
}

/// A custom among servers.
pub fn map(_: &mut Reading, _: &Asked<'_>) -> Vec<Item> {
    vec![Token::Map.item()]
}

/// Spec: <https://www.rfc-editor.org/rfc/rfc2812#section-4.6>
pub fn users(_: &mut Reading, _: &Asked<'_>) -> Vec<Item> {
    vec![Token::Never(ERR_USERSDISABLED).item()]
}

/// Spec: <https://www.rfc-editor.org/rfc/rfc2812#section-4.5>
pub fn summon(_: &mut Reading, _: &Asked<'_>) -> Vec<Item> {
    vec![Token::Never(ERR_SUMMONDISABLED).item()]
}

pub fn connect(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    of_another_server(asked, "CONNECT")
}

pub fn squit(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    of_another_server(asked, "SQUIT")
}

/// There is no other server than this one.
/// Spec: <https://modern.ircdocs.horse/#connect-message>
/// Departs: CONNECT and SQUIT answer 402 also to who is no operator, and not 481, because there is no server that operators could link.
fn of_another_server(asked: &Asked<'_>, verb: &'static str) -> Vec<Item> {
    match asked.message.params.given(0) {
        Some(named) => vec![Token::NoSuchServer(named.into()).item()],
        None => vec![asked.refuse(verb, Refusal::NeedMoreParams("server"))],
    }
}

/// Spec: <https://modern.ircdocs.horse/#motd-message>
pub fn motd(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let fold = |name: &str| asked.door.rules.fold_loosely(name);
    match asked.message.params.given(0) {
        Some(named) if !matches_glob(&fold(named), &fold(&asked.door.server)) => {
            vec![Token::NoSuchServer(named.into()).item()]
        }
        _ => vec![asked.command("MOTD", &[])],
    }
}

/// Answered from this door's own table, because people want help with what they can type here.
/// Spec: <https://modern.ircdocs.horse/#help-message>
pub fn help(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    vec![Token::Help(asked.message.params.given(0).map(Into::into)).item()]
}
