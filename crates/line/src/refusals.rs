//! Noes, worded.

use colvert_core::command::Entry;
use colvert_core::identity::BadToken;
use colvert_core::names::ChannelName;
use colvert_core::refusal::{Refusal, Told, Unredacted};

use crate::events::mode_letters;
use crate::help;
use crate::printing;
use crate::speech::{Arg, Speech};

/// Longest part of what somebody typed that is shown back to them, in characters.
const SHOWN_CHARS_MAX: usize = 64;

/// Says why something was not done; `entry` is the command, if it was one.
pub fn word(speech: &Speech, entry: Option<&'static Entry>, refusal: &Refusal, out: &mut Vec<u8>) {
    let (id, args) = wording(speech, refusal);
    match (refusal, entry) {
        (Refusal::NoTextToSend, Some(entry)) => usage(speech, entry, out),
        (Refusal::NeedMoreParams(name), Some(entry)) if has_field(entry, name) => usage(speech, entry, out),
        (
            Refusal::NeedMoreParams(_) | Refusal::InvalidParam(..) | Refusal::InvalidModeParam(..),
            Some(entry),
        ) => {
            let said = format!("{} {}", speech.words(id, &args), help::usage(speech, entry));
            printing::line(out, &said);
        }
        _ => speech.say(out, id, &args),
    }
}

/// Says how a command is typed.
pub fn usage(speech: &Speech, entry: &Entry, out: &mut Vec<u8>) {
    printing::line(out, &help::usage(speech, entry));
}

fn has_field(entry: &Entry, name: &str) -> bool {
    entry.fields.iter().any(|field| field.name == name)
}

