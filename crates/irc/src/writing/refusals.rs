//! Refusals to numerics, or to standard replies where no numeric fits.

mod extensions;
mod parameters;
mod sasl;

use std::borrow::Cow;

use colvert_core::identity::BadToken;
use colvert_core::refusal::{Refusal, Told};
use compact_str::CompactString;

use extensions::{bad_batch, bad_metadata, unanswered, unredacted};
pub(super) use parameters::banned;
use parameters::{cannot_send, invalid, invalid_mode, missing, mode_locked, silenced};

use super::Answer;
use crate::caps::Caps;
use crate::numerics::{self, *};
use crate::reading::spelling;

/// How a refusal is said.
enum Wording {
    /// A numeric: its words, and the text at its end.
    Numeric(numerics::Numeric, Vec<CompactString>, String),
    /// A standard reply: its code, its context, its text.
    Fail(&'static str, Vec<CompactString>, Cow<'static, str>),
}

impl Answer<'_> {
    pub fn refuse(&mut self, verb: &str, refusal: &Refusal) {
        let verb = spelling(verb);
        let verb = if matches!(refusal, Refusal::BadBatch(_)) { "BATCH" } else { verb };
        match (verb, refusal) {
            // Spec: <https://ircv3.net/specs/extensions/utf8-only> brings this reply with it, so that every
            // client is sent it, whether or not it knows others.
            (_, Refusal::InvalidUtf8) => {
                let text = "Message rejected: this network speaks UTF-8.";
                self.server_line("FAIL").word(verb).word("INVALID_UTF8").text(text).end();
            }
            // Spec: <https://ircv3.net/specs/extensions/account-registration#responses> (an answer to no verb in particular)
            (_, Refusal::AccountRequired) => {
                let text = "Connecting to this server needs an account: log in, or make one.";
                self.fail("*", "ACCOUNT_REQUIRED", &[], text);
            }
            ("AUTHENTICATE", Refusal::BadToken(why)) if *why != BadToken::Unchecked => self.bad_token(*why),
            ("REGISTER", Refusal::NotRegistered) => {
                self.fail(verb, "NEED_NICK", &["*"], "Take a nick first.");
            }
            // The numeric would say that the asker's own nick is taken.
            ("REGISTER", Refusal::NicknameInUse(nick)) => {
                let text = "Somebody else is called that; only they can make an account of it.";
                self.fail(verb, "BAD_ACCOUNT_NAME", &[nick.as_str()], text);
            }
            // Spec: <https://modern.ircdocs.horse/#notice-message> (never answered, not even with an error)
            ("NOTICE", _) => {}
            // Spec: <https://modern.ircdocs.horse/#names-message> (an end without a list)
            ("NAMES", Refusal::NoSuchChannel(name)) => self.numeric(RPL_ENDOFNAMES, &[name]),
            // Spec: <https://modern.ircdocs.horse/#whowas-message> (ended whatever the answer)
            (_, Refusal::WasNoSuchNick(nick)) => {
                self.numeric(ERR_WASNOSUCHNICK, &[nick]);
                self.numeric(RPL_ENDOFWHOWAS, &[nick]);
            }
            (_, Refusal::CallerNotAccepted(nick, Told::Yes)) => {
                self.numeric(ERR_TARGUMODEG, &[nick.as_str()]);
                self.numeric(RPL_TARGNOTIFY, &[nick.as_str()]);
            }
            (_, Refusal::Metadata(why, about)) if self.caps.in_effect(Caps::DRAFT_METADATA_3) => {
                self.refuse_metadata(*why, about);
            }
            // Spec: <https://ircv3.net/specs/extensions/account-registration#commands> (`*` is the account of one's nick)
            ("REGISTER" | "VERIFY", _) if self.about == "*" => {
                self.say(verb, wording(verb, self.nick, refusal));
            }
            _ => self.say(verb, wording(verb, self.about, refusal)),
        }
    }

    fn say(&mut self, verb: &str, wording: Wording) {
        fn words(list: &[CompactString]) -> Vec<&str> {
            list.iter().map(CompactString::as_str).collect()
        }
        match wording {
            Wording::Numeric(numeric, list, text) => self.numeric_text(numeric, &words(&list), &text),
            Wording::Fail(code, context, text) => self.fail(verb, code, &words(&context), &text),
        }
    }
}

