//! Answers to those who look after the server.

use colvert_core::reply::OperReply;
use colvert_core::server_bans::ServerBan;

use crate::speech::{Arg, Speech};
use crate::when;

pub fn word(speech: &Speech, reply: &OperReply, out: &mut Vec<u8>) {
    match reply {
        OperReply::ServerBanned { ban, closed } => {
            let args = [target(ban), lasts(speech, ban), ("count", (*closed).into())];
            speech.say(out, "server-banned", &args);
        }
        OperReply::Reloaded(reloaded) => {
            let keys = |keys: &[String]| keys.join(", ");
            if reloaded.taken.is_empty() {
                speech.say(out, "reloaded-nothing", &[]);
            } else {
                speech.say(out, "reloaded", &[("keys", keys(&reloaded.taken).into())]);
            }
            if !reloaded.left.is_empty() {
                speech.say(out, "reload-left", &[("keys", keys(&reloaded.left).into())]);
            }
        }
        OperReply::Defcon(level) => speech.say(out, "defcon", &[("level", level.to_string().into())]),
        OperReply::ServerUnbanned(target) => {
            speech.say(out, "server-unbanned", &[("target", target.to_string().into())]);
        }
        OperReply::ServerBans(bans) => {
            speech.say(out, "server-bans", &[("count", bans.len().into())]);
            for ban in bans {
                let by = [("nick", ban.by.as_str().into()), ("time", when::minute(ban.at).into())];
                let reason = ban.reason.as_ref().map_or("-", |reason| reason.as_str());
                let args = [target(ban), lasts(speech, ban), ("reason", reason.into())];
                let args: Vec<Arg<'_>> = args.into_iter().chain(by).collect();
                speech.row(out, "server-ban-row", &args);
            }
        }
    }
}

fn target(ban: &ServerBan) -> Arg<'_> {
    ("target", ban.named().into())
}

/// Until when, or for good.
fn lasts<'a>(speech: &Speech, ban: &ServerBan) -> Arg<'a> {
    let words = match ban.until {
        Some(until) => speech.words("ban-until", &[("time", when::minute(until).into())]),
        None => speech.words("ban-for-good", &[]),
    };
    ("lasts", words.into())
}
