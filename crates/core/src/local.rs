//! What the engine knows of its own sessions. Never logged, outside the state's hash.

mod failures;
mod lent_nicks;
mod subscriptions;

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use compact_str::CompactString;

use crate::event::Source;
use crate::ids::{ChannelId, Millis, SessionId, UserId};
use crate::names::{AccountKey, AccountName, Nick, NickKey};
use crate::state::User;
use crate::text::Text;

pub use failures::Failures;
pub use lent_nicks::LentNicks;
pub use subscriptions::{MetadataChange, Subscriptions};

/// The language that a session is spoken to in. IRC ignores it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    #[default]
    English,
    French,
}

impl Language {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::English, Self::French].into_iter().find(|language| language.as_str() == word)
    }
}

/// How a connection reaches us, as far as what is offered on it depends on that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    #[default]
    Plain,
    /// Nobody on the way can read or change it: TLS.
    Secure,
}

/// What a peer's machine says of whose a connection is. Spec: <https://www.rfc-editor.org/rfc/rfc1413>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ident {
    /// It is not asked.
    #[default]
    NotAsked,
    Unanswered,
    Known(Box<str>),
}

impl Ident {
    /// The user part of who gives `user` themselves: with `~` before it where nobody stands up for it.
    pub fn user(&self, user: &str, bytes_max: usize) -> CompactString {
        match self {
            Self::NotAsked => user.into(),
            Self::Unanswered => {
                let marked = format!("~{}", user.trim_start_matches('~'));
                marked.chars().take(bytes_max).collect()
            }
            Self::Known(user) => user.as_ref().into(),
        }
    }
}

/// What is known of a connection when it opens.
#[derive(Clone, Debug, Default)]
pub struct ConnectionInfo {
    pub link: Link,
    /// The SHA-256 fingerprint of the certificate that the client has shown, in lower-case hexadecimal.
    pub certfp: Option<CompactString>,
    /// The peer's address as text; the host of its source.
    pub host: CompactString,
    /// The peer's address, if it has one.
    pub address: Option<IpAddr>,
    /// The user part of the source, for doors whose people do not give one.
    pub user: Option<CompactString>,
    pub ident: Ident,
    /// The gateway that connects for them, as it calls itself.
    pub gateway: Option<Box<str>>,
    pub language: Language,
}

/// One connection.
#[derive(Clone, Debug)]
pub struct Session {
    pub info: ConnectionInfo,
    /// Whose session it is, once connection registration is complete.
    pub user: Option<UserId>,
    /// Only while connection registration is under way: most of a session's life has none.
    registration: Option<Box<Registration>>,
    /// Where words without a channel go.
    pub current: Option<ChannelId>,
    pub failed_logins: u8,
    /// When its person last logged in on it.
    pub proved: Option<Millis>,
    pub monitored: BTreeSet<NickKey>,
    /// When something was last said on it.
    pub spoke: Option<Millis>,
    /// When it last called at a door that is closed: knocked, or wrote to somebody who keeps strangers out.
    pub called: Option<Millis>,
    /// When it last said that its person is typing.
    pub typed: Option<Millis>,
}

/// What a person has said of themselves so far.
#[derive(Clone, Debug, Default)]
pub struct Registration {
    pub nick: Option<Nick>,
    pub user: Option<CompactString>,
    pub realname: Option<CompactString>,
    pub account: Option<AccountName>,
    /// They are not there from the beginning.
    pub away: Option<Text>,
    /// Capability negotiation is under way: registration waits for its end.
    pub held: bool,
    /// They have given the server's password.
    pub admitted: bool,
}

/// Somebody who was here. WHOWAS.
#[derive(Clone, Debug)]
pub struct Whowas {
    pub source: Source,
    pub realname: CompactString,
    pub until: Millis,
}

impl Session {
    /// What they have said of themselves; nothing any more once they are registered.
    pub fn registration(&self) -> &Registration {
        const NOTHING: &Registration = &Registration {
            nick: None,
            user: None,
            realname: None,
            account: None,
            away: None,
            held: false,
            admitted: false,
        };
        self.registration.as_deref().unwrap_or(NOTHING)
    }

    fn register(&mut self) -> &mut Registration {
        self.registration.get_or_insert_default()
    }
}

