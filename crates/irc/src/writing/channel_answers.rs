//! Answers about registered channels. They have no numerics, so that they are notes.

use colvert_core::modes::Status;
use colvert_core::registered::ChannelSetting;
use colvert_core::reply::{ChannelAnswer, ChannelInfo};

use super::{Answer, modes, time};

impl Answer<'_> {
    pub(super) fn channel_answer(&mut self, verb: &str, answer: &ChannelAnswer) {
        match answer {
            ChannelAnswer::Info(info) => self.channel_info(verb, info),
            ChannelAnswer::Registered { channel, founder } => {
                self.note(verb, "REGISTERED", &format!("{channel} is registered. It belongs to {founder}."));
            }
            ChannelAnswer::Unregistered(channel) => {
                self.note(verb, "UNREGISTERED", &format!("{channel} is not registered any more."));
            }
            ChannelAnswer::Offered { channel, to: Some(to) } => {
                self.note(verb, "OFFERED", &format!("{channel} is offered to {to}."));
            }
            ChannelAnswer::Offered { channel, to: None } => {
                self.note(verb, "OFFERED", &format!("{channel} is offered to nobody."));
            }
            ChannelAnswer::Transferred { channel, founder } => {
                self.note(verb, "TRANSFERRED", &format!("{channel} belongs to {founder} now."));
            }
            ChannelAnswer::AccessChanged { channel, account, status } => {
                let text = format!("On {channel}, {account} is {} now.", called(*status));
                self.note(verb, "ACCESS", &text);
            }
            ChannelAnswer::Set { channel, setting } => {
                self.note(verb, "SET", &format!("On {channel}, {}", decided(setting)));
            }
            ChannelAnswer::AccessList { channel, entries } => {
                self.note(verb, "ACCESS", &format!("Access to {channel}: {}", entries.len()));
                for (account, status) in entries {
                    self.note(verb, "ACCESS", &format!("{account}: {}", called(*status)));
                }
            }
            ChannelAnswer::Mine(channels) => {
                self.note(verb, "MINE", &format!("Channels of yours: {}", channels.len()));
                for (channel, status) in channels {
                    self.note(verb, "MINE", &format!("{channel}: {}", called(*status)));
                }
            }
            ChannelAnswer::Cleared { channel, what, count } => {
                self.note(verb, "CLEARED", &format!("Cleared on {channel}: {what} ({count})."));
            }
            ChannelAnswer::Purged(channel) => self.note(verb, "PURGED", &format!("{channel} is closed.")),
            ChannelAnswer::Unpurged(channel) => {
                self.note(verb, "UNPURGED", &format!("{channel} may be made again."));
            }
            ChannelAnswer::PurgeList(list) => {
                self.note(verb, "PURGED", &format!("Closed channels: {}", list.len()));
                for (channel, at, reason) in list {
                    let reason = reason.as_ref().map_or("", |reason| reason.as_str());
                    let text = format!("{channel} {} {reason}", time::readable(*at));
                    self.note(verb, "PURGED", text.trim_end());
                }
            }
        }
    }

    fn channel_info(&mut self, verb: &str, info: &ChannelInfo) {
        let ChannelInfo { channel, created, founder, standing, settings } = info;
        let made = time::readable(*created);
        match founder {
            None => self.note(verb, "INFO", &format!("{channel} was made on {made}. It is not registered.")),
            Some((founder, since)) => {
                let since = time::readable(*since);
                let text = format!("{channel} was made on {made}. It belongs to {founder} since {since}.");
                self.note(verb, "INFO", &text);
            }
        }
        if *standing != Status::NONE {
            self.note(verb, "INFO", &format!("You are {} there.", called(*standing)));
        }
        for setting in settings {
            self.note(verb, "INFO", &format!("There, {}", decided(setting)));
        }
    }
}

/// What is decided for a channel.
fn decided(setting: &ChannelSetting) -> String {
    match setting {
        ChannelSetting::Lock(lock) if lock.is_empty() => "no mode is locked".to_owned(),
        ChannelSetting::Lock(lock) => {
            let lines = modes::changed(lock, usize::MAX).into_iter();
            let words = lines.flat_map(|(letters, params)| std::iter::once(letters).chain(params));
            format!("these modes are locked: {}", words.collect::<Vec<_>>().join(" "))
        }
        ChannelSetting::EntryMessage(None) => "who joins is told nothing".to_owned(),
        ChannelSetting::EntryMessage(Some(message)) => format!("who joins is told: {}", message.as_str()),
        ChannelSetting::TopicLock(true) => "only the access list changes the topic".to_owned(),
        ChannelSetting::TopicLock(false) => "the topic is not locked".to_owned(),
    }
}

/// What a status is called.
fn called(status: Status) -> &'static str {
    match status {
        Status::OWNER => "an owner",
        Status::ADMIN => "an administrator",
        Status::OP => "an operator",
        Status::HALFOP => "a half-operator",
        Status::VOICE => "a member with voice",
        _ => "a member like others",
    }
}
