//! What is true: the sum of all events so far. Only [`crate::evolve`] changes it.

mod account;
mod census;
mod marked;

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::absence::Absences;
use crate::conversation::Side;
use crate::event::Source;
use crate::extban::{Act, Extban, Subject};
use crate::identity::Identity;
use crate::ids::{ChannelId, Millis, Position, UserId};
use crate::mask::Mask;
use crate::metadata::Metadata;
use crate::modes::{Flag, Key, ListMode, Pace, Rate, Status, UserFlag};
use crate::names::{AccountKey, AccountName, ChannelKey, ChannelName, NickKey, Skeleton};
use crate::opers::OperName;
use crate::pending::PendingAccounts;
use crate::rare::Rare;
use crate::registered::{Access, Purged, Registered};
use crate::server_bans::ServerBans;
use crate::text::Text;

pub use account::Account;
pub use census::Census;
pub use marked::{ListEntry, Topic};

/// Everything that the rules know. The same events give the same state, to the byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct State {
    /// The last event that is in.
    #[n(0)]
    pub position: Position,
    #[n(1)]
    pub time: Millis,
    /// The last id given to a user or a channel.
    #[n(2)]
    pub last_id: u64,
    #[n(3)]
    /// In boxes: the nodes of the map are half empty.
    pub users: BTreeMap<UserId, Box<User>>,
    #[n(4)]
    pub users_by_nick: BTreeMap<NickKey, UserId>,
    #[n(5)]
    pub users_by_skeleton: BTreeMap<Skeleton, UserId>,
    #[n(6)]
    pub channels: BTreeMap<ChannelId, Channel>,
    #[n(7)]
    pub channels_by_key: BTreeMap<ChannelKey, ChannelId>,
    #[n(8)]
    pub channels_by_skeleton: BTreeMap<Skeleton, ChannelId>,
    #[n(9)]
    pub accounts: BTreeMap<AccountKey, Account>,
    #[n(10)]
    pub accounts_by_skeleton: BTreeMap<Skeleton, AccountKey>,
    /// Open claim codes: SHA-256 to expiry.
    #[n(11)]
    pub claim_codes: BTreeMap<minicbor::bytes::ByteVec, Millis>,
    /// Whether a claim code was ever used.
    #[n(12)]
    pub claimed: bool,
    /// Channels that are dropped at a time unless somebody is in them.
    #[n(13)]
    pub deadlines: BTreeSet<(Millis, ChannelId)>,
    /// Entries of channels' lists that go by themselves, and when.
    #[cbor(n(14), default)]
    pub list_deadlines: BTreeSet<(Millis, ChannelId, ListMode, Mask)>,
    /// Registered channels by whose they are.
    #[cbor(n(15), default)]
    pub channels_by_founder: BTreeMap<AccountKey, BTreeSet<ChannelId>>,
    /// Those by who is on their access lists.
    #[cbor(n(90), default)]
    pub channels_by_access: BTreeMap<AccountKey, BTreeSet<ChannelId>>,
    /// Channels that nobody may join or make.
    #[cbor(n(16), default)]
    pub purged: BTreeMap<ChannelKey, Purged>,
    /// How those look.
    #[cbor(n(58), default)]
    pub purged_by_skeleton: BTreeMap<Skeleton, BTreeSet<ChannelKey>>,
    /// How names look that were accounts': nobody else gets one, so that nobody reads what was said to its owner or is taken
    /// for them. The account that it is now, if it is one under another name.
    #[cbor(n(17), default)]
    pub former_accounts: BTreeMap<Skeleton, Option<AccountKey>>,
    /// Who is here without a session.
    #[cbor(n(19), default)]
    pub absences: Absences,
    /// Accounts that wait for the code that their address was sent.
    #[cbor(n(33), default)]
    pub pending: PendingAccounts,
    /// Certificates by their fingerprints, and the account that each logs in to.
    #[cbor(n(18), default)]
    pub accounts_by_certificate: BTreeMap<String, AccountKey>,
    /// Who people are elsewhere, and the account that each logs in to.
    #[cbor(n(20), default)]
    pub accounts_by_identity: BTreeMap<Identity, AccountKey>,
    #[n(23)]
    #[cbor(default)]
    pub server_bans: ServerBans,
    /// The level of defence; nothing: the usual one.
    #[n(24)]
    pub defcon: Option<u8>,
    /// The most people who were ever here at once.
    #[cbor(n(86), default)]
    pub users_max: u64,
    #[cbor(skip)]
    pub census: Census,
}

