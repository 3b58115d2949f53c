//! Who is shown an event, and how an event moves people in and out of channels, for gateways: both follow
//! from the event alone.

use crate::event::{Event, Target};
use crate::ids::{ChannelId, UserId};
use crate::modes::{Flag, ModeChange, Status};
use crate::state::State;

/// A set of people, that a gateway expands to its own sessions, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    Nobody,
    /// All members of a channel.
    Channel(ChannelId),
    /// Members of a channel who may see this member of it, and the member.
    Seeing(ChannelId, UserId),
    /// The same, and the second of these people.
    SeeingAnd(ChannelId, UserId, UserId),
    /// Members with a status at or above this one.
    ChannelAtLeast(ChannelId, Status),
    /// The same, and this person.
    ChannelAtLeastAnd(ChannelId, Status, UserId),
    /// Everybody who shares a channel with the user and may see them there, and the user.
    PeersAndSelf(UserId),
    /// Everybody who shares a channel with the user and may see them there.
    Peers(UserId),
    User(UserId),
    /// Two who are not the same: what one says to the other.
    Pair(UserId, UserId),
    Users(Vec<UserId>),
    Everybody,
}

/// A change of a gateway's index of who is where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    Join {
        user: UserId,
        channel: ChannelId,
        status: Status,
    },
    Leave {
        user: UserId,
        channel: ChannelId,
    },
    LeaveAll {
        user: UserId,
    },
    Status {
        user: UserId,
        channel: ChannelId,
        on: bool,
        status: Status,
    },
    /// From now on who has no status in it is shown to those who have one, or to all.
    Auditorium {
        channel: ChannelId,
        on: bool,
    },
}

fn of_change(channel: ChannelId, change: &ModeChange) -> Option<Movement> {
    match change {
        ModeChange::Status { on, status, user, .. } => {
            Some(Movement::Status { user: *user, channel, on: *on, status: *status })
        }
        ModeChange::Flag { on, flag: Flag::Auditorium } => Some(Movement::Auditorium { channel, on: *on }),
        _ => None,
    }
}

