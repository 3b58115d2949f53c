//! What happens in conversations besides words, and is kept with them: who came and went, and what was changed.
//! Spec: <https://ircv3.net/specs/extensions/chathistory#event-playback>

use crate::conversation::{Conversation, Side};
use crate::event::{Event, Source, Target};
use crate::modes::{Key, ModeChange};
use crate::names::ChannelName;

/// What stands for a channel's key: who reads history was not told it.
const NO_KEY: &str = "*";

/// Where something happened that is no message and is kept with what was said there.
pub fn places(event: &Event) -> Vec<Conversation> {
    let channel = |name: &ChannelName| Conversation::Channel(name.key());
    match event {
        Event::Joined { name, .. }
        | Event::Parted { name, .. }
        | Event::Kicked { name, .. }
        | Event::TopicChanged { name, .. }
        | Event::ModesChanged { name, .. }
        | Event::ModesSet { name, .. } => vec![channel(name)],
        Event::Quit { channels, .. } | Event::NickChanged { channels, .. } => {
            channels.iter().flatten().map(channel).collect()
        }
        Event::Redacted { by, to, .. } => match to {
            Target::Channel { name, .. } => vec![channel(name)],
            Target::User { id, account, .. } => {
                vec![Conversation::private(Side::of(by), Side::new(*id, account.as_ref()))]
            }
            Target::Statuses { .. } => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What is kept of it: nothing of other channels, no key, and nothing that was only shown beside it.
#[must_use]
pub fn kept(mut event: Event) -> Event {
    match &mut event {
        Event::Quit { channels, .. } | Event::NickChanged { channels, .. } => *channels = None,
        Event::Joined { away, .. } => *away = None,
        Event::ModesChanged { changes, .. } | Event::ModesSet { changes, .. } => {
            for change in changes {
                if let ModeChange::Key { key: Some(key) } = change {
                    *key = Key::new(NO_KEY).expect("it is a key");
                }
            }
        }
        _ => {}
    }
    event
}

/// Who did it, and to whom.
pub fn people(event: &Event) -> (Option<&Source>, Option<&Source>) {
    let target = match event {
        Event::Kicked { target, .. } => Some(target),
        _ => None,
    };
    (event.by(), target)
}

/// The same to change: their accounts may be called something else by now.
pub fn people_mut(event: &mut Event) -> (Option<&mut Source>, Option<&mut Source>) {
    match event {
        Event::Kicked { by, target, .. } => (Some(by), Some(target)),
        Event::Joined { by, .. }
        | Event::Parted { by, .. }
        | Event::Quit { by, .. }
        | Event::NickChanged { by, .. }
        | Event::TopicChanged { by, .. }
        | Event::ModesChanged { by, .. }
        | Event::Redacted { by, .. } => (Some(by), None),
        _ => (None, None),
    }
}

/// To look at and to change are the same events.
macro_rules! channel_of {
    ($event:expr) => {
        match $event {
            Event::Said { to: Target::Channel { name, .. }, .. }
            | Event::Tagged { to: Target::Channel { name, .. }, .. }
            | Event::Redacted { to: Target::Channel { name, .. }, .. }
            | Event::Joined { name, .. }
            | Event::Parted { name, .. }
            | Event::Kicked { name, .. }
            | Event::TopicChanged { name, .. }
            | Event::ModesChanged { name, .. }
            | Event::ModesSet { name, .. } => Some(name),
            _ => None,
        }
    };
}

/// The channel that a message, or what else happened, names.
pub fn channel(event: &Event) -> Option<&ChannelName> {
    channel_of!(event)
}

/// The same to change: it may be called something else by now.
pub fn channel_mut(event: &mut Event) -> Option<&mut ChannelName> {
    channel_of!(event)
}