/// A person who is here. There are many: what few have is in a box, or [`Rare`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct User {
    #[n(0)]
    pub source: Source,
    #[n(1)]
    pub skeleton: Skeleton,
    #[cbor(n(2), with = "crate::names::compact")]
    pub realname: CompactString,
    #[n(3)]
    pub away: Option<Box<Text>>,
    #[n(4)]
    pub flags: BTreeSet<UserFlag>,
    /// When the presence began.
    #[n(5)]
    pub since: Millis,
    /// Where they are, and since which position.
    #[n(6)]
    pub channels: BTreeMap<ChannelId, Position>,
    /// The operator of the configuration that they logged in as.
    #[n(13)]
    pub oper: Option<Box<OperName>>,
    /// Who may write to them whatever their modes are.
    #[cbor(n(10), default)]
    pub accepted: Rare<BTreeSet<UserId>>,
    /// What a guest says of themselves; what others say is their account's, see [`State::metadata_of`].
    #[cbor(n(15), default)]
    pub metadata: Rare<Metadata>,
    /// From whom they want to hear nothing in private.
    #[cbor(n(16), default)]
    pub silenced: Rare<BTreeSet<Mask>>,
}

/// A channel that has members, or is kept without.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Channel {
    #[n(0)]
    pub id: ChannelId,
    #[n(1)]
    pub name: ChannelName,
    #[n(2)]
    pub skeleton: Skeleton,
    #[n(3)]
    pub created: Millis,
    #[n(4)]
    pub topic: Option<Topic>,
    #[n(5)]
    pub flags: BTreeSet<Flag>,
    #[n(6)]
    pub key: Option<Key>,
    #[n(7)]
    pub limit: Option<u32>,
    #[n(8)]
    pub lists: BTreeMap<ListMode, BTreeMap<Mask, ListEntry>>,
    #[n(9)]
    pub members: BTreeMap<UserId, Status>,
    /// Who was invited and has not joined yet, with when.
    #[n(10)]
    pub invites: BTreeMap<UserId, Millis>,
    #[n(11)]
    pub kept: Kept,
    /// Statuses that accounts had when the process last stopped.
    #[n(12)]
    pub statuses_by_account: BTreeMap<AccountKey, Status>,
    /// Where who cannot join is sent.
    #[n(13)]
    pub forward: Option<ChannelName>,
    /// How fast each member may speak.
    #[n(14)]
    pub pace: Option<Pace>,
    /// How fast people may join.
    #[n(15)]
    pub join_rate: Option<Rate>,
    /// Until when the joins so far are paid for, see [`Rate::take`].
    #[cbor(n(16), default)]
    pub joins_until: Millis,
    /// Whose it is, if it was registered.
    #[n(17)]
    pub registered: Option<Registered>,
    /// What other accounts get on joining.
    #[cbor(n(18), default)]
    pub access: BTreeMap<AccountKey, Access>,
    /// What is said of the channel.
    #[cbor(n(26), default)]
    pub metadata: Metadata,
    /// When it was last called something else.
    #[n(27)]
    pub renamed: Option<Millis>,
    /// Who of those that are invited may come in although they are banned.
    #[cbor(n(80), default)]
    pub invited_past_bans: BTreeSet<UserId>,
    /// Where it was last an auditorium, if it is none any more: what happened until then was not for everybody to see.
    #[n(70)]
    pub auditorium_until: Option<Position>,
}

