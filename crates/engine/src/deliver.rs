//! What follows from a fact for the sessions of this process: who is shown it, and what the engine learns.

use std::sync::Arc;

use colvert_core::audience::{Audience, audience};
use colvert_core::event::{Event, Record, Source, Target};
use colvert_core::ids::{ChannelId, Millis, SessionId, UserId};
use colvert_core::local::{LocalChange, Whowas};
use colvert_core::metadata::MetadataKey;
use colvert_core::names::{Nick, NickKey};
use colvert_core::notices::Addresses;
use colvert_core::reply::Reply;
use colvert_core::server_bans::BanTarget;
use colvert_core::session::{Delivery, Output};
use colvert_core::{notices, policy};

use crate::engine::Engine;
use crate::held::Parcel;

impl Engine {
    /// What must be known of the state before a fact changes it.
    pub(crate) fn before(&mut self, record: &Record) {
        let gone = match &record.event {
            Event::Quit { by, .. } => Some(by),
            Event::NickChanged { by, nick, .. } => Some(by).filter(|by| is_another(nick, by)),
            _ => None,
        };
        if let Some(by) = gone {
            self.remember(by, record.time);
            self.tell_monitors(by, false);
        }
    }

    /// What a fact means, now that it is in the state.
    pub(crate) fn after(&mut self, origin: Option<SessionId>, delivery: Arc<Delivery>) {
        let record = &delivery.record;
        match &record.event {
            Event::Connected { by, .. } => self.came(record, by),
            Event::NickChanged { by, nick, .. } if is_another(nick, by) => {
                self.came(record, &by.but(|who| who.nick = nick.clone()));
            }
            Event::Said { .. } => {
                if let Some(session) = origin {
                    self.local.spoke(session, record.time);
                }
            }
            Event::MetadataChanged { to, key, .. } => self.tell_subscribers(origin, record, to, key),
            Event::Kicked { target, channel, .. } => self.leave_current(target.id, *channel),
            Event::Parted { by, channel, .. } => self.leave_current(by.id, *channel),
            Event::ServerBanned(ban) if matches!(ban.target, BanTarget::Net(_)) => self.keep_out(),
            Event::ServerUnbanned(BanTarget::Net(_)) => self.keep_out(),
            Event::AccountDeleted { account, anonymous: true, .. } => self.local.forget(account),
            _ => {}
        }
        self.tell_operators(origin, record);
        if delivery.audience == Audience::Nobody {
            return;
        }
        self.hold(Parcel::All(delivery.clone()));
        if let Event::Joined { by, .. } = &record.event {
            self.describe_to_others(record, by);
        }
        if let Some(who) = is_watched(&record.event) {
            self.tell_watchers(who, &delivery);
        }
    }

    /// Tells the gateways whom they let in no more. What one of them knows all know.
    pub(crate) fn keep_out(&mut self) {
        let nets = Arc::new(self.state.server_bans.kept_out());
        self.hold(Parcel::Gateway(0, Output::KeepOut(nets)));
    }

    /// Tells those of a fact who read notices about such, and have the right to.
    fn tell_operators(&mut self, origin: Option<SessionId>, record: &Record) {
        let readers: Vec<_> = self.local.readers_of_notices().collect();
        if readers.is_empty() {
            return;
        }
        let info = origin.and_then(|origin| self.local.get(origin)).map(|session| &session.info);
        let address = info.and_then(|info| info.address).map(|address| address.to_string());
        let Some((about, words)) = notices::of(record, Addresses::Shown(address.as_deref())) else { return };
        for (session, _) in readers.into_iter().filter(|(_, chosen)| chosen.contains(about)) {
            let user = self.local.get(session).and_then(|session| self.state.user(session.user?));
            let user = user.filter(|user| policy::reads_notices(&self.state, &self.settings, user));
            let Some(user) = user else { continue };
            let words = match policy::reads_addresses(&self.state, &self.settings, user) {
                true => Some(words.clone()),
                false => notices::of(record, Addresses::Hidden).map(|(_, words)| words),
            };
            let reply = Box::new(Reply::ServerNotice(words.unwrap_or_default().into()));
            self.tell(session, Output::Aside { session, reply });
        }
    }

    /// Shows something that is neither logged nor applied.
    pub(crate) fn show_ephemeral(&mut self, origin: SessionId, event: Event, now: Millis) {
        let record =
            Record { position: self.state.position, time: now.max(self.state.time), generation: 0, event };
        if matches!(record.event, Event::Said { .. }) {
            self.local.spoke(origin, record.time);
        }
        let audience = audience(&record.event);
        if audience != Audience::Nobody {
            let origin = Some(origin).filter(|session| self.is_their_own(*session, &record.event));
            let delivery = Delivery { record, audience, origin, stored: false };
            self.hold(Parcel::All(Arc::new(delivery)));
        }
    }

    /// Whether what a session asked for is what its own person does. Who has somebody else leave, or bear another nick, is shown
    /// that as all others are.
    pub(crate) fn is_their_own(&self, session: SessionId, event: &Event) -> bool {
        // Nobody speaks for others; and that somebody left is the answer to who made them.
        if matches!(event, Event::Said { .. } | Event::Tagged { .. } | Event::Quit { .. }) {
            return true;
        }
        let user = self.local.get(session).and_then(|session| session.user);
        event.by().zip(user).is_none_or(|(by, user)| by.id == user)
    }

    /// Answers a session, in its place.
    pub(crate) fn tell(&mut self, session: SessionId, output: Output) {
        self.hold(Parcel::Gateway(session.gateway(), output));
    }

