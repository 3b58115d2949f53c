//! Parameters that are missing or wrong: many verbs have an answer of their own to that. And words that several refusals share.

use colvert_core::modes::ModeChange;
use colvert_core::names::ChannelName;
use colvert_core::refusal::Unanswered;
use colvert_core::text::Text;

use super::{Wording, fail, numeric, owned, said, unanswered};
use crate::numerics::*;
use crate::writing::modes;

/// Longest part of what somebody typed that is shown back to them in words, in characters.
const SHOWN_CHARS_MAX: usize = 64;

/// A parameter that is missing; `about` is the channel that a MODE was about.
pub(super) fn missing(verb: &str, about: &str, name: &str) -> Wording {
    match (verb, name) {
        // Spec: <https://modern.ircdocs.horse/#errinvalidkey-525> (an empty one is none)
        ("MODE" | "SAMODE", "key") => numeric(ERR_INVALIDKEY, &[about]),
        ("MODE" | "SAMODE", "limit") => numeric(ERR_INVALIDMODEPARAM, &[about, "l", "*"]),
        // Spec: <https://ircv3.net/specs/extensions/read-marker#errors-and-warnings>
        ("MARKREAD", _) => fail("NEED_MORE_PARAMS", &[], "Missing parameters"),
        ("PERSISTENCE", _) => fail("INVALID_PARAMETERS", &[], "Invalid parameters"),
        ("CHATHISTORY", _) => unanswered(Unanswered::BadParameters, &[]),
        ("NICK" | "WHOIS" | "WHOWAS", _) => numeric(ERR_NONICKNAMEGIVEN, &[]),
        ("PRIVMSG" | "TAGMSG", _) => said(ERR_NORECIPIENT, &[], ERR_NORECIPIENT.filled(&[verb])),
        _ => numeric(ERR_NEEDMOREPARAMS, &[verb]),
    }
}

/// A parameter that cannot be understood.
pub(super) fn invalid(verb: &str, name: &str, given: &str) -> Wording {
    match (verb, name) {
        // Spec: <https://ircv3.net/specs/extensions/setname#errors>
        ("SETNAME", _) => fail("INVALID_REALNAME", &[], "Realname is not valid."),
        // Spec: <https://ircv3.net/specs/extensions/read-marker#errors-and-warnings>
        ("MARKREAD", _) => fail("INVALID_PARAMS", &[given], "Invalid parameters"),
        // Spec: <https://github.com/ircv3/ircv3-specifications/pull/503> (errors and warnings)
        ("PERSISTENCE", _) => fail("INVALID_PARAMETERS", &[], "Invalid parameters"),
        _ => {
            let end = given.char_indices().nth(SHOWN_CHARS_MAX).map_or(given.len(), |(end, _)| end);
            let text = match given[..end].trim() {
                "" => "Not understood.".to_owned(),
                shown => format!("Not understood: {shown}"),
            };
            Wording::Fail("INVALID_PARAMS", owned(&[name, given]), text.into())
        }
    }
}

/// A parameter of a mode that cannot be understood. On other servers `+q` is a list of masks.
/// Spec: <https://modern.ircdocs.horse/#errinvalidmodeparam-696>
pub(super) fn invalid_mode(channel: &str, letter: char, given: &str) -> Wording {
    let hint = if letter == 'q' { ": +q makes an owner, and +b m:<mask> mutes" } else { "" };
    let text = format!("{}{hint}", ERR_INVALIDMODEPARAM.text);
    said(ERR_INVALIDMODEPARAM, &[channel, letter.encode_utf8(&mut [0; 4]), given], text)
}

/// A mode that stays as it is locked.
pub(super) fn mode_locked(channel: &ChannelName, locked: &ModeChange) -> Wording {
    let (letter, spelt) = modes::one(locked);
    let letters = spelt.split(' ').next().unwrap_or_default();
    let text = format!("The mode is locked: {spelt}");
    said(ERR_MLOCKRESTRICTED, &[channel.as_str(), letter.encode_utf8(&mut [0; 4]), letters], text)
}

/// Why a channel does not take words.
pub(super) fn cannot_send(channel: &ChannelName, why: &str) -> Wording {
    said(ERR_CANNOTSENDTOCHAN, &[channel.as_str()], format!("Cannot send to channel {why}"))
}

/// Spec: <https://modern.ircdocs.horse/#erryourebannedcreep-465>
pub(in crate::writing) fn banned(reason: Option<&Text>) -> String {
    match reason {
        Some(reason) => format!("{}: {}", ERR_YOUREBANNEDCREEP.text, reason.as_str()),
        None => ERR_YOUREBANNEDCREEP.text.to_owned(),
    }
}

/// What is told to who may do nothing that others see.
pub(super) fn silenced(reason: Option<&Text>) -> String {
    let why = reason.map(|reason| format!(": {}", reason.as_str())).unwrap_or_default();
    format!("You are silenced on this server{why}")
}
