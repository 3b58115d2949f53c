//! What the engine knows of its own sessions. Never logged, outside the state's hash.

mod changes;
mod connection;
mod counts;
mod failures;
mod lent_nicks;
mod letters;
mod subscriptions;

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use compact_str::CompactString;

use crate::clients::ClientName;
use crate::event::Source;
use crate::few::Few;
use crate::identity::Identity;
use crate::ids::{ChannelId, Millis, SessionId, UserId};
use crate::names::{AccountKey, AccountName, Nick, NickKey};
use crate::notices::Notices;
use crate::rare::{Nothing, Rare};
use crate::read_marker::{Buffer, ReadMarker, ReadMarkers};
use crate::scram;
use crate::state::User;
use crate::text::Text;

pub use changes::LocalChange;
pub use connection::{ConnectionInfo, DoorName, Ident, Language, Link, Particulars};
pub use failures::Failures;
pub use lent_nicks::LentNicks;
pub use letters::Letters;
pub use subscriptions::{MetadataChange, Subscriptions};

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
    pub done: Rare<Done>,
}

/// What was done on a connection, as far as it is remembered. Who only listens has done nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    pub failed_logins: u8,
    /// A SCRAM exchange under way.
    pub scram: Option<Box<scram::Exchange>>,
    /// How its person last logged in on it.
    pub login: Option<Box<Login>>,
    pub monitored: BTreeSet<NickKey>,
    /// When something was last said on it.
    pub spoke: Option<Millis>,
    /// When it last called at a door that is closed: knocked, or wrote to somebody who keeps strangers out.
    pub called: Option<Millis>,
    /// When it last said that its person is typing.
    pub typed: Option<Millis>,
}

impl Nothing for Done {
    const NOTHING: &'static Self = &Self {
        failed_logins: 0,
        scram: None,
        login: None,
        monitored: BTreeSet::new(),
        spoke: None,
        called: None,
        typed: None,
    };
}

/// Somebody's logging in on a session.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// What was shown is good for this account and no other.
    pub account: AccountKey,
    /// And as long as its password is the same.
    pub credential_version: u32,
    pub by: LoginBy,
    pub at: Millis,
}

/// What they showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginBy {
    /// All that there is to show: the password, or a token where there is none.
    Secret,
    /// The password of that device.
    Device(String),
    /// The certificate of the connection.
    Certificate,
    /// A token of that person elsewhere.
    Token(Box<Identity>),
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

/// A session that is gone.
#[derive(Clone, Debug)]
pub struct Gone {
    pub user: UserId,
    pub client: Option<ClientName>,
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

    /// Where it is connected from.
    fn address(&self) -> CompactString {
        match self.info.address {
            Some(address) => compact_str::format_compact!("{address}"),
            None => self.info.host.clone(),
        }
    }

    /// The same, and through which gateway.
    /// Spec: <https://ircv3.net/specs/extensions/webirc#security-considerations> (it is shown when one is in use)
    pub fn way(&self) -> CompactString {
        let address = self.address();
        match &self.info.more.gateway {
            Some(gateway) => compact_str::format_compact!("{address} through {gateway}"),
            None => address,
        }
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
    sessions_by_user: BTreeMap<UserId, Few<SessionId>>,
    /// How many have a person.
    bound: usize,
    monitors_by_nick: BTreeMap<NickKey, BTreeSet<SessionId>>,
    /// Sessions that said they are away; their person is when all of theirs do.
    away_by_session: BTreeMap<SessionId, Text>,
    /// Sessions that are logged in to an account and have no presence yet.
    early_by_account: BTreeMap<AccountKey, BTreeSet<SessionId>>,
    /// Which client each session is, of those that said it.
    client_by_session: BTreeMap<SessionId, ClientName>,
    /// Where people spoke whose pace is limited there, and until when what they said is paid for.
    spoke_by_user: BTreeMap<UserId, BTreeMap<ChannelId, Millis>>,
    /// How many accounts were made from an address, in the hour that began then.
    made_by_address: BTreeMap<IpAddr, (Millis, u32)>,
    /// Nicks that people bear for a while.
    pub lent_nicks: LentNicks,
    /// Logins that failed.
    pub failures: Failures,
    /// Letters that were asked for.
    pub letters: Letters,
    pub whowas: VecDeque<Whowas>,
    metadata: Subscriptions,
    /// What guests have read.
    read_markers: BTreeMap<SessionId, ReadMarkers>,
    /// Sessions that read who is in a channel only when they ask.
    asked_for_names: BTreeSet<SessionId>,
    /// Sessions that read what happened with what was said.
    read_events: BTreeSet<SessionId>,
    /// Sessions that read notices of the server, and what about.
    notices_by_session: BTreeMap<SessionId, Notices>,
}

impl Local {
    pub fn open(&mut self, id: SessionId, mut info: ConnectionInfo) {
        let registration = Registration { user: info.take_user(), ..Registration::default() };
        let session = Session {
            info,
            user: None,
            registration: Some(Box::new(registration)),
            current: None,
            done: Rare::default(),
        };
        self.sessions.insert(id, Box::new(session));
    }