/// All sessions of this process. What there is one of for each is in a box: nodes of the maps are half empty.
#[derive(Debug, Default)]
pub struct Local {
    sessions: BTreeMap<SessionId, Box<Session>>,
    /// Most have one; they are in the order of their ids.
    sessions_by_user: BTreeMap<UserId, Vec<SessionId>>,
    monitors_by_nick: BTreeMap<NickKey, BTreeSet<SessionId>>,
    /// Sessions that said they are away; their person is when all of theirs do.
    away_by_session: BTreeMap<SessionId, Text>,
    /// Where people spoke whose pace is limited there, and until when what they said is paid for.
    spoke_by_user: BTreeMap<UserId, BTreeMap<ChannelId, Millis>>,
    /// How many accounts were made from an address, in the hour that began then.
    made_by_address: BTreeMap<IpAddr, (Millis, u32)>,
    /// Nicks that people bear for a while.
    pub lent_nicks: LentNicks,
    /// Logins that failed.
    pub failures: Failures,
    pub whowas: VecDeque<Whowas>,
    metadata: Subscriptions,
}

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
    /// Its person has shown a secret of the account.
    Proved(Millis),
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
}

impl Local {
    pub fn open(&mut self, id: SessionId, info: ConnectionInfo) {
        let registration = Registration { user: info.user.clone(), ..Registration::default() };
        let session = Session {
            info,
            user: None,
            registration: Some(Box::new(registration)),
            current: None,
            failed_logins: 0,
            proved: None,
            monitored: BTreeSet::new(),
            spoke: None,
            called: None,
            typed: None,
        };
        self.sessions.insert(id, Box::new(session));
    }

    /// Forgets a session, and says whose it was.
    pub fn close(&mut self, id: SessionId) -> Option<UserId> {
        self.change(id, LocalChange::UnmonitorAll);
        self.away_by_session.remove(&id);
        self.metadata.close(id);
        let user = self.sessions.remove(&id)?.user?;
        let left = self.sessions_by_user.get_mut(&user)?;
        left.retain(|other| *other != id);
        if left.is_empty() {
            self.sessions_by_user.remove(&user);
            self.spoke_by_user.remove(&user);
        }
        Some(user)
    }

    pub fn metadata(&self) -> &Subscriptions {
        &self.metadata
    }

