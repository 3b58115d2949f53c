//! Last words: to somebody whose connection is closed, and about somebody who quit.

use colvert_core::command::CloseReason;
use colvert_core::text::Text;

use crate::speech::Speech;

/// Says why the connection is closed.
pub fn goodbye(speech: &Speech, reason: &CloseReason, out: &mut Vec<u8>) {
    let id = match reason {
        CloseReason::Quit(_) => "bye",
        CloseReason::Killed(by, None) => {
            return speech.say(out, "bye-killed", &[("nick", by.as_str().into())]);
        }
        CloseReason::Killed(by, Some(why)) => {
            let args = [("nick", by.as_str().into()), ("reason", why.as_str().into())];
            return speech.say(out, "bye-killed-why", &args);
        }
        CloseReason::Banned(None) => "bye-banned",
        CloseReason::Banned(Some(why)) => {
            return speech.say(out, "bye-banned-why", &[("reason", why.as_str().into())]);
        }
        CloseReason::Suspended(None) => "account-suspended",
        CloseReason::Suspended(Some(why)) => {
            return speech.say(out, "account-suspended-why", &[("reason", why.as_str().into())]);
        }
        CloseReason::LoggedOut => "bye-logged-out",
        CloseReason::Ended => "bye-ended",
        CloseReason::TooManyFailedLogins => "bye-failed-logins",
        CloseReason::PasswordNeeded => "bye-password-needed",
        CloseReason::NoGateway => "bye-no-gateway",
        CloseReason::RegistrationTimeout => "bye-registration-timeout",
        CloseReason::SendQueueExceeded => "bye-send-queue",
        CloseReason::PingTimeout => "bye-ping-timeout",
        CloseReason::ConnectionLost => "bye-connection-lost",
        CloseReason::WrongProtocol => "bye-wrong-protocol",
        CloseReason::TooManyConnections => "bye-too-many-connections",
        CloseReason::ShuttingDown => "bye-shutting-down",
        CloseReason::StorageFailed => "bye-storage-failed",
        CloseReason::Internal => "bye-internal",
    };
    speech.say(out, id, &[]);
}

/// Why somebody quit, worded for the others; nothing if they did not say.
///
/// Events carry the reason as one text, so that logs of any age read alike: what people say follows
/// `Quit: `, everything else is the server's, and known here.
pub fn quit_reason(speech: &Speech, reason: &Text) -> Option<String> {
    let reason = reason.as_str();
    if let Some(words) = reason.strip_prefix("Quit: ") {
        return Some(words.to_owned());
    }
    if let Some(killed) = reason.strip_prefix("Killed by ") {
        return Some(match killed.split_once(": ") {
            Some((nick, why)) => {
                speech.words("quit-killed-why", &[("nick", nick.into()), ("reason", why.into())])
            }
            None => speech.words("quit-killed", &[("nick", killed.into())]),
        });
    }
    let servers_own = SERVERS_OWN.iter().find(|(close, _)| says(close, reason));
    match servers_own {
        Some((CloseReason::Quit(_), _)) => None,
        Some((_, id)) => Some(speech.words(id, &[])),
        None => Some(reason.to_owned()),
    }
}

const SERVERS_OWN: &[(CloseReason, &str)] = &[
    (CloseReason::Quit(None), ""),
    (CloseReason::Banned(None), "quit-banned"),
    (CloseReason::Suspended(None), "quit-suspended"),
    (CloseReason::LoggedOut, "quit-logged-out"),
    (CloseReason::Ended, "quit-ended"),
    (CloseReason::TooManyFailedLogins, "quit-failed-logins"),
    (CloseReason::RegistrationTimeout, "quit-registration-timeout"),
    (CloseReason::SendQueueExceeded, "quit-send-queue"),
    (CloseReason::PingTimeout, "quit-ping-timeout"),
    (CloseReason::ConnectionLost, "quit-connection-lost"),
    (CloseReason::WrongProtocol, "quit-wrong-protocol"),
    (CloseReason::TooManyConnections, "quit-too-many-connections"),
    (CloseReason::ShuttingDown, "quit-shutting-down"),
    (CloseReason::Internal, "quit-server-error"),
];

fn says(close: &CloseReason, reason: &str) -> bool {
    close.as_quit_reason().is_some_and(|text| text.as_str() == reason)
}
