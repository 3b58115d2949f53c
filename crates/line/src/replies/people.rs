//! Who somebody is, was, or is not.

use colvert_core::event::Source;
use colvert_core::ids::Millis;
use colvert_core::modes::Role;
use colvert_core::reply::{UserhostRow, WhoRow, Whois};
use compact_str::CompactString;

use super::{lists, role_of};
use crate::speech::{Speech, row};
use crate::when;

/// All that may be told of somebody.
pub fn whois(speech: &Speech, whois: &Whois, out: &mut Vec<u8>) {
    let source = &whois.source;
    speech.say(out, "whois", &[("nick", source.nick.as_str().into())]);
    speech.row(out, "whois-address", &[("address", address(source).into())]);
    if let Some(address) = &whois.address {
        speech.row(out, "whois-real-address", &[("address", address.as_str().into())]);
    }
    speech.row(out, "whois-realname", &[("realname", whois.realname.as_str().into())]);
    if let Some(account) = &source.account {
        speech.row(out, "whois-account", &[("account", account.as_str().into())]);
    }
    if let Some(class) = &whois.oper {
        let role = Role::parse(class).map(|role| role_of(speech, role));
        let class = role.unwrap_or_else(|| ("role", class.as_str().into()));
        speech.row(out, "whois-role", &[class]);
    }
    if whois.secure {
        speech.row(out, "whois-secure", &[]);
    }
    if let Some(certfp) = &whois.certfp {
        speech.row(out, "whois-certificate", &[("fingerprint", certfp.as_str().into())]);
    }
    if !whois.channels.is_empty() {
        let channels = whois.channels.iter().map(|(status, name)| lists::with_prefix(*status, name.bare()));
        let channels: Vec<_> = channels.collect();
        speech.row(out, "whois-channels", &[("channels", channels.join(" ").into())]);
    }
    for (key, value) in &whois.metadata {
        row(out, &format!("{}: {}", key.as_str(), value.as_str()));
    }
    if let Some(message) = &whois.away {
        speech.row(out, "whois-away", &[("message", message.as_str().into())]);
    }
    speech.row(out, "whois-since", &[("time", when::minute(whois.since).into())]);
}

/// Who bore a nick, the latest first.
pub fn whowas(speech: &Speech, nick: &str, was: &[(Source, CompactString, Millis)], out: &mut Vec<u8>) {
    speech.say(out, "whowas", &[("nick", nick.into())]);
    for (source, realname, until) in was {
        let args = [
            ("address", address(source).into()),
            ("realname", realname.as_str().into()),
            ("time", when::minute(*until).into()),
        ];
        speech.row(out, "whowas-row", &args);
    }
}

/// People who match a mask.
pub fn who(speech: &Speech, mask: &str, rows: &[WhoRow], out: &mut Vec<u8>) {
    speech.say(out, "who", &[("count", rows.len().into()), ("mask", mask.into())]);
    for it in rows {
        let name = lists::with_prefix(it.status, it.source.nick.as_str());
        row(out, &format!("{name} {} {}", address(&it.source), it.realname));
    }
}

/// Addresses of people.
pub fn userhost(speech: &Speech, rows: &[UserhostRow], out: &mut Vec<u8>) {
    speech.say(out, "userhost", &[("count", rows.len().into())]);
    for it in rows {
        row(out, &format!("{} {}", it.source.nick, address(&it.source)));
    }
}

/// Who of those that are watched is here, and who is not.
pub fn monitoring(speech: &Speech, online: &[Source], offline: &[CompactString], out: &mut Vec<u8>) {
    if !online.is_empty() {
        lists::counted(speech, "monitor-online", online.iter().map(|source| source.nick.as_str()), out);
    }
    if !offline.is_empty() {
        lists::counted(speech, "monitor-offline", offline.iter().map(|nick| nick.as_str()), out);
    }
}

/// `user@host`.
fn address(source: &Source) -> String {
    format!("{}@{}", source.user, source.host)
}