    /// Forgets a session, and says whose it was, if it was somebody's.
    pub fn close(&mut self, id: SessionId) -> Option<Gone> {
        self.change(id, LocalChange::UnmonitorAll);
        self.forget_early(id);
        self.away_by_session.remove(&id);
        let client = self.client_by_session.remove(&id);
        self.metadata.close(id);
        self.read_markers.remove(&id);
        self.notices_by_session.remove(&id);
        self.asked_for_names.remove(&id);
        self.read_events.remove(&id);
        let user = self.sessions.remove(&id)?.user?;
        self.bound -= 1;
        let left = self.sessions_by_user.get_mut(&user)?;
        if !left.remove(&id) {
            self.sessions_by_user.remove(&user);
            self.spoke_by_user.remove(&user);
        }
        Some(Gone { user, client })
    }

    /// Which client a session has said it is.
    pub fn client(&self, id: SessionId) -> Option<&ClientName> {
        self.client_by_session.get(&id)
    }

    /// How a session logged in to an account.
    pub fn login(&self, id: SessionId, account: &AccountKey) -> Option<&Login> {
        self.get(id)?.done.login.as_deref().filter(|login| login.account == *account)
    }

    pub fn metadata(&self) -> &Subscriptions {
        &self.metadata
    }

    /// Up to where the person of a session has read, if they have no account that knows it.
    pub fn read_marker(&self, id: SessionId, of: &Buffer) -> Option<ReadMarker> {
        self.read_markers.get(&id).and_then(|markers| markers.get(of)).copied()
    }

    /// Whether a session is told who is in a channel when it joins.
    pub fn is_given_names(&self, id: SessionId) -> bool {
        !self.asked_for_names.contains(&id)
    }

    /// Whether a session reads what happened with what was said, when it is shown what it missed.
    pub fn reads_events(&self, id: SessionId) -> bool {
        self.read_events.contains(&id)
    }

    /// Which of the server's notices a session reads.
    pub fn notices(&self, id: SessionId) -> Notices {
        self.notices_by_session.get(&id).copied().unwrap_or_default()
    }

    /// The sessions that have chosen to read notices.
    pub fn readers_of_notices(&self) -> impl Iterator<Item = (SessionId, Notices)> {
        self.notices_by_session.iter().map(|(id, notices)| (*id, *notices))
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
        self.bound
    }

    pub fn sessions_of(&self, user: UserId) -> impl Iterator<Item = SessionId> {
        self.sessions_by_user.get(&user).into_iter().flat_map(Few::as_slice).copied()
    }

    pub fn has_session(&self, user: UserId) -> bool {
        self.sessions_by_user.contains_key(&user)
    }

    /// The sessions that are logged in to an account and have no presence yet.
    pub fn sessions_without_presence(&self, account: &AccountName) -> impl Iterator<Item = SessionId> {
        self.early_by_account.get(account.folded()).into_iter().flatten().copied()
    }

    /// Something was said on a session.
    pub fn spoke(&mut self, id: SessionId, at: Millis) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.done.spoke = Some(at);
        }
    }

    /// For how long somebody has said nothing, in seconds; nothing if none of their sessions is here.
    pub fn idle_s(&self, user: &User, now: Millis) -> Option<u64> {
        let sessions = self.sessions_of(user.source.id).filter_map(|id| self.get(id));
        let last = sessions.map(|session| session.done.spoke.unwrap_or(user.since)).max()?;
        Some(now.0.saturating_sub(last.0) / 1_000)
    }

    /// The fingerprint of the certificate that somebody has shown.
    pub fn certfp_of(&self, user: UserId) -> Option<CompactString> {
        self.sessions_of(user)
            .filter_map(|id| self.get(id))
            .find_map(|session| session.info.more.certfp.clone())
    }

    /// Where somebody is connected from.
    pub fn address_of(&self, user: UserId) -> Option<CompactString> {
        self.sessions_of(user).find_map(|id| self.get(id)).map(Session::address)
    }

    /// Where somebody is connected from, and through which gateway.
    pub fn way_of(&self, user: UserId) -> Option<CompactString> {
        self.sessions_of(user).find_map(|id| self.get(id)).map(Session::way)
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

    /// Remembers somebody who left or changed their nick, at most `max` of them.
    pub fn remember(&mut self, was: Whowas, max: usize) {
        self.whowas.push_front(was);
        self.whowas.truncate(max);
    }

    /// An account is gone, and nothing is to tell any more that somebody was here who was logged in to it, or had its name.
    pub fn forget(&mut self, account: &AccountName) {
        let is_theirs = |was: &Whowas| {
            let own = was.source.account.as_ref().is_some_and(|own| own.is(account));
            own || was.source.nick.folded() == account.folded()
        };
        self.whowas.retain(|was| !is_theirs(was));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_session_is_small() {
        assert!(size_of::<Session>() <= 104, "{} bytes", size_of::<Session>());
        assert!(size_of::<User>() <= 160, "{} bytes", size_of::<User>());
    }
}
