//! What changes of what is known of a session.

use core::net::IpAddr;
use std::collections::btree_map::Entry;

use compact_str::CompactString;

use super::{HOUR_MS, Language, Link, Local, Login, MetadataChange, block};
use crate::clients::ClientName;
use crate::few::Few;
use crate::ids::{ChannelId, Millis, SessionId, UserId};
use crate::mail::Address;
use crate::names::{AccountKey, AccountName, Nick, NickKey};
use crate::notices::Notices;
use crate::read_marker::{self, Buffer, ReadMarker};
use crate::scram;
use crate::text::Text;

/// A change to what is known of the session that asked.
#[derive(Clone, Debug)]
pub enum LocalChange {
    Nick(Option<Nick>),
    User {
        user: CompactString,
        realname: CompactString,
    },
    /// Logged in, or out, before there is a presence.
    Account(Option<AccountName>),
    /// Its person bears a nick of an account's that they are not logged in to, until then.
    NickLent {
        until: Millis,
    },
    /// Its person has logged in, with this.
    LoggedIn(Box<Login>),
    /// A SCRAM exchange goes on, or is over.
    Scram(Option<scram::Exchange>),
    /// An account was made on it.
    AccountMade(Millis),
    Held(bool),
    /// The server's password was given.
    Admitted,
    /// A gateway connects for somebody: where they are.
    ConnectsFor {
        host: CompactString,
        address: IpAddr,
        link: Link,
        gateway: Box<str>,
    },
    /// Which of the server's notices it reads.
    Notices(Notices),
    /// Whether it is told who is in a channel when it joins.
    ImplicitNames(bool),
    /// Whether it is shown what happened with what it missed.
    EventPlayback(bool),
    /// Which client it is.
    Client(ClientName),
    /// What its person says of being away; others see it when all of their sessions do.
    Away(Option<Text>),
    /// Connection registration is complete.
    Bind(UserId),
    Current(Option<ChannelId>),
    Language(Language),
    /// A secret was wrong, of that account if one was named; so many addresses and accounts are remembered.
    LoginFailed {
        account: Option<AccountKey>,
        now: Millis,
        remembered: usize,
    },
    /// It had the server write a letter about an account, to that address if there is one; so many are remembered.
    LetterCaused {
        account: AccountKey,
        to: Option<Address>,
        now: Millis,
        remembered: usize,
    },
    Called(Millis),
    /// Their person spoke in a channel; what to remember of it, see [`crate::modes::Rate::take`].
    Spoke {
        channel: ChannelId,
        until: Millis,
        now: Millis,
    },
    Typed(Millis),
    Monitor(NickKey),
    Unmonitor(NickKey),
    UnmonitorAll,
    Metadata(MetadataChange),
    /// A guest has read a conversation up to there; so many markers are kept.
    MarkedRead {
        of: Buffer,
        marker: ReadMarker,
        max: usize,
    },
}