/// A refusal's message and what its variables stand for. Passwords are in none.
fn wording<'a>(speech: &Speech, refusal: &'a Refusal) -> (&'static str, Vec<Arg<'a>>) {
    match refusal {
        Refusal::UnknownCommand(_) => ("unknown-command", vec![]),
        Refusal::NeedMoreParams(name) => {
            ("need-more-params", vec![("name", help::field_name(speech, name).into())])
        }
        Refusal::InvalidParam(_, value) | Refusal::InvalidModeParam(_, value) => {
            ("invalid-param", vec![typed("value", value)])
        }
        Refusal::NoTextToSend => ("no-text", vec![]),
        Refusal::BadText => ("bad-text", vec![]),
        Refusal::InvalidUtf8 => ("invalid-utf8", vec![]),
        Refusal::TextTooLong(max) => ("text-too-long", vec![at_most(*max)]),
        Refusal::InputTooLong(max) => ("input-too-long", vec![at_most(*max)]),

        Refusal::NotRegistered => ("not-registered", vec![]),
        Refusal::AlreadyRegistered => ("already-registered", vec![]),
        Refusal::ErroneousNickname(nick) => ("bad-nick", vec![typed("nick", nick)]),
        Refusal::NicknameInUse(_) => ("nick-taken", vec![]),
        Refusal::NicknameReserved(_) => ("nick-reserved", vec![]),
        Refusal::TooManySessions(max) => ("too-many-sessions", vec![at_most(*max)]),
        Refusal::NoSuchNick(nick) => ("no-such-nick", vec![typed("nick", nick)]),
        Refusal::WasNoSuchNick(nick) => ("was-no-such-nick", vec![typed("nick", nick)]),

        Refusal::NoCurrentChannel => ("no-current-channel", vec![]),
        Refusal::BadChannelName(raw) => ("bad-channel", vec![typed_channel(raw)]),
        Refusal::NoSuchChannel(raw) => ("no-such-channel", vec![typed_channel(raw)]),
        Refusal::ConfusableChannel(name) => ("confusable-channel", vec![channel(name)]),
        Refusal::NotOnChannel(name) => ("not-on-channel", vec![channel(name)]),
        Refusal::UserNotInChannel(nick, name) => {
            ("user-not-on-channel", vec![("nick", nick.as_str().into()), channel(name)])
        }
        Refusal::UserOnChannel(nick, name) => {
            ("user-on-channel", vec![("nick", nick.as_str().into()), channel(name)])
        }
        Refusal::ChanOpPrivsNeeded(name) => ("not-operator", vec![channel(name)]),
        Refusal::RankTooLow(name) => ("rank-too-low", vec![channel(name)]),
        Refusal::CannotSendToChan(name) => ("cannot-send", vec![channel(name)]),
        Refusal::Moderated(name) => ("cannot-send", vec![channel(name)]),
        Refusal::NeedsLoginToSpeak(name) => ("login-to-speak", vec![channel(name)]),
        Refusal::NoNotices(name) => ("no-notices", vec![channel(name)]),
        Refusal::NoCtcp(name) => ("no-ctcp", vec![channel(name)]),
        Refusal::NoColours(name) => ("no-colours", vec![channel(name)]),
        Refusal::TooFast(name, seconds) => ("too-fast", vec![channel(name), ("seconds", (*seconds).into())]),
        Refusal::NoNickChange(name) => ("no-nick-change", vec![channel(name)]),
        Refusal::BannedNickChange(name) => ("banned-nick-change", vec![channel(name)]),
        Refusal::NeedReggedNick(name) => ("login-to-join", vec![channel(name)]),
        Refusal::OpersOnlyChan(name) => ("opers-only", vec![channel(name)]),
        Refusal::SecureOnlyChan(name) => ("secure-only", vec![channel(name)]),
        Refusal::JoinThrottled(name) => ("join-throttled", vec![channel(name)]),
        Refusal::LinkChannel(from, to) => {
            ("sent-on", vec![channel(from), ("to", to.bare().to_owned().into())])
        }
        Refusal::ChannelIsRegistered(name) => ("channel-is-registered", vec![channel(name)]),
        Refusal::ChannelNotRegistered(name) => ("channel-not-registered", vec![channel(name)]),
        Refusal::TooManyRegistered(max) => ("too-many-registered", vec![at_most(*max)]),
        Refusal::NotFounder(name) => ("not-founder", vec![channel(name)]),
        Refusal::IsFounder(account, name) => {
            ("is-founder", vec![channel(name), ("account", account.as_str().into())])
        }
        Refusal::NotOffered(name) => ("not-offered", vec![channel(name)]),
        Refusal::NoAccess(name) => ("no-access", vec![channel(name)]),
        Refusal::AccessListFull(name) => ("access-list-full", vec![channel(name)]),
        Refusal::ChannelPurged(name) => ("channel-purged", vec![channel(name)]),
        Refusal::NotPurged(name) => ("not-purged", vec![channel(name)]),
        Refusal::PurgeListFull(max) => ("purge-list-full", vec![at_most(*max)]),
        Refusal::BannedFromChan(name) => ("banned-from", vec![channel(name)]),
        Refusal::InviteOnlyChan(name) => ("invite-only", vec![channel(name)]),
        Refusal::BadChannelKey(name) => ("bad-key", vec![channel(name)]),
        Refusal::ChannelIsFull(name) => ("channel-full", vec![channel(name)]),
        Refusal::TooManyChannels(name) => ("too-many-channels", vec![channel(name)]),
        Refusal::ModeLocked(name, locked) => {
            ("mode-locked", vec![channel(name), ("mode", mode_letters(locked).into())])
        }
        Refusal::TopicLocked(name) => ("topic-locked", vec![channel(name)]),
        Refusal::BanListFull(name, list) => {
            ("list-full", vec![channel(name), ("list", list.to_string().into())])
        }
        Refusal::NotListed(name, mask) => ("not-listed", vec![channel(name), typed("mask", mask)]),
        Refusal::UnknownMode(letter) => ("unknown-mode", vec![("mode", letter.to_string().into())]),
        Refusal::UnknownUserMode => ("unknown-user-mode", vec![]),
        Refusal::UsersDontMatch => ("users-dont-match", vec![]),
        Refusal::NoSuchServer(raw) => ("no-such-server", vec![typed("server", raw)]),
        Refusal::KnockOnChannel(name) => ("knock-on-channel", vec![channel(name)]),
        Refusal::ChannelIsOpen(name) => ("channel-is-open", vec![channel(name)]),
        Refusal::CannotKnock(name) => ("cannot-knock", vec![channel(name)]),
        Refusal::TooManyKnocks(_) => ("too-many-knocks", vec![]),
        Refusal::CallerNotAccepted(nick, Told::Yes) => ("caller-told", vec![("nick", nick.as_str().into())]),
        Refusal::CallerNotAccepted(nick, Told::No) => {
            ("caller-not-accepted", vec![("nick", nick.as_str().into())])
        }
        Refusal::NoCtcpToThem(nick) => ("no-ctcp-to-them", vec![("nick", nick.as_str().into())]),
        Refusal::NeedsLoginToWrite(nick) => ("needs-login-to-write", vec![("nick", nick.as_str().into())]),
        Refusal::AlreadyAccepted(nick) => ("already-accepted", vec![("nick", nick.as_str().into())]),
        Refusal::NotAccepted(nick) => ("not-accepted", vec![("nick", nick.as_str().into())]),
        Refusal::SilenceListFull(_) => ("silence-list-full", vec![]),
        Refusal::AcceptListFull => ("accept-list-full", vec![]),
        Refusal::NoHistory(raw) => ("no-history", vec![typed_channel(raw)]),

        Refusal::SettingIsFixed(setting) => ("setting-is-fixed", vec![("setting", setting.name().into())]),
        Refusal::ChannelNameInUse(_, to) => ("channel-name-in-use", vec![channel(to)]),
        Refusal::CannotRename(from, to) => ("cannot-rename", vec![channel(from), ("new", to.bare().into())]),
        Refusal::Unredacted(why, place, message) => match why {
            Unredacted::NoSuchConversation => ("redact-nowhere", vec![typed_channel(place)]),
            Unredacted::Forbidden => ("redact-forbidden", vec![]),
            Unredacted::Expired(_) => ("redact-expired", vec![]),
            Unredacted::UnknownMessage => ("redact-unknown", vec![typed("message", message)]),
        },

        Refusal::NotLoggedIn => ("not-logged-in", vec![]),
        Refusal::AlreadyLoggedIn(account) => {
            ("already-logged-in", vec![("account", account.as_str().into())])
        }
        Refusal::AccountExists(_) => ("account-exists", vec![]),
        Refusal::NoSuchAccount(raw) => ("no-such-account", vec![typed("account", raw)]),
        // Not shown: whoever swaps the two arguments of /login has typed a password here.
        Refusal::BadAccountName(_) => ("bad-account", vec![]),
        Refusal::WrongCredentials => ("wrong-credentials", vec![]),
        Refusal::BadPassword(min, max) => {
            ("bad-password", vec![("min", min.to_string().into()), ("max", max.to_string().into())])
        }
        Refusal::OldPasswordNeeded => ("old-password-needed", vec![]),
        Refusal::AccountRequired => ("account-required", vec![]),
        Refusal::RegistrationClosed => ("registration-closed", vec![]),
        Refusal::ConnectFirst => ("connect-first", vec![]),
        Refusal::UnacceptableEmail => ("unacceptable-email", vec![]),
        Refusal::InvalidEmail => ("invalid-email", vec![]),
        Refusal::EmailNeeded => ("email-needed", vec![]),
        Refusal::NoMail => ("no-mail", vec![]),
        Refusal::WrongCode(_) => ("bad-code", vec![]),
        Refusal::PasswordNeeded => ("password-needed", vec![]),
        Refusal::TooManyFailedLogins => ("too-many-failed-logins", vec![]),
        Refusal::NoCertificate => ("no-certificate", vec![]),
        Refusal::NoTokens => ("no-tokens", vec![]),
        Refusal::BadToken(BadToken::Malformed) => ("token-malformed", vec![]),
        Refusal::BadToken(BadToken::Invalid) => ("token-invalid", vec![]),
        Refusal::BadToken(BadToken::Expired) => ("token-expired", vec![]),
        Refusal::BadToken(BadToken::Unchecked) => ("token-unchecked", vec![]),
        Refusal::IdentityUnknown(None) => ("identity-unknown", vec![]),
        Refusal::IdentityUnknown(Some(name)) => ("identity-name-taken", vec![typed("name", name)]),
        Refusal::IdentityInUse => ("identity-in-use", vec![]),
        Refusal::CertificateInUse => ("certificate-in-use", vec![]),
        Refusal::TooManyCredentials(max) => ("too-many-credentials", vec![at_most(*max)]),
        Refusal::NoSuchCredential(name) => ("no-such-credential", vec![typed("name", name)]),
        Refusal::DeviceExists(name) => ("device-exists", vec![typed("device", name)]),
        Refusal::TooManyConnections(max) => ("too-many-connections", vec![at_most(*max)]),
        Refusal::AccountSuspended(None) => ("account-suspended", vec![]),
        Refusal::AccountSuspended(Some(why)) => {
            ("account-suspended-why", vec![("reason", why.as_str().into())])
        }
        Refusal::NotSuspended(account) => ("not-suspended", vec![("account", account.as_str().into())]),
        Refusal::NotYourNick(nick) => ("not-your-nick", vec![("nick", nick.as_str().into())]),
        Refusal::BadClaimCode => ("bad-code", vec![]),
        Refusal::NoPrivileges => ("no-privileges", vec![]),
        Refusal::BannedFromServer(None) => ("bye-banned", vec![]),
        Refusal::BannedFromServer(Some(why)) => ("bye-banned-why", vec![("reason", why.as_str().into())]),
        Refusal::Silenced(None) => ("server-silenced", vec![]),
        Refusal::Silenced(Some(why)) => ("server-silenced-why", vec![("reason", why.as_str().into())]),
        Refusal::ReloadFailed(problem) => ("reload-failed", vec![("problem", problem.as_str().into())]),
        Refusal::Restricted(level) => ("restricted", vec![("level", level.to_string().into())]),
        Refusal::NoSuchServerBan(target) => ("no-such-server-ban", vec![typed("target", target)]),
        Refusal::BanTooWide(target) => ("ban-too-wide", vec![typed("target", target)]),
        Refusal::TooManyServerBans(max) => ("too-many-server-bans", vec![at_most(*max)]),

        Refusal::TooManyTargets(max) => ("too-many-targets", vec![at_most(*max)]),
        Refusal::MonitorListFull(max, _) => ("monitor-full", vec![at_most(*max)]),
        // No slash command asks for pieces of conversations or for metadata, or takes several lines.
        Refusal::Unanswered(..)
        | Refusal::NothingToPlay(_)
        | Refusal::HistoryStays
        | Refusal::Metadata(..)
        | Refusal::BadBatch(_)
        | Refusal::BadRelayedNick(_)
        | Refusal::NoRelays
        | Refusal::RelayForbidden
        | Refusal::RelayedNickBanned(_)
        | Refusal::TryAgain => ("try-again", vec![]),
        Refusal::StorageFull => ("storage-full", vec![]),
        Refusal::Internal => ("internal", vec![]),
    }
}

fn at_most<'a>(max: usize) -> Arg<'a> {
    ("max", max.into())
}

fn channel(name: &ChannelName) -> Arg<'_> {
    ("channel", name.bare().into())
}

/// A channel as somebody typed it, shown without its `#`, as all channels are.
fn typed_channel(raw: &str) -> Arg<'_> {
    let bare = raw.strip_prefix('#').filter(|bare| !bare.is_empty());
    typed("channel", bare.unwrap_or(raw))
}

/// What somebody typed, as much of it as fits a sentence.
fn typed<'a>(name: &'static str, raw: &'a str) -> Arg<'a> {
    let end = raw.char_indices().nth(SHOWN_CHARS_MAX).map_or(raw.len(), |(end, _)| end);
    (name, raw[..end].into())
}