    pub(crate) fn hold(&mut self, parcel: Parcel) {
        self.held.push(self.state.position.max(self.entry_end), parcel);
    }

    fn remember(&mut self, who: &Source, until: Millis) {
        if let Some(user) = self.state.user(who.id) {
            let was = Whowas { source: who.clone(), realname: user.realname.clone(), until };
            self.local.remember(was, self.settings.limits.whowas_entries);
        }
    }

    /// Somebody is here under a nick that others may monitor: those are told, and of the metadata that they asked for, too.
    /// Spec: <https://ircv3.net/specs/extensions/metadata#notifications>
    /// Departs: who comes is described value by value and not in a batch, because each value is for those who asked for its key.
    fn came(&mut self, record: &Record, who: &Source) {
        self.tell_monitors(who, true);
        let Some(user) = self.state.user(who.id) else { return };
        let (of, nick) = (Target::person(who), who.nick.key());
        for (key, value) in self.state.metadata_of(user).clone() {
            let monitors = |session: &SessionId| {
                self.local.get(*session).is_some_and(|session| session.done.monitored.contains(&nick))
            };
            let told: Vec<_> = self.local.metadata().sessions(&key).filter(monitors).collect();
            let event = Event::MetadataChanged { by: who.clone(), to: of.clone(), key, value: Some(value) };
            if !told.is_empty() {
                self.show_to(told, None, Record { event, ..record.clone() });
            }
        }
    }

    fn tell_monitors(&mut self, who: &Source, online: bool) {
        for session in self.local.monitors_of(&who.nick.key()).collect::<Vec<_>>() {
            self.tell(session, Output::Monitored { session, online, source: who.clone() });
        }
    }

    /// Shows what somebody is now to those who monitor them and meet them nowhere.
    /// Spec: <https://ircv3.net/specs/extensions/extended-monitor>
    fn tell_watchers(&mut self, who: &Source, delivery: &Arc<Delivery>) {
        let places = self.state.user(who.id).map(|user| &user.channels);
        let meets = |user: UserId| {
            let there = self.state.user(user).map(|user| &user.channels);
            user == who.id
                || places.zip(there).is_some_and(|(a, b)| {
                    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
                    few.keys().any(|channel| many.contains_key(channel))
                })
        };
        let nick = who.nick.key();
        let watchers = self.local.monitors_of(&nick);
        let user_of = |session: &SessionId| self.local.get(*session).and_then(|session| session.user);
        let apart: Vec<_> =
            watchers.filter(|session| user_of(session).is_some_and(|user| !meets(user))).collect();
        for session in apart {
            self.tell(session, Output::Watched { session, delivery: delivery.clone() });
        }
    }

    /// Shows changed metadata to those who asked for it, but for who changed it.
    /// Spec: <https://ircv3.net/specs/extensions/metadata#notifications>
    fn tell_subscribers(
        &mut self,
        origin: Option<SessionId>,
        record: &Record,
        of: &Target,
        key: &MetadataKey,
    ) {
        let is_told = |id: &SessionId| {
            let session = self.local.get(*id).filter(|_| Some(*id) != origin);
            session.is_some_and(|session| {
                let who = session.user.and_then(|user| self.state.user(user));
                let monitors = |nick: &NickKey| session.done.monitored.contains(nick);
                who.is_some_and(|who| policy::is_told_of_metadata(&self.state, who, monitors, of))
            })
        };
        let told: Vec<_> = self.local.metadata().sessions(key).filter(is_told).collect();
        if !told.is_empty() {
            self.show_to(told, origin, record.clone());
        }
    }

    /// Shows what changed to those sessions alone.
    fn show_to(&mut self, told: Vec<SessionId>, origin: Option<SessionId>, record: Record) {
        let audience = Audience::Nobody;
        let delivery = Arc::new(Delivery { record, audience, origin, stored: true });
        for session in told {
            self.tell(session, Output::Watched { session, delivery: delivery.clone() });
        }
    }

    /// Shows what somebody says of themselves to those who meet them from now on.
    fn describe_to_others(&mut self, joined: &Record, by: &Source) {
        let Some(user) = self.state.user(by.id) else { return };
        let entries: Vec<_> = self.state.metadata_of(user).clone().into_iter().collect();
        let (of, joined_id) = (Target::person(by), by.id);
        for (key, value) in entries {
            let (by, to, told) = (by.clone(), of.clone(), key.clone());
            let event = Event::MetadataChanged { by, to, key, value: Some(value) };
            // Their own session knows.
            let own = self.local.sessions_of(joined_id).next();
            self.tell_subscribers(own, &Record { event, ..joined.clone() }, &of, &told);
        }
    }

    /// Sessions of somebody who left their current channel go on in the one they joined last.
    fn leave_current(&mut self, user: UserId, channel: ChannelId) {
        let next = self.state.user(user).and_then(|user| user.last_joined(Some(channel)));
        for session in self.local.sessions_of(user).collect::<Vec<_>>() {
            if self.local.get(session).is_some_and(|session| session.current == Some(channel)) {
                self.local.change(session, LocalChange::Current(next));
            }
        }
    }
}

/// Who is somebody else in something now that those who monitor them may want to know.
fn is_watched(event: &Event) -> Option<&Source> {
    match event {
        Event::AwayChanged { by, .. }
        | Event::LoggedIn { by, .. }
        | Event::HostChanged { by, .. }
        | Event::RealnameChanged { by, .. } => Some(by),
        _ => None,
    }
}

/// Whether somebody takes another nick, and not the same one in other letters: then they neither go nor come.
fn is_another(nick: &Nick, by: &Source) -> bool {
    nick.key() != by.nick.key()
}
