//! Answers, worded. A list is a line that ends with a colon and says how many there are, then rows that
//! begin with two spaces.

mod accounts;
mod channels;
mod lists;
mod opers;
mod people;

use colvert_core::event::Event;
use colvert_core::modes::{Flag, Role, UserFlag};
use colvert_core::names::ChannelName;
use colvert_core::reply::{ChannelModes, Reply};
use colvert_core::state::Topic;

use crate::speech::{Arg, Speech, row};
use crate::when;
use crate::{events, help};

/// Words an answer.
pub fn word(speech: &Speech, reply: &Reply, out: &mut Vec<u8>) {
    let mut say = |id: &str, args: &[Arg<'_>]| speech.say(out, id, args);
    match reply {
        Reply::Welcome(welcome) => {
            say("welcome", &[("nick", welcome.source.nick.as_str().into())]);
            if !welcome.motd.is_empty() {
                motd(speech, &welcome.motd, out);
            }
        }
        Reply::Pong(token) if token.is_empty() => say("pong", &[]),
        Reply::Pong(token) => say("pong-token", &[("token", token.as_str().into())]),
        // The answer to /join, the first time and every time.
        Reply::CurrentChannel(name) => say("joined", &[channel(name)]),
        Reply::StillOn(joined) => {
            if let Event::Joined { name, .. } = &joined.event {
                say("still-on", &[channel(name)]);
            }
        }
        Reply::Topic { channel: name, topic: Some(it) } => topic(speech, name, it, out),
        Reply::Topic { channel: name, topic: None } => say("topic-none", &[channel(name)]),
        Reply::EntryMessage { channel: name, message } => {
            say("entry-message", &[channel(name), ("message", message.as_str().into())]);
        }
        Reply::Names(names) => lists::names(speech, names, out),
        Reply::List { channels, more } => {
            lists::channels(speech, channels, out);
            if *more {
                speech.say(out, "list-more", &[]);
            }
        }
        // Asked for by programs of IRC.
        // Or told by the event.
        Reply::Metadata(_)
        | Reply::Renamed { .. }
        | Reply::Info
        | Reply::Admin(_)
        | Reply::Links { .. }
        | Reply::Stats { .. } => {}
        Reply::Silences(masks) => {
            lists::counted(speech, "silences", masks.iter().map(|mask| mask.as_str()), out);
        }
        Reply::Accepted(nicks) => {
            lists::counted(speech, "accepted", nicks.iter().map(|nick| nick.as_str()), out);
        }
        Reply::Knocked(name) => say("knocked", &[channel(name)]),
        Reply::Invitations(names) => {
            lists::counted(speech, "invitations", names.iter().map(ChannelName::bare), out);
        }
        Reply::Modes { channel: name, modes, .. } => match mode_string(modes) {
            None => say("modes-none", &[channel(name)]),
            Some(modes) => say("modes", &[channel(name), ("modes", modes.into())]),
        },
        Reply::MaskList { channel, list, entries } => lists::masks(speech, channel, *list, entries, out),
        Reply::UserModes { flags, .. } => say("user-modes", &[("modes", user_modes(flags).into())]),
        Reply::Inviting { nick, channel: name } => {
            say("inviting", &[("nick", nick.as_str().into()), channel(name)]);
        }
        Reply::Away { nick, message } => {
            say("away-answer", &[("nick", nick.as_str().into()), ("message", message.as_str().into())]);
        }
        Reply::NowAway => say("now-away", &[]),
        Reply::NoLongerAway => say("now-back", &[]),
        Reply::Whois(whois) => people::whois(speech, whois, out),
        Reply::Whowas { nick, was } => people::whowas(speech, nick, was, out),
        Reply::Who { mask, rows, .. } => people::who(speech, mask, rows, out),
        Reply::Userhost(rows) => people::userhost(speech, rows, out),
        Reply::Ison(nicks) => {
            lists::counted(speech, "ison", nicks.iter().map(|nick| nick.as_str()), out);
        }
        Reply::Monitoring { online, offline } => people::monitoring(speech, online, offline, out),
        Reply::MonitorList(nicks) => {
            lists::counted(speech, "monitor-list", nicks.iter().map(|nick| nick.as_str()), out);
        }
        Reply::Lusers(lusers) => {
            say("lusers", &[("users", lusers.users.into()), ("channels", lusers.channels.into())]);
        }
        Reply::Motd(lines) if lines.is_empty() => say("motd-none", &[]),
        Reply::Motd(lines) => motd(speech, lines, out),
        Reply::Version => say("version", &[("version", env!("CARGO_PKG_VERSION").into())]),
        Reply::Time(now) => say("time", &[("time", when::minute(*now).into())]),
        Reply::History { channel, asked, messages } => {
            lists::history(speech, channel, *asked, messages, out);
        }
        Reply::EventLog(events) => lists::event_log(speech, events, out),
        Reply::Oper(reply) => opers::word(speech, reply, out),
        Reply::AuditTrail(acts) => lists::audit_trail(speech, acts, out),
        Reply::AccountRegistered(account) => {
            say("account-registered", &[("account", account.as_str().into())]);
        }
        Reply::LoggedIn { account, .. } => say("logged-in", &[("account", account.as_str().into())]),
        Reply::Missed { target, messages } => lists::missed(speech, target, messages, out),
        Reply::Clients(clients) => lists::clients(speech, clients, out),
        Reply::AccountSettings(settings) => {
            for (setting, is_on) in settings {
                let id = if *is_on { "setting-on" } else { "setting-off" };
                say(id, &[("setting", setting.name().into())]);
            }
        }
        Reply::Claimed => say("claimed", &[]),
        Reply::CodeMade { expires } => say("code-made", &[("time", when::minute(*expires).into())]),
        Reply::RoleChanged { account, role } => {
            say("role-changed", &[("account", account.as_str().into()), role_of(speech, *role)]);
        }
        Reply::NowOper => say("now-oper", &[]),
        Reply::Notices(notices) if notices.is_empty() => say("notices-none", &[]),
        Reply::Notices(notices) => say("notices", &[("letters", notices.to_string().into())]),
        Reply::ServerNotice(words) => say("server-notice", &[("words", words.as_ref().into())]),
        Reply::AlertSent => say("alert-sent", &[]),
        Reply::LanguageChanged(_) => say("language", &[]),
        Reply::Help(None) => help::all(speech, out),
        Reply::Help(Some(command)) => help::one(speech, command, out),
        Reply::Imported { channels } => say("imported", &[("count", (*channels).into())]),
        // The event said it, to who asked as well.
        Reply::Unbanned { .. } => {}
        Reply::Account(answer) => accounts::word(speech, answer, out),
        Reply::Channel(answer) => channels::word(speech, answer, out),
        // No slash command asks for them.
        Reply::Excerpt { .. }
        | Reply::Played { .. }
        | Reply::Playable { .. }
        | Reply::Conversations(_)
        | Reply::Marked(_)
        | Reply::Persistence(_)
        | Reply::PersistenceNow(_) => {}
        // Said when nothing else was: see the session's `end`.
        Reply::Done => {}
    }
}

fn topic(speech: &Speech, name: &ChannelName, topic: &Topic, out: &mut Vec<u8>) {
    speech.say(out, "topic", &[channel(name), ("topic", topic.text.as_str().into())]);
    let by = [("nick", topic.by.as_str().into()), ("time", when::minute(topic.at).into())];
    speech.row(out, "topic-by", &by);
}

fn motd(speech: &Speech, lines: &[String], out: &mut Vec<u8>) {
    speech.say(out, "motd", &[]);
    for line in lines {
        row(out, line);
    }
}

/// `+nt +k key +l 20`; nothing for no modes.
fn mode_string(modes: &ChannelModes) -> Option<String> {
    let letters: String = modes.flags.iter().copied().map(Flag::letter).collect();
    let flags = (!letters.is_empty()).then(|| format!("+{letters}"));
    let key = modes.key.as_ref().map(|key| format!("+k {key}").trim_end().to_owned());
    let limit = modes.limit.map(|limit| format!("+l {limit}"));
    let others = modes.others.iter().map(events::mode_letters);
    let all: Vec<_> = [flags, key, limit].into_iter().flatten().chain(others).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn user_modes(flags: &[UserFlag]) -> String {
    let letters: String = flags.iter().copied().map(UserFlag::letter).collect();
    format!("+{letters}")
}

fn channel(name: &ChannelName) -> Arg<'_> {
    ("channel", name.bare().into())
}

fn role_of<'a>(speech: &Speech, role: Role) -> Arg<'a> {
    let id = match role {
        Role::Member => "role-member",
        Role::Moderator => "role-moderator",
        Role::Administrator => "role-administrator",
    };
    ("role", speech.words(id, &[]).into())
}
