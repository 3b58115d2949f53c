//! Refusals of extensions that bring codes of their own.

use colvert_core::lines::BadBatch;
use colvert_core::metadata::BadMetadata;
use colvert_core::refusal::{Unanswered, Unredacted};
use compact_str::CompactString;

use super::{Answer, Wording, fail};
use crate::numerics::RPL_KEYNOTSET;

/// Spec: <https://ircv3.net/specs/extensions/chathistory#errors-and-warnings>
pub(super) fn unanswered(why: Unanswered, about: &[CompactString]) -> Wording {
    let (code, text) = match why {
        Unanswered::UnknownKind => ("INVALID_PARAMS", "There is no such kind of question for history."),
        Unanswered::BadParameters => ("INVALID_PARAMS", "Something is missing or cannot be understood."),
        Unanswered::BadReference => ("INVALID_MSGREFTYPE", "Messages are not named by that."),
        Unanswered::NoSuchConversation => ("INVALID_TARGET", "There is no history of that for you."),
        Unanswered::Failed => ("MESSAGE_ERROR", "Messages could not be retrieved; try again."),
    };
    Wording::Fail(code, about.to_vec(), text.into())
}

/// Spec: <https://ircv3.net/specs/extensions/metadata#standard-replies>
pub(super) fn bad_metadata(why: BadMetadata, about: &[CompactString]) -> Wording {
    let (code, text) = match why {
        BadMetadata::InvalidTarget => ("INVALID_TARGET", "There is nobody and nothing of that name for you."),
        BadMetadata::KeyInvalid | BadMetadata::KeyPassedOver => ("KEY_INVALID", "That is no key."),
        BadMetadata::SubcommandInvalid => ("SUBCOMMAND_INVALID", "There is no such subcommand."),
        BadMetadata::KeyNoPermission => ("KEY_NO_PERMISSION", "That is not yours to change."),
        BadMetadata::KeyNotSet => ("KEY_NOT_SET", "That key is not set."),
        BadMetadata::LimitReached => ("LIMIT_REACHED", "There are as many keys as there can be."),
        BadMetadata::RateLimited => ("RATE_LIMITED", "Too many changes; wait a little."),
        BadMetadata::TooManySubs => ("TOO_MANY_SUBS", "You are told of as many keys as you can be."),
        BadMetadata::ValueInvalid => ("VALUE_INVALID", "That value is too long, or no line carries it."),
    };
    // The draft after it says more of these.
    let said = match why {
        BadMetadata::LimitReached | BadMetadata::TooManySubs => 1,
        BadMetadata::ValueInvalid => 0,
        _ => about.len(),
    };
    Wording::Fail(code, about[..said.min(about.len())].to_vec(), text.into())
}

impl Answer<'_> {
    /// Spec: <https://github.com/ircv3/ircv3-specifications/pull/613> (standard replies)
    pub(super) fn refuse_metadata(&mut self, why: BadMetadata, about: &[CompactString]) {
        let (code, text) = match (why, about) {
            // It has no value, as was asked for.
            (BadMetadata::KeyNotSet, [target, key]) => return self.numeric(RPL_KEYNOTSET, &[target, key]),
            (BadMetadata::KeyPassedOver, [key]) => {
                return self.warn("METADATA", "INVALID_KEY", &[key], "That is no key.");
            }
            (BadMetadata::SubcommandInvalid, [typed]) => {
                let is_word = !typed.is_empty() && !typed.starts_with(':') && !typed.contains(' ');
                let typed = if is_word { typed.as_str() } else { "*" };
                return self.fail("METADATA", "INVALID_PARAMS", &[typed], "There is no such subcommand.");
            }
            (BadMetadata::KeyInvalid, _) => ("INVALID_KEY", "That is no key."),
            (BadMetadata::TooManySubs, _) => ("LIMIT_REACHED", "You are told of as many keys as you can be."),
            (BadMetadata::ValueInvalid, _) => {
                ("INVALID_VALUE", "That value is too long, or no line carries it.")
            }
            _ => {
                let Wording::Fail(code, _, text) = bad_metadata(why, about) else { return };
                let about: Vec<_> = about.iter().map(CompactString::as_str).collect();
                return self.fail("METADATA", code, &about, &text);
            }
        };
        let about: Vec<_> = about.iter().map(CompactString::as_str).collect();
        self.fail("METADATA", code, &about, text);
    }
}

/// Spec: <https://ircv3.net/specs/extensions/client-batch#errors>, <https://ircv3.net/specs/extensions/multiline#errors>
pub(super) fn bad_batch(bad: &BadBatch) -> Wording {
    match bad {
        BadBatch::Reference(reference) => fail("INVALID_REFTAG", &[reference], "No batch has such a name."),
        BadBatch::TimedOut(reference) => fail("TIMEOUT", &[reference], "The batch was open for too long."),
        BadBatch::Kind(reference, kind) => {
            fail("UNKNOWN_TYPE", &[reference, kind], "There is no such kind of batch.")
        }
        BadBatch::Bytes(max) => {
            fail("MULTILINE_MAX_BYTES", &[&max.to_string()], "That message has too many bytes.")
        }
        BadBatch::Lines(max) => {
            fail("MULTILINE_MAX_LINES", &[&max.to_string()], "That message has too many lines.")
        }
        BadBatch::Target(batch, line) => {
            fail("MULTILINE_INVALID_TARGET", &[batch, line], "All lines of a message go to the same place.")
        }
        BadBatch::Invalid => fail("MULTILINE_INVALID", &[], "That is no message of several lines."),
    }
}

/// Spec: <https://ircv3.net/specs/extensions/message-redaction#errors>
pub(super) fn unredacted(why: Unredacted, place: &str, message: &str) -> Wording {
    match why {
        Unredacted::NoSuchConversation => {
            fail("INVALID_TARGET", &[place], "There is nothing to delete there for you.")
        }
        Unredacted::Forbidden => {
            fail("REDACT_FORBIDDEN", &[place, message], "That message is not yours to delete.")
        }
        Unredacted::Expired(window_s) => {
            let window = window_s.to_string();
            fail(
                "REDACT_WINDOW_EXPIRED",
                &[place, message, &window],
                "That was said too long ago to delete it.",
            )
        }
        Unredacted::UnknownMessage => {
            fail("UNKNOWN_MSGID", &[place, message], "There is no such message any more.")
        }
    }
}