impl Local {
    pub fn change(&mut self, id: SessionId, change: LocalChange) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        match change {
            LocalChange::Nick(nick) => session.register().nick = nick,
            LocalChange::User { user, realname } => {
                session.register().user = Some(user);
                session.register().realname = Some(realname);
            }
            LocalChange::Account(account) => self.log_in_early(id, account),
            LocalChange::Client(name) => drop(self.client_by_session.insert(id, name)),
            LocalChange::ImplicitNames(true) => drop(self.asked_for_names.remove(&id)),
            LocalChange::EventPlayback(true) => drop(self.read_events.insert(id)),
            LocalChange::EventPlayback(false) => drop(self.read_events.remove(&id)),
            LocalChange::ImplicitNames(false) => drop(self.asked_for_names.insert(id)),
            LocalChange::Away(away) if session.user.is_none() => session.register().away = away,
            LocalChange::Away(Some(away)) => drop(self.away_by_session.insert(id, away)),
            LocalChange::Away(None) => drop(self.away_by_session.remove(&id)),
            LocalChange::Held(held) => session.register().held = held,
            LocalChange::Admitted => session.register().admitted = true,
            LocalChange::ConnectsFor { host, address, link, gateway } => {
                session.info.connects_for(host, address, gateway);
                session.info.link = link;
            }
            LocalChange::Bind(user) => self.bind(id, user),
            LocalChange::Notices(Notices::NONE) => drop(self.notices_by_session.remove(&id)),
            LocalChange::Notices(notices) => drop(self.notices_by_session.insert(id, notices)),
            LocalChange::Current(channel) => session.current = channel,
            LocalChange::Language(language) => session.info.language = language,
            LocalChange::Spoke { channel, until, now } => self.spoke_there(id, (channel, until), now),
            LocalChange::AccountMade(now) => self.account_made(id, now),
            LocalChange::NickLent { until } => {
                if let Some(user) = session.user {
                    self.lent_nicks.lend(user, until);
                }
            }
            LocalChange::Scram(exchange) => session.done.scram = exchange.map(Box::new),
            LocalChange::LoggedIn(login) => session.done.login = Some(login),
            LocalChange::LoginFailed { account, now, remembered } => {
                session.done.failed_logins = session.done.failed_logins.saturating_add(1);
                self.failures.note(session.info.address, account, now, remembered);
            }
            LocalChange::LetterCaused { account, to, now, remembered } => {
                self.letters.note(session.info.address, (account, to.as_ref()), now, remembered);
            }
            LocalChange::Called(at) => session.done.called = Some(at),
            LocalChange::Metadata(change) => self.metadata.change(id, change),
            LocalChange::Typed(at) => session.done.typed = Some(at),
            LocalChange::MarkedRead { of, marker, max } => {
                read_marker::advance(self.read_markers.entry(id).or_default(), &of, marker, max);
            }
            LocalChange::Monitor(nick) => {
                session.done.monitored.insert(nick.clone());
                self.monitors_by_nick.entry(nick).or_default().insert(id);
            }
            LocalChange::Unmonitor(nick) => {
                session.done.monitored.remove(&nick);
                self.forget_monitor(&nick, id);
            }
            LocalChange::UnmonitorAll if session.done.monitored.is_empty() => {}
            LocalChange::UnmonitorAll => {
                for nick in std::mem::take(&mut session.done.monitored) {
                    self.forget_monitor(&nick, id);
                }
            }
        }
    }

    /// A session is logged in to an account, or to none, and has no presence yet.
    fn log_in_early(&mut self, id: SessionId, account: Option<AccountName>) {
        self.forget_early(id);
        if let Some(account) = &account {
            self.early_by_account.entry(account.key()).or_default().insert(id);
        }
        if let Some(session) = self.sessions.get_mut(&id) {
            session.register().account = account;
        }
    }

    /// A session is not one any more that is logged in without a presence.
    pub(super) fn forget_early(&mut self, id: SessionId) {
        let account = self.sessions.get(&id).and_then(|session| session.registration().account.as_ref());
        let Some(account) = account.map(AccountName::key) else { return };
        if let Some(sessions) = self.early_by_account.get_mut(&account) {
            sessions.remove(&id);
            if sessions.is_empty() {
                self.early_by_account.remove(&account);
            }
        }
    }

    fn spoke_there(&mut self, id: SessionId, (channel, until): (ChannelId, Millis), now: Millis) {
        let Some(user) = self.sessions.get(&id).and_then(|session| session.user) else { return };
        let spoke = self.spoke_by_user.entry(user).or_default();
        // What is paid for says nothing any more.
        spoke.retain(|_, until| *until > now);
        spoke.insert(channel, until);
    }

    fn forget_monitor(&mut self, nick: &NickKey, id: SessionId) {
        if let Some(sessions) = self.monitors_by_nick.get_mut(nick) {
            sessions.remove(&id);
            if sessions.is_empty() {
                self.monitors_by_nick.remove(nick);
            }
        }
    }

    /// Connection registration is complete: a session has a person.
    fn bind(&mut self, id: SessionId, user: UserId) {
        self.forget_early(id);
        let Some(session) = self.sessions.get_mut(&id) else { return };
        self.bound += usize::from(session.user.replace(user).is_none());
        let away = session.registration.take().and_then(|registration| registration.away);
        self.away_by_session.extend(away.map(|away| (id, away)));
        match self.sessions_by_user.entry(user) {
            Entry::Vacant(entry) => drop(entry.insert(Few::One(id))),
            Entry::Occupied(mut theirs) => {
                let place = theirs.get().as_slice().partition_point(|other| *other < id);
                theirs.get_mut().insert(place, id);
            }
        }
    }

    fn account_made(&mut self, id: SessionId, now: Millis) {
        let Some(address) = self.sessions.get(&id).and_then(|session| session.info.address) else { return };
        // What is an hour old says nothing any more.
        self.made_by_address.retain(|_, (since, _)| now.0 < since.0 + HOUR_MS);
        self.made_by_address.entry(block(address)).or_insert((now, 0)).1 += 1;
    }
}