    /// What a session says of its being away.
    pub fn away(&self, id: SessionId) -> Option<&Text> {
        self.away_by_session.get(&id)
    }

    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id).map(Box::as_ref)
    }

    pub fn sessions(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.sessions.iter().map(|(id, session)| (*id, session.as_ref()))
    }

    /// How many connections there are, with and without a person.
    pub fn count(&self) -> usize {
        self.sessions.len()
    }

    /// How many connections have a person.
    pub fn bound(&self) -> usize {
        self.sessions_by_user.values().map(Vec::len).sum()
    }

    pub fn sessions_of(&self, user: UserId) -> impl Iterator<Item = SessionId> {
        self.sessions_by_user.get(&user).into_iter().flatten().copied()
    }

    pub fn has_session(&self, user: UserId) -> bool {
        self.sessions_by_user.contains_key(&user)
    }

    /// Something was said on a session.
    pub fn spoke(&mut self, id: SessionId, at: Millis) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.spoke = Some(at);
        }
    }

    /// For how long somebody has said nothing, in seconds; nothing if none of their sessions is here.
    pub fn idle_s(&self, user: &User, now: Millis) -> Option<u64> {
        let sessions = self.sessions_of(user.source.id).filter_map(|id| self.get(id));
        let last = sessions.map(|session| session.spoke.unwrap_or(user.since)).max()?;
        Some(now.0.saturating_sub(last.0) / 1_000)
    }

    /// The fingerprint of the certificate that somebody has shown.
    pub fn certfp_of(&self, user: UserId) -> Option<CompactString> {
        self.sessions_of(user).filter_map(|id| self.get(id)).find_map(|session| session.info.certfp.clone())
    }

    /// Where somebody is connected from.
    pub fn address_of(&self, user: UserId) -> Option<CompactString> {
        self.sessions_of(user).find_map(|id| self.get(id)).map(|session| match session.info.address {
            Some(address) => compact_str::format_compact!("{address}"),
            None => session.info.host.clone(),
        })
    }

    /// Where somebody is connected from, and through which gateway.
    /// Spec: <https://ircv3.net/specs/extensions/webirc#security-considerations> (it is shown when one is in use)
    pub fn way_of(&self, user: UserId) -> Option<CompactString> {
        let address = self.address_of(user)?;
        let session = self.sessions_of(user).find_map(|id| self.get(id))?;
        Some(match &session.info.gateway {
            Some(gateway) => compact_str::format_compact!("{address} through {gateway}"),
            None => address,
        })
    }

    /// Who asked to be told when this nick comes and goes.
    pub fn monitors_of(&self, nick: &NickKey) -> impl Iterator<Item = SessionId> {
        self.monitors_by_nick.get(nick).into_iter().flatten().copied()
    }

    /// How many accounts were made from an address within the last hour.
    pub fn accounts_made(&self, address: IpAddr, now: Millis) -> u32 {
        let made = self.made_by_address.get(&block(address));
        made.filter(|(since, _)| now.0 < since.0 + HOUR_MS).map_or(0, |(_, count)| *count)
    }

    /// Until when what somebody said in a channel is paid for.
    pub fn spoke_until(&self, user: UserId, channel: ChannelId) -> Millis {
        self.spoke_by_user.get(&user).and_then(|spoke| spoke.get(&channel)).copied().unwrap_or_default()
    }

    pub fn change(&mut self, id: SessionId, change: LocalChange) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        match change {
            LocalChange::Nick(nick) => session.register().nick = nick,
            LocalChange::User { user, realname } => {
                session.register().user = Some(user);
                session.register().realname = Some(realname);
            }
            LocalChange::Account(account) => session.register().account = account,
            LocalChange::Away(away) if session.user.is_none() => session.register().away = away,
            LocalChange::Away(Some(away)) => {
                self.away_by_session.insert(id, away);
            }
            LocalChange::Away(None) => {
                self.away_by_session.remove(&id);
            }
            LocalChange::Held(held) => session.register().held = held,
            LocalChange::Admitted => session.register().admitted = true,
            // The certificate that was shown is the gateway's.
            LocalChange::ConnectsFor { host, address, link, gateway } => {
                let (address, gateway) = (Some(address), Some(gateway));
                // Nobody asks their machine any more.
                let ident = match session.info.ident {
                    Ident::NotAsked => Ident::NotAsked,
                    _ => Ident::Unanswered,
                };
                session.info = ConnectionInfo {
                    ident,
                    host,
                    address,
                    link,
                    gateway,
                    certfp: None,
                    ..std::mem::take(&mut session.info)
                };
            }
            LocalChange::Bind(user) => {
                session.user = Some(user);
                let away = session.registration.take().and_then(|registration| registration.away);
                self.away_by_session.extend(away.map(|away| (id, away)));
                let theirs = self.sessions_by_user.entry(user).or_insert_with(|| Vec::with_capacity(1));
                let place = theirs.partition_point(|other| *other < id);
                theirs.insert(place, id);
            }
            LocalChange::Current(channel) => session.current = channel,
            LocalChange::Language(language) => session.info.language = language,
            LocalChange::Spoke { channel, until, now } => {
                let Some(user) = session.user else { return };
                let spoke = self.spoke_by_user.entry(user).or_default();
                // What is paid for says nothing any more.
                spoke.retain(|_, until| *until > now);
                spoke.insert(channel, until);
            }
            LocalChange::AccountMade(now) => {
                let Some(address) = session.info.address else { return };
                // What is an hour old says nothing any more.
                self.made_by_address.retain(|_, (since, _)| now.0 < since.0 + HOUR_MS);
                self.made_by_address.entry(block(address)).or_insert((now, 0)).1 += 1;
            }
            LocalChange::NickLent { until } => {
                if let Some(user) = session.user {
                    self.lent_nicks.lend(user, until);
                }
            }
            LocalChange::Proved(at) => session.proved = Some(at),
            LocalChange::LoginFailed { account, now, remembered } => {
                session.failed_logins = session.failed_logins.saturating_add(1);
                self.failures.note(session.info.address, account, now, remembered);
            }
            LocalChange::Called(at) => session.called = Some(at),
            LocalChange::Metadata(change) => self.metadata.change(id, change),
            LocalChange::Typed(at) => session.typed = Some(at),
            LocalChange::Monitor(nick) => {
                session.monitored.insert(nick.clone());
                self.monitors_by_nick.entry(nick).or_default().insert(id);
            }
            LocalChange::Unmonitor(nick) => {
                session.monitored.remove(&nick);
                self.forget_monitor(&nick, id);
            }
            LocalChange::UnmonitorAll => {
                for nick in std::mem::take(&mut session.monitored) {
                    self.forget_monitor(&nick, id);
                }
            }
        }
    }

    fn forget_monitor(&mut self, nick: &NickKey, id: SessionId) {
        if let Some(sessions) = self.monitors_by_nick.get_mut(nick) {
            sessions.remove(&id);
            if sessions.is_empty() {
                self.monitors_by_nick.remove(nick);
            }
        }
    }

    /// Remembers somebody who left or changed their nick, at most `max` of them.
    pub fn remember(&mut self, was: Whowas, max: usize) {
        self.whowas.push_front(was);
        self.whowas.truncate(max);
    }
}

const HOUR_MS: u64 = 3_600_000;

/// Who is taken for one: an address, or a /64 of IPv6, which is one subscriber's.
fn block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::from((u128::from(address) >> 64 << 64).to_be_bytes()),
        v4 => v4,
    }
}
