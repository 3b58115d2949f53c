//! Answers about registered channels.

use colvert_core::modes::Status;
use colvert_core::registered::ChannelSetting;
use colvert_core::reply::{ChannelAnswer, ChannelInfo};

use super::channel;
use crate::events::mode_letters;
use crate::speech::{Arg, Speech, row};
use crate::when;

/// Words an answer of `/channel`.
pub fn word(speech: &Speech, answer: &ChannelAnswer, out: &mut Vec<u8>) {
    match answer {
        ChannelAnswer::Info(it) => info(speech, it, out),
        ChannelAnswer::Registered { channel: name, founder } => {
            speech.say(out, "channel-registered", &[channel(name), ("account", founder.as_str().into())]);
        }
        ChannelAnswer::Unregistered(name) => speech.say(out, "channel-unregistered", &[channel(name)]),
        ChannelAnswer::Offered { channel: name, to: Some(to) } => {
            speech.say(out, "channel-offered", &[channel(name), ("account", to.as_str().into())]);
        }
        ChannelAnswer::Offered { channel: name, to: None } => {
            speech.say(out, "channel-not-offered", &[channel(name)]);
        }
        ChannelAnswer::Transferred { channel: name, founder } => {
            speech.say(out, "channel-transferred", &[channel(name), ("account", founder.as_str().into())]);
        }
        ChannelAnswer::AccessChanged { channel: name, account, status } => {
            let args = [channel(name), ("account", account.as_str().into()), called(speech, *status)];
            speech.say(out, "access-changed", &args);
        }
        ChannelAnswer::Set { channel: name, setting } => {
            let (id, value) = decided(setting);
            let words = speech.words(id, &[("value", value.into())]);
            speech.say(out, "channel-set", &[channel(name), ("words", words.into())]);
        }
        ChannelAnswer::AccessList { channel: name, entries } => {
            speech.say(out, "access-list", &[channel(name), ("count", entries.len().into())]);
            for (account, status) in entries {
                speech.row(
                    out,
                    "access-row",
                    &[("account", account.as_str().into()), called(speech, *status)],
                );
            }
        }
        ChannelAnswer::Mine(channels) => {
            speech.say(out, "channels-mine", &[("count", channels.len().into())]);
            for (name, status) in channels {
                let args = [("account", name.bare().into()), called(speech, *status)];
                speech.row(out, "access-row", &args);
            }
        }
        ChannelAnswer::Cleared { channel: name, what, count } => {
            let args = [channel(name), ("what", what.as_str().into()), ("count", (*count).into())];
            speech.say(out, "channel-cleared", &args);
        }
        ChannelAnswer::Purged(name) => speech.say(out, "channel-purged-now", &[channel(name)]),
        ChannelAnswer::Unpurged(name) => speech.say(out, "channel-unpurged", &[channel(name)]),
        ChannelAnswer::PurgeList(list) => {
            speech.say(out, "purge-list", &[("count", list.len().into())]);
            for (name, at, reason) in list {
                let reason = reason.as_ref().map_or("", |reason| reason.as_str());
                row(out, format!("{} {} {reason}", name.bare(), when::minute(*at)).trim_end());
            }
        }
    }
}

fn info(speech: &Speech, info: &ChannelInfo, out: &mut Vec<u8>) {
    let ChannelInfo { channel: name, created, founder, standing, settings } = info;
    speech.say(out, "channel-info", &[channel(name), ("time", when::minute(*created).into())]);
    match founder {
        None => speech.row(out, "channel-info-free", &[]),
        Some((founder, since)) => {
            let args = [("account", founder.as_str().into()), ("time", when::minute(*since).into())];
            speech.row(out, "channel-info-founder", &args);
        }
    }
    if *standing != Status::NONE {
        speech.row(out, "channel-info-you", &[called(speech, *standing)]);
    }
    for setting in settings {
        let (id, value) = decided(setting);
        let words = speech.words(id, &[("value", value.into())]);
        speech.row(out, "channel-info-set", &[("words", words.into())]);
    }
}

/// What is decided for a channel: the words for it, and what they are about.
fn decided(setting: &ChannelSetting) -> (&'static str, String) {
    match setting {
        ChannelSetting::Lock(lock) if lock.is_empty() => ("set-mlock-none", String::new()),
        ChannelSetting::Lock(lock) => {
            ("set-mlock", lock.iter().map(mode_letters).collect::<Vec<_>>().join(", "))
        }
        ChannelSetting::EntryMessage(None) => ("set-entrymsg-none", String::new()),
        ChannelSetting::EntryMessage(Some(message)) => ("set-entrymsg", message.as_str().to_owned()),
        ChannelSetting::TopicLock(true) => ("set-topiclock-on", String::new()),
        ChannelSetting::TopicLock(false) => ("set-topiclock-off", String::new()),
    }
}

/// What a status is called.
fn called<'a>(speech: &Speech, status: Status) -> Arg<'a> {
    let id = match status {
        Status::OWNER => "status-owner",
        Status::ADMIN => "status-admin",
        Status::OP => "status-op",
        Status::HALFOP => "status-halfop",
        Status::VOICE => "status-voice",
        _ => "status-none",
    };
    ("status", speech.words(id, &[]).into())
}