/// Whether a channel without members stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, CborLen)]
pub enum Kept {
    #[default]
    #[n(0)]
    No,
    /// After a restart.
    #[n(1)]
    Until(#[n(0)] Millis),
    /// Imported, later: registered.
    #[n(2)]
    Always,
}

impl State {
    /// The next free id for a user or a channel; `n` ids were already taken in this decision.
    pub fn next_id(&self, n: u64) -> u64 {
        self.last_id + 1 + n
    }

    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id).map(Box::as_ref)
    }

    /// All people who are here, in the order in which they came.
    pub fn everybody(&self) -> impl Iterator<Item = &User> {
        self.users.values().map(Box::as_ref)
    }

    /// The people who are logged in to an account, in the order in which they came.
    pub fn people_of(&self, account: &AccountName) -> impl Iterator<Item = &User> {
        self.census.people_of(account).iter().filter_map(|id| self.user(*id))
    }

    /// Who is that side of conversations now; of several the one who came first.
    pub fn person_of(&self, side: &Side) -> Option<&User> {
        match side {
            Side::Account(account) => {
                let people = self.census.people_of_folded(account.as_str());
                people.iter().find_map(|id| self.user(*id))
            }
            Side::Guest(id) => self.user(*id).filter(|user| user.source.account.is_none()),
        }
    }

    pub fn user_by_nick(&self, key: &NickKey) -> Option<&User> {
        self.users_by_nick.get(key).and_then(|id| self.user(*id))
    }

    pub fn channel(&self, id: ChannelId) -> Option<&Channel> {
        self.channels.get(&id)
    }

    pub fn channel_by_key(&self, key: &ChannelKey) -> Option<&Channel> {
        self.channels_by_key.get(key).and_then(|id| self.channels.get(id))
    }

    pub fn account_of(&self, source: &Source) -> Option<&Account> {
        source.account.as_ref().and_then(|name| self.accounts.get(&name.key()))
    }

    /// What somebody says of themselves.
    pub fn metadata_of<'a>(&'a self, user: &'a User) -> &'a Metadata {
        self.account_of(&user.source).map_or(&user.metadata, |account| &account.metadata)
    }

    /// When something is due next, if anything is.
    pub fn next_deadline(&self) -> Option<Millis> {
        let ban = self.server_bans.next_end().map(|&(at, _)| at);
        let absence = self.absences.next_end().map(|(at, _)| at);
        let pending = self.pending.next_end().map(|(at, _)| at);
        let entry = self.list_deadlines.first().map(|&(at, ..)| at);
        self.deadlines
            .first()
            .map(|&(at, _)| at)
            .into_iter()
            .chain(ban)
            .chain(entry)
            .chain(absence)
            .chain(pending)
            .min()
    }

    /// The state's bytes, for snapshots and for comparing.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory does not fail")
    }

    /// # Errors
    /// When the bytes are no state of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, minicbor::decode::Error> {
        let mut state: Self = minicbor::decode(bytes)?;
        state.census = Census::of(&state);
        // The oldest snapshots do not have it.
        if state.channels_by_access.is_empty() {
            for channel in state.channels.values() {
                for account in channel.access.keys() {
                    state.channels_by_access.entry(account.clone()).or_default().insert(channel.id);
                }
            }
        }
        Ok(state)
    }

    /// A number that differs, almost surely, for states that differ (FNV-1a over [`Self::to_bytes`]).
    pub fn hash(&self) -> u64 {
        self.to_bytes()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
    }
}

impl Channel {
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }

    pub fn status(&self, user: UserId) -> Option<Status> {
        self.members.get(&user).copied()
    }

    pub fn list(&self, mode: ListMode) -> impl Iterator<Item = (&Mask, &ListEntry)> {
        self.lists.get(&mode).into_iter().flatten()
    }

    /// The first entry of a list that covers somebody. Entries that only mute count for speaking alone.
    pub fn entry_for(&self, mode: ListMode, subject: &Subject, act: Act) -> Option<Extban<'_>> {
        let entries = self.list(mode).map(|(mask, _)| Extban::read(mask));
        entries.filter(|entry| act == Act::Speak || !entry.mutes).find(|entry| entry.who.covers(subject))
    }

    /// Somebody's invitation is used up, or forgotten.
    pub fn uninvite(&mut self, id: UserId) {
        self.invites.remove(&id);
        self.invited_past_bans.remove(&id);
    }

    /// Whether it stays without members, for ever.
    pub fn stays(&self) -> bool {
        self.registered.is_some() || self.stays_unregistered()
    }

    /// Whether it does also when it is nobody's.
    pub fn stays_unregistered(&self) -> bool {
        self.kept == Kept::Always || self.has(Flag::Permanent)
    }

    /// Whether strangers cannot simply walk in.
    pub fn is_restricted(&self) -> bool {
        self.has(Flag::InviteOnly) || self.has(Flag::Secret) || self.key.is_some()
    }
}

impl User {
    /// The channel that they joined last, not counting `except`.
    pub fn last_joined(&self, except: Option<ChannelId>) -> Option<ChannelId> {
        let others = self.channels.iter().filter(|(id, _)| Some(**id) != except);
        others.max_by_key(|(_, joined)| **joined).map(|(id, _)| *id)
    }

    /// Sets a mode, and what follows from it.
    pub fn set(&mut self, flag: UserFlag, on: bool) {
        if on {
            self.flags.insert(flag);
        } else {
            self.flags.remove(&flag);
        }
        match flag {
            UserFlag::Oper if !on => self.oper = None,
            UserFlag::Bot => self.source.change(|who| who.bot = on),
            _ => {}
        }
    }

    pub fn is_oper(&self) -> bool {
        self.flags.contains(&UserFlag::Oper)
    }
}