fn owned(words: &[&str]) -> Vec<CompactString> {
    words.iter().map(|word| CompactString::from(*word)).collect()
}

/// A numeric with the table's text.
fn numeric(numeric: numerics::Numeric, words: &[&str]) -> Wording {
    Wording::Numeric(numeric, owned(words), numeric.text.to_owned())
}

/// A numeric with another text.
fn said(numeric: numerics::Numeric, words: &[&str], text: impl Into<String>) -> Wording {
    Wording::Numeric(numeric, owned(words), text.into())
}

fn fail(code: &'static str, context: &[&str], text: &'static str) -> Wording {
    Wording::Fail(code, owned(context), text.into())
}

/// The words for each refusal; `about` is the channel that a MODE, or the account that a REGISTER, was about.
fn wording(verb: &str, about: &str, refusal: &Refusal) -> Wording {
    // Spec: <https://ircv3.net/specs/extensions/sasl-3.1> (one number for all that has none of its own)
    if let Some(wording) = (verb == "AUTHENTICATE").then(|| sasl::wording(refusal)).flatten() {
        return wording;
    }
    match refusal {
        Refusal::UnknownCommand(typed) => numeric(ERR_UNKNOWNCOMMAND, &[typed]),
        Refusal::NeedMoreParams(name) => missing(verb, about, name),
        Refusal::InvalidParam(name, given) => invalid(verb, name, given),
        // Spec: <https://modern.ircdocs.horse/#errinvalidkey-525>
        Refusal::InvalidModeParam('k', _) => numeric(ERR_INVALIDKEY, &[about]),
        Refusal::InvalidModeParam(letter, given) => invalid_mode(about, *letter, given),
        Refusal::NoTextToSend => match verb {
            "PRIVMSG" => numeric(ERR_NOTEXTTOSEND, &[]),
            // Spec: <https://ircv3.net/specs/extensions/setname#errors>
            "SETNAME" => fail("INVALID_REALNAME", &[], "Realname is not valid."),
            "RELAYMSG" => fail("BLANK_MSG", &[], "There is nothing to relay."),
            _ => numeric(ERR_NEEDMOREPARAMS, &[verb]),
        },
        Refusal::BadText => said(ERR_UNKNOWNERROR, &[verb], "NUL and CR have no place inside a line"),
        Refusal::InvalidUtf8 => fail("INVALID_UTF8", &[], "Message rejected: this network speaks UTF-8."),
        Refusal::TextTooLong(bytes) => {
            said(ERR_INPUTTOOLONG, &[], format!("Text was too long: {bytes} bytes fit here"))
        }
        Refusal::InputTooLong(_) => numeric(ERR_INPUTTOOLONG, &[]),

        Refusal::NotRegistered => numeric(ERR_NOTREGISTERED, &[]),
        Refusal::AlreadyRegistered => numeric(ERR_ALREADYREGISTERED, &[]),
        Refusal::ErroneousNickname(nick) => numeric(ERR_ERRONEUSNICKNAME, &[nick]),
        Refusal::NicknameInUse(nick) => numeric(ERR_NICKNAMEINUSE, &[nick.as_str()]),
        Refusal::NicknameReserved(nick) => {
            said(ERR_NICKNAMEINUSE, &[nick.as_str()], "Nickname belongs to an account; log in to use it")
        }
        Refusal::TooManySessions(max) => {
            let text = format!("Nickname is in use from {max} connections, and no more may share it");
            said(ERR_NICKNAMEINUSE, &["*"], text)
        }
        Refusal::NoSuchNick(nick) => numeric(ERR_NOSUCHNICK, &[nick]),
        Refusal::WasNoSuchNick(nick) => numeric(ERR_WASNOSUCHNICK, &[nick]),

        Refusal::NoCurrentChannel => numeric(ERR_NEEDMOREPARAMS, &[verb]),
        Refusal::BadChannelName(name) => numeric(ERR_BADCHANMASK, &[name]),
        Refusal::NoSuchChannel(name) => numeric(ERR_NOSUCHCHANNEL, &[name]),
        Refusal::ConfusableChannel(name) => {
            said(ERR_BADCHANMASK, &[name.as_str()], "Channel name looks like another's")
        }
        Refusal::NotOnChannel(name) => numeric(ERR_NOTONCHANNEL, &[name.as_str()]),
        Refusal::UserNotInChannel(nick, name) => {
            numeric(ERR_USERNOTINCHANNEL, &[nick.as_str(), name.as_str()])
        }
        Refusal::UserOnChannel(nick, name) => numeric(ERR_USERONCHANNEL, &[nick.as_str(), name.as_str()]),
        Refusal::ChanOpPrivsNeeded(name) => numeric(ERR_CHANOPRIVSNEEDED, &[name.as_str()]),
        Refusal::RankTooLow(name) => said(
            ERR_CHANOPRIVSNEEDED,
            &[name.as_str()],
            "Your status in the channel is not high enough for that",
        ),
        Refusal::CannotSendToChan(name) => numeric(ERR_CANNOTSENDTOCHAN, &[name.as_str()]),
        Refusal::Moderated(name) => numeric(ERR_CANNOTSENDTOCHAN, &[name.as_str()]),
        Refusal::NeedsLoginToSpeak(name) => cannot_send(name, "(+M): you are not logged in"),
        Refusal::NoNotices(name) => cannot_send(name, "(+T): no notices here"),
        Refusal::NoCtcp(name) => cannot_send(name, "(+C): no CTCP here"),
        Refusal::NoColours(name) => cannot_send(name, "(+c): no colours here"),
        Refusal::TooFast(name, seconds) => {
            let text = format!("Cannot send to channel (+F): wait {seconds} s");
            said(ERR_CANNOTSENDTOCHAN, &[name.as_str()], text)
        }
        Refusal::NoNickChange(name) => {
            said(ERR_NONICKCHANGE, &[name.as_str()], ERR_NONICKCHANGE.filled(&[name.as_str()]))
        }
        Refusal::BannedNickChange(name) => numeric(ERR_BANONCHAN, &[name.as_str()]),
        Refusal::NeedReggedNick(name) => {
            said(ERR_NEEDREGGEDNICK, &[name.as_str()], "Cannot join channel (+R): you are not logged in")
        }
        Refusal::OpersOnlyChan(name) => numeric(ERR_OPERONLY, &[name.as_str()]),
        Refusal::SecureOnlyChan(name) => numeric(ERR_SECUREONLYCHAN, &[name.as_str()]),
        Refusal::JoinThrottled(name) => numeric(ERR_UNAVAILRESOURCE, &[name.as_str()]),
        Refusal::LinkChannel(from, to) => numeric(ERR_LINKCHANNEL, &[from.as_str(), to.as_str()]),
        Refusal::ChannelIsRegistered(name) => {
            fail("ALREADY_REGISTERED", &[name.as_str()], "That channel is registered already.")
        }
        Refusal::ChannelNotRegistered(name) => {
            fail("NOT_REGISTERED", &[name.as_str()], "That channel is not registered.")
        }
        Refusal::TooManyRegistered(_) => {
            fail("TOO_MANY_CHANNELS", &[], "That account has registered as many channels as it may.")
        }
        Refusal::NotFounder(name) => {
            fail("NOT_FOUNDER", &[name.as_str()], "That is for the channel's founder.")
        }
        Refusal::IsFounder(account, name) => {
            fail("IS_FOUNDER", &[name.as_str(), account.as_str()], "That account is the channel's founder.")
        }
        Refusal::NotOffered(name) => {
            fail("NOT_OFFERED", &[name.as_str()], "That channel was not offered to you.")
        }
        Refusal::NoAccess(name) => {
            fail("NO_ACCESS", &[name.as_str()], "You are not on the channel's access list.")
        }
        Refusal::AccessListFull(name) => {
            fail("ACCESS_LIST_FULL", &[name.as_str()], "The access list is full.")
        }
        Refusal::ChannelPurged(name) => {
            said(ERR_UNAVAILRESOURCE, &[name.as_str()], "Channel was closed by the server's operators")
        }
        Refusal::NotPurged(name) => fail("NOT_PURGED", &[name.as_str()], "That channel is not closed."),
        Refusal::PurgeListFull(_) => fail("PURGE_LIST_FULL", &[], "Too many channels are closed."),
        Refusal::BannedFromChan(name) => numeric(ERR_BANNEDFROMCHAN, &[name.as_str()]),
        Refusal::InviteOnlyChan(name) => numeric(ERR_INVITEONLYCHAN, &[name.as_str()]),
        Refusal::BadChannelKey(name) => numeric(ERR_BADCHANNELKEY, &[name.as_str()]),
        Refusal::ChannelIsFull(name) => numeric(ERR_CHANNELISFULL, &[name.as_str()]),
        Refusal::TooManyChannels(name) => numeric(ERR_TOOMANYCHANNELS, &[name.as_str()]),
        Refusal::BanListFull(name, letter) => {
            numeric(ERR_BANLISTFULL, &[name.as_str(), letter.encode_utf8(&mut [0; 4])])
        }
        Refusal::NotListed(name, mask) => {
            fail("NOT_LISTED", &[name.as_str(), mask], "No such mask on the list.")
        }
        Refusal::ModeLocked(name, locked) => mode_locked(name, locked),
        Refusal::TopicLocked(name) => said(
            ERR_CHANOPRIVSNEEDED,
            &[name.as_str()],
            "The topic is locked: who is on the access list changes it",
        ),
        Refusal::UnknownMode(letter) => numeric(ERR_UNKNOWNMODE, &[letter.encode_utf8(&mut [0; 4])]),
        Refusal::UnknownUserMode => numeric(ERR_UMODEUNKNOWNFLAG, &[]),
        Refusal::UsersDontMatch => numeric(ERR_USERSDONTMATCH, &[]),
        Refusal::NoSuchServer(name) => numeric(ERR_NOSUCHSERVER, &[name]),
        Refusal::KnockOnChannel(name) => numeric(ERR_KNOCKONCHAN, &[name.as_str()]),
        Refusal::ChannelIsOpen(name) => numeric(ERR_CHANOPEN, &[name.as_str()]),
        Refusal::CannotKnock(name) => numeric(ERR_CANNOTKNOCK, &[name.as_str()]),
        Refusal::TooManyKnocks(name) => numeric(ERR_TOOMANYKNOCK, &[name.as_str()]),
        Refusal::CallerNotAccepted(nick, _) => numeric(ERR_TARGUMODEG, &[nick.as_str()]),
        Refusal::NeedsLoginToWrite(nick) => numeric(ERR_NEEDREGGEDNICK, &[nick.as_str()]),
        Refusal::NoCtcpToThem(nick) => numeric(ERR_CANTSENDTOUSER, &[nick.as_str()]),
        Refusal::AlreadyAccepted(nick) => numeric(ERR_ACCEPTEXIST, &[nick.as_str()]),
        Refusal::NotAccepted(nick) => numeric(ERR_ACCEPTNOT, &[nick.as_str()]),
        Refusal::SilenceListFull(mask) => numeric(ERR_SILELISTFULL, &[mask]),
        Refusal::AcceptListFull => numeric(ERR_ACCEPTFULL, &[]),
        Refusal::Unanswered(why, about) => unanswered(*why, about),
        Refusal::ChannelNameInUse(from, to) => {
            fail("CHANNEL_NAME_IN_USE", &[from.as_str(), to.as_str()], "There is a channel of that name.")
        }
        Refusal::CannotRename(from, to) => fail(
            "CANNOT_RENAME",
            &[from.as_str(), to.as_str()],
            "Not that name, or not so soon after the last time.",
        ),
        Refusal::BadRelayedNick(_) => {
            fail("INVALID_NICK", &[], "The name of somebody elsewhere is like a nick, and has a / in it.")
        }
        Refusal::NoRelays => fail("NOT_ENABLED", &[], "Nothing is relayed on this server."),
        Refusal::RelayForbidden => fail("PRIVS_NEEDED", &[], "Only who runs the channel relays messages."),
        Refusal::RelayedNickBanned(_) => fail("BANNED", &[], "The channel bans whose words these are."),
        Refusal::Metadata(why, about) => bad_metadata(*why, about),
        Refusal::BadBatch(bad) => bad_batch(bad),
        Refusal::Unredacted(why, place, message) => unredacted(*why, place, message),
        Refusal::NoHistory(name) => numeric(ERR_NOSUCHCHANNEL, &[name]),
        Refusal::NothingToPlay(name) => {
            let text = format!("There is no history of {name} for you.");
            Wording::Fail("NOTHING_TO_PLAY", owned(&[name]), text.into())
        }
        Refusal::HistoryStays => {
            fail("HISTORY_STAYS", &[], "Nothing is cleared: what was said stays for all who were there.")
        }

        Refusal::SettingIsFixed(setting) => {
            fail("SETTING_IS_FIXED", &[setting.name()], "The server decides that for all accounts.")
        }
        Refusal::NotLoggedIn => fail("ACCOUNT_REQUIRED", &[], "Log in to an account first."),
        Refusal::AlreadyLoggedIn(account) => {
            fail("ALREADY_AUTHENTICATED", &[account.as_str()], "You are logged in already.")
        }
        Refusal::AccountExists(account) => {
            fail("ACCOUNT_EXISTS", &[account.as_str()], "An account of that name, or of one like it, exists.")
        }
        Refusal::NoSuchAccount(account) => fail("NO_SUCH_ACCOUNT", &[account], "There is no such account."),
        Refusal::BadAccountName(_) if verb == "OPER" => numeric(ERR_PASSWDMISMATCH, &[]),
        Refusal::BadAccountName(account) => {
            fail("BAD_ACCOUNT_NAME", &[account], "An account cannot have that name.")
        }
        Refusal::WrongCredentials => numeric(ERR_PASSWDMISMATCH, &[]),
        Refusal::BadPassword(min, max) => {
            let text = format!("That password is too short or too long: it has {min} to {max} bytes.");
            Wording::Fail("UNACCEPTABLE_PASSWORD", owned(&[about]), text.into())
        }
        Refusal::OldPasswordNeeded => {
            fail("OLD_PASSWORD_NEEDED", &[], "Give the old password, and then the new one.")
        }
        Refusal::AccountRequired => {
            fail("ACCOUNT_REQUIRED", &[], "Connecting to this server needs an account.")
        }
        Refusal::RegistrationClosed => {
            fail("DISALLOWED", &[about], "Only operators make accounts on this server.")
        }
        Refusal::ConnectFirst => {
            fail("COMPLETE_CONNECTION_REQUIRED", &[], "Connect first, and then register.")
        }
        Refusal::UnacceptableEmail => fail(
            "UNACCEPTABLE_EMAIL",
            &[about],
            "This server sends no mail. Register without an address, or with * for it.",
        ),
        // Spec: <https://ircv3.net/specs/extensions/account-registration#responses>
        Refusal::InvalidEmail => fail("INVALID_EMAIL", &[about], "No letter can be sent to that address."),
        Refusal::EmailNeeded => {
            fail("INVALID_EMAIL", &[about], "Accounts of this server have an address of e-mail: give one.")
        }
        Refusal::NoMail => {
            fail("NO_MAIL", &[], "This server sends no mail. Its operators help who has lost a password.")
        }
        Refusal::WrongCode(account) => {
            fail("INVALID_CODE", &[account.as_str()], "That code is wrong, used up or expired.")
        }
        Refusal::PasswordNeeded => fail("PASSWORD_NEEDED", &[], "Add your password."),
        Refusal::TooManyFailedLogins => {
            fail("TOO_MANY_FAILED_LOGINS", &[], "Too many logins have failed. Try again later.")
        }
        Refusal::NoCertificate => fail("NO_CERTIFICATE", &[], "You have shown no certificate."),
        Refusal::NoTokens => fail("NO_TOKENS", &[], "Tokens are not taken on this connection."),
        Refusal::BadToken(why) => sasl::token(*why),
        Refusal::IdentityUnknown(None) => {
            fail("IDENTITY_UNKNOWN", &[], "The token is of nobody with an account.")
        }
        Refusal::IdentityUnknown(Some(name)) => {
            fail("IDENTITY_UNKNOWN", &[name], "No account of that name can be made for whom the token shows.")
        }
        Refusal::IdentityInUse => fail("IDENTITY_IN_USE", &[], "That token logs in to another account."),
        Refusal::CertificateInUse => {
            fail("CERTIFICATE_IN_USE", &[], "That certificate logs in to another account.")
        }
        Refusal::TooManyCredentials(_) => {
            fail("TOO_MANY_CREDENTIALS", &[], "That account has as many as it may.")
        }
        Refusal::NoSuchCredential(name) => {
            fail("NO_SUCH_CREDENTIAL", &[name], "That account has no such thing.")
        }
        Refusal::DeviceExists(name) => {
            fail("DEVICE_EXISTS", &[name], "That device has a password. Delete it first for another: DEL.")
        }
        Refusal::TooManyConnections(max) => {
            let text = format!("That account is used by {max} connections already.");
            Wording::Fail("TOO_MANY_CONNECTIONS", Vec::new(), text.into())
        }
        Refusal::AccountSuspended(None) => fail("ACCOUNT_SUSPENDED", &[], "That account is suspended."),
        Refusal::AccountSuspended(Some(why)) => {
            let text = format!("That account is suspended: {}", why.as_str());
            Wording::Fail("ACCOUNT_SUSPENDED", Vec::new(), text.into())
        }
        Refusal::NotSuspended(account) => {
            fail("NOT_SUSPENDED", &[account.as_str()], "That account is not suspended.")
        }
        Refusal::NotYourNick(nick) => {
            fail("NOT_YOUR_NICK", &[nick.as_str()], "That nick is not your account's.")
        }
        Refusal::BadClaimCode => fail("INVALID_CODE", &[], "That code is wrong, used up or expired."),
        Refusal::NoPrivileges => numeric(ERR_NOPRIVILEGES, &[]),
        Refusal::BannedFromServer(reason) => said(ERR_YOUREBANNEDCREEP, &[], banned(reason.as_ref())),
        Refusal::Silenced(reason) => said(ERR_UNKNOWNERROR, &[verb], silenced(reason.as_ref())),
        Refusal::ReloadFailed(problem) => said(ERR_UNKNOWNERROR, &[verb], problem.as_str()),
        Refusal::Restricted(_) => {
            fail("RESTRICTED", &[], "Not now: the server defends itself. Logging in may help.")
        }
        Refusal::NoSuchServerBan(target) => fail("NO_SUCH_BAN", &[target], "There is no such ban."),
        Refusal::BanTooWide(target) => fail(
            "BAN_TOO_WIDE",
            &[target],
            "That is nearly everybody: a mask needs more than wildcards, a net at least /8 (IPv6: /16).",
        ),
        Refusal::TooManyServerBans(_) => fail("TOO_MANY_BANS", &[], "There are too many bans already."),

        Refusal::TooManyTargets(max) => {
            said(ERR_TOOMANYTARGETS, &["*"], ERR_TOOMANYTARGETS.filled(&[&max.to_string()]))
        }
        Refusal::MonitorListFull(max, nicks) => numeric(ERR_MONLISTFULL, &[&max.to_string(), nicks]),
        // Spec: <https://ircv3.net/specs/extensions/account-registration#responses>
        Refusal::TryAgain if matches!(verb, "REGISTER" | "VERIFY") => {
            fail("TEMPORARILY_UNAVAILABLE", &[about], "Too much at once. Try again later.")
        }
        Refusal::TryAgain => numeric(RPL_TRYAGAIN, &[verb]),
        Refusal::StorageFull => fail("STORAGE_FULL", &[], "The server's disk is full; nothing new is taken."),
        Refusal::Internal => {
            said(ERR_UNKNOWNERROR, &[verb], "Something broke in the server; nothing was done")
        }
    }
}