/// Who is shown an event. A gateway expands it *before* a leaving and *after* a joining.
pub fn audience(event: &Event) -> Audience {
    match event {
        Event::Joined { by, channel, .. } | Event::Parted { by, channel, .. } => {
            Audience::Seeing(*channel, by.id)
        }
        Event::Kicked { target, channel, .. } => Audience::Seeing(*channel, target.id),
        Event::TopicChanged { channel, .. }
        | Event::ChannelRenamed { channel, .. }
        | Event::ModesSet { channel, .. }
        | Event::ModesChanged { channel, .. } => Audience::Channel(*channel),
        Event::Quit { by, .. } => Audience::Peers(by.id),
        Event::NickChanged { by, .. }
        | Event::AwayChanged { by, .. }
        | Event::RealnameChanged { by, .. }
        | Event::HostChanged { by, .. }
        | Event::LoggedIn { by, .. }
        | Event::LoggedOut { by } => Audience::PeersAndSelf(by.id),
        Event::UserModeChanged { by, .. } | Event::Silenced { by, .. } => Audience::User(by.id),
        Event::Invited { by, channel, target, .. } => Audience::SeeingAnd(*channel, by.id, target.id),
        Event::Said { by, to, .. } | Event::Tagged { by, to, .. } | Event::Redacted { by, to, .. } => {
            match to {
                Target::Channel { id, .. } => Audience::Channel(*id),
                Target::Statuses { id, least, .. } => Audience::ChannelAtLeastAnd(*id, *least, by.id),
                Target::User { id, .. } if *id == by.id => Audience::User(by.id),
                Target::User { id, .. } => Audience::Pair(*id, by.id),
            }
        }
        Event::Knocked { channel, .. } => Audience::ChannelAtLeast(*channel, Status::OP),
        Event::Called { target, .. } => Audience::User(target.id),
        Event::OpersTold { to, .. } => Audience::Users(to.clone()),
        Event::ChannelOffered { told: Some(told), .. } => Audience::User(told.id),
        Event::AccountSet { told: Some(told), .. } => Audience::Users(told.to.clone()),
        Event::Alerted { .. } => Audience::Everybody,
        Event::Killed { target, .. } => Audience::User(target.id),
        Event::Started { .. }
        | Event::Connected { .. }
        | Event::AccountRegistered { .. }
        | Event::AccountSet { told: None, .. }
        | Event::ClientCame { .. }
        | Event::ClientLeft { .. }
        | Event::BecameAbsent { .. }
        | Event::Returned { .. }
        | Event::RoleChanged { .. }
        | Event::ClaimCodeMade { .. }
        | Event::PasswordChanged { .. }
        | Event::AccountSuspended { .. }
        | Event::AccountRenamed { .. }
        | Event::AccountDeleted { .. }
        | Event::ResetCodeMade { .. }
        | Event::RegistrationBegun(_)
        | Event::RegistrationDropped { .. }
        | Event::AddressGiven { .. }
        | Event::AddressChanged { .. }
        | Event::ResetAsked { .. }
        | Event::CertificateChanged { .. }
        | Event::IdentityChanged { .. }
        | Event::DeviceChanged { .. }
        | Event::ScramVerifierMade { .. }
        | Event::PasswordHashedAnew { .. }
        | Event::Claimed { .. }
        | Event::ChannelCreated { .. }
        | Event::ChannelDropped { .. }
        | Event::ChannelRegistered { .. }
        | Event::ChannelUnregistered { .. }
        | Event::ChannelOffered { told: None, .. }
        | Event::ChannelTransferred { .. }
        | Event::AccessChanged { .. }
        | Event::ChannelSet { .. }
        | Event::ChannelPurged { .. }
        | Event::ChannelUnpurged { .. }
        | Event::KeepEnded { .. }
        | Event::Acted(_)
        | Event::Opered { .. }
        | Event::ServerBanned(_)
        | Event::ServerUnbanned(_)
        | Event::DefconChanged { .. }
        // Who asked for it is told by the engine.
        | Event::MetadataChanged { .. }
        | Event::Accepted { .. } => Audience::Nobody,
        // It is nobody else's. Spec: <https://ircv3.net/specs/extensions/read-marker#security-considerations>
        Event::ReadMarkerMoved { moved, .. } => moved.as_ref().map_or(Audience::Nobody, |moved| {
            let others = moved.others.iter().flatten().copied();
            match others.collect::<Vec<_>>() {
                none if none.is_empty() => Audience::User(moved.by),
                others => Audience::Users([moved.by].into_iter().chain(others).collect()),
            }
        }),
    }
}

/// The movements that make an empty index know who is where.
pub fn standing(state: &State) -> Vec<Movement> {
    let mut movements = Vec::new();
    for channel in state.channels.values() {
        let id = channel.id;
        let there = channel.members.iter();
        movements.extend(there.map(|(user, status)| Movement::Join {
            user: *user,
            channel: id,
            status: *status,
        }));
        if channel.has(Flag::Auditorium) {
            movements.push(Movement::Auditorium { channel: id, on: true });
        }
    }
    movements
}

/// The movements that an event means.
pub fn movements(event: &Event) -> Vec<Movement> {
    match event {
        Event::Joined { by, channel, status, .. } => {
            vec![Movement::Join { user: by.id, channel: *channel, status: *status }]
        }
        Event::Parted { by, channel, .. } => vec![Movement::Leave { user: by.id, channel: *channel }],
        Event::Kicked { target, channel, .. } => vec![Movement::Leave { user: target.id, channel: *channel }],
        Event::Quit { by, .. } => vec![Movement::LeaveAll { user: by.id }],
        Event::ModesChanged { channel, changes, .. } | Event::ModesSet { channel, changes, .. } => {
            changes.iter().filter_map(|change| of_change(*channel, change)).collect()
        }
        Event::ChannelDropped { id, .. } => vec![Movement::Auditorium { channel: *id, on: false }],
        _ => Vec::new(),
    }
}
