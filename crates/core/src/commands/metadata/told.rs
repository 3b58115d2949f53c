//! What of metadata is told without being asked for each time: to who joins, who monitors, who asks for keys.
//! Spec: <https://ircv3.net/specs/extensions/metadata#notifications>

use compact_str::CompactString;

use crate::command::Context;
use crate::event::{Event, Source, Target};
use crate::ids::{ChannelId, SessionId, UserId};
use crate::local::{LocalChange, MetadataChange};
use crate::metadata::{self, MetadataAnswer, MetadataKey, MetadataValue};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::beyond;
use crate::state::{Channel, User};

/// Values after which a part of a long answer ends.
const VALUES_AT_A_TIME: usize = 1_000;

/// One value: whose, of what, and what it is.
pub type Told = (CompactString, MetadataKey, MetadataValue);

/// What a session asked to be told of somebody.
pub fn of_user<'a>(
    cx: &'a Context<'_>,
    session: SessionId,
    user: &'a User,
) -> impl Iterator<Item = Told> + use<'a> {
    let name: CompactString = user.source.nick.as_str().into();
    picked(name, cx.state.metadata_of(user), cx.local.metadata().keys(session))
}

/// The values of some keys.
pub fn picked<'a>(
    name: CompactString,
    metadata: &'a metadata::Metadata,
    keys: impl Iterator<Item = &'a MetadataKey>,
) -> impl Iterator<Item = Told> {
    keys.filter_map(move |key| Some((name.clone(), key.clone(), metadata.get(key)?.clone())))
}

/// A question for all that a session asked to be told of a channel and of who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncAsked {
    pub channel: ChannelId,
    /// What it was called when it was asked about.
    pub name: CompactString,
    /// The last member that was looked at.
    pub after: Option<UserId>,
}

/// The next `max` members' part of the answer, and what is left. It is less where there are many values: what is told at once has to fit
/// what may wait for a reader. Each part is a batch of its own.
/// Spec: <https://ircv3.net/specs/extensions/metadata#metadata-sync>
pub fn slice(cx: &Context<'_>, asked: &SyncAsked, max: usize) -> (Option<MetadataAnswer>, Option<SyncAsked>) {
    let is_first = asked.after.is_none();
    let told = |entries: Vec<Told>| {
        let some = is_first || !entries.is_empty();
        some.then(|| MetadataAnswer::Synced { target: asked.name.clone(), entries })
    };
    let (Ok((session, _)), Ok(me)) = (cx.session(), cx.me()) else { return (None, None) };
    // It may have gone since the last slice, or be one that the asker may not read any more.
    let channel = cx.state.channel(asked.channel);
    let Some(channel) = channel.filter(|channel| policy::can_read_metadata(cx, me, channel)) else {
        return (told(Vec::new()), None);
    };
    let keys: Vec<_> = cx.local.metadata().keys(session).cloned().collect();
    let own = is_first.then(|| picked(channel.name.as_str().into(), &channel.metadata, keys.iter()));
    let mut entries: Vec<_> = own.into_iter().flatten().collect();
    if keys.is_empty() {
        return (told(entries), None);
    }
    let mut waiting = channel.members.range(beyond(asked.after));
    let mut last = None;
    for (id, _) in waiting.by_ref().take(max) {
        last = Some(*id);
        let user = cx.state.user(*id).filter(|user| policy::can_see_member(Some(me), channel, user));
        let theirs = user
            .map(|user| picked(user.source.nick.as_str().into(), cx.state.metadata_of(user), keys.iter()));
        entries.extend(theirs.into_iter().flatten());
        if entries.len() >= VALUES_AT_A_TIME {
            break;
        }
    }
    let rest = waiting.next().is_some().then(|| SyncAsked { after: last, ..asked.clone() });
    (told(entries), rest)
}

/// How much is told at once, and how many people are looked at for it: nobody else waits meanwhile.
pub struct Room {
    pub values: usize,
    pub people: usize,
}

impl Room {
    pub fn of(cx: &Context<'_>) -> Self {
        let limits = &cx.settings.limits;
        Self { values: limits.metadata_at_once, people: limits.slice_people }
    }

    /// What somebody may know of a channel and of who is there. Nothing: it is too much for what room there is, and is to be asked for.
    pub fn take(
        &mut self,
        cx: &Context<'_>,
        me: &User,
        channel: &Channel,
        keys: &[MetadataKey],
    ) -> Option<Vec<Told>> {
        if keys.is_empty() {
            return Some(Vec::new());
        }
        // They are looked at also where what they say is too much.
        self.people = self.people.checked_sub(channel.members.len())?;
        let own = picked(channel.name.as_str().into(), &channel.metadata, keys.iter());
        let members = channel.members.keys().filter_map(|id| cx.state.user(*id));
        let seen = members.filter(|user| policy::can_see_member(Some(me), channel, user));
        let theirs = seen.flat_map(|user| {
            picked(user.source.nick.as_str().into(), cx.state.metadata_of(user), keys.iter())
        });
        let told: Vec<_> = own.chain(theirs).take(self.values.saturating_add(1)).collect();
        self.values = self.values.checked_sub(told.len())?;
        Some(told)
    }
}

/// What who joins a channel is told of it, if they asked for a key; of many values, or a crowd, only that they are to be asked for.
/// Spec: <https://ircv3.net/specs/extensions/metadata#postponed-synchronization>
/// Departs: who asked for no key is not told that there is nothing for them, because all who join would read that.
pub fn on_join(cx: &Context<'_>, channel: &Channel) -> Option<MetadataAnswer> {
    let (session, _) = cx.session().ok()?;
    let keys: Vec<_> = cx.local.metadata().keys(session).cloned().collect();
    if keys.is_empty() {
        return None;
    }
    let target: CompactString = channel.name.as_str().into();
    Some(match Room::of(cx).take(cx, cx.me().ok()?, channel, &keys) {
        Some(entries) => MetadataAnswer::Synced { target, entries },
        None => MetadataAnswer::Later(target),
    })
}

/// What somebody asked to be told of who they monitor from now on.
/// Spec: <https://ircv3.net/specs/extensions/metadata#notifications>
pub fn on_monitor(cx: &Context<'_>, session: SessionId, user: &User) -> Option<MetadataAnswer> {
    let entries: Vec<_> = of_user(cx, session, user).collect();
    cx.local
        .metadata()
        .keys(session)
        .next()
        .is_some()
        .then(|| MetadataAnswer::Synced { target: user.source.nick.as_str().into(), entries })
}

/// What somebody said of themselves before there was a presence, now that there is one; their account may have
/// the room for some of it only.
pub fn early(cx: &Context<'_>, by: &Source) -> Result<(Vec<Event>, Option<LocalChange>), Refusal> {
    let (session, _) = cx.session()?;
    let early = cx.local.metadata().early(session);
    let known = cx.state.account_of(by).map(|account| &account.metadata);
    let mut room = cx.settings.limits.metadata_keys.saturating_sub(known.map_or(0, |known| known.len()));
    let mut events = Vec::new();
    for (key, value) in early {
        let is_new = !known.is_some_and(|known| known.contains_key(key));
        if is_new && room == 0 {
            continue;
        }
        room -= usize::from(is_new);
        let (key, value) = (key.clone(), Some(value.clone()));
        events.push(Event::MetadataChanged { by: by.clone(), to: Target::person(by), key, value });
    }
    let forgotten = (!early.is_empty()).then_some(LocalChange::Metadata(MetadataChange::Begun));
    Ok((events, forgotten))
}