#[cfg(test)]
mod tests {
    use colvert_core::ids::Millis;
    use colvert_core::session::Door;
    use colvert_core::settings::Settings;

    use super::*;
    use crate::IrcDoor;

    /// What somebody without a nick or a capability is told.
    fn check(verb: &str, refusal: &Refusal, expected: &str) {
        let door = IrcDoor::new(&Settings { server: "s".into(), ..Settings::default() }, Millis(0));
        let mut session = door.session(&door.info("h".into()));
        let mut out = Vec::new();
        session.refuse(verb, refusal, &mut out);
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected, "{verb} {refusal}");
    }

    #[test]
    fn troubles_of_the_server() {
        check(
            "MSG",
            &Refusal::StorageFull,
            ":s NOTICE * :PRIVMSG: The server's disk is full; nothing new is taken.\r\n",
        );
        check(
            "MSG",
            &Refusal::Internal,
            ":s 400 * PRIVMSG :Something broke in the server; nothing was done\r\n",
        );
        check("LOGIN", &Refusal::TryAgain, ":s 263 * LOGIN :Please wait a while and try again.\r\n");
        check("AUTHENTICATE", &Refusal::TryAgain, ":s 904 * :SASL authentication failed\r\n");
        check(
            "AUTHENTICATE",
            &Refusal::StorageFull,
            ":s 904 * :SASL authentication failed: the server's disk is full, and nothing new is taken\r\n",
        );
    }

    #[test]
    fn the_verb_that_was_typed_is_named() {
        check("USER-MODE", &Refusal::NeedMoreParams("nick"), ":s 461 * MODE :Not enough parameters\r\n");
        check(
            "PRIVATE-ACTION",
            &Refusal::NeedMoreParams("nick"),
            ":s 411 * :No recipient given (PRIVMSG)\r\n",
        );
        check("PRIVATE-NOTICE", &Refusal::NoSuchNick("x".into()), "");
        check("HOLD", &Refusal::TryAgain, ":s 263 * CAP :Please wait a while and try again.\r\n");
    }

    #[test]
    fn what_plays_do_not_reach() {
        check(
            "CLAIM",
            &Refusal::BadClaimCode,
            ":s NOTICE * :CLAIM: That code is wrong, used up or expired.\r\n",
        );
        check("READ", &Refusal::NoHistory("#c".into()), ":s 403 * #c :No such channel\r\n");
        check("PART", &Refusal::NoCurrentChannel, ":s 461 * PART :Not enough parameters\r\n");
        check(
            "MODE",
            &Refusal::InvalidModeParam('b', "a".into()),
            ":s 696 * * b a :Invalid mode parameter\r\n",
        );
        check(
            "OPER",
            &Refusal::NoSuchAccount("x".into()),
            ":s NOTICE * :OPER: There is no such account.\r\n",
        );
    }
}
